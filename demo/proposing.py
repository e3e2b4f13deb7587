"""The mediator's proposal: answered in secret, refused once, carried the second time."""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from demo.stage import Stage
from demo.talking import AT_ONCE
from demo.terminals import at_once, once_it_is_there, settle, wait_for

PUT = re.compile(r"\bProposal ([0-9a-f]{4,32})\b")
ISSUE, OPTIONS = "order", ("as in the case", "by turns")
LEAST = 12  # seconds to answer before the deadline, on a slow machine
MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A proposal that was put and answered, and when its deadline is (UTC)."""

    key: str
    deadline: datetime


def first_proposal(stage: Stage) -> Pending:
    """Put a proposal that one side refuses. What becomes of it is told after its deadline."""
    screen, mediator = stage.screen, stage.mediator
    screen.begin("The mediator's proposal, answered in secret")
    screen.say(
        "The mediator puts a proposal of its own. Each side answers once, and nobody sees an "
        "answer before the outcome: not the other side, and not the mediator's people either. So "
        "nobody loses by having said yes to what the other has refused."
    )
    parties = tuple(stage.parties)
    shown = (word for party in parties for word in ("--to", party))
    options = (word for option in OPTIONS for word in ("--option", option))
    mediator.run("agenda", "add", ISSUE, "Order of the steps", *options, *shown)
    settle(mediator)
    pending = put(stage, "Demo text. The steps go by turns.", choose=OPTIONS[1])
    unanswered = mediator.run("proposal", "show", pending.key)
    answer(stage, pending, {stage.spoken.first: "accept", stage.spoken.other: "refuse"})
    screen.item(f"{stage.spoken.first} has accepted, {stage.spoken.other} has refused.")
    answered = mediator.run("proposal", "show", pending.key)
    screen.check(
        "the mediator's desk shows the same as before anybody had answered",
        holds=answered == unanswered,
    )
    (sentence,) = mediator.refused(("proposal", "outcome", pending.key, "--yes"))
    screen.item("It tries to enter the outcome at once:")
    screen.refusal(sentence)
    return pending


def put(stage: Stage, text: str, *, choose: str) -> Pending:
    """Put a proposal to all sides, to be answered until the next full minute but a few seconds."""
    now = datetime.now(UTC)
    full = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    deadline = full if (full - now).total_seconds() > LEAST else full + timedelta(minutes=1)
    to = (word for party in stage.parties for word in ("--to", party))
    until = ("--deadline", f"{deadline:%Y-%m-%dT%H:%MZ}", "--grace", "0")
    page = stage.mediator.run(
        "proposal", "put", text, *to, *until, "--choose", f"{ISSUE}={choose}", *AT_ONCE
    )
    found = PUT.search(page)
    stage.screen.quote(
        f"{stage.mediator.seat} proposes", text, note=f"[answers until {deadline:%H:%M} UTC]"
    )
    settle(stage.mediator)
    return Pending(key=found[1] if found else "", deadline=deadline)


def answer(stage: Stage, pending: Pending, answers: dict[str, str]) -> None:
    """Let each side answer, and wait until the mediator's desk has confirmed it."""
    calls = [
        (terminal, ("proposal", "answer", pending.key, "--answer", answers[side], "--yes"))
        for side, terminal in stage.parties.items()
        if side in answers
    ]
    at_once(*calls)
    settle(*(terminal for terminal, _ in calls))


def second_proposal(stage: Stage, pending: Pending) -> None:
    """Enter the first outcome once it is time, then put one that all accept."""
    screen, mediator = stage.screen, stage.mediator
    screen.begin("Not carried, then carried")
    left = (pending.deadline - datetime.now(UTC)).total_seconds()
    if left > 0:
        screen.say(f"The first proposal's deadline is in {left:.0f} s; the demo waits for it.")
        time.sleep(min(left, 2 * MINUTE))
    once_it_is_there(
        "only after the deadline", (mediator, ("proposal", "outcome", pending.key, "--yes"))
    )
    settle(mediator)
    screen.item("After the deadline the mediator enters the outcome of the first proposal:")
    pages = outcomes(stage, pending, "not carried")
    screen.quote("Each side's desk", next(iter(pages)))
    screen.check(
        "both sides are told the same, and neither who refused", holds=len(set(pages)) == 1
    )
    again = put(stage, "Demo text. The steps go as in the case.", choose=OPTIONS[0])
    answer(stage, again, dict.fromkeys(stage.parties, "accept"))
    mediator.run("proposal", "outcome", again.key, "--yes")
    settle(mediator)
    carried = outcomes(stage, again, "carried")
    screen.check("the second proposal is carried, as soon as all accept", holds=bool(carried))


def outcomes(stage: Stage, pending: Pending, result: str) -> list[str]:
    """Return what each side's desk has been told of the outcome, the same words for the same."""

    def told() -> list[str] | None:
        known = [
            next(each for each in terminal.read("proposal", "list") if each["proposal"] == key)
            for terminal in stage.parties.values()
            for key in [_whole(terminal.read("proposal", "list"), pending.key)]
        ]
        lives = [str(each["life"]) for each in known]
        return lives if all(life == result for life in lives) else None

    return wait_for(f"the outcome {result!r}", stage.processes, told)


def _whole(known: list[dict[str, str]], beginning: str) -> str:
    return next(each["proposal"] for each in known if each["proposal"].startswith(beginning))

"""Accords on the screen: the canonical text, where everybody stands, whose keys, the steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backchannel.channel.accord import AccordText, lookalikes
from backchannel.channel.caucus import Accord as PutAccord
from backchannel.channel.caucus import Step as StepNow
from backchannel.channel.deadlines import done
from backchannel.channel.due import Due, due
from backchannel.channel.rules import AccordLife
from backchannel.desk import session
from backchannel.desk.accord_verify import Verdict
from backchannel.desk.desk import Desk
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session.finding import SHOWN, find
from backchannel.seal.signatures import fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class AccordShown:
    """An accord as either desk shows it; a party's own stance alone is known at its desk."""

    key: str
    text: str
    accord: AccordText
    life: AccordLife
    stances: tuple[tuple[str, str], ...]
    steps: Mapping[str, StepNow]


def accords(desk: Desk, channel: str) -> tuple[AccordShown, ...]:
    """Return the accords of a channel, as this desk may show them."""
    if session.role(desk, channel) == "mediator":
        return _at_the_mediator(desk, channel)
    view = session.view(desk, channel)
    own = view.welcome.party if view.welcome else "this party"
    return tuple(
        AccordShown(
            key=key,
            text=known.text,
            accord=known.accord,
            life=known.life,
            stances=((own, known.stance.value),),
            steps=known.steps,
        )
        for key, known in view.accords.items()
    )


def _at_the_mediator(desk: Desk, channel: str) -> tuple[AccordShown, ...]:
    state = session.record(desk, channel)
    found = []
    for key, known in state.accords.items():
        put: dict[str, PutAccord] = {
            state.seats[seat].name: state.caucuses[seat].accords[key] for seat in known.seats
        }
        first = next(iter(put.values()), None)
        found.append(
            AccordShown(
                key=key,
                text=known.text,
                accord=known.accord,
                life=known.life,
                stances=tuple((name, its.stance.value) for name, its in put.items()),
                steps=first.steps if first else {},
            )
        )
    return tuple(found)


def find_shown(known: Sequence[AccordShown], reference: str) -> AccordShown:
    """Return the accord that is meant. Raises: UsageError."""
    return find(reference, ((a.key, a.accord.title, a) for a in known), "accord")


def list_accords(paper: Paper, known: Sequence[AccordShown]) -> None:
    """Write one line for each accord."""
    if not known:
        paper.line("There is no accord here yet.")
        return
    rows = (
        (a.key[:SHOWN], a.accord.title, a.life.value, _stances(a), str(len(a.accord.steps)))
        for a in known
    )
    paper.table(("id", "accord", "life", "answers", "steps"), rows)


def _stances(accord: AccordShown) -> str:
    return ", ".join(f"{name} {stance}" for name, stance in accord.stances)


def show_accord(paper: Paper, accord: AccordShown) -> None:
    """Write the canonical text as it is signed, then all that is to be known beside it."""
    paper.head(f"{accord.key[:SHOWN]}  {accord.accord.title}: {accord.life.value}", style="bold")
    paper.quote(accord.text)
    for warning in lookalikes(accord.accord):
        paper.warn(warning)
    show_keys(paper, accord.accord)
    if accord.stances:
        paper.head(f"Answers: {_stances(accord)}")
    if accord.life in {AccordLife.IN_FORCE, AccordLife.AMENDED, AccordLife.ENDED}:
        show_steps(paper, accord)
    if accord.life is AccordLife.IN_FORCE:
        show_due(paper, accord)


def show_keys(paper: Paper, accord: AccordText) -> None:
    """Write the fingerprints of the keys that an accord names."""
    named = [(accord.mediator, accord.mediator_key), *((p.name, p.key) for p in accord.parties)]
    # In a table: a name that ends like a fingerprint must not pass for one.
    rows = [(name, fingerprint(key)) for name, key in named if key]
    if rows:
        paper.table(("key of", "fingerprint"), rows)


def show_steps(paper: Paper, accord: AccordShown) -> None:
    """Write what became of each step."""
    rows = (
        (step.id, step.actor, step.action, *_state(accord.steps.get(step.id, StepNow())))
        for step in accord.accord.steps
    )
    paper.table(("step", "actor", "act", "state", "done on", "who says so"), rows)


def show_due(paper: Paper, accord: AccordShown) -> None:
    """Write what can be done now, by whom, and until which day."""
    rows = [
        (
            each.step.id,
            each.step.actor,
            each.until.isoformat() if each.until else each.step.deadline,
        )
        for each in due(accord.accord.steps, done(accord.steps))
        if each.state is Due.READY
    ]
    if rows:
        paper.table(("due now", "from", "until"), rows)


def _state(now: StepNow) -> tuple[str, str, str]:
    if not now.marks:
        return now.state.value, "", ""
    last = now.marks[-1]
    day = next((mark.done_on for mark in reversed(now.marks) if mark.done_on), None)
    said = "; ".join(part for part in (last.who, last.text, last.source) if part)
    return now.state.value, day.isoformat() if day else "", said


def show_verdict(paper: Paper, verdict: Verdict) -> None:
    """Write what can be said of an accord file, the fingerprints always."""
    paper.line(verdict.finding.value, style="bold")
    for reason in verdict.reasons:
        paper.head(f"- {reason}")
    rows = (
        (key.name, key.fingerprint, "vouched for" if key.vouched else "NOT vouched for")
        for key in verdict.keys
    )
    paper.table(("key of", "fingerprint", ""), rows)

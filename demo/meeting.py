"""First scenes: the relay and the desks, invitations, joining, rules, safety words."""

import re
from pathlib import Path

from demo.stage import Relay, Stage, start_courier, start_relay, vouchers
from demo.terminals import Terminal, at_once, once_it_is_there

MAILBOXES = 2  # a caucus has one in each direction, and each costs a voucher
SAFETY_WORDS = re.compile(r"^\s+([a-z]+(?: [a-z]+)+)\s*$", re.MULTILINE)


def open_places(stage: Stage) -> Relay:
    """Start the relay, create the desks and the channel, start the couriers."""
    screen = stage.screen
    screen.begin("A relay, and a desk for each seat")
    screen.say(
        "The relay stores and forwards sealed letters. It has a certificate of its own, which the "
        "invitations name, so that nobody can put another relay in its place. Its operator hands "
        "out vouchers; each opens one mailbox."
    )
    relay = start_relay(stage)
    file = vouchers(stage, relay, MAILBOXES * len(stage.parties))
    at_once(*((t, ("desk", "create", t.desk)) for t in stage.everyone))
    open_channel(stage, relay, file)
    for terminal in stage.everyone:
        screen.item(f"desk “{terminal.desk}”: {people_at(stage, terminal)}")
    screen.say(
        "Each desk is an encrypted database (in this demo one passphrase opens them all). A side "
        "has one seat, however many people or allies act on it; all mediators share one."
    )
    return relay


def people_at(stage: Stage, terminal: Terminal) -> str:
    """Return who sits at a desk."""
    if terminal is stage.mediator:
        return f"{terminal.seat}, mediating"
    actors = [a for a, side in stage.case.side_of.items() if side == terminal.seat]
    others = ", ".join(actor for actor in actors if actor != terminal.seat)
    return f"{terminal.seat}, a party" + (f" ({others})" if others else "")


def open_channel(stage: Stage, relay: Relay, file: Path) -> None:
    """Open the channel at the mediator's desk."""
    place = ("--relay", relay.url, "--pin", relay.pin, "--vouchers", file)
    mediator = stage.mediator
    mediator.run("channel", "open", stage.case.title, "--as-mediator", mediator.seat, *place)


def bring_in(stage: Stage, relay: Relay) -> None:
    """Invite both sides, let them join, accept the rules and compare safety words."""
    screen = stage.screen
    screen.begin("Invitations, joining, rules, safety words")
    screen.say(
        "Each side gets one line, used once. It holds a secret that the relay never sees: with all "
        "it stores the relay can neither read a letter nor join in a side's place."
    )
    for side, terminal in stage.parties.items():
        stage.mediator.run("invite", side, "--out", invitation(stage, terminal))
    # Done once by hand, so that both ways in are open when the sides come.
    stage.mediator.run("sync")
    start_courier(stage, stage.mediator)
    parties = stage.parties.values()
    at_once(*((t, ("join", "--from", invitation(stage, t))) for t in parties))
    for terminal in parties:
        start_courier(stage, terminal)
    once_it_is_there("has not arrived yet", *((t, ("rules", "accept")) for t in parties))
    screen.say(
        "Both have joined and accepted the rules of the channel: what is recorded, how notes may "
        "be used, what may be erased. They have no connection with each other, only with the "
        f"mediator, by way of {relay.url}."
    )
    compare_safety_words(stage)


def invitation(stage: Stage, terminal: Terminal) -> Path:
    """Return where the invitation for a desk lies."""
    return stage.file(f"{terminal.desk}.invitation")


def compare_safety_words(stage: Stage) -> None:
    """Have each end read its words to the other, and enter what was heard."""
    screen, mediator = stage.screen, stage.mediator
    screen.say(
        "Now the safety words. In real life each side reads its words to the mediator over "
        "another way, by telephone or face to face. If somebody stood between, they would differ. "
        "Nothing is conveyed to a side before this."
    )
    sides = list(stage.parties.items())
    pages = at_once(
        *((mediator, ("verify", side)) for side, _ in sides),
        *((terminal, ("verify",)) for _, terminal in sides),
    )
    words = [safety_words(page) for page in pages]
    here, there = words[: len(sides)], words[len(sides) :]
    at_once(
        *(
            (mediator, ("verify", side, "--heard", heard))
            for (side, _), heard in zip(sides, there, strict=True)
        ),
        *(
            (terminal, ("verify", "--heard", heard))
            for (_, terminal), heard in zip(sides, here, strict=True)
        ),
    )
    for (side, _), ours, theirs in zip(sides, here, there, strict=True):
        screen.quote(f"{side} and the mediator", ours)
        screen.check(f"{side} and the mediator read the same words", holds=ours == theirs != "")
    screen.check("the words of the two sides are not the same", holds=len({*here}) == len(here))


def safety_words(page: str) -> str:
    """Return the words that a desk shows, or nothing."""
    found = SAFETY_WORDS.search(page)
    return found[1] if found else ""

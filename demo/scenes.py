"""The play, scene by scene: what is real is said first, what is not protected last."""

import time

from demo.agreeing import conclude
from demo.declaration import says_it_is_unsigned
from demo.drafting import draft
from demo.following import implement, verify_file
from demo.forging import forge
from demo.meeting import bring_in, open_places
from demo.proposing import first_proposal, second_proposal
from demo.stage import Stage
from demo.talking import talk
from demo.watching import check_relay, look_from_each_seat

NOT_PROTECTED = (
    "who connects when: the relay sees addresses and times, though it keeps neither",
    "a desk stolen while it is unlocked, a photograph of a screen, a person who talks",
    "what the mediator is told: it reads all, and could tell each side another story meanwhile",
    "handlings, from a mediator with altered software: they bind an honest mediator's desk",
    "the release of signatures: the mediator's desk holds them all and could release one alone",
    "a key nobody vouched for: compare fingerprints, or a mediator could invent a side's key",
)


def play(stage: Stage) -> None:
    """Play everything. Raises: DemoFailedError."""
    began = time.monotonic()
    introduce(stage)
    relay = open_places(stage)
    bring_in(stage, relay)
    pending = first_proposal(stage)
    refs = talk(stage)
    look_from_each_seat(stage, relay, refs)
    draft(stage)
    second_proposal(stage, pending)
    conclude(stage)
    implement(stage)
    check_relay(stage, relay, when="after all this: ")
    verify_file(stage)
    forge(stage)
    close(stage, time.monotonic() - began)


def introduce(stage: Stage) -> None:
    """Say what is played, what of it is real and what is not."""
    case, screen = stage.case, stage.screen
    screen.title(f"{case.title}\n{stage.mediator.seat} between {' and '.join(case.sides)}")
    screen.say("What is real here, and what is not:")
    screen.item(
        "REAL: the accord's steps, who was to do them, when they were done, and the public pages "
        "that say so. Some pages are copies; some readings are contested."
    )
    screen.item(
        "NOT REAL: what is said in confidence. What was said in caucus is not public. The notes "
        "were written for this demo, from the case's own steps, and begin with “Demo text.”"
    )
    screen.item(f"FORM: {case.form}.")
    screen.item(f"SIGNATURES: {signatures(stage)}")
    screen.item(
        "ENCRYPTION: real. One desk for each side, one for the mediators, a relay between them: "
        "all on this machine, each a process of its own, worked with the command `backchannel`."
    )


def signatures(stage: Stage) -> str:
    """Return what must be known of the signatures that will be shown."""
    if says_it_is_unsigned(stage.case):
        return (
            "invented. The real text was an unsigned understanding; that each side signs an "
            "adherence is this demo's addition, to show how that works."
        )
    return "made by this demo with keys made a moment ago; nobody of the real case signed this."


def close(stage: Stage, seconds: float) -> None:
    """Say what was shown, what is not protected, and how the checks came out."""
    screen = stage.screen
    screen.begin("What you have seen, and what is not protected")
    screen.say(
        "Two sides that exchanged no byte with each other, and no key before the accord, came to "
        "one text through a mediator. What one of them kept for the mediator reached nobody else; "
        "the relay between them could read nothing. The record says who did what, and what lapsed."
    )
    screen.say("What this does not protect:")
    for words in NOT_PROTECTED:
        screen.item(words)
    held = len(screen.checks) - len(screen.failed)
    screen.say("")
    screen.say(
        f"{held} of {len(screen.checks)} checks hold. {stage.processes.count} commands, "
        f"{seconds:.0f} seconds."
    )
    for words in screen.failed:
        screen.say(f"FAILED: {words}")

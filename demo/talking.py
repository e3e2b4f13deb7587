"""What is said, and what becomes of it: kept, refused, conveyed under each attribution."""

import re
from dataclasses import dataclass

from demo.processes import DemoFailedError
from demo.stage import Stage
from demo.terminals import Terminal, at_once, settle
from demo.words import Note

REFERENCE = re.compile(r"\b(?:Note|Question) ([0-9a-f]{4,32})\b")
AT_ONCE = ("--hold", "0", "--yes")  # nobody sits here to confirm the recipient
HANDLINGS = {
    (): "for the mediator only",
    ("as-ours",): "may be conveyed as ours",
    ("non-paper",): "may be conveyed without attribution",
    ("mediators-idea",): "may be used as the mediator's own idea",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """By what the notes are called at the desks."""

    secret: str
    named: str
    non_paper: str
    answer: str


def talk(stage: Stage) -> References:
    """Say the notes, ask and answer, try what is forbidden, convey what is allowed."""
    screen, spoken = stage.screen, stage.spoken
    screen.begin("Notes in caucus: the author decides how each may be used")
    screen.say(
        "Each side speaks with the mediator alone, in its own caucus. With every note goes a "
        "handling: what the mediator may do with it."
    )
    secret, non_paper, question = said(
        (stage.first, saying(spoken.secret)),
        (stage.other, saying(spoken.non_paper)),
        (stage.mediator, ("ask", "--to", spoken.other, spoken.question)),
    )
    (named,) = said((stage.first, saying(spoken.named)))
    settle(*stage.everyone)
    (answer,) = said((stage.other, (*saying(spoken.answer), "--answers", question)))
    settle(stage.other)
    show_note(stage, spoken.secret)
    show_note(stage, spoken.named)
    show_note(stage, spoken.non_paper)
    screen.quote(f"Mediator asks {spoken.other}", spoken.question)
    show_note(stage, spoken.answer, verb="answers")
    refs = References(secret=secret, named=named, non_paper=non_paper, answer=answer)
    try_what_is_forbidden(stage, refs)
    convey(stage, refs)
    return refs


def saying(note: Note) -> tuple[str, ...]:
    """Return the command that says a note."""
    return ("say", note.text, *(word for use in note.may for word in ("--may", use)))


def said(*calls: tuple[Terminal, tuple[str, ...]]) -> list[str]:
    """Say or ask at several desks at once; return what each is called. Raises: DemoFailedError."""
    return [reference_in(page) for page in at_once(*calls)]


def reference_in(page: str) -> str:
    """Return the reference that a command names. Raises: DemoFailedError."""
    found = REFERENCE.search(page)
    if found is None:
        raise DemoFailedError(f"a command was to name what it recorded, and wrote: {page[:200]}")
    return found[1]


def show_note(stage: Stage, note: Note, *, verb: str = "says") -> None:
    """Show a note with its handling."""
    handling = HANDLINGS[note.may]
    stage.screen.quote(f"{note.author} {verb} to the mediator", note.text, note=f"[{handling}]")


def try_what_is_forbidden(stage: Stage, refs: References) -> None:
    """Try to convey against a handling, twice, and show the refusals."""
    screen, spoken, mediator = stage.screen, stage.spoken, stage.mediator
    screen.say("")
    screen.say(
        "The mediator, by mistake or under pressure, now tries two things that the authors did "
        "not allow. Its own desk refuses, and nothing leaves it:"
    )
    kept, named = mediator.refused(
        ("convey", refs.secret, "--to", spoken.other, "--as", "nobody", *AT_ONCE),
        ("convey", refs.non_paper, "--to", spoken.first, "--as", "author", *AT_ONCE),
    )
    screen.item(f"pass {spoken.first}'s secret note to {spoken.other}, as a non-paper:")
    screen.refusal(kept)
    screen.item(f"pass {spoken.other}'s non-paper to {spoken.first} with {spoken.other}'s name:")
    screen.refusal(named)
    both = all("the handling forbids it" in sentence for sentence in (kept, named))
    screen.check("both attempts were refused because of the handling", holds=both)


def convey(stage: Stage, refs: References) -> None:
    """Convey under each attribution what its author allowed."""
    screen, spoken, mediator = stage.screen, stage.spoken, stage.mediator
    screen.say("")
    screen.say("What the handlings allow goes on its way:")
    to_first, to_other = ("--to", spoken.first), ("--to", spoken.other)
    at_once(
        (mediator, ("convey", refs.non_paper, *to_first, "--as", "nobody", *AT_ONCE)),
        (mediator, ("convey", refs.named, *to_other, "--as", "author", *AT_ONCE)),
    )
    screen.item(f"to {spoken.first}, as a non-paper: nobody's words, on plain paper")
    screen.item(f"to {spoken.other}, as the words of {spoken.first}")
    idea = ("--as", "mediator", "--text", spoken.idea)
    mediator.run("convey", refs.answer, *to_first, *idea, *AT_ONCE)
    screen.item(f"to {spoken.first}, reworded, as the mediator's own idea")
    settle(mediator)

"""What is about to be conveyed, on the screen: whom it reaches, what it rests on, what to look at.

Promised: warnings stand last, just above the question whether to go on; they quote what others
said and are written for the mediator's own screen.
"""

from collections.abc import Sequence
from datetime import tzinfo

from backchannel.channel.oral import How
from backchannel.channel.warnings import Warned
from backchannel.desk.screen.moments import shown
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session import ConveyPreview


def show_preview(paper: Paper, preview: ConveyPreview, *, zone: tzinfo | None) -> None:
    """Write all of it."""
    paper.head(f"To {preview.party}, {preview.attribution.words}:", style="bold")
    paper.quote(preview.text)
    paper.rows(preview.rows)
    for author, fact in preview.rests_on:
        if fact.how is None:
            paper.head(f"It rests on a note of {author} ({fact.handling.words}):")
        else:
            way = heard_words(fact.how, fact.person)
            paper.head(
                f"It rests on what {author} said ({way} {shown(fact.at, zone)}, recorded by the "
                f"mediator; {fact.handling.words}):"
            )
        paper.quote(fact.text)
    if not preview.rests_on:
        paper.line("It rests on no note of anybody.")
    if preview.breach:
        paper.warn(f"It is recorded as a BREACH: {preview.breach}.")
    show_warnings(paper, preview.warnings)


def show_warnings(paper: Paper, found: Sequence[Warned]) -> None:
    """Write what is to be looked at; that somebody went on is noted in the journal."""
    for warned in found:
        paper.warn(f"{warned.kind.value.capitalize()}: {warned.words}.")
    if found:
        paper.line("These are for you alone. If you go on, the journal says so, and not of what.")


def heard_words(how: How, person: str) -> str:
    """Return how something was spoken, and by or with whom of the party."""
    return f"{how.value}, {person}," if person else how.value

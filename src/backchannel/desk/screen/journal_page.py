"""What only the desk itself noted, and, for the mediator, who was told what."""

from collections.abc import Sequence
from datetime import tzinfo
from itertools import groupby

from backchannel.desk.screen.moments import shown
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session import JournalRow, KnownRow
from backchannel.desk.session.finding import SHOWN


def show_journal(paper: Paper, rows: Sequence[JournalRow], *, zone: tzinfo | None) -> None:
    """Write the journal, oldest line first."""
    if not rows:
        paper.line("The journal is empty.")
        return
    lines = ((shown(row.at, zone), row.caucus, row.kind, row.words) for row in rows)
    paper.table(("when", "caucus", "what", "in words"), lines)


def show_knowledge(paper: Paper, rows: Sequence[KnownRow], *, zone: tzinfo | None) -> None:
    """Write each note with what every other party was told of it."""
    if not rows:
        paper.line("Nobody has said anything yet that another party could be told.")
        return
    for note, known in groupby(rows, key=lambda row: row.note):
        parties = list(known)
        paper.line()
        paper.head(f"{note[:SHOWN]}  a note of {parties[0].author}:", style="bold")
        paper.quote(parties[0].text)
        paper.table(
            ("party", "told", "when", "in which words"),
            (line for party in parties for line in _told(party, zone=zone)),
        )
    paper.line("This is what this desk conveyed. What was said elsewhere, or guessed, is not here.")


def _told(row: KnownRow, *, zone: tzinfo | None) -> list[tuple[str, ...]]:
    if not row.told:
        return [(row.party, "nothing", "", "")]
    return [
        (
            row.party,
            f"{told.attribution.words} ({told.conveyance[:SHOWN]})",
            shown(told.at, zone),
            told.text if told.reworded else "the note's own",
        )
        for told in row.told
    ]

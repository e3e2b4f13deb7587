"""What only the desk itself noted."""

from collections.abc import Sequence
from datetime import tzinfo

from backchannel.desk.screen.moments import shown
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session import JournalRow


def show_journal(paper: Paper, rows: Sequence[JournalRow], *, zone: tzinfo | None) -> None:
    """Write the journal, oldest line first."""
    if not rows:
        paper.line("The journal is empty.")
        return
    lines = ((shown(row.at, zone), row.caucus, row.kind, row.words) for row in rows)
    paper.table(("when", "caucus", "what", "in words"), lines)

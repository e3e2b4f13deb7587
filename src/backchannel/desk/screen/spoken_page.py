"""What was spoken with a party, on the screen: marked as heard, or as told by mouth, every time.

Promised: nothing here can be taken for something the party wrote; it is the mediator's own record,
and no desk of the party shows it.
"""

from collections.abc import Sequence
from datetime import tzinfo

from backchannel.desk.screen.moments import shown
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session import HeardRow, ToldRow
from backchannel.desk.session.finding import SHOWN


def show_spoken(
    paper: Paper, party: str, rows: Sequence[HeardRow | ToldRow], *, zone: tzinfo | None
) -> None:
    """Write what was spoken with the party, oldest first; nothing if nothing was."""
    if not rows:
        return
    paper.line()
    paper.head(f"By mouth with {party}: the mediator's own record, at no other desk", style="bold")
    for row in rows:
        paper.line()
        if isinstance(row, HeardRow):
            _show_heard(paper, row, party, zone=zone)
        else:
            _show_told(paper, row, party, zone=zone)


def _show_heard(paper: Paper, row: HeardRow, party: str, *, zone: tzinfo | None) -> None:
    clause = f"heard {_way(row)} from {party}, recorded by {_recorder(row)}"
    if row.attribution is not None:
        clause += f": allows note {row.leave[:SHOWN]} {row.attribution.words}, in these words"
    else:
        clause += f"; {row.handling}"
    if row.state != "live":
        clause += f"; {row.state.upper()}"
    paper.head(f"{row.note[:SHOWN]}  {shown(row.spoken, zone)}  {clause}")
    if row.not_before:
        paper.head(f"          may be used from {shown(row.not_before, zone)} on")
    if row.expires:
        paper.head(f"          expires {shown(row.expires, zone)}")
    paper.quote(row.text)
    paper.rows(row.rows)


def _show_told(paper: Paper, row: ToldRow, party: str, *, zone: tzinfo | None) -> None:
    clause = f"told {party} {_way(row)}, {row.attribution.words}, recorded by {_recorder(row)}"
    rests = ", ".join(basis.note[:SHOWN] for basis in row.rests_on)
    clause += f"; rests on {rests}" if rests else "; rests on no note"
    paper.head(f"{row.conveyance[:SHOWN]}  {shown(row.spoken, zone)}  {clause}")
    if row.breach:
        paper.warn(f"in BREACH of a handling, because: {row.breach}")
    paper.quote(row.text)
    paper.rows(row.rows)
    for correction in row.corrections:
        paper.head(f"          corrected {shown(correction.at, zone)}:")
        paper.quote(correction.text)
        paper.rows(correction.rows)


def _way(row: HeardRow | ToldRow) -> str:
    return f"{row.how.value} ({row.person})" if row.person else row.how.value


def _recorder(row: HeardRow | ToldRow) -> str:
    return f"the mediator ({row.by})" if row.by else "the mediator"

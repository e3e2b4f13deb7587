"""Who knows what, on the screen: each note, and what every other party was told of it."""

from collections.abc import Sequence
from datetime import tzinfo
from itertools import groupby

from backchannel.channel.knowledge import ToldAs
from backchannel.desk.screen.moments import shown
from backchannel.desk.screen.paper import Paper
from backchannel.desk.screen.preview_page import heard_words
from backchannel.desk.session import KnownRow
from backchannel.desk.session.finding import SHOWN


def show_knowledge(
    paper: Paper, rows: Sequence[KnownRow], *, zone: tzinfo | None, searched: bool = False
) -> None:
    """Write each note with what every other party was told of it."""
    if not rows:
        paper.line(
            "Nothing that was said fits what was searched for."
            if searched
            else "Nobody has said anything yet that another party could be told."
        )
        return
    for _, known in groupby(rows, key=lambda row: (row.author, row.note)):
        parties = list(known)
        _show_fact(paper, parties[0], zone=zone)
        paper.table(
            ("party", "told", "when", "in which words"),
            (line for party in parties for line in _lines(party, zone=zone)),
        )
    paper.line(
        "This is what this desk conveyed, and what was recorded as told by mouth. What was said "
        "elsewhere, or guessed, is not here."
    )


def _show_fact(paper: Paper, row: KnownRow, *, zone: tzinfo | None) -> None:
    paper.line()
    what = f"a note of {row.author}"
    if row.how is not None:
        way = heard_words(row.how, row.person)
        what = f"heard from {row.author} ({way} {shown(row.at, zone)}, recorded by the mediator)"
    state = "" if row.state == "live" else f"; {row.state.upper()}"
    paper.head(f"{row.note[:SHOWN]}  {what}{state}:", style="bold")
    paper.quote(row.text)
    paper.rows(row.rows)


def _lines(row: KnownRow, *, zone: tzinfo | None) -> list[tuple[str, ...]]:
    if not row.told:
        return [(row.party, "nothing", "", "")]
    return [line for told in row.told for line in _told(row, told, zone=zone)]


def _told(row: KnownRow, told: ToldAs, *, zone: tzinfo | None) -> list[tuple[str, ...]]:
    how, when = f"{told.attribution.words} ({told.conveyance[:SHOWN]})", told.at
    if told.mouth is not None:
        way = heard_words(told.mouth.how, told.mouth.person).rstrip(",")
        how, when = f"by mouth ({way}) {how}", told.mouth.spoken
        if told.mouth.breach:
            how += f", in BREACH of the handling, because: {told.mouth.breach}"
    if told.in_text:
        how = f"{told.attribution.words}, in the text {told.in_text} ({told.conveyance[:SHOWN]})"
    lines: list[tuple[str, ...]] = [(row.party, how, shown(when, zone), _words(told))]
    for correction in told.corrections:
        words = _with_rows(correction.text, correction.rows)
        lines.append(("", "corrected to", shown(correction.at, zone), words))
    return lines


def _words(told: ToldAs) -> str:
    return _with_rows(told.text if told.reworded else "the note's own", told.rows)


def _with_rows(text: str, rows: Sequence[Sequence[str]]) -> str:
    return "\n".join((text, *("; ".join(row) for row in rows)))

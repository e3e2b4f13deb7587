"""What a desk holds of a channel, in one list: caucuses, what was spoken, the desk's journal.

Promised: at a party's desk it is made of what session shows of its own caucus and of its own
journal, and of nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Final

from backchannel.channel import agenda, communique, proposals, rounds, said, texts, told
from backchannel.channel.caucus import Event
from backchannel.channel.disclosure import View
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.screen.caucus_page import author
from backchannel.desk.screen.entry_words import identifier, text_of, what
from backchannel.desk.screen.preview_page import heard_words
from backchannel.desk.session import HeardRow, ToldRow


class Kind(Enum):
    """What an entry is about, as one filters for it."""

    PROPOSAL = "proposals"
    TEXT = "texts"
    ACCORD = "accords"
    ROUND = "rounds"
    COMMUNIQUE = "communiques"
    AGENDA = "the agenda"
    NOTE = "notes and what became of them"
    CONVEYED = "what was conveyed"
    QUESTION = "questions and what is said to them"
    USE = "requests for a use"
    TALKS = "rules and how the talks stand"
    MOUTH = "what was spoken by mouth"
    DESK = "what the desk noted itself"


# The first that fits: a comment on a clause is a note as well, and a note on a text.
_KINDS: Final[tuple[tuple[type | tuple[type, ...], Kind], ...]] = (
    ((proposals.Proposed, proposals.OnProposal, proposals.ToldOfProposal), Kind.PROPOSAL),
    ((texts.Commented, texts.ClauseJudged, texts.ToldOfText), Kind.TEXT),
    ((said.OnAccord, told.ToldOfAccord), Kind.ACCORD),
    ((rounds.RoundAnswered, rounds.RoundCalled, rounds.RoundCancelled), Kind.ROUND),
    ((communique.CommuniqueAnswered, communique.ToldOfCommunique), Kind.COMMUNIQUE),
    ((agenda.ItemRaised, agenda.AgendaShown), Kind.AGENDA),
    ((told.Conveyed, told.ConveyedAsTheirs, told.ConveyanceCorrected), Kind.CONVEYED),
    ((told.UseRequested, said.UseAnswered), Kind.USE),
    ((said.Asked, told.MediatorAsked, told.MediatorSaid), Kind.QUESTION),
    ((said.Said, said.OnNote), Kind.NOTE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry. `seat`, `party`: with whom, at the mediator's desk; empty of the whole channel."""

    at: datetime
    kind: Kind
    author: str
    what: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    key: str = ""
    mine: bool = True
    seat: str = ""
    party: str = ""

    @property
    def all_words(self) -> str:
        """Return everything of the entry that can be searched for."""
        cells = (cell for row in self.rows for cell in row)
        return " ".join((self.author, self.what, self.text, self.party, self.key, *cells))


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a desk holds of a channel, oldest first; `seats` are names, at the mediator's desk."""

    mediates: bool
    seats: dict[str, str]
    lines: tuple[Line, ...]


def held_of(desk: Desk, channel: str) -> Held:
    """Return everything that this desk shows of a channel."""
    mediates = session.role(desk, channel) == "mediator"
    seats: dict[str, str] = {}
    lines = list(_journal(desk, channel, mediates=mediates))
    if mediates:
        known = session.record(desk, channel).seats
        seats = {seat: each.name for seat, each in known.items()}
        for seat, name in seats.items():
            view = session.view(desk, channel, seat=seat)
            mouth = session.spoken(desk, channel, seat=seat)
            here = (*_entries(view, mediates=True), *map(_spoken, mouth))
            lines += [replace(line, seat=seat, party=name) for line in here]
    else:
        lines += _entries(session.view(desk, channel), mediates=False)
    # By the clock of who wrote it; of one minute, in the order of the caucus.
    lines.sort(key=lambda line: line.at)
    return Held(mediates=mediates, seats=seats, lines=tuple(lines))


def _entries(view: View, *, mediates: bool) -> Iterator[Line]:
    for entry in view.entries:
        yield Line(
            at=entry.event.at,
            kind=_kind(entry.event),
            author=author(entry, view),
            what=what(entry, view),
            text=text_of(entry.event),
            rows=getattr(entry.event, "rows", ()),
            key=identifier(entry.event),
            mine=entry.from_party != mediates,
        )


def _kind(event: Event) -> Kind:
    return next((kind for types, kind in _KINDS if isinstance(event, types)), Kind.TALKS)


def _spoken(row: HeardRow | ToldRow) -> Line:
    heard = isinstance(row, HeardRow)
    way = heard_words(row.how, row.person).rstrip(",")
    handling = row.handling if isinstance(row, HeardRow) else row.attribution.words
    return Line(
        at=row.spoken,
        kind=Kind.MOUTH,
        author=f"the mediator ({row.by}):" if row.by else "the mediator:",
        what=f"{'heard' if heard else 'told'} by mouth ({way}); {handling}",
        text=row.text,
        rows=row.rows,
        key=row.note if isinstance(row, HeardRow) else row.conveyance,
        mine=not heard,
    )


def _journal(desk: Desk, channel: str, *, mediates: bool) -> Iterator[Line]:
    for row in session.journal(desk, channel):
        yield Line(
            at=row.at,
            kind=Kind.DESK,
            author="the desk:",
            what=row.kind,
            text=row.words,
            party=row.caucus if mediates else "",
        )

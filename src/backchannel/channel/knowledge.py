"""Who knows what: for each thing said, who was told it, as what, when, resting on which note.

For the mediator only. A fact is a note, written at a desk or heard by mouth, with its list. It says
what was *conveyed*, by a desk or by mouth; what a party may have guessed or heard elsewhere is not
here unless it was recorded.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from backchannel.channel.caucus import Note
from backchannel.channel.channel import Channel
from backchannel.channel.channel_texts import Text
from backchannel.channel.conveying import note_of
from backchannel.channel.handling import Attribution, Handling
from backchannel.channel.names import ConveyanceId, NoteId, Rows, SeatId, TextId
from backchannel.channel.oral import How, ToldByMouth
from backchannel.channel.proposals import words_of
from backchannel.channel.record import Basis, Conveyance
from backchannel.channel.rules import NoteState
from backchannel.channel.texts import TextShown
from backchannel.channel.wording import words as words_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A note as it stands; `how` it was heard, if it was not written at its author's desk."""

    author: SeatId
    note: NoteId
    at: datetime
    text: str
    rows: Rows
    handling: Handling
    state: NoteState
    how: How | None = None
    person: str = ""

    @property
    def basis(self) -> Basis:
        """As a conveyance rests on it."""
        return Basis(seat=self.author, note=self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mouth:
    """How something was told by mouth; `breach`: why, although its author had not allowed it."""

    how: How
    spoken: datetime
    person: str
    breach: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What was told in the place of something wrong."""

    at: datetime
    text: str
    rows: Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAs:
    """One time a party was told of a note; `reworded`: in other words than the note's as it is.

    `in_text` is the title of a negotiating text it went into; its `conveyance` is that text then.
    """

    conveyance: ConveyanceId | TextId
    at: datetime
    attribution: Attribution
    text: str
    rows: Rows
    reworded: bool
    mouth: Mouth | None = None
    in_text: str = ""
    corrections: tuple[Corrected, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What one seat was told of one note of another seat; empty `told` means: nothing."""

    fact: Fact
    seat: SeatId
    told: tuple[ToldAs, ...]


def facts(channel: Channel) -> Iterator[Fact]:
    """Yield every note, by seat: those written at a desk, then those heard by mouth."""
    heard: dict[SeatId, list[Fact]] = defaultdict(list)
    for known in channel.heard.values():
        heard[known.heard.seat].append(_fact(known.heard.seat, known.note, known.heard.how))
    for author, caucus in channel.caucuses.items():
        yield from (_fact(author, note, None) for note in caucus.notes.values())
        yield from heard[author]


def fact_of(channel: Channel, basis: Basis) -> Fact:
    """Return the note that a conveyance rests on. Raises: RuleBrokenError."""
    known = channel.heard.get(basis.note)
    how = known.heard.how if known is not None and known.heard.seat == basis.seat else None
    return _fact(basis.seat, note_of(channel, basis), how)


def _fact(author: SeatId, note: Note, how: How | None) -> Fact:
    said = note.said
    return Fact(
        author=author,
        note=said.note,
        at=said.at,
        text=words_of(said),
        rows=said.rows,
        handling=note.handling,
        state=note.state,
        how=how,
        person=said.by,
    )


def who_knows_what(channel: Channel) -> tuple[Known, ...]:
    """Return a row for each note and each party other than its author, in the order of seats."""
    known = tuple(facts(channel))
    told = _told(channel, {fact.basis: fact for fact in known})
    return tuple(
        Known(fact=fact, seat=seat, told=tuple(told[fact.basis, seat]))
        for fact in known
        for seat in channel.seats
        if seat != fact.author
    )


Corrections = tuple[Corrected, ...]


def corrections(channel: Channel) -> Mapping[ConveyanceId, Corrections]:
    """Return what was told in the place of each conveyance, oldest first."""
    found: dict[ConveyanceId, Corrections] = defaultdict(tuple)
    for entry in channel.corrections:
        found[entry.conveyance] += (Corrected(at=entry.at, text=entry.text, rows=entry.rows),)
    return found


def _told(
    channel: Channel, known: Mapping[Basis, Fact]
) -> Mapping[tuple[Basis, SeatId], Sequence[ToldAs]]:
    # Gathered once: to look through all conveyances for each note would be slow in a long channel.
    told: dict[tuple[Basis, SeatId], list[ToldAs]] = defaultdict(list)
    corrected = corrections(channel)
    for entry in channel.conveyances.values():
        for basis in entry.rests_on:
            telling = _told_as(known[basis], entry, corrected.get(entry.conveyance, ()))
            told[basis, entry.seat].append(telling)
    for key, text in channel.texts.items():
        for seat, at, version in _showings(channel, key):
            for resting in text.versions[version - 1].rests_on:
                shown = _told_in(text, key, at, version, attribution=resting.attribution)
                told[resting.basis, seat].append(shown)
    return told


def _told_as(fact: Fact, entry: Conveyance, corrected: Corrections) -> ToldAs:
    mouth = None
    if isinstance(entry, ToldByMouth):
        mouth = Mouth(how=entry.how, spoken=entry.spoken, person=entry.person, breach=entry.breach)
    return ToldAs(
        conveyance=entry.conveyance,
        at=entry.at,
        attribution=entry.attribution,
        text=entry.text,
        rows=entry.rows,
        reworded=entry.text != fact.text,
        mouth=mouth,
        corrections=corrected,
    )


def _showings(channel: Channel, key: TextId) -> Iterator[tuple[SeatId, datetime, int]]:
    """Yield to which seat which of the mediator's versions of a text was shown, and when."""
    text = channel.texts[key]
    for seat, versions in text.shown.items():
        entries = channel.caucuses[seat].entries.values()
        times = [e.at for e in entries if isinstance(e, TextShown) and e.of_text == key]
        # What was shown before the seat had a desk: when it was written is all that is known.
        before = len(versions) - len(times)
        for number, version in enumerate(versions):
            spoken = text.versions[version - 1].at
            yield seat, times[number - before] if number >= before else spoken, version


def _told_in(
    text: Text, key: TextId, at: datetime, version: int, *, attribution: Attribution
) -> ToldAs:
    return ToldAs(
        conveyance=key,
        at=at,
        attribution=attribution,
        text=f"version {version} of the text",
        rows=(),
        reworded=True,
        in_text=text.words.title,
    )


def found(rows: Sequence[Known], words: str) -> tuple[Known, ...]:
    """Return the rows in which every one of these words begins a word: of the note or of a telling.

    A row that fits brings the note's other rows with it: to whom it was *not* told counts as much.
    """
    wanted = words_in(words)
    fitting = {row.fact.basis for row in rows if _fits(row, wanted)}
    return tuple(row for row in rows if row.fact.basis in fitting)


def _fits(row: Known, wanted: Sequence[str]) -> bool:
    texts = [row.fact.text, *_cells(row.fact.rows)]
    for told in row.told:
        texts += [told.text, *_cells(told.rows)]
        for correction in told.corrections:
            texts += [correction.text, *_cells(correction.rows)]
    there = {word for text in texts for word in words_in(text)}
    return all(any(word.startswith(each) for word in there) for each in wanted)


def _cells(rows: Rows) -> Iterator[str]:
    return (cell for row in rows for cell in row)

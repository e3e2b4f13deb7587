"""What may be conveyed, by a desk or by mouth: the handlings of the notes it rests on decide.

What goes by a desk is judged now. What was told by mouth is judged as things stood when it was
spoken: a note taken back since was still live, one widened since was not yet. What no handling
allowed cannot be conveyed; it may have been spoken, and is then recorded as a breach.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from backchannel.channel import channel_oral
from backchannel.channel.brackets import Bracket, parse_brackets
from backchannel.channel.caucus import Note
from backchannel.channel.channel import Channel
from backchannel.channel.clauses import NegotiatingText
from backchannel.channel.errors import HandlingForbidsError, RuleBrokenError
from backchannel.channel.handling import Attribution
from backchannel.channel.names import ConveyanceId, SeatId, normalised
from backchannel.channel.oral import Leave, ToldByMouth
from backchannel.channel.record import Basis, Conveyance, Correction
from backchannel.channel.rules import NoteState, RequestState
from backchannel.channel.said import HandlingWidened, Withdrew
from backchannel.channel.texts import Resting, TextShowing
from backchannel.channel.told import UseRequested


def may_convey(channel: Channel, entry: Conveyance) -> None:
    """Let the conveyance pass, or say why not.

    Raises:
        HandlingForbidsError: the author of a note has not allowed this use.
        RuleBrokenError: anything else.
    """
    _may_be(channel, entry)
    try:
        for basis in entry.rests_on:
            _may_use(channel, entry, basis)
    except HandlingForbidsError:
        if not _breach(entry):
            raise
        return
    if _breach(entry):
        raise RuleBrokenError(
            "no handling forbids what was told: it is no breach; leave the reason out"
        )


def _breach(entry: Conveyance) -> str:
    return entry.breach if isinstance(entry, ToldByMouth) else ""


def _may_be(channel: Channel, entry: Conveyance) -> None:
    """Check what no breach can excuse: the record would not make sense."""
    if entry.conveyance in channel.conveyances:
        raise RuleBrokenError("there is a conveyance with this id already")
    authors = {basis.seat for basis in entry.rests_on}
    if entry.seat in authors:
        raise RuleBrokenError("a note is not conveyed to its own author")
    if entry.attribution is Attribution.AUTHOR and len(authors) != 1:
        raise RuleBrokenError(
            "words conveyed as their author's rest on notes of exactly one party; "
            "name the note, or convey without attribution"
        )
    cells = [cell for row in entry.rows for cell in row]
    if entry.attribution is not Attribution.AUTHOR and any(
        text != normalised(text) for text in (entry.text, *cells)
    ):
        raise RuleBrokenError(
            "text without attribution must not hold what the eye cannot see; normalise it"
        )
    for basis in entry.rests_on:
        said = note_of(channel, basis).said
        # Both times are this desk's own; of a note written at a desk, the clock may be ahead.
        heard = basis.note in channel.heard
        if isinstance(entry, ToldByMouth) and heard and entry.spoken < said.at:
            raise RuleBrokenError("it was told before the note was heard; correct the time")


def may_correct(channel: Channel, entry: Correction, wrong: Conveyance) -> None:
    """Let the correction of that conveyance pass. Raises: RuleBrokenError."""
    # A note withdrawn or expired since does not stand in the way: an error must be put right. But
    # words that an author wanted to see first are not changed behind its back.
    right = replace(wrong, text=entry.text, rows=entry.rows)
    if isinstance(right, ToldByMouth):
        right = replace(right, at=entry.at, spoken=entry.at)
    for basis in () if _breach(wrong) else wrong.rests_on:
        if note_of(channel, basis).handling.ask_first:
            _check_asked(channel, right, basis)


def note_of(channel: Channel, basis: Basis) -> Note:
    """Return the note, written or heard. Raises: RuleBrokenError."""
    if basis.seat not in channel.seats:
        raise RuleBrokenError("there is no such seat in this channel")
    heard = channel.heard.get(basis.note)
    if heard is not None and heard.heard.seat == basis.seat:
        return heard.note
    notes = channel.caucuses[basis.seat].notes
    if basis.note not in notes:
        raise RuleBrokenError("there is no such note in this channel")
    return notes[basis.note]


def check_live(note: Note, author: str) -> None:
    """Raises: HandlingForbidsError, for a note that its author took back."""
    if note.state is not NoteState.LIVE:
        raise HandlingForbidsError(f"{author} has {note.state.value} this note: it cannot be used")


def _may_use(channel: Channel, entry: Conveyance, basis: Basis) -> None:
    note, now = note_of(channel, basis), entry.at
    if isinstance(entry, ToldByMouth):
        note, now = _as_it_stood(channel, basis, entry.spoken), entry.spoken
    author = channel.seats[basis.seat].name
    check_live(note, author)
    if not note.handling.allows(entry.attribution):
        raise HandlingForbidsError(
            f"the handling forbids it: {author} says of this note '{note.handling.words}', "
            f"and it would go {entry.attribution.words}"
        )
    begins, ends = note.said.not_before, note.said.expires
    if begins is not None and now < begins:
        raise HandlingForbidsError(
            f"this note of {author} may be used from {begins:%Y-%m-%d %H:%M} UTC on"
        )
    if ends is not None and now >= ends:
        raise HandlingForbidsError(f"this note of {author} expired {ends:%Y-%m-%d %H:%M} UTC")
    if note.handling.ask_first:
        _check_asked(channel, entry, basis)
    if note.handling.only_if:
        _check_condition(channel, entry, note, now)


def may_use_in_text(channel: Channel, resting: Resting, seat: SeatId, entry: TextShowing) -> None:
    """Let a note go into a negotiating text that this seat is shown. Raises as `may_convey`.

    A note whose author is to be asked first goes in just in the words it allowed: as a wording, or
    as one side's alternative in a bracket.
    """
    words = channel.texts[entry.of_text].versions[entry.version - 1].words
    note = note_of(channel, resting.basis)
    pieces = tuple(_pieces(words)) if note.handling.ask_first else (words.title,)
    uses = [
        Conveyance(
            at=entry.at,
            seat=seat,
            conveyance=ConveyanceId(entry.of_text),
            text=piece,
            attribution=resting.attribution,
            rests_on=(resting.basis,),
        )
        for piece in pieces
    ]
    if not any(_passes(channel, use, resting.basis) for use in uses[:-1]):
        _may_use(channel, uses[-1], resting.basis)


def _passes(channel: Channel, use: Conveyance, basis: Basis) -> bool:
    try:
        _may_use(channel, use, basis)
    except HandlingForbidsError:
        return False
    return True


def _pieces(words: NegotiatingText) -> Iterator[str]:
    for clause in words.clauses:
        for wording in clause.wordings:
            for part in parse_brackets(wording.text):
                if isinstance(part, Bracket):
                    yield from (each.text for each in part.alternatives if each.text)
            yield wording.text


def _as_it_stood(channel: Channel, basis: Basis, spoken: datetime) -> Note:
    """Return the note as it was then. Of one that was erased, only that it was there is left."""
    heard = channel.heard.get(basis.note)
    if heard is not None and heard.heard.seat == basis.seat:
        live = heard.ended is None or heard.ended > spoken
        return replace(heard.note, state=NoteState.LIVE) if live else heard.note
    note = note_of(channel, basis)
    if note.state is NoteState.ERASED:
        return note
    state, handling = NoteState.LIVE, note.said.handling
    for event in channel.caucuses[basis.seat].entries.values():
        match event:
            case HandlingWidened(note=basis.note, at=at) if at <= spoken:
                handling = event.handling
            case Withdrew(note=basis.note, at=at) if at <= spoken:
                state = NoteState.WITHDRAWN
    return replace(note, state=state, handling=handling)


def _check_asked(channel: Channel, entry: Conveyance, basis: Basis) -> None:
    spoken = entry.spoken if isinstance(entry, ToldByMouth) else entry.at
    leaves: list[Leave | UseRequested] = [
        *channel_oral.leaves(channel.heard, basis.note, spoken),
        *(
            request.asked
            for request in channel.caucuses[basis.seat].requests.values()
            if request.state is RequestState.ALLOWED and request.asked.note == basis.note
        ),
    ]
    allowed = any(
        leave.attribution is entry.attribution and normalised(leave.text) == normalised(entry.text)
        for leave in leaves
    )
    # A request names a wording and no list: with one, more would go than was asked for.
    if not allowed or entry.rows:
        raise HandlingForbidsError(
            f"{channel.seats[basis.seat].name} wants to be asked before this note is used: "
            "request the use in just this wording and attribution, without a list, and wait for "
            "its yes"
        )


def _check_condition(channel: Channel, entry: Conveyance, note: Note, now: datetime) -> None:
    # What it has taken back, it does not say any more.
    if not _said_it(channel, entry, now):
        raise HandlingForbidsError(
            f"this note may be used only if {channel.seats[entry.seat].name} first says: "
            f"{note.handling.only_if}; name the note in which it has said so"
        )


def _said_it(channel: Channel, entry: Conveyance, now: datetime) -> bool:
    key, seat = entry.condition_met_by, entry.seat
    if key is None:
        return False
    heard = channel.heard.get(key)
    if heard is not None and heard.heard.seat == seat:
        there = heard.heard.spoken <= now
        return there and (heard.ended is None or heard.ended > now)
    theirs = channel.caucuses[seat].notes.get(key)
    return theirs is not None and theirs.state is NoteState.LIVE

"""What the mediator may do, and above all: what may be conveyed.

Each entry is checked against the record, and what it would tell a party against that party's own
caucus rules, so that nothing can be sent that the party's desk would refuse. A refusal here is
shown to the mediator only, and may therefore speak of any caucus.
"""

import unicodedata
from dataclasses import replace

from backchannel.channel.accord import AccordForm, AccordText
from backchannel.channel.accord_text import parse
from backchannel.channel.caucus import Note
from backchannel.channel.caucus_rules import may as may_in_caucus
from backchannel.channel.channel import Accord, Channel, seats_named
from backchannel.channel.disclosure import tell
from backchannel.channel.errors import ChannelError, HandlingForbidsError, RuleBrokenError
from backchannel.channel.handling import Attribution
from backchannel.channel.names import AccordId, SeatId, normalised
from backchannel.channel.record import (
    Basis,
    Closure,
    Conveyance,
    Correction,
    Drafted,
    Entry,
    Frozen,
    Marking,
    OnDraft,
    Opened,
    Putting,
    Received,
    Release,
    Resumption,
    SeatAdded,
    SeatClosed,
    Suspension,
    Thawed,
    ToSeat,
    UseRequest,
    Welcome,
)
from backchannel.channel.rules import (
    AccordLife,
    NoteState,
    RequestState,
    Stance,
    check_standing,
    follow,
)
from backchannel.channel.told import Closed, Conveyed, Resumed, Suspended

_TOLD_AS = {Suspension: Suspended, Resumption: Resumed, Closure: Closed}


def may(channel: Channel, entry: Entry) -> None:
    """Let the entry pass, or say why not.

    Raises:
        HandlingForbidsError: the author of a note has not allowed this use.
        RuleBrokenError: anything else. Nothing has changed in either case.
    """
    _may_enter(channel, entry)
    for seat, event in tell(channel, entry).items():
        may_in_caucus(channel.caucuses[seat], event)


def _may_enter(channel: Channel, entry: Entry) -> None:
    if isinstance(entry, Opened):
        if channel.opened is not None:
            raise RuleBrokenError("the channel is open already")
        return
    if channel.opened is None:
        raise RuleBrokenError("the channel is not open yet; open it first")
    match entry:
        case SeatAdded(seat=seat, name=name):
            if seat in channel.seats or _folded(name) in {
                _folded(s.name) for s in channel.seats.values()
            }:
                raise RuleBrokenError(f"there is a seat {name} already; choose another name")
            if _folded(name) == _folded(channel.opened.mediator):
                raise RuleBrokenError(f"{name} is the mediator; a party needs another name")
        case Received(seat=seat, event=event):
            if channel.seats[_known(channel, seat)].closed:
                raise RuleBrokenError("the seat is closed: nothing is taken from it any more")
            may_in_caucus(channel.caucuses[seat], event)
        case ToSeat(seat=seat):
            _may_tell_seat(channel, entry, seat)
        case Correction(conveyance=conveyance):
            if conveyance not in channel.conveyances:
                raise RuleBrokenError("there is no such conveyance to correct")
            _may_correct(channel, entry, channel.conveyances[conveyance])
        case OnDraft():
            _may_do_with_accord(channel, entry)
        case _:  # a suspension, a resumption, a closure
            follow(channel.standing, _TOLD_AS[type(entry)])


def _may_tell_seat(channel: Channel, entry: ToSeat, seat: SeatId) -> None:
    known = _seat(channel, seat)
    if channel.seats[seat].closed:
        raise RuleBrokenError(f"the seat {known} is closed: nothing goes to it any more")
    if isinstance(entry, SeatClosed):
        return
    if isinstance(entry, Thawed):
        if not channel.seats[seat].frozen:
            raise RuleBrokenError(f"the seat {known} is not frozen")
        return
    _check_thawed(channel, seat)
    if isinstance(entry, Frozen):
        return
    if isinstance(entry, Welcome):
        # A party that joins meanwhile is welcomed when the talks go on, and finds them open.
        check_standing(channel.standing, Conveyed)
    if isinstance(entry, UseRequest):
        note = _note(channel, Basis(seat=seat, note=entry.note))
        _check_live(note, known)
        if not note.handling.allows(entry.attribution):
            raise HandlingForbidsError(
                f"{known} says of this note '{note.handling.words}': no other use can be asked for"
            )
    if isinstance(entry, Conveyance):
        _may_convey(channel, entry)


def _may_convey(channel: Channel, entry: Conveyance) -> None:
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
        _may_use(channel, entry, basis)


def _may_use(channel: Channel, entry: Conveyance, basis: Basis) -> None:
    note = _note(channel, basis)
    author = channel.seats[basis.seat].name
    _check_live(note, author)
    if not note.handling.allows(entry.attribution):
        raise HandlingForbidsError(
            f"the handling forbids it: {author} says of this note '{note.handling.words}', "
            f"and it would go {entry.attribution.words}"
        )
    begins, ends = note.said.not_before, note.said.expires
    if begins is not None and entry.at < begins:
        raise HandlingForbidsError(
            f"this note of {author} may be used from {begins:%Y-%m-%d %H:%M} UTC on"
        )
    if ends is not None and entry.at >= ends:
        raise HandlingForbidsError(f"this note of {author} expired {ends:%Y-%m-%d %H:%M} UTC")
    if note.handling.ask_first:
        _check_asked(channel, entry, basis)
    if note.handling.only_if:
        _check_condition(channel, entry, note)


def _may_correct(channel: Channel, entry: Correction, wrong: Conveyance) -> None:
    # A note withdrawn or expired since does not stand in the way: an error must be put right. But
    # words that an author wanted to see first are not changed behind its back.
    _check_thawed(channel, wrong.seat)
    right = replace(wrong, text=entry.text, rows=entry.rows)
    for basis in wrong.rests_on:
        if _note(channel, basis).handling.ask_first:
            _check_asked(channel, right, basis)


def _check_live(note: Note, author: str) -> None:
    if note.state is not NoteState.LIVE:
        raise HandlingForbidsError(f"{author} has {note.state.value} this note: it cannot be used")


def _check_asked(channel: Channel, entry: Conveyance, basis: Basis) -> None:
    allowed = any(
        request.state is RequestState.ALLOWED
        and request.asked.note == basis.note
        and request.asked.attribution is entry.attribution
        and normalised(request.asked.text) == normalised(entry.text)
        for request in channel.caucuses[basis.seat].requests.values()
    )
    # A request names a wording and no list: with one, more would go than was asked for.
    if not allowed or entry.rows:
        raise HandlingForbidsError(
            f"{channel.seats[basis.seat].name} wants to be asked before this note is used: "
            "request the use in just this wording and attribution, without a list, and wait for "
            "its yes"
        )


def _check_condition(channel: Channel, entry: Conveyance, note: Note) -> None:
    notes = channel.caucuses[entry.seat].notes
    theirs = notes.get(entry.condition_met_by) if entry.condition_met_by is not None else None
    # What it has taken back, it does not say any more.
    if theirs is None or theirs.state is not NoteState.LIVE:
        raise HandlingForbidsError(
            f"this note may be used only if {channel.seats[entry.seat].name} first says: "
            f"{note.handling.only_if}; name the note in which it has said so"
        )


def _may_do_with_accord(channel: Channel, entry: OnDraft) -> None:
    if isinstance(entry, Drafted):
        _may_draft(channel, entry)
        return
    accord = _accord(channel, entry.accord)
    if isinstance(entry, Putting):
        _may_put(channel, accord)
    elif isinstance(entry, Release):
        _may_release(channel, entry, accord)
    elif accord.life is AccordLife.DRAFTED:
        raise RuleBrokenError("the accord is only a draft; put it to the parties first")
    elif isinstance(entry, Marking) and not _known_report(channel, entry, accord):
        raise RuleBrokenError("there is no such report by a party of this accord")


def _known_report(channel: Channel, entry: Marking, accord: Accord) -> bool:
    return entry.rests_on is None or channel.arrived.get(entry.rests_on) in accord.seats


def _may_draft(channel: Channel, entry: Drafted) -> None:
    known = channel.accords.get(entry.accord)
    if known is not None and known.life is not AccordLife.DRAFTED:
        raise RuleBrokenError(f"the accord is {known.life.value}: its text cannot change any more")
    try:
        accord = parse(entry.text)
    except ChannelError as error:
        raise RuleBrokenError(f"the draft is not in canonical form: {error}") from error
    if accord.id != entry.accord:
        raise RuleBrokenError("the draft names another accord")
    _check_names(channel, accord)


def _check_names(channel: Channel, accord: AccordText) -> None:
    unknown = sorted({p.name for p in accord.parties} - {s.name for s in channel.seats.values()})
    if unknown:
        raise RuleBrokenError(f"the accord names parties without a seat: {', '.join(unknown)}")


def _may_put(channel: Channel, accord: Accord) -> None:
    if accord.life is not AccordLife.DRAFTED:
        raise RuleBrokenError(f"the accord is {accord.life.value}: it was put already")
    for seat in seats_named(channel.seats, accord.accord):
        if channel.seats[seat].frozen:
            raise RuleBrokenError(f"the seat {channel.seats[seat].name} is frozen; thaw it first")


def _may_release(channel: Channel, entry: Release, accord: Accord) -> None:
    if accord.life is not AccordLife.PUT:
        raise RuleBrokenError(f"the accord is {accord.life.value}: it is released once it is put")
    if accord.accord.form is AccordForm.UNDERSTANDING:
        if entry.declaration:
            raise RuleBrokenError("an understanding is signed by nobody")
        return
    missing = [seat for seat in accord.seats if stance(channel, seat, entry.accord) is not _YES]
    if missing:
        names = ", ".join(channel.seats[seat].name for seat in missing)
        raise RuleBrokenError(f"not all have adhered (missing: {names}): all are released or none")
    if not entry.declaration:
        raise RuleBrokenError("a declaration is signed by the mediator when it is released")


_YES = Stance.ADHERED


def stance(channel: Channel, seat: SeatId, accord: AccordId) -> Stance:
    """Return where a party stands on an accord put to it."""
    known = channel.caucuses[seat].accords.get(accord)
    return known.stance if known else Stance.UNDECIDED


def _known(channel: Channel, seat: SeatId) -> SeatId:
    if seat not in channel.seats:
        raise RuleBrokenError("there is no such seat in this channel")
    return seat


def _seat(channel: Channel, seat: SeatId) -> str:
    return channel.seats[_known(channel, seat)].name


def _check_thawed(channel: Channel, seat: SeatId) -> None:
    if channel.seats[seat].frozen:
        name = channel.seats[seat].name
        raise RuleBrokenError(f"the seat {name} is frozen: nothing goes to it until it is thawed")


def _folded(name: str) -> str:
    # An accord refuses names that only letter case or width tells apart; so must the seats.
    return unicodedata.normalize("NFKC", name).casefold()


def _note(channel: Channel, basis: Basis) -> Note:
    _seat(channel, basis.seat)
    notes = channel.caucuses[basis.seat].notes
    if basis.note not in notes:
        raise RuleBrokenError("there is no such note in this channel")
    return notes[basis.note]


def _accord(channel: Channel, accord: AccordId) -> Accord:
    if accord not in channel.accords:
        raise RuleBrokenError("there is no such accord in this channel; draft it first")
    return channel.accords[accord]

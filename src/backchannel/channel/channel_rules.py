"""What the mediator may do, and above all: what may be conveyed.

Each entry is checked against the record, and what it would tell a party against that party's own
caucus rules, so that nothing can be sent that the party's desk would refuse. A refusal here is
shown to the mediator only, and may therefore speak of any caucus.
"""

import unicodedata
from functools import partial

from backchannel.channel import (
    channel_communiques,
    channel_oral,
    channel_proposals,
    channel_rounds,
    channel_texts,
    mirrors,
)
from backchannel.channel.accord import AccordForm, AccordText
from backchannel.channel.accord_text import parse
from backchannel.channel.agenda import AgendaSet, AgendaShown, Kept
from backchannel.channel.caucus_rules import may as may_in_caucus
from backchannel.channel.channel import Accord, Channel, seats_named
from backchannel.channel.communique import OnCommunique
from backchannel.channel.conveying import (
    check_live,
    may_convey,
    may_correct,
    may_use_in_text,
    note_of,
)
from backchannel.channel.disclosure import tell
from backchannel.channel.errors import ChannelError, HandlingForbidsError, RuleBrokenError
from backchannel.channel.events import Entry
from backchannel.channel.names import AccordId, SeatId
from backchannel.channel.oral import Heard, HeardTakenBack, ToldByMouth
from backchannel.channel.pairing import faults_of_editions
from backchannel.channel.proposals import OnPutProposal
from backchannel.channel.record import (
    Announcement,
    Basis,
    Closure,
    Conveyance,
    Correction,
    Drafted,
    Frozen,
    Marking,
    MirrorRelease,
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
from backchannel.channel.returned import Returned
from backchannel.channel.rounds import OnRound
from backchannel.channel.rules import (
    AccordLife,
    Stance,
    check_standing,
    follow,
)
from backchannel.channel.texts import OnText
from backchannel.channel.told import AccordReleased, Closed, Conveyed, Resumed, Suspended

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
        case Received(seat=seat, event=event) | Returned(seat=seat, event=event):
            if channel.seats[_known(channel, seat)].closed:
                raise RuleBrokenError("the seat is closed: nothing is taken from it any more")
            may_in_caucus(channel.caucuses[seat], event)
        case ToSeat(seat=seat):
            _may_tell_seat(channel, entry, seat)
        case Correction(conveyance=conveyance):
            if conveyance not in channel.conveyances:
                raise RuleBrokenError("there is no such conveyance to correct")
            wrong = channel.conveyances[conveyance]
            if not isinstance(wrong, ToldByMouth):
                _check_thawed(channel, wrong.seat)
            may_correct(channel, entry, wrong)
        case OnDraft():
            _may_do_with_accord(channel, entry)
        case Announcement():
            follow(channel.standing, _TOLD_AS[type(entry)])
        case _:
            _may_enter_of_the_talks(channel, entry)


def _may_enter_of_the_talks(channel: Channel, entry: Entry) -> None:
    match entry:
        case AgendaSet(items=items):
            _may_set_agenda(channel, items)
        case MirrorRelease(texts=texts):
            _may_release_mirrors(channel, tuple(text.accord for text in texts))
        case OnPutProposal():
            channel_proposals.may(channel, entry, channel.standing)
        case OnText():
            channel_texts.may(
                channel, entry, channel.standing, may_use=partial(may_use_in_text, channel)
            )
        case OnRound():
            channel_rounds.may(channel.rounds, channel, entry, channel.standing)
        case OnCommunique():
            channel_communiques.may(channel.communiques, channel, entry, channel.standing)
        case Heard() | HeardTakenBack():
            channel_oral.may(channel.heard, channel.seats, entry)


def _may_set_agenda(channel: Channel, items: tuple[Kept, ...]) -> None:
    check_standing(channel.standing, AgendaShown)
    for kept in items:
        for seat in (*kept.shown_to, *([SeatId(kept.raised_by)] if kept.raised_by else [])):
            _known(channel, seat)


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
    if isinstance(entry, ToldByMouth):
        # A seat is frozen for the sake of its desk; what was spoken did not go there.
        may_convey(channel, entry)
        return
    _check_thawed(channel, seat)
    if isinstance(entry, Frozen):
        return
    if isinstance(entry, Welcome):
        # A party that joins meanwhile is welcomed when the talks go on, and finds them open.
        check_standing(channel.standing, Conveyed)
    if isinstance(entry, UseRequest):
        note = note_of(channel, Basis(seat=seat, note=entry.note))
        check_live(note, known)
        if not note.handling.allows(entry.attribution):
            raise HandlingForbidsError(
                f"{known} says of this note '{note.handling.words}': no other use can be asked for"
            )
    if isinstance(entry, Conveyance):
        may_convey(channel, entry)


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
    mirrors.may_amend(channel.accords, accord)


def _check_names(channel: Channel, accord: AccordText) -> None:
    unknown = sorted({p.name for p in accord.parties} - {s.name for s in channel.seats.values()})
    if unknown:
        raise RuleBrokenError(f"the accord names parties without a seat: {', '.join(unknown)}")


def _may_put(channel: Channel, accord: Accord) -> None:
    if accord.life is not AccordLife.DRAFTED:
        raise RuleBrokenError(f"the accord is {accord.life.value}: it was put already")
    # A seat may have been closed since the draft: what is put to nobody would need no signature.
    _check_names(channel, accord.accord)
    mirrors.may_put(channel.accords, accord.accord)
    _check_editions(accord.accord)
    for seat in seats_named(channel.seats, accord.accord):
        if channel.seats[seat].frozen:
            raise RuleBrokenError(f"the seat {channel.seats[seat].name} is frozen; thaw it first")


def _check_editions(accord: AccordText) -> None:
    # In an understanding each side's own words stand, which may differ; what is signed may not.
    editions = {edition.language: edition.text for edition in accord.editions}
    unpaired = faults_of_editions(editions) if accord.form.signed else ()
    if unpaired:
        raise RuleBrokenError(
            f"the editions do not say the same, and no version would control: {unpaired[0].words}"
        )


def _may_release(channel: Channel, entry: Release, accord: Accord) -> None:
    if accord.life is not AccordLife.PUT:
        raise RuleBrokenError(f"the accord is {accord.life.value}: it is released once it is put")
    if accord.accord.form is AccordForm.MIRROR:
        raise RuleBrokenError("mirror texts are all released in one, or none is")
    if not accord.accord.form.signed:
        if entry.declaration:
            raise RuleBrokenError("an understanding is signed by nobody")
        return
    _check_adhered(channel, entry.accord)
    if not entry.declaration:
        raise RuleBrokenError("a signed accord is signed by the mediator, too, when it is released")


def _may_release_mirrors(channel: Channel, released: tuple[AccordId, ...]) -> None:
    mirrors.may_release(channel.accords, released)
    for key in released:
        follow(channel.accords[key].life, AccordReleased)
        _check_adhered(channel, key)


def _check_adhered(channel: Channel, key: AccordId) -> None:
    seats = channel.accords[key].seats
    missing = [seat for seat in seats if stance(channel, seat, key) is not _YES]
    if missing:
        names = ", ".join(channel.seats[seat].name for seat in missing)
        raise RuleBrokenError(f"not all have adhered (missing: {names}): all are released or none")


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


def _accord(channel: Channel, accord: AccordId) -> Accord:
    if accord not in channel.accords:
        raise RuleBrokenError("there is no such accord in this channel; draft it first")
    return channel.accords[accord]

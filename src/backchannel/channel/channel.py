"""The mediator's channel: every caucus, and the record of what was done with what was said.

A fold over the mediator's entries. Whatever a party is to be told is made by `disclosure.tell` and
entered into that party's caucus here, exactly as the party's own desk will enter it: what the
mediator sees as that party and what the party sees are the same by construction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from backchannel.channel import caucus as caucuses_
from backchannel.channel import (
    channel_communiques,
    channel_oral,
    channel_proposals,
    channel_rounds,
    channel_texts,
    disclosure,
    returned,
)
from backchannel.channel.accord import AccordText
from backchannel.channel.accord_text import parse
from backchannel.channel.agenda import AgendaSet
from backchannel.channel.caucus import Caucus
from backchannel.channel.channel_communiques import Communique
from backchannel.channel.channel_oral import HeardNote
from backchannel.channel.channel_proposals import PutProposal
from backchannel.channel.channel_rounds import Round
from backchannel.channel.channel_texts import Text
from backchannel.channel.communique import OnCommunique
from backchannel.channel.events import Entry
from backchannel.channel.growing import Growing
from backchannel.channel.names import (
    MAX_NAME,
    AccordId,
    CommuniqueId,
    ConveyanceId,
    NoteId,
    ProposalId,
    ReportId,
    RoundId,
    SeatId,
    TextId,
)
from backchannel.channel.oral import Heard, HeardTakenBack
from backchannel.channel.proposals import OnPutProposal
from backchannel.channel.record import (
    Closure,
    Conveyance,
    Correction,
    Drafted,
    Ending,
    Frozen,
    Marking,
    MirrorRelease,
    Opened,
    Putting,
    Received,
    Release,
    Resumption,
    SeatAdded,
    SeatClosed,
    Suspension,
    Thawed,
    Withdrawal,
)
from backchannel.channel.returned import Returned
from backchannel.channel.rounds import OnRound
from backchannel.channel.rules import AccordLife, Amended, Standing, follow
from backchannel.channel.said import StepReported
from backchannel.channel.texts import OnText
from backchannel.channel.told import (
    AccordEnded,
    AccordPut,
    AccordReleased,
    AccordWithdrawn,
    ChannelNotice,
    Closed,
    ConveyanceCorrected,
    Conveyed,
    ConveyedAsTheirs,
    Resumed,
    Suspended,
    ToldOfAccord,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A participant's place in the channel."""

    seat: SeatId
    name: str
    frozen: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Accord:
    """An accord on the mediator's desk; `seats` are those it was put to, in the text's order."""

    text: str
    accord: AccordText
    life: AccordLife = AccordLife.DRAFTED
    seats: tuple[SeatId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """All that the mediator's desk knows of one mediation."""

    opened: Opened | None = None
    standing: Standing = Standing.OPEN
    seats: Mapping[SeatId, Seat] = field(default_factory=dict)
    caucuses: Mapping[SeatId, Caucus] = field(default_factory=dict)
    conveyances: Mapping[ConveyanceId, Conveyance] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    accords: Mapping[AccordId, Accord] = field(default_factory=dict)
    markings: tuple[Marking, ...] = ()
    arrived: Mapping[ReportId, SeatId] = field(default_factory=dict)
    agenda: AgendaSet | None = None
    proposals: Mapping[ProposalId, PutProposal] = field(default_factory=dict)
    rounds: Mapping[RoundId, Round] = field(default_factory=dict)
    texts: Mapping[TextId, Text] = field(default_factory=dict)
    communiques: Mapping[CommuniqueId, Communique] = field(default_factory=dict)
    heard: Mapping[NoteId, HeardNote] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Draft:
    """A channel being folded: the same fields, changed in place, so that a fold is linear.

    A caucus is thawed when it is entered: a letter concerns one, and there may be many.
    """

    opened: Opened | None
    standing: Standing
    seats: dict[SeatId, Seat]
    caucuses: dict[SeatId, caucuses_.Draft | Caucus]
    conveyances: dict[ConveyanceId, Conveyance]
    corrections: list[Correction]
    accords: dict[AccordId, Accord]
    markings: list[Marking]
    arrived: Growing[ReportId, SeatId]
    agenda: AgendaSet | None
    proposals: dict[ProposalId, PutProposal]
    rounds: dict[RoundId, Round]
    texts: dict[TextId, Text]
    communiques: dict[CommuniqueId, Communique]
    heard: dict[NoteId, HeardNote]


def apply(channel: Channel, *entries: Entry) -> Channel:
    """Return the channel after the entries, each of which `channel_rules.may` has let pass."""
    draft = _Draft(
        opened=channel.opened,
        standing=channel.standing,
        seats=dict(channel.seats),
        caucuses=dict(channel.caucuses),
        conveyances=dict(channel.conveyances),
        corrections=list(channel.corrections),
        accords=dict(channel.accords),
        markings=list(channel.markings),
        arrived=Growing(channel.arrived),
        agenda=channel.agenda,
        proposals=dict(channel.proposals),
        rounds=dict(channel.rounds),
        texts=dict(channel.texts),
        communiques=dict(channel.communiques),
        heard=dict(channel.heard),
    )
    for entry in entries:
        # Told first: what a party is told follows from the channel as it was before the entry.
        for seat, event in disclosure.tell(draft, entry).items():
            caucuses_.enter(_thawed(draft, seat), event)
        _enter(draft, entry)
    values = {f.name: getattr(draft, f.name) for f in fields(Channel)}
    values["caucuses"] = {seat: _frozen(c) for seat, c in draft.caucuses.items()}
    values["arrived"] = draft.arrived.grown()
    values["corrections"] = tuple(draft.corrections)
    values["markings"] = tuple(draft.markings)
    return Channel(**values)


def _thawed(draft: _Draft, seat: SeatId) -> caucuses_.Draft:
    known = draft.caucuses[seat]
    if isinstance(known, Caucus):
        known = draft.caucuses[seat] = caucuses_.thaw(known)
    return known


def _frozen(caucus: caucuses_.Draft | Caucus) -> Caucus:
    return caucus if isinstance(caucus, Caucus) else caucuses_.freeze(caucus)


def skip(channel: Channel, seat: SeatId) -> Channel:
    """Return the channel after a letter of a seat that the rules refused: counted, no more."""
    return _skip(channel, seat, told=False)


def skip_told(channel: Channel, seat: SeatId) -> Channel:
    """Return the channel after one of this desk's own that the seat's had refused and not kept."""
    return _skip(channel, seat, told=True)


def _skip(channel: Channel, seat: SeatId, *, told: bool) -> Channel:
    skipped = caucuses_.skip(channel.caucuses[seat], told=told)
    return replace(channel, caucuses={**channel.caucuses, seat: skipped})


def _enter(draft: _Draft, entry: Entry) -> None:
    match entry:
        case Opened():
            draft.opened = entry
        case SeatAdded(seat=seat, name=name):
            draft.seats[seat] = Seat(seat=seat, name=name)
            draft.caucuses[seat] = Caucus()
        case Received(seat=seat, event=event):
            caucuses_.enter(_thawed(draft, seat), event)
            # Another party may have come to know the identifier, and use it for one of its own.
            if isinstance(event, StepReported) and event.report not in draft.arrived:
                draft.arrived[event.report] = seat
        case Returned():
            _enter_returned(draft, entry)
        case Frozen(seat=seat) | Thawed(seat=seat):
            draft.seats[seat] = replace(draft.seats[seat], frozen=isinstance(entry, Frozen))
        case SeatClosed(seat=seat):
            _close_seat(draft, seat)
        case Conveyance(conveyance=conveyance):
            draft.conveyances[conveyance] = entry
        case Correction():
            draft.corrections.append(entry)
        case Marking():
            draft.markings.append(entry)
        case Drafted() | Putting() | Release() | Withdrawal() | Ending():
            _enter_accord(draft, entry)
        case Suspension():
            draft.standing = follow(draft.standing, Suspended)
        case Resumption():
            draft.standing = follow(draft.standing, Resumed)
        case Closure():
            draft.standing = follow(draft.standing, Closed)
        case _:
            _enter_of_the_talks(draft, entry)


def _enter_of_the_talks(draft: _Draft, entry: Entry) -> None:
    match entry:
        case MirrorRelease(texts=texts):
            for text in texts:
                _release(draft, text.accord)
        case AgendaSet():
            draft.agenda = entry
        case OnPutProposal():
            channel_proposals.enter(draft.proposals, entry)
        case OnText():
            channel_texts.enter(draft.texts, entry)
        case OnRound():
            channel_rounds.enter(draft.rounds, entry)
        case OnCommunique():
            channel_communiques.enter(draft.communiques, entry)
        case Heard() | HeardTakenBack():
            channel_oral.enter(draft.heard, entry)
        case _:  # a welcome, a remark, a question, a request: all they do is in the caucus
            pass


def _enter_returned(draft: _Draft, entry: Returned) -> None:
    """Put back what was lost of the record, as far as what a party was told shows it."""
    event, caucus = entry.event, _thawed(draft, entry.seat)
    if isinstance(event, ChannelNotice):
        told = (e for each in draft.caucuses.values() for e in each.entries.values())
        if returned.is_newest(event, told):
            draft.standing = follow(caucus.standings[-1][1], type(event))
    caucuses_.enter(caucus, event)
    match event:
        case Conveyed() | ConveyedAsTheirs():
            draft.conveyances[event.conveyance] = returned.conveyance(entry.seat, event)
        case ConveyanceCorrected():
            draft.corrections.append(returned.correction(event))
        case ToldOfAccord(accord=accord):
            _enter_returned_accord(draft, accord, caucus.accords[accord])


def _enter_returned_accord(draft: _Draft, key: AccordId, shown: caucuses_.Accord) -> None:
    # Only seats whose caucus shows the accord: the others may not have returned it yet.
    seats = tuple(
        seat
        for seat in seats_named(draft.seats, shown.accord)
        if key in draft.caucuses[seat].accords
    )
    old = draft.accords.get(key)
    life = returned.further(shown.life, old.life if old else AccordLife.DRAFTED)
    draft.accords[key] = Accord(text=shown.text, accord=shown.accord, life=life, seats=seats)


def _close_seat(draft: _Draft, seat: SeatId) -> None:
    """Mark the seat in its own name, so that the name can be given to the desk that replaces it."""
    old = draft.seats[seat]
    number = 1 + sum(s.closed for s in draft.seats.values())
    name = f"{old.name[: MAX_NAME - 20]} (closed {number})"
    draft.seats[seat] = replace(old, name=name, closed=True)


def _enter_accord(draft: _Draft, entry: Drafted | Putting | Release | Withdrawal | Ending) -> None:
    if isinstance(entry, Drafted):
        draft.accords[entry.accord] = Accord(text=entry.text, accord=parse(entry.text))
        return
    old = draft.accords[entry.accord]
    if isinstance(entry, Putting):
        seats = seats_named(draft.seats, old.accord)
        draft.accords[entry.accord] = replace(old, life=follow(old.life, AccordPut), seats=seats)
    elif isinstance(entry, Release):
        _release(draft, entry.accord)
    elif isinstance(entry, Withdrawal):
        draft.accords[entry.accord] = replace(old, life=follow(old.life, AccordWithdrawn))
    else:
        draft.accords[entry.accord] = replace(old, life=follow(old.life, AccordEnded))


def _release(draft: _Draft, accord: AccordId) -> None:
    old = draft.accords[accord]
    draft.accords[accord] = replace(old, life=follow(old.life, AccordReleased))
    if old.accord.amends is not None:
        before = AccordId(old.accord.amends.id)
        life = follow(draft.accords[before].life, Amended)
        draft.accords[before] = replace(draft.accords[before], life=life)


def seats_named(seats: Mapping[SeatId, Seat], accord: AccordText) -> tuple[SeatId, ...]:
    """Return the seats of the parties that an accord names, in its order; unknown ones left out."""
    by_name = {seat.name: seat.seat for seat in seats.values()}
    return tuple(by_name[p.name] for p in accord.parties if p.name in by_name)

"""Events as canonical bytes, and back.

Promises: `decode(encode(event)) == event`; bytes that `decode` accepts are the only bytes of their
event (`encode(decode(b)) == b`); whatever else comes in, only WireError comes out. Limits on size,
depth and integers are checked before anything is built. Unknown versions and kinds are refused.

>>> from datetime import UTC, datetime
>>> from backchannel.channel.said import Withdrew
>>> event = Withdrew(at=datetime(2026, 3, 1, tzinfo=UTC), seen=2, note="ab" * 16)
>>> decode(encode(event)) == event
True

Source: RFC 8949, section 4.2 (deterministic encoding); `cbor2` writes it, and we hold it to it.
"""

from datetime import datetime
from typing import Any

import cbor2

from backchannel.channel import (
    agenda,
    communique,
    oral,
    proposals,
    record,
    returned,
    rounds,
    said,
    texts,
    told,
)
from backchannel.channel.errors import ChannelError
from backchannel.channel.events import Entry, FromParty, ToParty
from backchannel.channel.record import Received
from backchannel.channel.returned import Returned
from backchannel.wire.errors import TooLargeError, UnknownVersionError, WireError
from backchannel.wire.shape import check_shape
from backchannel.wire.values import Converter, Plain, converter
from backchannel.wire.values import record as record_of

VERSION = 1
MAX_EVENT = 60_000  # bytes: fits the largest letter with room for its envelope
# The mediator's own entries are stored and never sent. A received event of the full size must fit
# into its entry, or a party could send what the mediator's desk is not able to record.
MAX_ENTRY = MAX_EVENT + 4_000  # bytes
_MAX_DEPTH = 10  # a text that was shown, returned to the desk that had shown it

Event = FromParty | ToParty | Entry

# Numbers of kinds are for ever: a kind that is given up leaves its number unused.
_FROM_PARTY: dict[int, type] = {
    1: said.RulesAccepted,
    2: said.Said,
    3: said.Withdrew,
    4: said.Erased,
    5: said.HandlingWidened,
    6: said.Asked,
    7: said.UseAnswered,
    8: said.Adhered,
    9: said.Declined,
    10: said.StepReported,
    11: said.StepConfirmed,
    12: said.StepDisputed,
    13: proposals.Proposed,
    14: proposals.Answered,
    15: proposals.Replied,
    16: texts.ClauseJudged,
    17: texts.Commented,
    18: communique.CommuniqueAnswered,
    19: agenda.ItemRaised,
    20: rounds.RoundAnswered,
}
_TO_PARTY: dict[int, type] = {
    101: told.Welcomed,
    102: told.Conveyed,
    103: told.ConveyedAsTheirs,
    104: told.ConveyanceCorrected,
    105: told.MediatorSaid,
    106: told.MediatorAsked,
    107: told.UseRequested,
    108: told.AccordPut,
    109: told.AccordReleased,
    110: told.AccordWithdrawn,
    111: told.AccordEnded,
    112: told.StepMarked,
    113: told.Suspended,
    114: told.Resumed,
    115: told.Closed,
    116: agenda.AgendaShown,
    117: proposals.ProposalPut,
    118: proposals.OutcomeTold,
    119: proposals.ProposalTakenBack,
    120: texts.TextShown,
    121: texts.TextDropped,
    122: communique.CommuniquePut,
    123: communique.CommuniqueReleased,
    124: communique.CommuniqueTakenBack,
    125: rounds.RoundCalled,
    126: rounds.RoundCancelled,
    127: communique.HoldingLineUsed,
}
_ENTRIES: dict[int, type] = {
    201: record.Opened,
    202: record.SeatAdded,
    203: record.Received,
    204: record.Welcome,
    205: record.Frozen,
    206: record.Thawed,
    207: record.Conveyance,
    208: record.Correction,
    209: record.Remark,
    210: record.Question,
    211: record.UseRequest,
    212: record.Drafted,
    213: record.Putting,
    214: record.Release,
    215: record.Withdrawal,
    216: record.Ending,
    217: record.Marking,
    218: record.Suspension,
    219: record.Resumption,
    220: record.Closure,
    221: record.SeatClosed,
    222: agenda.AgendaSet,
    223: proposals.ProposalPutting,
    224: proposals.OutcomeEntered,
    225: proposals.ProposalWithdrawal,
    226: texts.TextVersion,
    227: texts.TextShowing,
    228: texts.TextDropping,
    229: texts.HeardJudgement,
    230: communique.CommuniquePutting,
    231: communique.CommuniqueRelease,
    232: communique.CommuniqueWithdrawal,
    233: rounds.RoundCall,
    234: rounds.RoundHeld,
    235: rounds.RoundCancel,
    236: communique.HoldingLine,
    237: oral.Heard,
    238: oral.HeardTakenBack,
    239: oral.ToldByMouth,
    240: returned.Returned,
    241: oral.HeardAnswer,
    242: record.MirrorRelease,
}
_KINDS = _FROM_PARTY | _TO_PARTY | _ENTRIES
_NUMBERS = {kind: number for number, kind in _KINDS.items()}


def encode(event: Event) -> bytes:
    """Return the event's canonical bytes.

    Raises:
        TooLargeError: it does not fit into one letter (or, an entry, into the record).
        WireError: a field holds a value of another type than it says.
    """
    try:
        data = cbor2.dumps([VERSION, *_write(event)], canonical=True)
    except (cbor2.CBOREncodeError, UnicodeEncodeError, ValueError) as error:
        raise WireError("the event holds text that cannot be written as UTF-8") from error
    limit = MAX_ENTRY if _NUMBERS[type(event)] in _ENTRIES else MAX_EVENT
    if len(data) > limit:
        raise TooLargeError(
            f"the event has {len(data):,} bytes; at most {limit:,} fit into one letter: "
            "shorten it or send it as several"
        )
    return data


def decode(data: bytes) -> Event:
    """Return the event that these bytes are.

    Raises:
        UnknownVersionError: they are of a protocol version this desk does not speak.
        WireError: they are anything but the canonical bytes of one event.
    """
    if len(data) > MAX_ENTRY:
        raise TooLargeError(f"{len(data):,} bytes; an event has at most {MAX_ENTRY:,}")
    check_shape(data, max_depth=_MAX_DEPTH)
    try:
        plain = cbor2.loads(
            data, max_depth=_MAX_DEPTH, allow_indefinite=False, allow_duplicate_keys=False
        )
        event = _read_versioned(plain)
        again = encode(event)
    except WireError:
        raise
    except (ChannelError, cbor2.CBORError, ValueError, TypeError, OverflowError) as error:
        raise WireError("these bytes are not a well-formed event") from error
    if again != data:
        raise WireError("these bytes are not the canonical form of their event")
    return event


def decode_from_party(data: bytes) -> FromParty:
    """Return an event that only a party may send. Raises: WireError."""
    return _only(decode(_fitting(data)), _FROM_PARTY)  # type: ignore[return-value]


def decode_to_party(data: bytes) -> ToParty:
    """Return an event that only a mediator may send to a party. Raises: WireError."""
    return _only(decode(_fitting(data)), _TO_PARTY)  # type: ignore[return-value]


def decode_entry(data: bytes) -> Entry:
    """Return an entry of the mediator's record. Raises: WireError."""
    return _only(decode(data), _ENTRIES)  # type: ignore[return-value]


def _fitting(data: bytes) -> bytes:
    if len(data) > MAX_EVENT:
        raise TooLargeError(f"{len(data):,} bytes; a letter holds at most {MAX_EVENT:,}")
    return data


def _only(event: Event, kinds: dict[int, type]) -> Event:
    if _NUMBERS.get(type(event)) not in kinds:
        raise WireError(f"{type(event).__name__} is not sent in this direction")
    return event


def _write(event: Event) -> list[Plain]:
    number = _NUMBERS.get(type(event))
    if number is None:
        raise WireError(f"{type(event).__name__} is no event")
    return [number, _CONVERTERS[number].write(event)]


def _read_versioned(plain: Any) -> Event:  # noqa: ANN401 - whatever the bytes held
    if type(plain) is not list or not plain:
        raise WireError("an event is a list of version, kind and fields")
    version, *rest = plain
    if version != VERSION or type(version) is not int:
        raise UnknownVersionError(
            f"this event is of another protocol version than {VERSION}, the one this desk speaks: "
            "one of the two desks must be updated"
        )
    return _read(rest)


def _read(pair: Any) -> Event:  # noqa: ANN401
    if type(pair) is not list or len(pair) != 2 or type(pair[0]) is not int:  # noqa: PLR2004
        raise WireError("an event is a list of version, kind and fields")
    number, values = pair
    if number not in _CONVERTERS:
        raise WireError(f"an event of unknown kind {number}")
    return _CONVERTERS[number].read(values)  # type: ignore[no-any-return]


def _holding(kind: type, kinds: dict[int, type]) -> Converter:
    """Return the converter of an entry that holds an event of one direction in itself."""

    def write(entry: Received | Returned) -> Plain:
        event = _write(_only(entry.event, kinds))
        return [_TIME.write(entry.at), _TEXT.write(entry.by), _TEXT.write(entry.seat), event]

    def read(values: Any) -> object:  # noqa: ANN401
        if type(values) is not list or len(values) != 4:  # noqa: PLR2004
            raise WireError("an entry that holds an event has 4 fields")
        at, by, where, pair = values
        return kind(
            at=_TIME.read(at),
            by=_TEXT.read(by),
            seat=_TEXT.read(where),
            event=_only(_read(pair), kinds),
        )

    return Converter(write, read)


_TIME, _TEXT = converter(datetime), converter(str)
_HOLDING = {Received: _FROM_PARTY, Returned: _TO_PARTY}
_CONVERTERS = {
    number: _holding(kind, _HOLDING[kind]) if kind in _HOLDING else record_of(kind)
    for number, kind in _KINDS.items()
}

"""What leaves for a party, and what a desk shows. The only way out of the mediator's record.

`tell` turns an entry of the mediator's record into what each seat is told of it, if anything. It
reads of the channel only what concerns the seat it tells: its own caucus' count, the names on an
accord it is a party to. What another party said reaches nobody but by a `Conveyance`, and of that
only its text and its attribution. The law, held as a property: folding what was told gives the
same view as the mediator has of that caucus.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from backchannel.channel import told
from backchannel.channel.accord_text import parse
from backchannel.channel.caucus import BY_PARTY, Accord, Caucus, Event, Note, Question, Request
from backchannel.channel.handling import Attribution
from backchannel.channel.names import AccordId, ConveyanceId, NoteId, QuestionId, RequestId, SeatId
from backchannel.channel.record import (
    Announcement,
    Closure,
    Conveyance,
    Correction,
    Drafted,
    Ending,
    Entry,
    Marking,
    OnDraft,
    Opened,
    Putting,
    Release,
    Remark,
    Resumption,
    ToSeat,
    UseRequest,
    Welcome,
    Withdrawal,
)
from backchannel.channel.record import Question as Questioning
from backchannel.channel.rules import Standing
from backchannel.channel.said import Said
from backchannel.channel.told import ToParty


class HasName(Protocol):
    """A seat, as far as telling needs it."""

    @property
    def name(self) -> str:
        """The party's name."""
        ...


class HasCount(Protocol):
    """A caucus, as far as telling needs it: how much its party had said, and its signature."""

    @property
    def said_count(self) -> int:
        """How many events the party had said."""
        ...

    @property
    def welcome(self) -> told.Welcomed | None:
        """What it was welcomed with, if it was."""
        ...

    @property
    def accords(self) -> Mapping[AccordId, Accord]:
        """The accords there are."""
        ...


class HasSeats(Protocol):
    """An accord, as far as telling needs it."""

    @property
    def text(self) -> str:
        """The canonical text."""
        ...

    @property
    def seats(self) -> tuple[SeatId, ...]:
        """The seats there are."""
        ...


class Tellable(Protocol):
    """A channel, as far as telling needs it."""

    @property
    def opened(self) -> Opened | None:
        """With what the channel was opened."""
        ...

    @property
    def seats(self) -> Mapping[SeatId, HasName]:
        """The seats there are."""
        ...

    @property
    def caucuses(self) -> Mapping[SeatId, HasCount]:
        """The caucus of each seat."""
        ...

    @property
    def conveyances(self) -> Mapping[ConveyanceId, Conveyance]:
        """What was conveyed."""
        ...

    @property
    def accords(self) -> Mapping[AccordId, HasSeats]:
        """The accords there are."""
        ...


def tell(channel: Tellable, entry: Entry) -> dict[SeatId, ToParty]:
    """Return what each seat is told of an entry that is about to be entered.

    Entries of the record that concern nobody but the mediator give an empty answer.
    """
    match entry:
        case ToSeat(seat=seat):
            event = _to_seat(channel, entry, channel.caucuses[seat].said_count)
            return {} if event is None else {seat: event}
        case Correction(conveyance=conveyance, text=text, rows=rows, at=at):
            seat = channel.conveyances[conveyance].seat
            seen = channel.caucuses[seat].said_count
            correction = told.ConveyanceCorrected(
                at=at, seen=seen, conveyance=conveyance, text=text, rows=rows
            )
            return {seat: correction}
        case Putting(accord=accord, at=at):
            text = channel.accords[accord].text
            names = {p.name for p in parse(text).parties}
            seats = [seat for seat, known in channel.seats.items() if known.name in names]
            return {
                seat: told.AccordPut(
                    at=at, seen=channel.caucuses[seat].said_count, accord=accord, text=text
                )
                for seat in seats
            }
        case Drafted():
            return {}
        case OnDraft(accord=accord):
            return {
                seat: _on_accord(channel, entry, channel.caucuses[seat].said_count)
                for seat in channel.accords[accord].seats
            }
        case Announcement():
            # A party that has not joined yet is told how things stand when it is welcomed.
            return {
                seat: _announced(entry, caucus.said_count)
                for seat, caucus in channel.caucuses.items()
                if caucus.welcome is not None
            }
        case _:
            return {}


def _to_seat(channel: Tellable, entry: ToSeat, seen: int) -> ToParty | None:
    at = entry.at
    match entry:
        case Welcome(seat=seat) if channel.opened is not None:
            return told.Welcomed(
                at=at,
                seen=seen,
                title=channel.opened.title,
                mediator=channel.opened.mediator,
                mediator_key=channel.opened.mediator_key,
                party=channel.seats[seat].name,
                rules=channel.opened.rules,
            )
        case Conveyance():
            return _conveyed(channel, entry, seen)
        case Remark(text=text, answers=answers):
            return told.MediatorSaid(at=at, seen=seen, text=text, answers=answers)
        case Questioning(question=question, text=text):
            return told.MediatorAsked(at=at, seen=seen, question=question, text=text)
        case UseRequest():
            return told.UseRequested(
                at=at,
                seen=seen,
                request=entry.request,
                note=entry.note,
                attribution=entry.attribution,
                text=entry.text,
            )
        case _:  # frozen and thawed: a party is not told, perhaps another holds its desk
            return None


def _conveyed(channel: Tellable, entry: Conveyance, seen: int) -> ToParty:
    if entry.attribution is Attribution.AUTHOR:
        # The rules have seen to it that all the notes it rests on are of one author.
        return told.ConveyedAsTheirs(
            at=entry.at,
            seen=seen,
            conveyance=entry.conveyance,
            author=_party(channel, entry.rests_on[0].seat),
            text=entry.text,
            rows=entry.rows,
        )
    return told.Conveyed(
        at=entry.at,
        seen=seen,
        conveyance=entry.conveyance,
        attribution=entry.attribution,
        text=entry.text,
        rows=entry.rows,
    )


def _party(channel: Tellable, seat: SeatId) -> str:
    """Return a party's name as it was welcomed with, also when its seat was closed since."""
    welcome = channel.caucuses[seat].welcome
    return channel.seats[seat].name if welcome is None else welcome.party


def _on_accord(channel: Tellable, entry: OnDraft, seen: int) -> ToParty:
    accord, at = entry.accord, entry.at
    match entry:
        case Release(declaration=declaration):
            signatures = tuple(
                told.Signature(
                    party=_party(channel, seat),
                    signature=channel.caucuses[seat].accords[accord].signature,
                )
                for seat in channel.accords[accord].seats
                if declaration
            )
            return told.AccordReleased(
                at=at, seen=seen, accord=accord, signatures=signatures, declaration=declaration
            )
        case Withdrawal():
            return told.AccordWithdrawn(at=at, seen=seen, accord=accord)
        case Ending(text=text):
            return told.AccordEnded(at=at, seen=seen, accord=accord, text=text)
        case Marking():
            return told.StepMarked(
                at=at,
                seen=seen,
                accord=accord,
                step=entry.step,
                mark=entry.mark,
                who=entry.who,
                done_on=entry.done_on,
                text=entry.text,
                source=entry.source,
            )
        case _:
            raise TypeError(f"an entry of kind {type(entry).__name__} is told to nobody")


def _announced(entry: Announcement, seen: int) -> ToParty:
    match entry:
        case Closure(how=how):
            return told.Closed(at=entry.at, seen=seen, text=entry.text, how=how)
        case Resumption():
            return told.Resumed(at=entry.at, seen=seen, text=entry.text)
        case _:
            return told.Suspended(at=entry.at, seen=seen, text=entry.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One entry as it is shown; `note` is the note as it stands now, for entries that are notes."""

    from_party: bool
    event: Event
    note: Note | None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that the party's desk shows of a channel, and all that the mediator's shows as it."""

    welcome: told.Welcomed | None
    rules_accepted: bool
    signing_key: bytes
    standing: Standing
    entries: tuple[Shown, ...]
    notes: Mapping[NoteId, Note]
    questions: Mapping[QuestionId, Question]
    requests: Mapping[RequestId, Request]
    accords: Mapping[AccordId, Accord]


def view(caucus: Caucus) -> View:
    """Return what is shown of a caucus, its entries in the order both desks agree on."""
    entries = tuple(
        Shown(
            from_party=side == BY_PARTY,
            event=event,
            note=caucus.notes[event.note] if isinstance(event, Said) else None,
        )
        for (_, side), event in sorted(caucus.entries.items(), key=lambda item: item[0])
    )
    return View(
        welcome=caucus.welcome,
        rules_accepted=bool(caucus.signing_key),
        signing_key=caucus.signing_key,
        standing=caucus.standing,
        entries=entries,
        notes=caucus.notes,
        questions=caucus.questions,
        requests=caucus.requests,
        accords=caucus.accords,
    )

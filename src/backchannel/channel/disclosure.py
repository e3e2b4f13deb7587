"""What leaves for a party, and what a desk shows. The only way out of the mediator's record.

`tell` turns an entry of the mediator's record into what each seat is told of it, if anything. It
reads of the channel only what concerns the seat it tells: its own caucus' count, the names on an
accord it is a party to. What another party said reaches nobody but by a `Conveyance`, and of that
only its text and its attribution. The law, held as a property: folding what was told gives the
same view as the mediator has of that caucus.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from backchannel.channel import (
    channel_communiques,
    channel_proposals,
    channel_rounds,
    channel_texts,
    told,
)
from backchannel.channel.accord_text import parse
from backchannel.channel.agenda import AgendaSet, AgendaShown, Item, shown_to
from backchannel.channel.caucus import BY_PARTY, Accord, Caucus, Event, Note, Question, Request
from backchannel.channel.caucus_communiques import Communiques
from backchannel.channel.caucus_proposals import Proposals
from backchannel.channel.caucus_rounds import Rounds
from backchannel.channel.caucus_texts import Texts
from backchannel.channel.communique import OnCommunique
from backchannel.channel.events import Entry, ToParty
from backchannel.channel.handling import Attribution
from backchannel.channel.names import AccordId, NoteId, QuestionId, RequestId, SeatId
from backchannel.channel.oral import ToldByMouth
from backchannel.channel.proposals import OnPutProposal
from backchannel.channel.record import (
    Announcement,
    Closure,
    Conveyance,
    Correction,
    Drafted,
    Ending,
    Marking,
    MirrorRelease,
    OnDraft,
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
from backchannel.channel.rounds import OnRound
from backchannel.channel.rules import Standing
from backchannel.channel.said import Said
from backchannel.channel.tellable import Tellable
from backchannel.channel.texts import OnText


def tell(channel: Tellable, entry: Entry) -> dict[SeatId, ToParty]:
    """Return what each seat is told of an entry that is about to be entered.

    Entries of the record that concern nobody but the mediator give an empty answer.
    """
    match entry:
        case ToSeat(seat=seat):
            event = _to_seat(channel, entry, channel.caucuses[seat].said_count)
            return {} if event is None else {seat: event}
        case Correction(conveyance=conveyance, text=text, rows=rows, at=at):
            if isinstance(channel.conveyances[conveyance], ToldByMouth):
                return {}
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
                seat: _on_accord(channel, entry, seat) for seat in channel.accords[accord].seats
            }
        case Announcement():
            # A party that has not joined yet is told how things stand when it is welcomed.
            return {
                seat: _announced(entry, caucus.said_count)
                for seat, caucus in channel.caucuses.items()
                if caucus.welcome is not None
            }
        case _:
            return _of_the_talks(channel, entry)


def _of_the_talks(channel: Tellable, entry: Entry) -> dict[SeatId, ToParty]:
    match entry:
        case AgendaSet():
            return _agendas(channel, entry)
        case MirrorRelease(texts=texts, at=at):
            return {
                seat: _released(channel, text.accord, text.declaration, at=at, seat=seat)
                for text in texts
                for seat in channel.accords[text.accord].seats
            }
        case OnPutProposal():
            return {**channel_proposals.tell(channel, entry)}
        case OnText():
            return {**channel_texts.tell(channel, entry)}
        case OnRound():
            return {**channel_rounds.tell(channel, entry)}
        case OnCommunique():
            return {**channel_communiques.tell(channel, entry)}
        case _:
            return {}


def _agendas(channel: Tellable, entry: AgendaSet) -> dict[SeatId, ToParty]:
    """Return the agenda for each seat whose own part has changed; the others learn nothing."""
    parts = {seat: shown_to(entry.items, seat) for seat in channel.caucuses}
    return {
        seat: AgendaShown(at=entry.at, seen=caucus.said_count, items=parts[seat])
        for seat, caucus in channel.caucuses.items()
        if caucus.welcome is not None
        and caucus.agendas[-1][1] != parts[seat]
        # A frozen seat's desk may be in other hands; it is shown its part when it is thawed.
        and not (channel.seats[seat].frozen or channel.seats[seat].closed)
    }


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
        case ToldByMouth():  # it was told already, and not by a desk
            return None
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


def _released(
    channel: Tellable, accord: AccordId, declaration: bytes, *, at: datetime, seat: SeatId
) -> told.AccordReleased:
    signatures = tuple(
        told.Signature(
            party=_party(channel, each),
            signature=channel.caucuses[each].accords[accord].signature,
        )
        for each in channel.accords[accord].seats
        if declaration
    )
    return told.AccordReleased(
        at=at,
        seen=channel.caucuses[seat].said_count,
        accord=accord,
        signatures=signatures,
        declaration=declaration,
    )


def _on_accord(channel: Tellable, entry: OnDraft, seat: SeatId) -> ToParty:
    accord, at, seen = entry.accord, entry.at, channel.caucuses[seat].said_count
    match entry:
        case Release(declaration=declaration):
            return _released(channel, accord, declaration, at=at, seat=seat)
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
    agenda: tuple[Item, ...]
    proposals: Proposals
    rounds: Rounds
    texts: Texts
    communiques: Communiques


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
        agenda=caucus.agenda,
        proposals=caucus.proposals,
        rounds=caucus.rounds,
        texts=caucus.texts,
        communiques=caucus.communiques,
    )

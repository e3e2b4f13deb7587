"""Who set the agenda, who waits for whom, and how late things were conveyed. For the mediator only.

What a later report on leverage needs: read from the record as it was entered, with the mediator's
own clock throughout (but for when something was *said*, which its author's clock tells). Of an
answer to a mediator's proposal nothing appears before the proposal's outcome, and nothing ever of
one taken back or superseded: whether an envelope has come would tell as much as what is in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from backchannel.channel import oral, proposals, record, said
from backchannel.channel.agenda import AgendaSet, ItemRaised
from backchannel.channel.events import Entry, FromParty
from backchannel.channel.names import SeatId


class Wait(Enum):
    """What somebody waits for."""

    TOPIC = "topic raised, for the agenda"
    MEDIATORS_WORD = "question to the mediator, for its word"
    PARTYS_WORD = "question of the mediator, for the party's word"
    PERMISSION = "request for a use, for permission"
    ANSWER = "proposal of the mediator, for an answer"
    CONVEYANCE = "note, for its conveyance"


# In these the party waits for the mediator; in the others the mediator for the party.
PARTY_WAITS = frozenset({Wait.TOPIC, Wait.MEDIATORS_WORD, Wait.CONVEYANCE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """One waiting in the caucus of a seat, in UTC; `until` None: it goes on, or was in vain.

    `said` is when the author wrote it by its own clock, `to` the recipient of what was conveyed.
    """

    wait: Wait
    seat: SeatId
    key: str
    since: datetime
    until: datetime | None = None
    said: datetime | None = None
    to: SeatId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A topic that came onto the agenda: when, raised by which seat (empty: the mediator)."""

    item: str
    title: str
    raised_by: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What the record says of time."""

    listed: tuple[Listed, ...]
    waited: tuple[Waited, ...]


@dataclass(slots=True, kw_only=True)
class _Draft:
    """What is gathered while the record is read; waitings by what ends them."""

    listed: dict[str, Listed] = field(default_factory=dict)
    waited: dict[tuple[str, ...], Waited] = field(default_factory=dict)
    # Notes that may be used, with when they were said; idle are those conveyed to nobody so far.
    notes: dict[str, Waited] = field(default_factory=dict)
    idle: set[str] = field(default_factory=set)
    # Answers wait here, unseen, for their proposal's outcome.
    answered: dict[tuple[str, str], datetime] = field(default_factory=dict)
    puttings: dict[str, proposals.ProposalPutting] = field(default_factory=dict)


def timing(entries: Iterable[Entry]) -> Timing:
    """Return what the mediator's record, in the order in which it was entered, says of time."""
    draft = _Draft()
    for entry in entries:
        _enter(draft, entry)
    waited = [*draft.waited.values(), *(draft.notes[note] for note in draft.idle)]
    return Timing(
        listed=tuple(draft.listed.values()),
        waited=tuple(sorted(waited, key=lambda w: (w.since, w.wait.value, w.key, w.to or ""))),
    )


def _enter(draft: _Draft, entry: Entry) -> None:
    match entry:
        case record.Received(seat=seat, event=event, at=at):
            _received(draft, seat, event, at)
        case oral.Heard(seat=seat, note=note, at=at) if entry.handling.uses:
            _note(draft, _begun(Wait.CONVEYANCE, seat, note, at, said_at=entry.spoken))
        case oral.HeardTakenBack(note=note):
            draft.idle.discard(note)
        case record.Remark(answers=question, at=at) if question is not None:
            _end(draft, (Wait.MEDIATORS_WORD.value, question), at)
        case record.Question(seat=seat, question=question, at=at):
            _begin(draft, _begun(Wait.PARTYS_WORD, seat, question, at))
        case record.UseRequest(seat=seat, request=request, at=at):
            _begin(draft, _begun(Wait.PERMISSION, seat, request, at))
        case record.Conveyance():
            _conveyed(draft, entry)
        case AgendaSet():
            _set(draft, entry)
        case _:
            _on_proposal(draft, entry)


def _received(draft: _Draft, seat: SeatId, event: FromParty, at: datetime) -> None:
    match event:
        case said.Said(note=note, answers=question):
            if event.handling.uses:  # what is for the mediator alone waits for nothing
                _note(draft, _begun(Wait.CONVEYANCE, seat, note, at, said_at=event.at))
            if question is not None:
                _end(draft, (Wait.PARTYS_WORD.value, question), at)
        case said.HandlingWidened(note=note) if note not in draft.notes:
            # From now on it may be used, so from now on it waits.
            _note(draft, _begun(Wait.CONVEYANCE, seat, note, at, said_at=event.at))
        case said.Withdrew(note=note) | said.Erased(note=note):
            draft.idle.discard(note)
        case said.Asked(question=question):
            _begin(draft, _begun(Wait.MEDIATORS_WORD, seat, question, at, said_at=event.at))
        case said.UseAnswered(request=request):
            _end(draft, (Wait.PERMISSION.value, request), at)
        case proposals.Answered(proposal=proposal):
            draft.answered[proposal, seat] = at
        case ItemRaised(title=title):
            # A topic has no identifier: the same one raised again is the same waiting.
            first = _begun(Wait.TOPIC, seat, title, at, said_at=event.at)
            draft.waited.setdefault((Wait.TOPIC.value, seat, title.casefold()), first)
        case _:
            pass


def _on_proposal(draft: _Draft, entry: Entry) -> None:
    match entry:
        case proposals.ProposalPutting(proposal=proposal):
            draft.puttings[proposal] = entry
        case oral.HeardAnswer(proposal=proposal, seat=seat, spoken=spoken):
            draft.answered[proposal, seat] = spoken
        case proposals.OutcomeEntered(proposal=proposal):
            putting = draft.puttings[proposal]
            for key in putting.seats:
                waited = _begun(Wait.ANSWER, key.seat, proposal, putting.at)
                until = draft.answered.get((proposal, key.seat))
                draft.waited[Wait.ANSWER.value, proposal, key.seat] = replace(waited, until=until)
        case _:
            pass


def _begun(
    wait: Wait, seat: SeatId, key: str, since: datetime, *, said_at: datetime | None = None
) -> Waited:
    return Waited(wait=wait, seat=seat, key=key, since=since, said=said_at)


def _begin(draft: _Draft, waited: Waited) -> None:
    draft.waited[waited.wait.value, waited.key] = waited


def _note(draft: _Draft, waited: Waited) -> None:
    draft.notes[waited.key] = waited
    draft.idle.add(waited.key)


def _end(draft: _Draft, key: tuple[str, ...], at: datetime) -> None:
    known = draft.waited.get(key)
    if known is not None and known.until is None:
        draft.waited[key] = replace(known, until=at)


def _conveyed(draft: _Draft, entry: record.Conveyance) -> None:
    """End the waiting of each note it rests on for this recipient; the first time counts."""
    at = entry.spoken if isinstance(entry, oral.ToldByMouth) else entry.at
    for basis in entry.rests_on:
        said_ = draft.notes[basis.note]
        known = replace(said_, until=at, to=entry.seat)
        draft.waited.setdefault((Wait.CONVEYANCE.value, basis.note, entry.seat), known)
        draft.idle.discard(basis.note)


def _set(draft: _Draft, entry: AgendaSet) -> None:
    for kept in entry.items:
        listed = Listed(
            item=kept.item.item,
            title=kept.item.title,
            raised_by=kept.raised_by,
            since=entry.at,
        )
        draft.listed.setdefault(kept.item.item, listed)
        if kept.raised_by:
            raised = (Wait.TOPIC.value, kept.raised_by, kept.item.title.casefold())
            _end(draft, raised, entry.at)


def median_minutes(waited: Sequence[Waited]) -> int | None:
    """Return the median of the waitings that ended, in whole minutes; None if none has.

    Of an even number of them, the lower of the two in the middle: a time that was waited.
    """
    lengths = sorted(w.until - w.since for w in waited if w.until is not None)
    if not lengths:
        return None
    return int(lengths[(len(lengths) - 1) // 2].total_seconds() // 60)

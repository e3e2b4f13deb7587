"""Deadlines: what is due, when and from whom, with the reason, as one desk knows it.

A party's come from its own caucus alone; the mediator's from the whole channel. Nothing here
depends on an answer to a mediator's proposal: at the mediator's desk an answer is due from all to
whom the proposal was put until its outcome, whoever has answered. A time is in UTC; a day is a day.

>>> pause = Deadline(what=What.STEP, key="0" * 32, step="s1", when=date(2026, 3, 10))
>>> round_ = Deadline(what=What.ROUND, key="1" * 32, when=datetime(2026, 3, 9, 8, tzinfo=UTC))
>>> [d.what.value for d in in_order((pause, round_))]
['round', 'step']
>>> [d.what.value for d in ahead((pause, round_), datetime(2026, 3, 12, tzinfo=UTC))]
['step']
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

from backchannel.channel.accord import AccordText
from backchannel.channel.caucus import Accord, Caucus, Note, Step
from backchannel.channel.channel import Channel
from backchannel.channel.due import Due, StepDue, due
from backchannel.channel.names import AccordId, NoteId, SeatId
from backchannel.channel.proposals import closes
from backchannel.channel.rules import (
    AccordLife,
    AnswerState,
    CommuniqueLife,
    NoteState,
    ProposalLife,
    RoundLife,
    Standing,
    StepState,
)


class What(Enum):
    """What is due, or begins or ends."""

    ANSWER = "answer"
    OUTCOME = "outcome"
    STEP = "step"
    ROUND = "round"
    USE_FROM = "note may be used from"
    USE_UNTIL = "note may be used until"
    RELEASE = "communique may be released from"
    PUBLISH = "accord may be published from"
    INVITATION = "invitation is valid until"


# What stays owed after its time; of the others, nothing can be done when it is over.
_OWED = frozenset({What.OUTCOME, What.STEP})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One date. `when` None: a step that can be taken and has no day, or one in words only.

    `key` names the thing (for a step its accord). `about` holds words of the thing itself and stays
    at the desk, but for the place of a round; `from_whom` says whose turn it is, or who is met.
    """

    what: What
    key: str
    when: datetime | date | None
    from_whom: tuple[str, ...] = ()
    about: str = ""
    step: str = ""


def of_party(caucus: Caucus) -> tuple[Deadline, ...]:
    """Return what a party's desk knows to be due, in order."""
    if caucus.welcome is None:
        return ()
    name, with_whom = (caucus.welcome.party,), (caucus.welcome.mediator,)
    found = [d for key, known in caucus.accords.items() for d in _of_accord(key, known)]
    if caucus.standing is not Standing.CLOSED:
        found += _answers_of(caucus, name)
        found += _notes(caucus.notes, name)
    for round_key, round_ in caucus.rounds.items():
        if round_.life is RoundLife.CALLED:
            called = round_.called
            found.append(_round(round_key, called.begins, called.place, with_whom))
    for communique, put in caucus.communiques.items():
        found += _release(communique, put.life, put.put.not_before)
    return in_order(found)


def of_mediator(
    channel: Channel, invitations: Mapping[SeatId, datetime] | None = None
) -> tuple[Deadline, ...]:
    """Return what the mediator's desk knows to be due, in order.

    Args:
        channel: the mediator's whole.
        invitations: until when those that were not used yet are valid (UTC).
    """
    names = {seat: known.name for seat, known in channel.seats.items()}
    found = list(_accords(channel))
    if channel.standing is not Standing.CLOSED:
        found += _proposals(channel, names)
        for seat, caucus in channel.caucuses.items():
            found += _notes(caucus.notes, (names[seat],))
        for note, heard in channel.heard.items():
            found += _notes({note: heard.note}, (names[heard.heard.seat],))
        for seat, until in (invitations or {}).items():
            found.append(
                Deadline(what=What.INVITATION, key=seat, when=until, from_whom=(names[seat],))
            )
    for key, round_ in channel.rounds.items():
        if round_.life is RoundLife.CALLED and round_.held is None:
            called = tuple(names[seat] for seat in round_.call.seats)
            found.append(_round(key, round_.call.begins, round_.call.place, called))
    for communique, put in channel.communiques.items():
        found += _release(communique, put.life, put.putting.not_before)
    return in_order(found)


def in_order(found: Iterable[Deadline]) -> tuple[Deadline, ...]:
    """Return the deadlines, the earliest first; a day counts from its first minute, none last."""
    return tuple(sorted(found, key=lambda d: (d.when is None, _moment(d), d.what.value, d.key)))


def ahead(found: Iterable[Deadline], now: datetime) -> tuple[Deadline, ...]:
    """Return what is still to come or still owed at that time (UTC)."""
    return tuple(d for d in found if d.what in _OWED or not passed(d, now))


def passed(deadline: Deadline, now: datetime) -> bool:
    """Tell whether the time, or the whole of the day, is over everywhere we count: in UTC."""
    if deadline.when is None:
        return False
    length = timedelta() if isinstance(deadline.when, datetime) else _DAY
    return _moment(deadline) + length < now


def _moment(deadline: Deadline) -> datetime:
    when = deadline.when
    if when is None:
        return datetime.max.replace(tzinfo=UTC)
    return when if isinstance(when, datetime) else datetime.combine(when, time(), UTC)


def _answers_of(caucus: Caucus, name: tuple[str, ...]) -> Iterator[Deadline]:
    for key, known in caucus.proposals.items():
        if known.life is ProposalLife.PUT and known.state is AnswerState.OPEN:
            yield Deadline(
                what=What.ANSWER,
                key=key,
                when=known.put.deadline,
                from_whom=name,
                about=known.put.text,
            )


def _proposals(channel: Channel, names: Mapping[SeatId, str]) -> Iterator[Deadline]:
    for key, known in channel.proposals.items():
        if known.life is not ProposalLife.PUT:
            continue
        putting = known.putting
        asked = tuple(names[each.seat] for each in putting.seats)
        yield Deadline(
            what=What.ANSWER, key=key, when=putting.deadline, from_whom=asked, about=putting.text
        )
        yield Deadline(what=What.OUTCOME, key=key, when=closes(putting), about=putting.text)


def _notes(notes: Mapping[NoteId, Note], name: tuple[str, ...]) -> Iterator[Deadline]:
    for key, note in notes.items():
        if note.state is not NoteState.LIVE:
            continue
        said = note.said
        limits = ((What.USE_FROM, said.not_before), (What.USE_UNTIL, said.expires))
        for what, when in limits:
            if when is not None:
                yield Deadline(what=what, key=key, when=when, from_whom=name, about=said.text)


def _round(key: str, begins: datetime, place: str, names: tuple[str, ...]) -> Deadline:
    return Deadline(what=What.ROUND, key=key, when=begins, from_whom=names, about=place)


def _release(key: str, life: CommuniqueLife, not_before: datetime | None) -> Iterator[Deadline]:
    if not_before is not None and life in {CommuniqueLife.PUT, CommuniqueLife.HELD}:
        yield Deadline(what=What.RELEASE, key=key, when=not_before)


def _accords(channel: Channel) -> Iterator[Deadline]:
    listed: set[str] = set()
    for key, known in channel.accords.items():
        # Mirror texts hold the same steps; they are listed once.
        if known.seats and not listed.intersection(known.accord.mirrors):
            listed.add(key)
            caucus = channel.caucuses[known.seats[0]]
            yield from _of_accord(key, caucus.accords[key])


def _of_accord(key: AccordId, known: Accord) -> Iterator[Deadline]:
    if known.life is not AccordLife.IN_FORCE:
        return
    text = known.accord
    if text.earliest_release is not None:
        yield Deadline(what=What.PUBLISH, key=key, when=text.earliest_release, about=text.title)
    for each in due(text.steps, done(known.steps)):
        lapsed = known.steps.get(each.step.id, Step()).state is StepState.LAPSED
        # What waits for another step and has no day of its own is not due yet.
        dated = each.until is not None
        if each.state is not Due.DONE and not lapsed and (dated or each.state is Due.READY):
            yield _step(key, text, each)


def _step(key: AccordId, text: AccordText, each: StepDue) -> Deadline:
    step = each.step
    words = [f"{text.title}: {step.action}"]
    if step.deadline:
        words.append(step.deadline)
    if each.waits_for:
        words.append(f"waits for {', '.join(each.waits_for)}")
    return Deadline(
        what=What.STEP,
        key=key,
        when=each.until,
        from_whom=(step.actor,),
        about="; ".join(words),
        step=step.id,
    )


def done(steps: Mapping[str, Step]) -> dict[str, date | None]:
    """Return the steps that are done as the record has it, each with its day if one is known."""
    return {
        key: next((mark.done_on for mark in reversed(step.marks) if mark.done_on), None)
        for key, step in steps.items()
        if step.state in {StepState.REPORTED, StepState.VERIFIED}
    }

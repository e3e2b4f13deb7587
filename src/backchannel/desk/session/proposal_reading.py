"""Mediator's proposals as a desk shows them: a party its own answer, the mediator none before time.

A party sees whether its answer was confirmed, and whether in time: what the mediator's desk has
confirmed inside the session is there, whatever the relay says. The mediator sees to whom a proposal
was put, who needs instructions or time, and with the outcome what each has answered; before it,
neither an answer nor that one has come.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from backchannel.channel import caucus_proposals, channel_proposals
from backchannel.channel.caucus import Caucus
from backchannel.channel.channel import Channel
from backchannel.channel.names import SeatId
from backchannel.channel.proposals import Answer, closes, open_answer
from backchannel.channel.rules import ProposalLife
from backchannel.channel.terms import Choice
from backchannel.channel.veil import veiled_channel
from backchannel.desk import arrivals, repairs, tables
from backchannel.desk.desk import Desk
from backchannel.desk.ledger import load_caucus, load_channel
from backchannel.desk.session.finding import find_channel
from backchannel.desk.tables import CaucusRow
from backchannel.desk.vault_database import Connection


class AnswerStanding(Enum):
    """How it stands with a party's own answer."""

    NONE = "not answered"
    WAITING = "not confirmed yet"
    IN_TIME = "confirmed in time"
    LATE = "confirmed after the deadline"
    OVERDUE = "the deadline passed before it was confirmed"
    COUNTED = "counted"
    NOT_COUNTED = "not counted"
    UNOPENED = "never opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedShown:
    """What a party needs before it can answer; `party` is empty at its own desk."""

    party: str
    at: datetime
    reply: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerShown:
    """What one party has answered, as the mediator sees it with the outcome.

    `late`: an envelope came after the outcome. It is not opened and counts nothing.
    """

    party: str
    answer: Answer | None
    by_mouth: bool
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalShown:
    """A mediator's proposal as either desk shows it; times in UTC.

    At a party's desk: its own answer and how it stands with it. At the mediator's: `parties` it was
    put to, `by_mouth` those of them without a desk, `heard` what was entered for them, `answers`
    with the outcome.
    """

    proposal: str
    at: datetime
    text: str
    choices: tuple[Choice, ...]
    deadline: datetime
    closes: datetime
    life: ProposalLife
    supersedes: str
    needs: tuple[NeedShown, ...]
    answer: Answer | None = None
    standing: AnswerStanding | None = None
    confirmed: datetime | None = None
    parties: tuple[str, ...] = ()
    by_mouth: tuple[str, ...] = ()
    answers: tuple[AnswerShown, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether it waits for an outcome; at a party's desk, for its own answer."""
        return self.life is ProposalLife.PUT and self.answer is None


def proposals(desk: Desk, channel: str = "") -> tuple[ProposalShown, ...]:
    """Return the mediator's proposals that this desk has put, or that were put to it."""
    with desk.vault.read() as connection:
        row = find_channel(connection, channel)
        if row.mediates:
            state = veiled_channel(load_channel(desk, connection, row.channel))
            return tuple(_by_us(state, known) for known in state.proposals.values())
        (caucus,) = tables.caucuses(connection, row.channel)
        own = load_caucus(desk, connection, row.channel)
        return tuple(_to_us(desk, connection, caucus, known) for known in own.proposals.values())


def _to_us(
    desk: Desk, connection: Connection, row: CaucusRow, known: caucus_proposals.Proposal
) -> ProposalShown:
    put = known.put
    at = arrivals.confirmed_at(connection, row.caucus, known.number) if known.answered else None
    confirmed = None if at is None else datetime.fromtimestamp(at, UTC)
    there = bool(known.answered) and repairs.confirmed(row) >= known.number
    return ProposalShown(
        proposal=put.proposal,
        at=put.at,
        text=put.text,
        choices=put.choices,
        deadline=put.deadline,
        closes=closes(put),
        life=known.life,
        supersedes=put.supersedes or "",
        needs=_needs("", known),
        answer=open_answer(put.key, put.proposal, known.answered.envelope)
        if known.answered
        else None,
        standing=_standing(known, desk.now(), confirmed, there=there),
        confirmed=confirmed,
    )


def _standing(
    known: caucus_proposals.Proposal, now: datetime, confirmed: datetime | None, *, there: bool
) -> AnswerStanding:
    if known.answered is None:
        return AnswerStanding.NONE
    if known.outcome is not None:
        return AnswerStanding.COUNTED if known.outcome.counted else AnswerStanding.NOT_COUNTED
    if known.life is not ProposalLife.PUT:
        return AnswerStanding.UNOPENED
    deadline = known.put.deadline
    if confirmed is not None:
        return AnswerStanding.IN_TIME if confirmed <= deadline else AnswerStanding.LATE
    if there:  # after a repair it may not be known since when: then not more is said than is sure
        return AnswerStanding.IN_TIME if now <= deadline else AnswerStanding.LATE
    return AnswerStanding.WAITING if now <= deadline else AnswerStanding.OVERDUE


def _by_us(state: Channel, known: channel_proposals.PutProposal) -> ProposalShown:
    put = known.putting
    seats = [key.seat for key in put.seats]
    names = {seat: state.seats[seat].name for seat in seats}
    here = {seat: state.caucuses[seat].proposals.get(put.proposal) for seat in seats}
    return ProposalShown(
        proposal=put.proposal,
        at=put.at,
        text=put.text,
        choices=put.choices,
        deadline=put.deadline,
        closes=closes(put),
        life=known.life,
        supersedes=put.supersedes or "",
        needs=tuple(need for seat, its in here.items() if its for need in _needs(names[seat], its)),
        parties=tuple(names.values()),
        by_mouth=tuple(names[seat] for seat, its in here.items() if its is None),
        answers=_answers(state, known, names),
    )


def _answers(
    state: Channel, known: channel_proposals.PutProposal, names: dict[SeatId, str]
) -> tuple[AnswerShown, ...]:
    """Return what was heard by mouth, and, with the outcome, what every party has answered."""
    opened: dict[SeatId, Answer | None] = {s: heard.answer for s, heard in known.heard.items()}
    if known.outcome is not None:
        opened = {each.seat: each.answer for each in known.outcome.answers}
    return tuple(
        AnswerShown(
            party=names[seat],
            answer=answer,
            by_mouth=seat in known.heard,
            late=answer is None and _has_answered(state.caucuses[seat], known),
        )
        for seat, answer in opened.items()
    )


def _has_answered(caucus: Caucus, known: channel_proposals.PutProposal) -> bool:
    mine = caucus.proposals.get(known.putting.proposal)
    return mine is not None and mine.answered is not None


def _needs(party: str, known: caucus_proposals.Proposal) -> tuple[NeedShown, ...]:
    return tuple(
        NeedShown(party=party, at=reply.at, reply=reply.reply.value, text=reply.text)
        for reply in known.replies
    )

"""Mediator's proposals in a caucus: what a party and the mediator share of each, and its rules.

Several may be open at once. The party moves its answer, the mediator all else. An answer given in
time by its author's clock may be given; whether it counts, the outcome says: what arrives after it
does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.history import History, at_seen
from backchannel.channel.names import ProposalId
from backchannel.channel.proposals import (
    Answer,
    Answered,
    OnProposal,
    OutcomeTold,
    ProposalPut,
    ProposalTakenBack,
    Replied,
    Result,
    ToldOfProposal,
    open_answer,
)
from backchannel.channel.rules import AnswerState, Cause, ProposalLife, follow
from backchannel.channel.terms import Issue, check_choices


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A mediator's proposal as this party has it, with its own answer and replies."""

    put: ProposalPut
    lives: History[ProposalLife]
    state: AnswerState = AnswerState.OPEN
    answered: Answered | None = None
    number: int = 0  # which of the party's events the answer was, counted from 1
    replies: tuple[Replied, ...] = ()
    outcome: OutcomeTold | None = None

    @property
    def life(self) -> ProposalLife:
        """What has become of it, as last told."""
        return self.lives[-1][1]


Proposals = Mapping[ProposalId, Proposal]


def enter_said(
    proposals: dict[ProposalId, Proposal], event: Answered | Replied, number: int
) -> None:
    """Enter what the party says, its event of this number."""
    old = proposals[event.proposal]
    if isinstance(event, Answered):
        state = follow(old.state, Answered)
        proposals[event.proposal] = replace(old, state=state, answered=event, number=number)
    else:
        proposals[event.proposal] = replace(old, replies=(*old.replies, event))


def enter_told(proposals: dict[ProposalId, Proposal], event: ToldOfProposal, number: int) -> None:
    """Enter what the party is told, the mediator's event of this number."""
    match event:
        case ProposalPut(proposal=proposal, supersedes=old):
            proposals[proposal] = Proposal(put=event, lives=((number, ProposalLife.PUT),))
            if old is not None:
                _live(proposals, old, number, ProposalPut)
        case OutcomeTold(proposal=proposal, result=result):
            _live(proposals, proposal, number, result)
            proposals[proposal] = replace(proposals[proposal], outcome=event)
        case _:
            _live(proposals, event.proposal, number, ProposalTakenBack)


def _live(
    proposals: dict[ProposalId, Proposal], key: ProposalId, number: int, cause: Cause
) -> None:
    old = proposals[key]
    life = follow(old.life, cause)
    proposals[key] = replace(old, lives=(*old.lives, (number, life)))


def may_say(proposals: Proposals, event: OnProposal) -> None:
    """Raises: RuleBrokenError."""
    known = find(proposals, event.proposal)
    life = at_seen(known.lives, event.seen)
    if life is not ProposalLife.PUT:
        raise RuleBrokenError(
            f"the proposal is {life.value} and waits for no answer any more: ask the mediator to "
            "put it again"
        )
    if not isinstance(event, Answered):
        return
    if known.state is not AnswerState.OPEN:
        # Else a party could accept, see that nothing is carried, and take its own yes back.
        raise RuleBrokenError("this proposal is answered already, and an answer is final")
    if event.at > known.put.deadline:
        raise RuleBrokenError(
            f"the deadline was {known.put.deadline:%Y-%m-%d %H:%M} UTC and has passed by the clock "
            "of this desk: ask the mediator to put the proposal again"
        )


def may_tell(proposals: Proposals, event: ToldOfProposal, issues: Sequence[Issue]) -> None:
    """Raises: RuleBrokenError."""
    if not isinstance(event, ProposalPut):
        known = find(proposals, event.proposal)
        follow(known.life, event.result if isinstance(event, OutcomeTold) else type(event))
        if isinstance(event, OutcomeTold):
            _may_end(known, event)
        return
    if event.proposal in proposals:
        raise RuleBrokenError("there is a mediator's proposal with this id already")
    if event.supersedes is not None:
        follow(find(proposals, event.supersedes).life, ProposalPut)
    check_choices(event.choices, issues)


def _may_end(known: Proposal, event: OutcomeTold) -> None:
    # Else a mediator could say that a party is among those that accepted which never did.
    mine = _answer_by(known, event.seen)
    if event.counted is not (mine is not None):
        raise RuleBrokenError("the outcome is wrong on whether an answer had come from this party")
    if event.result is Result.CARRIED and mine is not Answer.ACCEPT:
        raise RuleBrokenError("it cannot be carried: this party had not accepted the proposal")


def _answer_by(known: Proposal, seen: int) -> Answer | None:
    """Return the answer that had come when the mediator had seen so many of the party's events."""
    if known.answered is None or known.number > seen:
        return None
    return open_answer(known.put.key, known.put.proposal, known.answered.envelope)


def find(proposals: Proposals, key: ProposalId) -> Proposal:
    """Return the proposal. Raises: RuleBrokenError."""
    if key not in proposals:
        raise RuleBrokenError("the mediator has put no such proposal in this caucus")
    return proposals[key]

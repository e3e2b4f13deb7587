"""The mediator's proposals in its channel: to whom they were put, who answered, the outcome.

The outcome is entered by the mediator, and decided by what the envelopes hold: *carried* as soon
as all have accepted; *not carried* only once the deadline and the grace after it have passed, with
refusal and silence alike. What a party is told of it depends on the result and its own answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from backchannel.channel.agenda import issues, shown_to
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.names import ProposalId, SeatId
from backchannel.channel.oral import HeardAnswer
from backchannel.channel.proposals import (
    Answer,
    OnPutProposal,
    OpenedAnswer,
    OutcomeEntered,
    OutcomeTold,
    ProposalPut,
    ProposalPutting,
    ProposalTakenBack,
    Result,
    closes,
    open_answer,
)
from backchannel.channel.rules import ProposalLife, Standing, check_standing, follow
from backchannel.channel.seats import may_go_to
from backchannel.channel.tellable import HasCount, Tellable
from backchannel.channel.terms import check_choices

Told = ProposalPut | OutcomeTold | ProposalTakenBack


@dataclass(frozen=True, slots=True, kw_only=True)
class PutProposal:
    """A mediator's proposal; `heard` are answers by mouth, of seats without a desk."""

    putting: ProposalPutting
    life: ProposalLife = ProposalLife.PUT
    heard: Mapping[SeatId, HeardAnswer] = field(default_factory=dict)
    outcome: OutcomeEntered | None = None


def enter(proposals: dict[ProposalId, PutProposal], entry: OnPutProposal) -> None:
    """Enter what `may` has let pass."""
    match entry:
        case ProposalPutting(proposal=key, supersedes=old):
            proposals[key] = PutProposal(putting=entry)
            if old is not None:
                _live(proposals, old, ProposalPut)
        case OutcomeEntered(proposal=key, result=result):
            _live(proposals, key, result)
            proposals[key] = replace(proposals[key], outcome=entry)
        case HeardAnswer(proposal=key, seat=seat):
            known = proposals[key]
            proposals[key] = replace(known, heard={**known.heard, seat: entry})
        case _:
            _live(proposals, entry.proposal, ProposalTakenBack)


def _live(proposals: dict[ProposalId, PutProposal], key: ProposalId, cause: type | Result) -> None:
    proposals[key] = replace(proposals[key], life=follow(proposals[key].life, cause))


def answers(channel: Tellable, known: PutProposal) -> tuple[OpenedAnswer, ...]:
    """Open the envelopes that have come, and return each seat's answer.

    To be called with the outcome and not before.
    """
    return tuple(
        OpenedAnswer(
            seat=key.seat,
            answer=known.heard[key.seat].answer
            if key.seat in known.heard
            else _written(channel.caucuses[key.seat], known.putting.proposal),
        )
        for key in known.putting.seats
    )


def _written(caucus: HasCount, proposal: ProposalId) -> Answer | None:
    mine = caucus.proposals.get(proposal)
    if mine is None or mine.answered is None:
        return None
    return open_answer(mine.put.key, proposal, mine.answered.envelope)


def result_of(opened: tuple[OpenedAnswer, ...]) -> Result:
    """Return the result: carried if all have accepted."""
    accepted = all(each.answer is Answer.ACCEPT for each in opened)
    return Result.CARRIED if accepted else Result.NOT_CARRIED


def tell(channel: Tellable, entry: OnPutProposal) -> dict[SeatId, Told]:
    """Return what each seat with a desk is told."""
    if isinstance(entry, HeardAnswer):
        return {}
    if isinstance(entry, ProposalPutting):
        return {
            key.seat: _put(entry, key.key, channel.caucuses[key.seat])
            for key in entry.seats
            if channel.caucuses[key.seat].welcome is not None
        }
    putting = channel.proposals[entry.proposal].putting
    # A desk that joined since was told nothing of the proposal, and is told no outcome.
    there = {
        key.seat: channel.caucuses[key.seat]
        for key in putting.seats
        if entry.proposal in channel.caucuses[key.seat].proposals
    }
    return {seat: _ended(entry, caucus) for seat, caucus in there.items()}


def _put(entry: ProposalPutting, key: bytes, caucus: HasCount) -> ProposalPut:
    # A proposal this party never saw is not named to it: it would tell of one put to others.
    old = entry.supersedes if entry.supersedes in caucus.proposals else None
    return ProposalPut(
        at=entry.at,
        seen=caucus.said_count,
        proposal=entry.proposal,
        text=entry.text,
        choices=entry.choices,
        deadline=entry.deadline,
        grace=entry.grace,
        key=key,
        supersedes=old,
    )


def _ended(entry: OnPutProposal, caucus: HasCount) -> OutcomeTold | ProposalTakenBack:
    seen = caucus.said_count
    if isinstance(entry, OutcomeEntered):
        return OutcomeTold(
            at=entry.at,
            seen=seen,
            proposal=entry.proposal,
            result=entry.result,
            counted=_written(caucus, entry.proposal) is not None,
        )
    return ProposalTakenBack(at=entry.at, seen=seen, proposal=entry.proposal)


def may(channel: Tellable, entry: OnPutProposal, standing: Standing) -> None:
    """Raises: RuleBrokenError."""
    if isinstance(entry, ProposalPutting):
        _may_put(channel, entry, standing)
        return
    known = find(channel, entry.proposal)
    if isinstance(entry, HeardAnswer):
        _may_hear(channel, entry, known)
    elif isinstance(entry, OutcomeEntered):
        check_standing(standing, OutcomeTold)
        _may_end(channel, entry, known)
    else:
        follow(known.life, ProposalTakenBack)


def find(channel: Tellable, key: ProposalId) -> PutProposal:
    """Return the proposal. Raises: RuleBrokenError."""
    known = channel.proposals.get(key)
    if not isinstance(known, PutProposal):
        raise RuleBrokenError("there is no such proposal in this channel; put it first")
    return known


def _may_put(channel: Tellable, entry: ProposalPutting, standing: Standing) -> None:
    if entry.proposal in channel.proposals:
        raise RuleBrokenError("there is a proposal with this id already")
    check_standing(standing, ProposalPut)
    kept = channel.agenda.items if channel.agenda is not None else ()
    for seat in (key.seat for key in entry.seats):
        may_go_to(channel, seat)
        whose = f"the agenda that {channel.seats[seat].name} is shown"
        check_choices(entry.choices, issues(shown_to(kept, seat)), of=whose)
    if entry.supersedes is None:
        return
    old = find(channel, entry.supersedes)
    follow(old.life, ProposalPut)
    seats = {key.seat for key in entry.seats}
    left = [key.seat for key in old.putting.seats if key.seat not in seats]
    if left:
        names = ", ".join(channel.seats[seat].name for seat in left)
        raise RuleBrokenError(
            f"the proposal before was put to {names}, too: put this one to them as well, or take "
            "that one back first"
        )


def _may_hear(channel: Tellable, entry: HeardAnswer, known: PutProposal) -> None:
    if known.life is not ProposalLife.PUT:
        raise RuleBrokenError(f"the proposal is {known.life.value}: no answer counts any more")
    if entry.seat not in {key.seat for key in known.putting.seats}:
        raise RuleBrokenError("the proposal was not put to this seat")
    name = channel.seats[entry.seat].name
    if channel.caucuses[entry.seat].proposals.get(entry.proposal) is not None:
        raise RuleBrokenError(f"{name} has a desk and answers there, in secret")
    if entry.seat in known.heard:
        raise RuleBrokenError(f"the answer of {name} was entered already; answers are final")
    if entry.spoken > known.putting.deadline:
        raise RuleBrokenError(f"{name} answered after the deadline: it does not count")


def _may_end(channel: Tellable, entry: OutcomeEntered, known: PutProposal) -> None:
    follow(known.life, entry.result)
    if entry.result is Result.NOT_CARRIED and entry.at < closes(known.putting):
        # The same whether somebody refused, kept silent, or all but one accepted.
        raise RuleBrokenError(
            "it is not carried so far; that it is not carried at all can be said only after the "
            f"deadline and its grace, from {closes(known.putting):%Y-%m-%d %H:%M} UTC on"
        )
    opened = answers(channel, known)
    if entry.answers != opened or entry.result is not result_of(opened):
        raise RuleBrokenError("the outcome is not what the answers say")

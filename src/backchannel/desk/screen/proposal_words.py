"""What an entry about a mediator's proposal is called on the screen, in one clause.

The same at either desk: an answer is never read out here, only that it was given. What a party has
answered stands in `proposal show`, at its own desk.
"""

from backchannel.channel.caucus_proposals import Proposals
from backchannel.channel.proposals import (
    Answered,
    OnProposal,
    OutcomeTold,
    ProposalPut,
    Replied,
    Result,
    ToldOfProposal,
)
from backchannel.channel.terms import chosen
from backchannel.desk.session.finding import SHOWN


def on_proposal(event: OnProposal | ToldOfProposal, known: Proposals) -> str:
    """Return the clause: what its author does in this entry."""
    which = f"the proposal {event.proposal[:SHOWN]}"
    match event:
        case Answered():
            outcome = known[event.proposal].outcome
            late = "; it came after the outcome and does not count"
            return f"answers {which}{late if outcome and not outcome.counted else ''}"
        case Replied(reply=reply):
            return f"does not answer {which} yet: {reply.value}"
        case ProposalPut(supersedes=old):
            instead = f", in the place of {old[:SHOWN]}" if old else ""
            return f"puts a proposal{instead} ({known[event.proposal].life.value}):"
        case OutcomeTold(result=result, counted=counted):
            own = "was counted" if counted else "was not counted, or none was given"
            ending = "" if result is Result.CARRIED else f"; the answer of this caucus {own}"
            return f"enters the outcome: {which} is {result.value}{ending}"
        case _:
            return f"puts {which} no longer"


def put_words(event: ProposalPut) -> str:
    """Return the words of a proposal with what it chooses for each issue."""
    return "\n".join((event.text, *([f"- {chosen(event.choices)}"] if event.choices else [])))

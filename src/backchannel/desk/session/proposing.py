"""Proposals at a party's desk: offers over issues, and answers to a mediator's proposal.

An offer is a note and goes under a handling like any. An answer leaves in an envelope, once, and is
final; what is needed before one can be given is told to the mediator alone.
"""

from collections.abc import Sequence
from datetime import datetime

from backchannel.channel.caucus import Caucus
from backchannel.channel.caucus_proposals import Proposal
from backchannel.channel.handling import Handling
from backchannel.channel.names import NoteId, ProposalId, QuestionId
from backchannel.channel.proposals import (
    Answer,
    Answered,
    Proposed,
    Replied,
    Reply,
    seal_answer,
)
from backchannel.channel.rules import ProposalLife
from backchannel.channel.terms import Offer
from backchannel.desk.desk import Desk
from backchannel.desk.session.finding import find_key
from backchannel.desk.session.saying import When, speak


def propose(
    desk: Desk,
    channel: str = "",
    *,
    text: str,
    offers: Sequence[Offer],
    handling: Handling,
    not_before: datetime | None = None,
    expires: datetime | None = None,
    answers: str = "",
) -> str:
    """Offer something over issues of the agenda, under a handling; return the note's identifier."""
    note = NoteId(desk.new_id())

    def make(state: Caucus, when: When) -> Proposed:
        theirs = {key: q for key, q in state.questions.items() if not q.from_party}
        return Proposed(
            **when,
            note=note,
            text=text,
            offers=tuple(offers),
            handling=handling,
            not_before=not_before,
            expires=expires,
            answers=QuestionId(find_key(answers, theirs, "question")) if answers else None,
        )

    speak(desk, channel, make)
    return note


def answer_proposal(desk: Desk, channel: str, proposal: str, answer: Answer) -> str:
    """Answer a mediator's proposal, finally and in an envelope; return the proposal's identifier.

    Raises:
        RuleBrokenError: a second answer, one after the deadline, or after the outcome.
    """
    answered: list[str] = []

    def make(state: Caucus, when: When) -> Answered:
        key = _put_here(state, proposal)
        answered.append(key)
        envelope = seal_answer(state.proposals[key].put.key, key, answer)
        return Answered(**when, proposal=key, envelope=envelope)

    speak(desk, channel, make)
    return answered[0]


def reply_to_proposal(
    desk: Desk, channel: str, proposal: str, reply: Reply, *, text: str = ""
) -> None:
    """Tell the mediator, and nobody else, what is needed before an answer can be given."""
    speak(
        desk,
        channel,
        lambda state, when: Replied(
            **when, proposal=_put_here(state, proposal), reply=reply, text=text
        ),
    )


def _put_here(state: Caucus, reference: str) -> ProposalId:
    def waits(known: Proposal) -> bool:
        return known.life is ProposalLife.PUT and known.answered is None

    open_ = [key for key, known in state.proposals.items() if waits(known)]
    return ProposalId(
        find_key(reference, open_ if not reference and open_ else state.proposals, "proposal")
    )

"""Mediator's proposals on the screen: what is put, until when, and how it stands with an answer.

Promised: at the mediator's desk nothing here tells, before the outcome, what a party has answered
or that it has; what each has answered is shown with the outcome, and of late envelopes only that
they came.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from backchannel.channel.proposals import Answer
from backchannel.channel.rules import ProposalLife
from backchannel.channel.terms import chosen
from backchannel.desk.screen.moments import shown
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session import AnswerShown, AnswerStanding, ProposalShown
from backchannel.desk.session.finding import SHOWN

_AN_HOUR, _A_MINUTE = timedelta(hours=1), timedelta(minutes=1)


def list_proposals(
    paper: Paper, known: Sequence[ProposalShown], *, mediates: bool, zone: tzinfo | None
) -> None:
    """Write one line for each proposal."""
    if not known:
        paper.line("There is no mediator's proposal here yet.")
        return
    last = "to" if mediates else "your answer"
    rows = (
        (
            p.proposal[:SHOWN],
            p.text.split("\n")[0],
            chosen(p.choices),
            p.life.value,
            shown(p.deadline, zone),
            ", ".join(p.parties) if mediates else _own(p),
        )
        for p in known
    )
    paper.table(("id", "proposal", "choices", "state", "answers until", last), rows)


def _own(proposal: ProposalShown) -> str:
    if proposal.answer is None or proposal.standing is None:
        return "none"
    return f"{proposal.answer.value} ({proposal.standing.value})"


def show_put(paper: Paper, proposal: ProposalShown, *, zone: tzinfo | None) -> None:
    """Write the proposal itself, as whoever answers must have read it."""
    paper.head(f"{proposal.proposal[:SHOWN]}  proposal, {proposal.life.value}", style="bold")
    paper.quote(proposal.text)
    if proposal.choices:
        paper.rows(tuple((choice.issue, choice.option) for choice in proposal.choices))
    paper.line(f"Put {shown(proposal.at, zone)}; answers until {shown(proposal.deadline, zone)}.")
    if proposal.supersedes:
        paper.line(f"It takes the place of {proposal.supersedes[:SHOWN]}.")


def show_at_party(
    paper: Paper, proposal: ProposalShown, now: datetime, *, zone: tzinfo | None
) -> None:
    """Write the proposal, and how it stands with this party's own answer."""
    show_put(paper, proposal, zone=zone)
    _show_needs(paper, proposal, zone=zone)
    if proposal.answer is not None:
        paper.line(f"Your answer: {proposal.answer.value}.", style="bold")
    words = standing_words(proposal, now, zone)
    if proposal.standing in {AnswerStanding.OVERDUE, AnswerStanding.LATE}:
        paper.warn(words)
    else:
        paper.line(words)


def standing_words(proposal: ProposalShown, now: datetime, zone: tzinfo | None) -> str:
    """Return how it stands with the party's own answer, in one sentence."""
    at = f" at {shown(proposal.confirmed, zone)}" if proposal.confirmed else ""
    left = _left(proposal.deadline - now)
    match proposal.standing:
        case AnswerStanding.NONE if proposal.life is ProposalLife.PUT:
            return f"You have not answered; {left}."
        case AnswerStanding.WAITING:
            return f"Your answer is not confirmed yet by the mediator's desk; {left}."
        case AnswerStanding.IN_TIME:
            return f"Your answer was confirmed{at}, in time."
        case AnswerStanding.LATE:
            return (
                f"Your answer was confirmed{at}, after the deadline: it counts if it came before "
                "the outcome, and the outcome will say."
            )
        case AnswerStanding.OVERDUE:
            return (
                "The deadline passed before your answer was confirmed: it may not count; ask the "
                "mediator."
            )
        case AnswerStanding.COUNTED:
            return "Your answer was counted."
        case AnswerStanding.NOT_COUNTED:
            return "Your answer came after the outcome and was not counted."
        case AnswerStanding.UNOPENED:
            return "Your answer was never opened, and never will be."
        case _:
            return "You have not answered."


def _left(time: timedelta) -> str:
    if time < timedelta():
        return "the deadline has passed"
    hours, minutes = time // _AN_HOUR, time % _AN_HOUR // _A_MINUTE
    return f"the deadline is in {hours} h {minutes} min"


def show_at_mediator(paper: Paper, proposal: ProposalShown, *, zone: tzinfo | None) -> None:
    """Write the proposal, to whom it was put, and with the outcome who answered what."""
    show_put(paper, proposal, zone=zone)
    paper.head(f"Put to {', '.join(proposal.parties)}.")
    if proposal.by_mouth:
        paper.head(f"To be told by mouth, for want of a desk: {', '.join(proposal.by_mouth)}.")
    _show_needs(paper, proposal, zone=zone)
    if proposal.life is ProposalLife.PUT:
        paper.line(
            "Nobody is shown an answer, nor that one has come. `backchannel proposal outcome` "
            "opens all: carried as soon as all have accepted, not carried from "
            f"{shown(proposal.closes, zone)} on."
        )
    if proposal.answers:
        paper.table(("party", "answer"), ((a.party, _answered(a)) for a in proposal.answers))


def _answered(given: AnswerShown) -> str:
    if given.late:
        return "came after the outcome: not opened, not counted"
    words = "none" if given.answer is None else _WORDS[given.answer]
    return f"{words} (by mouth)" if given.by_mouth else words


_WORDS = {Answer.ACCEPT: "accepted", Answer.REFUSE: "refused"}


def _show_needs(paper: Paper, proposal: ProposalShown, *, zone: tzinfo | None) -> None:
    for need in proposal.needs:
        whose = f"{need.party}, " if need.party else ""
        paper.head(f"{whose}{shown(need.at, zone)}: {need.reply}")
        if need.text:
            paper.quote(need.text)

"""The mediator's proposals at its desk: put, wait, enter the outcome, or take back.

Promises: no answer is opened before the outcome, in whose transaction it is decided; no proposal is
decided from silence, by a clock, or while something may still be on its way; until then, nothing
returned here depends on what a party has answered, but that not all have accepted so far.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from backchannel.channel import channel_proposals
from backchannel.channel.channel import Channel
from backchannel.channel.channel_proposals import PutProposal
from backchannel.channel.channel_rules import may
from backchannel.channel.names import ProposalId, SeatId, normalised
from backchannel.channel.oral import HeardAnswer, How
from backchannel.channel.proposals import (
    ENVELOPE_BYTES,
    Answer,
    EnvelopeKey,
    OutcomeEntered,
    ProposalPutting,
    ProposalWithdrawal,
    Result,
    closes,
)
from backchannel.channel.rules import ProposalLife
from backchannel.channel.terms import Choice
from backchannel.desk import arrivals, tables
from backchannel.desk.desk import Desk
from backchannel.desk.errors import DeskError
from backchannel.desk.ledger import load_channel, record_entry, refuse_void
from backchannel.desk.session.finding import find_channel, find_key, find_seat
from backchannel.desk.session.mediating import require_verified, seat_names
from backchannel.desk.vault_database import Connection

GRACE = 60  # minutes after the deadline, if nothing else is said


class NotCollectedError(DeskError):
    """Answers given in time may still be on their way: the mailboxes are to be collected first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalDraft:
    """What the mediator puts to parties.

    `deadline` is UTC, on a full minute; `grace` are minutes after it in which answers given in time
    may still arrive. What it `supersedes` is put no longer as soon as this is.
    `override_unverified` is the reason for putting it although safety words were not compared.
    """

    parties: Sequence[str]
    text: str
    deadline: datetime
    choices: Sequence[Choice] = ()
    grace: int = GRACE
    supersedes: str = ""
    override_unverified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutPreview:
    """What would be put, for the mediator to look at once more; the names of parties."""

    text: str
    parties: tuple[str, ...]
    by_mouth: tuple[str, ...]
    unverified: tuple[str, ...]


def put_proposal(desk: Desk, channel: str, draft: ProposalDraft) -> str:
    """Put a proposal of the mediator's to parties; return its identifier.

    A party without a desk is told by mouth; its answer is entered with `hear_answer`.

    Raises:
        UnverifiedError: a caucus was not verified, and no reason to go on is given.
        RuleBrokenError: an issue that a party is not shown; a deadline that has passed.
    """
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        entry = _putting(desk, state, draft)
        for seat in _with_desks(state, entry):
            caucus = tables.caucus(connection, seat)
            require_verified(desk, connection, caucus, override=draft.override_unverified)
        record_entry(desk, connection, row, entry)
    return entry.proposal


def preview_put(desk: Desk, channel: str, draft: ProposalDraft) -> PutPreview:
    """Return what would be put; refuses what putting would, and changes nothing."""
    with desk.vault.read() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        entry = _putting(desk, state, draft)
        may(state, entry)
        there = {seat: tables.caucus(connection, seat) for seat in _with_desks(state, entry)}
    for caucus in there.values():
        refuse_void(caucus)
    seats = [key.seat for key in entry.seats]
    return PutPreview(
        text=entry.text,
        parties=tuple(state.seats[seat].name for seat in seats),
        by_mouth=tuple(state.seats[seat].name for seat in seats if seat not in there),
        unverified=tuple(caucus.name for caucus in there.values() if not caucus.verified),
    )


def _with_desks(state: Channel, entry: ProposalPutting) -> list[SeatId]:
    return [key.seat for key in entry.seats if state.caucuses[key.seat].welcome is not None]


def _putting(desk: Desk, state: Channel, draft: ProposalDraft) -> ProposalPutting:
    seats = seat_names(state, draft.parties)
    old = draft.supersedes
    return ProposalPutting(
        at=desk.minute(),
        by=desk.person,
        proposal=ProposalId(desk.new_id()),
        seats=tuple(EnvelopeKey(seat=s, key=desk.draw(ENVELOPE_BYTES)) for s in seats),
        # It may rest on words of several parties: no invisible mark of one goes to another.
        text=normalised(draft.text),
        choices=tuple(draft.choices),
        deadline=draft.deadline,
        grace=draft.grace,
        supersedes=find_put(state, old)[0] if old else None,
    )


def outcome(desk: Desk, channel: str, proposal: str) -> Result:
    """Open the envelopes, and tell all parties whether the proposal is carried.

    Raises:
        RuleBrokenError: it is not carried so far, and the deadline or its grace has not passed.
        NotCollectedError: it has, but answers given in time may still be on their way.
    """
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        key, known = find_put(state, proposal)
        at = desk.minute()
        opened = channel_proposals.answers(state, known)
        result = channel_proposals.result_of(opened)
        if result is Result.NOT_CARRIED and known.life is ProposalLife.PUT:
            _require_collected(desk, connection, state, known)
        entry = OutcomeEntered(at=at, by=desk.person, proposal=key, result=result, answers=opened)
        record_entry(desk, connection, row, entry)
    return result


def _require_collected(
    desk: Desk, connection: Connection, state: Channel, known: PutProposal
) -> None:
    """Let nobody's silence count before all that was sent in time must have come.

    Raises:
        NotCollectedError: a mailbox was not emptied since, or letters are missing.
    """
    ends, now = int(closes(known.putting).timestamp()), desk.seconds()
    if now < ends:
        return  # the rules say so, with the time
    for seat in (key.seat for key in known.putting.seats):
        if known.putting.proposal not in state.caucuses[seat].proposals:
            continue  # it was told by mouth
        caucus = tables.caucus(connection, seat)
        if caucus.state == "void":
            continue  # nothing comes from there any more
        # A collection in the future is that of a clock that was wrong.
        if not ends <= arrivals.collected_at(connection, seat) <= now:
            raise NotCollectedError(
                f"the mailbox of {caucus.name} was not emptied since the deadline and its grace: "
                "answers given in time may lie there; run `backchannel sync`, then ask again"
            )
        if caucus.repair or tables.held(connection, seat):
            raise NotCollectedError(
                f"letters of {caucus.name} are missing, and an answer given in time may be among "
                "them: wait until they have come, or take the proposal back"
            )


def withdraw_proposal(desk: Desk, channel: str, proposal: str) -> None:
    """Put a proposal no longer. Its answers are never opened."""
    _on(
        desk,
        channel,
        proposal,
        lambda key, _: ProposalWithdrawal(at=desk.minute(), by=desk.person, proposal=key),
    )


def hear_answer(
    desk: Desk,
    channel: str,
    proposal: str,
    party: str,
    *,
    answer: Answer,
    how: How,
    spoken: datetime,
    person: str = "",
) -> None:
    """Enter the answer that a party without a desk has given by mouth; `spoken`: when (UTC)."""

    def make(key: ProposalId, seat: SeatId) -> HeardAnswer:
        return HeardAnswer(
            at=desk.minute(),
            by=desk.person,
            proposal=key,
            seat=seat,
            answer=answer,
            how=how,
            spoken=spoken,
            person=person,
        )

    _on(desk, channel, proposal, make, party=party)


def _on(
    desk: Desk,
    channel: str,
    proposal: str,
    make: Callable[[ProposalId, SeatId], ProposalWithdrawal | HeardAnswer],
    *,
    party: str = "",
) -> None:
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        key, _ = find_put(state, proposal)
        seat = find_seat(state, party).seat if party else SeatId("")
        record_entry(desk, connection, row, make(key, seat))


def find_put(state: Channel, reference: str) -> tuple[ProposalId, PutProposal]:
    """Return the mediator's proposal meant, by itself if it is the only one put."""
    put = [key for key, known in state.proposals.items() if known.life is ProposalLife.PUT]
    key = ProposalId(
        find_key(reference, put if not reference and put else state.proposals, "proposal")
    )
    return key, state.proposals[key]

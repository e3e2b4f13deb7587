"""What the mediator carries between parties: convey, correct, ask for a use of a note.

Promises: nothing goes to a caucus that was not verified without a recorded reason; that somebody
went on although warned is recorded too, without a word of what it was about.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from backchannel.channel.channel import Channel
from backchannel.channel.channel_rules import may
from backchannel.channel.conveying import note_of
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.events import Entry
from backchannel.channel.handling import Attribution
from backchannel.channel.knowledge import Fact, fact_of
from backchannel.channel.names import ConveyanceId, NoteId, RequestId, Rows, SeatId, normalised
from backchannel.channel.oral import ToldByMouth
from backchannel.channel.proposals import words_of
from backchannel.channel.record import Basis, Conveyance, Correction, UseRequest
from backchannel.channel.warnings import Warned, warnings
from backchannel.desk import tables
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.ledger import load_channel, record_entry
from backchannel.desk.session.finding import find, find_caucus, find_channel, find_key
from backchannel.desk.session.mediating import enter, require_verified
from backchannel.desk.tables import ChannelRow
from backchannel.desk.vault_database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Conveying:
    """What is to be conveyed, as the mediator asks for it.

    An empty text stands for the words of the one note it rests on. `override_unverified` is the
    reason for conveying although the safety words were not compared; it is recorded.
    """

    seat: str
    attribution: Attribution
    rests_on: Sequence[str] = ()
    text: str = ""
    rows: Rows = ()
    condition_met_by: str = ""
    override_unverified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConveyPreview:
    """What would be conveyed, for the mediator to look at once more.

    `rests_on` are notes with their authors' names; `breach` says which rule was broken, of what was
    told by mouth.
    """

    party: str
    text: str
    rows: Rows
    attribution: Attribution
    rests_on: tuple[tuple[str, Fact], ...]
    verified: bool
    warnings: tuple[Warned, ...]
    breach: str = ""


def convey(desk: Desk, channel: str, conveying: Conveying) -> str:
    """Convey something to a party, and return the conveyance's identifier.

    Raises:
        HandlingForbidsError: an author has not allowed this use.
        UnverifiedError: the caucus was not verified, and no reason to go on is given.
        NoDeskError: the party has no desk.
    """
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        caucus = find_caucus(connection, row.channel, conveying.seat, state)
        entry = conveyance(desk, state, SeatId(caucus.caucus), conveying)
        require_verified(desk, connection, caucus, override=conveying.override_unverified)
        record_entry(desk, connection, row, entry)
        of = (row.channel, caucus.caucus)
        note_warned(connection, of, desk.seconds(), warnings(state, entry))
    return entry.conveyance


def preview_convey(desk: Desk, channel: str, conveying: Conveying) -> ConveyPreview:
    """Return what would be conveyed; refuses what conveying would, and changes nothing."""
    with desk.vault.read() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        caucus = find_caucus(connection, row.channel, conveying.seat, state)
        entry = conveyance(desk, state, SeatId(caucus.caucus), conveying)
    may(state, entry)
    return preview_of(state, entry, verified=bool(caucus.verified))


def preview_of(
    state: Channel, entry: Conveyance, *, verified: bool = True, breach: str = ""
) -> ConveyPreview:
    """Return what an entry that the rules let pass would be, with all there is to look at."""
    return ConveyPreview(
        party=state.seats[entry.seat].name,
        text=entry.text,
        rows=entry.rows,
        attribution=entry.attribution,
        rests_on=tuple((state.seats[b.seat].name, fact_of(state, b)) for b in entry.rests_on),
        verified=verified,
        warnings=warnings(state, entry),
        breach=breach,
    )


def conveyance(desk: Desk, state: Channel, seat: SeatId, conveying: Conveying) -> Conveyance:
    """Return the entry that is asked for. Raises: UsageError."""
    bases = tuple(find_note(state, reference) for reference in conveying.rests_on)
    text, rows = conveying.text, conveying.rows
    if not text:
        if len(bases) != 1:
            raise UsageError("say in which words, or name exactly one note to convey as it is")
        said = note_of(state, bases[0]).said
        text, rows = words_of(said), rows or said.rows
    if conveying.attribution is not Attribution.AUTHOR:
        text, rows = normalised(text), _normalised(rows)
    met = conveying.condition_met_by
    heard = (note for note, known in state.heard.items() if known.heard.seat == seat)
    theirs = (*state.caucuses[seat].notes, *heard)
    return Conveyance(
        at=desk.minute(),
        by=desk.person,
        seat=seat,
        conveyance=ConveyanceId(desk.new_id()),
        text=text,
        rows=rows,
        attribution=conveying.attribution,
        rests_on=bases,
        condition_met_by=NoteId(find_key(met, theirs, "note")) if met else None,
    )


def find_note(state: Channel, reference: str) -> Basis:
    """Return the note meant, of all caucuses, written or heard. Raises: UsageError."""
    written = (
        Basis(seat=seat, note=note)
        for seat, caucus in state.caucuses.items()
        for note in caucus.notes
    )
    heard = (Basis(seat=k.heard.seat, note=note) for note, k in state.heard.items())
    return find(reference, ((b.note, "", b) for b in (*written, *heard)), "note")


def note_warned(
    connection: Connection, of: tuple[str, str], at: int, found: Sequence[Warned]
) -> None:
    """Record, of a channel and a seat, that somebody went on although warned; nothing is quoted."""
    if found:
        kinds = ", ".join(dict.fromkeys(warned.kind.value for warned in found))
        words = f"went on although warned: {kinds}"
        tables.write_journal_of(connection, of, at, kind="warned", words=words)


def correct(
    desk: Desk,
    channel: str,
    conveyance: str,
    *,
    text: str,
    rows: Rows = (),
    override_unverified: str = "",
) -> None:
    """Tell a recipient what stands in the place of something conveyed wrongly.

    What was told by mouth is corrected by mouth: recorded, and told by no desk.

    Raises:
        UnverifiedError: the caucus is not verified (any more), and no reason to go on is given.
    """

    def make(state: Channel, connection: Connection, row: ChannelRow) -> Entry:
        wrong = _wrong(state, conveyance)
        if not isinstance(wrong, ToldByMouth):
            # It carries words of others as the conveyance itself did.
            caucus = tables.caucus(connection, wrong.seat)
            require_verified(desk, connection, caucus, override=override_unverified)
        right = _righted(wrong, text, rows)
        found = warnings(state, right)
        note_warned(connection, (row.channel, wrong.seat), desk.seconds(), found)
        return Correction(
            at=desk.minute(),
            by=desk.person,
            conveyance=wrong.conveyance,
            text=right.text,
            rows=right.rows,
        )

    enter(desk, channel, make)


def preview_correct(
    desk: Desk, channel: str, conveyance: str, *, text: str, rows: Rows = ()
) -> tuple[Conveyance, tuple[Warned, ...]]:
    """Return the conveyance that is to be corrected, and what to look at in what is to stand."""
    with desk.vault.read() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
    wrong = _wrong(state, conveyance)
    return wrong, warnings(state, _righted(wrong, text, rows))


def _wrong(state: Channel, reference: str) -> Conveyance:
    key = ConveyanceId(find_key(reference, state.conveyances, "conveyance"))
    return state.conveyances[key]


def _righted(wrong: Conveyance, text: str, rows: Rows) -> Conveyance:
    if wrong.attribution is Attribution.AUTHOR:
        return replace(wrong, text=text, rows=rows)
    return replace(wrong, text=normalised(text), rows=_normalised(rows))


def _normalised(rows: Rows) -> Rows:
    return tuple(tuple(normalised(cell) for cell in cells) for cells in rows)


def request_use(
    desk: Desk, channel: str, note: str, *, attribution: Attribution, text: str = ""
) -> str:
    """Ask the author of a note for a use of it, in its own or in this wording.

    Raises:
        RuleBrokenError: the note was heard by mouth, and no desk of its author knows it.
    """
    request = RequestId(desk.new_id())

    def make(state: Channel, *_: object) -> Entry:
        basis = find_note(state, note)
        if basis.note in state.heard:
            raise RuleBrokenError(
                "this note was heard by mouth, and its author's desk does not know it: ask by "
                "mouth, and record the leave with `backchannel heard-allow`"
            )
        said = note_of(state, basis).said
        return UseRequest(
            at=desk.minute(),
            by=desk.person,
            seat=basis.seat,
            request=request,
            note=basis.note,
            attribution=attribution,
            text=text or words_of(said),
        )

    enter(desk, channel, make)
    return request

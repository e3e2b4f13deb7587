"""The mediator's work on an accord: draft, put, release, follow the steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from backchannel.channel.accord import (
    AccordForm,
    AccordText,
    Affected,
    Amends,
    Edition,
    Signatory,
)
from backchannel.channel.accord_file import AccordFile, assemble
from backchannel.channel.accord_statements import declaration_statement
from backchannel.channel.accord_text import digest, render
from backchannel.channel.channel import Accord, Channel
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.events import Entry
from backchannel.channel.mirrors import group
from backchannel.channel.names import AccordId, ReportId
from backchannel.channel.record import (
    Drafted,
    Ending,
    Marking,
    Mirrored,
    MirrorRelease,
    Putting,
    Release,
    Withdrawal,
)
from backchannel.channel.rules import AccordLife
from backchannel.channel.steps import Step
from backchannel.channel.told import Mark
from backchannel.desk import tables
from backchannel.desk.desk import Desk
from backchannel.desk.errors import DeskError
from backchannel.desk.ledger import load_caucus, load_channel, record_entry
from backchannel.desk.session.finding import find, find_channel, find_key
from backchannel.desk.session.mediating import require_verified, seat_names
from backchannel.desk.tables import ChannelRow
from backchannel.seal.signatures import public_key, sign


@dataclass(frozen=True, slots=True, kw_only=True)
class AccordDraft:
    """What the mediator writes of an accord; keys and names are added from the channel."""

    title: str
    editions: Sequence[Edition]
    parties: Sequence[str]
    form: AccordForm = AccordForm.DECLARATION
    steps: Sequence[Step] = ()
    affected: Sequence[Affected] = ()
    credit: str = ""
    earliest_release: date | None = None
    amends: str = ""  # title or identifier of an accord in force


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMark:
    """One entry about a step of an accord in force."""

    step: str
    mark: Mark
    who: str
    done_on: date | None = None
    text: str = ""
    source: str = ""
    report: str = ""


def draft(desk: Desk, channel: str, writing: AccordDraft, *, accord: str = "") -> str:
    """Store a draft of an accord, new or in place of one not put yet; return its identifier.

    Of mirror texts one is drafted for each party, and the first one's identifier is returned.
    """
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        old = find_accord(state, accord) if accord else None
        texts = _mirror_texts if writing.form is AccordForm.MIRROR else _one_text
        drafted = texts(desk, state, row, writing, old=old)
        for text in drafted:
            entry = Drafted(
                at=desk.minute(), by=desk.person, accord=AccordId(text.id), text=render(text)
            )
            record_entry(desk, connection, row, entry)
    return drafted[0].id


Old = tuple[AccordId, Accord] | None


def _one_text(
    desk: Desk, state: Channel, row: ChannelRow, writing: AccordDraft, *, old: Old
) -> list[AccordText]:
    return [_text(state, row, old[0] if old else AccordId(desk.new_id()), writing)]


def _mirror_texts(
    desk: Desk, state: Channel, row: ChannelRow, writing: AccordDraft, *, old: Old
) -> list[AccordText]:
    """Return one text for each party; each names the others by identifier only."""
    if len(writing.parties) <= 1:
        raise RuleBrokenError("mirror texts are drafted for two parties at least; name them all")
    kept = group(old[1].accord) if old else ()
    if old and len(kept) != len(writing.parties):
        raise RuleBrokenError("the draft to replace has another number of mirror texts")
    keys = kept or tuple(AccordId(desk.new_id()) for _ in writing.parties)
    return [
        replace(
            _text(state, row, key, replace(writing, form=AccordForm.JOINT)),
            form=AccordForm.MIRROR,
            title=f"{writing.title}: with {name}",
            parties=tuple(p for p in _signatories(state, writing, signed=True) if p.name == name),
            mirrors=tuple(other for other in keys if other != key),
        )
        for key, name in zip(keys, writing.parties, strict=True)
    ]


def _signatories(state: Channel, writing: AccordDraft, *, signed: bool) -> tuple[Signatory, ...]:
    seats = seat_names(state, writing.parties)
    keys = [state.caucuses[seat].signing_key for seat in seats]
    if signed and not all(keys):
        missing = [n for n, k in zip(writing.parties, keys, strict=True) if not k]
        raise RuleBrokenError(
            f"{', '.join(missing)} has not accepted the rules of the channel yet, and so has named "
            "no signing key: an accord cannot be drafted for it"
        )
    return tuple(
        Signatory(name=name, key=known if signed else b"")
        for name, known in zip(writing.parties, keys, strict=True)
    )


def _text(state: Channel, row: ChannelRow, key: AccordId, writing: AccordDraft) -> AccordText:
    signed = writing.form.signed
    return AccordText(
        form=writing.form,
        id=key,
        title=writing.title,
        mediator=state.opened.mediator if state.opened else "",
        mediator_key=public_key(row.signing_key) if signed else b"",
        parties=_signatories(state, writing, signed=signed),
        editions=tuple(writing.editions),
        steps=tuple(writing.steps),
        affected=tuple(writing.affected),
        credit=writing.credit,
        earliest_release=writing.earliest_release,
        amends=_amends(state, writing.amends) if writing.amends else None,
    )


def _amends(state: Channel, reference: str) -> Amends:
    key, old = find_accord(state, reference)
    return Amends(id=key, digest=digest(old.text))


def find_accord(state: Channel, reference: str) -> tuple[AccordId, Accord]:
    """Return the accord meant. Raises: UsageError."""
    key = find(reference, ((k, a.accord.title, k) for k, a in state.accords.items()), "accord")
    return key, state.accords[key]


Make = Callable[[AccordId, Accord], Entry]


def _on(desk: Desk, channel: str, accord: str, make: Make) -> None:
    """Enter something of an accord; of a mirror text, for all of its group alike."""
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        _, known = find_accord(state, accord)
        for key in group(known.accord):
            record_entry(desk, connection, row, make(key, state.accords[key]))


def put(desk: Desk, channel: str, accord: str, *, override_unverified: str = "") -> None:
    """Put an accord to the parties it names.

    Raises:
        UnverifiedError: one of their caucuses was not verified, and no reason is given.
    """
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        _, known = find_accord(state, accord)
        for key in group(known.accord):
            parties = state.accords[key].accord.parties if key in state.accords else ()
            for seat in seat_names(state, [p.name for p in parties]):
                caucus = tables.caucus(connection, seat)
                require_verified(desk, connection, caucus, override=override_unverified)
            entry = Putting(at=desk.minute(), by=desk.person, accord=key)
            record_entry(desk, connection, row, entry)


def release(desk: Desk, channel: str, accord: str) -> None:
    """Release every signature to all parties: all of them, or none."""
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        key, known = find_accord(state, accord)
        if known.accord.form is AccordForm.MIRROR:
            record_entry(desk, connection, row, _all_mirrors(desk, state, row, known))
            return
        signed = known.accord.form.signed
        declaration = sign(row.signing_key, declaration_statement(known.text)) if signed else b""
        entry = Release(at=desk.minute(), by=desk.person, accord=key, declaration=declaration)
        record_entry(desk, connection, row, entry)


def _all_mirrors(desk: Desk, state: Channel, row: ChannelRow, known: Accord) -> MirrorRelease:
    texts = {key: state.accords[key].text for key in group(known.accord)}
    signed = tuple(
        Mirrored(accord=key, declaration=sign(row.signing_key, declaration_statement(text)))
        for key, text in texts.items()
    )
    return MirrorRelease(at=desk.minute(), by=desk.person, texts=signed)


def withdraw_accord(desk: Desk, channel: str, accord: str) -> None:
    """Put an accord no longer. Parties are told that, and not why."""
    _on(
        desk,
        channel,
        accord,
        lambda key, _: Withdrawal(at=desk.minute(), by=desk.person, accord=key),
    )


def end_accord(desk: Desk, channel: str, accord: str, *, text: str) -> None:
    """Enter that an accord in force has ended, and how."""
    _on(
        desk,
        channel,
        accord,
        lambda key, _: Ending(at=desk.minute(), by=desk.person, accord=key, text=text),
    )


def mark_steps(desk: Desk, channel: str, accord: str, marks: Sequence[StepMark]) -> None:
    """Enter what became of steps, for all parties of the accord; all of them, or none."""
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        for mark in marks:
            state = load_channel(desk, connection, row.channel)
            _, known = find_accord(state, accord)
            report = (
                ReportId(find_key(mark.report, state.arrived, "report")) if mark.report else None
            )
            for key in group(known.accord):
                # A report is of one mirror text; the others are told what it says, as it stands.
                theirs = report and state.arrived[report] in state.accords[key].seats
                entry = Marking(
                    at=desk.minute(),
                    by=desk.person,
                    accord=key,
                    step=mark.step,
                    mark=mark.mark,
                    who=mark.who,
                    done_on=mark.done_on,
                    text=mark.text,
                    source=mark.source,
                    rests_on=report if theirs else None,
                )
                record_entry(desk, connection, row, entry)


def accord_file(desk: Desk, channel: str, accord: str) -> AccordFile:
    """Return the accord with its signatures, as it is kept and verified outside.

    Raises:
        DeskError: it is not in force yet.
    """
    with desk.vault.read() as connection:
        row = find_channel(connection, channel)
        if row.mediates:
            state = load_channel(desk, connection, row.channel)
            key, known = find_accord(state, accord)
            # Every party's caucus holds the same release: any of them serves.
            caucus = state.caucuses[known.seats[0]] if known.seats else None
            here = caucus.accords[key] if caucus else None
        else:
            own = load_caucus(desk, connection, row.channel)
            triples = ((k, a.accord.title, k) for k, a in own.accords.items())
            here = own.accords[find(accord, triples, "accord")]
    if here is None or here.released is None or here.life is AccordLife.PUT:
        raise DeskError("the accord is not in force yet: not all its signatures are released")
    signatures = {s.party: s.signature for s in here.released.signatures}
    return assemble(here.text, here.released.declaration, signatures)

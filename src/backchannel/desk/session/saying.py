"""What a party does at its desk: say, withdraw, ask, answer, adhere, report."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TypedDict

from backchannel.channel.accord_statements import adherence_statement
from backchannel.channel.caucus import Accord, Caucus
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.events import FromParty
from backchannel.channel.handling import Handling
from backchannel.channel.names import (
    AccordId,
    NoteId,
    QuestionId,
    ReportId,
    RequestId,
    Rows,
    SeatId,
)
from backchannel.channel.record import Question
from backchannel.channel.said import (
    Adhered,
    Asked,
    Declined,
    Doing,
    Erased,
    HandlingWidened,
    Said,
    StepConfirmed,
    StepDisputed,
    StepReported,
    UseAnswered,
    Withdrew,
)
from backchannel.desk import tables
from backchannel.desk.desk import Desk
from backchannel.desk.errors import DeskError
from backchannel.desk.ledger import load_caucus, load_channel, record_entry, record_said
from backchannel.desk.session.finding import find, find_caucus, find_channel, find_key
from backchannel.seal.signatures import sign


class When(TypedDict):
    """What every event says of its writing: when, having seen what, by whom."""

    at: datetime
    seen: int
    by: str


def speak(desk: Desk, channel: str, make: Callable[[Caucus, When], FromParty]) -> None:
    """Make an event from the caucus as it stands, and record it, in one transaction."""
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="party")
        state = load_caucus(desk, connection, row.channel)
        when = When(at=desk.minute(), seen=state.told_count, by=desk.person)
        record_said(desk, connection, row, make(state, when))


def say(
    desk: Desk,
    channel: str = "",
    *,
    text: str,
    handling: Handling,
    rows: Rows = (),
    not_before: datetime | None = None,
    expires: datetime | None = None,
    answers: str = "",
) -> str:
    """Say something to the mediator under a handling; return the note's identifier."""
    note = NoteId(desk.new_id())

    def make(state: Caucus, when: When) -> FromParty:
        theirs = {key: q for key, q in state.questions.items() if not q.from_party}
        return Said(
            **when,
            note=note,
            text=text,
            handling=handling,
            rows=rows,
            not_before=not_before,
            expires=expires,
            answers=QuestionId(find_key(answers, theirs, "question")) if answers else None,
        )

    speak(desk, channel, make)
    return note


def withdraw(desk: Desk, channel: str, note: str) -> None:
    """Withdraw a note: no further use. What was conveyed stays conveyed."""
    speak(
        desk,
        channel,
        lambda state, when: Withdrew(**when, note=_note(state, note)),
    )


def erase(desk: Desk, channel: str, note: str) -> None:
    """Erase a note from this desk, and from the mediator's once the word has arrived."""
    speak(
        desk,
        channel,
        lambda state, when: Erased(**when, note=_note(state, note)),
    )


def widen(desk: Desk, channel: str, note: str, handling: Handling) -> None:
    """Allow more than a note's handling did before."""
    speak(
        desk,
        channel,
        lambda state, when: HandlingWidened(
            **when,
            note=_note(state, note),
            handling=handling,
        ),
    )


def ask(desk: Desk, channel: str = "", *, text: str, seat: str = "") -> str:
    """Ask the mediator, or, at the mediator's desk, ask a party; return the question's id."""
    question = QuestionId(desk.new_id())
    with desk.transaction() as connection:
        row = find_channel(connection, channel)
        if row.mediates:
            state = load_channel(desk, connection, row.channel)
            to = SeatId(find_caucus(connection, row.channel, seat, state).caucus)
            entry = Question(
                at=desk.minute(), by=desk.person, seat=to, question=question, text=text
            )
            record_entry(desk, connection, row, entry)
            return question
        seen = load_caucus(desk, connection, row.channel).told_count
        event = Asked(at=desk.minute(), seen=seen, by=desk.person, question=question, text=text)
        record_said(desk, connection, row, event)
    return question


def answer_use(desk: Desk, channel: str, request: str, *, allowed: bool, text: str = "") -> None:
    """Allow or deny the use of a note that the mediator has asked for."""
    speak(
        desk,
        channel,
        lambda state, when: UseAnswered(
            **when,
            request=RequestId(find_key(request, state.requests, "request")),
            allowed=allowed,
            text=text,
        ),
    )


def adhere(desk: Desk, channel: str, accord: str) -> None:
    """Sign the adherence to an accord. The mediator holds it until all have adhered.

    Raises:
        DeskError: the caucus is not verified: nobody knows whose accord this is.
    """
    with desk.vault.read() as connection:
        row = find_channel(connection, channel, role="party")
        (caucus,) = tables.caucuses(connection, row.channel)
    if not caucus.verified:
        raise DeskError(
            "the safety words of this caucus have not been compared: a signature is given only to "
            "a mediator who was verified; compare them over another way first"
        )

    def make(state: Caucus, when: When) -> FromParty:
        key, known = _accord(state, accord)
        if not state.welcome:
            raise RuleBrokenError("the mediator's welcome has not arrived yet")
        statement = adherence_statement(known.text, state.welcome.party)
        return Adhered(
            **when,
            accord=key,
            signature=sign(row.signing_key, statement),
        )

    speak(desk, channel, make)


def decline(desk: Desk, channel: str, accord: str, *, text: str = "") -> None:
    """Do not adhere. Only the mediator is told."""
    speak(
        desk,
        channel,
        lambda state, when: Declined(
            **when,
            accord=_accord(state, accord)[0],
            text=text,
        ),
    )


def report_step(
    desk: Desk,
    channel: str,
    accord: str,
    step: str,
    *,
    doing: Doing,
    done_on: date | None = None,
    text: str = "",
) -> str:
    """Report how far a step was done; return the report's identifier."""
    report = ReportId(desk.new_id())
    speak(
        desk,
        channel,
        lambda state, when: StepReported(
            **when,
            accord=_accord(state, accord)[0],
            step=step,
            report=report,
            doing=doing,
            done_on=done_on,
            text=text,
        ),
    )
    return report


def confirm_step(desk: Desk, channel: str, accord: str, step: str, *, text: str = "") -> None:
    """Confirm to the mediator that a step was done."""
    speak(
        desk,
        channel,
        lambda state, when: StepConfirmed(
            **when,
            accord=_accord(state, accord)[0],
            step=step,
            text=text,
        ),
    )


def dispute_step(desk: Desk, channel: str, accord: str, step: str, *, text: str) -> None:
    """Dispute to the mediator that a step was done."""
    speak(
        desk,
        channel,
        lambda state, when: StepDisputed(
            **when,
            accord=_accord(state, accord)[0],
            step=step,
            text=text,
        ),
    )


def _note(state: Caucus, reference: str) -> NoteId:
    return NoteId(find_key(reference, state.notes, "note"))


def _accord(state: Caucus, reference: str) -> tuple[AccordId, Accord]:
    triples = ((key, known.accord.title, key) for key, known in state.accords.items())
    key = find(reference, triples, "accord")
    return key, state.accords[key]

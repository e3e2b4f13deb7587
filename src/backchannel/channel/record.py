"""The mediator's own record: what only the mediator's desk keeps.

Here stand the notes a conveyance rests on, to whom it goes, drafts, and everything received. None
of these types ever leaves the desk: `disclosure.tell` makes what a party is told from them. `by` is
the member of the mediation team who acted; no party is told of it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from backchannel.channel.errors import MalformedError
from backchannel.channel.handling import Attribution
from backchannel.channel.names import (
    AccordId,
    ConveyanceId,
    NoteId,
    QuestionId,
    ReportId,
    RequestId,
    Rows,
    SeatId,
    check_date,
    check_id,
    check_name,
    check_rows,
    check_text,
    check_time,
)
from backchannel.channel.said import KEY_BYTES, SIGNATURE_BYTES
from backchannel.channel.told import Closing, Mark

if TYPE_CHECKING:  # the families name this module's entries in turn
    from backchannel.channel.events import FromParty


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What all entries of the record have: when (UTC, full minute), and by whom of the team."""

    at: datetime
    by: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        check_time(self.at)
        if self.by:
            check_name(self.by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Entered):
    """The channel is opened, with its rules: what is recorded, oral notes, retention."""

    title: str
    mediator: str
    mediator_key: bytes
    rules: str

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Entered.__post_init__(self)
        check_name(self.title)
        check_name(self.mediator)
        check_text(self.rules, what="rules")
        if len(self.mediator_key) != KEY_BYTES:
            raise MalformedError(f"a signing key has {KEY_BYTES} bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatAdded(Entered):
    """A party's seat. The party learns of it when it joins; the others never do by this."""

    seat: SeatId
    name: str

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Entered.__post_init__(self)
        check_id(self.seat)
        check_name(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(Entered):
    """A party's event, as it arrived from its caucus; `at` is the mediator's own clock."""

    seat: SeatId
    event: "FromParty"

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Entered.__post_init__(self)
        check_id(self.seat)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSeat(Entered):
    """An entry that concerns the caucus with one seat."""

    seat: SeatId

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Entered.__post_init__(self)
        check_id(self.seat)


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome(ToSeat):
    """The seat's desk has joined: it is told what this channel is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen(ToSeat):
    """Nothing is conveyed or put to the seat for now (its desk may be lost or stolen)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thawed(ToSeat):
    """The seat takes part again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatClosed(ToSeat):
    """The seat is closed for good and its name free again: another desk may take its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """One note that a conveyance rests on."""

    seat: SeatId
    note: NoteId

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        check_id(self.seat)
        check_id(self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conveyance(ToSeat):
    """Something conveyed to `seat`, resting on notes, under an attribution.

    `condition_met_by` is the note of the recipient that fulfils *only if they first say*.
    """

    conveyance: ConveyanceId
    text: str
    attribution: Attribution
    rows: Rows = ()
    rests_on: tuple[Basis, ...] = ()
    condition_met_by: NoteId | None = None

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        ToSeat.__post_init__(self)
        check_id(self.conveyance)
        check_text(self.text, what="text")
        check_rows(self.rows)
        if self.condition_met_by is not None:
            check_id(self.condition_met_by)
        if len(set(self.rests_on)) != len(self.rests_on):
            raise MalformedError("a conveyance rests on each note once")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction(Entered):
    """What was conveyed was wrong; the recipient is told what stands in its place."""

    conveyance: ConveyanceId
    text: str
    rows: Rows = ()

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Entered.__post_init__(self)
        check_id(self.conveyance)
        check_text(self.text, what="correction")
        check_rows(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark(ToSeat):
    """The mediator says something for itself to one party."""

    text: str
    answers: QuestionId | None = None

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        ToSeat.__post_init__(self)
        check_text(self.text, what="text")
        if self.answers is not None:
            check_id(self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(ToSeat):
    """The mediator asks one party."""

    question: QuestionId
    text: str

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        ToSeat.__post_init__(self)
        check_id(self.question)
        check_text(self.text, what="question")


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRequest(ToSeat):
    """The mediator asks an author before using a note. To whom it would go is not told."""

    request: RequestId
    note: NoteId
    attribution: Attribution
    text: str

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        ToSeat.__post_init__(self)
        check_id(self.request)
        check_id(self.note)
        check_text(self.text, what="wording")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDraft(Entered):
    """An entry about one accord."""

    accord: AccordId

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Entered.__post_init__(self)
        check_id(self.accord)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted(OnDraft):
    """The text of an accord, on the mediator's desk only. A later draft replaces it until put."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Putting(OnDraft):
    """The accord is put to the parties it names, each of which adheres separately or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(OnDraft):
    """All have adhered: every signature is released to all, or none is."""

    declaration: bytes

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        OnDraft.__post_init__(self)
        if len(self.declaration) not in {0, SIGNATURE_BYTES}:
            raise MalformedError(f"a signature has {SIGNATURE_BYTES} bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirrored:
    """One mirror text, and the mediator's signature under it."""

    accord: AccordId
    declaration: bytes

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        check_id(self.accord)
        if len(self.declaration) != SIGNATURE_BYTES:
            raise MalformedError(f"a signature has {SIGNATURE_BYTES} bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorRelease(Entered):
    """All have signed their mirror texts: all are released in one, or none is."""

    texts: tuple[Mirrored, ...]

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Entered.__post_init__(self)
        if len({text.accord for text in self.texts}) != len(self.texts) or not self.texts:
            raise MalformedError("each mirror text is released once")


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal(OnDraft):
    """The accord is no longer put."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending(OnDraft):
    """An accord in force has ended, and how."""

    text: str

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        OnDraft.__post_init__(self)
        check_text(self.text, what="text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking(OnDraft):
    """The mediator enters a step as reported, verified, disputed or lapsed, for all its parties.

    `rests_on` is the report of a party, if the entry rests on one; it is not told.
    """

    step: str
    mark: Mark
    who: str
    done_on: date | None = None
    text: str = ""
    source: str = ""
    rests_on: ReportId | None = None

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        OnDraft.__post_init__(self)
        check_name(self.step)
        check_name(self.who)
        check_text(self.text, what="text", empty=True)
        check_text(self.source, what="source", empty=True)
        if self.mark is Mark.LAPSED and self.done_on is not None:
            raise MalformedError("a step that lapsed has no day on which it was done")
        if self.done_on is not None:
            check_date(self.done_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement(Entered):
    """Something about the channel as a whole; every party is told the same text."""

    text: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Entered.__post_init__(self)
        check_text(self.text, what="text", empty=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension(Announcement):
    """The talks are suspended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumption(Announcement):
    """The talks go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure(Announcement):
    """The channel ends."""

    how: Closing

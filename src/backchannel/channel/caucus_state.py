"""What a caucus is made of: notes, questions, requests, accords, and what was put in it.

Values only; `caucus` folds events into them. A `Draft` is a caucus being folded: the same fields,
changed in place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from backchannel.channel import (
    caucus_communiques,
    caucus_proposals,
    caucus_rounds,
    caucus_texts,
    told,
)
from backchannel.channel.accord import AccordText
from backchannel.channel.agenda import Item
from backchannel.channel.events import FromParty, ToParty
from backchannel.channel.growing import Growing
from backchannel.channel.handling import Handling
from backchannel.channel.history import History
from backchannel.channel.names import (
    AccordId,
    CommuniqueId,
    ConveyanceId,
    NoteId,
    ProposalId,
    QuestionId,
    ReportId,
    RequestId,
    RoundId,
    TextId,
)
from backchannel.channel.rules import (
    AccordLife,
    NoteState,
    RequestState,
    Stance,
    Standing,
    StepState,
)
from backchannel.channel.said import (
    Said,
    StepReported,
)

BY_PARTY, BY_MEDIATOR = 0, 1

Event = FromParty | ToParty
Place = tuple[int, int]  # what the author had said and seen, in sum; which side


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note as it stands now; `mentions` are the places of other entries that hold some of it."""

    said: Said
    place: Place
    handling: Handling
    state: NoteState = NoteState.LIVE
    mentions: frozenset[Place] = frozenset()

    @property
    def number(self) -> int:
        """Which of the party's events this was, counted from 1."""
        return self.place[0] - self.said.seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of either side; `answered` by a note or a remark that names it.

    `number` says which of that side's events it was, counted from 1.
    """

    number: int
    text: str
    from_party: bool
    answered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request of the mediator (its event of this number) to use a note, and the answer."""

    number: int
    asked: told.UseRequested
    state: RequestState = RequestState.ASKED
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of an accord as the record has it."""

    state: StepState = StepState.PROMISED
    marks: tuple[told.StepMarked, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Accord:
    """An accord put to this party."""

    text: str
    accord: AccordText
    lives: History[AccordLife]
    stance: Stance = Stance.UNDECIDED
    signature: bytes = b""
    reason: str = ""
    released: told.AccordReleased | None = None
    steps: Mapping[str, Step] = field(default_factory=dict)

    @property
    def life(self) -> AccordLife:
        """The accord's life as last told."""
        return self.lives[-1][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caucus:
    """What the party and the mediator share; the counts are of each side's events."""

    said_count: int = 0
    told_count: int = 0
    seen_by_party: int = 0
    seen_by_mediator: int = 0
    welcome: told.Welcomed | None = None
    signing_key: bytes = b""
    standings: History[Standing] = ((0, Standing.OPEN),)
    entries: Mapping[Place, Event] = field(default_factory=dict)
    notes: Mapping[NoteId, Note] = field(default_factory=dict)
    questions: Mapping[QuestionId, Question] = field(default_factory=dict)
    requests: Mapping[RequestId, Request] = field(default_factory=dict)
    conveyed: Mapping[ConveyanceId, told.Conveyed | told.ConveyedAsTheirs] = field(
        default_factory=dict
    )
    accords: Mapping[AccordId, Accord] = field(default_factory=dict)
    reports: Mapping[ReportId, StepReported] = field(default_factory=dict)
    agendas: History[tuple[Item, ...]] = ((0, ()),)
    proposals: caucus_proposals.Proposals = field(default_factory=dict)
    rounds: caucus_rounds.Rounds = field(default_factory=dict)
    texts: caucus_texts.Texts = field(default_factory=dict)
    communiques: caucus_communiques.Communiques = field(default_factory=dict)

    @property
    def standing(self) -> Standing:
        """How the talks stand, as last told."""
        return self.standings[-1][1]

    @property
    def agenda(self) -> tuple[Item, ...]:
        """The agenda as last shown."""
        return self.agendas[-1][1]


@dataclass(slots=True, kw_only=True)
class Draft:
    """A caucus being folded: the same fields, changed in place, so that a fold is linear.

    What grows with each letter shares what was there before; the rest is small and is copied.
    """

    said_count: int
    told_count: int
    seen_by_party: int
    seen_by_mediator: int
    welcome: told.Welcomed | None
    signing_key: bytes
    standings: History[Standing]
    entries: Growing[Place, Event]
    notes: Growing[NoteId, Note]
    questions: Growing[QuestionId, Question]
    requests: Growing[RequestId, Request]
    conveyed: Growing[ConveyanceId, told.Conveyed | told.ConveyedAsTheirs]
    accords: dict[AccordId, Accord]
    reports: Growing[ReportId, StepReported]
    agendas: History[tuple[Item, ...]]
    proposals: dict[ProposalId, caucus_proposals.Proposal]
    rounds: dict[RoundId, caucus_rounds.Round]
    texts: dict[TextId, caucus_texts.Text]
    communiques: dict[CommuniqueId, caucus_communiques.Communique]


_NAMES = tuple(f.name for f in fields(Caucus))
_GROWING = frozenset({"entries", "notes", "questions", "requests", "conveyed", "reports"})


def thaw(caucus: Caucus) -> Draft:
    """Return a draft of the caucus that can be changed without changing the caucus."""
    values: dict[str, Any] = {}
    for name in _NAMES:
        value = getattr(caucus, name)
        if name in _GROWING:
            value = Growing(value)
        elif isinstance(value, Mapping):
            value = dict(value)
        values[name] = value
    return Draft(**values)


def freeze(draft: Draft) -> Caucus:
    """Return the caucus that the draft has become."""
    values = {name: getattr(draft, name) for name in _NAMES}
    for name in _GROWING:
        values[name] = values[name].grown()
    return Caucus(**values)

"""The caucus: all that a party and the mediator share, as a fold over what each told the other.

A party's desk holds one caucus and nothing else; the mediator's desk holds one for each seat. Both
fold the same events, though perhaps in another order, for letters cross on the way. They end in the
same state: each thing in a caucus is changed by one side only, and the entries are ordered by how
much their authors had said and seen (the sum of both counts: an order that any two desks agree on
and in which an answer always follows what it answers).

Source: the order is that of vector clocks summed, a linear extension of happened-before (Lamport,
"Time, Clocks, and the Ordering of Events in a Distributed System", 1978; Mattern 1989).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from backchannel.channel import rules, told
from backchannel.channel.accord import AccordText
from backchannel.channel.accord_text import parse
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.handling import FOR_THE_MEDIATOR_ONLY, Handling
from backchannel.channel.names import (
    AccordId,
    ConveyanceId,
    NoteId,
    QuestionId,
    ReportId,
    RequestId,
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
    Adhered,
    Asked,
    Declined,
    Erased,
    FromParty,
    HandlingWidened,
    RulesAccepted,
    Said,
    Saying,
    StepReported,
    UseAnswered,
    Withdrew,
)
from backchannel.channel.told import ToParty

ERASED_TEXT = "[erased by its author]"
BY_PARTY, BY_MEDIATOR = 0, 1

Event = FromParty | ToParty
Place = tuple[int, int]  # what the author had said and seen, in sum; which side
S = TypeVar("S")
History = tuple[tuple[int, S], ...]  # from which told event on, what held


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

    @property
    def standing(self) -> Standing:
        """How the talks stand, as last told."""
        return self.standings[-1][1]


@dataclass(slots=True, kw_only=True)
class Draft:
    """A caucus being folded: the same fields, changed in place, so that a fold is linear."""

    said_count: int
    told_count: int
    seen_by_party: int
    seen_by_mediator: int
    welcome: told.Welcomed | None
    signing_key: bytes
    standings: History[Standing]
    entries: dict[Place, Event]
    notes: dict[NoteId, Note]
    questions: dict[QuestionId, Question]
    requests: dict[RequestId, Request]
    conveyed: dict[ConveyanceId, told.Conveyed | told.ConveyedAsTheirs]
    accords: dict[AccordId, Accord]
    reports: dict[ReportId, StepReported]


def thaw(caucus: Caucus) -> Draft:
    """Return a draft of the caucus that can be changed without changing the caucus."""
    values: dict[str, Any] = {}
    for each in fields(caucus):
        value = getattr(caucus, each.name)
        values[each.name] = dict(value) if isinstance(value, Mapping) else value
    return Draft(**values)


def freeze(draft: Draft) -> Caucus:
    """Return the caucus that the draft has become."""
    return Caucus(**{f.name: getattr(draft, f.name) for f in fields(draft)})


def apply(caucus: Caucus, *events: Event) -> Caucus:
    """Return the caucus after the events, each of which `caucus_rules.may` has let pass."""
    draft = thaw(caucus)
    for event in events:
        enter(draft, event)
    return freeze(draft)


def skip(caucus: Caucus, *, told: bool) -> Caucus:
    """Return the caucus after a letter that the rules refused: it is counted and does nothing."""
    if told:
        return replace(caucus, told_count=caucus.told_count + 1)
    return replace(caucus, said_count=caucus.said_count + 1)


def at_seen(history: History[S], seen: int) -> S:
    """Return what held when that many of the mediator's events had been seen.

    >>> at_seen(((0, "open"), (5, "suspended")), 4)
    'open'

    Raises:
        RuleBrokenError: nothing held yet; an honest desk cannot write of what it has not seen.
    """
    for since, what in reversed(history):
        if since <= seen:
            return what
    raise RuleBrokenError("the event speaks of something that its author had not seen yet")


def enter(draft: Draft, event: Event) -> None:
    """Change the draft by one event."""
    if isinstance(event, Saying):
        draft.said_count += 1
        draft.seen_by_party = event.seen
        place = (draft.said_count + event.seen, BY_PARTY)
        draft.entries[place] = event
        _enter_said(draft, event, place)
    else:
        draft.told_count += 1
        draft.seen_by_mediator = event.seen
        draft.entries[draft.told_count + event.seen, BY_MEDIATOR] = event
        _enter_told(draft, event)


def _enter_said(draft: Draft, event: FromParty, place: Place) -> None:
    match event:
        case RulesAccepted(signing_key=key):
            draft.signing_key = key
        case Said(note=note, handling=handling, answers=answers):
            draft.notes[note] = Note(said=event, place=place, handling=handling)
            _answered(draft, answers)
        case Withdrew(note=note):
            draft.notes[note] = replace(draft.notes[note], state=NoteState.WITHDRAWN)
        case HandlingWidened(note=note, handling=handling):
            draft.notes[note] = replace(draft.notes[note], handling=handling)
            _mention(draft, note, place)
        case Erased(note=note):
            _erase(draft, note)
        case Asked(question=question, text=text):
            draft.questions[question] = Question(
                number=draft.said_count, text=text, from_party=True
            )
        case UseAnswered(request=request, allowed=allowed, text=text):
            old = draft.requests[request]
            state = rules.follow(old.state, allowed)
            draft.requests[request] = replace(old, state=state, answer=text)
        case Adhered(accord=accord, signature=signature):
            draft.accords[accord] = replace(
                draft.accords[accord], stance=Stance.ADHERED, signature=signature
            )
        case Declined(accord=accord, text=text):
            draft.accords[accord] = replace(
                draft.accords[accord], stance=Stance.DECLINED, reason=text
            )
        case StepReported(report=report):
            draft.reports[report] = event
        case _:  # a confirmation or dispute of a step is an entry and changes nothing by itself
            pass


def _enter_told(draft: Draft, event: ToParty) -> None:
    match event:
        case told.Welcomed():
            draft.welcome = event
        case told.Conveyed() | told.ConveyedAsTheirs():
            draft.conveyed[event.conveyance] = event
        case told.MediatorSaid(answers=answers):
            _answered(draft, answers)
        case told.MediatorAsked(question=question, text=text):
            draft.questions[question] = Question(
                number=draft.told_count, text=text, from_party=False
            )
        case told.UseRequested():
            _enter_request(draft, event)
        case told.AccordPut(accord=accord, text=text):
            lives = ((draft.told_count, AccordLife.PUT),)
            draft.accords[accord] = Accord(text=text, accord=parse(text), lives=lives)
        case told.AccordReleased(accord=accord):
            _live(draft, accord, event)
            draft.accords[accord] = replace(draft.accords[accord], released=event)
        case told.AccordWithdrawn(accord=accord) | told.AccordEnded(accord=accord):
            _live(draft, accord, event)
        case told.StepMarked():
            _mark(draft, event)
        case told.Suspended() | told.Resumed() | told.Closed():
            standing = rules.follow(draft.standings[-1][1], type(event))
            draft.standings = (*draft.standings, (draft.told_count, standing))
        case _:  # a correction is an entry beside what it corrects
            pass


def _enter_request(draft: Draft, event: told.UseRequested) -> None:
    place = (draft.told_count + event.seen, BY_MEDIATOR)
    # The note may have been erased while the request was on its way.
    if draft.notes[event.note].state is NoteState.ERASED:
        event = redacted(event, event.note)
        draft.entries[place] = event
    draft.requests[event.request] = Request(number=draft.told_count, asked=event)
    _mention(draft, event.note, place)


def _mention(draft: Draft, note: NoteId, place: Place) -> None:
    # Kept so that an erasure need not search all entries: many of them would be slow for the peer.
    old = draft.notes[note]
    draft.notes[note] = replace(old, mentions=old.mentions | {place})


def _answered(draft: Draft, question: QuestionId | None) -> None:
    if question is not None:
        draft.questions[question] = replace(draft.questions[question], answered=True)


def _erase(draft: Draft, note: NoteId) -> None:
    old = draft.notes[note]
    for place in (old.place, *old.mentions):
        event = redacted(draft.entries[place], note)
        draft.entries[place] = event
        if isinstance(event, told.UseRequested):
            asked = draft.requests[event.request]
            draft.requests[event.request] = replace(asked, asked=event)
    draft.notes[note] = replace(
        old,
        said=redacted(old.said, note),
        state=NoteState.ERASED,
        handling=FOR_THE_MEDIATOR_ONLY,
    )


E = TypeVar("E", bound=Event)


def redacted(event: E, note: NoteId) -> E:
    """Return the event without what it holds of an erased note; any other event as it is.

    What was conveyed before is not touched: it is another party's by now.
    """
    match event:
        case Said(note=its) if its == note:
            return replace(event, text=ERASED_TEXT, rows=(), handling=FOR_THE_MEDIATOR_ONLY)
        case HandlingWidened(note=its) if its == note:
            return replace(event, handling=FOR_THE_MEDIATOR_ONLY)
        case told.UseRequested(note=its) if its == note:
            return replace(event, text=ERASED_TEXT)
        case _:
            return event


def _live(draft: Draft, accord: AccordId, event: told.ToldOfAccord) -> None:
    old = draft.accords[accord]
    life = rules.follow(old.life, type(event))
    draft.accords[accord] = replace(old, lives=(*old.lives, (draft.told_count, life)))


def _mark(draft: Draft, event: told.StepMarked) -> None:
    accord = draft.accords[event.accord]
    old = accord.steps.get(event.step, Step())
    new = Step(state=rules.follow(old.state, event.mark), marks=(*old.marks, event))
    draft.accords[event.accord] = replace(accord, steps={**accord.steps, event.step: new})

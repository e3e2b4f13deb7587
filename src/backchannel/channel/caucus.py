"""The caucus: all that a party and the mediator share, as a fold over what each told the other.

A party's desk holds one caucus and nothing else; the mediator's desk holds one for each seat. Both
fold the same events, though perhaps in another order, for letters cross on the way. They end in the
same state: each thing in a caucus is changed by one side only, and the entries are ordered by how
much their authors had said and seen (the sum of both counts: an order that any two desks agree on
and in which an answer always follows what it answers).

Source: the order is that of vector clocks summed, a linear extension of happened-before (Lamport,
"Time, Clocks, and the Ordering of Events in a Distributed System", 1978; Mattern 1989).
"""

from dataclasses import replace
from typing import TypeVar

from backchannel.channel import (
    caucus_communiques,
    caucus_proposals,
    caucus_rounds,
    caucus_texts,
    rules,
    told,
)
from backchannel.channel.accord_text import parse
from backchannel.channel.agenda import AgendaShown
from backchannel.channel.caucus_state import (
    BY_MEDIATOR,
    BY_PARTY,
    Accord,
    Caucus,
    Draft,
    Event,
    Note,
    Place,
    Question,
    Request,
    Step,
    freeze,
    thaw,
)
from backchannel.channel.communique import CommuniqueAnswered, ToldOfCommunique
from backchannel.channel.events import FromParty, ToParty
from backchannel.channel.handling import FOR_THE_MEDIATOR_ONLY
from backchannel.channel.names import (
    AccordId,
    NoteId,
    QuestionId,
)
from backchannel.channel.proposals import OnProposal, Proposed, ToldOfProposal
from backchannel.channel.rounds import RoundAnswered, RoundCalled, RoundCancelled
from backchannel.channel.rules import (
    AccordLife,
    NoteState,
    Stance,
)
from backchannel.channel.said import (
    Adhered,
    Asked,
    Declined,
    Erased,
    HandlingWidened,
    RulesAccepted,
    Said,
    Saying,
    StepReported,
    UseAnswered,
    Withdrew,
)
from backchannel.channel.texts import ClauseJudged, ToldOfText

__all__ = [
    "BY_MEDIATOR",
    "BY_PARTY",
    "ERASED_TEXT",
    "Accord",
    "Caucus",
    "Draft",
    "Event",
    "Note",
    "Place",
    "Question",
    "Request",
    "Step",
    "apply",
    "enter",
    "freeze",
    "redacted",
    "skip",
    "thaw",
]

ERASED_TEXT = "[erased by its author]"


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
        case OnProposal():
            caucus_proposals.enter_said(draft.proposals, event, draft.said_count)
        case RoundAnswered():
            caucus_rounds.enter_said(draft.rounds, event)
        case ClauseJudged():
            caucus_texts.enter_said(draft.texts, event)
        case CommuniqueAnswered():
            caucus_communiques.enter_said(draft.communiques, event, draft.said_count)
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
            _live(draft, accord, type(event))
            draft.accords[accord] = replace(draft.accords[accord], released=event)
            _amend(draft, draft.accords[accord])
        case told.AccordWithdrawn(accord=accord) | told.AccordEnded(accord=accord):
            _live(draft, accord, type(event))
        case told.StepMarked():
            _mark(draft, event)
        case AgendaShown(items=items):
            draft.agendas = (*draft.agendas, (draft.told_count, items))
        case ToldOfProposal():
            caucus_proposals.enter_told(draft.proposals, event, draft.told_count)
        case RoundCalled() | RoundCancelled():
            caucus_rounds.enter_told(draft.rounds, event, draft.told_count)
        case ToldOfText():
            caucus_texts.enter_told(draft.texts, event, draft.told_count)
        case ToldOfCommunique():
            caucus_communiques.enter_told(draft.communiques, event, draft.told_count)
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
        case Proposed(note=its) if its == note:
            return replace(
                event, text=ERASED_TEXT, rows=(), offers=(), handling=FOR_THE_MEDIATOR_ONLY
            )
        case Said(note=its) if its == note:
            return replace(event, text=ERASED_TEXT, rows=(), handling=FOR_THE_MEDIATOR_ONLY)
        case HandlingWidened(note=its) if its == note:
            return replace(event, handling=FOR_THE_MEDIATOR_ONLY)
        case told.UseRequested(note=its) if its == note:
            return replace(event, text=ERASED_TEXT)
        case _:
            return event


def _amend(draft: Draft, released: Accord) -> None:
    """End the accord that the released one amends; what was done of its steps stays done."""
    amends = released.accord.amends
    if amends is None:
        return
    before = draft.accords[AccordId(amends.id)]
    _live(draft, AccordId(amends.id), rules.Amended)
    kept = {s.id: before.steps[s.id] for s in before.accord.steps if s.id in before.steps}
    same = {s.id for s in released.accord.steps if s in before.accord.steps}
    steps = {step: state for step, state in kept.items() if step in same}
    draft.accords[AccordId(released.accord.id)] = replace(released, steps=steps)


def _live(draft: Draft, accord: AccordId, cause: type) -> None:
    old = draft.accords[accord]
    life = rules.follow(old.life, cause)
    draft.accords[accord] = replace(old, lives=(*old.lives, (draft.told_count, life)))


def _mark(draft: Draft, event: told.StepMarked) -> None:
    accord = draft.accords[event.accord]
    old = accord.steps.get(event.step, Step())
    new = Step(state=rules.follow(old.state, event.mark), marks=(*old.marks, event))
    draft.accords[event.accord] = replace(accord, steps={**accord.steps, event.step: new})

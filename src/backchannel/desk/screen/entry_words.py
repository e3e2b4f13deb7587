"""What an entry of a caucus is called on the screen, in one clause.

Whatever another side wrote into an entry (a name, a condition) may stand in the clause: it is for
`untrusted.one_line` before it reaches a terminal. The text of the entry is not in it.
"""

from collections.abc import Mapping

from backchannel.channel import said, told
from backchannel.channel.caucus import Accord, Event
from backchannel.channel.communique import CommuniquePut
from backchannel.channel.disclosure import Shown, View
from backchannel.channel.names import AccordId
from backchannel.channel.proposals import (
    OnProposal,
    ProposalPut,
    Proposed,
    ToldOfProposal,
    words_of,
)
from backchannel.channel.rounds import RoundCalled
from backchannel.channel.rules import NoteState
from backchannel.channel.texts import Commented
from backchannel.desk.screen.proposal_words import on_proposal, put_words
from backchannel.desk.screen.talks_words import on_the_talks
from backchannel.desk.session.finding import SHOWN
from backchannel.seal.signatures import fingerprint


def identifier(event: Event) -> str:
    """Return the identifier by which commands name this entry, if they can."""
    match event:
        case said.Said(note=key) | said.Asked(question=key) | said.StepReported(report=key):
            return key
        case told.Conveyed(conveyance=key) | told.ConveyedAsTheirs(conveyance=key):
            return key
        case told.MediatorAsked(question=key) | told.UseRequested(request=key):
            return key
        case told.AccordPut(accord=key) | ProposalPut(proposal=key):
            return key
        case RoundCalled(round=key) | CommuniquePut(communique=key):
            return key
        case _:
            return ""


def text_of(event: Event) -> str:
    """Return the words of an entry that are shown under it."""
    match event:
        case told.Welcomed(rules=rules):
            return rules
        case told.AccordPut():
            return ""  # `accord show` shows it: it is long, and signed as it is shown there
        case said.Said():
            return words_of(event)
        case ProposalPut():
            return put_words(event)
        case _:
            return getattr(event, "text", "")


def what(entry: Shown, view: View) -> str:
    """Return the clause: what its author does in this entry."""
    event = entry.event
    if isinstance(event, said.Said):
        return _note(entry, event)
    if isinstance(event, said.OnAccord | told.ToldOfAccord):
        return _on_accord(event, view.accords)
    if isinstance(event, OnProposal | ToldOfProposal):
        return on_proposal(event, view.proposals)
    if words := on_the_talks(event):
        return words
    if entry.from_party:
        return _by_party(event)
    return _by_mediator(event, view)


def _note(entry: Shown, event: said.Said) -> str:
    note = entry.note
    handling = note.handling if note is not None else event.handling
    kind = "offer" if isinstance(event, Proposed) else "note"
    if isinstance(event, Commented):
        kind = f"comment on clause {event.clause} of version {event.version}"
    words = f"{kind}, {handling.words}"
    if event.answers is not None:
        words += f"; answers {event.answers[:SHOWN]}"
    if note is not None and note.state is not NoteState.LIVE:
        words += f"; {note.state.value.upper()}"
    return words


def _by_party(event: Event) -> str:
    match event:
        case said.RulesAccepted(signing_key=key):
            return f"accepts the rules, and will sign with the key {fingerprint(key)}"
        case said.Withdrew(note=note):
            return f"withdraws note {note[:SHOWN]}"
        case said.Erased(note=note):
            return f"erases note {note[:SHOWN]}"
        case said.HandlingWidened(note=note, handling=handling):
            return f"widens note {note[:SHOWN]}: {handling.words}"
        case said.UseAnswered(request=request, allowed=allowed):
            return f"{'allows' if allowed else 'denies'} the use asked for in {request[:SHOWN]}"
        case _:
            return "asks"


def _by_mediator(event: Event, view: View) -> str:
    match event:
        case told.Welcomed(title=title, party=party):
            return f"welcomes {party} to {title}; its rules:"
        case told.Conveyed(attribution=attribution):
            return f"conveys {attribution.words}"
        case told.ConveyedAsTheirs(author=author):
            return f"conveys as the words of {author}"
        case told.ConveyanceCorrected(conveyance=conveyance):
            return f"corrects {conveyance[:SHOWN]}; in its place stands:"
        case told.MediatorSaid(answers=answers):
            return f"says, answering {answers[:SHOWN]}" if answers else "says"
        case told.MediatorAsked(question=question):
            return "asks" + ("" if view.questions[question].answered else " (not answered yet)")
        case told.UseRequested(request=request, note=note, attribution=attribution):
            state = view.requests[request].state.value
            return f"asks to use note {note[:SHOWN]} {attribution.words} ({state}), in these words:"
        case _:
            return _of_the_channel(event)


def _of_the_channel(event: Event) -> str:
    match event:
        case told.Suspended():
            return "suspends the talks"
        case told.Closed(how=how):
            return f"closes the channel: {how.value}"
        case _:
            return "lets the talks go on"


def _on_accord(event: said.OnAccord | told.ToldOfAccord, accords: Mapping[AccordId, Accord]) -> str:
    accord = f"{accords[event.accord].accord.title!r} ({event.accord[:SHOWN]})"
    match event:
        case said.Adhered():
            return f"adheres to {accord}"
        case said.Declined():
            return f"declines {accord}"
        case said.StepReported(step=step, doing=doing, done_on=day):
            return f"reports step {step} of {accord} {doing.value}{_on(day)}"
        case said.StepConfirmed(step=step):
            return f"confirms step {step} of {accord}"
        case said.StepDisputed(step=step):
            return f"disputes step {step} of {accord}"
        case told.AccordPut():
            return f"puts {accord}; read it with `backchannel accord show`"
        case told.AccordReleased():
            return f"releases {accord}: it is in force"
        case told.AccordWithdrawn():
            return f"puts {accord} no longer"
        case told.StepMarked(step=step, mark=mark, who=who, done_on=day, source=source):
            origin = f"; source: {source}" if source else ""
            return f"enters step {step} of {accord}: {mark.value} by {who}{_on(day)}{origin}"
        case _:
            return f"enters that {accord} has ended"


def _on(day: object) -> str:
    return f", done on {day}" if day else ""

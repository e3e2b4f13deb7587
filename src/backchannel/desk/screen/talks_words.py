"""What an entry about agenda, rounds or communiques is called on the screen, in one clause."""

from backchannel.channel.agenda import AgendaShown, ItemRaised
from backchannel.channel.caucus import Event
from backchannel.channel.communique import (
    CommuniqueAnswered,
    CommuniquePut,
    CommuniqueReleased,
    CommuniqueTakenBack,
    HoldingLineUsed,
)
from backchannel.channel.rounds import RoundAnswered, RoundCalled, RoundCancelled
from backchannel.channel.texts import ClauseJudged, TextDropped, TextShown
from backchannel.desk.session.finding import SHOWN

_ON_COMMUNIQUE = {
    CommuniqueReleased: "releases communique {}: from now on it may be said in public",
    HoldingLineUsed: "says that the holding line of communique {} is to be used, and nothing else",
    CommuniqueTakenBack: "puts communique {} no longer",
}


def on_the_talks(event: Event) -> str:
    """Return the clause; empty for an event about anything else."""
    match event:
        case ItemRaised(title=title):
            return f"asks to put on the agenda: {title}"
        case AgendaShown(items=()):
            return "shows no agenda any more"
        case AgendaShown(items=items):
            return f"shows the agenda: {'; '.join(item.title for item in items)}"
        case RoundCalled() | RoundCancelled() | RoundAnswered():
            return _on_round(event)
        case CommuniqueAnswered(communique=key, agrees=agrees):
            return f"{'agrees' if agrees else 'does not agree'} to communique {key[:SHOWN]}"
        case CommuniquePut(communique=key):
            return f"puts communique {key[:SHOWN]}; the whole of it: `backchannel communique show`"
        case CommuniqueReleased() | HoldingLineUsed() | CommuniqueTakenBack():
            return _ON_COMMUNIQUE[type(event)].format(event.communique[:SHOWN])
        case TextShown() | TextDropped() | ClauseJudged():
            return _on_text(event)
        case _:
            return ""


def _on_text(event: TextShown | TextDropped | ClauseJudged) -> str:
    match event:
        case TextShown(version=version, words=words):
            read = "read it with `backchannel text show`"
            return f"shows version {version} of {words.title!r}; {read}"
        case ClauseJudged(clause=clause, judgement=judgement, version=version):
            return f"on clause {clause} of version {version}: {judgement.value}"
        case _:
            return f"works on text {event.of_text[:SHOWN]} no longer"


def _on_round(event: RoundCalled | RoundCancelled | RoundAnswered) -> str:
    key = event.round[:SHOWN]
    match event:
        case RoundCalled(begins=begins, place=place):
            return f"calls to round {key} on {begins:%Y-%m-%d %H:%M} UTC, {place}"
        case RoundCancelled():
            return f"cancels round {key}"
        case RoundAnswered(coming=False):
            return f"does not come to round {key}"
        case _:
            people = f": {', '.join(event.people)}" if event.people else ""
            return f"comes to round {key}{people}"

"""What may be said and told in a caucus, decided alike by the party's desk and the mediator's.

`may` reads one caucus and nothing else, so that no refusal can tell of another party. What a party
says is judged by what its author had seen when writing; so a note written before the talks were
suspended is taken also when it arrives afterwards, and both desks decide the same.
"""

from collections.abc import Container

from backchannel.channel import (
    caucus_communiques,
    caucus_proposals,
    caucus_rounds,
    caucus_texts,
    mirrors,
    told,
)
from backchannel.channel.accord_text import parse
from backchannel.channel.agenda import issues
from backchannel.channel.caucus import ERASED_TEXT, Accord, Caucus, Event, Note, Step
from backchannel.channel.communique import CommuniqueAnswered, ToldOfCommunique
from backchannel.channel.errors import ChannelError, RuleBrokenError
from backchannel.channel.events import FromParty, ToParty
from backchannel.channel.handling import widens
from backchannel.channel.history import at_seen
from backchannel.channel.names import AccordId, NoteId, QuestionId, normalised
from backchannel.channel.proposals import OnProposal, Proposed, ToldOfProposal
from backchannel.channel.rounds import RoundAnswered, RoundCalled, RoundCancelled
from backchannel.channel.rules import AccordLife, Stance, check_standing, follow
from backchannel.channel.said import (
    Adhered,
    Asked,
    Declined,
    Erased,
    HandlingWidened,
    OnStep,
    RulesAccepted,
    Said,
    Saying,
    StepConfirmed,
    StepReported,
    UseAnswered,
    Withdrew,
)
from backchannel.channel.terms import check_choices
from backchannel.channel.texts import ClauseJudged, Commented, ToldOfText


def may(caucus: Caucus, event: Event) -> None:
    """Let the event pass, or say why not.

    Raises:
        RuleBrokenError: with what is allowed instead. Nothing has changed.
    """
    if isinstance(event, Saying):
        _check_counts(event.seen, caucus.seen_by_party, caucus.told_count)
        check_standing(at_seen(caucus.standings, event.seen), type(event))
        _may_say(caucus, event)
    else:
        _check_counts(event.seen, caucus.seen_by_mediator, caucus.said_count)
        check_standing(caucus.standing, type(event))
        _may_tell(caucus, event)


def _check_counts(seen: int, seen_before: int, there: int) -> None:
    if not seen_before <= seen <= there:
        raise RuleBrokenError(
            f"the event says that {seen} events had been seen; {seen_before} to {there} is possible"
        )


def _may_say(caucus: Caucus, event: FromParty) -> None:
    # The welcome is the first event told: whoever had seen none wrote before it.
    if caucus.welcome is None or event.seen == 0:
        raise RuleBrokenError("the mediator's welcome has not arrived yet; try again after it has")
    if not isinstance(event, RulesAccepted) and not caucus.signing_key:
        raise RuleBrokenError("the rules of this channel are not accepted yet; accept them first")
    match event:
        case RulesAccepted():
            if caucus.signing_key:
                raise RuleBrokenError("the rules were accepted already")
        case Said(note=note, answers=answers):
            _new(note, caucus.notes, "note")
            _asked(caucus, answers, event.seen, from_party=False)
            _may_note(caucus, event)
        case Withdrew(note=note) | Erased(note=note):
            follow(_note(caucus, note).state, type(event))
        case HandlingWidened(note=note, handling=handling):
            old = _note(caucus, note)
            follow(old.state, type(event))
            if not widens(old.handling, handling):
                raise RuleBrokenError(
                    f"the handling of the note is '{old.handling.words}'; it can only be widened "
                    "(withdraw the note to stop further use)"
                )
        case Asked(question=question):
            _new(question, caucus.questions, "question")
        case UseAnswered(request=request, allowed=allowed):
            known = caucus.requests.get(request)
            if known is None or known.number > event.seen:
                raise RuleBrokenError("there is no such request of the mediator in this caucus")
            follow(known.state, allowed)
        case Adhered(accord=accord) | Declined(accord=accord):
            _may_answer_accord(event, _accord(caucus, accord))
        case OnStep():
            _may_say_of_step(caucus, event)
        case _:
            _may_say_of_the_talks(caucus, event)


def _may_say_of_the_talks(caucus: Caucus, event: FromParty) -> None:
    match event:
        case OnProposal():
            caucus_proposals.may_say(caucus.proposals, event)
        case RoundAnswered():
            caucus_rounds.may_say(caucus.rounds, event)
        case ClauseJudged():
            caucus_texts.may_say(caucus.texts, event)
        case CommuniqueAnswered():
            caucus_communiques.may_say(caucus.communiques, event)
        case _:  # a topic can be raised at any time
            pass


def _may_note(caucus: Caucus, event: Said) -> None:
    if isinstance(event, Commented):
        caucus_texts.may_say(caucus.texts, event)
    elif isinstance(event, Proposed):
        _may_propose(caucus, event)


def _may_propose(caucus: Caucus, event: Proposed) -> None:
    # One that was erased before it was sent arrives without its offers.
    if not event.offers and event.text != ERASED_TEXT:
        raise RuleBrokenError("a proposal makes one offer at least; say a note without offers")
    known = issues(at_seen(caucus.agendas, event.seen))
    for offer in event.offers:
        check_choices((*offer.choices, *offer.only_if), known)


def _may_answer_accord(event: Adhered | Declined, accord: Accord) -> None:
    life = at_seen(accord.lives, event.seen)
    if life is not AccordLife.PUT:
        raise RuleBrokenError(f"the accord is {life.value}: it can be answered while it is put")
    if not accord.accord.form.signed:
        raise RuleBrokenError("an understanding is signed by nobody: there is nothing to adhere to")
    follow(accord.stance, type(event))


def _may_say_of_step(caucus: Caucus, event: OnStep) -> None:
    accord = _accord(caucus, event.accord)
    life = at_seen(accord.lives, event.seen)
    if life is not AccordLife.IN_FORCE:
        raise RuleBrokenError(
            f"the accord is {life.value}: steps are reported while it is in force"
        )
    step = next((s for s in accord.accord.steps if s.id == event.step), None)
    if step is None:
        known = ", ".join(s.id for s in accord.accord.steps) or "none"
        raise RuleBrokenError(f"the accord has no step {event.step!r}; its steps are: {known}")
    us = caucus.welcome.party if caucus.welcome else ""
    others = {p.name for p in accord.accord.parties} - {us}
    if isinstance(event, StepReported) and step.actor in others:
        raise RuleBrokenError(f"step {step.id} is owed by {step.actor}, which reports it itself")
    if isinstance(event, StepConfirmed) and step.actor == us:
        raise RuleBrokenError(f"step {step.id} is owed by {us}: others confirm it")
    if isinstance(event, StepReported):
        _new(event.report, caucus.reports, "report")


def _may_tell(caucus: Caucus, event: ToParty) -> None:
    if isinstance(event, told.Welcomed):
        if caucus.welcome is not None:
            raise RuleBrokenError("the party was welcomed already")
        return
    if caucus.welcome is None:
        raise RuleBrokenError("nothing is told before the welcome")
    match event:
        case told.Conveyed() | told.ConveyedAsTheirs():
            _new(event.conveyance, caucus.conveyed, "conveyance")
            _accepted(caucus)
        case told.ConveyanceCorrected():
            _may_correct(caucus, event)
        case told.MediatorSaid(answers=answers):
            _asked(caucus, answers, event.seen, from_party=True)
        case told.MediatorAsked(question=question):
            _new(question, caucus.questions, "question")
        case told.UseRequested(request=request, note=note):
            _new(request, caucus.requests, "request")
            if _note(caucus, note).number > event.seen:
                raise RuleBrokenError("the request names a note that its author had not seen yet")
        case told.AccordPut():
            _accepted(caucus)
            _may_put(caucus, event)
        case told.AccordReleased(accord=accord):
            follow(_accord(caucus, accord).life, type(event))
            _may_release(caucus, _accord(caucus, accord), event)
        case told.AccordWithdrawn(accord=accord) | told.AccordEnded(accord=accord):
            follow(_accord(caucus, accord).life, type(event))
        case told.StepMarked():
            _may_mark(_accord(caucus, event.accord), event)
        case told.ChannelNotice():
            follow(caucus.standing, type(event))
        case _:
            _may_tell_of_the_talks(caucus, event)


def _may_tell_of_the_talks(caucus: Caucus, event: ToParty) -> None:
    match event:
        case ToldOfProposal():
            _accepted(caucus)
            caucus_proposals.may_tell(caucus.proposals, event, issues(caucus.agenda))
        case RoundCalled() | RoundCancelled():
            caucus_rounds.may_tell(caucus.rounds, event)
        case ToldOfText():
            _accepted(caucus)
            caucus_texts.may_tell(caucus.texts, event)
        case ToldOfCommunique():
            caucus_communiques.may_tell(caucus.communiques, event)
        case _:  # an agenda takes the place of the one before, whatever that was
            pass


def _may_correct(caucus: Caucus, event: told.ConveyanceCorrected) -> None:
    old = caucus.conveyed.get(event.conveyance)
    if old is None:
        raise RuleBrokenError("there is no such conveyance to correct in this caucus")
    cells = [cell for row in event.rows for cell in row]
    if isinstance(old, told.Conveyed) and any(t != normalised(t) for t in (event.text, *cells)):
        raise RuleBrokenError("text without attribution must not hold what the eye cannot see")


def _may_put(caucus: Caucus, event: told.AccordPut) -> None:
    _new(event.accord, caucus.accords, "accord")
    try:
        accord = parse(event.text)
    except ChannelError as error:
        raise RuleBrokenError(f"the text put is not in canonical form: {error}") from error
    welcome = caucus.welcome
    mine = [p for p in accord.parties if welcome is not None and p.name == welcome.party]
    if accord.id != event.accord or not mine:
        raise RuleBrokenError("the text put does not name this accord and this party")
    # An understanding, which nobody signs, may leave the keys out; a wrong one it may not name.
    unsigned = set() if accord.form.signed else {b""}
    if mine[0].key not in {caucus.signing_key, *unsigned}:
        raise RuleBrokenError(
            "the text put names another signing key for this party than its own: do not adhere, "
            "and speak to the mediator another way"
        )
    if (
        welcome is None
        or accord.mediator != welcome.mediator
        or accord.mediator_key not in {welcome.mediator_key, *unsigned}
    ):
        raise RuleBrokenError("the text put names another mediator, or another key for it")
    mirrors.may_amend(caucus.accords, accord)


def _may_release(caucus: Caucus, accord: Accord, event: told.AccordReleased) -> None:
    signed = accord.accord.form.signed
    mirrors.may_amend(caucus.accords, accord.accord)
    wanted = tuple(p.name for p in accord.accord.parties) if signed else ()
    if tuple(s.party for s in event.signatures) != wanted:
        raise RuleBrokenError("the signatures released are not those of all parties of the accord")
    # Else a mediator could say that a party is bound which never adhered.
    us = caucus.welcome.party if caucus.welcome else ""
    made = {accord.signature} if accord.stance is Stance.ADHERED else set()
    if {s.signature for s in event.signatures if s.party == us} != (made if signed else set()):
        raise RuleBrokenError("the signature released as this party's is not the one it made")


def _may_mark(accord: Accord, event: told.StepMarked) -> None:
    if accord.life is not AccordLife.IN_FORCE:
        raise RuleBrokenError(
            f"the accord is {accord.life.value}: steps are entered while it is in force"
        )
    if event.step not in {s.id for s in accord.accord.steps}:
        raise RuleBrokenError(f"the accord has no step {event.step!r}")
    follow(accord.steps.get(event.step, Step()).state, event.mark)


def _accepted(caucus: Caucus) -> None:
    if not caucus.signing_key:
        raise RuleBrokenError("the party has not accepted the rules of the channel yet")


def _new(value: str, known: Container[str], what: str) -> None:
    if value in known:
        raise RuleBrokenError(f"there is a {what} with this id already")


def _note(caucus: Caucus, note: NoteId) -> Note:
    if note not in caucus.notes:
        raise RuleBrokenError("there is no such note in this caucus")
    return caucus.notes[note]


def _accord(caucus: Caucus, accord: AccordId) -> Accord:
    if accord not in caucus.accords:
        raise RuleBrokenError("no such accord was put in this caucus")
    return caucus.accords[accord]


def _asked(caucus: Caucus, question: QuestionId | None, seen: int, *, from_party: bool) -> None:
    if question is None:
        return
    known = caucus.questions.get(question)
    if known is None or known.from_party != from_party or known.number > seen:
        raise RuleBrokenError("there is no such question of the other side in this caucus")

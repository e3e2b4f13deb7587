"""One event of every kind, each of which may happen in the caucus or channel made here."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from accords import FA
from backchannel.channel import record, said, told
from backchannel.channel.agenda import AgendaSet, AgendaShown, Item, ItemRaised, Kept, Phase
from backchannel.channel.caucus import Caucus, apply
from backchannel.channel.clauses import Clause, ClauseId, NegotiatingText, Wording
from backchannel.channel.communique import (
    CommuniqueAnswered,
    CommuniquePut,
    CommuniquePutting,
    CommuniqueRelease,
    CommuniqueReleased,
    CommuniqueTakenBack,
    CommuniqueWithdrawal,
    HoldingLine,
    HoldingLineUsed,
)
from backchannel.channel.events import Entry, FromParty, ToParty
from backchannel.channel.handling import AS_OURS, Attribution, Handling
from backchannel.channel.oral import Heard, HeardAnswer, HeardTakenBack, How, Leave, ToldByMouth
from backchannel.channel.proposals import (
    Answer,
    Answered,
    EnvelopeKey,
    OpenedAnswer,
    OutcomeEntered,
    OutcomeTold,
    ProposalPut,
    ProposalPutting,
    ProposalTakenBack,
    ProposalWithdrawal,
    Proposed,
    Replied,
    Reply,
    Result,
    seal_answer,
)
from backchannel.channel.returned import Returned
from backchannel.channel.rounds import (
    RoundAnswered,
    RoundCall,
    RoundCalled,
    RoundCancel,
    RoundCancelled,
    RoundHeld,
)
from backchannel.channel.terms import Choice, Offer
from backchannel.channel.texts import (
    ClauseJudged,
    Commented,
    HeardJudgement,
    Judgement,
    Resting,
    TextDropped,
    TextDropping,
    TextShowing,
    TextShown,
    TextVersion,
)
from crossing import MEDIATOR, MEDIATOR_KEY, NOON, ROWS, accord_text, an_id, key_of, seat_of

EAST, WEST = seat_of("East"), seat_of("West")
NOTE, OTHER_NOTE, ASKED, QUESTION, REQUEST, CONVEYED = (an_id(n) for n in range(6))
PUT, READY, FORCE, FRESH = (an_id("accord", n) for n in range(4))
PROPOSAL, ROUND, COMMUNIQUE, HEARD = (an_id(n) for n in range(6, 10))
ENVELOPE_KEY = key_of("envelope")
PAUSE = Item(item="pause", title="A pause", phase=Phase.PROPOSALS, options=("10 days", "30 days"))
FUNDS = Item(item="funds", title="Funds", text="As before.")
TEN_DAYS = Choice(issue="pause", option="10 days")
TEXT, ONE = an_id("text"), ClauseId("1")
WORDS = NegotiatingText(
    title="A pause",
    languages=("en", "fr"),
    clauses=(
        Clause(
            id=ONE,
            operative=True,
            wordings=(
                Wording(language="en", text="The pause lasts 10 days."),
                Wording(language="fr", text="La pause dure 10 jours."),
            ),
        ),
        Clause(
            id=ClauseId("2"),
            operative=False,
            wordings=(Wording(language="en", text="It may be [renewed | made longer]."),),
        ),
    ),
)
EASTS, WESTS = key_of("East") * 2, key_of("West") * 2
SIGNED = (
    told.Signature(party="East", signature=EASTS),
    told.Signature(party="West", signature=WESTS),
)


def changed(event: Any, /, **changes: Any) -> Any:  # noqa: ANN401 - an event of any kind
    """Return the event with the changes."""
    return replace(event, **changes)


def said_now(seen: int) -> dict[type, FromParty]:
    """Return what East may say in `a_caucus` after so many events told; first its joining."""
    common: dict[str, Any] = {"at": NOON, "seen": seen, "by": "the minister"}
    events: list[FromParty] = [
        said.RulesAccepted(**common, signing_key=key_of("East")),
        said.Said(
            **common,
            note=an_id("new note"),
            text=f"We are ready.\n{FA}",
            handling=Handling(uses=frozenset(Attribution), ask_first=True, only_if="so are they"),
            rows=ROWS,
            not_before=NOON,
            expires=NOON + timedelta(days=1),
            answers=QUESTION,
        ),
        said.Withdrew(**common, note=NOTE),
        said.Erased(**common, note=NOTE),
        said.HandlingWidened(**common, note=NOTE, handling=Handling(uses=frozenset(Attribution))),
        said.Asked(**common, question=an_id("new question"), text="How long?"),
        said.UseAnswered(**common, request=REQUEST, allowed=True, text="Yes."),
        said.Adhered(**common, accord=PUT, signature=EASTS),
        said.Declined(**common, accord=PUT, text="Not yet."),
        said.StepReported(
            **common,
            accord=FORCE,
            step="s1",
            report=an_id("report"),
            doing=said.Doing.DONE,
            done_on=date(2026, 3, 2),
            text="All ten.",
        ),
        said.StepConfirmed(**common, accord=FORCE, step="s2", text="They are here."),
        said.StepDisputed(**common, accord=FORCE, step="s1", text="Nine came."),
        Proposed(
            **common,
            note=an_id("new proposal"),
            text="Ten days, if they do.",
            handling=AS_OURS,
            rows=ROWS,
            not_before=NOON,
            expires=NOON + timedelta(days=1),
            answers=QUESTION,
            offers=(Offer(choices=(TEN_DAYS,)),),
        ),
        Answered(
            **common,
            proposal=PROPOSAL,
            envelope=seal_answer(ENVELOPE_KEY, PROPOSAL, Answer.ACCEPT),
        ),
        Replied(**common, proposal=PROPOSAL, reply=Reply.MORE_TIME, text="Two days."),
        ItemRaised(**common, title="Overflights", text="They go on."),
        RoundAnswered(**common, round=ROUND, coming=True, people=("the minister",), text="Gladly."),
        CommuniqueAnswered(**common, communique=COMMUNIQUE, agrees=True, text="As it stands."),
        ClauseJudged(**common, of_text=TEXT, version=1, clause=ONE, judgement=Judgement.AGREED),
        Commented(
            **common,
            note=an_id("new comment"),
            text="Ten, rather.",
            handling=AS_OURS,
            rows=ROWS,
            not_before=NOON,
            expires=NOON + timedelta(days=1),
            answers=QUESTION,
            of_text=TEXT,
            version=1,
            clause=ClauseId("2"),
        ),
    ]
    return {type(event): event for event in events}


def told_now(seen: int) -> dict[type, ToParty]:
    """Return what East may be told in `a_caucus` after it said so much; first its welcome."""
    common: dict[str, Any] = {"at": NOON, "seen": seen}
    conveyed: dict[str, Any] = {**common, "text": "Ready.", "rows": ROWS}
    events: list[ToParty] = [
        told.Welcomed(
            **common,
            title="Talks",
            mediator=MEDIATOR,
            mediator_key=MEDIATOR_KEY,
            party="East",
            rules="Be fair.",
        ),
        told.Conveyed(**conveyed, conveyance=an_id("c1"), attribution=Attribution.NOBODY),
        told.ConveyedAsTheirs(**conveyed, conveyance=an_id("c2"), author="West"),
        told.ConveyanceCorrected(**conveyed, conveyance=CONVEYED),
        told.MediatorSaid(**common, text="Ten days.", answers=ASKED),
        told.MediatorAsked(**common, question=an_id("another"), text="Are you ready?"),
        told.UseRequested(
            **common,
            request=an_id("new request"),
            note=NOTE,
            attribution=Attribution.AUTHOR,
            text="They are ready.",
        ),
        told.AccordPut(**common, accord=FRESH, text=accord_text(FRESH)),
        told.AccordReleased(
            **common, accord=READY, signatures=SIGNED, declaration=MEDIATOR_KEY * 2
        ),
        told.AccordWithdrawn(**common, accord=PUT),
        told.AccordEnded(**common, accord=FORCE, text="All is done."),
        told.StepMarked(
            **common,
            accord=FORCE,
            step="s1",
            mark=told.Mark.REPORTED,
            who="East",
            done_on=date(2026, 3, 2),
            text="All ten.",
            source="the agency's bulletin",
        ),
        told.Suspended(**common, text="A pause."),
        told.Resumed(**common, text="We go on."),
        told.Closed(**common, text="Thank you.", how=told.Closing.FORMAL_TALKS),
        *told_of_the_talks(common),
    ]
    return {type(event): event for event in events}


def told_of_the_talks(common: dict[str, Any]) -> list[ToParty]:
    """Return what East may be told of the agenda, of proposals, rounds and communiques."""
    later = NOON + timedelta(hours=6)
    return [
        AgendaShown(**common, items=(PAUSE, FUNDS)),
        ProposalPut(
            **common,
            proposal=an_id("new put"),
            text="Ten days each.",
            choices=(TEN_DAYS,),
            deadline=later,
            grace=60,
            key=ENVELOPE_KEY,
            supersedes=PROPOSAL,
        ),
        OutcomeTold(**common, proposal=PROPOSAL, result=Result.NOT_CARRIED, counted=False),
        ProposalTakenBack(**common, proposal=PROPOSAL),
        RoundCalled(**common, round=ROUND, begins=later, place="Doha", text="As agreed."),
        RoundCancelled(**common, round=ROUND, text="The pilots strike."),
        CommuniquePut(
            **common,
            communique=an_id("new communique"),
            text="The parties have talked.",
            credit="Thanks to North.",
            holding_line="No comment.",
            not_before=later,
        ),
        CommuniqueReleased(**common, communique=COMMUNIQUE),
        HoldingLineUsed(**common, communique=COMMUNIQUE),
        CommuniqueTakenBack(**common, communique=COMMUNIQUE),
        TextShown(**common, of_text=TEXT, version=2, words=WORDS),
        TextDropped(**common, of_text=TEXT),
    ]


def joined() -> Caucus:
    """Return East's caucus with nothing in it but its joining."""
    caucus = apply(Caucus(), told_now(0)[told.Welcomed])
    return apply(caucus, said_now(1)[said.RulesAccepted])


def a_caucus() -> Caucus:
    """Return East's caucus, in which each of the events above may happen next."""
    note = changed(
        said_now(1)[said.Said], note=NOTE, handling=AS_OURS, answers=None, not_before=None
    )
    asked = changed(said_now(1)[said.Asked], question=ASKED)
    caucus = apply(joined(), note, asked)
    seen = caucus.said_count
    events = told_now(seen)
    caucus = apply(
        caucus,
        changed(events[told.MediatorAsked], question=QUESTION),
        changed(events[told.UseRequested], request=REQUEST),
        changed(events[told.Conveyed], conveyance=CONVEYED),
        *(changed(events[told.AccordPut], accord=a, text=accord_text(a)) for a in (PUT, READY)),
        changed(events[told.AccordPut], accord=FORCE, text=accord_text(FORCE)),
        events[AgendaShown],
        changed(events[ProposalPut], proposal=PROPOSAL, supersedes=None),
        events[RoundCalled],
        changed(events[CommuniquePut], communique=COMMUNIQUE),
        changed(events[TextShown], version=1),
    )
    adhered = said_now(caucus.told_count)[said.Adhered]
    caucus = apply(caucus, changed(adhered, accord=READY), changed(adhered, accord=FORCE))
    released = told_now(caucus.said_count)[told.AccordReleased]
    return apply(caucus, changed(released, accord=FORCE))


def entries() -> dict[type, Entry]:
    """Return one entry of every kind."""
    by: dict[str, Any] = {"at": NOON, "by": "her deputy"}
    seat: dict[str, Any] = {**by, "seat": WEST}
    events: list[Entry] = [
        record.Opened(
            **by, title="Talks", mediator=MEDIATOR, mediator_key=MEDIATOR_KEY, rules="Be fair."
        ),
        record.SeatAdded(**seat, name="West"),
        record.Received(**seat, event=said_now(1)[said.Said]),
        Returned(**seat, event=told_now(2)[told.MediatorSaid]),
        record.Welcome(**seat),
        record.Frozen(**seat),
        record.Thawed(**seat),
        record.SeatClosed(**seat),
        record.Conveyance(
            **seat,
            conveyance=an_id("c1"),
            text="Ready.",
            attribution=Attribution.AUTHOR,
            rows=ROWS,
            rests_on=(record.Basis(seat=EAST, note=NOTE), record.Basis(seat=EAST, note=OTHER_NOTE)),
            condition_met_by=an_id("theirs"),
        ),
        record.Correction(**by, conveyance=CONVEYED, text="Ready soon.", rows=ROWS),
        record.Remark(**seat, text="Ten days.", answers=ASKED),
        record.Question(**seat, question=QUESTION, text="Are you ready?"),
        record.UseRequest(
            **seat, request=REQUEST, note=NOTE, attribution=Attribution.MEDIATOR, text="Ready."
        ),
        record.Drafted(**by, accord=FRESH, text=accord_text(FRESH)),
        record.Putting(**by, accord=FRESH),
        record.Release(**by, accord=FRESH, declaration=MEDIATOR_KEY * 2),
        record.MirrorRelease(
            **by, texts=(record.Mirrored(accord=FRESH, declaration=MEDIATOR_KEY * 2),)
        ),
        record.Withdrawal(**by, accord=PUT),
        record.Ending(**by, accord=FORCE, text="All is done."),
        record.Marking(
            **by,
            accord=FORCE,
            step="s1",
            mark=told.Mark.VERIFIED,
            who="the agency",
            done_on=date(2026, 3, 2),
            text="All ten.",
            source="the agency's bulletin",
            rests_on=an_id("report"),
        ),
        record.Suspension(**by, text="A pause."),
        record.Resumption(**by, text="We go on."),
        record.Closure(**by, text="Thank you.", how=told.Closing.BROKEN_DOWN),
        *entries_of_the_talks(by),
    ]
    return {type(event): event for event in events}


def entries_of_the_talks(by: dict[str, Any]) -> list[Entry]:
    """Return one entry of every kind about agenda, proposals, rounds, communiques, and mouths."""
    later = NOON + timedelta(hours=6)
    spoken: dict[str, Any] = {**by, "how": How.BY_TELEPHONE, "spoken": NOON, "person": "he"}
    wording: dict[str, Any] = {
        "text": "They talk.",
        "credit": "North.",
        "holding_line": "No comment.",
    }
    return [
        AgendaSet(**by, items=(Kept(item=PAUSE, shown_to=(EAST, WEST), raised_by=EAST),)),
        ProposalPutting(
            **by,
            proposal=PROPOSAL,
            seats=(EnvelopeKey(seat=WEST, key=ENVELOPE_KEY),),
            text="Ten days each.",
            choices=(TEN_DAYS,),
            deadline=later,
            grace=60,
            supersedes=an_id("older"),
        ),
        OutcomeEntered(
            **by,
            proposal=PROPOSAL,
            result=Result.CARRIED,
            answers=(OpenedAnswer(seat=WEST, answer=Answer.ACCEPT),),
        ),
        ProposalWithdrawal(**by, proposal=PROPOSAL),
        RoundCall(**by, round=ROUND, seats=(WEST,), begins=later, place="Doha", text="At six."),
        RoundCancel(**by, round=ROUND, text="Rain."),
        RoundHeld(**by, round=ROUND, attendance=("the minister",), debrief="It went well."),
        CommuniquePutting(**by, communique=COMMUNIQUE, seats=(WEST,), not_before=later, **wording),
        CommuniqueRelease(**by, communique=COMMUNIQUE),
        HoldingLine(**by, communique=COMMUNIQUE),
        CommuniqueWithdrawal(**by, communique=COMMUNIQUE),
        Heard(
            **spoken,
            seat=EAST,
            note=HEARD,
            text="Soon, he said.",
            handling=AS_OURS,
            rows=ROWS,
            not_before=NOON,
            expires=later,
            leave=Leave(note=NOTE, attribution=Attribution.NOBODY, text="Soon."),
        ),
        HeardTakenBack(**by, note=HEARD, erase=True),
        ToldByMouth(
            **spoken,
            seat=WEST,
            conveyance=an_id("spoken"),
            text="Ready.",
            attribution=Attribution.NOBODY,
            rows=ROWS,
            rests_on=(record.Basis(seat=EAST, note=HEARD),),
            condition_met_by=an_id("theirs"),
            breach="They had to know.",
        ),
        HeardAnswer(**spoken, proposal=PROPOSAL, seat=WEST, answer=Answer.REFUSE),
        TextVersion(
            **by,
            of_text=TEXT,
            version=1,
            words=WORDS,
            rests_on=(
                Resting(basis=record.Basis(seat=EAST, note=NOTE), attribution=Attribution.MEDIATOR),
            ),
        ),
        TextShowing(**by, of_text=TEXT, version=1, seats=(WEST,)),
        TextDropping(**by, of_text=TEXT),
        HeardJudgement(
            **spoken, of_text=TEXT, seat=WEST, version=1, clause=ONE, judgement=Judgement.OBJECTS
        ),
    ]

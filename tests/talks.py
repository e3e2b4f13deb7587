"""Moves about agenda, proposals, rounds and communiques, and about what was spoken."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, Protocol

from backchannel.channel import communique, oral, rounds, texts
from backchannel.channel.agenda import AgendaSet, Item, ItemRaised, Kept, Phase
from backchannel.channel.caucus import Caucus
from backchannel.channel.channel import Channel
from backchannel.channel.channel_proposals import PutProposal, answers, result_of
from backchannel.channel.clauses import Clause, ClauseId, NegotiatingText, Wording
from backchannel.channel.events import Entry, FromParty
from backchannel.channel.handling import Attribution
from backchannel.channel.names import CommuniqueId, SeatId
from backchannel.channel.proposals import (
    Answer,
    Answered,
    EnvelopeKey,
    OutcomeEntered,
    ProposalPutting,
    ProposalWithdrawal,
    Proposed,
    Replied,
    Reply,
    Result,
    seal_answer,
)
from backchannel.channel.record import Basis
from backchannel.channel.rules import Consent
from backchannel.channel.terms import Choice, Offer
from crossing import HANDLINGS, ROWS, Party, an_id, key_of, minute, pick_from

PAUSE = Item(item="pause", title="A pause", phase=Phase.PROPOSALS, options=("10 days", "30 days"))
TEN_DAYS = Choice(issue="pause", option="10 days")


class Moved(Protocol):
    """A move: at which caucus, which of its things, at what minute."""

    @property
    def kind(self) -> str: ...
    @property
    def pick(self) -> int: ...
    @property
    def minute(self) -> int: ...


class Moving(Protocol):
    """A world, as far as moves read it."""

    channel: Channel
    parties: dict[str, Party]


def saying_in_talks(caucus: Caucus, common: dict[str, Any], party: Party, move: Moved) -> FromParty:
    """Return what the party tries to say; it may be of what is still on its way to it."""
    pick = move.pick
    match move.kind:
        case "propose":
            return Proposed(
                **common,
                note=party.fresh("proposal"),
                text="Ten days.",
                handling=HANDLINGS[pick % len(HANDLINGS)],
                offers=(Offer(choices=(TEN_DAYS,)),),
            )
        case "vote" | "reply":
            return saying_of_proposal(caucus, common, move)
        case "judge" | "comment":
            return saying_of_text(caucus, common, party, move)
        case "raise":
            return ItemRaised(**common, title="Overflights")
        case "come":
            called = pick_from(caucus.rounds, pick // 2) or an_id("no round")
            return rounds.RoundAnswered(**common, round=called, coming=pick % 2 == 0)
        case _:
            which = pick_from(caucus.communiques, pick // 2) or an_id("no communique")
            return communique.CommuniqueAnswered(**common, communique=which, agrees=pick % 4 != 3)


def saying_of_proposal(caucus: Caucus, common: dict[str, Any], move: Moved) -> FromParty:
    """Return an answer to a mediator's proposal, or a word of what stands before one."""
    put = pick_from(caucus.proposals, move.pick // 3) or an_id("no proposal")
    if move.kind == "reply":
        return Replied(**common, proposal=put, reply=tuple(Reply)[move.pick % 3])
    known = caucus.proposals.get(put)
    key = known.put.key if known is not None else bytes(32)
    answer = Answer.REFUSE if move.pick % 4 == 3 else Answer.ACCEPT
    return Answered(**common, proposal=put, envelope=seal_answer(key, put, answer))


def saying_of_text(caucus: Caucus, common: dict[str, Any], party: Party, move: Moved) -> FromParty:
    """Return a judgement of a clause, or a comment on it."""
    pick = move.pick
    shown = pick_from(caucus.texts, pick // 6) or an_id("no text")
    of: dict[str, Any] = {**common, "of_text": shown, "version": 1 + pick % 2}
    clause = ClauseId(str(1 + pick % 3))
    if move.kind == "judge":
        judgement = tuple(texts.Judgement)[pick % 3]
        return texts.ClauseJudged(**of, clause=clause, judgement=judgement)
    handling = HANDLINGS[pick % len(HANDLINGS)]
    return texts.Commented(
        **of, clause=clause, note=party.fresh("comment"), text="Ten, rather.", handling=handling
    )


def entering_in_talks(world: Moving, party: Party, move: Moved) -> list[Entry]:
    """Return what the mediator tries to enter."""
    common: dict[str, Any] = {"at": minute(move.minute)}
    match move.kind:
        case "agenda" | "own items":
            return [AgendaSet(**common, items=an_agenda(world.channel, party, move))]
        case "put proposal":
            return [putting(world, party, move)]
        case "outcome" | "take proposal" | "heard vote":
            return list(on_proposal(world.channel, party, move))
        case "put communique":
            seats = with_others(world, party, move.pick)
            return [
                communique.CommuniquePutting(
                    **common,
                    communique=party.fresh("communique"),
                    seats=seats,
                    text="The parties have talked.",
                    credit="",
                    holding_line="No comment.",
                    not_before=minute(30) if move.pick % 2 else None,
                )
            ]
        case "publish" | "hold line" | "take communique":
            kinds: dict[str, Any] = {
                "publish": communique.CommuniqueRelease,
                "hold line": communique.HoldingLine,
                "take communique": communique.CommuniqueWithdrawal,
            }
            which = a_communique(world.channel, party, move)
            return [kinds[move.kind](**common, communique=which)]
        case "write" | "write plainly" | "show" | "drop" | "heard judge":
            return on_text(world.channel, party, move)
        case "call" | "cancel round" | "held":
            return [on_round(world.channel, party, move)]
        case _:
            return [spoken(world.channel, party, move)]


def a_communique(channel: Channel, party: Party, move: Moved) -> CommuniqueId:
    """Return a communique put to the party; for its release rather one that all agree to."""
    known = list(channel.caucuses[party.seat].communiques)
    agreed = [
        key
        for key in known
        if all(
            channel.caucuses[seat].communiques[key].consent is Consent.AGREED
            for seat in channel.communiques[key].putting.seats
        )
    ]
    found = known if move.kind == "take communique" else agreed or known
    return pick_from(found, move.pick) or CommuniqueId(an_id("no communique"))


def with_others(world: Moving, party: Party, pick: int) -> tuple[SeatId, ...]:
    """Return the party's seat, and perhaps others."""
    others = [other.seat for other in world.parties.values() if other is not party]
    return (party.seat, *others[: pick % 3])


def an_agenda(channel: Channel, party: Party, move: Moved) -> tuple[Kept, ...]:
    """Return the agenda with the party's part of it changed, and nothing else.

    With `own items`, the issue that all share stays as it is.
    """
    before = channel.agenda.items if channel.agenda is not None else ()
    theirs = [k for k in before if k.item != PAUSE and k.shown_to != (party.seat,)]
    shared = next((k.shown_to for k in before if k.item == PAUSE), ())
    joining = {party.seat} if move.kind == "agenda" else set()
    shown = tuple(seat for seat in channel.seats if seat in {*shared, *joining})
    own = [
        Kept(
            item=Item(item=f"{party.name} {n}", title="Something of ours"),
            shown_to=(party.seat,),
            raised_by=party.seat if n % 2 else "",
        )
        for n in range(move.pick % 3)
    ]
    return (Kept(item=PAUSE, shown_to=shown), *theirs, *own)


def putting(world: Moving, party: Party, move: Moved) -> Entry:
    """Return a mediator's proposal to the party, and perhaps to others."""
    proposal, pick = party.fresh("put"), move.pick
    seats = with_others(world, party, pick)
    return ProposalPutting(
        at=minute(move.minute),
        proposal=proposal,
        seats=tuple(EnvelopeKey(seat=s, key=key_of(f"{s}{proposal}")) for s in seats),
        text="Ten days each.",
        choices=(TEN_DAYS,) if pick % 2 else (),
        deadline=minute(move.minute + 1 + 10 * (pick % 5)),
        grace=pick,
        supersedes=pick_from(world.channel.caucuses[party.seat].proposals, pick)
        if pick % 5 == 4
        else None,
    )


def on_proposal(channel: Channel, party: Party, move: Moved) -> Iterator[Entry]:
    """Yield what the mediator tries to enter of a proposal put to the party."""
    mine = [key for key, known in channel.proposals.items() if party.seat in seats_of(known)]
    which = pick_from(mine, move.pick // 3)
    if which is None:
        return
    common: dict[str, Any] = {"at": minute(move.minute), "proposal": which}
    if move.kind == "outcome":
        opened = answers(channel, channel.proposals[which])
        result = result_of(opened) if move.pick % 4 else Result.CARRIED
        yield OutcomeEntered(**common, result=result, answers=opened)
    elif move.kind == "take proposal":
        yield ProposalWithdrawal(**common)
    else:
        yield oral.HeardAnswer(
            **common,
            seat=party.seat,
            answer=Answer.REFUSE if move.pick % 4 == 3 else Answer.ACCEPT,
            how=oral.How.BY_TELEPHONE,
            spoken=minute(move.minute),
        )


def seats_of(known: PutProposal) -> Sequence[SeatId]:
    return [key.seat for key in known.putting.seats]


def on_round(channel: Channel, party: Party, move: Moved) -> Entry:
    """Return what the mediator tries to enter of a round with the party alone."""
    mine = [key for key, known in channel.rounds.items() if known.call.seats == (party.seat,)]
    which: Any = pick_from(mine, move.pick // 2)
    common: dict[str, Any] = {"at": minute(move.minute)}
    if move.kind == "call":
        return rounds.RoundCall(
            **common,
            round=which if which is not None and move.pick % 2 else party.fresh("round"),
            seats=(party.seat,),
            begins=minute(move.minute) + timedelta(days=1),
            place="Doha",
        )
    if move.kind == "cancel round":
        return rounds.RoundCancel(**common, round=which or an_id("no round"))
    return rounds.RoundHeld(
        **common, round=which or an_id("no round"), attendance=("he",), debrief="Well."
    )


def some_words(name: str, pick: int) -> NegotiatingText:
    """Return a text; most picks give it one open clause, some one that languages say unlike."""
    days = 10 + pick % 2
    wordings = (
        Wording(language="en", text=f"The pause lasts {days} days."),
        Wording(language="fr", text=f"La pause dure {days + (pick % 5 == 4)} jours."),
    )
    by = f"{name}: " if pick % 3 == 2 else ""
    open_ = Wording(language="en", text=f"It may be [{by}renewed | made longer].")
    return NegotiatingText(
        title="A pause",
        languages=("en", "fr"),
        clauses=(
            Clause(id=ClauseId("1"), operative=True, wordings=wordings),
            Clause(id=ClauseId("2"), operative=False, wordings=(open_,)),
        ),
    )


def on_text(channel: Channel, party: Party, move: Moved) -> list[Entry]:
    """Return what the mediator tries to enter of a text meant for the party alone."""
    pick = move.pick
    common: dict[str, Any] = {"at": minute(move.minute)}
    mine = [key for key in channel.texts if key in {an_id("text", party.name, n) for n in range(3)}]
    which: Any = pick_from(mine, pick // 4)
    key: Any = which or an_id("text", party.name, 0)
    known = channel.texts.get(key)
    if move.kind.startswith("write"):
        fresh = an_id("text", party.name, pick % 3)
        versions = channel.texts[fresh].versions if fresh in channel.texts else ()
        version = texts.TextVersion(
            **common,
            of_text=fresh,
            version=len(versions) + 1,
            words=some_words(party.name, pick),
            rests_on=resting(channel, party, pick) if move.kind == "write" else (),
        )
        return [version]
    last = len(known.versions) if known is not None else 1
    showing = texts.TextShowing(**common, of_text=key, version=last, seats=(party.seat,))
    if move.kind == "show":
        return [showing]
    if move.kind == "drop":
        return [texts.TextDropping(**common, of_text=key)]
    heard = texts.HeardJudgement(
        **common,
        of_text=key,
        seat=party.seat,
        version=last,
        clause=ClauseId(str(1 + pick % 2)),
        judgement=tuple(texts.Judgement)[pick % 3],
        how=oral.How.IN_PERSON,
        spoken=minute(move.minute),
    )
    return [showing, heard]


def resting(channel: Channel, party: Party, pick: int) -> tuple[texts.Resting, ...]:
    """Return what a text rests on: a note of another party for some picks."""
    others = [
        Basis(seat=seat, note=note)
        for seat, caucus in channel.caucuses.items()
        for note in caucus.notes
        if seat != party.seat
    ]
    basis = pick_from(others, pick) if pick % 4 == 3 else None
    return (
        ()
        if basis is None
        else (texts.Resting(basis=basis, attribution=tuple(Attribution)[pick % 3]),)
    )


def spoken(channel: Channel, party: Party, move: Moved) -> Entry:
    """Return what the mediator tries to enter of what was spoken with the party."""
    common: dict[str, Any] = {"at": minute(move.minute)}
    aloud: dict[str, Any] = {**common, "how": oral.How.IN_PERSON, "spoken": minute(move.minute)}
    mine = [key for key, known in channel.heard.items() if known.heard.seat == party.seat]
    if move.kind == "heard":
        return oral.Heard(
            **aloud,
            seat=party.seat,
            note=party.fresh("heard"),
            text="Soon, he said.",
            handling=HANDLINGS[move.pick % len(HANDLINGS)],
            rows=ROWS[: move.pick % 2],
        )
    if move.kind == "take heard":
        which = pick_from(mine, move.pick // 2) or an_id("nothing heard")
        return oral.HeardTakenBack(**common, note=which, erase=move.pick % 2 == 0)
    others = [
        Basis(seat=known.heard.seat, note=note)
        for note, known in channel.heard.items()
        if known.heard.seat != party.seat
    ]
    basis = pick_from(others, move.pick)
    return oral.ToldByMouth(
        **aloud,
        seat=party.seat,
        conveyance=party.fresh("by mouth"),
        text="Ready.",
        attribution=tuple(Attribution)[move.pick % 3],
        rests_on=() if basis is None else (basis,),
    )

"""Histories to test with: moves that anybody may try, and the world in which they are played.

A move is plain data that is read relative to the caucus it concerns, so that one script can be
played in two worlds and compared. There is a move for every kind of event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any

from hypothesis import strategies as st

from backchannel.channel import caucus as caucuses
from backchannel.channel import caucus_rules, record, said, told
from backchannel.channel.accord import AccordForm, Amends
from backchannel.channel.accord_text import digest
from backchannel.channel.caucus import Caucus
from backchannel.channel.channel import Accord
from backchannel.channel.channel_rules import stance
from backchannel.channel.disclosure import tell, view
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.events import Entry, FromParty
from backchannel.channel.handling import (
    Attribution,
)
from backchannel.channel.mirrors import group
from backchannel.channel.names import AccordId
from backchannel.channel.record import Basis
from backchannel.channel.rules import AccordLife, Stance
from crossing import (
    EVERY_USE,
    HANDLINGS,
    MEDIATOR_KEY,
    NAMES,
    NOON,
    ROWS,
    STEPS,
    Desks,
    Party,
    Telling,
    accord_text,
    an_id,
    key_of,
    minute,
    pick_from,
)
from talks import entering_in_talks, saying_in_talks


@dataclass(frozen=True, slots=True)
class Move:
    """Something that somebody tries to do: at which caucus, which of its things, at what minute."""

    kind: str
    party: str
    pick: int = 0
    minute: int = 0


class World(Desks):
    """One mediation in which moves are played; what was let pass is counted."""

    @classmethod
    def ready(cls, names: Sequence[str] = NAMES, telling: Telling = tell) -> "World":
        """Return a world in which every party has been welcomed and has accepted the rules."""
        world = cls(names, telling)
        for name in names:
            world.play(Move("welcome", name), Move("down", name), Move("accept", name))
        world.settle()
        return world

    def play(self, *moves: Move) -> None:
        """Play the moves; what the rules refuse must leave everything as it was."""
        for move in moves:
            party = self.parties[move.party]
            if move.kind == "up":
                self.deliver_up(party, minute(move.minute))
            elif move.kind == "down":
                self.deliver_down(party)
            elif move.kind in PARTY_KINDS:
                self._try_to_say(party, saying(self, party, move))
            else:
                for entry in entering(self, party, move):
                    self._try_to_enter(entry)

    def _try_to_say(self, party: Party, event: FromParty) -> None:
        before = view(party.desk)
        try:
            self.say(party, event)
        except RuleBrokenError as error:
            party.refused.append((type(event).__name__, str(error)))
            assert view(party.desk) == before
            self._assert_the_mediator_would_refuse_too(party, event)
        else:
            self.passed.append(type(event).__name__)

    def _assert_the_mediator_would_refuse_too(self, party: Party, event: FromParty) -> None:
        after_the_others = caucuses.apply(self.channel.caucuses[party.seat], *party.up)
        try:
            caucus_rules.may(after_the_others, event)
        except RuleBrokenError:
            return
        raise AssertionError(f"only the party's desk refuses {event}")

    def _try_to_enter(self, entry: Entry) -> None:
        before = self.channel
        try:
            self.enter(entry)
        except RuleBrokenError:
            assert self.channel is before
        else:
            self.passed.append(type(entry).__name__)

    def put(self, name: str = "East", pick: int = 0, at: datetime = NOON) -> list[Entry]:
        """Return the entries that draft an accord of that party with the others and put it."""
        id_ = self.parties[name].fresh("accord")
        form = FORMS[pick % 4]
        others = [other for other in self.parties if other != name]
        names = (name, *others[: 1 + pick % 2])
        draft = record.Drafted(at=at, accord=id_, text=accord_text(id_, names, form))
        return [draft, record.Putting(at=at, accord=id_)]

    def put_mirrors(self, name: str, at: datetime = NOON) -> list[Entry]:
        """Return the entries that draft a mirror text for that party and one for another."""
        other = next(each for each in self.parties if each != name)
        ids = {each: self.parties[name].fresh("mirror") for each in (name, other)}
        texts = {
            id_: accord_text(
                id_,
                (each,),
                AccordForm.MIRROR,
                mirrors=tuple(i for i in ids.values() if i != id_),
            )
            for each, id_ in ids.items()
        }
        return [
            *(record.Drafted(at=at, accord=id_, text=text) for id_, text in texts.items()),
            *(record.Putting(at=at, accord=id_) for id_ in texts),
        ]

    def amend(self, name: str, accord: AccordId, at: datetime) -> list[Entry]:
        """Return the entries that draft an amendment of the accord, and put it."""
        old, id_ = self.channel.accords[accord], self.parties[name].fresh("amendment")
        names = tuple(party.name for party in old.accord.parties)
        amends = Amends(id=accord, digest=digest(old.text))
        form = old.accord.form if old.accord.form is not AccordForm.MIRROR else AccordForm.JOINT
        text = accord_text(id_, names, form, amends=amends)
        draft = record.Drafted(at=at, accord=id_, text=text)
        return [draft, record.Putting(at=at, accord=id_)]


TALKING_KINDS = ("propose", "vote", "reply", "raise", "come", "consent", "judge", "comment")
PARTY_KINDS = (
    "accept", "note", "withdraw", "erase", "widen", "ask", "answer", "permit", "adhere", "decline",
    "report", "confirm", "dispute", *TALKING_KINDS,
)  # fmt: skip
TO_SEAT_KINDS = ("welcome", "freeze", "thaw", "convey", "correct", "remark", "question", "request")
ACCORD_KINDS = ("put", "mirror", "amend", "release", "take back", "end", "mark")
FORMS = (
    AccordForm.DECLARATION,
    AccordForm.JOINT,
    AccordForm.DECLARATION,
    AccordForm.UNDERSTANDING,
)
# What the mediator does about agenda, proposals, rounds and communiques, and what it heard. Each
# concerns one party, and those of the first row perhaps others besides.
TALKS_KINDS = (
    "put proposal", "take proposal", "put communique", "take communique",
    "agenda", "own items", "call", "cancel round", "held", "heard", "take heard", "by mouth",
    "write", "write plainly", "show", "drop", "heard judge",
)  # fmt: skip
DECIDING_KINDS = ("outcome", "publish", "hold line", "heard vote")
CHANNEL_KINDS = ("suspend", "resume", "close")


def saying(world: World, party: Party, move: Move) -> FromParty:
    """Return what the party tries to say.

    It may speak of what is still on its way to it: its desk must refuse that as the mediator's.
    """
    caucus, pick = world.channel.caucuses[party.seat], move.pick
    common: dict[str, Any] = {
        "at": minute(move.minute),
        "seen": party.desk.told_count,
        "by": ("", "the minister")[pick % 2],
    }
    note = pick_from(party.desk.notes, pick) or an_id("no note")
    questions = [q for q, asked in caucus.questions.items() if not asked.from_party]
    if move.kind in TALKING_KINDS:
        return saying_in_talks(caucus, common, party, move)
    match move.kind:
        case "adhere" | "decline" | "report" | "confirm" | "dispute":
            return saying_of_accord(caucus, common, party, move)
        case "accept":
            return said.RulesAccepted(**common, signing_key=key_of(party.name))
        case "note" | "answer":
            return said.Said(
                **common,
                note=party.fresh("note"),
                text=f"We are ready. {'Quite. ' * (pick % 5)}",
                handling=HANDLINGS[pick % len(HANDLINGS)],
                rows=ROWS[: pick % 3],
                answers=pick_from(questions, pick) if move.kind == "answer" else None,
            )
        case "withdraw":
            return said.Withdrew(**common, note=note)
        case "erase":
            return said.Erased(**common, note=note)
        case "widen":
            return said.HandlingWidened(**common, note=note, handling=EVERY_USE)
        case "ask":
            return said.Asked(**common, question=party.fresh("question"), text="How long?")
        case _:
            request = pick_from(caucus.requests, pick // 2) or an_id("no request")
            return said.UseAnswered(**common, request=request, allowed=pick % 2 == 0)


def saying_of_accord(caucus: Caucus, common: dict[str, Any], party: Party, move: Move) -> FromParty:
    """Return what the party tries to say of an accord, or of a step of one."""
    open_ = [a for a, known in caucus.accords.items() if known.stance is Stance.UNDECIDED]
    found = open_ if move.kind == "adhere" and move.pick % 2 else list(caucus.accords)
    accord = pick_from(found, move.pick // 3) or an_id("no accord")
    step: dict[str, Any] = {**common, "accord": accord, "step": STEPS[move.pick % 3].id}
    match move.kind:
        case "adhere":
            return said.Adhered(**common, accord=accord, signature=key_of(party.name) * 2)
        case "decline":
            return said.Declined(**common, accord=accord, text="Not yet.")
        case "report":
            return said.StepReported(
                **step,
                report=party.fresh("report"),
                doing=said.Doing.DONE,
                done_on=date(2026, 3, 2),
            )
        case "confirm":
            return said.StepConfirmed(**step)
        case _:
            return said.StepDisputed(**step)


def entering(world: World, party: Party, move: Move) -> list[Entry]:
    """Return what the mediator tries to enter."""
    at, pick = minute(move.minute), move.pick
    if move.kind in TO_SEAT_KINDS:
        return [to_seat(world, party, move)]
    if move.kind in TALKS_KINDS or move.kind in DECIDING_KINDS:
        return entering_in_talks(world, party, move)
    match move.kind:
        case "put":
            return world.put(party.name, pick, at)
        case "mirror":
            return world.put_mirrors(party.name, at)
        case "suspend":
            return [record.Suspension(at=at, text="A pause.")]
        case "resume":
            return [record.Resumption(at=at)]
        case "close":
            return [record.Closure(at=at, how=told.Closing.CONCLUDED)]
    return of_accord(world, party, move)


def of_accord(world: World, party: Party, move: Move) -> list[Entry]:
    """Return what the mediator tries to enter of an accord of the party."""
    at, pick = minute(move.minute), move.pick
    theirs = [
        accord
        for accord, known in world.channel.accords.items()
        if party.name in {signatory.name for signatory in known.accord.parties}
    ]
    signed = [accord for accord in theirs if all_adhered(world, accord)]
    found = signed or theirs if move.kind == "release" else theirs
    accord = pick_from(found, pick // 4) or an_id("no accord")
    known = world.channel.accords.get(accord)
    match move.kind:
        case "release":
            return [releasing(at, accord, known)]
        case "amend" if known is not None and len(known.accord.parties) > 1:
            return world.amend(party.name, accord, at) if known.accord.form.signed else []
        case "amend":
            return []
        case "take back":
            return [record.Withdrawal(at=at, accord=accord)]
        case "end":
            return [record.Ending(at=at, accord=accord, text="All is done.")]
        case _:
            mark = tuple(told.Mark)[pick % 4]
            step = STEPS[pick % 3].id
            return [record.Marking(at=at, accord=accord, step=step, mark=mark, who="East")]


def all_adhered(world: World, accord: AccordId) -> bool:
    """Tell whether an accord that is put waits for nothing but its release."""
    known = world.channel.accords[accord]
    keys = [key for key in group(known.accord) if key in world.channel.accords]
    return known.life is AccordLife.PUT and all(
        stance(world.channel, seat, key) is Stance.ADHERED
        for key in keys
        for seat in world.channel.accords[key].seats
    )


def releasing(at: datetime, accord: AccordId, known: Accord | None) -> Entry:
    """Return what the mediator tries to release: all mirror texts in one, others alone."""
    if known is not None and known.accord.form is AccordForm.MIRROR:
        texts = (
            record.Mirrored(accord=a, declaration=MEDIATOR_KEY * 2) for a in group(known.accord)
        )
        return record.MirrorRelease(at=at, texts=tuple(texts))
    signed = known is None or known.accord.form.signed
    return record.Release(at=at, accord=accord, declaration=MEDIATOR_KEY * 2 if signed else b"")


def to_seat(world: World, party: Party, move: Move) -> Entry:
    """Return what the mediator tries to do towards one party."""
    pick, caucus = move.pick, world.channel.caucuses[party.seat]
    common: dict[str, Any] = {"at": minute(move.minute), "seat": party.seat}
    questions = [q for q, asked in caucus.questions.items() if asked.from_party]
    match move.kind:
        case "welcome":
            return record.Welcome(**common)
        case "freeze":
            return record.Frozen(**common)
        case "thaw":
            return record.Thawed(**common)
        case "convey":
            return conveying(world, party, move)
        case "correct":
            mine = [c for c, known in world.channel.conveyances.items() if known.seat == party.seat]
            which = pick_from(mine, pick) or an_id("no conveyance")
            return record.Correction(at=minute(move.minute), conveyance=which, text="Ready soon.")
        case "remark":
            return record.Remark(**common, text="Noted.", answers=pick_from(questions, pick))
        case "question":
            return record.Question(**common, question=party.fresh("asked"), text="Are you ready?")
        case _:
            note = pick_from(caucus.notes, pick) or an_id("no note")
            use = tuple(Attribution)[pick % 3]
            return record.UseRequest(
                **common, request=party.fresh("request"), note=note, attribution=use, text="Ready."
            )


def conveying(world: World, party: Party, move: Move) -> record.Conveyance:
    """Return a conveyance to the party that rests on a note of another one, or on none."""
    others = [
        Basis(seat=seat, note=note)
        for seat, caucus in world.channel.caucuses.items()
        for note in caucus.notes
        if seat != party.seat
    ]
    basis = pick_from(others, move.pick)
    return record.Conveyance(
        at=minute(move.minute),
        seat=party.seat,
        conveyance=party.fresh("conveyance"),
        text="Ready.",
        attribution=tuple(Attribution)[move.pick % 3],
        rows=ROWS[: move.pick % 2],
        rests_on=() if basis is None else (basis,),
        condition_met_by=pick_from(world.channel.caucuses[party.seat].notes, move.pick),
    )


def adhered(world: World, name: str = "East", *, names: Sequence[str] = NAMES[:2]) -> Any:  # noqa: ANN401
    """Put an accord, let all its parties adhere, and return its id."""
    for entry in world.put(name):
        world.enter(entry)
    world.settle()
    world.play(*(Move("adhere", each) for each in names))
    world.settle()
    return list(world.channel.accords)[-1]


def in_force(world: World) -> Any:  # noqa: ANN401
    """Bring an accord of East and West into force, and return its id."""
    accord = adhered(world)
    world.play(Move("release", "East"))
    world.settle()
    assert world.channel.accords[accord].life is AccordLife.IN_FORCE
    return accord


def begun(stage: int, name: str = "East") -> World:
    """Return a world that has come as far as the stage.

    0 nothing, 1 ready, 2 put, 3 in force, 4 mirror texts put and signed.
    """
    if stage == 0:
        return World()
    world = World.ready()
    if stage == 4:
        world.play(Move("mirror", name), Move("resume", name))
        world.settle()
        world.play(Move("adhere", "East", 1), Move("adhere", "West", 1))
        world.settle()
        return world
    if stage == 3:
        in_force(world)
    if stage >= 2:
        world.play(Move("put", name))
    return world


def script(
    seed: int, size: int, kinds: Sequence[str], names: Sequence[str] = NAMES
) -> tuple[Move, ...]:
    """Return moves of these kinds; a smaller size gives the beginning of the same moves."""
    chance = Random(seed)  # noqa: S311 - tests need histories, not secrets
    return tuple(
        Move(chance.choice(kinds), chance.choice(names), chance.randrange(12), chance.randrange(99))
        for _ in range(size)
    )


def moves(
    kinds: Sequence[str], names: Sequence[str] = NAMES, max_size: int = 150
) -> st.SearchStrategy[tuple[Move, ...]]:
    """Moves of these kinds, in any order; drawn evenly, for otherwise few histories come far."""
    return st.builds(
        script,
        seed=st.integers(0, 2**32),
        size=st.integers(0, max_size).map(lambda left_out: max_size - left_out),
        kinds=st.just(kinds),
        names=st.just(names),
    )


# Letters arrive often, and what stops everything else comes seldom.
ANY_KIND = (
    *PARTY_KINDS,
    *TO_SEAT_KINDS,
    *ACCORD_KINDS,
    *CHANNEL_KINDS,
    *(TALKS_KINDS + DECIDING_KINDS) * 3,
    *("vote", "agenda", "put proposal", "put communique", "request", "permit") * 6,
    *("consent", "publish", "hold line") * 15,
    *("judge", "comment", "write", "show", "show", "heard judge") * 6,
    *("mirror", "adhere", "adhere", "release", "heard vote", "outcome") * 5,
    *("up", "down") * 50,
    *("thaw", "resume") * 12,
    *(PARTY_KINDS + TO_SEAT_KINDS[3:] + ACCORD_KINDS) * 4,
    *("up", "down") * 25,
    *("thaw", "resume", "resume", "note", "adhere", "adhere", "report", "release", "convey") * 4,
)

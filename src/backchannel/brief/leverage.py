"""Second question: who gains leverage. Each actor in turn: what moved for it, what against it.

Promises: the same questions are asked of every actor of a kind; what is counted is claims, never
strength; a conclusion names the counts it comes from; an actor of whom nothing is known is told so.

Source of the questions: mediators' control of information, agenda and venue, after Carnevale,
"Strategic choice in mediation" (1986), and Touval and Zartman (1985).
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from backchannel.brief.cast import about
from backchannel.brief.material import Material, extent
from backchannel.brief.said import Part, Section, Statement, Table, counted, fact, inferred, unknown
from backchannel.channel.folding import fold
from backchannel.watch.claims import Claim, ClaimType, Direction, SpeakerType
from backchannel.watch.counting import by_speakers, credited, leaked, of_types, reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One thing that is looked for in the claims about an actor. `sign`: for it, or against it."""

    words: str
    types: tuple[ClaimType, ...]
    sign: int


OF_BROKERS: Final = (
    Asked(
        words="set the agenda: talks and rounds announced",
        types=(ClaimType.TALKS_ANNOUNCED, ClaimType.FORMAL_TALKS),
        sign=1,
    ),
    Asked(
        words="had something to show: pauses, exchanges, agreements, steps done",
        types=(
            ClaimType.PAUSE_ANNOUNCED,
            ClaimType.EXCHANGE_ANNOUNCED,
            ClaimType.AGREEMENT,
            ClaimType.IMPLEMENTATION_REPORT,
        ),
        sign=1,
    ),
    Asked(
        words="was contradicted, or saw talks end",
        types=(
            ClaimType.CONTRADICTION,
            ClaimType.TALKS_DENIED,
            ClaimType.LEAK_DENIED,
            ClaimType.BREAKDOWN,
        ),
        sign=-1,
    ),
)
OF_PARTIES: Final = (
    Asked(words="kept up pressure", types=(ClaimType.ESCALATION,), sign=1),
    Asked(
        words="held out: terms or talks refused",
        types=(ClaimType.REJECTION, ClaimType.TALKS_DENIED, ClaimType.BREAKDOWN),
        sign=1,
    ),
    Asked(
        words="gave something: pauses, exchanges, steps done",
        types=(
            ClaimType.PAUSE_ANNOUNCED,
            ClaimType.EXCHANGE_ANNOUNCED,
            ClaimType.IMPLEMENTATION_REPORT,
        ),
        sign=-1,
    ),
    Asked(
        words="had its account denied or contradicted",
        types=(ClaimType.CONTRADICTION, ClaimType.LEAK_DENIED),
        sign=-1,
    ),
)
OF_OTHERS: Final = (
    Asked(
        words="moved, as a region or a legislature",
        types=(ClaimType.REGIONAL_MOVE, ClaimType.LEGISLATURE_MOVE),
        sign=1,
    ),
    Asked(words="used or threatened force, or sanctions", types=(ClaimType.ESCALATION,), sign=1),
)
_FEW: Final = 2  # pages that one count must be ahead by before anything is concluded


def leverage(of: Material) -> Section:
    """Return what moved for and against each actor since the brief before."""
    parts = [
        *(Part(title=f"{name}, broker", statements=_broker(of, name)) for name in of.cast.brokers),
        *(Part(title=f"{name}, party", statements=_party(of, name)) for name in of.cast.parties),
        *(Part(title=name, statements=_other(of, name)) for name in of.cast.others),
    ]
    if not of.cast.brokers:
        nobody = unknown("No broker is named, and the record shows none.")
        parts.insert(0, Part(title="Broker", statements=(nobody,)))
    return Section(
        title="Who gains leverage",
        parts=tuple(parts),
        tables=(_table(of), _credit(of)),
        pictures=("credit",),
    )


def _broker(of: Material, name: str) -> tuple[Statement, ...]:
    spoke = tuple(c for c in by_speakers(of.new, SpeakerType.BROKER) if _is(c.actor, name))
    leaks = leaked(of.new)
    information = (
        fact(
            f"Information: new and its own are {extent(spoke)}; leaks by unnamed sources are "
            f"{extent(leaks)}.",
            [*spoke, *leaks],
        )
        if spoke or leaks
        else unknown("Information: nothing new is its own, and nothing new was leaked.")
    )
    thanked = [claim for who, claim in credited(of.new) if _is(who, name)]
    credit = (
        fact(f"Credit: it is thanked in public in {extent(thanked)}.", thanked)
        if thanked
        else unknown("Credit: nobody thanks it in what is new here.")
    )
    return (information, *_found(of, name, OF_BROKERS), credit, _conclusion(of, name, OF_BROKERS))


def _party(of: Material, name: str) -> tuple[Statement, ...]:
    home = tuple(
        each
        for each in of_types(of.new, ClaimType.LEGISLATURE_MOVE)
        if fold(name) in fold(each.actor).split() or _is(each.actor, name)
    )
    room = (
        fact(
            "Room at home: its legislature " + _both_ways(home) + ".",
            home,
        )
        if home
        else unknown("Room at home: no move of its legislature is in what is new here.")
    )
    return (*_found(of, name, OF_PARTIES), room, _conclusion(of, name, OF_PARTIES))


def _other(of: Material, name: str) -> tuple[Statement, ...]:
    found = _found(of, name, OF_OTHERS)
    mine = about(of.new, name)
    if not mine:
        return (unknown("Nothing new is known of it."),)
    return (*found, fact(f"All that is new about it {_both_ways(mine)}.", mine))


def _both_ways(claims: tuple[Claim, ...]) -> str:
    count = Counter(each.direction for each in claims)
    return (
        f"points toward a deal {count[Direction.TOWARD]} times, away from one "
        f"{count[Direction.AWAY]} times, neither way {count[Direction.NEUTRAL]} times"
    )


def _found(of: Material, name: str, questions: tuple[Asked, ...]) -> tuple[Statement, ...]:
    made = []
    for asked in questions:
        found = of_types(about(of.new, name), *asked.types)
        if found:
            text = f"It {asked.words}: {extent(found)}."
            made.append(fact(text, found))
    return tuple(made)


def _conclusion(of: Material, name: str, questions: tuple[Asked, ...]) -> Statement:
    """Return which way it went, if one count is clearly ahead; else that it cannot be told."""
    mine = about(of.new, name)
    signed = {
        sign: [c for a in questions if a.sign == sign for c in of_types(mine, *a.types)]
        for sign in (1, -1)
    }
    good, bad = reports(signed[1]), reports(signed[-1])
    if abs(good - bad) < _FEW:
        return unknown(
            f"Whether it gained cannot be told: {counted(good, 'page')} for it, {bad} against it."
        )
    way = "gained" if good > bad else "lost"
    return inferred(
        f"In public it {way} room.",
        f"{counted(good, 'page')} with what counts for it here, {bad} with what counts against it; "
        "what is said in public is not what is held in hand",
        [*signed[1], *signed[-1]],
    )


def _table(of: Material) -> Table:
    def row(name: str) -> tuple[str, ...]:
        new, whole = about(of.new, name), about(of.claims, name)
        ways = [
            str(reports(each for each in new if each.direction is way))
            for way in (Direction.TOWARD, Direction.AWAY, Direction.NEUTRAL)
        ]
        return (name, *ways, str(reports(whole)))

    return Table(
        caption="Pages about each actor: new ones by direction, and in the whole record",
        heads=("actor", "toward a deal", "away", "neither", "whole"),
        rows=tuple(row(name) for name in of.cast.everybody),
    )


def shares(of: Material) -> list[tuple[str, int, int]]:
    """Return who is credited: the name, new claims, claims of the whole record."""
    new = Counter(fold(name) for name, _ in credited(of.new))
    names: dict[str, str] = {}
    whole: Counter[str] = Counter()
    for name, _ in credited(of.claims):
        names.setdefault(fold(name), name)
        whole[fold(name)] += 1
    ordered = sorted(whole, key=lambda key: (-whole[key], key))
    return [(names[key], new[key], whole[key]) for key in ordered]


def _credit(of: Material) -> Table:
    return Table(
        caption="Who is credited with progress: claims that name it",
        heads=("credited", "new", "whole"),
        rows=tuple((name, str(new), str(whole)) for name, new, whole in shares(of)),
    )


def _is(one: str, other: str) -> bool:
    return fold(one) == fold(other)

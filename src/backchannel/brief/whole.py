"""The whole brief: five answers in their order, and the claims they rest on, numbered.

Promises: every claim that a sentence rests on is in the list of sources, once, with its page; the
same material gives the same brief.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from backchannel.brief.cast import RULE
from backchannel.brief.happened import happened
from backchannel.brief.leverage import leverage
from backchannel.brief.material import Material, extent
from backchannel.brief.mechanism import mechanism
from backchannel.brief.next_ import next_
from backchannel.brief.said import Section, Statement, counted
from backchannel.brief.stakes import stakes
from backchannel.watch.claims import Basis, Claim

RESTS_ON = (
    "What stands here is what was said in public, as it was coded by people: who said it is told "
    "with it, and whether it is so is not. What is inferred is marked, and what is not known. "
    "Claims of one page are one report; copies on several pages may be counted more than once."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """`sources`: each claim, in the order in which it is first used.

    `places`: its number, from 1, by its digest.
    """

    material: Material
    sections: tuple[Section, ...]
    sources: tuple[Claim, ...]
    places: Mapping[str, int]
    notes: tuple[str, ...]

    @property
    def title(self) -> str:
        """Return the heading."""
        return f"Brief on {self.material.case}, {self.material.on}"

    def numbers(self, statement: Statement) -> tuple[int, ...]:
        """Return the numbers of the sources of a sentence."""
        return tuple(sorted({self.places[each.digest] for each in statement.claims}))


def said_by(claim: Claim) -> str:
    """Return who said it, and in which capacity."""
    return f"{claim.speaker}, {claim.speaker_type.value.replace('_', ' ')}"


def day_of(claim: Claim) -> str:
    """Return the day of publication, and whether it is only inferred."""
    inferred = claim.published_basis is Basis.INFERRED
    return f"{claim.published} (day inferred)" if inferred else f"{claim.published}"


def brief(of: Material) -> Brief:
    """Return the brief on this material."""
    sections = (happened(of), leverage(of), mechanism(of), stakes(of), next_(of))
    statements = [each for section in sections for each in section.statements]
    notes = [RESTS_ON, *([RULE] if of.cast.read_off else []), _coverage(of)]
    sources = _sources(each.claims for each in statements)
    return Brief(
        material=of,
        sections=sections,
        sources=tuple(sources.values()),
        places={digest: number for number, digest in enumerate(sources, start=1)},
        notes=tuple(notes),
    )


def _sources(groups: Iterable[tuple[Claim, ...]]) -> dict[str, Claim]:
    found: dict[str, Claim] = {}
    for group in groups:
        for each in group:
            found.setdefault(each.digest, each)
    return found


def _coverage(of: Material) -> str:
    outlets = len({each.outlet for each in of.claims})
    last: date = of.claims[-1].published
    return (
        f"The record: {extent(of.claims)} of {counted(outlets, 'outlet')}, {of.first} to {last}; "
        "days without a claim may be days that nobody looked at."
    )

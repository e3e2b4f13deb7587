"""The best next proposal of the mediator, where preferences are known in part.

Ranked by how likely all would accept; where that is alike within the error of sampling, by the
expected product of what the parties gain (a package that is likelier by chance alone should not
come before one that is better for all). All of it holds under the prior, and under no other.

>>> from backchannel.bargain.model import Issue
>>> from backchannel.bargain.sampling import sample
>>> from backchannel.bargain.statements import Knowledge, Order
>>> pause = Issue(issue="pause", options=("10 days", "20 days", "30 days"))
>>> north = (Order(issue="pause", options=("30 days", "20 days", "10 days")),)
>>> south = (Order(issue="pause", options=("10 days", "20 days", "30 days")),)
>>> known = Knowledge(issues=(pause,), parties={"north": north, "south": south})
>>> best, *_ = proposals(sample(known, 1_000, np.random.default_rng(1)))
>>> known.blank.named(best.package), best.words(known).split(":")[0]
({'pause': '20 days'}, 'Propose pause 20 days')

Source: expected product of gains: Nash (1950), over uncertain preferences.
"""

from dataclasses import dataclass

import numpy as np

from backchannel.bargain.acceptance import Standing, acceptance, standings
from backchannel.bargain.blocks import Places, package
from backchannel.bargain.candidates import candidates, neighbours
from backchannel.bargain.model import Package
from backchannel.bargain.polytope import Vector
from backchannel.bargain.sampling import Samples
from backchannel.bargain.statements import Knowledge

CLEARLY = 0.01  # likelier by less is not said


@dataclass(frozen=True, slots=True, kw_only=True)
class Better:
    """The change of one issue that makes acceptance by all likeliest, and by how much."""

    issue: str
    option: str
    more: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A package with how likely each party and all would accept, and why the least sure may not.

    `shares`, `errors`: by party. `product`: the expected product of gains, each a share of the
    party's scale. `costly`: the issue on which the least sure party is expected to get least of
    what it could. `better`: None where no change of one issue makes it likelier.
    """

    package: Package
    parties: tuple[str, ...]
    shares: tuple[float, ...]
    errors: tuple[float, ...]
    together: float
    together_error: float
    product: float
    standings: tuple[Standing, ...]
    costly: str
    better: Better | None

    @property
    def least_sure(self) -> str:
        """The party that is least likely to accept."""
        return self.parties[self.shares.index(min(self.shares))]

    def words(self, known: Knowledge) -> str:
        """Return what it is and why, in sentences for a diplomat."""
        chosen = ", ".join(f"{i} {o}" for i, o in known.choices(self.package))
        certain = [
            name
            for name, standing in zip(self.parties, self.standings, strict=True)
            if standing is Standing.NECESSARILY
        ]
        told = (
            f"Propose {chosen}: all would accept with a probability of "
            f"{_percent(self.together, self.together_error)}."
        )
        if len(certain) == len(self.parties):
            return f"{told} What is known of them makes it certain."
        told += (
            f" Least sure is {self.least_sure} ({_percent(min(self.shares))}); what it is expected "
            f"to miss most is on {self.costly}."
        )
        if self.better is not None:
            told += (
                f" Likelier by {self.better.more:.0%} if {self.better.issue} were "
                f"{self.better.option}."
            )
        return told


def proposals(samples: Samples, *, among: Places | None = None, most: int = 5) -> list[Proposal]:
    """Return the best proposals, best first. `among`: packages (m, issues); else `candidates`."""
    found = candidates(samples) if among is None else among
    judged = acceptance(samples, found)
    products = expected_products(samples, found)
    highest = int(judged.together.argmax())
    # As likely as the likeliest, as far as the draws can tell: those are ranked by what they give.
    alike = judged.together >= judged.together[highest] - judged.together_errors[highest]
    score = np.where(alike, judged.together[highest], judged.together)
    order = np.lexsort((np.arange(len(found)), -products, -score))[:most]
    return [_proposal(samples, package(found[place]), products[place]) for place in order]


def expected_products(samples: Samples, asked: Places) -> Vector:
    """Return the expected product of gains over reservation values, (m,); parties independent."""
    gains = np.maximum(samples.worth(asked) - samples.reservations[:, :, None], 0)
    products: Vector = gains.mean(axis=1).prod(axis=0)
    return products


def _proposal(samples: Samples, of: Package, product: float) -> Proposal:
    known = samples.known
    around = np.vstack([[of], neighbours(known.blank, of)])
    judged = acceptance(samples, around)
    shares = judged.shares[:, 0]
    place = int(judged.together.argmax())
    more = float(judged.together[place] - judged.together[0])
    better = None
    if more > max(CLEARLY, float(judged.together_errors[0])):
        issue = int(np.flatnonzero(around[place] != np.array(of))[0])
        named = known.issues[issue]
        better = Better(issue=named.issue, option=named.options[around[place][issue]], more=more)
    return Proposal(
        package=of,
        parties=known.names,
        shares=tuple(shares.tolist()),
        errors=tuple(judged.errors[:, 0].tolist()),
        together=float(judged.together[0]),
        together_error=float(judged.together_errors[0]),
        product=float(product),
        standings=standings(known, np.array([of]), samples)[0],
        costly=known.issues[_missed(samples, of, int(shares.argmin()))].issue,
        better=better,
    )


def _missed(samples: Samples, of: Package, party: int) -> int:
    """Return the issue on which a party is expected to miss most of what it could get there."""
    first = samples.known.first
    missed = [
        samples.values[party, :, start:end].max(axis=1).mean()
        - samples.values[party, :, start + chosen].mean()
        for start, end, chosen in zip(first[:-1], first[1:], of, strict=True)
    ]
    return int(np.argmax(missed))


def _percent(share: float, error: float = 0.0) -> str:
    return f"{share:.0%}" + (f" (give or take {error:.1%})" if error else "")

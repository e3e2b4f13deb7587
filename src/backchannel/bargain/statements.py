"""What is known of a party's preferences when not all is known: statements, and the prior.

A party's preferences are a weight for each issue (together 1), a value from 0 to 1 for each option
within its issue, and a reservation value from 0 to 1. A package is worth the sum over issues of
weight times value: a share of the party's own scale, whose top is the best it could wish for.
Each statement narrows what these numbers can be, by one or more linear inequalities; what is left
is every consistent preference. Statements say what the party prefers, not why, and not how surely.

>>> pause = Issue(issue="pause", options=("10 days", "30 days"))
>>> funds = Issue(issue="funds", options=("none", "half", "all"))
>>> order = Order(issue="funds", options=("all", "none"))
>>> heard = (MattersMore(issue="funds", than="pause"), order)
>>> known = Knowledge(issues=(pause, funds), parties={"north": heard})
>>> [statement.words for statement in known.parties["north"]]
['funds matters more than pause', 'on funds: all before none']
>>> known.choices((1, 2))
(('pause', '30 days'), ('funds', 'all'))

A stated preference counts as strict: at least `MARGIN` of the scale, or a statement and its
opposite could both be kept by indifference. `Refused` means worth less than the reservation value,
by that margin; `Accepted` means worth it or more.

Source: linear preference information and the polytope of consistent parameters, Hazen, Partial
information, dominance, and potential optimality in multiattribute utility theory, Operations
Research 34 (1986); sampling it, Tervonen et al., European J. of Operational Research 226 (2013).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from backchannel.bargain.errors import MalformedError
from backchannel.bargain.model import Choices, Issue, Number, Package, Profile, Rule, Space

# Of the whole scale. Far above what a solver rounds (1e-9), far below what anybody can feel.
MARGIN = 1e-6
# A number stated exactly is taken as this close to it: nobody knows a utility to the last digit,
# and a set without any thickness can hardly be sampled.
GRAIN = 5e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefers:
    """On one issue, one option before another."""

    issue: str
    option: str
    to: str

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        if self.option == self.to:
            raise MalformedError("an option cannot be preferred to itself; name two different ones")

    @property
    def words(self) -> str:
        """In words."""
        return f"on {self.issue}: prefers {self.option} to {self.to}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """On one issue, two or more of its options from best to worst."""

    issue: str
    options: tuple[str, ...]

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        if len(self.options) < 2 or len(set(self.options)) != len(self.options):  # noqa: PLR2004
            raise MalformedError(
                f"an order on {self.issue!r} names two or more different options, not "
                f"{', '.join(self.options) or 'none'}"
            )

    @property
    def words(self) -> str:
        """In words."""
        return f"on {self.issue}: {' before '.join(self.options)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The best option of an issue, or its worst, or both."""

    issue: str
    best: str | None = None
    worst: str | None = None

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        if self.best is None and self.worst is None:
            raise MalformedError(f"name the best option of {self.issue!r}, its worst, or both")

    @property
    def words(self) -> str:
        """In words."""
        said = [] if self.best is None else [f"best is {self.best}"]
        said += [] if self.worst is None else [f"worst is {self.worst}"]
        return f"on {self.issue}: {', '.join(said)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MattersMore:
    """One issue has more weight than another.

    The weight is what lies between the worst that could be wished on the party in this issue and
    the best it could wish for: where both are known to be options, the swing between them.
    """

    issue: str
    than: str

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        if self.issue == self.than:
            raise MalformedError("an issue cannot matter more than itself; name two different ones")

    @property
    def words(self) -> str:
        """In words."""
        return f"{self.issue} matters more than {self.than}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """The share of an issue in the party's whole scale lies between two numbers."""

    issue: str
    low: Number = 0
    high: Number = 1

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        _check_range(self.low, self.high)

    @property
    def words(self) -> str:
        """In words."""
        return f"{self.issue} makes {_range(self.low, self.high)} of its scale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What an option is worth, as a share of the weight of its issue, lies between two numbers."""

    issue: str
    option: str
    low: Number = 0
    high: Number = 1

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        _check_range(self.low, self.high)

    @property
    def words(self) -> str:
        """In words."""
        return f"on {self.issue}: {self.option} is worth {_range(self.low, self.high)} of the best"


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What a package is worth, as a share of the party's whole scale, lies between two numbers."""

    package: Choices
    low: Number = 0
    high: Number = 1

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        _check_range(self.low, self.high)

    @property
    def words(self) -> str:
        """In words."""
        return f"{_package(self.package)} is worth {_range(self.low, self.high)} of its scale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """The reservation value, as a share of the party's whole scale, lies between two numbers."""

    low: Number = 0
    high: Number = 1

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        _check_range(self.low, self.high)

    @property
    def words(self) -> str:
        """In words."""
        return f"its reservation value is {_range(self.low, self.high)} of its scale"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefersPackage:
    """One package before another."""

    package: Choices
    to: Choices

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        if set(self.package) == set(self.to):
            raise MalformedError("a package cannot be preferred to itself; name two different ones")

    @property
    def words(self) -> str:
        """In words; only the issues on which the two differ."""
        mine = tuple(choice for choice in self.package if choice not in self.to)
        other = tuple(choice for choice in self.to if choice not in self.package)
        return f"prefers {_package(mine)} to {_package(other)}, all else as in the package"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The party would take this package rather than no deal."""

    package: Choices

    @property
    def words(self) -> str:
        """In words."""
        return f"accepted {_package(self.package)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The party would rather have no deal than this package."""

    package: Choices

    @property
    def words(self) -> str:
        """In words."""
        return f"refused {_package(self.package)}"


Statement = (
    Prefers
    | Order
    | Ends
    | MattersMore
    | Weight
    | Value
    | Worth
    | Reservation
    | PrefersPackage
    | Accepted
    | Refused
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """How likely each preference counts as before anything is known; fixed, and said in words.

    `low`, `high`: the range of reservation values, as shares of the party's scale.
    """

    low: Number = 0
    high: Number = 1

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        _check_range(self.low, self.high)

    @property
    def words(self) -> str:
        """In words."""
        return (
            "Before anything is known, all divisions of weight over the issues count as equally "
            "likely, all values of an option from 0 to 1 within its issue too, each on its own, "
            f"and all reservation values from {self.low:g} to {self.high:g} of the party's scale. "
            "Where what is known orders one option of an issue before all its others, it has the "
            "value 1; the one after all others has 0. Parties are independent of each other."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """The issues, and what is known of each party, in order; answers are taken as true."""

    issues: tuple[Issue, ...]
    parties: Mapping[str, tuple[Statement, ...]]
    rules: tuple[Rule, ...] = ()
    prior: Prior = field(default_factory=Prior)
    _space: Space = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raises: MalformedError; whether statements contradict each other is for `conflict`."""
        nothing = tuple((0,) * len(issue.options) for issue in self.issues)
        profiles = tuple(
            Profile(party=party, values=nothing, reservation=0) for party in self.parties
        )
        space = Space(issues=self.issues, profiles=profiles, rules=self.rules)
        object.__setattr__(self, "_space", space)
        for statement in (s for known in self.parties.values() for s in known):
            check(statement, space)

    @property
    def names(self) -> tuple[str, ...]:
        """The parties' names, in order."""
        return tuple(self.parties)

    @property
    def blank(self) -> Space:
        """The issues, rules and parties, without any values: for names, places and rules."""
        return self._space

    @property
    def first(self) -> tuple[int, ...]:
        """For each issue the place of its first option in a row of all options; the total last."""
        places = [0]
        for issue in self.issues:
            places.append(places[-1] + len(issue.options))
        return tuple(places)

    def package(self, choices: Choices) -> Package:
        """Return a package given by names. Raises: MalformedError."""
        return self._space.package(dict(choices))

    def choices(self, package: Package) -> Choices:
        """Return a package by names, as statements hold it."""
        return tuple(self._space.named(package).items())

    def told(self, party: str, *statements: Statement) -> "Knowledge":
        """Return what is known once these are added. Raises: MalformedError."""
        parties = dict(self.parties)
        parties[self.names[self._space.party(party)]] += statements
        return Knowledge(issues=self.issues, parties=parties, rules=self.rules, prior=self.prior)


def check(statement: Statement, space: Space) -> None:
    """Check that a statement names what is there. Raises: MalformedError."""
    match statement:
        case Prefers(issue=issue, option=option, to=to):
            options: tuple[str | None, ...] = (option, to)
        case Order(issue=issue, options=options):
            pass
        case Ends(issue=issue, best=best, worst=worst):
            options = (best, worst)
        case Value(issue=issue, option=option):
            options = (option,)
        case Weight(issue=issue):
            options = ()
        case MattersMore(issue=issue, than=than):
            space.place(than)
            options = ()
        case PrefersPackage(package=package, to=other):
            space.package(dict(package))
            space.package(dict(other))
            return
        case Worth(package=package) | Accepted(package=package) | Refused(package=package):
            space.package(dict(package))
            return
        case _:  # a reservation value names nothing
            return
    space.place(issue)
    for named in options:
        if named is not None:
            space.option(issue, named)


def before(statement: Statement, options: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the pairs of an issue's options (better, worse) that a statement about it orders."""
    match statement:
        case Prefers(option=option, to=to):
            return ((option, to),)
        case Order(options=listed):
            return tuple(pairwise(listed))
        case Ends(best=best, worst=worst):
            tops = [(best, o) for o in options if best is not None and o != best]
            return (*tops, *((o, worst) for o in options if worst is not None and o != worst))
        case _:
            return ()


def _package(choices: Choices) -> str:
    return "(" + ", ".join(f"{issue} {option}" for issue, option in choices) + ")"


def _range(low: Number, high: Number) -> str:
    return f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"


def _check_range(low: Number, high: Number) -> None:
    if not (math.isfinite(low) and math.isfinite(high) and 0 <= low <= high <= 1):
        raise MalformedError(
            f"the range {low!r} to {high!r} is none; shares run from 0 to 1, the lower one first"
        )

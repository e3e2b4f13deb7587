"""Issues, preferences and packages: a bargaining space as somebody knows it.

A package takes one option for each issue; it is held as the tuple of the options' places. What a
party makes of it is the sum over issues, plus terms that look at several issues together. Utilities
are whole numbers wherever the input allows it (`unit` of them make one point of the party's own
scale), so that sums, comparisons and ties are exact; else floating-point numbers with `unit` 1.
A package is possible if every rule holds; acceptable to a party at or above its reservation value.

>>> pause = Issue(issue="pause", options=("10 days", "30 days"))
>>> funds = Issue(issue="funds", options=("none", "half", "all"))
>>> north = Profile(party="north", values=((0, 4), (3, 2, 0)), reservation=4)
>>> south = Profile(party="south", values=((2, 0), (0, 3, 6)), reservation=3)
>>> space = Space(issues=(pause, funds), profiles=(north, south))
>>> package = space.package({"pause": "30 days", "funds": "half"})
>>> package, space.utilities(package), space.acceptable(package)
((1, 1), (6, 3), True)
>>> space.named((0, 2))
{'pause': '10 days', 'funds': 'all'}
>>> space.count  # of packages, before the rules
6

Source: additive utilities over issues with options, Raiffa, The Art and Science of Negotiation
(1982), chapters 10 and 11; Keeney and Raiffa, Decisions with Multiple Objectives (1976).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from backchannel.bargain.errors import MalformedError

MAX_ISSUES = 200
MAX_OPTIONS = 100_000
MAX_PARTIES = 10
# Sums stay far inside what 64 bits and the 53 bits of a floating-point number hold exactly.
MAX_VALUE = 10**12
LEAST_TERM = 2  # issues: what one issue alone adds belongs to its own values
MAX_SHOWN = 20  # options named in a message

Number = int | float
Package = tuple[int, ...]
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A thing to settle, and its possible settlements, each named.

    `numbers`: the options of a range, as numbers in ascending order; None for plain names.
    `spacing`: the distance between neighbours on the grid that stands for a range of real numbers;
    None where the options are all there is.
    """

    issue: str
    options: tuple[str, ...]
    title: str = ""
    numbers: tuple[Number, ...] | None = None
    spacing: float | None = None

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        if not self.issue.strip():
            raise MalformedError("an issue has no name; give it one")
        if not 1 <= len(self.options) <= MAX_OPTIONS:
            raise MalformedError(
                f"the issue {self.issue!r} has {len(self.options)} options; 1 to {MAX_OPTIONS:,} "
                "are possible"
            )
        if len(set(self.options)) != len(self.options):
            twice = next(o for i, o in enumerate(self.options) if o in self.options[:i])
            raise MalformedError(f"the issue {self.issue!r} names the option {twice!r} twice")
        if self.numbers is not None and len(self.numbers) != len(self.options):
            raise MalformedError(f"the issue {self.issue!r} needs a number for each option")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """What a combination of options over two or more issues adds; a combination not given: 0."""

    issues: tuple[str, ...]
    values: Mapping[tuple[str, ...], Number]

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        if len(self.issues) < LEAST_TERM or len(set(self.issues)) != len(self.issues):
            raise MalformedError(
                f"a term looks at two or more different issues, not {self.issues!r}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbidden:
    """These choices together are not possible."""

    choices: Choices

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        if not self.choices:
            raise MalformedError("a rule that forbids nothing in particular forbids everything")


@dataclass(frozen=True, slots=True, kw_only=True)
class Required:
    """Where all of `when` is chosen, all of `then` must be; an empty `when` means always."""

    when: Choices
    then: Choices

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        if not self.then:
            raise MalformedError("a rule that requires names what it requires")


Rule = Forbidden | Required


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What one party makes of packages.

    `values`: for each issue, in the space's order, the value of each option. `reservation`: the
    utility below which it prefers no deal. All three in whole units, `unit` of which are one point
    of the party's scale; or floating-point points with `unit` 1. `rounding`: the most (in the same
    units) by which the grids of real ranges can misjudge this party's utility; 0 without such.
    """

    party: str
    values: tuple[tuple[Number, ...], ...]
    reservation: Number
    terms: tuple[Term, ...] = ()
    unit: int = 1
    rounding: Number = 0

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        if not self.party.strip():
            raise MalformedError("a party has no name; give it one")
        if self.unit < 1:
            raise MalformedError(f"the unit of {self.party} is a whole number from 1 on")
        inner = (v for term in self.terms for v in term.values.values())
        for value in (self.reservation, *(v for row in self.values for v in row), *inner):
            check_number(value, self.party)

    @property
    def whole(self) -> bool:
        """Whether every value is a whole number: then all arithmetic is exact."""
        inner = (v for term in self.terms for v in term.values.values())
        rows = (v for row in self.values for v in row)
        return all(isinstance(v, int) for v in (self.reservation, *rows, *inner))

    def points(self, utility: Number) -> float:
        """Return a utility in points of the party's own scale."""
        return float(Fraction(utility) / self.unit) if self.unit != 1 else float(utility)


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """All packages, and what each party makes of them; 1 to 10 parties."""

    issues: tuple[Issue, ...]
    profiles: tuple[Profile, ...]
    rules: tuple[Rule, ...] = ()
    name: str = ""
    _place: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        object.__setattr__(self, "_place", {x.issue: i for i, x in enumerate(self.issues)})
        if not 1 <= len(self.issues) <= MAX_ISSUES or len(self._place) != len(self.issues):
            raise MalformedError(f"a space has 1 to {MAX_ISSUES} issues, each named once")
        parties = [profile.party for profile in self.profiles]
        if not 1 <= len(parties) <= MAX_PARTIES or len(set(parties)) != len(parties):
            raise MalformedError(f"a space has 1 to {MAX_PARTIES} parties, each named once")
        for profile in self.profiles:
            self._check(profile)
        for rule in self.rules:
            for issue, option in choices_of(rule):
                self.option(issue, option)

    def _check(self, profile: Profile) -> None:
        if len(profile.values) != len(self.issues):
            raise MalformedError(
                f"{profile.party} values {len(profile.values)} issues, the space has "
                f"{len(self.issues)}"
            )
        for issue, row in zip(self.issues, profile.values, strict=True):
            if len(row) != len(issue.options):
                raise MalformedError(
                    f"{profile.party} values {len(row)} options of {issue.issue!r}, it has "
                    f"{len(issue.options)}"
                )
        for term in profile.terms:
            for options in term.values:
                if len(options) != len(term.issues):
                    raise MalformedError(
                        f"a term of {profile.party} over {term.issues} has the "
                        f"combination {options}, which is not one for each"
                    )
                for issue_name, option in zip(term.issues, options, strict=True):
                    self.option(issue_name, option)

    @property
    def parties(self) -> tuple[str, ...]:
        """The parties' names, in order."""
        return tuple(profile.party for profile in self.profiles)

    @property
    def count(self) -> int:
        """How many packages there are before the rules."""
        return math.prod(len(issue.options) for issue in self.issues)

    @property
    def whole(self) -> bool:
        """Whether all utilities are whole numbers: then all arithmetic is exact."""
        return all(profile.whole for profile in self.profiles)

    def place(self, issue: str) -> int:
        """Return an issue's place. Raises: MalformedError."""
        if issue not in self._place:
            known = ", ".join(self._place)
            raise MalformedError(f"there is no issue {issue!r}; the issues are: {known}")
        return self._place[issue]

    def option(self, issue: str, option: str) -> int:
        """Return the place of an issue's option. Raises: MalformedError."""
        options = self.issues[self.place(issue)].options
        if option not in options:
            known = ", ".join(options[:MAX_SHOWN]) + (", ..." if len(options) > MAX_SHOWN else "")
            raise MalformedError(
                f"the issue {issue!r} has no option {option!r}; its options are: {known}"
            )
        return options.index(option)

    def party(self, name: str) -> int:
        """Return a party's place. Raises: MalformedError."""
        if name not in self.parties:
            raise MalformedError(
                f"there is no party {name!r}; there are: {', '.join(self.parties)}"
            )
        return self.parties.index(name)

    def package(self, named: Mapping[str, str]) -> Package:
        """Return a package given by names, one option for each issue. Raises: MalformedError."""
        missing = [issue.issue for issue in self.issues if issue.issue not in named]
        if missing:
            raise MalformedError(f"the package names no option for: {', '.join(missing)}")
        for issue in named:
            self.place(issue)
        return tuple(self.option(issue.issue, named[issue.issue]) for issue in self.issues)

    def named(self, package: Package) -> dict[str, str]:
        """Return a package by names: issue -> option."""
        pairs = zip(self.issues, package, strict=True)
        return {issue.issue: issue.options[place] for issue, place in pairs}

    def utility(self, party: int, package: Package) -> Number:
        """Return what one party makes of a package, in the units of its profile."""
        profile = self.profiles[party]
        total = sum(row[place] for row, place in zip(profile.values, package, strict=True))
        for term in profile.terms:
            places = [self.place(issue) for issue in term.issues]
            options = tuple(self.issues[i].options[package[i]] for i in places)
            total += term.values.get(options, 0)
        return total

    def utilities(self, package: Package) -> tuple[Number, ...]:
        """Return what each party makes of a package, in the units of its profile."""
        return tuple(self.utility(party, package) for party in range(len(self.profiles)))

    def acceptable(self, package: Package) -> bool:
        """Whether a package is at or above every reservation value."""
        pairs = zip(self.profiles, self.utilities(package), strict=True)
        return all(utility >= profile.reservation for profile, utility in pairs)

    def possible(self, package: Package) -> bool:
        """Whether every rule holds for a package."""
        chosen = set(self.named(package).items())
        return all(holds(rule, chosen) for rule in self.rules)


def holds(rule: Rule, chosen: set[tuple[str, str]]) -> bool:
    """Whether a rule allows the choices of a whole package."""
    if isinstance(rule, Forbidden):
        return not chosen.issuperset(rule.choices)
    return not chosen.issuperset(rule.when) or chosen.issuperset(rule.then)


def choices_of(rule: Rule) -> Choices:
    """Return every choice that a rule names."""
    return rule.choices if isinstance(rule, Forbidden) else rule.when + rule.then


def check_number(value: Number, party: str) -> Number:
    """Return a value that can be counted with. Raises: MalformedError."""
    if isinstance(value, bool) or not math.isfinite(value) or abs(value) > MAX_VALUE:
        raise MalformedError(
            f"{party} has the value {value!r}; a finite number up to {MAX_VALUE:,} either way "
            "is possible"
        )
    return value

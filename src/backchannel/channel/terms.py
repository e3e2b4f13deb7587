"""Issues and their options, and what somebody offers over them: packages, in whole or in part.

An issue is an item of the agenda that has options. An offer chooses an option for some issues
(a package: for all), perhaps on a condition: *this, if they give that*. Names of issues and options
are as people say them; what a choice names must stand on the agenda that its author was shown.

>>> ceasefire = Issue(issue="pause", title="Length of the pause", options=("10 days", "30 days"))
>>> offer = Offer(choices=(Choice(issue="pause", option="30 days"),))
>>> check_choices(offer.choices, (ceasefire,))
>>> check_choices((Choice(issue="pause", option="1 year"),), (ceasefire,))
Traceback (most recent call last):
...
backchannel.channel.errors.RuleBrokenError: the issue 'pause' has no option '1 year'; it has: \
10 days, 30 days
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backchannel.channel.errors import MalformedError, RuleBrokenError
from backchannel.channel.names import check_name

MAX_ISSUES = 50
MAX_OPTIONS = 30
MAX_OFFERS = 10
MAX_KEY = 40  # characters of an issue's short name


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A thing to settle, and its possible settlements."""

    issue: str
    title: str
    options: tuple[str, ...]

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        check_key(self.issue)
        check_name(self.title)
        check_options(self.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One option of one issue."""

    issue: str
    option: str

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        check_key(self.issue)
        check_name(self.option)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is offered, and what the others would have to give for it; one issue at most once."""

    choices: tuple[Choice, ...]
    only_if: tuple[Choice, ...] = ()

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        if not self.choices:
            raise MalformedError("an offer chooses an option for one issue at least")
        check_once(self.choices)
        check_once(self.only_if)
        # "Ten days if ten days" says nothing, and "ten days if thirty" contradicts itself.
        both = {c.issue for c in self.choices} & {c.issue for c in self.only_if}
        if both:
            raise MalformedError(
                f"the issue {min(both)!r} is both offered and asked for in one offer"
            )

    @property
    def words(self) -> str:
        """As it is said on the screen.

        >>> offer = (Choice(issue="funds", option="half"), Choice(issue="visits", option="weekly"))
        >>> Offer(choices=offer[:1], only_if=offer[1:]).words
        'funds: half, if visits: weekly'
        """
        offered = chosen(self.choices)
        return f"{offered}, if {chosen(self.only_if)}" if self.only_if else offered


def chosen(choices: Iterable[Choice]) -> str:
    """Return choices in words."""
    return "; ".join(f"{choice.issue}: {choice.option}" for choice in choices)


def check_key(value: str) -> str:
    """Return the short name of an issue. Raises: MalformedError."""
    if len(check_name(value)) > MAX_KEY:
        raise MalformedError(f"the short name of an issue has at most {MAX_KEY} characters")
    return value


def check_options(options: tuple[str, ...]) -> None:
    """Raises: MalformedError, for options that nobody could choose between."""
    for option in options:
        check_name(option)
    if len(options) == 1 or len(options) > MAX_OPTIONS:
        raise MalformedError(f"an issue has 2 to {MAX_OPTIONS} options, not {len(options)}")
    if len(set(options)) != len(options):
        raise MalformedError("an issue names each option once")


def check_once(choices: tuple[Choice, ...]) -> None:
    """Raises: MalformedError, when an issue is chosen for twice."""
    issues = [choice.issue for choice in choices]
    twice = sorted({issue for issue in issues if issues.count(issue) > 1})
    if twice:
        raise MalformedError(f"the issue {twice[0]!r} is chosen for more than once")
    if len(issues) > MAX_ISSUES:
        raise MalformedError(f"at most {MAX_ISSUES} issues at a time, not {len(issues)}")


def check_choices(
    choices: Iterable[Choice], issues: Sequence[Issue], *, of: str = "the agenda"
) -> None:
    """Raises: RuleBrokenError, when a choice names an issue or option that is not there."""
    there = {issue.issue: issue for issue in issues}
    for choice in choices:
        if choice.issue not in there:
            known = ", ".join(there) or "none yet"
            raise RuleBrokenError(
                f"there is no issue {choice.issue!r} on {of}; the issues are: {known}"
            )
        options = there[choice.issue].options
        if choice.option not in options:
            raise RuleBrokenError(
                f"the issue {choice.issue!r} has no option {choice.option!r}; "
                f"it has: {', '.join(options)}"
            )

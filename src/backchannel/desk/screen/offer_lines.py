"""Offers as they are typed or written into a file: an option for an issue, perhaps if another.

>>> read_offer("pause=30 days; funds=half if visits=weekly").words
'pause: 30 days; funds: half, if visits: weekly'
>>> read_offers_file('[{"choices": {"a=b": "30 days"}}]', "offers.json")[0].words
'a=b: 30 days'
"""

import json

from backchannel.channel.terms import Choice, Offer
from backchannel.desk.errors import UsageError

_IF = " if "


def read_choice(written: str) -> Choice:
    """Return an option of an issue, from `issue=option`. Raises: UsageError."""
    issue, equals, option = (part.strip() for part in written.partition("="))
    if not (issue and equals and option):
        raise UsageError(
            f"{written[:60]!r} chooses no option of an issue: write it as pause='30 days', with "
            "names as `backchannel agenda show` shows them"
        )
    return Choice(issue=issue, option=option)


def read_offer(written: str) -> Offer:
    """Return an offer, from `issue=option; issue=option if issue=option`. Raises: UsageError."""
    offered, _, condition = written.partition(_IF)
    return Offer(choices=_choices(offered), only_if=_choices(condition) if condition else ())


def _choices(written: str) -> tuple[Choice, ...]:
    return tuple(read_choice(part) for part in written.split(";"))


def read_offers_file(text: str, name: str) -> tuple[Offer, ...]:
    """Return the offers of a JSON file: for names that hold `=`, `;` or ` if `.

    Raises:
        UsageError: it is no list of offers.
    """
    try:
        offers = json.loads(text)
        return tuple(
            Offer(choices=_of(each["choices"]), only_if=_of(each.get("only_if", {})))
            for each in offers
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"{name} is no list of offers: write "
            '[{"choices": {"ISSUE": "OPTION"}, "only_if": {"ISSUE": "OPTION"}}] as JSON'
        ) from error


def _of(chosen: dict[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(issue=issue, option=option) for issue, option in chosen.items())

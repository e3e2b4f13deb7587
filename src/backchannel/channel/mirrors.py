"""Mirror texts and amendments on the mediator's desk: accords that belong to one another.

Of mirror texts there is one for each party, signed with the mediator only. They are put only when
each names all the others, is for another party and holds the same steps, and released in one or not
at all. An amendment is of the same parties as the accord in force whose place it takes.
"""

from collections.abc import Mapping
from typing import Protocol

from backchannel.channel.accord import AccordForm, AccordText
from backchannel.channel.accord_text import digest
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.names import AccordId
from backchannel.channel.rules import AccordLife


class HasText(Protocol):
    """An accord at either desk, as far as this module needs it."""

    @property
    def text(self) -> str:
        """The canonical text."""
        ...

    @property
    def accord(self) -> AccordText:
        """What it says."""
        ...

    @property
    def life(self) -> AccordLife:
        """What has become of it."""
        ...


Accords = Mapping[AccordId, HasText]


def group(accord: AccordText) -> tuple[AccordId, ...]:
    """Return the identifiers of all texts that are released in one with this one."""
    return (AccordId(accord.id), *(AccordId(mirror) for mirror in accord.mirrors))


def may_put(accords: Accords, accord: AccordText) -> None:
    """Raises: RuleBrokenError, for a mirror text without its like."""
    if accord.form is not AccordForm.MIRROR:
        return
    for key in group(accord):
        if key not in accords:
            raise RuleBrokenError(
                "one of the mirror texts that this one names is not drafted; draft them together"
            )
        other = accords[key].accord
        if set(group(other)) != set(group(accord)):
            raise RuleBrokenError("the mirror texts do not name one another; draft them together")
        # Told of its signature under one text, a party would not be told of the other.
        if key != accord.id and other.parties[0].name == accord.parties[0].name:
            raise RuleBrokenError(
                f"two of the mirror texts are both for {accord.parties[0].name}: draft one for each"
            )
        if other.steps != accord.steps:
            raise RuleBrokenError(
                f"the mirror texts of {accord.parties[0].name} and {other.parties[0].name} do not "
                "hold the same steps: neither can be put before they do"
            )


def may_release(accords: Accords, released: tuple[AccordId, ...]) -> None:
    """Raises: RuleBrokenError, when these are not all the texts of one group of mirror texts."""
    unknown = [key for key in released if key not in accords]
    if unknown or any(accords[key].accord.form is not AccordForm.MIRROR for key in released):
        raise RuleBrokenError("only mirror texts of this channel are released in one")
    if set(group(accords[released[0]].accord)) != set(released):
        raise RuleBrokenError("mirror texts are all released in one, or none is")


def may_amend(accords: Accords, accord: AccordText) -> None:
    """Raises: RuleBrokenError, when it amends what is not in force, or of other parties."""
    if accord.amends is None:
        return
    old = accords.get(AccordId(accord.amends.id))
    if old is None:
        raise RuleBrokenError("the accord that this one amends is not known here")
    if old.life is not AccordLife.IN_FORCE:
        raise RuleBrokenError(
            f"the accord to amend is {old.life.value}: what is in force can be amended"
        )
    if digest(old.text) != accord.amends.digest:
        raise RuleBrokenError("the amendment names another text than the accord in force has")
    if old.accord.parties != accord.parties:
        raise RuleBrokenError("an amendment is of the very parties of the accord it amends")

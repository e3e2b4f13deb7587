"""How the author of a note allows it to be used.

Each use is ticked by itself: allowing a note to be conveyed *as ours* does not allow the mediator
to present it as its own idea. Nothing ticked means: for the mediator only. Two conditions can be
added: *ask us before use*, and *only if they first say* something. A handling can be widened later
by the author, never narrowed: what has been conveyed cannot be called back, and a narrower handling
would pretend that it can (withdrawing the note stops any further use).

>>> AS_OURS.allows(Attribution.AUTHOR), AS_OURS.allows(Attribution.MEDIATOR)
(True, False)
>>> widens(FOR_THE_MEDIATOR_ONLY, WITHOUT_ATTRIBUTION), widens(AS_OURS, FOR_THE_MEDIATOR_ONLY)
(True, False)
"""

from dataclasses import dataclass
from enum import Enum

from backchannel.channel.names import check_text


class Attribution(Enum):
    """As whose words something is conveyed."""

    AUTHOR = "author"
    NOBODY = "nobody"
    MEDIATOR = "mediator"

    @property
    def words(self) -> str:
        """As it is said on the screen."""
        return _ATTRIBUTION_WORDS[self]


_ATTRIBUTION_WORDS = {
    Attribution.AUTHOR: "as the author's words",
    Attribution.NOBODY: "without attribution (non-paper)",
    Attribution.MEDIATOR: "as the mediator's own idea",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """The uses an author allows; an empty set means for the mediator only."""

    uses: frozenset[Attribution] = frozenset()
    ask_first: bool = False
    only_if: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError, for a condition that is too long."""
        check_text(self.only_if, what="condition", empty=True)

    def allows(self, attribution: Attribution) -> bool:
        """Tell whether this use was ticked, conditions aside."""
        return attribution in self.uses

    @property
    def words(self) -> str:
        """As it is said on the screen.

        >>> Handling(uses=frozenset({Attribution.NOBODY}), ask_first=True).words
        'may be conveyed without attribution; ask us before use'
        """
        ticked = " or ".join(_USE_WORDS[use] for use in Attribution if use in self.uses)
        parts = [ticked or "for the mediator only"]
        if self.ask_first:
            parts.append("ask us before use")
        if self.only_if:
            parts.append(f"only if they first say: {self.only_if}")
        return "; ".join(parts)


_USE_WORDS = {
    Attribution.AUTHOR: "may be conveyed as ours",
    Attribution.NOBODY: "may be conveyed without attribution",
    Attribution.MEDIATOR: "may be used as the mediator's own idea",
}

FOR_THE_MEDIATOR_ONLY = Handling()
AS_OURS = Handling(uses=frozenset({Attribution.AUTHOR}))
WITHOUT_ATTRIBUTION = Handling(uses=frozenset({Attribution.NOBODY}))
MEDIATORS_IDEA = Handling(uses=frozenset({Attribution.MEDIATOR}))


def widens(old: Handling, new: Handling) -> bool:
    """Tell whether the new handling allows all the old one did, and something more."""
    uses = old.uses <= new.uses
    asks = old.ask_first or not new.ask_first
    condition = new.only_if in {"", old.only_if}
    return uses and asks and condition and old != new

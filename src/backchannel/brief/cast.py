"""Who takes part in a mediation, as what: the broker, the parties, and all others that are named.

Promises: whoever is named by the user is taken as named; without that, roles are read off the
claims by a rule that is told, and the brief says that they were.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from backchannel.channel.folding import fold
from backchannel.watch.claims import Claim, SpeakerType

# Names that the code book gives to several at once: nobody's position, and no actor.
GROUPS: Final = frozenset({"both parties", "mediators", "parties", "both sides"})
PARTIES: Final = 2
RULE: Final = (
    "Roles were read off the record: a broker is an actor with more claims made as a broker than "
    "as a party; the parties are the two others of whom most claims are made. Name them to be sure."
)
_OF_A_PARTY: Final = (SpeakerType.PARTY, SpeakerType.NAMED_OFFICIAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Names as they are shown. `read_off`: roles that nobody named."""

    brokers: tuple[str, ...]
    parties: tuple[str, ...]
    others: tuple[str, ...]
    read_off: bool

    @property
    def everybody(self) -> tuple[str, ...]:
        """Return all, brokers first."""
        return (*self.brokers, *self.parties, *self.others)


def cast(claims: Sequence[Claim], *, brokers: Sequence[str], parties: Sequence[str]) -> Cast:
    """Return who takes part; what is not named is read off the claims."""
    names = _names(claims)
    known = {fold(each) for each in (*brokers, *parties)}
    found = tuple(brokers) or tuple(
        name for key, name in names.items() if key not in known and _brokers(claims, key)
    )
    known |= {fold(each) for each in found}
    sides = tuple(parties) or tuple(
        [name for key, name in names.items() if key not in known][:PARTIES]
    )
    known |= {fold(each) for each in sides}
    others = tuple(name for key, name in names.items() if key not in known)
    return Cast(brokers=found, parties=sides, others=others, read_off=not (brokers and parties))


def _names(claims: Iterable[Claim]) -> dict[str, str]:
    """Return actors, folded, with their commonest spelling, the most frequent first."""
    spelled = Counter(each.actor for each in claims if fold(each.actor) not in GROUPS)
    often: Counter[str] = Counter()
    for name, times in spelled.items():
        often[fold(name)] += times
    # Ties by name: the order in which claims came must not tell.
    keys = sorted(often, key=lambda key: (-often[key], key))
    shown = sorted(spelled, key=lambda name: (spelled[name], name))
    return {key: next(n for n in reversed(shown) if fold(n) == key) for key in keys}


def _brokers(claims: Iterable[Claim], key: str) -> bool:
    of_it = [each.speaker_type for each in claims if fold(each.actor) == key]
    as_broker = of_it.count(SpeakerType.BROKER)
    return as_broker > sum(of_it.count(each) for each in _OF_A_PARTY)


def about(claims: Iterable[Claim], name: str) -> tuple[Claim, ...]:
    """Return the claims about an actor."""
    return tuple(each for each in claims if fold(each.actor) == fold(name))

"""Communiques in a caucus: the wording this party is asked to agree to, and whether it does.

The party may think again until the communique is released. Its desk takes no release, and no
holding line, to which it had not agreed by what the mediator had seen, nor one before its time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from backchannel.channel.communique import (
    CommuniqueAnswered,
    CommuniquePut,
    CommuniquePutting,
    CommuniqueReleased,
    HoldingLineUsed,
    ToldOfCommunique,
)
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.history import History, at_seen
from backchannel.channel.names import CommuniqueId
from backchannel.channel.rules import CommuniqueLife, Consent, follow


@dataclass(frozen=True, slots=True, kw_only=True)
class Communique:
    """A communique as this party has it, with its own consent."""

    put: CommuniquePut
    lives: History[CommuniqueLife]
    consents: History[Consent] = ((0, Consent.UNDECIDED),)  # by the party's events
    text: str = ""

    @property
    def consent(self) -> Consent:
        """Whether the party agrees, as it last said."""
        return self.consents[-1][1]

    @property
    def life(self) -> CommuniqueLife:
        """What has become of it, as last told."""
        return self.lives[-1][1]


Communiques = Mapping[CommuniqueId, Communique]


def enter_said(
    communiques: dict[CommuniqueId, Communique], event: CommuniqueAnswered, number: int
) -> None:
    """Enter the party's answer, its event of this number."""
    old = communiques[event.communique]
    consents = (*old.consents, (number, follow(old.consent, event.agrees)))
    communiques[event.communique] = replace(old, consents=consents, text=event.text)


def enter_told(
    communiques: dict[CommuniqueId, Communique], event: ToldOfCommunique, number: int
) -> None:
    """Enter what the party is told, the mediator's event of this number."""
    if isinstance(event, CommuniquePut):
        lives = ((number, CommuniqueLife.PUT),)
        communiques[event.communique] = Communique(put=event, lives=lives)
        return
    old = communiques[event.communique]
    life = follow(old.life, type(event))
    communiques[event.communique] = replace(old, lives=(*old.lives, (number, life)))


def may_say(communiques: Communiques, event: CommuniqueAnswered) -> None:
    """Raises: RuleBrokenError."""
    known = find(communiques, event.communique)
    life = at_seen(known.lives, event.seen)
    # After a leak, too: its text may still follow, and the leak may change what a party can bear.
    if life not in {CommuniqueLife.PUT, CommuniqueLife.HELD}:
        raise RuleBrokenError(
            f"the communique is {life.value}: it is agreed to until it is released or taken back"
        )
    follow(known.consent, event.agrees)


def may_tell(communiques: Communiques, event: ToldOfCommunique) -> None:
    """Raises: RuleBrokenError."""
    if isinstance(event, CommuniquePut):
        if event.communique in communiques:
            raise RuleBrokenError("there is a communique with this id already")
        return
    follow(find(communiques, event.communique).life, type(event))


def check_agreed(communiques: Communiques, event: CommuniqueReleased | HoldingLineUsed) -> None:
    """See at the party's desk that nothing is said in public to which it has not agreed.

    Raises:
        RuleBrokenError: it had not agreed by what the mediator had seen, or the time has not come.
    """
    known = find(communiques, event.communique)
    # A consent taken back meanwhile crosses the release; the mediator could not know of it.
    if at_seen(known.consents, event.seen) is not Consent.AGREED:
        raise RuleBrokenError("the party has not agreed to the communique: nothing of it is said")
    if isinstance(event, CommuniqueReleased):
        check_time(event.at, known.put)
    else:
        check_holding_line(known.put)


def check_time(at: datetime, put: CommuniquePut | CommuniquePutting) -> None:
    """Raises: RuleBrokenError, when a communique may not be released yet."""
    begins = put.not_before
    if begins is not None and at < begins:
        raise RuleBrokenError(f"the communique may be released from {begins:%Y-%m-%d %H:%M} UTC on")


def check_holding_line(put: CommuniquePut | CommuniquePutting) -> None:
    """Raises: RuleBrokenError, when none was put with the communique."""
    if not put.holding_line:
        raise RuleBrokenError("no holding line was agreed on with the communique")


def find(communiques: Communiques, key: CommuniqueId) -> Communique:
    """Return the communique. Raises: RuleBrokenError."""
    if key not in communiques:
        raise RuleBrokenError("no such communique was put in this caucus")
    return communiques[key]

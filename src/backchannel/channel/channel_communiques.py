"""Communiques in the mediator's channel: to whom they were put, and when they may be said."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from backchannel.channel.caucus_communiques import check_holding_line, check_time
from backchannel.channel.communique import (
    CommuniquePut,
    CommuniquePutting,
    CommuniqueRelease,
    CommuniqueReleased,
    CommuniqueTakenBack,
    CommuniqueWithdrawal,
    HoldingLine,
    HoldingLineUsed,
    OnCommunique,
)
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.names import CommuniqueId, SeatId
from backchannel.channel.rules import CommuniqueLife, Consent, Standing, check_standing, follow
from backchannel.channel.seats import may_go_to
from backchannel.channel.tellable import Tellable


@dataclass(frozen=True, slots=True, kw_only=True)
class Communique:
    """A communique on the mediator's desk."""

    putting: CommuniquePutting
    life: CommuniqueLife = CommuniqueLife.PUT


Told = CommuniquePut | CommuniqueReleased | HoldingLineUsed | CommuniqueTakenBack
Communiques = Mapping[CommuniqueId, Communique]

_TOLD_AS: Mapping[
    type[OnCommunique],
    type[CommuniqueReleased] | type[HoldingLineUsed] | type[CommuniqueTakenBack],
] = {
    CommuniqueRelease: CommuniqueReleased,
    HoldingLine: HoldingLineUsed,
    CommuniqueWithdrawal: CommuniqueTakenBack,
}


def enter(communiques: dict[CommuniqueId, Communique], entry: OnCommunique) -> None:
    """Enter what `may` has let pass."""
    if isinstance(entry, CommuniquePutting):
        communiques[entry.communique] = Communique(putting=entry)
        return
    old = communiques[entry.communique]
    life = follow(old.life, _TOLD_AS[type(entry)])
    communiques[entry.communique] = replace(old, life=life)


def tell(channel: Tellable, entry: OnCommunique) -> dict[SeatId, Told]:
    """Return what each seat is told."""
    if isinstance(entry, CommuniquePutting):
        return {
            seat: CommuniquePut(
                at=entry.at,
                seen=channel.caucuses[seat].said_count,
                communique=entry.communique,
                text=entry.text,
                credit=entry.credit,
                holding_line=entry.holding_line,
                not_before=entry.not_before,
            )
            for seat in entry.seats
        }
    kind = _TOLD_AS[type(entry)]
    return {
        seat: kind(at=entry.at, seen=channel.caucuses[seat].said_count, communique=entry.communique)
        for seat in channel.communiques[entry.communique].putting.seats
    }


def may(
    communiques: Communiques, channel: Tellable, entry: OnCommunique, standing: Standing
) -> None:
    """Raises: RuleBrokenError."""
    if isinstance(entry, CommuniquePutting):
        if entry.communique in communiques:
            raise RuleBrokenError("there is a communique with this id already")
        check_standing(standing, CommuniquePut)
        for seat in entry.seats:
            may_go_to(channel, seat)
        return
    if entry.communique not in communiques:
        raise RuleBrokenError("there is no such communique in this channel; put it first")
    known = communiques[entry.communique]
    follow(known.life, _TOLD_AS[type(entry)])
    if isinstance(entry, CommuniqueRelease | HoldingLine):
        _check_consent(channel, known.putting)
    if isinstance(entry, CommuniqueRelease):
        check_time(entry.at, known.putting)
    if isinstance(entry, HoldingLine):
        check_holding_line(known.putting)


def _check_consent(channel: Tellable, putting: CommuniquePutting) -> None:
    missing = [
        channel.seats[seat].name
        for seat in putting.seats
        if channel.caucuses[seat].communiques[putting.communique].consent is not Consent.AGREED
    ]
    if missing:
        raise RuleBrokenError(
            f"not all agree to the communique (missing: {', '.join(missing)}): nothing of it is "
            "said before they do"
        )

"""Rounds in the mediator's channel: who was called, who came, what was made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.names import RoundId, SeatId
from backchannel.channel.rounds import (
    OnRound,
    RoundCall,
    RoundCalled,
    RoundCancel,
    RoundCancelled,
    RoundHeld,
)
from backchannel.channel.rules import RoundLife, Standing, check_standing, follow
from backchannel.channel.seats import may_go_to
from backchannel.channel.tellable import HasCount, Tellable


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round as last called, and how it went."""

    call: RoundCall
    life: RoundLife = RoundLife.CALLED
    held: RoundHeld | None = None


Rounds = Mapping[RoundId, Round]


def enter(rounds: dict[RoundId, Round], entry: RoundCall | RoundCancel | RoundHeld) -> None:
    """Enter what `may` has let pass."""
    key = entry.round
    if isinstance(entry, RoundCall):
        rounds[key] = replace(rounds[key], call=entry) if key in rounds else Round(call=entry)
    elif isinstance(entry, RoundCancel):
        rounds[key] = replace(rounds[key], life=RoundLife.CANCELLED)
    else:
        rounds[key] = replace(rounds[key], held=entry)


def tell(channel: Tellable, entry: OnRound) -> dict[SeatId, RoundCalled | RoundCancelled]:
    """Return what each seat with a desk is told: of its own invitation and no other."""
    match entry:
        case RoundCall():
            calls = {
                seat: _called(entry, channel.caucuses[seat])
                for seat in entry.seats
                if channel.caucuses[seat].welcome is not None
            }
            # Told again of what has not moved, a party would learn that others were called, too.
            return {
                seat: call
                for seat, call in calls.items()
                if not _knows(channel.caucuses[seat], call)
            }
        case RoundCancel(text=text):
            return {
                seat: RoundCancelled(
                    at=entry.at, seen=caucus.said_count, round=entry.round, text=text
                )
                for seat, caucus in channel.caucuses.items()
                if entry.round in caucus.rounds
            }
        case _:  # who came, and what was made of it, is told to nobody
            return {}


def _called(entry: RoundCall, caucus: HasCount) -> RoundCalled:
    return RoundCalled(
        at=entry.at,
        seen=caucus.said_count,
        round=entry.round,
        begins=entry.begins,
        place=entry.place,
        text=entry.text,
    )


def _knows(caucus: HasCount, call: RoundCalled) -> bool:
    known = caucus.rounds.get(call.round)
    return known is not None and call == replace(known.called, at=call.at, seen=call.seen)


def may(rounds: Rounds, channel: Tellable, entry: OnRound, standing: Standing) -> None:
    """Raises: RuleBrokenError."""
    known = rounds.get(entry.round)
    if isinstance(entry, RoundCall):
        _may_call(channel, entry, standing)
        if known is not None:
            _may_move(channel, entry, known)
    elif known is None:
        raise RuleBrokenError("there is no such round in this channel; call it first")
    elif isinstance(entry, RoundCancel):
        follow(known.life, RoundCancelled)
        if known.held is not None:
            raise RuleBrokenError("the round was held: it cannot be cancelled any more")
    elif known.life is RoundLife.CANCELLED:
        raise RuleBrokenError("the round was cancelled: it was not held")


def _may_call(channel: Tellable, entry: RoundCall, standing: Standing) -> None:
    check_standing(standing, RoundCalled)
    for seat in entry.seats:
        may_go_to(channel, seat)
        if entry.begins <= entry.at and channel.caucuses[seat].welcome is not None:
            raise RuleBrokenError(
                f"the round would have begun already, and {channel.seats[seat].name} would be "
                "called to it now; name a time to come"
            )


def _may_move(channel: Tellable, entry: RoundCall, known: Round) -> None:
    follow(known.life, RoundCalled)
    if known.held is not None:
        raise RuleBrokenError("the round was held: call another one")
    left = [s for s in known.call.seats if s not in entry.seats and not channel.seats[s].closed]
    if left:
        names = ", ".join(channel.seats[seat].name for seat in left)
        raise RuleBrokenError(
            f"a round is moved for all who were called ({names} is left out); cancel it to call "
            "others to another one"
        )

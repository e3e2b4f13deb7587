"""Rounds in a caucus: when and where the mediator meets this party, and whether it comes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.history import History, at_seen
from backchannel.channel.names import RoundId
from backchannel.channel.rounds import RoundAnswered, RoundCalled, RoundCancelled
from backchannel.channel.rules import RoundLife, follow


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round as last called, and the party's last answer."""

    called: RoundCalled
    lives: History[RoundLife]
    answer: RoundAnswered | None = None

    @property
    def life(self) -> RoundLife:
        """What has become of it, as last told."""
        return self.lives[-1][1]

    @property
    def standing_answer(self) -> RoundAnswered | None:
        """The answer, if it is to the round as it was last called and not to one moved since."""
        since = self.lives[-1][0]
        return self.answer if self.answer is not None and self.answer.seen >= since else None


Rounds = Mapping[RoundId, Round]


def enter_said(rounds: dict[RoundId, Round], event: RoundAnswered) -> None:
    """Enter the party's answer."""
    rounds[event.round] = replace(rounds[event.round], answer=event)


def enter_told(
    rounds: dict[RoundId, Round], event: RoundCalled | RoundCancelled, number: int
) -> None:
    """Enter what the party is told, the mediator's event of this number."""
    if isinstance(event, RoundCalled) and event.round not in rounds:
        rounds[event.round] = Round(called=event, lives=((number, RoundLife.CALLED),))
        return
    old = rounds[event.round]
    lives = (*old.lives, (number, follow(old.life, type(event))))
    called = event if isinstance(event, RoundCalled) else old.called
    rounds[event.round] = replace(old, called=called, lives=lives)


def may_say(rounds: Rounds, event: RoundAnswered) -> None:
    """Raises: RuleBrokenError."""
    life = at_seen(find(rounds, event.round).lives, event.seen)
    if life is not RoundLife.CALLED:
        raise RuleBrokenError("the round was cancelled: there is nothing to come to")


def may_tell(rounds: Rounds, event: RoundCalled | RoundCancelled) -> None:
    """Raises: RuleBrokenError."""
    if isinstance(event, RoundCancelled) or event.round in rounds:
        follow(find(rounds, event.round).life, type(event))


def find(rounds: Rounds, key: RoundId) -> Round:
    """Return the round. Raises: RuleBrokenError."""
    if key not in rounds:
        raise RuleBrokenError("no such round was called in this caucus")
    return rounds[key]

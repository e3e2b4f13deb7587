"""The order of least exposure: first the greatest exposure, then the stake, then the rounds.

Exact with a proof, or with a bound and so a gap. Of all orders that keep the conditions, those
whose greatest exposure of any side at any moment is least; of these, those that need the least
stake; of these, those in which a side waits for another the fewest times. Never worse than the
present order, if that keeps the conditions, nor than the rule of thumb.

Two sides' points have no common scale. In `POINTS` the plan claims one (say whose); in `SHARE` each
side's exposure is a share of all that this side is to receive. Ranges count at their middle or, for
the most cautious reading, at their unfavourable end.

>>> from backchannel.channel.steps import Category, Step
>>> from backchannel.plan.amounts import amount
>>> from backchannel.plan.model import Value
>>> names = (("s1", "North"), ("s2", "North"), ("s3", "South"))
>>> steps = tuple(Step(id=name, actor=side, action="acts", category=Category.OTHER,
...                    beneficiary="South" if side == "North" else "North")
...               for name, side in names)
>>> plan = Plan(name="swap", sides=("North", "South"), steps=steps,
...             side_of={"North": "North", "South": "South"},
...             values={name: Value(cost=amount(2), worth=amount(3)) for name, _ in names})
>>> found = least_exposure(plan)
>>> found.order, int(found.best.greatest), found.proved, int(found.present.greatest)
((('s1',), ('s3',), ('s2',)), 2, True, 4)

Source: exposure and stake, Sandholm and Lesser (1995); docs/adr/0017-order-of-least-exposure.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction

from backchannel.plan.course import Condition, Course, Kind, broken, course
from backchannel.plan.greedy import greedy
from backchannel.plan.least import least
from backchannel.plan.measure import By, Measure, Scales, Standing, scales
from backchannel.plan.model import Order, Plan
from backchannel.plan.reach import Effort
from backchannel.plan.rounds import fewest
from backchannel.plan.task import Task, Track, whole

_PART = 0.7  # of the seconds left, for each goal but the last


class Goal(Enum):
    """What is made least, in this order."""

    EXPOSURE = "greatest exposure"
    STAKE = "stake"
    ROUNDS = "rounds"


Progress = Callable[[Goal, Fraction, Fraction], bool]  # best and bound -> whether to go on


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """An order, what it comes to, and what no order stays below.

    `present`: what the present order comes to; None if it takes events apart. `present_breaks`: the
    conditions it does not keep (the planned days may contradict them); it is no order to start from
    then. `dropped`: the bargained conditions that the order does not keep. Exposures and stakes are
    points, or shares of what a side receives: see `measure`.
    """

    order: Order
    best: Standing
    bound: Fraction
    stake_bound: Fraction
    rounds_bound: int
    present: Standing | None
    present_breaks: tuple[Condition, ...]
    dropped: tuple[Condition, ...]
    measure: Measure
    by: By

    @property
    def proved(self) -> bool:
        """Whether no order has a lower greatest exposure."""
        return self.bound >= self.best.greatest

    @property
    def stake_proved(self) -> bool:
        """Whether no order that exposes nobody more needs a lower stake."""
        return self.proved and self.stake_bound >= self.best.stake

    @property
    def rounds_proved(self) -> bool:
        """Whether no order that comes to as much has fewer rounds."""
        return self.stake_proved and self.rounds_bound >= self.best.rounds


@dataclass(slots=True, kw_only=True)
class _Watch:
    """The seconds left for the whole search, and who is told of it."""

    left: float
    progress: Progress
    stopped: bool = False

    def pursue(
        self, task: Task, known: tuple[int, ...], goal: Goal, part: float
    ) -> tuple[tuple[int, ...], Fraction]:
        """Return the best order for a goal, and a height that none stays below."""
        effort, best = self.effort(part), [Fraction(0), Fraction(0)]

        def told(height: int, low: int) -> None:
            best[:] = Fraction(height) / task.factor, Fraction(low) / task.factor

        effort.go_on = lambda: self._go_on(goal, *best)
        began = effort.left
        found = least(task, known, effort, told)
        self.left -= began - max(effort.left, 0.0)
        self._go_on(goal, *best)
        return found.places, Fraction(found.bound) / task.factor

    def effort(self, part: float) -> Effort:
        """Return a part of the seconds left; none after a stop."""
        return Effort(0.0 if self.stopped else self.left * part)

    def rounds(self, known: int) -> Effort:
        """Return all seconds that are left, for rounds; the search tells no bound on its way."""
        effort = self.effort(1.0)
        effort.go_on = lambda: self._go_on(Goal.ROUNDS, Fraction(known), Fraction(0))
        return effort

    def _go_on(self, goal: Goal, best: Fraction, bound: Fraction) -> bool:
        self.stopped = self.stopped or not self.progress(goal, best, bound)
        return not self.stopped


def least_exposure(
    plan: Plan,
    *,
    drop: bool = False,
    measure: Measure = Measure.POINTS,
    by: By = By.MIDDLE,
    time_limit: float = 20.0,
    progress: Progress | None = None,
    present: Order | None = None,
    done: Sequence[str] = (),
    until: Goal = Goal.ROUNDS,
) -> Ordered:
    """Return the order that exposes nobody more than it must.

    Args:
        plan: the steps; what a side merely reads into the text is not looked at.
        drop: leave out the conditions that were bargained; needs and fixed pairs stay.
        measure: in what the exposures of several sides are compared.
        by: what a range counts as.
        time_limit: seconds, as the search counts its work and the solver its time.
        progress: told of every layer; the search ends when it says no.
        present: the order to compare with; the planned one if None.
        done: the steps that were done already, in their order; the rest is ordered from there.
        until: the last goal that is pursued.

    Raises:
        InfeasibleError: the conditions contradict one another.
        MalformedError: `done` is no list of steps of the plan.
    """
    way = course(plan, drop=drop, done=done)
    scale = scales(plan, way, measure, by)
    present = plan.planned if present is None else present
    now = way.places(present)
    start = now if now is not None and way.keeps(now) else None
    watch = _Watch(left=time_limit, progress=progress or (lambda *_: True))
    best, bounds, few = _search(way, scale, (start, until), watch)
    order = way.order(best)
    reached = scale.standing(best)
    return Ordered(
        order=order,
        best=reached,
        bound=min(reached.greatest, bounds[0]),
        stake_bound=min(reached.stake, bounds[1]),
        rounds_bound=few,
        present=None if now is None else scale.standing(now),
        present_breaks=() if now is None else _broken(plan, present, drop=drop, done=done),
        dropped=_broken(plan, order, drop=False, done=done),
        measure=measure,
        by=by,
    )


def _broken(plan: Plan, order: Order, *, drop: bool, done: Sequence[str]) -> tuple[Condition, ...]:
    """Return the conditions that an order does not keep; what was done broke none that holds."""
    return tuple(
        each
        for each in broken(plan, order)
        if each.then not in done and not (drop and each.kind is Kind.BARGAINED)
    )


def _search(
    way: Course, scale: Scales, want: tuple[tuple[int, ...] | None, Goal], watch: _Watch
) -> tuple[tuple[int, ...], tuple[Fraction, Fraction], int]:
    """Return an order, bounds of its greatest exposure and stake, and one of its rounds."""
    now, until = want
    task = whole(way.before, scale.tracks)
    known = [greedy(task), *([] if now is None else [now])]
    best = min(known, key=lambda each: scale.standing(each).key)
    found, bound = watch.pursue(task, best, Goal.EXPOSURE, _PART)
    best = min(best, found, key=lambda each: scale.standing(each).key)
    if until is Goal.EXPOSURE:
        return best, (bound, Fraction(0)), 0
    caps = _capped(scale.tracks, scale.standing(best).greatest)
    task = whole(way.before, (*caps, *scale.temptations))
    found, stake_bound = watch.pursue(task, best, Goal.STAKE, _PART)
    best = min(best, found, key=lambda each: scale.standing(each).key)
    if until is Goal.STAKE:
        return best, (bound, stake_bound), 0
    reached = scale.standing(best)
    floors = _capped(scale.temptations, reached.stake)
    few = fewest(
        whole(way.before, (*caps, *floors)), scale.hands, best, watch.rounds(reached.rounds)
    )
    best = min(best, few.places, key=lambda each: scale.standing(each).key)
    return best, (bound, stake_bound), few.bound


def _capped(tracks: Sequence[Track], cap: Fraction) -> tuple[Track, ...]:
    return tuple(replace(track, cap=cap) for track in tracks)

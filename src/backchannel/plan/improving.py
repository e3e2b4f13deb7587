"""The single change to a plan that helps most, then the next: each in a sentence with its figures.

Three kinds of changes move exposure: a step is split in two equal parts, two steps of different
sides become one event, what a step gives is put into escrow and released against a step of another
side. Of each plan changed so, the order of least exposure is found again; the change after which
the greatest exposure is least, then the stake, is taken, and from there the next. Pairs are tried
where one of the two stands where some side's exposure is greatest or least.

What can be split and what can be deposited is a rule of thumb by category; so is the equal split.

A verifier or a date moves no exposure. How often such steps were done is another unit: see
`assurances`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from itertools import combinations, islice

from backchannel.channel.steps import Category, Step
from backchannel.plan.errors import PlanError
from backchannel.plan.measure import By, Measure
from backchannel.plan.model import Order, Plan, Value
from backchannel.plan.order import Goal, Ordered, least_exposure
from backchannel.plan.redrafting import escrowed, joined, split

DIVISIBLE = frozenset(
    {
        *(Category.FUNDS, Category.PRISONER, Category.WITHDRAWAL, Category.SANCTIONS),
        *(Category.NUCLEAR, Category.AID),
    }
)
DEPOSITABLE = frozenset({Category.FUNDS, Category.NUCLEAR, Category.AID})
HOLDER = "a depositary whom both sides trust"
MOST = 400  # changes looked at for each improvement


class Way(Enum):
    """What is changed."""

    SPLIT = "split"
    JOIN = "one event"
    ESCROW = "escrow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """One change, the plan with it, and the best order before and after."""

    way: Way
    steps: tuple[str, ...]
    plan: Plan
    before: Ordered
    after: Ordered
    sentence: str


Progress = Callable[[int, int], bool]  # changes looked at, of how many -> whether to go on


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """A change that may help, and in words what it does."""

    way: Way
    steps: tuple[str, ...]
    words: str

    def made(self, plan: Plan) -> Plan:
        """Return the plan with it. Raises: MalformedError."""
        if self.way is Way.SPLIT:
            return split(plan, self.steps[0], 2)
        one, other = self.steps
        if self.way is Way.JOIN:
            return joined(plan, one, other)
        return escrowed(plan, one, other, HOLDER)


def improve(
    plan: Plan,
    *,
    drop: bool = False,
    measure: Measure = Measure.POINTS,
    by: By = By.MIDDLE,
    most: int = 3,
    seconds: float = 0.5,
    progress: Progress | None = None,
) -> tuple[Improvement, ...]:
    """Return the changes that help most, one after another; none that does not help.

    Args:
        plan: the steps.
        drop: leave out the conditions that were bargained.
        measure: in what the exposures of several sides are compared.
        by: what a range counts as.
        most: how many changes, one after another.
        seconds: for the best order of each changed plan, as `least_exposure` counts them.
        progress: told of every change that is looked at; the search ends when it says no.

    Raises:
        InfeasibleError: the conditions contradict one another.
    """

    def ordered(changed: Plan) -> Ordered:
        return least_exposure(
            changed, drop=drop, measure=measure, by=by, time_limit=seconds, until=Goal.STAKE
        )

    made: list[Improvement] = []
    now, going = ordered(plan), _Going(progress or (lambda *_: True))
    while len(made) < most and going.on:
        best = _best(plan, now, ordered, going)
        if best is None:
            break
        made.append(best)
        plan, now = best.plan, best.after
    return tuple(made)


@dataclass(slots=True)
class _Going:
    """Whether to go on, as the caller last said."""

    progress: Progress
    on: bool = True


def _best(
    plan: Plan, now: Ordered, ordered: Callable[[Plan], Ordered], going: _Going
) -> Improvement | None:
    best: Improvement | None = None
    changes = list(islice(_changes(plan, now), MOST))
    for number, change in enumerate(changes):
        going.on = going.on and going.progress(number, len(changes))
        if not going.on:
            break
        try:
            changed = change.made(plan)
            after = ordered(changed)
        except PlanError:
            continue  # an event that would wait for itself, or a part that is no amount
        if _key(after) < _key(now if best is None else best.after):
            best = Improvement(
                way=change.way,
                steps=change.steps,
                plan=changed,
                before=now,
                after=after,
                sentence=f"{change.words}: {figures(now, after)}.",
            )
    return best


def _key(found: Ordered) -> tuple[Fraction, Fraction]:
    return found.best.greatest, found.best.stake


def _changes(plan: Plan, now: Ordered) -> Iterator[_Change]:
    """Yield what may help: a step that is split, then pairs, at least one where it is worst."""
    worst = _worst(plan, now)
    for event in now.order:
        for each in event:
            step = plan.by_id[each]
            if step.category in DIVISIBLE and not step.simultaneous_with and _counts(plan, each):
                yield _Change(
                    way=Way.SPLIT,
                    steps=(each,),
                    words=f"Do {_named(step)} in two equal parts, other steps between them",
                )
    for one, other in combinations(now.order, 2):
        givers = (_givers(plan, one), _givers(plan, other))
        if (one in worst or other in worst) and all(givers) and givers[0] != givers[1]:
            yield from _of_pair(plan, _foremost(plan, one), _foremost(plan, other))


def _of_pair(plan: Plan, one: str, other: str) -> Iterator[_Change]:
    first, second = plan.by_id[one], plan.by_id[other]
    yield _Change(
        way=Way.JOIN,
        steps=(one, other),
        words=f"Make {_named(first)} and {_named(second)} one event, so that nobody goes first",
    )
    for step, against in ((first, second), (second, first)):
        if step.category in DEPOSITABLE and not step.simultaneous_with:
            yield _Change(
                way=Way.ESCROW,
                steps=(step.id, against.id),
                words=f"Have what {_named(step)} gives deposited with {HOLDER} beforehand, and "
                f"released in one event with {_named(against)}",
            )


def _worst(plan: Plan, now: Ordered) -> Order:
    """Return the events after which the greatest exposure or stake is reached, and the next."""
    moves, found = plan.moves(now.order), set[int]()
    for side in plan.sides:
        at, heights = Fraction(0), [Fraction(0)]
        for move in moves:
            at += now.by.of(move.changes[side])
            heights.append(at)
        greatest, least = max(heights), min(heights)
        for number, height in enumerate(heights):
            if height in {greatest, least}:
                found |= {number - 1, number}
    return tuple(now.order[number] for number in sorted(found) if 0 <= number < len(moves))


def _counts(plan: Plan, chosen: str) -> bool:
    value = plan.values.get(chosen)
    return value is not None and (value.cost.high > 0 or value.worth.high > 0)


def _givers(plan: Plan, event: tuple[str, ...]) -> set[str | None]:
    return {plan.giver(plan.by_id[each]) for each in event} - {None}


def _foremost(plan: Plan, event: tuple[str, ...]) -> str:
    """Return the step by which an event is named: of those a side does, the one that costs most."""
    given = (each for each in event if plan.giver(plan.by_id[each]) is not None)
    return max(given, key=lambda each: plan.values.get(each, Value()).cost.high)


def _named(step: Step) -> str:
    return f"{step.id} ({step.actor} {step.action})"


def figures(before: Ordered, after: Ordered) -> str:
    """Return in words what two orders come to: greatest exposure and stake."""
    return "; ".join(
        f"{what} {_moved(one, two, after.measure)}"
        for what, one, two in (
            ("the greatest exposure", before.best.greatest, after.best.greatest),
            ("the stake", before.best.stake, after.best.stake),
        )
    )


def _moved(one: Fraction, two: Fraction, measure: Measure) -> str:
    if one == two:
        return f"stays at {told(one, measure)}"
    return f"{'falls' if two < one else 'rises'} from {told(one, measure)} to {told(two, measure)}"


def told(value: Fraction, measure: Measure) -> str:
    """Return a figure as it is said.

    >>> told(Fraction(5, 2), Measure.POINTS), told(Fraction(1, 3), Measure.SHARE)
    ('2.5', '33.3 %')
    """
    if measure is Measure.POINTS:
        return f"{float(value):.4g}"
    return f"{100 * float(value):.3g} %"

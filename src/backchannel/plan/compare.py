"""Planned against actual: how late each step was, and how far each side was exposed in the end.

The actual order has the steps that were done, by day; those of one event that were done on one day
are one event in it too. It ends where nothing more was done: how far a side is exposed then is what
it had given for nothing received.

Promises: a step without an agreed day, or not done, has no slip and counts in no median.

>>> from backchannel.channel.steps import Category, Step
>>> frees = Step(id="s1", actor="North", action="frees ten", beneficiary="South",
...              category=Category.PRISONER, planned=date(2026, 3, 2))
>>> plan = Plan(name="swap", sides=("North", "South"), side_of={"North": "North"}, steps=(frees,))
>>> record = Record(done={"s1": date(2026, 3, 9)}, broke_at=None, status="done", why="")
>>> compare(plan, record).slips[0].days
7

Source: exposure, Sandholm and Lesser (1995); the cases' records are those of `cases`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from statistics import median

from backchannel.channel.steps import Step
from backchannel.plan.balance import balance
from backchannel.plan.days import agreed_day
from backchannel.plan.exposure import Curve, Peak, curve, exposure
from backchannel.plan.model import Change, Order, Plan
from backchannel.plan.real import Record
from backchannel.plan.reports import Reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One step: when it was due and when it was done. `days`: how much later; below 0, earlier."""

    step: Step
    due: date | None
    done: date | None

    @property
    def days(self) -> int | None:
        """Days between the two; None where one is missing."""
        return None if self.due is None or self.done is None else (self.done - self.due).days


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorSlips:
    """What one actor owed: how many steps, how many were done, and how late in days."""

    actor: str
    owed: int
    done: int
    days: tuple[int, ...]

    @property
    def median(self) -> Fraction | None:
        """The middle of the slips; None if there are none."""
        return median(map(Fraction, self.days)) if self.days else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SideCompared:
    """A side's exposure, planned and actual.

    `planned`, `actual`: the worst, with the steps after which it is reached. `end`: where history
    left it. `agreed_then`: where it would have stood on that day if all had been done on its day.
    """

    side: str
    planned: Peak
    planned_after: tuple[str, ...]
    actual: Peak
    actual_after: tuple[str, ...]
    end: Change
    agreed_then: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A plan and what became of it. `last`: the day of the last step that was done, if any was."""

    slips: tuple[Slip, ...]
    actors: tuple[ActorSlips, ...]
    history: Order
    sides: Mapping[str, SideCompared]
    last: date | None
    broke_at: str | None

    @property
    def median(self) -> Fraction | None:
        """The middle of all slips."""
        days = [slip.days for slip in self.slips if slip.days is not None]
        return median(map(Fraction, days)) if days else None

    @property
    def not_done(self) -> tuple[str, ...]:
        """The steps that were never done."""
        return tuple(slip.step.id for slip in self.slips if slip.done is None)

    @property
    def most_exposed(self) -> SideCompared | None:
        """Who was left most exposed, if points of one side are points of another; None: nobody."""
        found = max(self.sides.values(), key=lambda each: each.end.middle)
        return found if found.end.middle > 0 else None


def compare(plan: Plan, record: Record) -> Comparison:
    """Return how what was done compares with what was agreed."""
    slips = tuple(
        Slip(step=step, due=agreed_day(step, record.done), done=record.done.get(step.id))
        for step in plan.steps
    )
    order, last = history(plan, record), max(record.done.values(), default=None)
    return Comparison(
        slips=slips,
        actors=tuple(_actor(slips, each) for each in dict.fromkeys(s.actor for s in plan.steps)),
        history=order,
        sides={side: _side(plan, side, order, last) for side in plan.sides},
        last=last,
        broke_at=record.broke_at,
    )


def history(plan: Plan, record: Record) -> Order:
    """Return the events as they were: by day, and what was agreed as one event if on one day."""
    groups: list[list[str]] = []
    for (step,) in record.actual(plan):
        partners = plan.by_id[step].simultaneous_with
        day = record.done[step]
        joined = next(
            (
                group
                for group in groups
                if record.done[group[0]] == day and set(partners) & set(group)
            ),
            None,
        )
        if joined is None:
            groups.append([step])
        else:
            joined.append(step)
    return tuple(tuple(group) for group in groups)


def _actor(slips: Iterable[Slip], actor: str) -> ActorSlips:
    own = [slip for slip in slips if slip.step.actor == actor]
    return ActorSlips(
        actor=actor,
        owed=len(own),
        done=sum(slip.done is not None for slip in own),
        days=tuple(slip.days for slip in own if slip.days is not None),
    )


def _side(plan: Plan, side: str, order: Order, last: date | None) -> SideCompared:
    planned = exposure(plan)
    agreed = planned.sides[side].worst
    went = _went(plan, side, order)
    end = went.end
    return SideCompared(
        side=side,
        planned=agreed,
        planned_after=planned.event(agreed.at),
        actual=went.peak,
        actual_after=order[went.peak.at - 1] if went.peak.at else (),
        end=Change(end.low, end.high),
        agreed_then=balance(plan, Reports(on=last or date.min))[side].agreed,
    )


def _went(plan: Plan, side: str, order: Order) -> Curve:
    moves = ([plan.change(plan.by_id[each])[side] for each in event] for event in order)
    return curve(
        Change(sum((c.low for c in move), Fraction(0)), sum((c.high for c in move), Fraction(0)))
        for move in moves
    )

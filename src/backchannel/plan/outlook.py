"""What delays do to the exposures that are still to come, and which steps are still safe to take.

A step is safe for the side that takes it if that side, as it sees its exposure itself, stays within
its cap: the worst that the plan as agreed ever asks of it, unless another cap is given. A step that
does not raise the exposure of its side is always safe. Where a step is one event with others, it
can be safe with them and not without them.

A delay can end in never. Then all that waits for the step does not happen either, and all the rest
does, on the earliest days that are left: how far each side would be exposed at the worst from today
is what the delay puts at risk.

Promises: ranges count at their unfavourable end; a plan that is kept to the letter, event by event,
is safe at each of its steps.

Source: exposure and its cap, Sandholm and Lesser (1995).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from backchannel.channel.steps import Step, events
from backchannel.plan.balance import balance
from backchannel.plan.exposure import exposure
from backchannel.plan.model import Plan
from backchannel.plan.reports import Reports
from backchannel.plan.status import State, Status, StepStatus, held_up, status


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """What taking a step would mean for the side that takes it, in points.

    `before`: its exposure now. `alone`: if it takes this step and nothing else happens. `together`:
    if all that is left of the event of the step happens, which are the `partners` too. `cap`: how
    far it may be exposed.
    """

    step: Step
    side: str
    partners: tuple[str, ...]
    before: Fraction
    alone: Fraction
    together: Fraction
    cap: Fraction

    @property
    def safe_alone(self) -> bool:
        """Whether it can be taken by itself."""
        return self.alone <= max(self.cap, self.before)

    @property
    def safe(self) -> bool:
        """Whether it can be taken as it was agreed: with the other steps of its event."""
        return self.together <= max(self.cap, self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """A step that is late, and what that means by side, in points.

    `missing`: by how much more it is exposed for now (below 0: less). `if_never`: its worst
    exposure from today on if the step is never done. `as_agreed`: the worst of the plan as agreed.
    """

    late: StepStatus
    missing: Mapping[str, Fraction]
    if_never: Mapping[str, Fraction]
    as_agreed: Mapping[str, Fraction]

    @property
    def days(self) -> int:
        """How long it is overdue, or will be as its actor says."""
        return self.late.days_late or self._announced

    @property
    def _announced(self) -> int:
        due, first = self.late.due, self.late.earliest
        return (first - due).days if due and first else 0


def caps_of(plan: Plan) -> dict[str, Fraction]:
    """Return for each side the worst that the plan as agreed asks of it; events stay together."""
    return {side: each.worst.high for side, each in exposure(plan).sides.items()}


def safeties(
    plan: Plan, reports: Reports, caps: Mapping[str, Fraction] | None = None
) -> tuple[Safety, ...]:
    """Return what each step means that a side can take now. `caps`: by side, in points.

    Raises: MalformedError, if a report names no step of the plan.
    """
    found = status(plan, reports)
    limits = caps_of(plan) | dict(caps or {})
    at = {side: each.own.high for side, each in balance(plan, reports).items()}
    told = []
    for step in (each.step for each in found.steps if each.state is State.READY):
        side = plan.giver(step)
        if side is not None:
            event = _left(next(e for e in events(plan.steps) if step in e), found)
            both = plan.move(event).changes[side].high
            told.append(
                Safety(
                    step=step,
                    side=side,
                    partners=tuple(each.id for each in event if each is not step),
                    before=at[side],
                    alone=at[side] + plan.change(step)[side].high,
                    together=at[side] + both,
                    cap=limits[side],
                )
            )
    return tuple(told)


def delays(plan: Plan, reports: Reports) -> tuple[Delay, ...]:
    """Return the steps that are overdue, or announced late, with what that puts at risk.

    Raises: MalformedError, if a report names no step of the plan.
    """
    found = status(plan, reports)
    late = [*found.overdue]
    late += [e for e in found.steps if e.step.id in reports.late and e not in late]
    agreed = caps_of(plan)
    return tuple(
        Delay(
            late=each,
            missing=_missing(plan, each),
            if_never=_if_never(plan, reports, found, each.step.id),
            as_agreed=agreed,
        )
        for each in late
    )


def _if_never(plan: Plan, reports: Reports, found: Status, never: str) -> dict[str, Fraction]:
    gone = {never, *held_up(plan, never)}
    at = {side: each.own for side, each in balance(plan, reports).items()}
    worst = {side: change.high for side, change in at.items()}
    for event in _to_come(plan, found):
        for side, change in plan.move(s for s in event if s.id not in gone).changes.items():
            at[side] = at[side] + change
            worst[side] = max(worst[side], at[side].high)
    return worst


def _missing(plan: Plan, late: StepStatus) -> dict[str, Fraction]:
    changes = {side: -change.middle for side, change in plan.change(late.step).items()}
    giver = plan.giver(late.step)
    if giver is not None and late.state is State.DISPUTED:
        changes[giver] = Fraction(0)  # it has given, as it sees it
    return changes


def _to_come(plan: Plan, found: Status) -> list[tuple[Step, ...]]:
    """Return what is left of each event, by its earliest day; what has no day agreed is last."""

    def moment(event: tuple[Step, ...]) -> tuple[bool, date]:
        own = [found.by_id[step.id] for step in event]
        return not any(each.due for each in own), own[0].earliest or found.on

    left = [_left(event, found) for event in events(plan.steps)]
    return sorted((event for event in left if event), key=moment)


def _left(event: tuple[Step, ...], found: Status) -> tuple[Step, ...]:
    """Return what is still to come of an event; not what is disputed, or it would count twice."""
    to_come = (State.READY, State.WAITING)
    return tuple(step for step in event if found.by_id[step.id].state in to_come)

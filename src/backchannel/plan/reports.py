"""What was reported of a plan: steps done, steps announced late, and steps that are disputed.

A step is disputed if its giver says that it is done and who was to have it says that it is not.
Nobody decides here who is right: the giver has given, the other has not received.

Promises: nothing is done after the day on which the reports are read, and every step is known.

>>> Reports(on=date(2026, 3, 9), done={"s1": date(2026, 3, 10)})
Traceback (most recent call last):
...
backchannel.plan.errors.MalformedError: done: s1 was done on 2026-03-10, which is after \
2026-03-09, the day on which this is told; give a later day, or leave it out
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from backchannel.plan.errors import MalformedError
from backchannel.plan.model import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """What is known on a day. `late`: the day on which a step will be done, as its actor says."""

    on: date
    done: Mapping[str, date] = field(default_factory=dict)
    late: Mapping[str, date] = field(default_factory=dict)
    disputed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        for step, day in self.done.items():
            if day > self.on:
                raise MalformedError(
                    f"done: {step[:60]} was done on {day}, which is after {self.on}, the day on "
                    "which this is told; give a later day, or leave it out"
                )
        if both := sorted(self.late.keys() & (self.done.keys() | self.disputed)):
            raise MalformedError(
                f"late: {both[0][:60]} is told to be done as well; leave out one of the two"
            )

    @property
    def settled(self) -> dict[str, date]:
        """The steps that are done and that nobody disputes."""
        return {step: day for step, day in self.done.items() if step not in self.disputed}

    def in_order(self, plan: Plan) -> tuple[str, ...]:
        """Return the settled steps in the order in which they were done; the plan's in a day."""
        settled, place = self.settled, {step.id: at for at, step in enumerate(plan.steps)}
        return tuple(sorted(settled, key=lambda each: (settled[each], place[each])))

    def check(self, plan: Plan) -> None:
        """Raises: MalformedError, for a step that the plan does not have."""
        named = (("done", self.done), ("late", self.late), ("disputed", self.disputed))
        for what, steps in named:
            if unknown := sorted(set(steps) - plan.by_id.keys()):
                raise MalformedError(f"{what}: there is no step {unknown[0][:60]!r} in the plan")


def so_far(done: Mapping[str, date], on: date) -> dict[str, date]:
    """Return what was done by the end of a day: a record as it was known then."""
    return {step: day for step, day in done.items() if day <= on}

"""How far each side is exposed on a day, by what is done; and how far it would be as agreed.

Where a step is disputed there are two answers, and both are shown. As a side itself sees it, what
it says it gave is given, and what it disputes is not received. As the others see it, the other way
round. Where nothing is disputed both are the same.

>>> from datetime import date
>>> from backchannel.channel.steps import Category, Step
>>> from backchannel.plan.amounts import amount
>>> from backchannel.plan.model import Value
>>> frees = Step(id="s1", actor="North", action="frees ten", beneficiary="South",
...              category=Category.PRISONER, planned=date(2026, 3, 2))
>>> plan = Plan(name="swap", sides=("North", "South"), side_of={"North": "North"}, steps=(frees,),
...             values={"s1": Value(cost=amount(3), worth=amount(4))})
>>> reports = Reports(on=date(2026, 3, 2), disputed=frozenset({"s1"}))
>>> north, south = balance(plan, reports)["North"], balance(plan, reports)["South"]
>>> int(north.own.middle), int(north.others.middle), int(south.own.middle), int(south.agreed.middle)
(3, 0, 0, -4)

Source: exposure as cost given less worth received, Sandholm and Lesser (1995).
"""

from dataclasses import dataclass

from backchannel.channel.steps import Step
from backchannel.plan.days import due_days
from backchannel.plan.model import Change, Plan
from backchannel.plan.reports import Reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """One side's exposure on a day.

    `own`: as it sees it; `others`: as they do; `agreed`: if all had been done on the days agreed.
    """

    side: str
    own: Change
    others: Change
    agreed: Change

    @property
    def disputed(self) -> bool:
        """Whether it hangs on a dispute."""
        return self.own != self.others


def balance(plan: Plan, reports: Reports) -> dict[str, Balance]:
    """Return each side's exposure on the day of the reports, in points."""
    settled = [plan.by_id[each] for each in reports.settled]
    argued = [plan.by_id[each] for each in reports.disputed]
    days = due_days(plan, {})
    due = (step for step in plan.steps if step.id in days and days[step.id] <= reports.on)
    agreed = plan.move(due).changes
    return {
        side: Balance(
            side=side,
            own=_seen(plan, side, settled, [s for s in argued if plan.giver(s) == side]),
            others=_seen(plan, side, settled, [s for s in argued if plan.giver(s) != side]),
            agreed=agreed[side],
        )
        for side in plan.sides
    }


def _seen(plan: Plan, side: str, settled: list[Step], argued: list[Step]) -> Change:
    return plan.move([*settled, *argued]).changes[side]

"""A plan: steps of two or more sides and of third parties, in the order in which they are agreed.

A step costs the side of its actor and is worth something to its beneficiary; what a third party
does is credited to its beneficiary and charged to nobody. Steps that are simultaneous are one
event. Where no value is given, a step counts for nothing, and `unvalued` names it.

>>> from backchannel.channel.steps import Category
>>> from backchannel.plan.amounts import amount
>>> frees = Step(id="s1", actor="North", action="frees ten", beneficiary="South",
...              category=Category.PRISONER)
>>> pays = Step(id="s2", actor="South", action="releases the funds", beneficiary="North",
...             category=Category.FUNDS, requires=("s1",), bargained=("s1",))
>>> plan = Plan(name="swap", sides=("North", "South"), side_of={"North": "North", "South": "South"},
...             steps=(frees, pays), values={"s1": Value(cost=amount(3), worth=amount(4))})
>>> [[float(change.low) for change in move.changes.values()] for move in plan.moves()]
[[3.0, -4.0], [0.0, 0.0]]
>>> plan.unvalued
('s2',)

Source: exposure as cost given less worth received, Sandholm and Lesser (1995), "Equilibrium
analysis of the possibilities of unenforced exchange in multiagent systems", IJCAI.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction

from backchannel.channel.plain import AccordError
from backchannel.channel.steps import Category, Step, check_plan, events
from backchannel.plan.amounts import NOTHING, Amount
from backchannel.plan.errors import MalformedError

BOTH = "both"
MAX_SIDES = 6
MIN_SIDES = 2
Order = tuple[tuple[str, ...], ...]  # the ids of steps, event by event


class Undoing(Enum):
    """Whether the giver can take a step back."""

    CAN = "can be taken back"
    PARTLY = "can be taken back in part"
    CANNOT = "cannot be taken back"


# What is supposed where a plan does not say: a rule of thumb, shown as such.
_USUALLY: Mapping[Category, Undoing] = {
    Category.CEASEFIRE: Undoing.CAN,
    Category.PRISONER: Undoing.CANNOT,
    Category.FUNDS: Undoing.CANNOT,
    Category.SANCTIONS: Undoing.CAN,
    Category.WITHDRAWAL: Undoing.PARTLY,
    Category.NUCLEAR: Undoing.PARTLY,
    Category.AID: Undoing.CANNOT,
    Category.RECOGNITION: Undoing.PARTLY,
    Category.LEGISLATION: Undoing.PARTLY,
    Category.VERIFICATION: Undoing.CAN,
    Category.ESCROW: Undoing.CAN,
    Category.OTHER: Undoing.PARTLY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What a step costs its giver and is worth to each receiver.

    `loss`: what stays lost to the giver if it takes the step back; None where it was not told.
    """

    cost: Amount = NOTHING
    worth: Amount = NOTHING
    loss: Amount | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """By how much an exposure moves, at least and at most. Below 0: less exposed."""

    low: Fraction
    high: Fraction

    def __add__(self, other: "Change") -> "Change":
        """Both, one after the other."""
        return Change(self.low + other.low, self.high + other.high)

    @property
    def middle(self) -> Fraction:
        """Half way between the ends."""
        return (self.low + self.high) / 2


STILL = Change(Fraction(0), Fraction(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One event: its steps, and what it does to each side's exposure."""

    steps: tuple[Step, ...]
    changes: Mapping[str, Change]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An accord as steps.

    `side_of`: actor -> side; who is not in it is a mediator or a third party. `readings`: by side,
    then step, the conditions that this side reads into the text besides those agreed. `escrow`:
    step -> who holds what it gives until it is released. `told`: step -> whether it can be taken
    back, where that was said without a number; a `loss` among the values goes before it. `fixed`:
    pairs of steps of which the first comes before the second whatever else is moved.
    `illustrative`: the values are nobody's estimate that was given for this purpose. `scale`: what
    a point is and whose estimate.
    """

    name: str
    sides: tuple[str, ...]
    side_of: Mapping[str, str]
    steps: tuple[Step, ...]
    values: Mapping[str, Value] = field(default_factory=dict)
    title: str = ""
    form: str = ""
    mediators: tuple[str, ...] = ()
    third_parties: tuple[str, ...] = ()
    readings: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    escrow: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Undoing] = field(default_factory=dict)
    fixed: tuple[tuple[str, str], ...] = ()
    illustrative: bool = True
    scale: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        if not MIN_SIDES <= len(self.sides) <= MAX_SIDES or len(set(self.sides)) < len(self.sides):
            raise MalformedError(f"a plan has {MIN_SIDES} to {MAX_SIDES} sides, each named once")
        if not self.steps:
            raise MalformedError("a plan has at least one step")
        try:
            check_plan(self.steps)
        except AccordError as fault:
            raise MalformedError(str(fault)) from fault
        self._check_sides()
        known = {step.id for step in self.steps}
        named = (
            *((each, "values") for each in self.values),
            *((each, "escrow") for each in self.escrow),
            *((each, "told") for each in self.told),
            *((each, "fixed") for pair in self.fixed for each in pair),
            *((each, f"readings of {side}") for side, own in self.readings.items() for each in own),
            *(
                (each, f"readings of {side}, {step}")
                for side, own in self.readings.items()
                for step, others in own.items()
                for each in others
            ),
        )
        for each, where in named:
            if each not in known:
                raise MalformedError(f"{where}: there is no step {each[:60]!r}")

    def _check_sides(self) -> None:
        for what, side in (
            *((f"side_of {actor}", side) for actor, side in self.side_of.items()),
            *(("readings", side) for side in self.readings),
        ):
            if side not in self.sides:
                raise MalformedError(
                    f"{what}: {side[:60]!r} is no side; there are {', '.join(self.sides)}"
                )
        for step in self.steps:
            if step.beneficiary not in (*self.sides, BOTH):
                raise MalformedError(
                    f"step {step.id}, beneficiary: {step.beneficiary[:60]!r} is no side; there are "
                    f"{', '.join(self.sides)}, and {BOTH!r} for all"
                )

    @property
    def by_id(self) -> Mapping[str, Step]:
        """The steps by their ids."""
        return {step.id: step for step in self.steps}

    @property
    def unvalued(self) -> tuple[str, ...]:
        """The steps that have no value."""
        return tuple(step.id for step in self.steps if step.id not in self.values)

    @property
    def whose(self) -> str:
        """The sentence on the values that stands with everything that rests on them."""
        if self.illustrative:
            return f"Values are illustrative{f': {self.scale}' if self.scale else ''}."
        return f"Values: {self.scale or 'whose they are is not told'}."

    @property
    def planned(self) -> Order:
        """The order of the planned days, that of the file within a day; what has no day is last.

        Steps that are one event stand where the first of them stands.
        """
        return tuple(tuple(step.id for step in event) for event in events(self._by_day))

    @property
    def _by_day(self) -> list[Step]:
        place = {step.id: number for number, step in enumerate(self.steps)}
        return sorted(
            self.steps,
            key=lambda step: (step.planned is None, step.planned or place[step.id], place[step.id]),
        )

    def giver(self, step: Step) -> str | None:
        """Return the side that bears the cost of a step; None if a third party does it."""
        return self.side_of.get(step.actor)

    def receivers(self, step: Step) -> tuple[str, ...]:
        """Return the sides that a step is worth something to: never the one that gives."""
        meant = self.sides if step.beneficiary == BOTH else (step.beneficiary,)
        return tuple(side for side in meant if side != self.giver(step))

    def undoing(self, step: Step) -> tuple[Undoing, bool]:
        """Return whether a step can be taken back, and whether that was told or is only usual."""
        value = self.values.get(step.id)
        if value is None or value.loss is None:
            told = self.told.get(step.id)
            return (_USUALLY[step.category], False) if told is None else (told, True)
        if value.loss.high == 0:
            return Undoing.CAN, True
        return (Undoing.CANNOT if value.loss.low >= value.cost.high else Undoing.PARTLY), True

    def change(self, step: Step) -> Mapping[str, Change]:
        """Return what a step does to each side's exposure."""
        value, changes = self.values.get(step.id, Value()), dict.fromkeys(self.sides, STILL)
        giver = self.giver(step)
        if giver is not None:
            changes[giver] = Change(value.cost.low, value.cost.high)
        for side in self.receivers(step):
            changes[side] = Change(-value.worth.high, -value.worth.low)
        return changes

    def moves(self, order: Order | None = None, *, apart: bool = False) -> tuple[Move, ...]:
        """Return the events in an order, or as planned. `apart`: every step by itself.

        As planned and apart, each step stands at its own day, even if it is one event with a step
        of an earlier one.

        Raises: MalformedError, if the order does not have each step once.
        """
        if order is not None:
            wanted = order
        elif apart:
            wanted = tuple((step.id,) for step in self._by_day)
        else:
            wanted = self.planned
        given = [each for event in wanted for each in event]
        if sorted(given) != sorted(self.by_id):
            raise MalformedError("the order must name each step of the plan once")
        if apart:
            wanted = tuple((each,) for each in given)
        return tuple(self.move(self.by_id[each] for each in event) for event in wanted)

    def move(self, steps: Iterable[Step]) -> Move:
        """Return steps as one event, with what they do together; no steps do nothing."""
        steps = tuple(steps)
        changes = dict.fromkeys(self.sides, STILL)
        for step in steps:
            for side, change in self.change(step).items():
                changes[side] += change
        return Move(steps=steps, changes=changes)

    def with_steps(self, steps: tuple[Step, ...]) -> "Plan":
        """Return the plan with other steps; what was said of steps that are gone goes with them."""
        known = {step.id for step in steps}
        return replace(
            self,
            steps=steps,
            values={each: value for each, value in self.values.items() if each in known},
            escrow={each: holder for each, holder in self.escrow.items() if each in known},
            told={each: undoing for each, undoing in self.told.items() if each in known},
            fixed=tuple(pair for pair in self.fixed if known.issuperset(pair)),
            readings={
                side: {
                    each: tuple(other for other in others if other in known)
                    for each, others in own.items()
                    if each in known
                }
                for side, own in self.readings.items()
            },
        )

"""Small plans by hypothesis: conditions, events of several steps, third parties, ranges."""

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from backchannel.channel.steps import Category, Step
from backchannel.plan.amounts import Amount
from backchannel.plan.model import BOTH, Plan, Value

SIDES = ("North", "South", "East")
THIRD = "Bank"
POINTS = st.integers(0, 12).map(lambda number: Fraction(number, 2))


@st.composite
def amounts(draw: st.DrawFn, *, ranges: bool = True) -> Amount:
    """Draw an amount of half points, known or a range."""
    low = draw(POINTS)
    return Amount(low, low + (draw(POINTS) if ranges and draw(st.booleans()) else 0))


@st.composite
def values(draw: st.DrawFn, *, ranges: bool = True) -> Value:
    """Draw what a step costs and is worth, perhaps with what is lost by undoing it."""
    cost = draw(amounts(ranges=ranges))
    loss = draw(st.none() | st.just(Amount(Fraction(0), Fraction(0))) | st.just(cost))
    return Value(cost=cost, worth=draw(amounts(ranges=ranges)), loss=loss)


@st.composite
def plans(
    draw: st.DrawFn,
    /,
    *,
    most: int = 6,
    sides: tuple[int, int] = (2, 3),
    ranges: bool = True,
    **fields: Any,  # noqa: ANN401 - of Plan
) -> Plan:
    """Draw a plan of at most so many steps; a step waits for earlier ones, so there is an order."""
    named = SIDES[: draw(st.integers(*sides))]
    ids = [f"s{number}" for number in range(1, draw(st.integers(1, most)) + 1)]
    together = draw(st.booleans()) and len(ids) > 1
    # Two neighbours that are one event: nothing can wait for one and be waited for by the other.
    pair = draw(st.integers(0, len(ids) - 2)) if together else len(ids)
    steps = []
    for place, each in enumerate(ids):
        requires = tuple(other for other in ids[:place] if draw(st.integers(0, 3)) == 0)
        partner = {pair: pair + 1, pair + 1: pair}.get(place)
        steps.append(
            Step(
                id=each,
                actor=draw(st.sampled_from([*named, THIRD])),
                action="acts",
                beneficiary=draw(st.sampled_from([*named, BOTH])),
                category=draw(st.sampled_from(Category)),
                requires=requires,
                bargained=tuple(other for other in requires if draw(st.booleans())),
                simultaneous_with=() if partner is None else (ids[partner],),
            )
        )
    valued = {each: draw(values(ranges=ranges)) for each in ids if draw(st.integers(0, 5))}
    return Plan(
        name="drawn",
        sides=named,
        side_of={side: side for side in named},
        steps=tuple(steps),
        values=valued,
        **fields,
    )

"""The picture of who does what after what: a lane for each actor, a column for each event.

An arrow goes from a step to one that waits for it: whole where it is needed, dashed where it was
bargained for. Arrows that others make superfluous are left out. A grey frame holds the steps of one
event; a thick edge is a step that cannot be taken back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from backchannel.channel.steps import Step
from backchannel.drawing.lettering import Letters, breadth, fitted
from backchannel.drawing.sheet import BLACK, BLUE, GREY, PALE
from backchannel.plan.model import Move, Plan, Undoing
from backchannel.plan.picture_arrows import BOX, TALL, clearest
from backchannel.plan.picture_parts import LINE, MARGIN, SMALL, TINY, Page, breadth_of, page

_LABELS, _COLUMN = 1.75, 0.6  # inches: the names of the lanes, the width of a column
_STACK, _ABOVE = 0.34, 0.24  # inches: from box to box of one lane, free in a lane
_DATES = 0.75  # inches for the days above the lanes
_LIST, _LINES = 4.4, 2  # inches of a column of the list, lines of a step in it
_SHORT = 5.0  # breadth of an id that a box has room for
_LEAST = 7.5  # inches of width

Places = Mapping[str, tuple[float, float]]  # step -> the middle of its box, in inches


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """An actor, its side if it has one, and how many of its steps stand above one another."""

    actor: str
    side: str
    depth: int

    @property
    def height(self) -> float:
        """In inches."""
        return _ABOVE + _STACK * self.depth


def steps(plan: Plan, moves: Sequence[Move], letters: Letters) -> Figure:
    """Return the picture of a plan's moves."""
    lanes, names = _lanes(plan, moves), _short(moves)
    width = max(_LEAST, _LABELS + _COLUMN * len(moves) + 2 * MARGIN)
    columns = max(1, int((width - 2 * MARGIN) / _LIST))
    entries = _entries(moves, names, letters, (width - 2 * MARGIN) / columns)
    longest = _longest(entries, columns)
    height = _DATES + sum(lane.height for lane in lanes) + 2 * MARGIN + LINE * longest
    made = page(
        plan,
        letters,
        size=(width, height),
        said=f"{sum(len(move.steps) for move in moves)} steps in {len(moves)} events, in the order "
        "planned.",
        foot="Whole arrow: needed before. Dashed arrow: bargained for. Grey frame: one event. "
        "Thick edge: cannot be taken back, as told or as is usual.",
    )
    axes = made.canvas()
    places = _placed(moves, lanes, made.top - _DATES)
    low = made.top - _DATES - sum(lane.height for lane in lanes)
    _draw_lanes(axes, made, lanes, letters)
    for place, move in enumerate(moves):
        _draw_event(axes, move, places, (_x(place), made.top - _DATES))
    for arrow in _arrows(plan, places, (low, made.top - _DATES)):
        axes.add_patch(arrow)
    for step in plan.steps:
        lasting = plan.undoing(step)[0] is Undoing.CANNOT
        _draw_box(axes, places[step.id], names[step.id], lasting=lasting)
    _draw_list(made, entries, columns, made.bottom + LINE * longest)
    return made.figure


def listed(plan: Plan, moves: Sequence[Move]) -> list[str]:
    """Return the steps in words, event by event."""
    told = []
    for step in (step for move in moves for step in move.steps):
        after = f", after {', '.join(step.requires)}" if step.requires else ""
        told.append(f"{step.id}: {step.actor}, for {step.beneficiary}{after}: {step.action}.")
    return [f"Sides: {', '.join(plan.sides)}.", *told]


def _lanes(plan: Plan, moves: Sequence[Move]) -> list[Lane]:
    """Return the lanes: the first side, then who is on none, then the other sides."""
    depth: dict[str, int] = {}
    for move in moves:
        actors = [step.actor for step in move.steps]
        for actor in actors:
            depth[actor] = max(depth.get(actor, 0), actors.count(actor))
    order = [plan.sides[0], "", *plan.sides[1:]]
    return [
        Lane(actor=actor, side=side, depth=depth[actor])
        for side in order
        for actor in depth
        if plan.side_of.get(actor, "") == side
    ]


def _short(moves: Sequence[Move]) -> dict[str, str]:
    """Return what stands in the boxes: the ids, or numbers if one of them is too long."""
    ids = [step.id for move in moves for step in move.steps]
    if all(breadth(each) <= _SHORT for each in ids):
        return {each: each for each in ids}
    return {each: str(number) for number, each in enumerate(ids, start=1)}


def _x(place: int) -> float:
    return MARGIN + _LABELS + _COLUMN * (place + 0.5)


def _placed(moves: Sequence[Move], lanes: Sequence[Lane], top: float) -> Places:
    tops: dict[str, float] = {}
    for lane in lanes:
        tops[lane.actor] = top
        top -= lane.height
    depth = {lane.actor: lane.depth for lane in lanes}
    places: dict[str, tuple[float, float]] = {}
    for place, move in enumerate(moves):
        for actor in {step.actor: "" for step in move.steps}:
            own = [step for step in move.steps if step.actor == actor]
            # In the middle of the lane, however many stand above one another elsewhere.
            first = tops[actor] - (_ABOVE + _STACK * (depth[actor] - len(own) + 1)) / 2
            for number, step in enumerate(own):
                places[step.id] = (_x(place), first - _STACK * number)
    return places


def _draw_lanes(axes: Axes, made: Page, lanes: Sequence[Lane], letters: Letters) -> None:
    y = made.top - _DATES
    for number, lane in enumerate(lanes):
        if number % 2 == 0:
            whole = made.width - 2 * MARGIN
            axes.add_patch(
                Rectangle(
                    (MARGIN, y - lane.height), whole, lane.height, color=PALE, alpha=0.45, lw=0
                )
            )
        said = lane.actor if lane.side in ("", lane.actor) else f"{lane.actor} ({lane.side})"
        lines = fitted(letters(said), width=breadth_of(_LABELS - 0.1, TINY), lines=2)
        top = y - lane.height / 2 + 0.065 + 0.5 * LINE * (len(lines) - 1)
        made.write(lines, (MARGIN + 0.06, top), TINY)
        y -= lane.height


def _draw_event(axes: Axes, move: Move, places: Places, at: tuple[float, float]) -> None:
    days = [step.planned.isoformat() for step in move.steps if step.planned is not None]
    x, top = at
    axes.text(
        x, top + 0.05, min(days, default="no day"), rotation=90, ha="center", va="bottom", size=TINY
    )
    if len(move.steps) > 1:
        heights = [places[step.id][1] for step in move.steps]
        low, high = min(heights) - TALL / 2 - 0.07, max(heights) + TALL / 2 + 0.07
        axes.add_patch(
            FancyBboxPatch(
                (x - _COLUMN / 2 + 0.04, low), _COLUMN - 0.08, high - low,
                boxstyle="round,pad=0,rounding_size=0.05", fc="#d0d0d0", ec=GREY, lw=0.9, zorder=1,
            )
        )  # fmt: skip


def _draw_box(axes: Axes, at: tuple[float, float], name: str, *, lasting: bool) -> None:
    x, y = at
    axes.add_patch(
        FancyBboxPatch(
            (x - BOX / 2, y - TALL / 2), BOX, TALL, fc="white", ec=BLACK,
            boxstyle="round,pad=0,rounding_size=0.04", lw=2.2 if lasting else 0.8, zorder=4,
        )
    )  # fmt: skip
    axes.text(x, y - 0.01, name, ha="center", va="center", size=SMALL, zorder=5)


def _arrows(plan: Plan, places: Places, within: tuple[float, float]) -> Iterator[FancyArrowPatch]:
    before = _before(plan)
    for step in plan.steps:
        for other in step.requires:
            if any(other in before[each] for each in step.requires if each != other):
                continue
            how: dict[str, Any] = {"color": BLACK, "ls": "-", "lw": 0.9}
            if other in step.bargained:
                how = {"color": BLUE, "ls": (0, (3, 2)), "lw": 1.1}
            others = [at for each, at in places.items() if each not in (other, step.id)]
            start, end, bend = clearest(
                places[other], places[step.id], np.array(others).reshape(-1, 2), within=within
            )
            yield FancyArrowPatch(
                start, end, arrowstyle="-|>", mutation_scale=8, shrinkA=0, shrinkB=0, zorder=3,
                connectionstyle=f"arc3,rad={bend:.3f}", **how,
            )  # fmt: skip


def _before(plan: Plan) -> dict[str, frozenset[str]]:
    """Return for each step all that it waits for, through others too, and not itself."""
    before = {step.id: set(step.requires) for step in plan.steps}
    for middle, own in before.items():
        for waiting in before.values():
            if middle in waiting:
                waiting.update(own)
    # The steps of one event may wait for one another in a circle: neither makes the other's arrow
    # superfluous.
    return {
        each: frozenset(other for other in own if each not in before[other])
        for each, own in before.items()
    }


def _entries(
    moves: Sequence[Move], names: Mapping[str, str], letters: Letters, width: float
) -> list[tuple[str, ...]]:
    room = breadth_of(width - 0.2, TINY)
    return [
        fitted(letters(f"{_called(step, names)}: {step.action}"), width=room, lines=_LINES)
        for move in moves
        for step in move.steps
    ]


def _called(step: Step, names: Mapping[str, str]) -> str:
    name = names[step.id]
    return f"{name}  {step.actor}" if name == step.id else f"{name}  {step.id}, {step.actor}"


def _longest(entries: Sequence[tuple[str, ...]], columns: int) -> int:
    """Return how many lines the longest column of the list has."""
    each = -(-len(entries) // columns)
    parts = (entries[at : at + each] for at in range(0, len(entries), each))
    return max(sum(len(entry) for entry in part) for part in parts)


def _draw_list(made: Page, entries: Sequence[tuple[str, ...]], columns: int, top: float) -> None:
    each = -(-len(entries) // columns)
    width = (made.width - 2 * MARGIN) / columns
    for column in range(columns):
        lines = [line for entry in entries[column * each : (column + 1) * each] for line in entry]
        made.write(lines, (MARGIN + column * width, top), TINY)

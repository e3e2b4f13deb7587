"""The project's own file of a plan: `backchannel-plan/1`, JSON, read strictly.

    {"format": "backchannel-plan/1", "name": "swap", "title": "A swap",
     "scale": "points of the mediator's own estimate, one scale for both",
     "sides": ["North", "South"], "side_of": {"Northern prisons": "North"},
     "mediators": ["Host"], "third_parties": ["Bank"],
     "steps": [
      {"id": "s1", "actor": "Northern prisons", "action": "free ten", "beneficiary": "South",
       "category": "prisoner", "cost": 3, "worth": [4, 6], "reversible": "no"},
      {"id": "s2", "actor": "South", "action": "pays the fee", "beneficiary": "North",
       "category": "funds", "requires": ["s1"], "bargained": ["s1"], "planned": "2026-03-09",
       "cost": "small", "worth": "medium", "loss": 1, "escrow": "Bank"}],
     "fixed": [["s1", "s2"]], "readings": {"North": {"s1": ["s2"]}},
     "done": {"s1": "2026-03-01"}}

Needed are `format`, `name`, `sides` and `steps`, and of a step id, actor, action, beneficiary and
category. A value is a number, a range of two, or none, small, medium, large. Without a `scale`,
which says what a point is and whose estimate, values count as illustrative. A side acts under its
own name without being in `side_of`. An escrow is held by a mediator or third party. `done` tells
which steps were done, on which day.

Promises: a fault is one `FileFaultError` with file, place, what came and what was expected; no step
is planned before one that it requires, and steps that are one event have one day if they have any.

>>> read_own(b'{"format": "backchannel-plan/1", "name": "swap"}', "swap.json")
Traceback (most recent call last):
...
backchannel.plan.errors.FileFaultError: swap.json: the field 'sides' is missing
"""

from collections.abc import Iterable, Mapping

from backchannel.channel.errors import MalformedError as UnreadableError
from backchannel.channel.plain import AccordError, plain_line
from backchannel.channel.steps import MAX_ACTOR, Step, check_plan, events
from backchannel.channel.strict_json import Part, read_json
from backchannel.plan.errors import FileFaultError, MalformedError
from backchannel.plan.model import BOTH, MAX_SIDES, MIN_SIDES, Plan
from backchannel.plan.own_steps import Read, read_step
from backchannel.plan.real import Record

FORMAT = "backchannel-plan/1"
MAX_REMARK = 1_000  # characters of a title, a form, a scale
_OPTIONAL = (
    *("title", "form", "scale", "side_of", "mediators", "third_parties"),
    *("fixed", "readings", "done"),
)
_PAIR = 2


def read_own(data: bytes, file: str) -> tuple[Plan, Record | None]:
    """Return the plan, and what was done if the file tells that. Raises: FileFaultError."""
    try:
        return _read(read_json(data, UnreadableError))
    except (UnreadableError, MalformedError) as fault:
        raise FileFaultError(file, str(fault)) from fault


def _read(whole: Part) -> tuple[Plan, Record | None]:
    # The version first: a later one may have other fields, and that is what the reader must know.
    form = whole.mapping().get("format")
    if form is not None and form.text() != FORMAT:
        raise form.fault(f"{FORMAT!r} is expected")
    parts = whole.fields("format", "name", "sides", "steps", optional=_OPTIONAL)
    sides = _sides(parts["sides"])
    side_of, others = _people(parts, sides)
    read = _steps(parts["steps"], side_of, others)
    known = frozenset(each.step.id for each in read)
    plan = Plan(
        name=_line(parts["name"], MAX_ACTOR),
        title=_said(parts, "title"),
        form=_said(parts, "form"),
        sides=sides,
        side_of=side_of,
        mediators=_names(parts, "mediators"),
        third_parties=_names(parts, "third_parties"),
        steps=tuple(each.step for each in read),
        values={each.step.id: each.value for each in read if each.value is not None},
        told={each.step.id: each.undoing for each in read if each.undoing is not None},
        escrow={
            each.step.id: _holder(each.holder, others) for each in read if each.holder is not None
        },
        readings=_readings(parts["readings"], sides, known) if "readings" in parts else {},
        fixed=_fixed(parts["fixed"], known) if "fixed" in parts else (),
        illustrative="scale" not in parts,
        scale=_said(parts, "scale"),
    )
    return plan, _record(parts["done"], known) if "done" in parts else None


def _line(part: Part, limit: int = MAX_REMARK) -> str:
    return _plain(part, part.text(), limit)


def _plain(part: Part, text: str, limit: int = MAX_ACTOR) -> str:
    try:
        return plain_line(text, what=part.where, limit=limit)
    except AccordError as fault:
        raise part.error(str(fault)) from fault


def _said(parts: Mapping[str, Part], field: str) -> str:
    return _line(parts[field]) if field in parts else ""


def _names(parts: Mapping[str, Part], field: str) -> tuple[str, ...]:
    return tuple(_line(item, MAX_ACTOR) for item in parts[field].items()) if field in parts else ()


def _sides(part: Part) -> tuple[str, ...]:
    sides = tuple(_line(item, MAX_ACTOR) for item in part.items())
    twice = len(set(sides)) < len(sides)
    if twice or BOTH in sides or not MIN_SIDES <= len(sides) <= MAX_SIDES:
        raise part.fault(
            f"{MIN_SIDES} to {MAX_SIDES} sides are expected, each named once and none named "
            f"{BOTH!r}; here are {len(sides)}"
        )
    return sides


def _people(
    parts: Mapping[str, Part], sides: tuple[str, ...]
) -> tuple[dict[str, str], frozenset[str]]:
    """Return the sides of the actors that have one, and the names of those that have none."""
    side_of = {side: side for side in sides}
    given = parts["side_of"].mapping() if "side_of" in parts else {}
    for actor, side in given.items():
        named = _known(side, sides, "side")
        if side_of.setdefault(_plain(side, actor), named) != named:
            raise side.fault(f"{actor[:60]!r} is a side itself")
    others = frozenset(_names(parts, "mediators") + _names(parts, "third_parties"))
    for each in sorted(others & side_of.keys()):
        field = "mediators" if each in _names(parts, "mediators") else "third_parties"
        raise parts[field].fault(f"{each[:60]!r} belongs to the side {side_of[each]!r} as well")
    return side_of, others


def _known(part: Part, allowed: Iterable[str], kind: str) -> str:
    if part.text() not in allowed:
        listed = ", ".join(sorted(allowed)) or "none"
        raise part.fault(f"{part.text()[:60]!r} is no {kind}; there are: {listed}")
    return part.text()


def _steps(part: Part, side_of: Mapping[str, str], others: frozenset[str]) -> tuple[Read, ...]:
    read = tuple(read_step(item) for item in part.items())
    if not read:
        raise part.fault("there is none; a plan has at least one step")
    for each in read:
        actor = each.step.actor
        if actor not in side_of and actor not in others:
            raise part.error(
                f"step {each.step.id}, actor: {actor[:60]!r} is on no side, and neither a mediator "
                "nor a third party; name it in side_of, mediators or third_parties"
            )
    steps = tuple(each.step for each in read)
    try:
        check_plan(steps)
    except AccordError as fault:
        raise part.error(str(fault)) from fault
    _check_days(steps, part)
    return read


def _check_days(steps: tuple[Step, ...], part: Part) -> None:
    day = {step.id: step.planned for step in steps if step.planned is not None}
    for step in steps:
        for other in step.requires:
            if step.id in day and other in day and day[step.id] < day[other]:
                raise part.error(
                    f"step {step.id}, planned: {day[step.id]} is before {day[other]}, the day of "
                    f"{other}, which it requires; move one of them or drop the condition"
                )
    for event in events(steps):
        days = {step.id: day[step.id] for step in event if step.id in day}
        if len(set(days.values())) > 1:
            told = ", ".join(f"{each} {on}" for each, on in days.items())
            raise part.error(
                f"step {event[0].id}, simultaneous_with: one event has one day, and here are "
                f"{told}; give them one, or take them apart"
            )


def _holder(part: Part, others: frozenset[str]) -> str:
    if part.text() not in others:
        raise part.fault(
            f"{part.text()[:60]!r} is neither a mediator nor a third party; what is held between "
            "sides is held by one of these"
        )
    return part.text()


def _readings(
    part: Part, sides: tuple[str, ...], known: frozenset[str]
) -> dict[str, dict[str, tuple[str, ...]]]:
    return {
        _key(reading, side, sides, "side"): {
            _key(ids, step, known, "step"): tuple(_known(i, known, "step") for i in ids.items())
            for step, ids in reading.mapping().items()
        }
        for side, reading in part.mapping().items()
    }


def _key(part: Part, name: str, allowed: Iterable[str], kind: str) -> str:
    return _known(Part(name, part.where, part.error), allowed, kind)


def _fixed(part: Part, known: frozenset[str]) -> tuple[tuple[str, str], ...]:
    return tuple(_pair(item, known) for item in part.items())


def _pair(part: Part, known: frozenset[str]) -> tuple[str, str]:
    pair = tuple(_known(item, known, "step") for item in part.items())
    if len(pair) != _PAIR or pair[0] == pair[1]:
        raise part.fault("two different steps are expected, the one that comes first at first")
    return pair[0], pair[1]


def _record(part: Part, known: frozenset[str]) -> Record:
    done = {_key(day, step, known, "step"): day.day() for step, day in part.mapping().items()}
    return Record(done=done, broke_at=None, status="", why="")

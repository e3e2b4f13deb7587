"""Real accords as sequences of steps: the strict reader of `backchannel-sequence/1`.

Promises: what it returns can be played: every step refers to steps that exist, every beneficiary is
a side or both, no steps wait for one another in a circle. Every fault is one sentence that names
the field and the step; nothing but `SequenceError` is raised.

>>> read_sequence(b'{"schema": "backchannel-sequence/2"}')
Traceback (most recent call last):
...
backchannel.channel.sequence.SequenceError: schema: 'backchannel-sequence/1' is expected

Source: the schema is described in the README beside the cases.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from backchannel.channel.errors import MalformedError
from backchannel.channel.plain import AccordError, plain_line
from backchannel.channel.steps import MAX_ACTOR, Basis, Category, Source, Step, check_plan
from backchannel.channel.strict_json import Part, read_json

SCHEMA = "backchannel-sequence/1"
BOTH = "both"
NOT_DONE = "not done"
MAX_REMARK = 1_000  # characters of a title, a form, a judgement
MAX_WORTH = 10.0

_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,59}")


class SequenceError(MalformedError):
    """A file that is no sequence of steps. Says which field of which step, and what may stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What became of the accord: `why` and `exposed` are judgements of the coder."""

    status: str
    broke_at: str | None
    why: str
    exposed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RealStep:
    """A step as it was promised, the day it was done (None: not done), and its source."""

    step: Step
    done_on: date | None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """One coder's rough guess, 0 to 10. For trying algorithms, never shown as a fact."""

    cost_to_giver: float
    value_to_receiver: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A real accord. `readings`: by side, then step, the conditions that side reads into it."""

    name: str
    title: str
    sides: tuple[str, str]
    mediators: tuple[str, ...]
    third_parties: tuple[str, ...]
    form: str
    ending: Ending
    side_of: Mapping[str, str]
    steps: tuple[RealStep, ...]
    readings: Mapping[str, Mapping[str, tuple[str, ...]]]
    worth: Mapping[str, Worth]

    @property
    def plan(self) -> tuple[Step, ...]:
        """The steps as promised."""
        return tuple(real.step for real in self.steps)

    def side(self, actor: str) -> str | None:
        """Return the side an actor belongs to; None for the mediators and third parties."""
        return self.side_of.get(actor)


def read_sequence(data: bytes) -> Sequence:
    """Return the sequence that the file holds. Raises: SequenceError."""
    parts = _fields(read_json(data, SequenceError))
    sides = _sides(parts["sides"])
    steps = _steps(parts["steps"], {*sides, BOTH})
    known = frozenset(real.step.id for real in steps)
    return Sequence(
        name=_name(parts["name"]),
        title=_line(parts["title"]),
        sides=sides,
        mediators=_mediators(parts["mediators"], sides),
        third_parties=tuple(_line(item) for item in parts["third_parties"].items()),
        form=_line(parts["form"]),
        ending=_ending(parts["outcome"], known),
        side_of=_side_of(parts["side_of"], sides),
        steps=steps,
        readings=_readings(parts["readings"], sides, known) if "readings" in parts else {},
        worth=_worth(parts["rough_values"], known) if "rough_values" in parts else {},
    )


def _fields(whole: Part) -> dict[str, Part]:
    # The version first: a later one may have other fields, and that is what the reader must know.
    schema = whole.mapping().get("schema")
    if schema is not None and schema.text() != SCHEMA:
        raise schema.fault(f"{SCHEMA!r} is expected")
    return whole.fields(
        *("schema", "name", "title", "sides", "mediators", "third_parties", "form"),
        *("outcome", "side_of", "steps"),
        optional=("readings", "rough_values"),
    )


def _line(part: Part, limit: int = MAX_REMARK) -> str:
    return _plain(part, part.text(), limit)


def _plain(part: Part, text: str, limit: int = MAX_ACTOR) -> str:
    try:
        return plain_line(text, what=part.where, limit=limit)
    except AccordError as fault:
        raise SequenceError(str(fault)) from fault


def _name(part: Part) -> str:
    if not _NAME.fullmatch(part.text()):
        raise part.fault("a name is 1 to 60 of a-z, 0-9 and '_'")
    return part.text()


def _sides(part: Part) -> tuple[str, str]:
    match tuple(_line(item, MAX_ACTOR) for item in part.items()):
        case (one, other) if one != other and BOTH not in {one, other}:
            return one, other
    raise part.fault(f"two different sides are expected, neither named {BOTH!r}")


def _mediators(part: Part, sides: tuple[str, str]) -> tuple[str, ...]:
    mediators = tuple(_line(item, MAX_ACTOR) for item in part.items())
    if not mediators or set(mediators) & set(sides):
        raise part.fault("at least one mediator is expected, and none that is a side as well")
    return mediators


def _side_of(part: Part, sides: tuple[str, str]) -> dict[str, str]:
    return {_plain(side, actor): _side(side, sides) for actor, side in part.mapping().items()}


def _side(part: Part, sides: tuple[str, str]) -> str:
    return _known(part, part.text(), frozenset(sides), "side")


def _known(part: Part, value: str, allowed: frozenset[str], kind: str) -> str:
    if value not in allowed:
        raise part.fault(f"{value[:60]!r} is no {kind}; there are {', '.join(sorted(allowed))}")
    return value


def _ending(part: Part, known: frozenset[str]) -> Ending:
    parts = part.fields("status", "broke_at", "why", "exposed")
    broke_at = parts["broke_at"]
    return Ending(
        status=_line(parts["status"]),
        broke_at=None if broke_at.value is None else _known_step(broke_at, known),
        why=_line(parts["why"]),
        exposed=_line(parts["exposed"]),
    )


def _known_step(part: Part, known: frozenset[str]) -> str:
    return _known(part, part.text(), known, "step")


def _steps(part: Part, beneficiaries: set[str]) -> tuple[RealStep, ...]:
    steps = tuple(_real_step(item, frozenset(beneficiaries)) for item in part.items())
    if not steps:
        raise part.fault("there is none; a sequence has at least one step")
    try:
        check_plan(tuple(real.step for real in steps))
    except AccordError as fault:
        raise SequenceError(str(fault)) from fault
    return steps


def _real_step(item: Part, beneficiaries: frozenset[str]) -> RealStep:
    # A step is called by its id, where it has one that can be read, and else by its place.
    named = item.mapping().get("id")
    where = f"step {named.value}" if named and isinstance(named.value, str) else item.where
    parts = Part(item.value, where[:60], item.error).fields(
        *("id", "actor", "action", "beneficiary", "category", "requires", "bargained"),
        *("simultaneous_with", "verifier", "deadline", "planned", "actual", "source", "basis"),
    )
    _known(parts["beneficiary"], parts["beneficiary"].text(), beneficiaries, "side")
    actual = parts["actual"]
    try:
        return RealStep(
            step=_step(parts),
            done_on=None if actual.value == NOT_DONE else actual.day(),
            source=Source(address=_line(parts["source"]), basis=_basis(parts["basis"])),
        )
    except AccordError as fault:
        raise SequenceError(str(fault)) from fault


def _step(parts: Mapping[str, Part]) -> Step:
    return Step(
        id=parts["id"].text(),
        actor=parts["actor"].text(),
        action=parts["action"].text(),
        beneficiary=parts["beneficiary"].text(),
        category=_category(parts["category"]),
        requires=parts["requires"].texts(),
        bargained=parts["bargained"].texts(),
        simultaneous_with=parts["simultaneous_with"].texts(),
        verifier=_unless(parts["verifier"], "none"),
        deadline=_unless(parts["deadline"], "-"),
        planned=None if parts["planned"].value is None else parts["planned"].day(),
    )


def _unless(part: Part, absent: str) -> str:
    """Return the text, or nothing for the word with which the file says that there is none."""
    return "" if part.text() == absent else part.text()


def _category(part: Part) -> Category:
    kinds = {category.value: category for category in Category}
    return kinds[_known(part, part.text(), frozenset(kinds), "category")]


def _basis(part: Part) -> Basis:
    kinds = {basis.value: basis for basis in Basis}
    return kinds[_known(part, part.text(), frozenset(kinds), "basis")]


def _readings(
    part: Part, sides: tuple[str, str], known: frozenset[str]
) -> dict[str, dict[str, tuple[str, ...]]]:
    return {
        _known(reading, side, frozenset(sides), "side"): {
            _known(ids, step, known, "step"): tuple(_known_step(i, known) for i in ids.items())
            for step, ids in reading.mapping().items()
        }
        for side, reading in part.mapping().items()
    }


def _worth(part: Part, known: frozenset[str]) -> dict[str, Worth]:
    values = part.fields("note", "values")["values"].mapping()
    return {
        _known(value, step, known, "step"): _worth_of_step(value) for step, value in values.items()
    }


def _worth_of_step(part: Part) -> Worth:
    parts = part.fields("cost_to_giver", "value_to_receiver")
    return Worth(
        cost_to_giver=parts["cost_to_giver"].number(0, MAX_WORTH),
        value_to_receiver=parts["value_to_receiver"].number(0, MAX_WORTH),
    )

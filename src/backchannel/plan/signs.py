"""Signs: on which steps of a plan which of the eight patterns stand that broke real accords.

Each rule is general: it looks at who acts, what waits for what, what can be taken back, whether
there is a day and a verifier, and at the words of one table (`patterns`).

Promises: a pattern is told of a step at most once; a sign says in a sentence what was found.

>>> from backchannel.channel.steps import Category
>>> draws = Step(id="s1", actor="West", action="lets East draw the funds", beneficiary="East",
...              category=Category.FUNDS, deadline="continuing", verifier="the bank")
>>> plan = Plan(name="access", sides=("West", "East"), side_of={"West": "West"}, steps=(draws,))
>>> [sign.pattern.value for sign in signs(plan)]
['permission instead of an act', 'no date, or a disputed start']
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from backchannel.channel.steps import Category, Step
from backchannel.plan.model import Plan, Undoing
from backchannel.plan.patterns import Pattern, Word, says
from backchannel.plan.readings import circles

_NO_NAMES = frozenset(
    {"side", "government", "forces", "state", "states", "the", "of", "and", "republic", "party"}
)
_SHORT = 3  # letters of a name, up to which it must be met exactly: "US" is not in "Russia"
_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A pattern on some steps, and what was found. `others`: the steps that make it one."""

    pattern: Pattern
    steps: tuple[str, ...]
    words: str
    others: tuple[str, ...] = ()


def signs(plan: Plan) -> tuple[Sign, ...]:
    """Return what was found, step by step in their order; circles of readings at the end."""
    waited_for = {other for step in plan.steps for other in step.requires}
    found = [
        sign
        for step in plan.steps
        for sign in _on(plan, step, bridge=step.id in waited_for)
        if sign
    ]
    found += [
        Sign(pattern=Pattern.READINGS, steps=circle.steps, words=circle.sentence)
        for circle in circles(plan)
    ]
    return tuple(found)


def outside(plan: Plan, step: Step) -> bool:
    """Return whether a step is owed by one who has not agreed to it.

    The plan says so, or the one who acts for a side goes by quite another name than the side while
    somebody else acts in the side's own name.
    """
    own = (*plan.mediators, *plan.third_parties)
    if any(_alike(step.actor, name) and says(name, Word.OUTSIDE) for name in own):
        return True
    side = plan.giver(step)
    if side is None or _alike(step.actor, side):
        return False
    return any(plan.giver(each) == side and _alike(each.actor, side) for each in plan.steps)


def names_of(text: str) -> frozenset[str]:
    """Return the words of a name that tell it from others, in small letters."""
    return frozenset(_WORDS.findall(text.casefold())) - _NO_NAMES


def dated(step: Step) -> bool:
    """Return whether there is a day by which a step is due, and its deadline does not deny it."""
    return bool(step.planned or step.within_days) and not says(step.deadline, Word.NO_DAY)


def lasting(step: Step) -> bool:
    """Return whether a step is no act on a day, but something that goes on."""
    return says(step.deadline, Word.OPEN_ENDED) or (
        step.planned is None and not step.within_days and says(step.action, Word.PERMITS)
    )


def _on(plan: Plan, step: Step, *, bridge: bool) -> Iterator[Sign | None]:
    yield _permission(step)
    yield _talks(step) if bridge else None
    yield _not_a_party(plan, step)
    yield _no_verifier(plan, step)
    yield _no_date(step)
    yield _irreversible(plan, step)
    yield _added_later(step)


def _permission(step: Step) -> Sign | None:
    if not lasting(step):
        return None
    return _sign(Pattern.PERMISSION, step, "goes on and is no act that is done on a day")


def _talks(step: Step) -> Sign | None:
    if not says(step.action, Word.TALKS):
        return None
    return _sign(Pattern.TALKS, step, "is an agreement to negotiate, and other steps wait for it")


def _not_a_party(plan: Plan, step: Step) -> Sign | None:
    if not outside(plan, step):
        return None
    return _sign(Pattern.NOT_A_PARTY, step, f"is owed by {step.actor}, which is not a party")


def _no_verifier(plan: Plan, step: Step) -> Sign | None:
    # Nobody verifies that somebody verified; and of what third parties owe nearly all was done.
    if step.category is Category.VERIFICATION or plan.giver(step) is None:
        return None
    if not step.verifier:
        return _sign(Pattern.NO_VERIFIER, step, "has no verifier")
    if says(step.verifier, Word.UNCHECKED):
        return _sign(Pattern.NO_VERIFIER, step, f"has no verifier but this: {step.verifier}")
    return None


def _no_date(step: Step) -> Sign | None:
    if dated(step):
        return None
    said = f": {step.deadline}" if step.deadline else ""
    return _sign(Pattern.NO_DATE, step, f"has no day by which it is due{said}")


def _irreversible(plan: Plan, step: Step) -> Sign | None:
    giver = plan.giver(step)
    # What goes on can be stopped, whatever its category.
    if giver is None or not (lasting(step) or plan.undoing(step)[0] is Undoing.CAN):
        return None
    for other in _paid(plan, step):
        final = plan.undoing(other)[0] is Undoing.CANNOT
        if final and plan.giver(other) in plan.receivers(step) and not _together(step, other):
            words = f"can be taken back, and comes after {other.id}, which cannot"
            return _sign(Pattern.IRREVERSIBLE, step, words, others=(other.id,))
    return None


def _added_later(step: Step) -> Sign | None:
    if not says(f"{step.deadline} {step.action}", Word.LATER):
        return None
    return _sign(Pattern.ADDED_LATER, step, "was added after the accord was made")


def _sign(pattern: Pattern, step: Step, words: str, others: tuple[str, ...] = ()) -> Sign:
    said = f"{step.id} ({step.actor} {step.action}) {words}."
    return Sign(pattern=pattern, steps=(step.id,), words=said, others=others)


def _paid(plan: Plan, step: Step) -> Iterator[Step]:
    """Yield the steps of sides that a step waits for, also by way of steps of third parties."""
    by_id, waiting, seen = plan.by_id, [*step.requires], set[str]()
    while waiting:
        other = by_id[waiting.pop(0)]
        if other.id in seen:
            continue
        seen.add(other.id)
        if plan.giver(other) is None:
            waiting.extend(other.requires)
        else:
            yield other


def _together(step: Step, other: Step) -> bool:
    return other.id in step.simultaneous_with


def _alike(one: str, other: str) -> bool:
    """Return whether two names have a word in common: "Russia-backed forces" and "Russia side"."""
    return any(_same(a, b) for a in names_of(one) for b in names_of(other))


def _same(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) > _SHORT and longer.startswith(shorter))

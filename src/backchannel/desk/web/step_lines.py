r"""Steps as a mediator types them: one a line, its parts with bars between.

    id | actor | what it does | for whom | category | after which | verifier | until when

The last three may be left away. `after which` names steps with commas between.

>>> (step,) = read_steps("s1 | Iran | frees five detainees | US | prisoner | | Qatar | 3 days")
>>> step.id, step.category.value, step.requires, step.verifier, step.deadline
('s1', 'prisoner', (), 'Qatar', '3 days')
>>> read_steps("s1 | Iran")  # doctest: +ELLIPSIS
Traceback (most recent call last):
...
backchannel.channel.plain.AccordError: line 1 of the steps has 2 parts; 5 to 8 are expected: ...
"""

from typing import Final

from backchannel.channel.plain import AccordError
from backchannel.channel.steps import Category, Step

PARTS: Final = (
    "id | actor | what it does | for whom | category | after which | verifier | until when"
)
EXAMPLE: Final = "s1 | Iran | frees five detainees | US | prisoner | | Qatar | on the day"
_FEWEST, _MOST = 5, 8


def read_steps(written: str) -> tuple[Step, ...]:
    """Return the steps. Raises: AccordError, naming the line."""
    lines = enumerate(written.split("\n"), start=1)
    return tuple(_step(number, line) for number, line in lines if line.strip())


def _step(number: int, line: str) -> Step:
    parts = [part.strip() for part in line.split("|")]
    if not _FEWEST <= len(parts) <= _MOST:
        raise AccordError(
            f"line {number} of the steps has {len(parts)} parts; {_FEWEST} to {_MOST} are "
            f"expected: {PARTS}"
        )
    key, actor, action, beneficiary, category, after, verifier, deadline = (
        *parts,
        *[""] * (_MOST - len(parts)),
    )
    return Step(
        id=key,
        actor=actor,
        action=action,
        beneficiary=beneficiary,
        category=_category(number, category),
        requires=tuple(each.strip() for each in after.split(",") if each.strip()),
        verifier=verifier,
        deadline=deadline,
    )


def _category(number: int, written: str) -> Category:
    try:
        return Category(written)
    except ValueError as error:
        known = ", ".join(each.value for each in Category)
        raise AccordError(
            f"line {number} of the steps: {written[:40]!r} is no category; there are {known}"
        ) from error

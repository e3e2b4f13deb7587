"""What is said in the demo: notes, a question and its answer, written for it.

What was said in the real caucuses is not public. So these texts take no position of their own: each
is made from two steps of the case, one of which was to follow the other, says which steps those
are, and begins with a label.

>>> from demo.cases import find_case
>>> spoken = written_for(find_case("us_iran_swap_2023"))
>>> spoken.secret.author, spoken.non_paper.author
('Iran', 'US')
>>> spoken.secret.text
'Demo text. We could move the day of step s1, if that helps; the other side must not hear it.'
"""

from collections.abc import Iterator
from dataclasses import dataclass

from backchannel.channel.sequence import RealStep, Sequence
from backchannel.channel.steps import Category, Step

LABEL = "Demo text."


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note to be said: `may` are the uses its author ticks, none for the mediator only."""

    author: str
    text: str
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """All that is said in the demo before the accord.

    `first` is the side whose step comes first, `other` the one that moves after it.
    """

    first: str
    other: str
    secret: Note
    named: Note
    non_paper: Note
    question: str
    answer: Note
    idea: str

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes in the order they are said."""
        return (self.secret, self.named, self.non_paper, self.answer)


@dataclass(frozen=True, slots=True)
class Hinge:
    """Two steps of two sides: the first was to be done before the other. A side may have none."""

    first: str
    early: Step | None
    other: str
    late: Step | None


def written_for(case: Sequence) -> Spoken:
    """Return what is said when this case is played."""
    hinge = hinge_of(case)
    checker = _verifier(hinge.late)
    return Spoken(
        first=hinge.first,
        other=hinge.other,
        secret=Note(
            author=hinge.first,
            text=f"{LABEL} We could move the day of {_step(hinge.early)}, if that helps; "
            "the other side must not hear it.",
        ),
        named=Note(
            author=hinge.first,
            text=f"{LABEL} You may tell them in our name that we would go first with this: "
            f"{_quoted(hinge.early)}.",
            may=("as-ours",),
        ),
        non_paper=Note(
            author=hinge.other,
            text=f"{LABEL} Once {_step(hinge.early)} is done, this could follow: "
            f"{_quoted(hinge.late)}.",
            may=("non-paper",),
        ),
        question=f"{LABEL} Who should check {_step(hinge.late)}?",
        answer=Note(
            author=hinge.other,
            text=f"{LABEL} We could live with this check of {_step(hinge.late)}: {checker}.",
            may=("mediators-idea",),
        ),
        idea=f"{LABEL} Our own suggestion as mediator for {_step(hinge.late)}: {checker}.",
    )


def hinge_of(case: Sequence) -> Hinge:
    """Return the two steps on which the case turns, the clearest that it has."""
    pairs = sorted(_pairs(case), key=_clarity)
    if pairs:
        early, late = pairs[0][1], pairs[0][2]
        return Hinge(
            case.side(early.step.actor) or "",
            early.step,
            case.side(late.step.actor) or "",
            late.step,
        )
    firsts = {side: next(_steps_of(case, side), None) for side in case.sides}
    one, other = case.sides
    return Hinge(one, firsts[one], other, firsts[other])


def _pairs(case: Sequence) -> Iterator[tuple[bool, RealStep, RealStep]]:
    """Yield what one side was to do before the other: bargained or not, early, late."""
    by_id = {real.step.id: real for real in case.steps}
    for late in case.steps:
        for known in late.step.requires:
            early = by_id[known]
            sides = {case.side(early.step.actor), case.side(late.step.actor)}
            if len(sides - {None}) == len(case.sides):
                yield known in late.step.bargained, early, late


def _clarity(pair: tuple[bool, RealStep, RealStep]) -> tuple[bool, ...]:
    bargained, _, late = pair
    step = late.step
    return (not bargained, step.category is Category.OTHER, not step.verifier, not late.done_on)


def _steps_of(case: Sequence, side: str) -> Iterator[Step]:
    return (step for step in case.plan if case.side(step.actor) == side)


def _step(step: Step | None) -> str:
    return f"step {step.id}" if step else "what is owed to us"


def _quoted(step: Step | None) -> str:
    return f'"{step.actor} {step.action}" ({step.id})' if step else "a step of the same kind"


def _verifier(step: Step | None) -> str:
    return step.verifier if step and step.verifier else "nobody but the two sides themselves"

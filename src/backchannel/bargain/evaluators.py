"""What the options of a GENIUS issue are worth, before weights: tables and functions, 0 to 1.

Shares of 1 as GENIUS computes them, its oddities included: an evaluation is divided by the greatest
of its issue even where that is below 1, and functions are cut off at 0 and at 1.

Source: GENIUS 10.4, EvaluatorDiscrete, EvaluatorInteger, EvaluatorReal and EVALFUNCTYPE.
"""

from collections.abc import Callable
from fractions import Fraction

from backchannel.bargain.exactly import exact
from backchannel.bargain.model import Issue
from backchannel.bargain.plain_xml import Element
from backchannel.bargain.ranges import Row, half_step

NOTHING = Fraction(1, 100_000)  # GENIUS takes an issue without a greater evaluation as worth 0
FUNCTIONS = ("linear", "constant", "triangular")

Function = tuple[Callable[[Fraction], Fraction], Fraction]  # and how steep it gets


def table_row(given: Element, issue: Issue) -> Row:
    """Return the worth of each option from the evaluations in a profile. Raises: FileFaultError."""
    found: dict[str, Fraction] = {}
    for item in given.children("item"):
        option = item.text("value")
        if option not in issue.options:
            raise item.fault("the domain has no such option")
        if option in found:
            raise item.fault("this option has an evaluation already; keep one")
        found[option] = item.number("evaluation")
        if found[option] < 0:
            raise item.fault("an evaluation is 0 or more, in GENIUS too")
    for option in issue.options:
        if option not in found:
            raise given.fault(f"the option {option[:40]!r} has no evaluation; each needs one")
    if issue.spacing is not None:
        raise given.fault("an issue of real numbers needs an evaluator, not items")
    best = max(found.values())
    return Row(values=[found[o] / best if best >= NOTHING else Fraction(0) for o in issue.options])


def range_row(evaluator: Element, issue: Issue, lower: Fraction | None) -> Row:
    """Return the worth of each number of a range; `lower`: the bound that the profile gives.

    Raises:
        FileFaultError: a function that is not read, or an issue that is no range.
    """
    if issue.numbers is None:
        raise evaluator.fault("an issue of named options needs items with evaluations")
    numbers = [exact(number) for number in issue.numbers]
    if issue.spacing is None:
        # GENIUS counts integers from the lower bound, and real numbers from 0.
        numbers = [number - (numbers[0] if lower is None else lower) for number in numbers]
    worth, steepest = _function(evaluator)
    values = [min(max(worth(number), Fraction(0)), Fraction(1)) for number in numbers]
    return Row(values=values, rounding=half_step(issue) * steepest)


def _function(evaluator: Element) -> Function:
    kind = evaluator.text("ftype").lower()
    match kind:
        case "linear":
            offset, slope = (
                _parameter(evaluator, "0", "offset"),
                _parameter(evaluator, "1", "slope"),
            )
            return lambda number: offset + slope * number, abs(slope)
        case "constant":
            level = _parameter(evaluator, "0", "offset")
            return lambda _: level, Fraction(0)
        case "triangular":
            return _triangle(evaluator)
        case _:
            raise evaluator.fault(
                f"the function {kind[:40]!r} is not read; {', '.join(FUNCTIONS)} are"
            )


def _parameter(evaluator: Element, number: str, name: str) -> Fraction:
    """Return a parameter by its number; integers have it by name."""
    return evaluator.number(name if evaluator.get(name) is not None else f"parameter{number}")


def _triangle(evaluator: Element) -> Function:
    low, high, top = (evaluator.number(f"parameter{place}") for place in range(3))
    if not low < top < high:
        raise evaluator.fault("a triangle rises from parameter0 to 2, and falls from 2 to 1")

    def worth(number: Fraction) -> Fraction:
        return (number - low) / (top - low) if number < top else (high - number) / (high - top)

    return worth, max(1 / (top - low), 1 / (high - top))

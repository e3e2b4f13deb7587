"""What the test of the outlook found, in words and for other programs.

Promises: skill is claimed only where the interval of the rolling forecasts, over enough conflicts,
lies below nought at every horizon; else the sentence says that none is shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from backchannel.watch.evaluation import FEWEST, Difference, Group, Knowing, Model, Scores, Weigh

_KNOWING: Final = {
    Knowing.THEN: "Rolling: known is what was decided elsewhere before the day",
    Knowing.EVER: "With hindsight: known is all that became of the others",
}


def skill_shown(found: Iterable[Scores]) -> bool:
    """Return whether the outlook was better than the base rate, at every horizon, rolling."""
    rolling = [each for each in found if each.knowing is Knowing.THEN]
    return bool(rolling) and all(each.better for each in rolling)


def verdict(found: Sequence[Scores]) -> str:
    """Say whether skill is shown."""
    if skill_shown(found):
        return "Skill is shown: age was better than the base rate at every horizon, rolling."
    rolling = [each for each in found if each.knowing is Knowing.THEN]
    worse = [each.ahead for each in rolling if each.worse]
    beaten = [
        each.ahead for each in rolling if each.log_loss[Model.CONSTANT] < each.log_loss[Model.AGE]
    ]
    return (
        "No skill is shown: with the age it was not better than the base rate alone, beyond doubt "
        "and at every horizon."
        + _at(worse, "it was worse than the base rate")
        + _at(beaten, "the constant had the lower logarithmic loss")
    )


def _at(weeks: Sequence[int], said: str) -> str:
    return f" At {', '.join(map(str, weeks))} weeks ahead {said}." if weeks else ""


def caveats(found: Sequence[Scores], group: Group) -> tuple[str, ...]:
    """Return what must stand beside the figures."""
    most = max(each.groups for each in found)
    few = (
        f"An interval from {most} {group.value}s is too narrow: skill is claimed from {FEWEST} on. "
        if most < FEWEST
        else ""
    )
    return (
        (
            f"{few}Weeks of one episode are not independent; whole {group.value}s are left out "
            "and drawn. Where the record ends before the horizon, nothing is scored."
        ),
        (
            "The age counts from the day talks began as the file of outcomes has it, which the "
            "outlook of a case only has from reports. Episodes were picked by hand, knowing how "
            "they ended: the base rate is of these, not of mediations."
        ),
        "No signal is tested and none is in the outlook: so few decided episodes cannot carry one.",
    )


def heading(knowing: Knowing) -> str:
    """Say what forecasts could know."""
    return _KNOWING[knowing]


def rows(scores: Scores) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return a row for each of the two losses: of each model, and the difference."""
    first = (str(scores.ahead), f"{scores.forecasts} ({scores.episodes}, {scores.groups})")
    return (
        (*first, "log", *_losses(scores.log_loss), _signed(scores.log_loss_difference)),
        ("", "", "Brier", *_losses(scores.brier), _signed(scores.brier_difference)),
    )


def _losses(of: Mapping[Model, float]) -> tuple[str, ...]:
    return tuple(f"{of[each]:.3f}" for each in Model)


def _signed(found: Difference) -> str:
    return f"{found.value:+.3f} ({found.low:+.3f} to {found.high:+.3f})"


def for_programs(
    found: Sequence[Scores], *, group: Group, weigh: Weigh, seed: int, draws: int
) -> dict[str, Any]:
    """Return everything, for JSON."""
    return {
        "format": "backchannel-evaluation/1",
        "group": group.value,
        "weigh": weigh.value,
        "seed": seed,
        "draws": draws,
        "scores": [_plain(each) for each in found],
        "skill_shown": skill_shown(found),
        "verdict": verdict(found),
        "caveats": list(caveats(found, group)),
    }


def _plain(scores: Scores) -> dict[str, Any]:
    def of(found: Difference) -> dict[str, float]:
        return {"value": found.value, "low": found.low, "high": found.high}

    return {
        "knowing": scores.knowing.value,
        "ahead": scores.ahead,
        "forecasts": scores.forecasts,
        "episodes": scores.episodes,
        "groups": scores.groups,
        "log_loss": {model.value: value for model, value in scores.log_loss.items()},
        "brier": {model.value: value for model, value in scores.brier.items()},
        "log_loss_difference": of(scores.log_loss_difference),
        "brier_difference": of(scores.brier_difference),
    }

"""`backchannel watch evaluate`: whether the outlook beats the base rate, as it came out."""

from random import Random
from typing import Annotated

import typer

from backchannel.commands.plans import AsJson
from backchannel.commands.watch_outlook import decided_episodes
from backchannel.desk.screen.paper import Paper
from backchannel.watch.evaluation import DRAWS, Group, Knowing, Scores, Weigh
from backchannel.watch.evaluation import evaluate as evaluated
from backchannel.watch.evaluation_words import caveats, for_programs, heading, rows, verdict

Seed = Annotated[int, typer.Option(help="Of the draws for the intervals.")]
Draws = Annotated[int, typer.Option(min=100, max=100_000, help="How often conflicts are drawn.")]
By = Annotated[Group, typer.Option("--by", help="What is left out and drawn as a whole.")]
Alike = Annotated[Weigh, typer.Option("--alike", help="What counts alike.")]


def evaluate(
    *,
    by: By = Group.CONFLICT,
    alike: Alike = Weigh.WEEKS,
    seed: Seed = 1,
    draws: Draws = DRAWS,
    as_json: AsJson = False,
) -> None:
    """Test the outlook on the episodes it rests on. Example: backchannel watch evaluate."""
    draw = Random(seed).randrange  # noqa: S311 - for intervals, nothing is secret
    found = evaluated(decided_episodes(), draw=draw, draws=draws, group=by, weigh=alike)
    if as_json:
        Paper().json(for_programs(found, group=by, weigh=alike, seed=seed, draws=draws))
    else:
        _show(found, by, alike)


def _show(found: tuple[Scores, ...], by: Group, alike: Weigh) -> None:
    paper = Paper()
    paper.line(
        "Mean losses, less is better, by weeks ahead. n: forecasts (episodes, "
        f"{by.value}s). Difference: age less base, with 95 % from drawing {by.value}s. "
        f"{alike.value.capitalize()} count alike."
    )
    heads = ("weeks", "n", "loss", "constant", "base", "age", "difference")
    for knowing in Knowing:
        paper.line(f"{heading(knowing)}.")
        told = [row for each in found if each.knowing is knowing for row in rows(each)]
        paper.table(heads, told)
    paper.warn(verdict(found))
    for each in caveats(found, by):
        paper.warn(each)

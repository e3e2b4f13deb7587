"""The tutorial on plans shows what the program prints, and what it says of it is so."""

from types import ModuleType

import pytest

from backchannel.plan.check import warned
from backchannel.plan.compare import compare
from test_plan_status import case
from tutorials import load

STALE = "docs/tutorial_plans.md is stale: run `python tools/show_tutorial.py`, read it again"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    return load()


@pytest.fixture(scope="module")
def page(tool: ModuleType) -> str:
    text: str = tool.PLANS.read_text(encoding="utf-8")
    return text


def test_the_tutorial_shows_what_is_printed(tool: ModuleType, page: str) -> None:
    with tool.place():
        assert tool.refreshed(page, tool.run) == page, STALE


def test_the_tutorial_says_whose_the_values_are(page: str) -> None:
    assert "nobody's estimate of either government" in page.partition("\n## ")[0]
    assert page.count("Values are illustrative") >= 4


def test_what_the_tutorial_says_of_its_accords_is_so(page: str) -> None:
    swap, known = case("us_iran_swap_2023")
    assert warned(swap) == {"s15"}
    assert [each.planned for each in compare(swap, known).sides.values()] == [
        each.actual for each in compare(swap, known).sides.values()
    ]
    us = compare(*case("us_taliban_doha_2020")).sides["US side"]
    assert [us.planned.middle, us.end.middle] == [6, 17]
    told = " ".join(page.split())
    assert "planned to be exposed by at most 6 points, ended at 17" in told

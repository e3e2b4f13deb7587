"""What a party's pages show is the same whatever another party said in confidence.

Two mediations that differ only in what A says for the mediator alone: in how many notes, of what
length, when withdrawn. Every page that B can reach by its links is compared, byte for byte, after
what is drawn at random (identifiers, marks, keys, safety words) was put out of the comparison.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backchannel.channel.handling import AS_OURS, FOR_THE_MEDIATOR_ONLY
from backchannel.desk import session
from hostile_relay import MemoryRelay
from mediation import begin
from page_desks import Leaf

_LINK = re.compile(r'href="(/[^"#]*)"')
_DRAWN = re.compile(r"\b[0-9a-f]{8,}\b|\b[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}\b")
_WORDS = re.compile(r'<ol class="words".*?</ol>.*?</p>', re.DOTALL)
_NOT_PAGES = ("/static", "/news", "/lock")


@dataclass(frozen=True, slots=True)
class Secret:
    """Something A says for the mediator alone, and whether it takes it back."""

    text: str
    withdrawn: bool


secrets = st.lists(
    st.builds(
        Secret,
        text=st.text(
            st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=400
        ).filter(lambda text: text.strip() != ""),
        withdrawn=st.booleans(),
    ),
    max_size=5,
)


def pages(leaf: Leaf) -> dict[str, str]:
    """Return every page that links lead to, without what is drawn at random."""
    found: dict[str, str] = {}
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        key = _DRAWN.sub("#", path)
        if key in found or path.startswith(_NOT_PAGES):
            continue
        text = leaf.get(path)
        found[key] = _DRAWN.sub("#", _WORDS.sub("", text))
        waiting += _LINK.findall(text)
    return found


def world(folder: Path, told: list[Secret], *, planted: bool = False) -> dict[str, str]:
    """Return B's pages where A told these secrets; `planted`: the mediator gives one away."""
    table = begin(folder, MemoryRelay(), "A", "B")
    table.say("B", "We listen.", AS_OURS)
    for each in told:
        note = table.say("A", each.text, FOR_THE_MEDIATOR_ONLY)
        if each.withdrawn:
            session.withdraw(table.parties["A"], "", note)
        table.sync()
    if planted:
        session.remark(table.mediator, "", "B", text=f"They said {len(told)} things.")
    table.sync()
    shown = pages(Leaf(table.parties["B"]))
    table.close()
    return shown


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return world(tmp_path_factory.mktemp("silent"), [])


def test_the_pages_that_are_compared_are_many(silent: dict[str, str]) -> None:
    assert {"/", "/c/#", "/c/#/proposals", "/c/#/accords"} <= silent.keys()
    assert "We listen." in silent["/c/#"]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(told=secrets)
def test_what_b_reads_is_the_same_whatever_a_says_in_confidence(
    tmp_path_factory: pytest.TempPathFactory, silent: dict[str, str], told: list[Secret]
) -> None:
    assert world(tmp_path_factory.mktemp("told"), told) == silent


def test_a_leak_that_is_planted_is_caught(tmp_path: Path, silent: dict[str, str]) -> None:
    assert world(tmp_path, [Secret("ten", withdrawn=False)], planted=True) != silent

"""The page of transitions is drawn from the table, and says what the table says."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from backchannel.channel.rules import ALLOWED_WHILE, TRANSITIONS

TOOL = Path(__file__).parent.parent / "tools" / "draw_rules.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("draw_rules", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_transitions_is_not_stale(tool: ModuleType) -> None:
    stale = "docs/transitions.md is stale: run `python tools/draw_rules.py`"
    assert tool.PAGE.read_text(encoding="utf-8") == tool.page(), stale


def test_every_transition_and_every_kind_is_on_the_page(tool: ModuleType) -> None:
    page = tool.page()
    for (before, cause), after in TRANSITIONS.items():
        assert f"    {before.name} --> {after.name}: {tool.cause_words(cause)}\n" in page
    for kind in ALLOWED_WHILE:
        assert f"| {kind.__name__} | " in page


def test_drawing_writes_the_page(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool, "PAGE", tmp_path / "transitions.md")
    assert tool.main() == 0
    assert (tmp_path / "transitions.md").read_text(encoding="utf-8") == tool.page()

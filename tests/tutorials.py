"""The tool that runs the commands of the tutorials, for the tests of each."""

import importlib.util
from pathlib import Path
from types import ModuleType

TOOL = Path(__file__).parent.parent / "tools" / "show_tutorial.py"


def load() -> ModuleType:
    """Return the tool as a module: `tools` is no package."""
    spec = importlib.util.spec_from_file_location("show_tutorial", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

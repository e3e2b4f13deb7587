"""Run the commands of the tutorials, and write what they print into them.

Each line `$ backchannel ...` in a block is run, in a folder with nothing in it but `cases`, and the
lines below it are put there anew. A line `...` stands for lines that are left out: as many as were
shown before and after it are shown again. Pictures that are made go to docs/pictures.

    python tools/show_tutorial.py
"""

import contextlib
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from typer.testing import CliRunner

from backchannel.cli import app

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "tutorial_packages.md"
PLANS = ROOT / "docs" / "tutorial_plans.md"
PICTURES = ROOT / "docs" / "pictures"
COLUMNS = "100"
LEFT_OUT = "..."
_BLOCK = re.compile(r"^```\n(\$ .*?)^```$", flags=re.DOTALL | re.MULTILINE)


def run(command: str) -> str:
    """Return what a command prints on a terminal of the tutorial's width."""
    program, *given = shlex.split(command)
    if program != "backchannel":
        raise ValueError(f"the tutorial runs backchannel and nothing else, not {program}")
    ran = CliRunner().invoke(app, given, env={"COLUMNS": COLUMNS, "FORCE_COLOR": None})
    if ran.exit_code:
        raise ValueError(f"{command} failed: {ran.output}")
    return "\n".join(line.rstrip() for line in ran.stdout.split("\n")).strip("\n")


def refreshed(page: str, runs: Callable[[str], str]) -> str:
    """Return a page with what its commands print now."""

    def block(found: re.Match[str]) -> str:
        parts = re.split(r"^\$ (.*)\n", found[1], flags=re.MULTILINE)[1:]
        pairs = zip(parts[::2], parts[1::2], strict=True)
        shown = (f"$ {command}\n{_kept(runs(command), before)}\n" for command, before in pairs)
        return f"```\n{''.join(shown)}```"

    return _BLOCK.sub(block, page)


def _kept(printed: str, before: str) -> str:
    """Return what is printed, with the same number of lines left in as before."""
    lines, old = printed.split("\n"), before.rstrip("\n").split("\n")
    if LEFT_OUT not in old:
        return printed
    head = old.index(LEFT_OUT)
    tail = len(old) - head - 1
    return "\n".join([*lines[:head], LEFT_OUT, *lines[len(lines) - tail :]])


@contextlib.contextmanager
def place() -> Iterator[Path]:
    """Work in a folder with nothing in it but the cases."""
    with TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("cases").symlink_to(ROOT / "cases")
        yield Path(folder)


def main() -> int:
    """Write the pages and their pictures, and say so."""
    with place() as folder:
        for page in (PAGE, PLANS):
            page.write_text(refreshed(page.read_text(encoding="utf-8"), run), encoding="utf-8")
            print(f"wrote {page}")
        for picture in sorted(folder.glob("*.svg")):
            (PICTURES / picture.name).write_bytes(picture.read_bytes())
    return 0


if __name__ == "__main__":
    sys.exit(main())

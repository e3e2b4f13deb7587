"""What the demo shows: plain words first, then what the desks show. Readable in 80 columns.

The form is the same in each run, piped or not; only keys, safety words and times differ.
"""

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

NARROWEST, WIDEST = 60, 120  # columns
PIPED = 80


def new_console() -> Console:
    """Return the console: 80 columns where there is no terminal that says otherwise."""
    console = Console(highlight=False, emoji=False)
    asked = os.environ.get("COLUMNS", "")
    shown = console.width if sys.stdout.isatty() else PIPED
    console.width = max(NARROWEST, min(int(asked) if asked.isdigit() else shown, WIDEST))
    return console


@dataclass(slots=True)
class Screen:
    """Where the demo writes, stage by stage, and what it has checked."""

    console: Console = field(default_factory=new_console)
    stage: int = 0
    checks: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def failed(self) -> list[str]:
        """The checks that did not hold."""
        return [words for words, holds in self.checks if not holds]

    def title(self, words: str) -> None:
        """Begin."""
        self.console.print(Panel(Text(words, style="bold"), padding=(0, 2)))

    def begin(self, words: str) -> None:
        """Begin a stage."""
        self.stage += 1
        self.console.print()
        self.console.print(Rule(Text(f"{self.stage}. {words}", style="bold"), align="left"))

    def say(self, words: str) -> None:
        """Say in plain words what happens, and why it matters."""
        self._hang("", words)

    def item(self, words: str) -> None:
        """Say one of several things."""
        self._hang(" - ", words)

    def quote(self, who: str, words: str, *, note: str = "") -> None:
        """Show what somebody writes, with a remark on it."""
        self.console.print(Text.assemble(("  " + who, "bold"), f" {note}" if note else ""))
        self._hang("    ", words)

    def refusal(self, words: str) -> None:
        """Show the sentence with which the software refuses."""
        self._hang("    REFUSED: ", words, style="bold red")

    def check(self, words: str, *, holds: bool) -> None:
        """Show something that was really checked, and remember how it came out."""
        self.checks.append((words, holds))
        if holds:
            self._hang("[ ok ] ", words, style="bold green")
        else:
            self._hang("[FAILED] ", words, style="bold red")

    def _hang(self, before: str, words: str, *, style: str = "") -> None:
        """Write words behind something, their further lines indented as far."""
        lines = Text(words).wrap(self.console, self.console.width - len(before))
        for number, line in enumerate(lines):
            line.rstrip()
            lead = Text(before, style=style) if number == 0 else Text(" " * len(before))
            self.console.print(lead + line)

    def show(self, what: RenderableType) -> None:
        """Show anything else."""
        self.console.print(what)

    def raw(self, words: str) -> None:
        """Show words as they are, unbroken: addresses and commands to be copied."""
        self.console.print(Text(words), soft_wrap=True)

    def beside(self, columns: Sequence[tuple[str, RenderableType]]) -> None:
        """Show panels side by side, each under its heading."""
        width = self.console.width // len(columns)
        panels = [Panel(body, title=escape(head), width=width) for head, body in columns]
        grid = Table.grid(padding=0)
        for _ in panels:
            grid.add_column(width=width, vertical="top")
        grid.add_row(*panels)
        self.console.print(grid)

    def table(self, heads: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]]) -> None:
        """Show a table; beside each head stands its width: "fix" for what must not be broken."""
        table = Table(box=None, header_style="bold underline", pad_edge=False, expand=True)
        for head, kind in heads:
            table.add_column(head, no_wrap=kind == "fix", ratio=None if kind == "fix" else 1)
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        self.console.print(table)

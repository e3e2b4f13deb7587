"""What pages are written on: lines, quoted texts and tables, on a terminal and into a pipe alike.

Promised: nothing is cut short; colours appear on a terminal alone; what people wrote stands behind
a bar at the left edge of every line, wrapped by us, so that no text can imitate what the desk says.
Nothing given here is read as markup.
"""

import sys
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from backchannel.channel.names import Rows
from backchannel.desk.screen.untrusted import one_line, quiet_json, visible

BAR = "  │ "
HANGING = " " * 10  # under the identifier at the beginning of an entry


class Paper:
    """One command's output. `aside` goes to stderr: what a script does not want in its file."""

    def __init__(self) -> None:
        self._out = _console(stderr=False)
        self._aside = _console(stderr=True)

    def line(self, text: str = "", style: str = "") -> None:
        """Write one line of the desk's own words, wrapped between words."""
        self._out.print(Text(one_line(text), style=style, overflow="fold"))

    def head(self, text: str, style: str = "") -> None:
        """Write a line with others' words in it: where it wraps, it goes on further to the right.

        So a long name or condition cannot bring a line of its own making to the left edge.
        """
        whole = Text(one_line(text), style=style)
        width = self._out.width - len(HANGING)
        for number, line in enumerate(whole.wrap(self._out, width, overflow="fold")):
            line.rstrip()
            self._out.print(Text(HANGING if number else "") + line, soft_wrap=True)

    def whole(self, text: str) -> None:
        """Write a line that must not be broken: an invitation, a piece of JSON, a file."""
        sys.stdout.write(f"{text}\n")

    def file(self, text: str) -> None:
        """Write a whole file: as it is into a pipe, made fit for the eye on a terminal."""
        sys.stdout.write(visible(text) if sys.stdout.isatty() else text)

    def json(self, value: object) -> None:
        """Write a value for other programs."""
        self.whole(quiet_json(value))

    def aside(self, text: str = "", style: str = "") -> None:
        """Write one line to stderr."""
        self._aside.print(Text(one_line(text), style=style, overflow="fold"))

    def warn(self, text: str) -> None:
        """Write what must not be overlooked."""
        self.head(f"! {text}", style="bold yellow")

    def quote(self, text: str) -> None:
        """Write what somebody wrote, each line behind the bar."""
        # Tabs would be measured otherwise than the terminal draws them.
        shown = Text(visible(text).expandtabs(4))
        for line in shown.wrap(self._out, self._out.width - len(BAR), overflow="fold"):
            line.rstrip()
            self._out.print(Text(BAR, style="dim") + line, soft_wrap=True)

    def rows(self, rows: Rows) -> None:
        """Write a list with rows that somebody wrote."""
        if rows:
            self.table(("", *("" for _ in rows[0])), (("  │", *row) for row in rows))

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Write a table whose cells fold instead of being cut."""
        table = Table(box=box.SIMPLE_HEAD, show_header=any(headings), pad_edge=False)
        for heading in headings:
            table.add_column(Text(visible(heading)), overflow="fold")
        for row in rows:
            table.add_row(*(Text(visible(cell)) for cell in row))
        self._out.print(table)


def _console(*, stderr: bool) -> Console:
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)

"""Cells of a CSV file: text as it is, and never a formula.

Promises: a cell that a spreadsheet would take for a formula begins with an apostrophe; a file with
letters beyond ASCII begins with the mark by which spreadsheets know UTF-8.

>>> cell("=1+1"), cell("-5"), cell("- nothing"), cell('a "b", c')
("'=1+1", '-5', "'- nothing", '"a ""b"", c"')

Source: RFC 4180; OWASP, CSV Injection.
"""

import re
from collections.abc import Iterable, Sequence

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")
# Full-width forms are taken for the same signs by some spreadsheets, and white space is skipped.
_SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BREAKS = ("\t", "\r", "\n")
_QUOTED = re.compile(r'[",\r\n]')


def cell(text: str) -> str:
    """Return text as a cell: quoted where it must be, and never a formula."""
    guarded = text
    suspicious = text.startswith(_BREAKS) or text.lstrip().startswith(_SIGNS)
    if suspicious and not _NUMBER.fullmatch(text):
        guarded = f"'{text}"
    return '"' + guarded.replace('"', '""') + '"' if _QUOTED.search(guarded) else guarded


def table(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows of texts as a file."""
    text = "".join(",".join(map(cell, row)) + "\r\n" for row in rows)
    return text.encode("ascii" if text.isascii() else "utf-8-sig", "replace")

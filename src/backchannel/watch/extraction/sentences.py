"""Where the sentences of a text begin and end. What stands in quotation marks is not cut.

Promises: sentences do not overlap, follow one another, and hold all of the text that is not white;
a text without a full stop is cut at line ends, and no sentence is longer than `LONGEST`.

>>> text = 'Talks go on, Dr. Haddad said. "We wait. We hope," he added.'
>>> [text[start:end] for start, end in sentences(text)]
['Talks go on, Dr. Haddad said.', '"We wait. We hope," he added.']
"""

import re
from collections.abc import Iterator
from typing import Final

LONGEST: Final = 2_000  # characters
_END: Final = re.compile(r"[.!?]+[\"'\u201d\u2019)]*(?=\s|$)|\n")
_ABBREVIATED: Final = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Sen|Rep|Gen|Col|Lt|Maj|Gov|Prof|No|Jr|Sr|vs|approx)|\b[A-Z]"
    r"|\b[A-Z]\.[A-Z])\.$"
)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the first character of each sentence and the one after its last."""
    start = 0
    for found in _END.finditer(text):
        end = found.end()
        piece = text[start:end]
        line_ends = found.group() == "\n"
        if not line_ends and (_ABBREVIATED.search(piece[-12:]) or _quoting(piece)):
            continue
        yield from _pieces(text, start, end)
        start = end
    yield from _pieces(text, start, len(text))


def _quoting(piece: str) -> bool:
    """Return whether a quotation that was opened here goes on."""
    return piece.count('"') % 2 == 1 or piece.count("\u201c") > piece.count("\u201d")


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for first in range(start, end, LONGEST):
        last = min(first + LONGEST, end)
        piece = text[first:last]
        if piece.strip():
            yield (
                first + len(piece) - len(piece.lstrip()),
                last - (len(piece) - len(piece.rstrip())),
            )

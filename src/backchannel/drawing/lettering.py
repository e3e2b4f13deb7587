"""What becomes of people's words in a picture: lines that fit, in letters that a font has.

Promises: no word is read as mathematics or markup; nothing invisible is left that could turn text
around; right-to-left scripts are shaped and joined (by Matplotlib 3.11 and later); a character that
no font of this machine has becomes U+FFFD, and that is said, instead of an empty box.

>>> fitted("The exchange of September, as packages", width=14, lines=2)
('The exchange', 'of September…')
>>> printable("north" + chr(0x202E) + chr(10) + "west")
'north west'
"""

import unicodedata
from collections.abc import Iterable

from matplotlib import font_manager

FONT = "DejaVu Sans"  # comes with Matplotlib; Latin, Greek, Cyrillic, Hebrew, Arabic, Persian
MISSING = "\ufffd"
MORE = "…"
# Zero-width joiners decide how Persian letters join; other format characters could hide or turn.
_JOINERS = {"\u200c", "\u200d"}
_BROAD = frozenset("MWmw@%")
_LAST_RESORT = "Last Resort"  # a font of empty boxes for everything


def printable(text: str) -> str:
    """Return text with nothing in it that cannot be seen, on one line."""
    return " ".join("".join(_shown(letter) for letter in text).split())


def _shown(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    if category == "Cf":
        return letter if letter in _JOINERS else ""
    return MISSING if category in {"Cs", "Co", "Cn"} else letter


def breadth(text: str) -> float:
    """Return about how wide a text is, in small letters."""
    return sum(_breadth(letter) for letter in text)


def _breadth(letter: str) -> float:
    if unicodedata.combining(letter) or letter in _JOINERS:
        return 0
    if unicodedata.east_asian_width(letter) in {"W", "F"}:
        return 2
    if letter in _BROAD:
        return 1.7
    return 1.2 if letter.isupper() else 1


def fitted(text: str, *, width: int, lines: int) -> tuple[str, ...]:
    """Return text as lines of at most this breadth; what is left out is marked by an ellipsis."""
    made = [""]
    for word in printable(text).split(" "):
        for piece in _pieces(word, width):
            joined = f"{made[-1]} {piece}".strip()
            if breadth(joined) <= width:
                made[-1] = joined
            else:
                made.append(piece)
    if len(made) <= lines:
        return tuple(made)
    last = made[lines - 1]
    while breadth(last + MORE) > width:
        last = last[:-1]
    return (*made[: lines - 1], last.rstrip() + MORE)


def _pieces(word: str, width: int) -> Iterable[str]:
    piece = ""
    for letter in word:
        if breadth(piece + letter) > width:
            yield piece
            piece = ""
        piece += letter
    yield piece


class Letters:
    """The fonts for some texts, and the texts with what no font has replaced.

    A letter and the marks on it come from one font: it is these together that a font has, or not.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        wanted = {cluster for text in texts for cluster in _clusters(printable(text))}
        missing = _lacking(wanted, font_manager.findfont(FONT))
        self.fonts = [FONT]
        # Other fonts are looked into only where they are needed: there can be hundreds.
        for entry in _others() if missing else ():
            lacking = _lacking(missing, entry.fname)
            if lacking != missing:
                self.fonts.append(entry.name)
                missing = lacking
        self.missing = frozenset(missing)

    def __call__(self, text: str) -> str:
        """Return a text with what no font has replaced."""
        clusters = _clusters(printable(text))
        return "".join(MISSING if each in self.missing else each for each in clusters)


def _clusters(text: str) -> list[str]:
    """Return a text's letters, each with the marks that stand on it."""
    found: list[str] = []
    for letter in text:
        if found and (letter in _JOINERS or unicodedata.category(letter).startswith("M")):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _lacking(clusters: set[str], file: str) -> set[str]:
    """Return those that a font cannot draw."""
    known = {chr(code) for code in font_manager.get_font(file).get_charmap()} | _JOINERS
    return {cluster for cluster in clusters if not known.issuperset(cluster)}


def _others() -> list[font_manager.FontEntry]:
    entries = [
        entry
        for entry in font_manager.fontManager.ttflist
        if entry.style == "normal"
        and entry.weight in {400, "normal", "regular"}
        and not entry.name.startswith(_LAST_RESORT)
        # Else another file of that name would be drawn with, which may lack what this one has.
        and font_manager.findfont(entry.name) == str(entry.fname)
    ]
    # The order in which a machine lists its fonts is an accident; the picture is to be the same.
    return sorted(entries, key=lambda entry: (entry.name, str(entry.fname)))

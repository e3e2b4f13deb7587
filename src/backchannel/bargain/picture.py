"""Pictures of a space as bytes, SVG or PNG: packages, frontier, solutions, reservation values.

Two parties: one across, one up (`picture_plane`); otherwise a column for each (`picture_columns`).
Promises: the same result, kind and state of the generator give the same bytes, with the same fonts
and libraries; no date is in them; whatever people wrote is drawn as it is, and never read as
mathematics or markup. An SVG carries a title and a description in words for who cannot see it.

Nothing is written or read here but the fonts, which Matplotlib loads.

Source: SVG 1.1, 5.4 (title and desc); WCAG 2.2, 1.1.1 and 1.4.1 (no meaning by colour alone).
"""

import io
from collections.abc import Iterable, Iterator
from typing import Any, Literal
from xml.sax.saxutils import escape

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from backchannel.bargain.cloud import cloud
from backchannel.bargain.lettering import Letters
from backchannel.bargain.picture_columns import columns
from backchannel.bargain.picture_parts import (
    NAMELESS,
    UNTOLD,
    concession,
    reservations,
    rows,
    sentences,
    shown,
)
from backchannel.bargain.picture_plane import plane
from backchannel.bargain.result import Result

Kind = Literal["svg", "png"]
KINDS: tuple[Kind, ...] = ("svg", "png")
_PLANE = 2  # parties
_DPI = 150  # of a PNG, and of dots that are an image within an SVG
_XML, _ROOT = b'<?xml version="1.0" encoding="utf-8"?>\n', b"<svg "


def picture(result: Result, kind: Kind, *, chance: np.random.Generator | None = None) -> bytes:
    """Return the picture. Without `chance`, a cloud too large to be drawn whole is left out.

    Raises:
        TooLargeError: issues that hang together have too many combinations to be listed.
    """
    flat = len(result.space.profiles) == _PLANE
    dots = cloud(result.space, chance) if flat else None
    letters = Letters((result.space.name, result.scale, *result.space.parties))
    # What a user's own settings say of looks would make another picture of the same result; and
    # text of people is never mathematics, whatever dollar signs are in it.
    settings: dict[Any, Any] = {
        **{name: value for name, value in mpl.rcParamsDefault.items() if name != "backend"},
        "font.family": letters.fonts,
        "text.parse_math": False,
        "svg.hashsalt": "backchannel",
        "svg.fonttype": "path",
    }
    with mpl.rc_context(settings):
        figure = plane(result, dots, letters) if dots is not None else columns(result, letters)
        figure.set_dpi(_DPI)
        if kind == "png":
            return _png(figure)
        said = [letters(each) for each in (*sentences(result, dots), *_described(result))]
        return _described_svg(_svg(figure), letters(result.space.name) or NAMELESS, said)


def _described(result: Result) -> Iterator[str]:
    parties = result.space.parties
    listed = [(row.title, row.points) for row in rows(result)]
    for title, points in [*listed, ("reservation values", reservations(result))]:
        told = ", ".join(f"{p} {shown(v)}" for p, v in zip(parties, points, strict=True))
        yield f"{title}: {told}."
    for party, less in concession(result):
        told = f"{shown(less)} point{'' if less == 1 else 's'}"
        yield f"The least that would open a zone: {party} settles for {told} less."
    yield f"Scale: {result.scale or UNTOLD}"


def _png(figure: Figure) -> bytes:
    made = io.BytesIO()
    FigureCanvasAgg(figure).print_png(made, metadata={"Software": None})  # type: ignore[no-untyped-call]
    return made.getvalue()


def _svg(figure: Figure) -> bytes:
    made = io.BytesIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    FigureCanvasSVG(figure).print_svg(made, metadata=nothing)  # type: ignore[no-untyped-call]
    return made.getvalue()


def _described_svg(data: bytes, title: str, said: Iterable[str]) -> bytes:
    """Return the SVG with title and description as the first things in it.

    Without its document type: that names an address, which some readers of XML would call.
    """
    start = data.index(_ROOT)
    inside = data.index(b">", start) + 1
    words = (
        f'\n <title id="title">{escape(title)}</title>'
        f'\n <desc id="desc">{escape(" ".join(said))}</desc>'
    )
    named = b'role="img" aria-labelledby="title desc" '
    root = _ROOT + named + data[start + len(_ROOT) : inside]
    return _XML + root + words.encode() + data[inside:]

"""A figure as bytes, SVG or PNG, with nothing in it that was not drawn.

Promises: the same drawing gives the same bytes, with the same fonts and libraries; no date and no
name of a program is in them; a user's own settings of looks change nothing; a dollar sign is never
read as mathematics. An SVG carries a title and a description in words for who cannot see it.

Source: SVG 1.1, 5.4 (title and desc); WCAG 2.2, 1.1.1; colours of Okabe and Ito, Color Universal
Design (2008).
"""

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

Kind = Literal["svg", "png"]
KINDS: tuple[Kind, ...] = ("svg", "png")
# Far apart in brightness too: pictures are printed in black and white.
BLACK, BLUE, RED, GREEN, PURPLE, ORANGE = (
    *("#000000", "#0072b2", "#d55e00"),
    *("#009e73", "#cc79a7", "#e69f00"),
)
GREY, PALE = "#8c8c8c", "#e4e4e4"
_DPI = 150  # of a PNG
_XML, _ROOT = b'<?xml version="1.0" encoding="utf-8"?>\n', b"<svg "


def sheet(
    draw: Callable[[], Figure],
    kind: Kind,
    *,
    fonts: Sequence[str],
    title: str,
    said: Iterable[str],
) -> bytes:
    """Return what `draw` draws, with a title and a description."""
    settings: dict[Any, Any] = {
        **{name: value for name, value in mpl.rcParamsDefault.items() if name != "backend"},
        "font.family": list(fonts),
        "text.parse_math": False,
        "svg.hashsalt": "backchannel",
        "svg.fonttype": "path",
    }
    with mpl.rc_context(settings):
        figure = draw()
        figure.set_dpi(_DPI)
        if kind == "png":
            return _png(figure)
        return _described(_svg(figure), title, " ".join(said))


def _png(figure: Figure) -> bytes:
    made = io.BytesIO()
    FigureCanvasAgg(figure).print_png(made, metadata={"Software": None})  # type: ignore[no-untyped-call]
    return made.getvalue()


def _svg(figure: Figure) -> bytes:
    made = io.BytesIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    FigureCanvasSVG(figure).print_svg(made, metadata=nothing)  # type: ignore[no-untyped-call]
    return made.getvalue()


def _described(data: bytes, title: str, said: str) -> bytes:
    """Return the SVG with title and description as the first things in it.

    Without its document type: that names an address, which some readers of XML would call.
    """
    start = data.index(_ROOT)
    inside = data.index(b">", start) + 1
    words = f'\n <title id="title">{escape(title)}</title>\n <desc id="desc">{escape(said)}</desc>'
    named = b'role="img" aria-labelledby="title desc" '
    root = _ROOT + named + data[start + len(_ROOT) : inside]
    return _XML + root + words.encode() + data[inside:]

"""Pictures of a space as bytes, SVG or PNG: packages, frontier, solutions, reservation values.

Two parties: one across, one up (`picture_plane`); otherwise a column for each (`picture_columns`).
Promises: the same result, kind and state of the generator give the same bytes, with the same fonts
and libraries; no date is in them; whatever people wrote is drawn as it is, and never read as
mathematics or markup. An SVG carries a title and a description in words for who cannot see it.

Nothing is written or read here but the fonts, which Matplotlib loads.

Source: SVG 1.1, 5.4 (title and desc); WCAG 2.2, 1.1.1 and 1.4.1 (no meaning by colour alone).
"""

from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure

from backchannel.bargain.cloud import cloud
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
from backchannel.drawing.lettering import Letters
from backchannel.drawing.sheet import Kind, sheet

_PLANE = 2  # parties


def picture(result: Result, kind: Kind, *, chance: np.random.Generator | None = None) -> bytes:
    """Return the picture. Without `chance`, a cloud too large to be drawn whole is left out.

    Raises:
        TooLargeError: issues that hang together have too many combinations to be listed.
    """
    flat = len(result.space.profiles) == _PLANE
    dots = cloud(result.space, chance) if flat else None
    letters = Letters((result.space.name, result.scale, *result.space.parties))
    said = (letters(each) for each in (*sentences(result, dots), *_described(result)))

    def draw() -> Figure:
        return columns(result, letters) if dots is None else plane(result, dots, letters)

    title = letters(result.space.name) or NAMELESS
    return sheet(draw, kind, fonts=letters.fonts, title=title, said=said)


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

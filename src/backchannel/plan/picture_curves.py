"""The picture of exposures and temptations, event by event: a line, a mark and a shade for a side.

A ring marks the worst moment and, below, the stake. Shades are what ranges of values leave open.
"""

from collections.abc import Callable

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from backchannel.drawing.lettering import Letters, fitted
from backchannel.drawing.sheet import BLACK, GREY
from backchannel.plan.exposure import Curve, Exposure, Peak, SideExposure
from backchannel.plan.exposure_words import shown, spanned
from backchannel.plan.model import Plan
from backchannel.plan.picture_parts import MARGIN, SMALL, STYLES, TINY, page

_EACH, _LEAST, _MOST = 0.34, 5.0, 24.0  # inches: for an event, for all
_LEFT, _BESIDE = 1.0, 2.5  # inches left and right of the plots
_UPPER, _LOWER, _BETWEEN, _TICKS = 3.0, 1.7, 0.35, 0.85  # inches of height
_FEW = 12  # events whose names stand side by side
_LONG = 8  # letters of an event's name; what is longer is cut
_BROAD = 20  # letters of a side's name in the legend


def curves(plan: Plan, found: Exposure, letters: Letters) -> Figure:
    """Return the picture."""
    across = min(_MOST, max(_LEAST, _EACH * (len(found.moves) + 1)))
    made = page(
        plan,
        letters,
        size=(_LEFT + across + _BESIDE, _UPPER + _BETWEEN + _LOWER + _TICKS),
        said=plan.whose,
        foot=_foot(found),
    )
    bottom = made.bottom + _TICKS
    upper = made.axes(_LEFT, bottom + _LOWER + _BETWEEN, across, _UPPER)
    lower = made.axes(_LEFT, bottom, across, _LOWER)
    _panel(upper, found, letters, lambda each: (each.exposure, each.worst))
    _panel(lower, found, letters, lambda each: (each.temptation, each.stake))
    upper.set_ylabel("exposure, in points\nabove 0: gave more than it got", size=SMALL)
    lower.set_ylabel("saved by\nstopping now", size=SMALL)
    upper.set_xticklabels([])
    _legend(upper, "most exposed")
    _legend(lower, "stake needed")
    names = ["start", *(_named(found, at) for at in range(1, len(found.moves) + 1))]
    turned = len(names) > _FEW or any(len(name) > _LONG // 2 for name in names)
    lower.set_xticklabels(names, rotation=90 if turned else 0, size=TINY)
    lower.set_xlabel("after", size=SMALL)
    return made.figure


def _foot(found: Exposure) -> str:
    ends = [each.exposure.levels for each in found.sides.values()]
    shades = any(level.low != level.high for levels in ends for level in levels)
    said = ["Exposure: what a side gave, at its cost, less what it received, at its worth."]
    if shades:
        said.append("Shades: what ranges of values leave open.")
    if found.unvalued:
        said.append(f"Without a value, counted as nothing: {', '.join(found.unvalued)}.")
    return " ".join(said)


def _panel(
    axes: Axes,
    found: Exposure,
    letters: Letters,
    chosen: Callable[[SideExposure], tuple[Curve, Peak]],
) -> None:
    places = range(len(found.moves) + 1)
    axes.axhline(0, color=BLACK, lw=0.8, zorder=1)
    for number, (side, each) in enumerate(found.sides.items()):
        curve, peak = chosen(each)
        low, middle, high = (
            [float(getattr(level, end)) for level in curve.levels]
            for end in ("low", "middle", "high")
        )
        style = dict(STYLES[number])
        label = f"{fitted(letters(side), width=_BROAD, lines=1)[0]}\n{_told(found, peak)}"
        axes.plot(
            places, middle, drawstyle="steps-post", lw=1.6, label=label, mec="white", mew=0.6,
            zorder=3, **style,
        )  # fmt: skip
        if low != high:
            axes.fill_between(
                places, low, high, step="post", color=style["color"], alpha=0.18, lw=0, zorder=2
            )
        if peak.middle > 0:
            axes.plot(
                [peak.at], [float(peak.middle)], ls="none", marker="o", ms=12 + 2.5 * number,
                mfc="none", mec=style["color"], mew=1.4, zorder=4, clip_on=False,
            )  # fmt: skip
    axes.set_xlim(-0.4, len(found.moves) + 0.6)
    axes.margins(y=0.12)
    axes.set_xticks(places)
    axes.grid(axis="x", color=GREY, lw=0.3, alpha=0.5)
    axes.tick_params(labelsize=TINY)
    for edge in ("top", "right"):
        axes.spines[edge].set_visible(False)


def _told(found: Exposure, peak: Peak) -> str:
    if peak.high <= 0:
        return "never"
    if peak.middle <= 0:
        return f"up to {shown(peak.high)}"
    return f"{spanned(peak.low, peak.high)}, after {_named(found, peak.at)}"


def _named(found: Exposure, at: int) -> str:
    """Return a short name of an event: its first step, and how many are with it."""
    event = found.event(at)
    if not event:
        return "start"
    first = fitted(event[0], width=_LONG, lines=1)[0]
    return f"{first} +{len(event) - 1}" if len(event) > 1 else first


def _legend(axes: Axes, title: str) -> None:
    made = axes.legend(
        loc="upper left",
        bbox_to_anchor=(1.01, 1.03),
        fontsize=SMALL,
        frameon=False,
        title=title,
        title_fontsize=SMALL,
        handlelength=3.2,
        borderpad=MARGIN,
    )
    made.set_alignment("left")

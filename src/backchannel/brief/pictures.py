"""The pictures of a brief: claims by speaker, credit, leaks and denials, the outlook, the series.

Promises: each shows the figures of a table or list that stands with it, and says in words what it
shows; there is none where there is nothing to show.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Final

from backchannel.brief import strokes
from backchannel.brief.leverage import shares
from backchannel.brief.material import Material
from backchannel.brief.series import Series
from backchannel.brief.strokes import Picture
from backchannel.watch.claims import Claim, Direction, SpeakerType
from backchannel.watch.counting import by_speakers, leaked, of_types
from backchannel.watch.outlook import Outlook, Share
from backchannel.watch.signals import DENIALS

WEEK: Final = 7
_TOP: Final = 30
_EDGE: Final = strokes.WIDTH - strokes.RIGHT
_MOST_NAMES: Final = 12
_WAYS: Final = {Direction.TOWARD: "toward", Direction.AWAY: "away", Direction.NEUTRAL: "neither"}


def pictures(of: Material) -> dict[str, list[Picture]]:
    """Return the pictures by name; there can be several series."""
    made: dict[str, list[Picture | None]] = {
        "timeline": [_timeline(of)],
        "credit": [_credit(of)],
        "leaks": [_leaks(of)],
        "outlook": [_outlook(of.outlook) if of.outlook else None],
        "series": [_series(of, each) for each in of.series],
    }
    return {name: [each for each in drawn if each] for name, drawn in made.items()}


def _place(of: Material, day: date) -> float:
    whole = max((of.on - of.first).days, 1)
    return strokes.across((day - of.first).days / whole)


def _days(of: Material, y: float) -> list[str]:
    """Return the axis of days; a broken line where what is new begins."""
    made = [
        strokes.line((strokes.LEFT, y), (_EDGE, y)),
        strokes.text(strokes.LEFT, y + 16, of.first.isoformat()),
        strokes.text(_EDGE, y + 16, of.on.isoformat(), end=True),
    ]
    if of.since is not None and of.since > of.first:
        at = _place(of, of.since)
        made.append(strokes.line((at, _TOP - 12), (at, y), "since"))
    return made


def _timeline(of: Material) -> Picture:
    parts, lanes = [], list(SpeakerType)
    for number, lane in enumerate(lanes):
        y = _TOP + strokes.LINE * number
        name = lane.value.replace("_", " ")
        parts += [
            strokes.text(strokes.LEFT - 10, y + 4, name, end=True),
            strokes.line((strokes.LEFT, y), (_EDGE, y)),
        ]
        days = Counter((c.published, c.direction) for c in by_speakers(of.claims, lane))
        for (day, way), times in sorted(days.items(), key=lambda found: str(found[0])):
            shift = {Direction.TOWARD: -5, Direction.AWAY: 5, Direction.NEUTRAL: 0}[way]
            parts.append(strokes.dot(_place(of, day), y + shift, min(2.5 + times, 8), _WAYS[way]))
    bottom = _TOP + strokes.LINE * len(lanes)
    parts += _days(of, bottom)
    said = "; ".join(
        f"{lane.value.replace('_', ' ')} {len(by_speakers(of.claims, lane))}" for lane in lanes
    )
    said += (
        " claims. Dots above the line point toward a deal, below it away from one, on it neither "
        "way; a larger dot is several claims of one day."
    )
    return strokes.picture(bottom + 30, "Claims by class of speaker", said, parts)


def _credit(of: Material) -> Picture | None:
    found = shares(of)[:_MOST_NAMES]
    if not found:
        return None
    most = max(whole for _, _, whole in found)
    parts = []
    for number, (name, new, whole) in enumerate(found):
        y = _TOP + strokes.LINE * number
        reach = strokes.across(whole / most) - strokes.LEFT
        parts += [
            strokes.text(strokes.LEFT - 10, y + 5, name, end=True),
            strokes.box((strokes.LEFT, y - 8), (reach, 16), "whole"),
            strokes.box((strokes.LEFT, y - 8), (reach * new / whole, 16), "new"),
            strokes.text(strokes.LEFT + 6, y + 5, f"{whole}, {new} of them new"),
        ]
    said = "; ".join(f"{name}: {whole}, {new} of them new" for name, new, whole in found)
    said = f"Claims that credit {said}."
    height = _TOP + strokes.LINE * len(found)
    return strokes.picture(height, "Who is credited with progress", said, parts)


def _leaks(of: Material) -> Picture | None:
    rows = {
        "by the broker": by_speakers(of.claims, SpeakerType.BROKER),
        "leaks, not named": leaked(of.claims),
        "denials": of_types(of.claims, *DENIALS),
    }
    if not any(rows.values()):
        return None
    weeks = (of.on - of.first).days // WEEK + 1
    counts = {name: _weekly(of, found) for name, found in rows.items()}
    most = max(max(each.values(), default=0) for each in counts.values())
    parts, step = [], (_EDGE - strokes.LEFT) / weeks
    for number, (name, found) in enumerate(counts.items()):
        base = _TOP + 50 * (number + 1)
        parts += [
            strokes.text(strokes.LEFT - 10, base, name, end=True),
            strokes.line((strokes.LEFT, base), (_EDGE, base)),
        ]
        for week, times in sorted(found.items()):
            tall = 40 * times / most
            x = strokes.LEFT + week * step
            parts.append(strokes.box((x, base - tall), (max(step - 1, 1), tall), f"row{number}"))
    bottom = _TOP + 50 * len(rows)
    parts += _days(of, bottom + 6)
    said = "; ".join(f"{name}: {len(found)}" for name, found in rows.items())
    said = (
        f"Claims {said}. A bar is a week; the tallest holds {most}. A week without bars may be one "
        "that nobody looked at."
    )
    return strokes.picture(
        bottom + 36, "The broker's words, leaks and denials by week", said, parts
    )


def _weekly(of: Material, claims: Iterable[Claim]) -> Counter[int]:
    return Counter((each.published - of.first).days // WEEK for each in claims)


def _outlook(found: Outlook) -> Picture:
    last = found.weeks[-1]
    rows = (
        ("agreement", last.agreement, last.base_agreement),
        ("breakdown", last.breakdown, last.base_breakdown),
        ("goes on", last.goes_on, last.base_goes_on),
    )
    parts = []
    for number, (name, share, base) in enumerate(rows):
        y = _TOP + 46 * number
        parts += [
            strokes.text(strokes.LEFT - 10, y + 5, name, end=True),
            *_interval(share, y, "now"),
            strokes.text(strokes.LEFT - 10, y + 21, "base rate", end=True),
            *_interval(base, y + 16, "base"),
        ]
    bottom = _TOP + 46 * len(rows)
    parts.append(strokes.line((strokes.LEFT, bottom), (_EDGE, bottom)))
    parts += [
        strokes.text(strokes.across(tick / 100), bottom + 16, f"{tick} %", middle=True)
        for tick in (0, 25, 50, 75, 100)
    ]
    said = "; ".join(
        f"{name} {100 * share.value:.0f} %, from {100 * share.low:.0f} to {100 * share.high:.0f}, "
        f"base rate {100 * base.value:.0f} %"
        for name, share, base in rows
    )
    title = f"Outlook for {last.ahead} weeks ahead, each beside its base rate"
    return strokes.picture(bottom + 30, title, said, parts)


def _interval(share: Share, y: float, kind: str) -> list[str]:
    low, high = strokes.across(share.low), strokes.across(share.high)
    at = strokes.across(share.value)
    return [strokes.line((low, y), (high, y), f"{kind}line"), strokes.dot(at, y, 5, kind)]


def _series(of: Material, series: Series) -> Picture | None:
    shown = [(day, value) for day, value in series.until(of.on) if day >= of.first]
    if len(shown) < 2:  # noqa: PLR2004 - a line needs two points
        return None
    low, high = min(value for _, value in shown), max(value for _, value in shown)
    span = (high - low) or 1.0
    points = [(_place(of, day), _TOP + 90 - 80 * (value - low) / span) for day, value in shown]
    parts = [
        strokes.path(points, "series"),
        *(strokes.dot(x, y, 3, "value") for x, y in points),
        strokes.text(strokes.LEFT - 10, _TOP + 14, f"{high:g}", end=True),
        strokes.text(strokes.LEFT - 10, _TOP + 94, f"{low:g}", end=True),
        *_days(of, _TOP + 100),
    ]
    said = f"From {shown[0][1]:g} on {shown[0][0]} to {shown[-1][1]:g} on {shown[-1][0]}."
    return strokes.picture(_TOP + 130, series.name, said, parts)

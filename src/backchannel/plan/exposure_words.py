"""What the exposures of a plan come to, in sentences.

>>> spanned(Fraction(1), Fraction(5, 2)), spanned(Fraction(3), Fraction(3))
('1 to 2.5', '3')
"""

from fractions import Fraction

from backchannel.plan.exposure import Exposure, Peak, SideExposure


def shown(value: Fraction) -> str:
    """Return a number as people read it."""
    return f"{float(value):,.6g}"


def spanned(low: Fraction, high: Fraction) -> str:
    """Return a range as people read it; one number where both ends are the same."""
    return shown(low) if low == high else f"{shown(low)} to {shown(high)}"


def sentences(found: Exposure) -> list[str]:
    """Return what the curves come to, in words."""
    told = [_worst(found, each) for each in found.sides.values()]
    worst = found.worst
    if worst.worst.middle > 0:
        told.append(
            f"Worst of all, if points of one side are points of another: {worst.side}, "
            f"{_after(found, worst.worst.at)}."
        )
    told += [_surplus(each) for each in found.sides.values()]
    match found.self_enforcing:
        case True:
            told.append("Self-enforcing: no side would ever save anything by stopping.")
        case None:
            told.append("Whether it is self-enforcing depends on where in their ranges values are.")
        case _:
            told.append("Not self-enforcing: something must stand behind it.")
    told += [_stake(found, each) for each in found.sides.values() if each.stake.high > 0]
    return told


def _worst(found: Exposure, each: SideExposure) -> str:
    worst = each.worst
    if worst.high <= 0:
        return f"{each.side} is never exposed."
    if worst.middle <= 0:
        ends = "only at unfavourable ends of ranges"
        return f"{each.side} is exposed {ends}: up to {shown(worst.high)}."
    said = f"{each.side} is most exposed {_after(found, worst.at)}: {_peak(worst)}"
    if each.ends_worst:
        return f"{said}. The end is its worst point: no order repairs a bad deal."
    return f"{said}, if the others stop there."


def _surplus(each: SideExposure) -> str:
    surplus = each.surplus
    said = f"Over the whole plan {each.side} is left with {spanned(surplus.low, surplus.high)}"
    if surplus.high < 0:
        return f"{said}; it gives more than it receives, in whatever order."
    return f"{said}."


def _stake(found: Exposure, each: SideExposure) -> str:
    if each.stake.middle <= 0:
        return (
            f"{each.side} would save something by stopping only at unfavourable ends of ranges: a "
            f"stake of up to {shown(each.stake.high)}."
        )
    return (
        f"{each.side} would save most by stopping {_after(found, each.stake.at)}: a stake of "
        f"{_peak(each.stake)} must stand behind its word."
    )


def _after(found: Exposure, at: int) -> str:
    event = found.event(at)
    return f"after {', '.join(event)} (event {at} of {len(found.moves)})" if at else "at the start"


def _peak(peak: Peak) -> str:
    if peak.low == peak.high:
        return shown(peak.middle)
    return f"{spanned(peak.low, peak.high)} (middle {shown(peak.middle)})"

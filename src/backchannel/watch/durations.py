"""How long agreements stay in force, from a published count: an upper bound for what is watched.

Promises: shares stand with their number and an interval of 95 %; the sentence on whom they are of
stands beside them.

>>> [(each.days, round(each.share.low, 2), round(each.share.high, 2)) for each in DURATIONS]
[(90, 0.85, 0.92), (365, 0.72, 0.81)]

Source: UCDP Peace Agreement Dataset (Uppsala): 341 signed agreements in conflicts within states, in
force after 90 days 0.89, after one year 0.77. The interval is that of Jeffreys (`beta`).
"""

from dataclasses import dataclass
from typing import Final

from backchannel.watch.beta import jeffreys
from backchannel.watch.outlook import Share

COUNTED: Final = 341
CAVEAT: Final = (
    f"n = {COUNTED} signed agreements in conflicts within states (UCDP): an upper bound for "
    "pauses, exchanges and memoranda between states, which are other things and may end sooner, "
    "and no forecast for this one. The interval holds for agreements like those, as if "
    "independent."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """Which share of agreements was still in force after so many days."""

    days: int
    share: Share


def _duration(days: int, value: float) -> Duration:
    # The counts are not published, the shares are: to the nearest agreement.
    low, high = jeffreys(round(value * COUNTED), COUNTED)
    return Duration(days=days, share=Share(value=value, low=low, high=high))


DURATIONS: Final = (_duration(90, 0.89), _duration(365, 0.77))

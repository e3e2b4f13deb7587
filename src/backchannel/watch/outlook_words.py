"""The outlook in words and for other programs, each with what it does not claim.

Promises: the sentence on how few episodes there are, and that no skill is shown, stands in both.
"""

from dataclasses import asdict
from typing import Any

from backchannel.watch.outlook import SHRINKAGE, Outlook, Share


def in_short(share: Share) -> str:
    """Return a share as per cent with its interval.

    >>> in_short(Share(value=0.3, low=0.093, high=0.606))
    '30 % (9 to 61)'
    """
    value, low, high = (100 * each for each in (share.value, share.low, share.high))
    return f"{value:.0f} % ({low:.0f} to {high:.0f})"


def caveats(found: Outlook) -> tuple[str, ...]:
    """Return what must stand beside every number."""
    own = f" {found.left_out} of this case itself are left out." if found.left_out else ""
    return (
        (
            f"n = {found.decided} decided episodes, {found.agreements} of them agreements, picked "
            f"by hand knowing their outcomes.{own} No skill is shown: these numbers were not "
            "tested against what happened, and so few episodes could not show any."
        ),
        (
            "Only the age moves the numbers: the weeks since the first claim in the ledger. What "
            "claims say is not weighed; a report changes them only if it is older than all others."
        ),
        (
            "Episodes that still go on are not counted, so that endings look more likely than they "
            "are; and the day of the first claim need not be the day the talks began."
        ),
        (
            "Intervals are of 95 %, as wide as so few episodes make them, if this case is like "
            f"those; a week's hazard is shrunk toward that of all weeks by {SHRINKAGE} weeks."
        ),
    )


def for_programs(found: Outlook, *, case: str) -> dict[str, Any]:
    """Return everything, for JSON."""
    plain = asdict(found)
    plain["on"], plain["first"] = found.on.isoformat(), found.first.isoformat()
    return {
        "format": "backchannel-outlook/1",
        "case": case,
        **plain,
        "skill_shown": False,
        "caveats": list(caveats(found)),
    }

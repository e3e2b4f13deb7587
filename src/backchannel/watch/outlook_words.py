"""The outlook in words and for other programs, each with what it does not claim.

Promises: how few episodes there are, that no skill is shown, and what would change the numbers
stand in both.
"""

import math
from dataclasses import asdict
from typing import Any, Final

from backchannel.watch.beginning import WINDOW, Known
from backchannel.watch.claims import Claim, ClaimType
from backchannel.watch.durations import CAVEAT, DURATIONS
from backchannel.watch.hazards import SHRINKAGE
from backchannel.watch.outlook import Outlook, Share
from backchannel.watch.sensitivity import Dropped, Sensitivity

# What `watch evaluate` finds on the episodes that come with the program; a test holds it to that.
SKILL_SHOWN: Final = False
FIRST_DAYS: Final = {
    Known.GIVEN: "the first day, as you gave it",
    Known.BORNE_OUT: "the first day of two independent reports",
    Known.LONE: "the first claim, which no independent report bears out",
}


def in_short(share: Share) -> str:
    """Return a share as per cent with its interval.

    >>> in_short(Share(value=0.3, low=0.093, high=0.606))
    '30 % (9 to 61)'
    """
    value, low, high = (100 * each for each in (share.value, share.low, share.high))
    return f"{value:.0f} % ({low:.0f} to {high:.0f})"


def caveats(found: Outlook) -> tuple[str, ...]:
    """Return what must stand beside every number."""
    own = f" {found.left_out} episodes of this case itself are left out." if found.left_out else ""
    return (
        (
            f"n = {found.decided} decided episodes, {found.agreements} of them agreements, picked "
            f"by hand knowing their outcomes.{own} No skill is shown: tested on these episodes the "
            "numbers were not better than the base rate beyond doubt (`watch evaluate`)."
        ),
        (
            "Only the age moves the numbers. What claims say is not weighed: so few decided "
            "episodes cannot tell a weight from none."
        ),
        (
            f"{found.undecided} episodes that were not decided count with the weeks they lasted; "
            "a partial step ends nothing. Half an ending of either kind is counted besides, so "
            "that nothing is called impossible."
        ),
        (
            "Intervals are of 95 %, as wide as so few episodes make them, if this case is like "
            f"those; a week's hazard is shrunk toward that of all weeks by {SHRINKAGE} weeks."
        ),
    )


def what_would_change(found: Outlook) -> tuple[str, ...]:
    """Return what would move the numbers, in sentences."""
    last = found.weeks[-1]
    agreed, broke = (100 * each for each in found.one_more)
    return (
        (
            f"One more episode that ended in agreement at this age would move agreement by week "
            f"{last.ahead} from {100 * last.agreement.value:.1f} % to {agreed:.1f} %; one that "
            f"broke down, breakdown from {100 * last.breakdown.value:.1f} % to {broke:.1f} %."
        ),
        _of_the_first_day(found),
        (
            "A signal would, once it is shown on episodes it was not fitted to that it is better "
            "than the base rate; none is."
        ),
    )


def _of_the_first_day(found: Outlook) -> str:
    match found.known:
        case Known.GIVEN:
            return f"Another first day than {found.first} (--since) would; no claim can."
        case Known.BORNE_OUT:
            return (
                f"An earlier report would, if another of a different page, outlet and wording "
                f"within {WINDOW} days bears it out: the age counts from {found.first}."
            )
        case Known.LONE:
            return (
                f"Any report that bears out another within {WINDOW} days would, or one older than "
                f"{found.first}: no two reports bear each other out yet. Give --since DAY if you "
                "know it."
            )


def bound_in_words(found: Sensitivity) -> str:
    """Say what one planted claim can do."""
    if found.bound == 0:
        return "One planted claim, whatever it says, moves no probability at all."
    points = math.ceil(1000 * found.bound) / 10  # a bound is rounded up
    to = "any age" if found.oldest is None else f"{found.youngest} to {found.oldest} weeks of age"
    return (
        f"One planted claim, whatever it says, moves no probability by more than {points:.1f} "
        f"percentage points (it can lead to {to}); copies of it, word for word, move no more."
    )


def dropped_in_words(dropped: Dropped) -> tuple[str, str, str, str]:
    """Return outlet, claims, first day and change, for a table."""
    if dropped.change is None:
        return dropped.outlet, f"{dropped.claims:,}", "none is left", "no outlook"
    points = f"{100 * dropped.change:.1f}"
    return dropped.outlet, f"{dropped.claims:,}", str(dropped.first), points


def durations_in_words(claims: tuple[Claim, ...]) -> tuple[str, ...]:
    """Say how long agreements last, if a claim speaks of one; else nothing."""
    told = [each for each in claims if each.claim_type is ClaimType.AGREEMENT]
    if not told:
        return ()
    first = min(each.published for each in told)
    lasting = "; ".join(f"after {each.days} days {in_short(each.share)}" for each in DURATIONS)
    return (
        f"{len(told)} claims speak of an agreement, the first on {first}.",
        f"In force of agreements elsewhere: {lasting}. {CAVEAT}",
    )


def for_programs(found: Outlook, *, case: str, moves: Sensitivity | None = None) -> dict[str, Any]:
    """Return everything, for JSON."""
    plain = asdict(found)
    plain["on"], plain["first"] = found.on.isoformat(), found.first.isoformat()
    plain["known"] = found.known.value
    return {
        "format": "backchannel-outlook/2",
        "case": case,
        **plain,
        "skill_shown": SKILL_SHOWN,
        "caveats": list(caveats(found)),
        "what_would_change": list(what_would_change(found)),
        **({} if moves is None else {"sensitivity": _moves(moves)}),
    }


def _moves(found: Sensitivity) -> dict[str, Any]:
    plain = asdict(found)
    for each in plain["dropped"]:
        each["first"] = each["first"] and each["first"].isoformat()
    return {**plain, "in_words": bound_in_words(found)}

"""Third question: what mechanism is operating. Brokered announcements, or leaks and denials.

Promises: what is new is set beside the rate of the whole record before it; neither leaks nor
announcements are called good or bad.
"""

from typing import Final

from backchannel.brief.material import Material, extent
from backchannel.brief.said import Part, Section, Statement, Table, counted, fact, inferred, unknown
from backchannel.watch.alerts import alerts
from backchannel.watch.beta import jeffreys
from backchannel.watch.claims import Claim, ClaimType, SpeakerType
from backchannel.watch.counting import by_speakers, leaked, of_types, reports
from backchannel.watch.leaks import episodes
from backchannel.watch.signals import DENIALS, signals

_CLEAR: Final = 2  # times as many pages, before one is said to prevail
CAVEAT: Final = (
    "Leaks and denials are not taken for a bad sign, nor announcements for a good one: nothing in "
    "hand shows that they are."
)


def mechanism(of: Material) -> Section:
    """Return how news of the mediation comes out, now and before."""
    brokered, leaks, denials = _three(of.new)
    statements: list[Statement] = [_prevails(brokered, leaks)]
    statements += [
        fact(f"{words}: {extent(found)}.", found) if found else unknown(f"{words}: none is new.")
        for found, words in (
            (brokered, "The broker's own words"),
            (leaks, "Leaks, by whoever is not named"),
            (denials, "Denials and contradictions"),
        )
    ]
    talks = of_types(of.new, ClaimType.FORMAL_TALKS, ClaimType.AGREEMENT, ClaimType.BREAKDOWN)
    formal = (
        fact(f"Formal talks, an agreement or a breakdown: {extent(talks)}.", talks)
        if talks
        else unknown("Nothing new tells of formal talks, an agreement or a breakdown.")
    )
    return Section(
        title="What mechanism is operating",
        parts=(
            Part(title="How news comes out", statements=tuple(statements)),
            Part(title="Runs of leaks", statements=_runs(of)),
            Part(title="Rates that changed", statements=_changed(of)),
            Part(title="Where it is held", statements=(formal,)),
        ),
        tables=(_table(of),),
        pictures=("leaks",),
    )


def _runs(of: Material) -> tuple[Statement, ...]:
    """Return the runs of leaks that reach into what is new; a leak alone is no run."""
    new = {each.digest for each in of.new}
    found = [
        each
        for each in episodes(of.claims)
        if len(each.leaks) > 1 and any(leak.digest in new for leak in each.leaks)
    ]
    return tuple(
        fact(
            f"{each.first} to {each.last}: {extent(each.leaks)}; denied or contradicted meanwhile: "
            f"{counted(len(each.denials), 'claim')}. At the usual rate {each.expected:.1f} pages "
            "would be expected.",
            [*each.leaks, *each.denials],
        )
        for each in found
    ) or (unknown("No leaks followed one another within a week."),)


def _changed(of: Material) -> tuple[Statement, ...]:
    """Return where a rate has probably changed since the brief before."""
    since = of.since or of.first
    found = [
        alert
        for signal in signals(of.claims, until=of.on)
        for alert in alerts(signal)
        if alert.week >= since
    ]
    return tuple(
        inferred(
            f"{each.signal}: from {each.before:.1f} to {each.after:.1f} pages a week, about the "
            f"week of {each.week}.",
            f"{100 * each.probability:.0f} % probable, {100 * each.chance:.0f} % by chance alone",
            each.claims,
        )
        for each in found
    ) or (unknown("No rate changed so that it could be told from chance."),)


def _three(claims: tuple[Claim, ...]) -> tuple[tuple[Claim, ...], ...]:
    return by_speakers(claims, SpeakerType.BROKER), leaked(claims), of_types(claims, *DENIALS)


def _prevails(brokered: tuple[Claim, ...], leaks: tuple[Claim, ...]) -> Statement:
    ours, theirs = reports(brokered), reports(leaks)
    because = f"{counted(ours, 'page')} with the broker's own words, {theirs} with leaks. {CAVEAT}"
    if ours >= max(1, _CLEAR * theirs):
        return inferred("News comes out through the broker.", because, [*brokered, *leaks])
    if theirs >= max(1, _CLEAR * ours):
        return inferred("News comes out through leaks.", because, [*brokered, *leaks])
    if ours + theirs == 0:
        return unknown("How news comes out cannot be told: neither the broker nor a leak speaks.")
    return inferred("News comes out both ways, neither prevailing.", because, [*brokered, *leaks])


def _table(of: Material) -> Table:
    new, new_digests = of.new, {each.digest for each in of.new}
    before = tuple(each for each in of.claims if each.digest not in new_digests)
    names = ("made by the broker", "leaks, not named", "denials, contradictions")
    return Table(
        caption="Share of all claims, with an interval of 95 %: new ones, and those before",
        heads=("claims", "new", "before"),
        rows=tuple(
            (name, _share(len(now), len(new)), _share(len(then), len(before)))
            for name, now, then in zip(names, _three(new), _three(before), strict=True)
        ),
    )


def _share(found: int, among: int) -> str:
    if not among:
        return "none to count"
    low, high = (100 * each for each in jeffreys(found, among))
    return f"{found} of {among}: {100 * found / among:.0f} % ({low:.0f} to {high:.0f})"

"""Who set the agenda and who waited how long, on the screen of the mediator."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Any

from backchannel.channel.names import SeatId
from backchannel.channel.timing import PARTY_WAITS, Wait, Waited, median_minutes
from backchannel.desk.screen.json_form import plain
from backchannel.desk.screen.moments import shown
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session import TimingInfo
from backchannel.desk.session.finding import SHOWN

_HOUR = timedelta(hours=1)


def show_timing(paper: Paper, info: TimingInfo, *, zone: tzinfo | None) -> None:
    """Write the agenda's history, the waitings in sum, and each of them."""
    paper.line("Put on the agenda:", style="bold")
    listed = (
        (shown(item.since, zone), item.item, item.title, _raised_by(info, item.raised_by))
        for item in info.timing.listed
    )
    paper.table(("when", "item", "topic", "raised by"), listed)
    paper.line("Waiting in sum:", style="bold")
    paper.table(("party", "waits", "for what", "times", "in vain", "median"), _sums(info))
    paper.line("Each waiting:", style="bold")
    rows = (_row(info, waited, zone=zone) for waited in info.timing.waited)
    paper.table(("since", "party", "for what", "id", "conveyed to", "said before", "waited"), rows)
    paper.line(
        "Times are by this desk's clock, but for when something was said, which its author's clock "
        "tells. Of an answer to a proposal nothing is here before its outcome."
    )


def _raised_by(info: TimingInfo, seat: str) -> str:
    return info.names[SeatId(seat)] if seat else "the mediator"


def _sums(info: TimingInfo) -> Iterator[tuple[str, ...]]:
    for seat, name in info.names.items():
        for wait in Wait:
            waited = [w for w in info.timing.waited if w.seat == seat and w.wait is wait]
            if waited:
                median = median_minutes(waited)
                yield (
                    name,
                    "the party" if wait in PARTY_WAITS else "the mediator",
                    wait.value,
                    str(len(waited)),
                    str(sum(w.until is None for w in waited)),
                    "" if median is None else _length(timedelta(minutes=median)),
                )


def _row(info: TimingInfo, waited: Waited, *, zone: tzinfo | None) -> tuple[str, ...]:
    return (
        shown(waited.since, zone),
        info.names[waited.seat],
        waited.wait.value,
        waited.key if waited.wait is Wait.TOPIC else waited.key[:SHOWN],
        info.names[waited.to] if waited.to is not None else "",
        _between(waited.said, waited.since),
        _end(waited),
    )


def _end(waited: Waited) -> str:
    if waited.until is not None:
        return _between(waited.since, waited.until)
    return "no answer came" if waited.wait is Wait.ANSWER else "still"


def _between(first: datetime | None, last: datetime) -> str:
    return "" if first is None else _length(last - first)


def _length(length: timedelta) -> str:
    # Clocks of two desks differ: what was said "after" it arrived is shown as it is.
    sign, length = ("-", -length) if length < timedelta() else ("", length)
    hours, rest = divmod(length, _HOUR)
    return f"{sign}{hours} h {rest // timedelta(minutes=1):02} min"


def timing_json(info: TimingInfo) -> dict[str, Any]:
    """Return all of it for other programs, seats by their names, lengths in minutes."""
    return {
        "listed": [
            plain(item) | {"raised_by": _raised_by(info, item.raised_by)}
            for item in info.timing.listed
        ],
        "waited": [
            plain(waited)
            | {
                "seat": info.names[waited.seat],
                "to": info.names[waited.to] if waited.to is not None else None,
                "who_waits": "party" if waited.wait in PARTY_WAITS else "mediator",
                "minutes": _minutes(waited),
            }
            for waited in info.timing.waited
        ],
    }


def _minutes(waited: Waited) -> int | None:
    if waited.until is None:
        return None
    return int((waited.until - waited.since).total_seconds() // 60)

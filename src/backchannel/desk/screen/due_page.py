"""What is due next and from whom, on the screen: with the words of the thing, in one's own zone."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Any

from backchannel.channel.deadlines import Deadline, What, passed
from backchannel.desk.screen.json_form import plain
from backchannel.desk.screen.moments import shown
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session import DueList
from backchannel.desk.session.finding import SHOWN

SHORT = 100  # characters of a text; the whole of it stands where it was said
_WHAT = {What.OUTCOME: "grace ends, outcome"}


def show_due(paper: Paper, due: DueList, found: Sequence[Deadline], *, zone: tzinfo | None) -> None:
    """Write one line for each date, the earliest first, and those without a date last."""
    paper.head(f"{due.title}: what is due, as of {shown(due.at, zone)}", style="bold")
    if not found:
        paper.line("Nothing is due.")
        return
    rows = ((_mark(d, due.at), *row(d, zone=zone)) for d in found)
    paper.table(("", "when", "what", "from or with", "of what", "id"), rows)


def _mark(deadline: Deadline, now: datetime) -> str:
    return "OVERDUE" if passed(deadline, now) else ""


def row(deadline: Deadline, *, zone: tzinfo | None) -> tuple[str, str, str, str, str]:
    """Return a deadline as it is shown: when, what, from whom, of what, its identifier."""
    what = _WHAT.get(deadline.what, deadline.what.value)
    about = " ".join(deadline.about.split())
    return (
        _when(deadline, zone),
        f"{what} {deadline.step}" if deadline.step else what,
        ", ".join(deadline.from_whom),
        about if len(about) <= SHORT else f"{about[:SHORT].rstrip()} [...]",
        deadline.key[:SHOWN],
    )


def _when(deadline: Deadline, zone: tzinfo | None) -> str:
    when = deadline.when
    if when is None:
        return "no day named"
    return shown(when, zone) if isinstance(when, datetime) else when.isoformat()


def matching(found: Iterable[Deadline], words: str, *, zone: tzinfo | None) -> tuple[Deadline, ...]:
    """Return those whose line, or whose whole text, holds all these words, however written."""
    wanted = words.casefold().split()
    return tuple(
        d
        for d in found
        if all(w in " ".join((*row(d, zone=zone), d.about, d.key)).casefold() for w in wanted)
    )


def due_json(found: Iterable[Deadline]) -> list[dict[str, Any]]:
    """Return the deadlines for other programs; a day alone is written as a day, times in UTC."""
    return [plain(d) for d in found]

"""The channels of a desk on the screen, and how their caucuses are connected."""

from collections.abc import Iterable, Sequence

from backchannel.desk.screen.paper import Paper
from backchannel.desk.session import CaucusInfo, ChannelInfo
from backchannel.desk.session.finding import SHOWN
from backchannel.desk.session.reading import NO_DESK


def list_channels(paper: Paper, channels: Sequence[ChannelInfo]) -> None:
    """Write one line for each channel."""
    if not channels:
        paper.line(
            "This desk takes part in no channel yet: `backchannel channel open`, as a mediator, or "
            "`backchannel join`, with an invitation."
        )
        return
    rows = (
        (c.channel[:SHOWN], c.title, c.role, c.standing, ", ".join(_names(c))) for c in channels
    )
    paper.table(("id", "channel", "this desk is", "talks", "with"), rows)


def show_status(paper: Paper, channels: Sequence[ChannelInfo]) -> None:
    """Write how each caucus of each channel stands."""
    if not channels:
        list_channels(paper, channels)
    for known in channels:
        paper.head(f"{known.title} ({known.role}; talks {known.standing})", style="bold")
        none = "none yet: `backchannel channel relay URL` before a desk can be invited"
        paper.line(f"Relay: {known.relay or none}")
        names = _names(known)
        rows = [(name, *_row(c)) for name, c in zip(names, known.caucuses, strict=True)]
        if rows:
            paper.table(("with", "state", "verified", "on its way", "to look at"), rows)
            _show_ways(paper, zip(names, known.caucuses, strict=True))
        else:
            paper.line(
                "Nobody is invited yet: `backchannel invite PARTY`, or, for one without a desk, "
                "`backchannel seat add PARTY`."
            )


def _show_ways(paper: Paper, caucuses: Iterable[tuple[str, CaucusInfo]]) -> None:
    desks = [(name, caucus) for name, caucus in caucuses if caucus.state != NO_DESK]
    # Without a courier letters come when somebody calls `sync`.
    words = ", ".join(f"{name} by {caucus.way or 'sync'}" for name, caucus in desks)
    if words:
        paper.head(f"Letters come: {words}.")


def _names(known: ChannelInfo) -> list[str]:
    # A party's desk knows its one caucus by the party's own name.
    return [c.name if known.role == "mediator" else "the mediator" for c in known.caucuses]


def _row(caucus: CaucusInfo) -> tuple[str, ...]:
    state = f"{caucus.state}, frozen" if caucus.frozen else caucus.state
    if caucus.state == NO_DESK:
        return (state, "by mouth", "-", "nothing")
    return (
        state,
        "yes" if caucus.verified else "NO",
        str(caucus.waiting),
        "; ".join(_notices(caucus)) or "nothing",
    )


def _notices(caucus: CaucusInfo) -> list[str]:
    found = [notice for notice in (caucus.repair, caucus.gap) if notice]
    if caucus.stale_attempts:
        found.append(f"an old secret was tried {caucus.stale_attempts} times by somebody else")
    if caucus.state == "joined" and not caucus.welcomed:
        found.append("the welcome is not through yet")
    return found

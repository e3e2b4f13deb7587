"""The channels of a desk on the screen, and how their caucuses are connected."""

from collections.abc import Sequence

from backchannel.desk.screen.paper import Paper
from backchannel.desk.session import CaucusInfo, ChannelInfo
from backchannel.desk.session.finding import SHOWN


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
        paper.line(f"Relay: {known.relay}")
        names = _names(known)
        rows = [(name, *_row(c)) for name, c in zip(names, known.caucuses, strict=True)]
        if rows:
            paper.table(("with", "state", "verified", "on its way", "to look at"), rows)
        else:
            paper.line("Nobody is invited yet: `backchannel invite PARTY`.")


def _names(known: ChannelInfo) -> list[str]:
    # A party's desk knows its one caucus by the party's own name.
    return [c.name if known.role == "mediator" else "the mediator" for c in known.caucuses]


def _row(caucus: CaucusInfo) -> tuple[str, ...]:
    state = f"{caucus.state}, frozen" if caucus.frozen else caucus.state
    return (
        state,
        "yes" if caucus.verified else "NO",
        str(caucus.waiting),
        "; ".join(_notices(caucus)) or "nothing",
    )


def _notices(caucus: CaucusInfo) -> list[str]:
    found = [caucus.gap] if caucus.gap else []
    if caucus.stale_attempts:
        found.append(f"an old secret was tried {caucus.stale_attempts} times by somebody else")
    if caucus.state == "joined" and not caucus.welcomed:
        found.append("the welcome is not through yet")
    return found

"""A caucus on the screen: who said what, when, under which handling, as whose words.

Promised: an entry's head is the desk's own, and what its author wrote stands behind the bar below.
"""

from datetime import tzinfo

from backchannel.channel.disclosure import Shown, View
from backchannel.channel.proposals import ProposalPut
from backchannel.channel.said import Said, Saying
from backchannel.desk.screen.entry_words import identifier, text_of, what
from backchannel.desk.screen.moments import shown
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session import CaucusInfo
from backchannel.desk.session.finding import SHOWN
from backchannel.desk.session.reading import NO_DESK


def show_caucus(paper: Paper, view: View, info: CaucusInfo, *, zone: tzinfo | None) -> None:
    """Write the whole caucus, oldest entry first."""
    if info.state == NO_DESK:
        paper.head(f"{info.name} has no desk: all is spoken, and recorded here alone.")
    elif view.welcome is None:
        paper.line("The mediator's welcome has not arrived yet.", style="bold")
    else:
        paper.head(
            f"{view.welcome.title}: caucus of {view.welcome.party} with {view.welcome.mediator}; "
            f"the talks are {view.standing.value}",
            style="bold",
        )
    for words in warnings(info, view):
        paper.warn(words)
    for entry in view.entries:
        _show_entry(paper, entry, view, zone=zone)


def warnings(info: CaucusInfo, view: View) -> list[str]:
    """Return what must not be overlooked before reading or writing."""
    found = []
    if not info.verified and info.state != NO_DESK:
        found.append("The safety words have not been compared: `backchannel verify`.")
    if info.frozen:
        found.append("This seat is frozen: nothing goes there.")
    if info.gap:
        found.append(f"Something is missing: {info.gap}.")
    if info.stale_attempts:
        found.append("Somebody else has tried an old secret of this caucus: `backchannel journal`.")
    if view.welcome is not None and not view.rules_accepted:
        found.append("The rules have not been accepted yet: `backchannel rules accept`.")
    return found


def _show_entry(paper: Paper, entry: Shown, view: View, *, zone: tzinfo | None) -> None:
    event = entry.event
    key = identifier(event)[:SHOWN] or "-" * SHOWN
    paper.line()
    paper.head(f"{key}  {shown(event.at, zone)}  {author(entry, view)} {what(entry, view)}")
    if isinstance(event, Said):
        _show_limits(paper, event, zone=zone)
    if isinstance(event, ProposalPut):
        paper.head(f"          to be answered until {shown(event.deadline, zone)}")
    text = text_of(event)
    if text:
        paper.quote(text)
    paper.rows(getattr(event, "rows", ()))


def author(entry: Shown, view: View) -> str:
    """Return who wrote an entry, as the beginning of what it says."""
    welcome = view.welcome
    if isinstance(entry.event, Saying):
        name = welcome.party if welcome else "party"
        return f"{name} ({entry.event.by}):" if entry.event.by else f"{name}:"
    return f"{welcome.mediator if welcome else 'mediator'}:"


def _show_limits(paper: Paper, event: Said, *, zone: tzinfo | None) -> None:
    if event.not_before:
        paper.head(f"          may be used from {shown(event.not_before, zone)} on")
    if event.expires:
        paper.head(f"          expires {shown(event.expires, zone)}")

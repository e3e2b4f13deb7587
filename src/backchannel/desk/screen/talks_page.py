"""How the talks stand, on the screen: open, suspended or closed, and what is in which phase.

Topics and accords are in different phases at one time: an interim pause is carried out while other
topics are still explored.
"""

from dataclasses import dataclass

from backchannel.channel.agenda import Item
from backchannel.channel.disclosure import View
from backchannel.channel.told import Closed
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.screen.accord_page import accords
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session.finding import SHOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class InPhase:
    """A topic or an accord with its phase and, for an accord, its life."""

    kind: str
    key: str
    title: str
    phase: str
    life: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalksShown:
    """How the talks of a channel stand; `ended` says how, for talks that are closed."""

    standing: str
    ended: str
    things: tuple[InPhase, ...]


def talks_of(desk: Desk, channel: str) -> TalksShown:
    """Return how the talks stand, as this desk knows it."""
    if session.role(desk, channel) == "mediator":
        state = session.record(desk, channel)
        items = [topic.item for topic in session.agenda(desk, channel)]
        standing = state.standing
        views = [session.view(desk, channel, seat=seat) for seat in state.seats]
    else:
        view = session.view(desk, channel)
        items, standing, views = list(view.agenda), view.standing, [view]
    lives = (
        InPhase(
            kind="accord", key=a.key, title=a.accord.title, phase=a.life.phase, life=a.life.value
        )
        for a in accords(desk, channel)
    )
    return TalksShown(
        standing=standing.value,
        ended=next((how for how in map(_ended, views) if how), ""),
        things=(*map(_topic, items), *lives),
    )


def _topic(item: Item) -> InPhase:
    return InPhase(kind="topic", key=item.item, title=item.title, phase=item.phase.value)


def _ended(view: View) -> str:
    events = [entry.event for entry in view.entries]
    return next((event.how.value for event in events if isinstance(event, Closed)), "")


def show_talks(paper: Paper, talks: TalksShown) -> None:
    """Write how the talks stand, and a line for each topic and accord."""
    ended = f": {talks.ended}" if talks.ended else ""
    paper.line(f"The talks are {talks.standing}{ended}.", style="bold")
    if not talks.things:
        paper.line("There is no topic and no accord here yet.")
        return
    rows = (
        (t.kind, t.key if t.kind == "topic" else t.key[:SHOWN], t.title, t.phase, t.life)
        for t in talks.things
    )
    paper.table(("", "name", "title", "phase", "life"), rows)

"""The agenda on the screen: the mediator's whole, or the part that one party is shown."""

from collections.abc import Sequence

from backchannel.channel.agenda import Item
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session import Topic

_HEAD = ("item", "topic", "phase", "options")


def show_topics(paper: Paper, topics: Sequence[Topic]) -> None:
    """Write the mediator's agenda: each item with who raised it and who is shown it."""
    if not topics:
        paper.line("The agenda is empty: `backchannel agenda add`, or `agenda set` with a file.")
        return
    rows = (
        (*_row(t.item), t.raised_by or "the mediator", ", ".join(t.shown_to) or "nobody")
        for t in topics
    )
    paper.table((*_HEAD, "raised by", "shown to"), rows)
    _show_texts(paper, [topic.item for topic in topics])


def show_items(paper: Paper, items: Sequence[Item]) -> None:
    """Write the agenda as a party is shown it."""
    if not items:
        paper.line("No agenda is shown here yet.")
        return
    paper.table(_HEAD, (_row(item) for item in items))
    _show_texts(paper, items)


def _row(item: Item) -> tuple[str, str, str, str]:
    return item.item, item.title, item.phase.value, "; ".join(item.options)


def _show_texts(paper: Paper, items: Sequence[Item]) -> None:
    for item in items:
        if item.text:
            paper.head(f"{item.item}:")
            paper.quote(item.text)

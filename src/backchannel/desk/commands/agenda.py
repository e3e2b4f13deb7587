"""`agenda`: set, change and show it at the mediator's desk; raise a topic and see it at a party's.

What a party is shown changes only with its own part; whoever is shown something new is named.
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from backchannel.channel.agenda import Item, Phase
from backchannel.desk import session
from backchannel.desk.commands.agenda_file import read_agenda, read_phase, write_agenda
from backchannel.desk.commands.saying import QUEUED
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.commands.writing import read_text, write_new
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.agenda_page import show_items, show_topics
from backchannel.desk.screen.json_form import plain
from backchannel.desk.screen.paper import Paper

app = typer.Typer(name="agenda", help="What is talked about.", no_args_is_help=True)

ShortName = Annotated[str, typer.Argument(metavar="ITEM", help="The item's short name.")]
Options = Annotated[
    list[str] | None, typer.Option("--option", help="One of 2 or more; makes it an issue.")
]
To = Annotated[
    list[str] | None, typer.Option("--to", metavar="PARTY", help="Who is shown it; once for each.")
]
RaisedBy = Annotated[str, typer.Option(metavar="PARTY", help="Who raised it, else the mediator.")]
PhaseName = Annotated[str, typer.Option("--phase", help="How far it has come.")]


@app.command()
def show(
    ctx: typer.Context,
    party: Annotated[str, typer.Argument(help="At the mediator's desk: as it is shown it.")] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For other programs.")] = False,
) -> None:
    """Show the agenda; at a party's desk, its part of it."""
    channel, paper = setting(ctx).channel, Paper()
    with opened(ctx) as desk:
        if party or session.role(desk, channel) == "party":
            items = session.view(desk, channel, seat=party).agenda
            topics = None
        else:
            topics = session.agenda(desk, channel)
    if as_json:
        paper.json(plain(items if topics is None else topics))
    elif topics is None:
        show_items(paper, items)
    else:
        show_topics(paper, topics)


@app.command("set")
def set_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The whole agenda; - is stdin.")],
) -> None:
    """Set the whole agenda from a file; `agenda export` writes one to begin with."""
    items = read_agenda(read_text(file))
    with opened(ctx) as desk:
        names = session.set_agenda(desk, setting(ctx).channel, items)
    _told(f"The agenda has {len(items)} items", names)


@app.command()
def export(ctx: typer.Context, file: Annotated[Path, typer.Argument(help="A new file.")]) -> None:
    """Write the agenda to a file that `agenda set` reads."""
    with opened(ctx) as desk:
        text = write_agenda(session.agenda(desk, setting(ctx).channel))
    write_new(file, text.encode())
    Paper().line(f"{file} is written. It is not encrypted: remove it when you have done with it.")


@app.command()
def add(
    ctx: typer.Context,
    item: ShortName,
    title: Annotated[str, typer.Argument(help="What it is called.")],
    *,
    option: Options = None,
    phase: PhaseName = Phase.EXPLORATION.value,
    text: Annotated[str, typer.Option(help="A word on it.")] = "",
    to: To = None,
    raised_by: RaisedBy = "",
    place: Annotated[int, typer.Option("--at", min=0, help="Its place from 1; else last.")] = 0,
) -> None:
    """Put one more item on the agenda."""
    new = Item(
        item=item,
        title=title,
        phase=read_phase(phase),
        options=tuple(option or ()),
        text=text,
    )
    topic = session.Topic(item=new, shown_to=tuple(to or ()), raised_by=raised_by)
    with opened(ctx) as desk:
        names = session.add_item(desk, setting(ctx).channel, topic, place=place)
    _told(f"{item} is on the agenda", names)


@app.command()
def change(
    ctx: typer.Context,
    item: ShortName,
    *,
    title: Annotated[str | None, typer.Option(help="A new title.")] = None,
    option: Options = None,
    text: Annotated[str | None, typer.Option(help="A new word on it.")] = None,
    to: To = None,
    to_nobody: Annotated[bool, typer.Option("--to-nobody", help="Shown to nobody.")] = False,
    raised_by: Annotated[str | None, typer.Option(metavar="PARTY", help="Who raised it.")] = None,
) -> None:
    """Change an item; what is not named stays. Options and parties are named all at once."""
    if to and to_nobody:
        raise UsageError("--to and --to-nobody contradict each other: give one of them")
    changes = {"title": title, "text": text, "options": tuple(option) if option else None}
    given = {name: value for name, value in changes.items() if value is not None}

    def changed(topic: session.Topic) -> session.Topic:
        return session.Topic(
            item=replace(topic.item, **given),  # type: ignore[arg-type]
            shown_to=() if to_nobody else tuple(to) if to else topic.shown_to,
            raised_by=topic.raised_by if raised_by is None else raised_by,
        )

    with opened(ctx) as desk:
        names = session.change_item(desk, setting(ctx).channel, item, changed)
    _told(f"{item} is changed", names)


@app.command()
def phase(
    ctx: typer.Context,
    item: ShortName,
    phase: Annotated[str, typer.Argument(help="Such as exploration, proposals or set-aside.")],
) -> None:
    """Say how far a topic has come."""
    which = read_phase(phase)
    with opened(ctx) as desk:
        names = session.set_phase(desk, setting(ctx).channel, item, which)
    _told(f"{item} is in the phase {which.value}", names)


@app.command()
def move(
    ctx: typer.Context,
    item: ShortName,
    place: Annotated[int, typer.Argument(help="Its new place, counted from 1.")],
) -> None:
    """Move an item to another place."""
    with opened(ctx) as desk:
        names = session.move_item(desk, setting(ctx).channel, item, place=place)
    _told(f"{item} stands at place {place}", names)


@app.command()
def remove(ctx: typer.Context, item: ShortName) -> None:
    """Take an item off the agenda."""
    with opened(ctx) as desk:
        names = session.remove_item(desk, setting(ctx).channel, item)
    _told(f"{item} is off the agenda", names)


@app.command("raise")
def raise_(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(help="The topic.")],
    *,
    text: Annotated[str, typer.Option(help="Why, or what of it.")] = "",
) -> None:
    """Ask the mediator, as a party, to put a topic on the agenda."""
    with opened(ctx) as desk:
        session.raise_item(desk, setting(ctx).channel, title=title, text=text)
    Paper().line(f"The mediator is asked to put it on the agenda. {QUEUED}")


def _told(done: str, names: tuple[str, ...]) -> None:
    paper = Paper()
    if names:
        paper.head(f"{done}. Shown anew to {', '.join(names)}. {QUEUED}")
    else:
        paper.head(f"{done}. No party is shown anything new.")

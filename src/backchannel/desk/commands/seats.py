"""`seat`: parties that have no desk, for whom the mediator records what is spoken."""

from typing import Annotated

import typer

from backchannel.desk import session
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.desk import Desk
from backchannel.desk.screen.paper import Paper

app = typer.Typer(name="seat", help="Parties without a desk.", no_args_is_help=True)


@app.command()
def add(
    ctx: typer.Context,
    party: Annotated[str, typer.Argument(help="The party's name.")],
) -> None:
    """Add a seat for a party without a desk; `invite` gives it one later."""
    with opened(ctx) as desk:
        session.add_seat(desk, setting(ctx).channel, party)
    Paper().line(
        f"{party} has a seat, and no desk. Record what it says with `backchannel heard`, what you "
        "tell it with `backchannel told`; `backchannel invite` gives it a desk later."
    )


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """List the parties without a desk: whatever is told to all, they hear from you alone."""
    with opened(ctx) as desk:
        names = session.without_desks(desk, setting(ctx).channel)
    paper = Paper()
    for name in names:
        paper.head(name)
    if not names:
        paper.line("Every party has a desk, or there is none yet.")


def remind(paper: Paper, desk: Desk, channel: str) -> None:
    """Say whom no desk tells what was just told to all."""
    names = session.without_desks(desk, channel)
    if names:
        paper.head(f"Without a desk, and to be told by mouth: {', '.join(names)}.")

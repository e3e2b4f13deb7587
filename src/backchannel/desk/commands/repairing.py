"""`repair`: what a person decides about sessions that are lost or in doubt."""

from typing import Annotated

import typer

from backchannel.desk import session
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.screen.paper import Paper

app = typer.Typer()


@app.command()
def repair(
    ctx: typer.Context,
    party: Annotated[str, typer.Argument(help="At the mediator's desk: which party.")] = "",
    *,
    allow: Annotated[
        bool, typer.Option("--allow", help="Let the desk at the other end repair once more today.")
    ] = False,
) -> None:
    """Make a session anew where this desk was shown to be an old copy; or allow it once more."""
    channel = setting(ctx).channel
    with opened(ctx) as desk:
        if allow:
            session.allow_repair(desk, channel, party)
        else:
            session.repair(desk, channel, party)
    if allow:
        Paper().line("The desk at the other end may repair its session once more. Ask it why, too.")
    else:
        Paper().line(
            "The session is made anew once both desks have connected (`backchannel sync`, or a "
            "courier); then the safety words, which are new, are compared again."
        )

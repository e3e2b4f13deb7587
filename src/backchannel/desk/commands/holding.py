"""The last moment before something leaves: whoever it goes to is named, and a hold counts down."""

from typing import Annotated

import typer

from backchannel.desk.commands.setting import setting
from backchannel.desk.commands.writing import confirm_name
from backchannel.desk.screen.paper import Paper

Hold = Annotated[int, typer.Option(min=0, max=600, help="Seconds in which Ctrl-C stops it.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask for the recipient's name.")]
STOPPED = 130


def hold(ctx: typer.Context, whom: str, deed: str, *, seconds: int, yes: bool) -> None:
    """Have the recipient named, then wait. Ctrl-C ends it with nothing recorded."""
    paper = Paper()
    try:
        if not yes:
            confirm_name(whom, f"{deed} this")
        for left in range(seconds, 0, -1):
            paper.aside(f"In {left} s it goes to {whom}; Ctrl-C stops it.")
            setting(ctx).world.pause(1)
    except KeyboardInterrupt:
        paper.aside("Stopped: nothing went out, nothing was recorded.")
        raise typer.Exit(STOPPED) from None

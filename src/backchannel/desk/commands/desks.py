"""`desk`: create a desk, list the desks of this machine, change a passphrase."""

from pathlib import Path
from typing import Annotated

import typer

from backchannel.desk.commands.setting import passphrase_from, setting
from backchannel.desk.place import desk_folder, desks
from backchannel.desk.screen.paper import Paper
from backchannel.desk.vault import change_passphrase
from backchannel.desk.vault import create as create_vault

app = typer.Typer(name="desk", help="The desks of this machine.", no_args_is_help=True)


@app.command()
def create(
    ctx: typer.Context, name: Annotated[str, typer.Argument(help="What to call it.")]
) -> None:
    """Create a desk: an encrypted database under a passphrase."""
    given = setting(ctx)
    folder = desk_folder(given.home_folder(), name)
    phrase = given.passphrase(creating=True)
    create_vault(folder, phrase, randomness=given.world.draw, cost=given.world.cost)
    paper = Paper()
    paper.line(f"Desk {folder.name} created in {folder}.")
    paper.line("Nobody can open it without the passphrase: there is no way to reset it.")


@app.command("list")
def list_desks(ctx: typer.Context) -> None:
    """List the desks of this machine."""
    home = setting(ctx).home_folder()
    names = desks(home)
    if not names:
        Paper().aside(f"There is no desk in {home} yet: `backchannel desk create NAME`.")
    for name in names:
        Paper().line(name)


@app.command("passphrase")
def change(
    ctx: typer.Context,
    new_passphrase_file: Annotated[
        Path | None, typer.Option(help="Where the new one stands; else it is asked for.")
    ] = None,
) -> None:
    """Change the passphrase of a desk."""
    given = setting(ctx)
    folder, old = given.folder(), given.passphrase()
    new = passphrase_from(new_passphrase_file, creating=True)
    change_passphrase(folder, old, new, randomness=given.world.draw)
    Paper().line(
        f"The passphrase of {folder.name} is changed. Copies made before open with the old one."
    )

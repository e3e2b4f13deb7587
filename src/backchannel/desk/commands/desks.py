"""`desk`: create, list, back up, restore desks; change a passphrase; name who writes."""

from pathlib import Path
from typing import Annotated

import typer

from backchannel.desk import backup as backups
from backchannel.desk import people as who
from backchannel.desk.commands.setting import passphrase_from, setting
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.place import desk_folder, desks
from backchannel.desk.reclaiming import reclaim as reclaim_vault
from backchannel.desk.screen.paper import Paper
from backchannel.desk.vault import change_passphrase, open_vault
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


@app.command("open")
def open_page(
    ctx: typer.Context,
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
) -> None:
    """Open the desk as a page in the browser of this machine."""
    # Imported here: no other command needs a server and templates.
    from backchannel.desk.web.opening import serve  # noqa: PLC0415
    from backchannel.desk.web.site import desk_page, outside_of  # noqa: PLC0415

    given = setting(ctx)
    folder, world = given.folder(), given.world
    outside = outside_of(world.now, world.draw, world.relays)
    serve(
        lambda bound: desk_page(folder, outside, port=bound, zone=world.zone, person=given.person),
        port=port,
        browse=browser,
        say=Paper().whole,
    )


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


@app.command()
def people(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="All who write at this desk.")] = None,
    *,
    anybody: Annotated[
        bool, typer.Option("--anybody", help="Name nobody: whoever sits there may write.")
    ] = False,
) -> None:
    """Name the people who share a desk by turns; each then writes with `--as NAME`."""
    if names and anybody:
        raise UsageError("names are given, and --anybody: give one of the two")
    given = setting(ctx)
    with open_vault(given.folder(), given.passphrase()) as vault:
        desk = Desk(vault, given.world.now, given.world.draw)
        if names or anybody:
            with desk.transaction() as connection:
                who.set_people(connection, names or ())
        with vault.read() as connection:
            known = who.people(connection)
    paper = Paper()
    for name in known:
        paper.head(name)
    if not known:
        paper.line("Nobody is named: anybody may write here, with `--as NAME` or without.")


@app.command()
def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A new file.")],
    *,
    own_passphrase: Annotated[
        bool, typer.Option("--own-passphrase", help="Ask for another passphrase for the backup.")
    ] = False,
    backup_passphrase_file: Annotated[
        Path | None, typer.Option(help="Where the backup's own passphrase stands.")
    ] = None,
) -> None:
    """Back up a desk as one encrypted file."""
    given = setting(ctx)
    folder, phrase, world = given.folder(), given.passphrase(), given.world
    own = own_passphrase or backup_passphrase_file is not None
    under = passphrase_from(backup_passphrase_file, creating=True) if own else ""
    backups.backup(
        folder,
        phrase,
        file,
        under=under,
        now=world.now(),
        randomness=world.draw,
        cost=world.cost,
    )
    paper = Paper()
    paper.line(f"The desk {folder.name} is backed up in {file}.")
    whose = "its own passphrase" if own else "the passphrase that the desk has now"
    paper.line(f"It opens with {whose}. Whoever has both reads all, and can take the desk's place.")


@app.command()
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that `desk backup` has made.")],
    name: Annotated[str, typer.Argument(help="What to call the desk here.")],
) -> None:
    """Make a desk of a backup. The old one must not be used any more."""
    given = setting(ctx)
    folder = desk_folder(given.home_folder(), name)
    world = given.world
    made = backups.restore(
        file,
        folder,
        given.passphrase(),
        now=world.now(),
        randomness=world.draw,
        cost=world.cost,
    )
    paper = Paper()
    paper.line(f"Desk {folder.name} restored from a backup of {made:%Y-%m-%d %H:%M} UTC.")
    paper.line(
        "Next: `backchannel courier` (or `sync`) at both ends. Each caucus gets a new session, the "
        "other side returns what came after the backup, and the safety words are compared again."
    )


@app.command()
def reclaim(ctx: typer.Context) -> None:
    """Take a desk back into use that says it is an old copy, or was moved here."""
    given = setting(ctx)
    with open_vault(given.folder(), given.passphrase()) as vault:
        reclaim_vault(vault, given.world.now())
    Paper().line(
        "This desk is in use again; any other copy must not be used. Next: `backchannel courier` "
        "(or `sync`) at both ends, and the safety words are compared again."
    )

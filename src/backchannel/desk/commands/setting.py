"""What every command is given: which desk, by whom, and the world around it.

The world (clock, randomness, the way to relays) enters here and is handed on; tests hand in their
own. A passphrase comes from a file or from the terminal, never from the command line.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import typer

from backchannel.desk import passphrase
from backchannel.desk.desk import Desk
from backchannel.desk.errors import NoVaultError, UsageError
from backchannel.desk.people import who_writes
from backchannel.desk.place import desk_folder, desks, home_folder
from backchannel.desk.tables import ChannelRow
from backchannel.desk.vault import open_vault
from backchannel.desk.vault_key import DEFAULT_COST, Cost
from backchannel.post.relay_port import RelayPort


def carrier_for(row: ChannelRow) -> RelayPort:
    """Return the way to a channel's relay over the network."""
    # Imported here: most commands go nowhere, and need no HTTP client.
    from backchannel.desk.carrier import Carrier  # noqa: PLC0415

    return Carrier(row.relay, row.pin, row.proxy or None)


def now_in_utc() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything outside the desk. `zone` None is this machine's; `pause` waits so many seconds."""

    now: Callable[[], datetime] = now_in_utc
    draw: Callable[[int], bytes] = secrets.token_bytes
    relays: Callable[[ChannelRow], RelayPort] = carrier_for
    pause: Callable[[float], None] = time.sleep
    zone: tzinfo | None = None
    cost: Cost = DEFAULT_COST


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The options that stand before the command."""

    home: Path | None
    desk: str
    passphrase_file: Path | None
    person: str
    channel: str
    world: World

    def home_folder(self) -> Path:
        """Return the folder that holds the desks."""
        return home_folder({"BACKCHANNEL_HOME": str(self.home)}) if self.home else home_folder()

    def folder(self) -> Path:
        """Return the folder of the desk that is meant.

        Raises:
            NoVaultError: there is none of this name, or none at all.
            UsageError: there are several, and none was named.
        """
        home = self.home_folder()
        known = desks(home)
        if not self.desk:
            return home / _only(known, home)
        folder = desk_folder(home, self.desk)
        if folder.name not in known:
            raise NoVaultError(
                f"there is no desk {self.desk} in {home}: create it with `backchannel desk create "
                f"{self.desk}`, or name one of: {', '.join(known) or 'none yet'}"
            )
        return folder

    def passphrase(self, *, creating: bool = False) -> str:
        """Return the desk's passphrase. Raises: UsageError."""
        return passphrase_from(self.passphrase_file, creating=creating)


def passphrase_from(file: Path | None, *, creating: bool = False) -> str:
    """Return the passphrase from a file, else from the terminal. Raises: UsageError."""
    if file is not None:
        return passphrase.from_file(file, creating=creating)
    return passphrase.from_prompt(creating=creating)


def _only(known: list[str], home: Path) -> str:
    match known:
        case [one]:
            return one
        case []:
            raise NoVaultError(
                f"there is no desk in {home} yet: create one with `backchannel desk create NAME`"
            )
        case _:
            raise UsageError(
                f"there are several desks: say which with `backchannel --desk NAME ...`, one of: "
                f"{', '.join(known)}"
            )


def setting(ctx: typer.Context) -> Setting:
    """Return what was set before the command."""
    if not isinstance(ctx.obj, Setting):
        raise TypeError("the command was not started by `backchannel`")
    return ctx.obj


@contextmanager
def opened(ctx: typer.Context) -> Iterator[Desk]:
    """Open the desk that is meant, for one command. Raises: DeskError."""
    given = setting(ctx)
    with open_vault(given.folder(), given.passphrase()) as vault:
        with vault.read() as connection:
            person = who_writes(connection, given.person)
        yield Desk(vault, given.world.now, given.world.draw, person)

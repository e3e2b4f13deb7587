"""The relay on the command line: `serve`, `vouchers`, `quotas`, `metrics`, `health`.

What cannot be done is said in one sentence, with exit code 1; what was put wrongly, with 2.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from backchannel.relay.directory import Directory
from backchannel.relay.errors import RelayError

relay = typer.Typer(
    name="relay",
    help="The server that stores and forwards sealed letters between desks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_MOST_VOUCHERS = 10_000

Data = Annotated[Path, typer.Option(help="Directory of the relay's data.", file_okay=False)]
Database = Annotated[
    str | None,
    typer.Option(
        envvar="BACKCHANNEL_RELAY_DATABASE",
        help="PostgreSQL database of the mailboxes, postgresql://user@host/name; else SQLite.",
    ),
]
Pem = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="For --tls files.")]


class Tls(Enum):
    """Where the certificate comes from."""

    OWN = "own"
    NONE = "none"
    FILES = "files"


@relay.command()
def serve(
    data: Data,
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes a free one.")] = 8_443,
    tls: Annotated[
        Tls, typer.Option(help="own: self-signed, pinned by invitations; none: loopback only.")
    ] = Tls.OWN,
    certificate: Pem = None,
    key: Pem = None,
    megabytes: Annotated[
        int | None, typer.Option(min=1, help="What the database may grow to, this time.")
    ] = None,
    database: Database = None,
) -> None:
    """Run the relay until it is told to stop (SIGTERM, Ctrl-C)."""
    # Imported here: `vouchers` and `health` need no web server.
    from backchannel.relay.serve import Settings, serve, tls_files  # noqa: PLC0415

    given = (certificate, key) if certificate and key else None
    if (tls is Tls.FILES) != (given is not None):
        raise typer.BadParameter("--tls files goes with both --certificate and --key")
    _check_database(database, megabytes)
    with _told():
        directory = _directory(data)
        files = tls_files(directory, tls.value, given)
        settings = Settings(directory=directory, host=host, port=port, tls=files)
        serve(replace(settings, database=database, megabytes=megabytes))


@relay.command()
def vouchers(
    data: Data,
    *,
    count: Annotated[int, typer.Option(min=1, max=_MOST_VOUCHERS, help="How many.")] = 10,
    database: Database = None,
) -> None:
    """Print new vouchers, one a line; each opens one mailbox, a caucus takes two."""
    from backchannel.relay.issue import issue  # noqa: PLC0415 - as above

    _check_database(database)
    with _told():
        for voucher in issue(_directory(data), count, database):
            typer.echo(voucher)


@relay.command()
def quotas(
    data: Data,
    *,
    letters: Annotated[int | None, typer.Option(help="Letters in a mailbox.")] = None,
    size: Annotated[int | None, typer.Option("--bytes", help="Bytes in a mailbox.")] = None,
    retention_days: Annotated[
        int | None, typer.Option(help="Days a mailbox is kept after either side last used it.")
    ] = None,
    megabytes: Annotated[
        int | None, typer.Option(help="What the database may grow to; not with PostgreSQL.")
    ] = None,
    defaults: Annotated[bool, typer.Option("--defaults", help="Go back to the defaults.")] = False,
    database: Database = None,
) -> None:
    """Show the quotas, or set some of them. A relay takes them when it next starts."""
    from backchannel.relay.operator import decided, shown  # noqa: PLC0415 - as above
    from backchannel.relay.quotas import Quotas  # noqa: PLC0415 - as above

    _check_database(database, megabytes)
    try:
        wanted = Quotas(
            letters=letters, bytes=size, retention_days=retention_days, megabytes=megabytes
        )
    except RelayError as error:
        raise typer.BadParameter(str(error)) from None
    if defaults and wanted.chosen():
        raise typer.BadParameter("--defaults goes with no other quota")
    with _told():
        if defaults or wanted.chosen():
            kept = decided(_directory(data), wanted, database)
        else:
            kept = shown(Directory(data), database)
        typer.echo("\n".join(kept.lines(shared=database is not None)))


@relay.command()
def metrics(data: Data, *, database: Database = None) -> None:
    """Show what the relay holds, in numbers that tell of no mailbox and no moment."""
    from backchannel.relay.operator import measured  # noqa: PLC0415 - as above

    _check_database(database)
    with _told():
        typer.echo("\n".join(measured(Directory(data), database)))


@relay.command()
def health(data: Data) -> None:
    """Ask the running relay whether it is well."""
    from backchannel.relay.health import check  # noqa: PLC0415 - as above

    with _told():
        typer.echo(f"well: {check(Directory(data))}")


def _check_database(database: str | None, megabytes: int | None = None) -> None:
    """Raises: typer.BadParameter."""
    if database is None:
        return
    # What was given is not repeated: it can hold a password.
    if not database.startswith(("postgresql://", "postgres://")):
        raise typer.BadParameter("--database is an address that begins with postgresql://")
    if megabytes is not None:
        raise typer.BadParameter("--megabytes goes with SQLite; PostgreSQL's server has the room")


def _directory(data: Path) -> Directory:
    directory = Directory(data)
    directory.prepare()
    return directory


@contextmanager
def _told() -> Iterator[None]:
    """Say a fault in one sentence, and end with exit code 1."""
    try:
        yield
    except RelayError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None

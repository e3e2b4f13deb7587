"""What the commands on public claims share: the ledger, the case, days, which claims are meant."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated

import typer

from backchannel.desk.commands.setting import setting
from backchannel.desk.errors import UsageError
from backchannel.watch.ledger import DEFAULT_CASE, FILE, Ledger, open_ledger

Case = Annotated[str, typer.Option("--case", help=f"Which case; else {DEFAULT_CASE}.")]
DAY = ["%Y-%m-%d"]


@contextmanager
def opened_ledger(ctx: typer.Context) -> Iterator[Ledger]:
    """Open the ledger in the folder that holds desks. Raises: LedgerError."""
    with open_ledger(setting(ctx).home_folder() / FILE) as ledger:
        yield ledger


def today(ctx: typer.Context) -> date:
    """Return the day, where this machine is."""
    world = setting(ctx).world
    return world.now().astimezone(world.zone).date()


def day(given: datetime | None) -> date | None:
    """Return the day of an option."""
    return None if given is None else given.date()


def require_known(ledger: Ledger, case: str) -> None:
    """Refuse a case that holds nothing, which is as a rule a slip. Raises: UsageError."""
    if not ledger.has(case):
        raise UsageError(
            f"there is no claim in the case {case}: add some with `backchannel watch add FILE "
            f"--case {case}`, or name one of: {', '.join(ledger.cases()) or 'none yet'}"
        )

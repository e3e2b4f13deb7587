"""What the operator of a relay asks and decides, whichever database it has."""

from backchannel.relay import metrics, quotas
from backchannel.relay.databases import Place
from backchannel.relay.directory import Directory
from backchannel.relay.errors import StoreError
from backchannel.relay.limits import Limits
from backchannel.relay.quotas import Quotas
from backchannel.relay.tally import counts


def shown(directory: Directory, database: str | None) -> Quotas:
    """Return the quotas that were decided.

    Raises:
        StoreError: no relay keeps its mailboxes there, or the database cannot be used.
    """
    with _claimed(directory, database).transaction() as db:
        return quotas.read(db)


def decided(directory: Directory, wanted: Quotas, database: str | None) -> Quotas:
    """Keep these quotas, or the defaults if there are none among them; return all that are kept.

    Raises:
        StoreError: the database cannot be used; nothing was changed.
    """
    with Place(directory, database).transaction() as db:
        return quotas.change(db, wanted) if wanted.chosen() else quotas.reset(db)


def measured(directory: Directory, database: str | None) -> list[str]:
    """Return what there is, a line for each number.

    Raises:
        StoreError: as `shown`.
    """
    with _claimed(directory, database).transaction() as db:
        limits = quotas.read(db).limits(Limits())
        return list(metrics.lines(db, limits, counts(directory.refusals)))


def _claimed(directory: Directory, database: str | None) -> Place:
    """Return the place of a relay that was there before: looking makes none."""
    place = Place(directory, database)
    if not place.is_claimed():
        where = directory.path if database is None else "that database"
        raise StoreError(f"no relay keeps its mailboxes in {where}; start one with `serve`")
    return place

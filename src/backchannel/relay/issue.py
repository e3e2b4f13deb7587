"""Vouchers, drawn here and stored as hashes: the database cannot tell them again."""

import secrets

from backchannel.post.messages import VOUCHER_SIZE, hashed
from backchannel.post.vouchers import written
from backchannel.relay import rules
from backchannel.relay.databases import Place
from backchannel.relay.directory import Directory


def issue(directory: Directory, count: int, database: str | None = None) -> list[str]:
    """Return new vouchers as they are handed on. A relay that runs knows them at once.

    Args:
        directory: the relay's own.
        count: how many.
        database: address of the PostgreSQL database, if it keeps its mailboxes in one.

    Raises:
        StoreError: the database cannot be used.
    """
    vouchers = [secrets.token_bytes(VOUCHER_SIZE) for _ in range(count)]
    with Place(directory, database).transaction() as db:
        rules.add_vouchers(db, [hashed(voucher) for voucher in vouchers])
    return [written(voucher) for voucher in vouchers]

"""Vouchers, drawn here and stored as hashes: the database cannot tell them again."""

import secrets
from contextlib import closing

from backchannel.post.messages import VOUCHER_SIZE, hashed
from backchannel.post.vouchers import written
from backchannel.relay import rules
from backchannel.relay.database import connect, create
from backchannel.relay.directory import Directory


def issue(directory: Directory, count: int) -> list[str]:
    """Return new vouchers as they are handed on. A relay that runs knows them at once.

    Raises:
        StoreError: the database cannot be used.
    """
    create(directory.database)
    vouchers = [secrets.token_bytes(VOUCHER_SIZE) for _ in range(count)]
    with closing(connect(directory.database)) as db:
        db.execute("BEGIN IMMEDIATE")
        rules.add_vouchers(db, [hashed(voucher) for voucher in vouchers])
        db.execute("COMMIT")
    return [written(voucher) for voucher in vouchers]

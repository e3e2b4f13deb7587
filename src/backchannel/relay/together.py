"""Letters of many senders stored by few statements.

Every statement costs the writer twice: the step itself, and the wait for its turn among the threads
of this process afterwards. With a statement for each question that the rules ask about a letter,
the writer spent most of its time waiting. Here one statement looks for the mailboxes of many
letters, compares the secrets, checks the quotas, and stores what passes.

What does not pass is not judged here: where not all were stored, each is asked for by the rules,
which find out why. They also find the letters of the same lot that were stored, and say so. A
mailbox that was not used yet today is left to them, too: they write that down.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from backchannel.post.messages import Put, hashed
from backchannel.relay.limits import Limits

_EPOCH = date(1970, 1, 1)
_LARGEST = 64  # letters in one statement; a power of two: there are seven statements to prepare
_ROW = "(?, ?, ?, ?, ?)"
# The letters outside and the mailboxes inside, whatever the planner thinks of their numbers.
_STORE = (
    "INSERT INTO letters (mailbox, number, letter_id, expires, letter)"
    " SELECT m.mailbox, m.next, put.column3, put.column4, put.column5"
    " FROM (VALUES {rows}) AS put CROSS JOIN mailboxes AS m ON m.mailbox = put.column1"
    " WHERE m.send_hash = put.column2 AND m.used >= ?"
    " AND m.letters < ? AND m.size + length(put.column5) <= ?"
    " ON CONFLICT (mailbox, letter_id) DO NOTHING"
)
_STATEMENTS = {
    count: _STORE.format(rows=", ".join([_ROW] * count))
    for count in (2**power for power in range(_LARGEST.bit_length()))
}


def stored(
    db: sqlite3.Connection, puts: Sequence[Put], today: date, limits: Limits
) -> Iterator[bool]:
    """Store letters inside a transaction; yield for each whether it is stored for certain.

    No two of them are for the same mailbox: the second would not see the number of the first.
    """
    at = 0
    while at < len(puts):
        count = min(_LARGEST, 1 << (len(puts) - at).bit_length() - 1)
        yield from [_stored(db, puts[at : at + count], today, limits)] * count
        at += count


def last_day(put: Put, today: date) -> date:
    """Return the last day on which the letter is kept."""
    return today + timedelta(days=put.expires_days)


def _stored(db: sqlite3.Connection, puts: Sequence[Put], today: date, limits: Limits) -> bool:
    """Store these letters; tell whether every one of them was."""
    values: list[object] = []
    for put in puts:
        expires = _number(last_day(put, today))
        values += (put.mailbox, hashed(put.send_secret), put.letter_id, expires, put.letter)
    values += (_number(today), limits.letters, limits.size)
    return db.execute(_STATEMENTS[len(puts)], values).rowcount == len(puts)


def _number(day: date) -> int:
    return (day - _EPOCH).days

"""What was typed into a page's form and not sent yet, kept in the vault so that no crash loses it.

Promised: a draft is encrypted as everything in the vault is, leaves this desk only in a backup, is
nothing that was said, and goes when its form does what it says or when everything in it was
deleted. A draft is kept whole: a box that was unticked since is not ticked when it comes back.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from backchannel.desk.vault_database import Connection

MAX_DRAFTS: Final = 200  # the oldest go first

Fields = Mapping[str, Sequence[str]]


def save_draft(connection: Connection, where: tuple[str, str], fields: Fields, at: int) -> None:
    """Keep what stands in a form; `where`: the page and the form. Empty fields: drop the draft."""
    drop_draft(connection, where)
    if not any(value.strip() for values in fields.values() for value in values):
        return
    kept = json.dumps({name: list(values) for name, values in fields.items()}, ensure_ascii=False)
    connection.execute("INSERT INTO drafts VALUES (?, ?, ?, ?)", (*where, at, kept))
    connection.execute(
        "DELETE FROM drafts WHERE (page, form) NOT IN"
        " (SELECT page, form FROM drafts ORDER BY at DESC, page, form LIMIT ?)",
        (MAX_DRAFTS,),
    )


def drop_draft(connection: Connection, where: tuple[str, str]) -> None:
    """Keep it no longer."""
    connection.execute("DELETE FROM drafts WHERE page = ? AND form = ?", where)


def drafts_of(connection: Connection, page: str) -> dict[str, list[str]]:
    """Return what was typed into the forms of a page, by field; the newer, where two share one."""
    rows = connection.execute("SELECT fields FROM drafts WHERE page = ? ORDER BY at", (page,))
    found: dict[str, list[str]] = {}
    for (fields,) in rows:
        found.update(json.loads(fields))
    return found

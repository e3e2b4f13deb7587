"""Drafts of a page, kept in this desk's vault."""

from collections.abc import Mapping, Sequence

from backchannel.desk import drafts
from backchannel.desk.desk import Desk


def save_draft(desk: Desk, where: tuple[str, str], fields: Mapping[str, Sequence[str]]) -> None:
    """Keep what stands in a form; `where`: the page's address and the form's."""
    with desk.vault.transaction() as connection:
        drafts.save_draft(connection, where, fields, desk.seconds())


def drop_draft(desk: Desk, page: str, form: str) -> None:
    """Keep the draft of a form no longer."""
    with desk.vault.read() as connection:
        if not drafts.drafts_of(connection, page):
            return  # no transaction for nothing
    with desk.vault.transaction() as connection:
        drafts.drop_draft(connection, (page, form))


def drafts_of(desk: Desk, page: str) -> dict[str, list[str]]:
    """Return what was typed into the forms of a page and not sent, by field."""
    with desk.vault.read() as connection:
        return drafts.drafts_of(connection, page)

"""A vault made by an earlier release opens, and its caucuses go on and can be repaired."""

import secrets
from pathlib import Path

import pytest

from backchannel.channel.handling import AS_OURS
from backchannel.desk import session
from backchannel.desk.session import Desk
from backchannel.desk.vault import create, open_vault
from backchannel.desk.vault_database import build, connect
from backchannel.desk.vault_files import DATABASE, KEY_FILE
from backchannel.desk.vault_key import unwrap
from hostile_relay import MemoryRelay
from mediation import CHEAP, Mediation, begin
from restoring import (
    PASSPHRASE,
    back_up,
    desk_of,
    folder_of,
    lose_and_restore,
    reopened,
    settle,
    views,
)

FIRST = Path(__file__).with_name("vectors") / "vault_v1.sql"  # frozen: as version 1 was released
Columns = dict[str, list[tuple[object, ...]]]


def columns(desk: Desk) -> Columns:
    with desk.vault.read() as connection:
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return {
            name: sorted(row[1:] for row in connection.execute(f"PRAGMA table_info({name})"))
            for (name,) in names
        }


def put_back_to_the_first_version(talks: Mediation, name: str) -> None:
    """Rewrite a desk's vault as the first release would have it, with all it holds."""
    desk_of(talks, name).vault.close()
    folder = folder_of(talks, name)
    key = unwrap((folder / KEY_FILE).read_bytes(), PASSPHRASE)
    (folder / DATABASE).rename(folder / "newer.db")
    build(folder / DATABASE, key)
    old, newer = connect(folder / DATABASE, key), connect(folder / "newer.db", key)
    old.execute("PRAGMA foreign_keys = OFF")
    for (table,) in old.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall():
        old.execute(f"DROP TABLE {table}")
    old.executescript(FIRST.read_text("utf-8"))
    old.execute("INSERT INTO meta VALUES ('schema_version', 1)")
    for (table,) in old.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall():
        if table == "meta":
            continue
        names = [row[1] for row in old.execute(f"PRAGMA table_info({table})")]
        listed, marks = ", ".join(names), ", ".join("?" * len(names))
        old.executemany(
            f"INSERT INTO {table} ({listed}) VALUES ({marks})",  # noqa: S608 - our own names
            newer.execute(f"SELECT {listed} FROM {table}"),  # noqa: S608 - as above
        )
    old.close()
    newer.close()
    (folder / "newer.db").unlink()
    folder.with_name(f".{folder.name}.incarnation").unlink()
    reopened(talks, name)


def test_a_vault_of_the_first_version_gets_the_same_tables_as_a_new_one(tmp_path: Path) -> None:
    talks = begin(tmp_path / "home", MemoryRelay(), "Iran")
    put_back_to_the_first_version(talks, "Iran")
    create(tmp_path / "new", PASSPHRASE, cost=CHEAP)
    with open_vault(tmp_path / "new", PASSPHRASE) as vault:
        fresh = Desk(vault, talks.clock, secrets.token_bytes)
        assert columns(talks.parties["Iran"]) == columns(fresh)
    talks.close()


@pytest.mark.parametrize("side", ["Iran", "mediator"])
def test_caucuses_of_the_first_version_go_on_and_can_be_repaired(tmp_path: Path, side: str) -> None:
    talks = begin(tmp_path / "home", MemoryRelay(), "Iran")
    talks.say("Iran", "before", AS_OURS)
    talks.sync()
    for name in ("Iran", "mediator"):
        put_back_to_the_first_version(talks, name)
    talks.say("Iran", "between", AS_OURS)
    talks.sync()
    file = back_up(talks, side)
    session.remark(talks.mediator, "", "Iran", text="after")
    talks.sync()
    before, _ = views(talks, "Iran")
    assert len(before.entries) == 5
    lose_and_restore(talks, side, file)
    settle(talks)
    assert views(talks, "Iran") == (before, before)
    talks.close()

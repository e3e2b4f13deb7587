"""A ledger of version 1 is brought to version 2 and keeps all; what is no ledger is let be."""

import sqlite3
from pathlib import Path

import pytest

from backchannel.watch.errors import LedgerError
from backchannel.watch.ledger import FILE, Wanted, open_ledger
from backchannel.watch.ledger_rows import INSERT, row_of
from claiming import NOON, a_claim
from watch_reading import WORDS, a_report, proposals_of

OLD_SCHEMA = Path(__file__).parent / "watch/schema_1.sql"
WRONG, RIGHT, OTHER = (a_claim(paraphrase=text) for text in ("wrong", "right", "other"))


def old_ledger(path: Path) -> Path:
    """Write a ledger as version 1 did, with the schema that was kept from then."""
    connection = sqlite3.connect(path)
    connection.executescript(OLD_SCHEMA.read_text(encoding="utf-8"))
    connection.execute("PRAGMA user_version = 1")
    connection.executemany(INSERT, (row_of(each, "gulf", NOON) for each in (WRONG, RIGHT, OTHER)))
    connection.execute(
        "INSERT INTO corrections (case_name, old, new, reason, added) VALUES (?, ?, ?, ?, ?)",
        ("gulf", WRONG.digest, RIGHT.digest, "misread", 7),
    )
    connection.execute(
        "INSERT INTO aliases (kind, alias_folded, alias, name_folded, name, added) "
        "VALUES ('actor', 'doha', 'Doha', 'qatar', 'Qatar', 7)"
    )
    connection.commit()
    connection.close()
    return path


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(path)
    try:
        return {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY number").fetchall()  # noqa: S608
            for name in ("claims", "corrections", "aliases")
        }
    finally:
        connection.close()


def test_a_ledger_of_version_1_opens_and_keeps_everything(tmp_path: Path) -> None:
    path = old_ledger(tmp_path / FILE)
    before = rows(path)
    for _ in range(2):
        with open_ledger(path) as ledger:
            assert {each.paraphrase for each in ledger.claims(case="gulf")} == {"right", "other"}
            assert len(ledger.claims(Wanted(actor="doha", words="oth"), case="gulf")) == 1
            assert ledger.cases() == {"gulf": 2}
    assert rows(path) == before
    with open_ledger(path) as ledger:
        report = a_report()
        ledger.reports.add(
            report, case="gulf", at=NOON, method=WORDS.name, proposals=proposals_of(report)
        )
        assert ledger.proposals.waiting(case="gulf") == 2


def test_a_ledger_that_was_brought_on_has_the_tables_of_a_new_one(tmp_path: Path) -> None:
    made = []
    for path in (old_ledger(tmp_path / "old"), tmp_path / "new"):
        with open_ledger(path):
            pass
        connection = sqlite3.connect(path)
        made.append(connection.execute("SELECT name, sql FROM sqlite_schema").fetchall())
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        connection.close()
    assert sorted(made[0]) == sorted(made[1])


def test_another_program_s_database_is_not_brought_on(tmp_path: Path) -> None:
    path = tmp_path / "other"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="it is no ledger of claims"), open_ledger(path):
        pass
    assert path.read_bytes() == before

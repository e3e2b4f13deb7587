"""The promises of a vault within one process: whole, secret, and plain about what is wrong."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from backchannel.desk.errors import (
    DamagedVaultError,
    DeskError,
    DiskFullError,
    NoVaultError,
    VaultBusyError,
    VaultExistsError,
    WrongPassphraseError,
)
from backchannel.desk.vault import Vault, change_passphrase, create, open_vault
from backchannel.desk.vault_database import (
    MIGRATIONS,
    Connection,
    migrate,
    refuse_newer,
    schema_version,
)
from backchannel.desk.vault_files import alone, files_in_words
from backchannel.desk.vault_key import Cost, cost_of, unwrap

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
PASSPHRASE = "a long walk"  # noqa: S105 - opens nothing but what a test makes
PAGE = 4096


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Return the folder of a desk with a table of said things, closed."""
    folder = tmp_path / "home" / "north"
    create(folder, PASSPHRASE, cost=CHEAP)
    with open_vault(folder, PASSPHRASE) as vault, vault.transaction() as connection:
        connection.execute("CREATE TABLE said (what TEXT)")
    return folder


@pytest.fixture
def vault(desk: Path) -> Iterator[Vault]:
    with open_vault(desk, PASSPHRASE) as vault:
        yield vault


def say(vault: Vault, what: str) -> None:
    with vault.transaction() as connection:
        connection.execute("INSERT INTO said VALUES (?)", (what,))


def all_said(vault: Vault) -> list[str]:
    with vault.read() as connection:
        return [what for (what,) in connection.execute("SELECT what FROM said ORDER BY rowid")]


def test_what_was_written_is_there_when_the_vault_is_opened_again(desk: Path) -> None:
    with open_vault(desk, PASSPHRASE) as vault:
        say(vault, "hello")
    with open_vault(desk, PASSPHRASE) as vault:
        assert all_said(vault) == ["hello"]


# Transactions


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_exception_of_any_kind_undoes_the_whole_block(
    vault: Vault, error: type[BaseException]
) -> None:
    def write_and_fail(connection: Connection) -> None:
        connection.execute("INSERT INTO said VALUES ('first')")
        connection.execute("INSERT INTO said VALUES ('second')")
        raise error

    with pytest.raises(error), vault.transaction() as connection:
        write_and_fail(connection)
    assert all_said(vault) == []
    say(vault, "after")
    assert all_said(vault) == ["after"]


def test_faulty_sql_raises_what_it_is_and_undoes_the_block(vault: Vault) -> None:
    with pytest.raises(dbapi2.IntegrityError), vault.transaction() as connection:  # noqa: PT012
        connection.execute("INSERT INTO said VALUES ('first')")
        connection.execute("INSERT INTO meta VALUES ('schema_version', 1)")
    assert all_said(vault) == []


def test_blocks_do_not_nest(vault: Vault) -> None:
    with vault.transaction(), pytest.raises(RuntimeError, match="nest"), vault.read():
        pass
    with vault.read(), pytest.raises(RuntimeError, match="nest"), vault.transaction():
        pass


def test_a_reader_sees_one_moment_while_another_writes(desk: Path, vault: Vault) -> None:
    say(vault, "before")
    with open_vault(desk, PASSPHRASE) as other, vault.read() as connection:
        say(other, "meanwhile")
        assert connection.execute("SELECT count(*) FROM said").fetchone() == (1,)
    assert all_said(vault) == ["before", "meanwhile"]


def test_a_reader_cannot_write_and_a_writer_afterwards_can(vault: Vault) -> None:
    with pytest.raises(DeskError), vault.read() as connection:
        connection.execute("INSERT INTO said VALUES ('no')")
    say(vault, "yes")
    assert all_said(vault) == ["yes"]


def test_data_version_changes_when_others_write_and_only_then(desk: Path, vault: Vault) -> None:
    before = vault.data_version()
    say(vault, "mine")
    assert vault.data_version() == before
    with open_vault(desk, PASSPHRASE) as other:
        say(other, "another's")
    assert vault.data_version() != before


def test_who_waits_too_long_for_another_writer_is_told_so(desk: Path, vault: Vault) -> None:
    with open_vault(desk, PASSPHRASE) as other, other.transaction():
        vault._connection.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(VaultBusyError, match="try again"), vault.transaction():
            pass


def test_the_database_is_set_up_to_lose_and_leak_nothing(vault: Vault) -> None:
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "temp_store": 2,  # memory
        "secure_delete": 1,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
        "cipher_memory_security": "1",
        "cipher_log_level": "NONE",
    }
    rows = {name: vault._connection.execute(f"PRAGMA {name}").fetchone() for name in expected}
    assert {name: row[0] for name, row in rows.items()} == expected


# Secrecy


def test_no_fragment_of_what_was_said_is_in_any_file(desk: Path) -> None:
    fragments = ("seven prisoners", "by Friday", "in Muscat", "said")
    with open_vault(desk, PASSPHRASE) as vault:
        say(vault, f"{fragments[0]} are released " * 300)
        say(vault, f"{fragments[0]} are released {fragments[1]}")
        with vault.transaction() as connection:
            connection.execute("UPDATE said SET what = ? WHERE rowid = 1", (fragments[2],))
            connection.execute("DELETE FROM said WHERE rowid = 2")
        assert_none_in_files(desk, fragments, {"vault.db", "vault.db-shm", "vault.db-wal"})
    assert_none_in_files(desk, fragments, {"vault.db"})


def assert_none_in_files(desk: Path, fragments: tuple[str, ...], present: set[str]) -> None:
    contents = {path.name: path.read_bytes() for path in desk.iterdir()}
    assert set(contents) == present | {"vault.key"}
    for name in present - {"vault.db-shm"}:
        assert contents[name], f"{name} is empty, so that nothing was searched"
    for content in contents.values():
        assert b"SQLite format" not in content
        assert b"CREATE TABLE" not in content
        for fragment in fragments:
            assert fragment.encode() not in content
            assert fragment.encode("utf-16-le") not in content


def test_deleted_words_are_not_even_in_the_decrypted_pages(desk: Path, vault: Vault) -> None:
    say(vault, "seven prisoners " * 100)
    with vault.transaction() as connection:
        connection.execute("DELETE FROM said")
    plain = desk.parent / "plain.db"
    vault._connection.execute("ATTACH DATABASE ? AS plain KEY ''", (str(plain),))
    vault._connection.execute("SELECT sqlcipher_export('plain')")
    assert b"CREATE TABLE said" in plain.read_bytes()
    assert b"prisoners" not in plain.read_bytes()


def test_the_files_are_their_owners_alone(desk: Path, vault: Vault) -> None:
    say(vault, "hello")
    modes = {path.name: path.stat().st_mode & 0o777 for path in desk.iterdir()}
    assert set(modes.values()) == {0o600}
    assert len(modes) == 4
    assert desk.stat().st_mode & 0o777 == 0o700
    assert desk.parent.stat().st_mode & 0o777 == 0o700


def test_what_is_printed_of_a_vault_shows_its_folder_and_nothing_else(
    desk: Path, vault: Vault
) -> None:
    assert repr(vault) == f"Vault('{desk}')"


def test_the_documented_form_of_a_raw_key_opens_the_database(desk: Path) -> None:
    key = unwrap((desk / "vault.key").read_bytes(), PASSPHRASE)
    connection = dbapi2.connect(str(desk / "vault.db"))
    connection.execute(f"PRAGMA key = \"x'{key.key.hex()}{key.salt.hex()}'\"")
    assert connection.execute("SELECT count(*) FROM said").fetchone() == (0,)
    connection.close()


# Creating


def test_the_randomness_given_is_the_randomness_used(tmp_path: Path) -> None:
    drawn: list[int] = []

    def counted(number: int) -> bytes:
        drawn.append(number)
        return bytes([len(drawn)]) * number

    create(tmp_path / "north", PASSPHRASE, cost=CHEAP, randomness=counted)
    assert drawn == [32, 16, 16, 12]
    key = unwrap((tmp_path / "north" / "vault.key").read_bytes(), PASSPHRASE)
    assert (key.key, key.salt) == (b"\x01" * 32, b"\x02" * 16)


def test_a_desk_is_never_made_over_one_that_exists(desk: Path) -> None:
    before = {path.name: path.read_bytes() for path in desk.iterdir()}
    with pytest.raises(VaultExistsError, match="another name"):
        create(desk, "another passphrase", cost=CHEAP)
    assert {path.name: path.read_bytes() for path in desk.iterdir()} == before
    assert [path.name for path in desk.parent.iterdir()] == ["north"]


def test_a_desk_is_not_made_over_a_file_a_link_or_other_peoples_things(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter").write_text("mine")
    for name in ("file", "link", "full"):
        with pytest.raises(VaultExistsError):
            create(tmp_path / name, PASSPHRASE, cost=CHEAP)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_desk_may_be_made_in_an_empty_folder_and_gets_its_rights(tmp_path: Path) -> None:
    (tmp_path / "north").mkdir(mode=0o755)
    create(tmp_path / "north", PASSPHRASE, cost=CHEAP)
    assert (tmp_path / "north").stat().st_mode & 0o777 == 0o700
    open_vault(tmp_path / "north", PASSPHRASE).close()


def test_a_creation_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fails_at_the_nonce(number: int) -> bytes:
        if number == 12:
            raise InterruptedError
        return bytes(number)

    with pytest.raises(DeskError):
        create(tmp_path / "north", PASSPHRASE, cost=CHEAP, randomness=fails_at_the_nonce)
    assert list(tmp_path.iterdir()) == []


def test_a_desk_below_a_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(DeskError, match="check that the folder"):
        create(tmp_path / "file" / "north", PASSPHRASE, cost=CHEAP)


# Opening what is not in order


def test_a_wrong_passphrase_is_named_as_such(desk: Path) -> None:
    with pytest.raises(WrongPassphraseError, match="enter it again") as refusal:
        open_vault(desk, "a short walk")
    assert "short walk" not in str(refusal.value)


def test_a_missing_desk_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("nowhere", "empty"):
        with pytest.raises(NoVaultError, match="create it first"):
            open_vault(tmp_path / name, PASSPHRASE)
        with pytest.raises(NoVaultError):
            change_passphrase(tmp_path / name, PASSPHRASE, "another one")
    assert list((tmp_path / "empty").iterdir()) == []


@pytest.mark.parametrize("name", ["vault.db", "vault.key"])
def test_a_missing_file_is_damage_and_is_not_replaced(desk: Path, name: str) -> None:
    (desk / name).unlink()
    with pytest.raises(DamagedVaultError, match=f"{name} is missing"):
        open_vault(desk, PASSPHRASE)
    assert not (desk / name).exists()


def test_a_damaged_key_file_is_damage_and_not_a_wrong_passphrase(desk: Path) -> None:
    content = (desk / "vault.key").read_bytes()
    (desk / "vault.key").write_bytes(content[:-1])
    with pytest.raises(DamagedVaultError, match=r"vault\.key"):
        open_vault(desk, PASSPHRASE)


def open_and_check(desk: Path) -> None:
    with open_vault(desk, PASSPHRASE) as vault:
        vault.check()


@pytest.fixture
def full_desk(desk: Path) -> Path:
    with open_vault(desk, PASSPHRASE) as vault:
        say(vault, "x" * PAGE * 8)
        vault.check()
    return desk


def test_a_flipped_byte_in_any_page_is_found(full_desk: Path) -> None:
    whole = (full_desk / "vault.db").read_bytes()
    # The first 16 bytes are the salt, which is in the key file as well and is taken from there.
    for page, offset in ((page, max(16, page)) for page in range(len(whole) // PAGE)):
        flipped = bytearray(whole)
        flipped[page * PAGE + offset] ^= 0x80
        (full_desk / "vault.db").write_bytes(flipped)
        with pytest.raises(DamagedVaultError, match="backup"):
            open_and_check(full_desk)


def test_a_flipped_page_is_found_by_who_reads_it(full_desk: Path) -> None:
    whole = bytearray((full_desk / "vault.db").read_bytes())
    whole[-PAGE * 3] ^= 0x01
    (full_desk / "vault.db").write_bytes(whole)
    with open_vault(full_desk, PASSPHRASE) as vault, pytest.raises(DamagedVaultError):
        all_said(vault)


def test_a_database_cut_anywhere_is_damage(full_desk: Path) -> None:
    whole = (full_desk / "vault.db").read_bytes()
    for length in (0, 1, 100, PAGE, 2 * PAGE, len(whole) // 2, len(whole) - PAGE, len(whole) - 1):
        (full_desk / "vault.db").write_bytes(whole[:length])
        with pytest.raises(DamagedVaultError):
            open_and_check(full_desk)
        assert (full_desk / "vault.db").stat().st_size == length


def test_the_database_of_another_desk_is_damage(desk: Path, tmp_path: Path) -> None:
    create(tmp_path / "south", PASSPHRASE, cost=CHEAP)
    shutil.copy(tmp_path / "south" / "vault.db", desk / "vault.db")
    with pytest.raises(DamagedVaultError):
        open_vault(desk, PASSPHRASE)


def test_a_vault_without_a_usable_version_is_damage(desk: Path, vault: Vault) -> None:
    with vault.transaction() as connection:
        connection.execute("UPDATE meta SET value = 'one' WHERE name = 'schema_version'")
    with pytest.raises(DamagedVaultError, match="version"):
        open_vault(desk, PASSPHRASE)


def test_a_database_that_may_not_be_opened_is_told_with_a_sentence(desk: Path) -> None:
    with pytest.raises(DeskError, match="check that the folder"), files_in_words(desk):
        raise PermissionError(13, "Permission denied")


# Disk full


def test_a_full_disk_is_named_and_nothing_is_half_stored(vault: Vault) -> None:
    say(vault, "before")
    with pytest.raises(DiskFullError, match="nothing was changed"):  # noqa: PT012, SIM117
        with vault.transaction() as connection:
            connection.execute("INSERT INTO said VALUES ('small')")
            (pages,) = connection.execute("PRAGMA page_count").fetchone() or (0,)
            connection.execute(f"PRAGMA max_page_count = {pages + 2}")
            connection.execute("INSERT INTO said VALUES (?)", ("x" * PAGE * 8,))
    assert all_said(vault) == ["before"]
    vault._connection.execute("PRAGMA max_page_count = 1000000")
    say(vault, "after")
    assert all_said(vault) == ["before", "after"]


def test_a_block_that_hides_an_error_which_undid_it_is_not_taken_for_kept(vault: Vault) -> None:
    with pytest.raises(RuntimeError, match="hid an error"), vault.transaction() as connection:
        connection.execute("ROLLBACK")  # as the database itself does after some errors


# Passphrases


def test_a_new_passphrase_opens_the_same_vault_and_the_old_one_does_not(desk: Path) -> None:
    with open_vault(desk, PASSPHRASE) as vault:
        say(vault, "hello")
        change_passphrase(desk, PASSPHRASE, "a longer walk")
        say(vault, "still open")
    with open_vault(desk, "a longer walk") as vault:
        assert all_said(vault) == ["hello", "still open"]
    with pytest.raises(WrongPassphraseError):
        open_vault(desk, PASSPHRASE)
    assert cost_of((desk / "vault.key").read_bytes()) == CHEAP
    assert sorted(path.name for path in desk.iterdir()) == ["vault.db", "vault.key"]


def test_a_change_with_the_wrong_old_passphrase_changes_nothing(desk: Path) -> None:
    before = (desk / "vault.key").read_bytes()
    with pytest.raises(WrongPassphraseError):
        change_passphrase(desk, "a short walk", "a longer walk")
    assert (desk / "vault.key").read_bytes() == before


def test_a_change_that_cannot_be_stored_leaves_the_old_passphrase(desk: Path) -> None:
    (desk / ".vault.key.partial").mkdir()
    with pytest.raises(DeskError), alone(desk.parent):
        change_passphrase(desk, PASSPHRASE, "a longer walk")
    open_vault(desk, PASSPHRASE).close()


# Versions


def test_a_vault_of_a_newer_version_is_refused_with_a_sentence(desk: Path) -> None:
    with open_vault(desk, PASSPHRASE) as vault, vault.transaction() as connection:
        connection.execute("UPDATE meta SET value = 99 WHERE name = 'schema_version'")
    with pytest.raises(DeskError, match="newer version of backchannel"):
        open_vault(desk, PASSPHRASE)


def test_an_older_vault_takes_every_step_it_lacks_and_none_twice(desk: Path, vault: Vault) -> None:
    steps: tuple[tuple[str, ...], ...] = (
        *MIGRATIONS,
        ("CREATE TABLE rooms (name TEXT)", "INSERT INTO rooms VALUES ('east')"),
        ("ALTER TABLE rooms ADD COLUMN floor INTEGER",),
    )
    done = len(MIGRATIONS)
    for known in (done + 1, done + 2, done + 2):
        with vault.transaction() as connection:
            migrate(connection, desk, steps[:known])
    with vault.read() as connection:
        assert schema_version(connection, desk) == done + 3
        assert connection.execute("SELECT * FROM rooms").fetchall() == [("east", None)]
    refuse_newer(3, 3, desk)


def test_a_step_that_fails_leaves_the_older_tables(desk: Path, vault: Vault) -> None:
    steps = (*MIGRATIONS, ("CREATE TABLE rooms (name TEXT)", "INSERT INTO nowhere VALUES (1)"))
    with pytest.raises(dbapi2.OperationalError), vault.transaction() as connection:
        migrate(connection, desk, steps)
    with vault.read() as connection:
        assert schema_version(connection, desk) == len(MIGRATIONS) + 1
        tables = connection.execute("SELECT name FROM sqlite_schema").fetchall()
    assert ("rooms",) not in tables

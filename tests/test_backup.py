"""A backup shows one moment, opens with its passphrase alone, and goes into an empty place."""

import secrets
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backchannel.channel.handling import AS_OURS
from backchannel.desk import incarnation, session
from backchannel.desk.backup import backup, restore
from backchannel.desk.errors import (
    DeskError,
    OldCopyError,
    UsageError,
    VaultExistsError,
    WrongPassphraseError,
)
from backchannel.desk.reclaiming import reclaim
from backchannel.desk.session import Desk
from backchannel.desk.vault import create, open_vault
from hostile_relay import MemoryRelay
from mediation import CHEAP, START, Mediation, begin, new_desk
from vault_probe import caucus_row, number, select

PASSPHRASE = "a long walk"  # noqa: S105 - of desks that live for one test


@pytest.fixture
def talks(tmp_path: Path) -> Iterator[Mediation]:
    mediation = begin(tmp_path / "home", MemoryRelay(), "Iran")
    yield mediation
    mediation.close()


def backed_up(talks: Mediation, name: str = "desk-Iran", *, under: str = "") -> Path:
    file = talks.folder / f"{name}.backup"
    folder = talks.folder / name
    backup(folder, PASSPHRASE, file, under=under, now=talks.clock(), cost=CHEAP)
    return file


def restored(talks: Mediation, file: Path, name: str = "again") -> Desk:
    shutil.rmtree(talks.folder / "desk-Iran")
    restore(file, talks.folder / name, PASSPHRASE, now=talks.clock(), cost=CHEAP)
    return Desk(open_vault(talks.folder / name, PASSPHRASE), talks.clock, secrets.token_bytes)


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_restored_desk_shows_what_was_said_and_knows_its_keys(talks: Mediation) -> None:
    talks.say("Iran", "We can move on timing.", AS_OURS)
    talks.sync()
    iran = talks.parties["Iran"]
    shown = session.view(iran)
    keys = select(iran, "SELECT signing_key, relay, title FROM channels")
    file = backed_up(talks)
    iran.vault.close()
    again = restored(talks, file)
    assert session.view(again) == shown
    assert select(again, "SELECT signing_key, relay, title FROM channels") == keys
    assert caucus_row(again).read_secret == caucus_row(iran_row := again).read_secret
    assert iran_row is again
    again.vault.close()


def test_a_backup_holds_no_state_of_a_session_and_no_prekey(talks: Mediation) -> None:
    talks.say("Iran", "one", AS_OURS)  # its letter waits in the outbox
    iran = talks.parties["Iran"]
    session_bytes = caucus_row(iran).session
    file = backed_up(talks)
    iran.vault.close()
    again = restored(talks, file)
    row = caucus_row(again)
    assert row.session == b""
    assert row.receipt is None
    assert number(again, "SELECT count(*) FROM outbox") == 0
    assert select(again, "SELECT offer, laid, tried FROM repairs") == [(None, 0, None)]
    # Of the session's own bytes, nothing but identities and wrapping keys is in any row.
    ratchet = session_bytes[-64:]
    found = b"".join(bytes(v) for (v,) in select(again, "SELECT lasting FROM repairs"))  # type: ignore[call-overload]
    assert ratchet not in found
    again.vault.close()


def test_a_backup_says_nothing_in_clear_and_leaves_nothing_beside_it(talks: Mediation) -> None:
    talks.say("Iran", "seven prisoners by Friday", AS_OURS)
    before = {path.name for path in talks.folder.iterdir()}
    file = backed_up(talks)
    content = file.read_bytes()
    assert b"prisoners" not in content
    assert b"SQLite" not in content
    assert {path.name for path in talks.folder.iterdir()} - before == {file.name}
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_backup_is_not_written_over_a_file(talks: Mediation) -> None:
    file = backed_up(talks)
    content = file.read_bytes()
    with pytest.raises(UsageError, match="not written over"):
        backed_up(talks)
    assert file.read_bytes() == content


def test_two_backups_share_no_key_and_no_page(talks: Mediation) -> None:
    first = backed_up(talks).read_bytes()
    (talks.folder / "desk-Iran.backup").unlink()
    second = backed_up(talks).read_bytes()
    pages = {first[at : at + 64] for at in range(300, len(first) - 64, 64)}
    assert not pages & {second[at : at + 64] for at in range(300, len(second) - 64, 64)}


@pytest.mark.parametrize("under", ["", "another walk"])
def test_a_backup_opens_with_its_own_passphrase_alone(talks: Mediation, under: str) -> None:
    file = backed_up(talks, under=under)
    before = files_in(talks.folder)
    wrong = PASSPHRASE if under else "another walk"
    with pytest.raises(WrongPassphraseError, match="does not open the backup"):
        restore(file, talks.folder / "again", wrong, now=START, cost=CHEAP)
    assert files_in(talks.folder) == before
    shutil.rmtree(talks.folder / "desk-Iran")
    restore(file, talks.folder / "again", under or PASSPHRASE, now=START, cost=CHEAP)


def test_a_damaged_backup_is_refused_wherever_the_damage_is(talks: Mediation) -> None:
    file = backed_up(talks)
    whole = file.read_bytes()
    places = [0, 20, 30, 100, 160, 190, 300, 5000, len(whole) - 1]
    for at in places:
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(DeskError, match=r"damaged|no backup"):
            restore(file, talks.folder / "again", PASSPHRASE, now=START, cost=CHEAP)
    for length in (0, 10, 100, 220, 5000, len(whole) - 1):
        file.write_bytes(whole[:length])
        with pytest.raises(DeskError, match=r"damaged|no backup"):
            restore(file, talks.folder / "again", PASSPHRASE, now=START, cost=CHEAP)
    assert not (talks.folder / "again").exists()
    assert not (talks.folder / ".again.partial").exists()


def test_a_backup_whose_pages_were_altered_with_their_checksum_is_refused(
    talks: Mediation,
) -> None:
    import hashlib  # noqa: PLC0415

    file = backed_up(talks)
    whole = bytearray(file.read_bytes())
    start = len(b"backchannel backup 1\n") + 172
    for start in range(100, 400):  # where the database begins, found by its checksum
        if hashlib.sha256(whole[start + 32 :]).digest() == whole[start : start + 32]:
            break
    whole[start + 32 + 6000] ^= 1
    whole[start : start + 32] = hashlib.sha256(whole[start + 32 :]).digest()
    file.write_bytes(whole)
    with pytest.raises(DeskError, match="damaged"):
        restore(file, talks.folder / "again", PASSPHRASE, now=START, cost=CHEAP)


def test_a_backup_is_never_restored_over_a_desk(talks: Mediation) -> None:
    file = backed_up(talks)
    before = files_in(talks.folder)
    with pytest.raises(VaultExistsError):
        restore(file, talks.folder / "desk-Iran", PASSPHRASE, now=START, cost=CHEAP)
    assert files_in(talks.folder) == before


def test_a_backup_of_another_desk_is_refused_at_the_place_of_one(talks: Mediation) -> None:
    file = backed_up(talks)
    other = new_desk(talks.folder, talks.clock, "other")
    session.open_channel(other, title="T", mediator="M", relay="http://127.0.0.1:1", pin=b"")
    other.vault.close()
    shutil.rmtree(talks.folder / "other")
    shutil.rmtree(talks.folder / "desk-Iran")
    with pytest.raises(UsageError, match="backup of another desk"):
        restore(file, talks.folder / "other", PASSPHRASE, now=START, cost=CHEAP)
    assert not (talks.folder / "other").exists()


def test_a_desk_in_use_is_not_restored_beside_itself(talks: Mediation) -> None:
    file = backed_up(talks)
    with pytest.raises(UsageError, match="here already, under the name desk-Iran"):
        restore(file, talks.folder / "second", PASSPHRASE, now=START, cost=CHEAP)


def test_every_restore_is_another_incarnation_above_all_before(talks: Mediation) -> None:
    file = backed_up(talks)
    folder = talks.folder / "desk-Iran"
    for expected in (2, 3, 4):
        shutil.rmtree(folder)
        restore(file, folder, PASSPHRASE, now=START, cost=CHEAP)
        with open_vault(folder, PASSPHRASE) as vault, vault.read() as connection:
            assert incarnation.inside(connection).incarnation == expected
        mark = incarnation.read(folder)
        assert mark is not None
        assert mark.incarnation == expected


def test_a_backup_of_a_desk_that_is_a_party_nowhere_is_fine(tmp_path: Path) -> None:
    create(tmp_path / "north", PASSPHRASE, cost=CHEAP)
    backup(tmp_path / "north", PASSPHRASE, tmp_path / "file", now=START, cost=CHEAP)
    shutil.rmtree(tmp_path / "north")
    made = restore(tmp_path / "file", tmp_path / "north", PASSPHRASE, now=START, cost=CHEAP)
    assert made == START


# Old copies


def test_a_folder_put_back_to_an_earlier_state_is_noticed_and_seals_nothing(
    talks: Mediation,
) -> None:
    iran, folder = talks.parties["Iran"], talks.folder / "desk-Iran"
    iran.vault.close()
    shutil.copytree(folder, talks.folder / "kept")
    iran = Desk(open_vault(folder, PASSPHRASE), talks.clock, secrets.token_bytes)
    session.say(iran, text="one", handling=AS_OURS)
    iran.vault.close()
    shutil.rmtree(folder)
    (talks.folder / "kept").rename(folder)
    iran = Desk(open_vault(folder, PASSPHRASE), talks.clock, secrets.token_bytes)
    talks.parties["Iran"] = iran
    with pytest.raises(OldCopyError, match="earlier state of itself"):
        session.say(iran, text="two", handling=AS_OURS)
    assert session.view(iran).entries  # it can be read


def test_a_vault_copied_elsewhere_is_a_second_device_and_seals_nothing(talks: Mediation) -> None:
    talks.parties["Iran"].vault.close()
    elsewhere = talks.folder / "elsewhere"
    shutil.copytree(talks.folder / "desk-Iran", elsewhere / "desk-Iran")
    copies = [elsewhere / "desk-Iran"]
    # With the file beside it, too: that names its own inode.
    shutil.copytree(talks.folder, talks.folder.parent / "home2", symlinks=True)
    copies.append(talks.folder.parent / "home2" / "desk-Iran")
    for folder in copies:
        with open_vault(folder, PASSPHRASE) as vault:
            desk = Desk(vault, talks.clock, secrets.token_bytes)
            with pytest.raises(OldCopyError, match="copied or moved here"):
                session.say(desk, text="two", handling=AS_OURS)
            assert session.view(desk).entries


def test_a_desk_that_is_no_copy_is_not_taken_back_into_use(talks: Mediation) -> None:
    with pytest.raises(UsageError, match="no old copy"):
        reclaim(talks.parties["Iran"].vault, talks.clock())


def test_a_desk_moved_within_its_home_with_its_file_goes_on(talks: Mediation) -> None:
    iran, folder = talks.parties["Iran"], talks.folder / "desk-Iran"
    iran.vault.close()
    incarnation.path_of(folder).rename(incarnation.path_of(talks.folder / "new"))
    folder.rename(talks.folder / "new")
    iran = Desk(open_vault(talks.folder / "new", PASSPHRASE), talks.clock, secrets.token_bytes)
    talks.parties["Iran"] = iran
    session.say(iran, text="two", handling=AS_OURS)


def test_what_a_power_cut_left_behind_raises_no_alarm(talks: Mediation) -> None:
    iran, folder = talks.parties["Iran"], talks.folder / "desk-Iran"
    mark = incarnation.read(folder)
    assert mark is not None
    session.say(iran, text="one", handling=AS_OURS)
    incarnation.write(folder, mark)
    session.say(iran, text="two", handling=AS_OURS)
    later = incarnation.read(folder)
    assert later is not None
    assert later.generation > mark.generation + 1
    assert talks.clock() - START < timedelta(days=1)

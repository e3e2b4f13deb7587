"""The promises of places: a name is one plain folder, and looks like what it is."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.desk.errors import UsageError
from backchannel.desk.place import LONGEST_NAME, desk_folder, desks, home_folder
from backchannel.desk.vault import create, open_vault
from backchannel.desk.vault_key import Cost

HOME = Path("/srv/desks")


def test_the_home_that_was_chosen_comes_first(tmp_path: Path) -> None:
    environment = {"BACKCHANNEL_HOME": str(tmp_path), "XDG_DATA_HOME": "/data", "HOME": "/home/x"}
    assert home_folder(environment) == tmp_path


def test_without_a_choice_desks_live_where_data_lives() -> None:
    assert home_folder({"XDG_DATA_HOME": "/data", "HOME": "/home/x"}) == Path("/data/backchannel")
    for data in (
        {},
        {"XDG_DATA_HOME": ""},
        {"XDG_DATA_HOME": "relative"},
        {"BACKCHANNEL_HOME": ""},
    ):
        at_home = home_folder({**data, "HOME": "/home/x"})
        assert at_home == Path("/home/x/.local/share/backchannel")


def test_a_relative_choice_is_made_whole() -> None:
    assert home_folder({"BACKCHANNEL_HOME": "here"}) == Path.cwd() / "here"


def test_a_home_that_nothing_tells_is_asked_for() -> None:
    with pytest.raises(UsageError, match="set BACKCHANNEL_HOME"):
        home_folder({})
    with pytest.raises(UsageError, match="no such home"):
        home_folder({"BACKCHANNEL_HOME": "~nobody-of-this-name/desks"})


@pytest.mark.parametrize(
    "name",
    ["a", "North", "doha-2023", "_old", "قطر", "تهران-۱۴۰۲", "दोहा", "กรุงเทพ", "東京", "Zürich_2"],
)
def test_letters_of_any_script_name_a_desk(name: str) -> None:
    assert desk_folder(HOME, name) == HOME / unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../x", "a/b", "/etc", "a\\b", "~", "a.b", ".north", "a:b", "a b", " a"),
        *("a\n", "a\x00", "-rf", "*", "$HOME", "a" * 65, "\u6771" * 64 + "a", "\U00020000" * 60),
        *("a\u200cb", "a\u202eb", "a\ufeff", "a\u00adb", "a\u3164b", "\u115f", "a\ufe0fb"),
        *("\u0301a", "\ud800", "a\u2044b", "½", "a²", "\uff0e\uff0e", "😀"),
    ],
)
def test_what_is_no_plain_name_is_refused_with_what_is_allowed(name: str) -> None:
    with pytest.raises(UsageError, match="use 1 to 64 letters") as refusal:
        desk_folder(HOME, name)
    assert refusal.value.exit_code == 2


def test_a_name_of_the_greatest_length_can_be_created(tmp_path: Path) -> None:
    for name in ("\u6771" * LONGEST_NAME, "a" * LONGEST_NAME, "\U00020000" * 50):
        folder = desk_folder(tmp_path, name)
        create(folder, "a long walk", cost=Cost(memory_kib=64, passes=1, lanes=1))
        open_vault(folder, "a long walk").close()
        assert name in desks(tmp_path)


@given(st.text(max_size=70))
def test_an_accepted_name_is_one_folder_directly_inside_the_home(name: str) -> None:
    try:
        folder = desk_folder(HOME, name)
    except UsageError:
        return
    assert folder.parent == HOME
    assert folder.name.isprintable()
    assert Path(folder.as_posix()).resolve().parent == HOME.resolve()
    assert desk_folder(HOME, folder.name) == folder


def test_a_name_is_the_same_however_its_accents_were_typed() -> None:
    assert desk_folder(HOME, "Zu\u0308rich") == desk_folder(HOME, "Z\u00fcrich")


def test_only_desks_are_listed_and_damaged_ones_are_too(tmp_path: Path) -> None:
    for name in ("south", "north", ".east.partial", "with space"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "vault.db").touch()
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "vault.key").touch()
    (tmp_path / "letters").mkdir()
    (tmp_path / "file").touch()
    assert desks(tmp_path) == ["damaged", "north", "south"]


def test_a_home_that_does_not_exist_holds_no_desks(tmp_path: Path) -> None:
    assert desks(tmp_path / "nowhere") == []
    assert not (tmp_path / "nowhere").exists()

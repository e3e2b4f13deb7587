"""What is installed is pinned, hashed, and told without an address."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCKED = ["runtime.txt", "numbers.txt", "dev.txt"]
ENTRY = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[A-Za-z0-9.+!]+)"
    r"(?: ; [^\\]+)?(?P<hashes>(?: \\\n    --hash=sha256:[0-9a-f]{64})+)$",
    re.MULTILINE,
)


def text_of(name: str) -> str:
    return (ROOT / "requirements" / name).read_text(encoding="utf-8")


def locked(name: str) -> dict[str, str]:
    """Return the versions in the file, by canonical name."""
    found = ENTRY.finditer(text_of(name))
    return {canonicalize_name(entry["name"]): entry["version"] for entry in found}


def asked(name: str) -> list[Requirement]:
    lines = text_of(name).splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


@pytest.mark.parametrize("name", LOCKED)
def test_every_entry_is_pinned_and_hashed(name: str) -> None:
    left = ENTRY.sub("", text_of(name)).splitlines()
    assert [line for line in left if line.strip() and not line.lstrip().startswith("#")] == []
    assert len(locked(name)) > 5


@pytest.mark.parametrize("name", [*LOCKED, "runtime.in", "numbers.in", "dev.in"])
def test_no_file_names_an_index_an_address_or_a_folder(name: str) -> None:
    assert not re.search(r"://| @ |\.whl", text_of(name))
    for line in text_of(name).splitlines():
        assert not line.startswith(("-i", "-f", "--index", "--extra-index", "--find", "--trusted"))
        assert not re.search(r"(^|\s)/\w", line)


def test_what_the_project_needs_is_what_is_locked_for_running_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {str(Requirement(entry)) for entry in project["dependencies"]}
    listed = {str(entry) for entry in asked("runtime.in") if entry.name != "setuptools"}
    assert listed == needed


def test_what_numbers_need_is_what_is_locked_for_them() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {str(Requirement(entry)) for entry in project["optional-dependencies"]["numbers"]}
    assert {str(entry) for entry in asked("numbers.in")} == needed


@pytest.mark.parametrize(
    ("given", "result"),
    [("runtime.in", LOCKED[0]), ("numbers.in", LOCKED[1]), ("dev.in", LOCKED[2])],
)
def test_what_is_asked_for_is_locked_in_a_version_that_fits(given: str, result: str) -> None:
    versions = locked(result)
    for entry in asked(given):
        assert entry.specifier.contains(versions[canonicalize_name(entry.name)])


def test_tests_run_on_the_versions_that_users_run() -> None:
    assert locked("runtime.txt").items() <= locked("numbers.txt").items()
    assert locked("numbers.txt").items() <= locked("dev.txt").items()


def test_the_builder_of_the_project_is_locked_too() -> None:
    assert "setuptools" in locked("runtime.txt")

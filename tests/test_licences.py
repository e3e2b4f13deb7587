"""Everything that runs with the project may be given on under a permissive licence."""

import re
from importlib.metadata import Distribution, distribution, metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PERMISSIVE = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|0BSD|Zlib|Unlicense|Python Software Foundation)\b", re.IGNORECASE
)
# Those that bind what is given on together with them, wholly (GPL) or in part (LGPL, MPL).
RECIPROCAL = re.compile(
    r"\b(A|L)?GPL|General Public|\bMPL\b|Mozilla|\bEUPL\b|\bSSPL\b", re.IGNORECASE
)

# Licences that the metadata does not tell, or that need a word; with what was read.
KNOWN = {
    "certifi": "MPL-2.0, on its own files alone, used unchanged: a list of authorities",
    "sqlcipher3": "zlib licence, in its file licenses/LICENSE; the SQLCipher inside is under BSD",
}
KNOWN_WITH_NUMBERS: dict[str, str] = {}
# Those that come with an extra alone, for whoever asks for it; the reason is in docs/adr.
EXTRAS = {
    "psycopg": "LGPL-3.0, loaded as it is: docs/adr/0006-postgresql.md",
    "psycopg-binary": "LGPL-3.0, holds libpq (PostgreSQL): docs/adr/0006-postgresql.md",
}


def runtime(with_extra: str = "") -> dict[str, Distribution]:
    """Return the installed distributions that the project reaches, by canonical name."""
    found: dict[str, Distribution] = {}
    asked = distribution("backchannel").requires or []
    open_ = [(Requirement(entry), with_extra) for entry in asked]
    seen = set()
    while open_:
        entry, extra = open_.pop()
        if entry.marker is not None and not entry.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(entry.name)
        found[name] = distribution(name)
        for wanted in ("", *entry.extras):
            if (name, wanted) not in seen:
                seen.add((name, wanted))
                open_ += [(Requirement(line), wanted) for line in found[name].requires or []]
    return found


def licence(name: str) -> str:
    """Return what the metadata says: the expression, the classifiers, or the first line of text."""
    told = metadata(name).json
    if expression := told.get("license_expression"):
        return str(expression)
    classifiers = [c for c in told.get("classifier", []) if c.startswith("License ::")]
    return "; ".join(classifiers) or str(told.get("license", "")).partition("\n")[0]


def is_permissive(told: str) -> bool:
    """Tell whether one of the licences to choose from is permissive and none must be taken."""
    choices = re.split(r"\bOR\b", told)
    return any(PERMISSIVE.search(choice) and not RECIPROCAL.search(choice) for choice in choices)


@pytest.mark.parametrize("name", sorted(runtime()))
def test_what_runs_with_the_project_is_permissive(name: str) -> None:
    told = licence(name)
    assert not re.search(r"\bA?GPL|General Public", told), f"{name}: {told}"
    assert is_permissive(told) or name in KNOWN, f"{name}: {told or 'tells no licence'}"


def test_the_table_of_known_ones_holds_only_what_is_needed() -> None:
    assert {
        name for name in KNOWN if name in runtime() and not is_permissive(licence(name))
    } == set(KNOWN)


@pytest.mark.parametrize(
    ("told", "permissive"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-2.0-or-later", False),
        ("AGPL-3.0-or-later", False),
        ("LGPL-2.1", False),
        ("License :: OSI Approved :: GNU General Public License v3 (GPLv3)", False),
        ("", False),
    ],
)
def test_a_reciprocal_licence_would_be_found(told: str, permissive: bool) -> None:  # noqa: FBT001 - pytest passes it
    assert is_permissive(told) is permissive


def test_what_binds_more_comes_with_an_extra_alone_and_has_its_reason() -> None:
    added = set(runtime("postgres")) - set(runtime())
    assert {name for name in added if not is_permissive(licence(name))} == set(EXTRAS)
    for name, reason in EXTRAS.items():
        # The lesser licence alone: it leaves what only loads the library under its own.
        assert licence(name).startswith("LGPL")
        assert (ROOT / reason.rpartition(" ")[2]).is_file()


@pytest.mark.parametrize("name", sorted(set(runtime("numbers")) - set(runtime())))
def test_what_numbers_need_is_permissive(name: str) -> None:
    assert is_permissive(licence(name)) or name in KNOWN_WITH_NUMBERS, f"{name}: {licence(name)}"


def test_extras_are_followed() -> None:
    assert "socksio" in runtime()


def test_the_project_is_under_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text

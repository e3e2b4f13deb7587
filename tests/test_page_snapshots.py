"""What each page of each role holds, kept word for word: a change is seen, and meant, or refused.

The pages are of the mediation in `gallery.py`. After a change that is meant:

    python tests/test_page_snapshots.py     writes them anew; read the difference before it is kept
"""

import json
import re
import sys
import tempfile
from pathlib import Path

import pytest
from tools import pictures

from gallery import comparable, paths, played
from page_desks import Leaf

FOLDER = Path(__file__).parent / "pages"
ROLES = ("mediator", "Iran", "US")
_MAIN = re.compile(r"<main.*</main>", re.DOTALL)


def taken(folder: Path) -> dict[str, str]:
    """Return what stands on each page of each role, by the name of its file."""
    table, found = played(folder), {}
    for role in ROLES:
        leaf = Leaf(table.parties.get(role, table.mediator), language="en")
        for key, path in paths(leaf).items():
            main = _MAIN.search(leaf.get(path))
            assert main is not None, key
            found[f"{role}{_name(key)}.html"] = f"{comparable(main.group())}\n"
    table.close()
    return found


def _name(key: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", key.replace("#", "x").lower()).rstrip("-")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return taken(tmp_path_factory.mktemp("snapshots"))


def test_the_pages_that_are_kept_are_all_there_are(pages: dict[str, str]) -> None:
    assert {path.name for path in FOLDER.glob("*.html")} == pages.keys()


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.html")), ids=lambda path: path.stem)
def test_a_page_holds_what_it_held(pages: dict[str, str], path: Path) -> None:
    # Run this file as a program if the change is meant.
    assert pages.get(path.name) == path.read_text("utf-8")


def test_no_page_of_a_party_names_what_only_another_said(pages: dict[str, str]) -> None:
    ours = "".join(text for name, text in pages.items() if name.startswith("US"))
    assert "We could live with four." not in ours
    assert "The funds may stay in Doha." not in ours
    assert "Overflights" not in "".join(t for name, t in pages.items() if name.startswith("Iran"))


def test_the_pictures_in_the_docs_are_of_the_pages_as_they_are() -> None:
    told = json.loads((pictures.FOLDER / "taken_from.json").read_text("utf-8"))
    assert told.keys() == pictures.PICTURES.keys()
    for name in pictures.PICTURES:
        # Run `python tools/pictures.py` if not, and look at them.
        assert told[name] == pictures.taken_from(name), name
        assert (pictures.FOLDER / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def main() -> None:
    """Write what each page holds now."""
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.html"):
        path.unlink()
    with tempfile.TemporaryDirectory() as folder:
        for name, text in taken(Path(folder)).items():
            (FOLDER / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(list(FOLDER.iterdir()))} pages in {FOLDER}\n")


if __name__ == "__main__":
    main()

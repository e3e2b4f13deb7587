"""Takes the pictures of the page in `docs/pictures`: a real browser, the mediation of the tests.

    python tools/pictures.py

Beside them stands from what each was taken; the tests fail as long as a page, or the style of all
pages, is another than on its picture.
"""

import hashlib
import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
# Started as a script, Python looks for modules beside this file only.
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

FOLDER: Final = ROOT / "docs" / "pictures"
STYLE: Final = ROOT / "src" / "backchannel" / "desk" / "web" / "static" / "desk.css"
SNAPSHOTS: Final = ROOT / "tests" / "pages"
# The picture: role, page, language, width; and the page's file among the snapshots.
PICTURES: Final[Mapping[str, tuple[str, str, str, int, str]]] = {
    "caucus": ("Iran", "/c/#", "en", 900, "Iran-c-x"),
    "caucus-fa": ("Iran", "/c/#", "fa", 380, "Iran-c-x"),
    "proposal": ("US", "/c/#/proposals/#", "en", 900, "US-c-x-proposals-x"),
    "text": ("Iran", "/c/#/texts/#", "en", 900, "Iran-c-x-texts-x"),
    "convey": ("mediator", "/c/#/with/#/convey", "en", 900, "mediator-c-x-with-x-convey"),
    "knows": ("mediator", "/c/#/knows", "en", 900, "mediator-c-x-knows"),
}


def taken_from(name: str) -> str:
    """Return what a picture has to be taken from, as a hash of page and style."""
    snapshot = SNAPSHOTS / f"{PICTURES[name][4]}.html"
    return hashlib.sha256(snapshot.read_bytes() + STYLE.read_bytes()).hexdigest()


def main() -> None:
    """Take all pictures."""
    # Imported here: what a picture is taken from is told without a browser.
    from browsing import chrome  # noqa: PLC0415
    from gallery import played  # noqa: PLC0415
    from test_page_gallery import opened, pages_of, put  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        table = played(Path(folder))
        found = {language: pages_of(table, language) for language in ("en", "fa")}
        table.close()
    FOLDER.mkdir(exist_ok=True)
    with chrome() as browser:
        for name, (role, key, language, width, _) in PICTURES.items():
            page = opened(browser, found[language], width=width)
            put(page, found[language].pages[role, key])
            page.screenshot(path=FOLDER / f"{name}.png")
            page.close()
    told = {name: taken_from(name) for name in PICTURES}
    (FOLDER / "taken_from.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(told)} pictures in {FOLDER}\n")


if __name__ == "__main__":
    main()

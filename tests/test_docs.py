"""Documentation that fails the tests: every promise names a test that exists, every word stands."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def names_of_tests() -> set[str]:
    names = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        names |= set(re.findall(r"def (test_\w+)\(", text))
        names |= set(re.findall(r"^(test_\w+) = ", text, flags=re.MULTILINE))
    return names


def test_each_promise_names_tests_that_exist() -> None:
    page = (ROOT / "docs" / "security" / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", page))
    assert len(named) > 40
    assert named - names_of_tests() == set()


def test_each_row_of_promises_names_a_test() -> None:
    page = (ROOT / "docs" / "security" / "README.md").read_text(encoding="utf-8")
    promises = page[page.index("## Promises to a party") :]
    rows = [row for row in promises.splitlines() if row.startswith("| ") and "---" not in row]
    assert [row for row in rows if "test_" not in row and "held by" not in row] == []


def test_links_between_the_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_no_page_and_no_source_names_a_registry_or_a_remote_script() -> None:
    suspicious = re.compile(r"pypi\.|index-url|files\.pythonhosted|cdn\.")
    for path in [*ROOT.glob("*.md"), *(ROOT / "src").rglob("*.py"), *(ROOT / "docs").rglob("*.md")]:
        assert not suspicious.search(path.read_text(encoding="utf-8")), path

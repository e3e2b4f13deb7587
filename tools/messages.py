"""The words of the page: gathered from templates and modules into the catalogues, and compiled.

    python tools/messages.py          gather, keep what is translated, compile
    python tools/messages.py --check  say what differs, and change nothing

Words that only move keep their translation; words that change lose it, and no guess is put in its
place.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from backchannel.channel import (
    accord,
    agenda,
    caucus_texts,
    deadlines,
    differences,
    handling,
    oral,
    proposals,
    rules,
    said,
    texts,
    timing,
    told,
    warnings,
)
from backchannel.desk.web import below, channel_pages, communique_pages, timeline_lines
from backchannel.desk.web.languages import DOMAIN, ENGLISH, FOLDER, languages
from backchannel.desk.web.serving import TWICE


class Lasting(Catalog):
    """A catalogue whose head says nothing that changes with every run: no dates, no versions."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """Return the head."""
        return _HEAD


WEB = FOLDER.parent
SHOWN = (
    *(accord.AccordForm, agenda.Phase, caucus_texts.Status, deadlines.What, differences.Change),
    *(oral.How, proposals.Answer, proposals.Reply, proposals.Result, rules.Standing),
    *(rules.NoteState, rules.RequestState, rules.AccordLife, rules.Stance, rules.StepState),
    *(rules.ProposalLife, rules.RoundLife, rules.TextLife, rules.CommuniqueLife, rules.Consent),
    *(said.Doing, texts.Judgement, timing.Wait, told.Mark, told.Closing, warnings.Kind),
    timeline_lines.Kind,
)
HEADER = "# Words of the page. Not yet read by a native speaker: see docs/page-languages.md."
_HEAD = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Transfer-Encoding", "8bit")]


def gathered() -> dict[str, set[str]]:
    """Return all words of the page, with the files that hold them."""
    found: dict[str, set[str]] = {}
    for path in sorted([*WEB.glob("*.py"), *(WEB / "templates").glob("*.html")]):
        method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        with path.open("rb") as file:
            for _, message, _, _ in extract(method, file, keywords={"gettext": None, "_": None}):
                found.setdefault(str(message), set()).add(path.name)
    for message in below_the_page():
        found.setdefault(message, set()).add("below the page")
    return found


def below_the_page() -> Iterator[str]:
    """Return the words that templates take from lists: made below the page, or in its modules."""
    yield from below.SENTENCES
    for kind in SHOWN:
        yield from (str(each.value) for each in kind)
    for attribution in handling.Attribution:
        yield attribution.words
        yield handling.Handling(uses=frozenset({attribution})).words
    yield handling.FOR_THE_MEDIATOR_ONLY.words
    yield handling.Handling(ask_first=True).words.partition("; ")[2]
    for _, label, hint in channel_pages.USES.values():
        yield from (label, hint)
    yield from (done for _, done in communique_pages.DEEDS.values())
    yield from (each.value.upper() for each in rules.NoteState)
    yield from ("; ", " or ", "accept", "refuse", TWICE)
    yield "You agree, and can think again until it is released."
    yield "You do not agree; only the mediator is told."


def translated(code: str, found: dict[str, set[str]]) -> Catalog:
    """Return the catalogue of a language with just these words, translated as they were."""
    before = Catalog()
    if po(code).exists():
        with po(code).open("rb") as file:
            before = read_po(file)
    after = Lasting(locale=code, fuzzy=False, header_comment=HEADER)
    for message in sorted(found):
        known = before.get(message)
        comments = [f"in {', '.join(sorted(found[message]))}"]
        after.add(message, known.string if known else "", auto_comments=comments)
    return after


def po(code: str) -> Path:
    """Return where the catalogue of a language is."""
    return FOLDER / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def written(catalogue: Catalog) -> tuple[bytes, bytes]:
    """Return the catalogue as it is edited, and as it is read."""
    text, compiled = io.BytesIO(), io.BytesIO()
    write_po(text, catalogue, width=96)
    write_mo(compiled, catalogue)
    return text.getvalue(), compiled.getvalue()


def main(arguments: list[str]) -> int:
    """Write the catalogues, or say which are not as they would be written."""
    found, behind = gathered(), 0
    for code in languages():
        if code == ENGLISH:
            continue
        catalogue = translated(code, found)
        for path, content in zip(
            (po(code), po(code).with_suffix(".mo")), written(catalogue), strict=True
        ):
            if "--check" not in arguments:
                path.write_bytes(content)
            elif path.read_bytes() != content:
                behind = 1
                print(f"{path} is not what tools/messages.py makes of the words and of the .po")
        missing = sum(not each.string for each in catalogue if each.id)
        print(f"{code}: {len(found)} messages, {missing} of them not translated")
    return behind


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

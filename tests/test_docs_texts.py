"""The guide for mediators: its examples are read by the program's own readers."""

import json
import re
from pathlib import Path

from backchannel.channel.brackets import parse_brackets
from backchannel.channel.clauses_file import read_text, write_text
from backchannel.channel.pairing import faults, faults_of_editions
from backchannel.channel.steps import check_plan
from backchannel.desk.commands.draft_file import read_draft

PAGE = (Path(__file__).parent.parent / "docs" / "texts.md").read_text(encoding="utf-8")


def example(kind: str) -> str:
    (found,) = re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)
    return str(found)


def test_the_text_of_the_guide_is_a_text_whose_languages_pair() -> None:
    text = read_text(example("text"))
    assert read_text(write_text(text)) == text
    assert faults(text) == ()
    wordings = [w.text for clause in text.clauses for w in clause.wordings]
    assert sum("[" in wording for wording in wordings) == 2
    assert all(parse_brackets(wording) for wording in wordings)


def test_the_draft_of_the_guide_is_a_draft_whose_editions_pair() -> None:
    draft = read_draft(example("json").encode())
    assert [step.id for step in check_plan(tuple(draft.steps))] == ["receipt", "release", "flight"]
    assert draft.steps[0].triggers == ("release", "flight")
    editions = {edition.language: edition.text for edition in draft.editions}
    assert list(faults_of_editions(editions)) == []


def test_every_form_in_the_guide_can_be_drafted() -> None:
    forms = re.findall(r"^\| `([a-z ]+)` \|", PAGE, flags=re.MULTILINE)
    forms.remove("form")  # the head of the table
    assert len(forms) == 4
    made = json.loads(example("json"))
    for form in forms:
        assert read_draft(json.dumps({**made, "form": form}).encode()).form.value == form

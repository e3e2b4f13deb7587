"""The file in which a mediator writes the single negotiating text."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.channel.clauses import NegotiatingText
from backchannel.channel.clauses_file import MAX_FILE, read_text, write_text
from backchannel.channel.errors import MalformedError
from negotiating import ILLUSTRATIVE, anything, clause, draft, drafts

WRITTEN = """\
# A pause at the river
languages: en, fr

## preamble recital
en: The parties,

    who have met,

## 1 operative
en: It lasts [Northland: ten days | —].
    It begins at noon.
fr: Elle dure [Nord: dix jours | —].
"""


@given(drafts())
def test_a_text_is_what_its_file_says(text: NegotiatingText) -> None:
    assert read_text(write_text(text)) == text


@given(anything | st.lists(st.sampled_from(WRITTEN.splitlines(keepends=True))).map("".join))
def test_whatever_is_read_gives_a_text_or_our_own_error(source: str) -> None:
    with suppress(MalformedError):
        text = read_text(source)
        assert read_text(write_text(text)) == text


@given(st.data())
def test_a_file_changed_anywhere_is_read_or_refused_with_a_line(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(WRITTEN)))
    until = data.draw(st.integers(at, min(at + 3, len(WRITTEN))))
    source = WRITTEN[:at] + data.draw(anything) + WRITTEN[until:]
    told = ""
    try:
        text = read_text(source)
    except MalformedError as error:
        told = str(error)
    else:
        assert read_text(write_text(text)) == text
    assert told == "" or told.startswith(("line ", "the file "))
    assert "\n" not in told


@pytest.mark.parametrize("source", [WRITTEN, ILLUSTRATIVE])
def test_a_tidy_file_stays_as_it_is(source: str) -> None:
    assert write_text(read_text(source)).split() == source.split()


def test_an_editors_habits_are_no_fault() -> None:
    untidy = (
        "\ufeff\n#  A pause  at the river\r\n\nLanguages : en,fr\r\n"
        "##   preamble   recital  \n\nen:The parties,  \n\n\twho have\u00a0met,\n\n\n"
        "## 1 operative\nen:\n    It lasts [Northland : ten days|—  ].\n"
        "  It begins at\u200b noon.\n"
        "fr: Elle dure [Nord : dix jours|\n   —]."
    )
    assert write_text(read_text(untidy)) == WRITTEN


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("# A", "A", "line 1: 'A pause at the river' is no title"),
        ("# A pause at the river", f"# {'x' * 201}", "line 1: the title has 201"),
        ("languages: en, fr", "en, fr", "line 2: 'en, fr' names no languages"),
        ("en, fr", "en, en", "line 2: the language en is named twice"),
        ("en, fr", "en; fr", "line 2: 'en; fr' is no code"),
        ("en, fr", "en", "line 9: clause 1 has a wording in fr"),
        ("fr\n\n##", "fr\nhello\n##", "line 3: 'hello' is no clause"),
        ("## preamble", "#preamble", "line 4: '#preamble recital' is no heading"),
        ("1 operative", "1 operative now", "line 9: .* is no heading"),
        ("1 operative", "1", "line 9: clause 1 is to be 'operative' or 'recital', not ''"),
        ("1 operative", "1 binding", "line 9: .* not 'binding'"),
        ("## 1", "## PREAMBLE", "line 9: two clauses could be taken for PREAMBLE"),
        ("    It begins", "It begins", "line 11: 'It begins at noon.' is no wording"),
        ("recital\nen", "recital\n  x\nen", "line 5: '  x' is no wording"),
        ("fr: Elle", "xxxx: Elle", "line 12: 'xxxx' is no code"),
        ("fr: Elle", "en: Elle", "line 9: clause 1 has two wordings in en"),
        ("ten days | —", "ten days", "line 10: character 10, .* a bracket has 2"),
        ("fr: Elle dure [Nord: dix jours | —].", "fr:", "line 12: the wording in fr is empty"),
        ("1 operative", f"{'1' * 21} operative", "line 9: '1111.* is no id"),
    ],
)
def test_a_fault_in_the_file_is_told_with_its_line(old: str, new: str, said: str) -> None:
    assert old in WRITTEN
    with pytest.raises(MalformedError, match=said):
        read_text(WRITTEN.replace(old, new, 1))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "the file ends where '# ' and the title are expected"),
        ("# A\n", "the file ends where 'languages: '"),
        ("# A\nlanguages: en\n\n", "line 4: no clause follows"),
        ("# A\nlanguages: en\n## 1 operative\n\n", "line 3: clause 1 has no wording"),
        ("x" * (MAX_FILE + 1), "at most 200,000"),
    ],
)
def test_a_file_that_ends_too_soon_or_never_is_refused(source: str, said: str) -> None:
    with pytest.raises(MalformedError, match=said):
        read_text(source)


def test_lines_that_imitate_the_file_are_still_words() -> None:
    text = draft(clause("#", "## 2 operative\nen: a\n\nlanguages: fa", "# x"))
    assert read_text(write_text(text)) == text

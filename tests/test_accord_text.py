"""The canonical form: two different accords never share a text, and what parses is canonical."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accords import accords, an_accord, neighbours
from backchannel.channel.accord import AccordForm, AccordText, Edition, Signatory
from backchannel.channel.accord_text import digest, parse, render
from backchannel.channel.plain import AccordError

moderate = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

SHOWN = """\
Backchannel accord 1
Form: declaration of the mediator, to which each party adheres separately
Id: 0123456789abcdef0123456789abcdef
Title: A pause of ten days
Mediator: North
  Key: 0101010101010101010101010101010101010101010101010101010101010101

Party: East
  Key: 0202020202020202020202020202020202020202020202020202020202020202
Party: West
  Key: 0303030303030303030303030303030303030303030303030303030303030303

Text, en
  | Each party pauses for ten days.
  |
  | The mediator confirms it.

Text, fa
  | هر طرف ده روز درنگ می‌کند.

Step: s1
  Actor: East
  Act: frees ten people
  For: West
  Category: prisoner
  Planned for: 2026-03-01

Step: s2
  Actor: East
  Act: frees ten people
  For: West
  Category: prisoner
  After: s1

Affected, without a seat: families of the detained
  Heard: no
Credit: North
Not to be released before: 2027-01-01
End
"""


def test_the_canonical_text_can_be_read_by_a_person_and_stays_as_it_is() -> None:
    # This text is a frozen vector: accords signed once must verify for ever.
    assert render(an_accord()) == SHOWN
    assert digest(SHOWN) == "3bbca4e16ba4484fa9601e0efc1d76e6cd3c7e4d52c990486881f49577ae03bf"


@moderate
@given(accords())
def test_an_accord_is_what_its_text_says(accord: AccordText) -> None:
    assert parse(render(accord)) == accord


@moderate
@given(neighbours())
def test_two_different_accords_never_share_a_text(pair: tuple[AccordText, AccordText]) -> None:
    one, other = pair
    assert (render(one) == render(other)) == (one == other)
    assert (digest(render(one)) == digest(render(other))) == (one == other)


@moderate
@given(accords(), st.data())
def test_a_text_changed_anywhere_is_refused_or_another_accord(
    accord: AccordText, data: st.DataObject
) -> None:
    text = render(accord)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 3)))
    new = data.draw(st.sampled_from(["", "\n", " ", "  | ", "Party: x\n", "s1, ", "0", "\u202e"]))
    changed = text[:start] + new + text[end:]
    try:
        other = parse(changed)
    except AccordError:
        return
    assert render(other) == changed
    assert (other == accord) == (changed == text)


@given(st.text() | st.lists(st.sampled_from(SHOWN.splitlines(keepends=True))).map("".join))
def test_whatever_is_read_gives_an_accord_or_our_own_error(text: str) -> None:
    with suppress(AccordError):
        assert render(parse(text)) == text


@pytest.mark.parametrize("written", SHOWN.split("\n"))
def test_a_text_that_imitates_a_field_is_still_a_text(written: str) -> None:
    line = written.strip() or "x"
    accord = an_accord(title=line, editions=(Edition(language="en", text=f"a\n{line}\n\nb"),))
    assert parse(render(accord)) == accord


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("accord 1", "accord 2", "line 1 or before it: 'Backchannel accord 1' is expected"),
        ("Form: declaration", "Form: treaty; declaration", "is none of"),
        ("Title: ", "Titel: ", "line 4 or before it: 'Title: ' is expected"),
        ("Key: 01", "Key: zz", "hexadecimal"),
        ("Key: 02", "Key: 0202", "key of East"),
        ("Key: 0202", "Key: 02 02", "not in canonical form"),
        ("Text, fa", "Text, farsi", "is no code of a language"),
        ("  | هر", "  هر", "edition fa: is empty"),
        ("  | The", "  |The", "not in canonical form"),
        ("Category: prisoner", "Category: person", "'person' is none of: ceasefire"),
        ("2026-03-01", "2026-02-30", "no date"),
        ("2026-03-01", "20260301", "not in canonical form"),
        ("After: s1", "After: s3", "step s2, requires: there is no step 's3'"),
        ("Heard: no", "Heard: perhaps", "is none of: yes; no"),
        ("End\n", "End", "not in canonical form"),
        ("End\n", "End\nmore\n", "not in canonical form"),
        ("End\n", "", "'End' is expected, not ''"),
        ("North\n  Key", "North\n\n  Key", "parties: there are 0|'Party: '|'' is expected"),
    ],
)
def test_a_fault_in_the_text_is_told_with_its_place(old: str, new: str, said: str) -> None:
    assert old in SHOWN
    with pytest.raises(AccordError, match=said):
        parse(SHOWN.replace(old, new, 1))


def test_an_accord_longer_than_a_letter_is_refused() -> None:
    long = Edition(language="fa", text="\n".join(["صلح"] * 5_000))
    with pytest.raises(AccordError, match="bytes as a text; at most 48,000"):
        render(an_accord(editions=(long, Edition(language="ar", text=long.text))))
    with pytest.raises(AccordError, match="longer than the 48,000 bytes"):
        parse("x" * 48_001)


def test_an_understanding_is_shown_with_whose_words_it_holds() -> None:
    accord = an_accord(
        form=AccordForm.UNDERSTANDING,
        mediator_key=b"",
        parties=(Signatory(name="East"), Signatory(name="West")),
        editions=(Edition(language="en", text="We free ten.", by="East"),),
        earliest_release=date(2030, 1, 1),
    )
    assert "Text, en\n  In the words of: East\n  | We free ten.\n" in render(accord)
    assert "Key" not in render(accord)
    assert parse(render(accord)) == accord

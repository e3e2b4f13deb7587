"""What a machine can compare of two texts, in the scripts that mediations are written in."""

from time import perf_counter

import pytest

from backchannel.channel.wording import (
    common_runs,
    denies,
    figures,
    has_capitals,
    holds,
    language_of,
    mentions,
    names,
    without_denials,
    words,
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Four may go", "en"),
        ("أربعة يذهبون", "ar"),
        ("چهار نفر می‌روند", "fa"),
        ("ארבעה הולכים", "he"),
        ("Четверо идут", "ru"),
        ("12.5", "en"),
        ("", "en"),
    ],
)
def test_the_language_is_guessed_from_the_letters(text: str, language: str) -> None:
    assert language_of(text) == language


def test_words_are_the_same_however_they_are_spelt() -> None:
    assert words("كتابي") == words("کتابی")
    assert words("می‌روند") == words("می روند")
    assert words("مُحَمَّد") == words("محمد")
    assert words("שָׁלוֹם") == words("שלום")
    assert words("Zoë’s PLAN, (no. 3)") == ("zoe", "s", "plan", "no", "3")  # noqa: RUF001


def test_numbers_and_dates_are_the_same_in_digits_and_in_words() -> None:
    assert figures("چهار نفر").keys() == figures("4").keys() == figures("أربعة").keys()
    assert figures("on 3 March 2026").keys() == figures("۳ مارس ۲۰۲۶").keys()
    assert figures("no one may second that") == {}
    assert list(figures("2/5 یا").values()) == ["2/5"]


@pytest.mark.parametrize(
    "text",
    ["We will not go", "We won't go", "Never.", "لا نذهب", "لن نذهب", "نمی رویم", "לא נלך", "не"],
)
def test_a_denial_is_seen(text: str) -> None:
    assert denies(text)


@pytest.mark.parametrize("text", ["We will go", "نذهب", "می رویم", "נלך", "A knot in a note"])
def test_where_nothing_is_denied_no_denial_is_seen(text: str) -> None:
    assert not denies(text)


def test_words_of_denial_can_be_left_out() -> None:
    assert without_denials("We do not go") == {"we", "do", "go"}


def test_names_are_words_with_a_capital_inside_a_sentence() -> None:
    text = "Yes. Tomorrow I meet Jane Doe (Siamak too) in Evin on 3 March. “Good”"
    assert names(text) == {"jane", "doe", "evin"}
    assert names("سنلتقي في طهران") == frozenset()
    assert has_capitals("a")
    assert not has_capitals("طهران 3")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The US offers four.", "US"),
        ("offers of the united  states, now", "United States"),
        ("قالت إيران ذلك", "إيران"),
        ("لإيران وبإيران", "إيران"),
        ("والولايات المتحدة", "الولايات المتحدة"),
        ("با ایران و قطر", "ایران"),
        ("ולאיראן", "איראן"),
    ],
)
def test_a_name_is_found_as_it_stands_and_with_what_is_written_to_it(text: str, name: str) -> None:
    assert mentions(text, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Let us go", "US"),
        ("USSR", "US"),
        ("united we stand", "United States"),
        ("The states united", "United States"),
        ("طهران", "إيران"),
        ("", "US"),
        ("anything", "..."),
    ],
)
def test_what_only_looks_like_a_name_is_none(text: str, name: str) -> None:
    assert not mentions(text, name)


def test_a_phrase_stands_only_where_its_words_follow_each_other() -> None:
    there = words("four may go to house arrest")
    assert holds(there, ("may", "go"))
    assert not holds(there, ("go", "may"))
    assert not holds(there, ("house", "arrest", "first"))
    assert not holds(there, ())


def test_a_text_that_repeats_a_few_words_without_end_is_compared_in_no_time() -> None:
    often, broken = ["a"] * 8_000, [*"aaaax"] * 1_600
    begun = perf_counter()
    assert set(common_runs(broken, often, 4)) == {tuple("aaaa")}
    assert len(common_runs(often, often, 4)[0]) == 8_000
    assert perf_counter() - begun < 10  # it took minutes


def test_the_longest_runs_are_found_and_no_part_of_them_again() -> None:
    one = list("abcdXefgYab")
    other = list("zabcQabcdWefg")
    assert common_runs(one, other, 3) == [tuple("abcd"), tuple("efg")]
    assert common_runs(one, other, 5) == []
    assert common_runs([], other, 3) == []
    assert common_runs(one, ["a"], 3) == []

"""Numbers and dates in the texts of seven languages, in figures and in words."""

# ruff: noqa: RUF001 - digits, letters and separators of several scripts

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.channel.figures import Doubt, shifted, value_of
from backchannel.channel.month_names import month_of
from backchannel.channel.number_lexicon import LEXICONS
from backchannel.channel.quantities import Sort, quantities
from spelling import spelt

LANGUAGES = ["en", "fr", "es", "ru", "ar", "fa", "he", "de"]


def values(text: str, language: str) -> list[str]:
    """Return the values found; a soft one in round brackets, of a doubt a question mark."""
    shown = []
    for one in quantities(text, language):
        value = "?" if one.sort is Sort.DOUBT else one.value
        shown.append(f"({value})" if one.soft else value)
    return shown


def advice(text: str, language: str) -> str:
    (one,) = quantities(text, language)
    assert one.sort is Sort.DOUBT
    return one.value


WORDS = {
    "en": "zero, one, ten, twenty-five, one hundred and five, two thousand five hundred million, "
    "twenty and thirty, nineteen ninety, third, twenty-first, a hundred, ninety nine, trillion, "
    "a million and a thousand, zero five, twenty and, one hundred and zero, half",
    "fr": "quatre-vingt-dix-sept, soixante et onze, vingt et un, cent vingt-trois mille, dix-sept, "
    "deux cents, quatre-vingts, mille neuf cent quatre-vingts, soixante-dix-neuf, vingt et deux, "
    "sept, deuxième, cent et dix, quatre cents, un",
    "es": "treinta y cinco, mil millones, doscientos veintiún mil, ciento uno, cien y diez, una, "
    "veintidós, dos mil, tercera",
    "ru": "двадцать пять, двухсот тысяч, пятого, сто двадцать три, один, трёх, тысяча двести, "
    "двести триста",
    "ar": "خمسة وعشرين، مئة وخمسة، ثلاثة آلاف ومئتان، خمس عشرة، بعشرة، لثلاثين، الخامس والعشرون، "
    "اثنا عشر، يومين، عشرة وعشرين، لست، خمسة وعشرة، ألفان، مليون وألفان، ألف و ألف، الطرفان، "
    "يوم الاثنين، خمسة وألف، أَلْف",
    "fa": "بیست و پنج، صد و ده، سی‌ام، ده‌روزه، سه‌شنبه، سه شنبه، دویست و پنجاه هزار، می‌شود، نه، "
    "یک میلیون و هزار، پنج صد، صد ده، بيست",
    "he": "עשרים וחמישה, חמישה עשר, שלוש מאות, שלושת אלפים, מעשרה, שנים עשר, שנים, לשלושים, "
    "מאה עשרים וחמש, ביום שני, שלוש עשרה, אלפיים, מאה ואלף",
}
READ = {
    "en": "0 (1) 10 25 105 2500000000 20 30 19 90 3 21 100 99 1000000000000 1000000 1000 0 5 20 "
    "100 0 1/2",
    "fr": "97 71 21 123000 17 200 80 1980 79 20 2 7 2 100 10 400 (1)",
    "es": "35 1000000000 221000 101 100 10 (1) 22 2000 3",
    "ru": "25 200000 5 123 (1) 3 1200 200 300",
    "ar": "25 105 3200 15 10 30 25 12 2 10 20 5 10 2000 1002000 1000 1000 (2) (2) 5 1000 1000",
    "fa": "25 110 30 10 250000 9 1001000 500 100 10 20",
    "he": "25 15 300 3000 10 12 30 125 (2) 13 2000 100 1000",
}


@pytest.mark.parametrize("language", WORDS)
def test_numbers_in_words_have_the_value_of_their_figures(language: str) -> None:
    assert values(WORDS[language], language) == READ[language].split()


def test_a_million_and_a_thousand_with_articles_are_two_numbers() -> None:
    assert values("a million and a thousand", "en") == ["1000000", "1000"]


@given(st.sampled_from(sorted(LEXICONS)), st.data())
def test_each_word_of_a_lexicon_is_read_with_its_value(language: str, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(sorted(LEXICONS[language].words)))
    if month_of(word, language) is None or language == "fr":
        assert [one.strip("()") for one in values(f"a, {word}, b", language)] == [
            str(LEXICONS[language].words[word])
        ]


@given(st.integers(2, 10**9 - 1))
def test_any_number_spelt_in_english_is_read(number: int) -> None:
    assert values(f"Within {spelt(number, 'en')} days.", "en") == [str(number)]


@given(st.integers(2, 9999))
def test_any_number_spelt_in_french_is_read(number: int) -> None:
    assert values(f"Sous {spelt(number, 'fr')} jours.", "fr") == [str(number)]


@given(st.integers(1, 999), st.sampled_from(["ar", "fa", "he"]))
def test_any_number_spelt_in_arabic_persian_and_hebrew_is_read(number: int, language: str) -> None:
    assert [v.strip("()") for v in values(f"- {spelt(number, language)} -", language)] == [
        str(number)
    ]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("10,000 and 10.5, 1,234,567.89 and 1'000", "en", "10000 10.5 1234567.89 1000"),
        ("1,000 1.000 1.000,50 1,000.50", "en", "1000 1.000 1000.50 1000.50"),
        ("1.000 1,000 1,5 10 000 1 000,5", "fr", "1000 1.000 1.5 10000 1000.5"),
        ("1.000 1,5 1.000.000", "ru", "1000 1.5 1000000"),
        ("١٬٠٠٠ و١٠٫٥ و 1,000", "ar", "1000 10.5 1000"),
        ("۱٬۰۰۰٬۰۰۰ و ۱۰٫۵", "fa", "1000000 10.5"),
        ("0,125 0.125 007 12,34 1234,567", "en", "0.125 0.125 7 12.34 1234.567"),
        ("1.10 and 1.1 and 2.1.3", "en", "1.10 1.1 2.1.3"),
        ("at 10:30, 3/4 of it", "en", "10:30 3/4"),
        ("10-20 or 10–20, -5, (−5), a -5", "en", "10 20 10 20 -5 -5 -5"),
        ("-5", "en", "-5"),
        ("5 100, 5 1000, 12 34", "en", "5100 5 1000 12 34"),
        ("10% 10 ٪ %10 10‰ % 5", "en", "10% 10% 10% 10‰ 5"),
        ("ten per cent (10%), ten (10) per cent", "en", "10% 10%"),
        ("dix pour cent, pour, pour cent", "fr", "10%"),
        ("عشرة في المئة و٢٠ بالمائة", "ar", "10% 20%"),
        ("ten (10) days, ten (11), (10) ten, ten (ten", "en", "10 10 11 10 10 10 10"),
        ("one (1), 1 (one), one (one)", "en", "1 1 (1)"),
        ("10 million, 2.5 billion, 10 thousand million", "en", "10000000 2500000000 10000000000"),
        ("3/4 million", "en", "3/4 1000000"),
        ("10 ملايين و١٠ آلاف", "ar", "10000000 10000"),
        ("10 Millionen", "de", "10"),
        ("21st, 3rd, 10-day, A1", "en", "21 3 10 1"),
        ("5-го, 10-ти", "ru", "5 10"),
        ("Article IV, Annex XII, I, X, MIX, LXXX", "en", "4 12 (10) 80"),
        ("2½, ¾, km², CO₂, ten① Ⅻ", "en", "2 1/2 3/4 10 ? ?"),
        ("two thirds", "en", "2"),
        ("१० दिन", "hi", "10"),
        ("zehn Tage", "de", ""),
        ("Ten days", "en-GB", "10"),
    ],
)
def test_figures_are_read_as_their_language_writes_them(
    text: str, language: str, found: str
) -> None:
    assert values(text, language) == found.split()


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("1,000", "es", "can be read as 1000 or as 1.000; write it without"),
        ("1.000", "ar", "can be read as 1000 or as 1.000"),
        ("1.000", "de", "can be read as 1000 or as 1.000"),
        ("۲/۵", "fa", "can be a fraction or have decimals"),
        ("10,20,30", "en", "is no number that can be read; write it without separators"),
        ("1:2:3:4", "en", "is no number that can be read"),
        ("①", "en", "is a number in signs of its own; write it in digits"),
        ("2026-02-30", "en", "is no day that exists"),
        ("10/03/2026", "en", "can be read in two ways; write it as 2026-03-10"),
        ("10/03/26", "en", "is no date that can be read"),
        ("30 February 2026", "en", "is no day that exists"),
        ("10 Ramadan 1447", "en", "is of a calendar that cannot be compared: write the Gregorian"),
        ("١٠ رمضان", "ar", "is of a calendar that cannot be compared"),
        ("رمضان 1447", "ar", "is of a calendar that cannot be compared"),
        ("1447 هـ", "ar", "is of a calendar that cannot be compared"),
        ("1447-09-10", "ar", "is of a calendar that cannot be compared"),
        ("۱۴۴۷/۰۹/۱۰", "fa", "is of a calendar that cannot be compared"),
        ("10 בניסן 2026", "he", "is of a calendar that cannot be compared"),
        ("30 اسفند 1404", "fa", "is no day of the Jalali years 1304 to 1498"),
        ("1404/12/30", "fa", "is no day of the Jalali years 1304 to 1498"),
        ("اسفند 1404", "fa", "cannot be compared without day and year"),
        ("10 اسفند", "fa", "cannot be compared without day and year"),
        ("اسفند", "fa", "cannot be compared without day and year"),
        ("مهر ۱۴۰۴", "fa", "cannot be compared without day and year"),
    ],
)
def test_what_two_readers_could_read_in_two_ways_is_a_doubt(
    text: str, language: str, said: str
) -> None:
    assert advice(text, language).startswith(said)


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("10 March 2026, March 10, 2026, 10th of March 2026", "en", "2026-03-10 " * 3),
        ("the tenth day of March 2026; March 10th 2026", "en", "2026-03-10 " * 2),
        ("10 March; March 10; March 2026; April; in March", "en", "--03-10 " * 2 + "2026-03 --04"),
        ("10 Sept 2026", "en", "2026-09-10"),
        ("Le 10 mars 2026, 1er mars 2026", "fr", "2026-03-10 2026-03-01"),
        ("Le sept mars 2026", "fr", "2026-03-07"),
        ("sept 2026, sept mille", "fr", "2026-09 7000"),
        ("10 de marzo de 2026, primero de marzo del 2026", "es", "2026-03-10 2026-03-01"),
        ("10 марта 2026 года, 10-го марта 2026", "ru", "2026-03-10 2026-03-10"),
        ("10 במרץ 2026, ב-1 במאי 2026", "he", "2026-03-10 2026-05-01"),
        ("10 آذار 2026، ١٠ مارس ٢٠٢٦، العاشر من آذار عام 2026", "ar", "2026-03-10 " * 3),
        ("10 آذار/مارس 2026، 10 آذار (مارس) 2026", "ar", "2026-03-10 " * 2),
        ("10 كانون الثاني 2026، 10 يناير 2026", "ar", "2026-01-10 " * 2),
        ("10 آذار (نيسان) 2026", "ar", "--03-10 --04 2026"),
        ("10 آذار (مارس 2026", "ar", "2026-03-10"),
        ("۱۰ مارس ۲۰۲۶، ۱۹ اسفند ۱۴۰۴، نوزدهم اسفند ماه سال ۱۴۰۴", "fa", "2026-03-10 " * 3),
        ("۱۹ حوت ۱۴۰۴، ۱۴۰۴/۱۲/۱۹، ۱۹/۱۲/۱۴۰۴", "fa", "2026-03-10 " * 3),
        ("۱۹ اسفند ۱۴۰۴ (۱۰ مارس ۲۰۲۶)", "fa", "2026-03-10"),
        ("19 Esfand 1404", "en", "2026-03-10"),
        ("2026-03-10, 2026/03/10, ٢٠٢٦-٠٣-١٠, 25.03.2026, 03/25/2026", "en",
         "2026-03-10 " * 3 + "2026-03-25 " * 2),
        ("03/03/2026", "en", "2026-03-03"),
        ("from 10 to 20 March 2026", "en", "10 2026-03-20"),
        ("2026-03-10T12:00", "en", "2026-03-10 12:00"),
        ("ten March two thousand twenty-six", "en", "2026-03-10"),
    ],
)  # fmt: skip
def test_dates_are_read_as_their_language_writes_them(text: str, language: str, found: str) -> None:
    assert [v for v in values(text, language) if not v.startswith("(")] == found.split()


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("they may march; in May, March", "en", "(--05) (--03)"),
        ("the 10 may leave", "en", "10"),
        ("۱۰ می شود", "fa", "10 (--05)"),
        ("10 مهر", "fa", "10"),
        ("حمل و نقل ۱۰ تن", "fa", "10"),
        ("sept jours", "fr", "7"),
        ("رمضان، ربيع", "ar", ""),
        ("ניסן", "he", ""),
        ("1404 articles", "en", "1404"),
        ("March 32, March 1,000", "en", "(--03) 32 (--03) 1000"),
        ("10", "en", "10"),
        ("99 March", "en", "99 (--03)"),
    ],
)
def test_a_word_that_only_looks_like_a_month_is_none(text: str, language: str, found: str) -> None:
    assert values(text, language) == found.split()


@given(st.dates(date(1925, 3, 21), date(2119, 12, 31)), st.sampled_from(LANGUAGES))
def test_an_iso_date_is_read_in_every_language(day: date, language: str) -> None:
    assert values(f"({day.isoformat()})", language) == [day.isoformat()]


_PIECES = [
    *("ten", "hundred", "and", "-", "10", ",", ".", " ", "(", ")", "%", "March", "2026", "/", ":"),
    *("عشرة", "و", "آذار", "١٠", "٫", "۱۴۰۴", "اسفند", "ماه", "‌", "עשר", "יום", "½", "①", "IV"),
    *("million", "quatre", "vingt", "'", "−", "هـ", "\n", "per cent", "th", "شنبه"),
]
texts = st.text(max_size=20) | st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)
spaced = st.lists(st.sampled_from(_PIECES), max_size=12).map(" ".join)


@given(texts | spaced, st.sampled_from(LANGUAGES))
def test_whatever_has_a_digit_in_it_is_found(text: str, language: str) -> None:
    found = quantities(text, language)
    for place, character in enumerate(text):
        if character.isdecimal():
            assert any(one.start <= place < one.end for one in found)


@given(texts | spaced, st.sampled_from(LANGUAGES))
def test_quantities_stand_one_behind_the_other(text: str, language: str) -> None:
    found = quantities(text, language)
    places = [place for one in found for place in (one.start, one.end)]
    assert places == sorted(places)
    assert all(one.start < one.end and one.value for one in found)
    assert all(one.sort is not Sort.PERCENT for one in found)


@given(st.text(st.sampled_from("0123456789.,'/: ٫٬-"), min_size=1), st.sampled_from(LANGUAGES))
def test_a_figure_has_a_value_or_a_doubt(figure: str, language: str) -> None:
    value = value_of(figure, language)
    assert isinstance(value, Doubt) or value


@given(st.integers(0, 10**30), st.integers(0, 12))
def test_a_figure_before_million_is_shifted_exactly(number: int, places: int) -> None:
    assert shifted(str(number), places) == str(number * 10**places)
    assert shifted(f"{number}.5", places) == (
        f"{number}.5" if not places else str(number * 10**places + 5 * 10 ** (places - 1))
    )


def test_a_number_of_thousands_of_digits_is_read_as_it_stands() -> None:
    assert values(f"{'9' * 9000} million", "en") == [f"{'9' * 9000}000000"]

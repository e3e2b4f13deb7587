"""Names of months in the languages that pairing reads, and the calendar each belongs to.

Gregorian names are those of Unicode CLDR: for Arabic both the Levantine and the transcribed ones,
with spellings of the Maghreb; for Persian those of Iran and Afghanistan. Jalali months can be
converted (jalali.py). Of Islamic and Hebrew months only some words are known, enough to say that
such a date cannot be compared.

>>> month_of("آذار", "ar"), month_of("اسفند", "fa")
(Month(calendar='gregorian', number=3), Month(calendar='jalali', number=12))

Source: Unicode CLDR 45, dates, calendars gregorian, persian, islamic and hebrew.
"""

# ruff: noqa: RUF001 - the letters of several scripts

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from backchannel.channel.tokens import folded

Calendar = Literal["gregorian", "jalali", "islamic", "hebrew"]

# A row for each month, its names parted by bars; blanks within a name are kept.
_GREGORIAN = {
    "en": "January|Jan/February|Feb/March|Mar/April|Apr/May/June|Jun/July|Jul/August|Aug"
    "/September|Sept|Sep/October|Oct/November|Nov/December|Dec",
    "fr": "janvier|janv/février|févr/mars/avril|avr/mai/juin/juillet|juil/août/septembre|sept"
    "/octobre|oct/novembre|nov/décembre|déc",
    "es": "enero|ene/febrero|feb/marzo|mar/abril|abr/mayo/junio|jun/julio|jul/agosto|ago"
    "/septiembre|setiembre|sept/octubre|oct/noviembre|nov/diciembre|dic",
    "ru": "января|январь|январе|янв/февраля|февраль|феврале|февр/марта|март|марте|мар"
    "/апреля|апрель|апреле|апр/мая|май|мае/июня|июнь|июне/июля|июль|июле/августа|август|августе|авг"
    "/сентября|сентябрь|сентябре|сент/октября|октябрь|октябре|окт/ноября|ноябрь|ноябре|нояб"
    "/декабря|декабрь|декабре|дек",
    "he": "ינואר/פברואר/מרץ|מרס/אפריל/מאי/יוני/יולי/אוגוסט/ספטמבר/אוקטובר/נובמבר/דצמבר",
    "ar": "يناير|كانون الثاني|جانفي/فبراير|شباط|فيفري/مارس|آذار/أبريل|إبريل|نيسان|أفريل"
    "/مايو|أيار|ماي/يونيو|يونيه|حزيران|جوان/يوليو|يوليه|تموز|جويلية/أغسطس|آب|أوت|غشت"
    "/سبتمبر|أيلول|شتنبر/أكتوبر|تشرين الأول/نوفمبر|تشرين الثاني|نونبر/ديسمبر|كانون الأول|دجنبر",
    "fa": "ژانویه|ژانویهٔ|جنوری/فوریه|فوریهٔ|فبروری/مارس|مارچ/آوریل|اپریل/مه|می|مهٔ/ژوئن|جون"
    "/ژوئیه|ژوئیهٔ|جولای/اوت|آگوست|اگست/سپتامبر|سپتمبر/اکتبر|اکتوبر/نوامبر|نومبر/دسامبر|دسمبر",
}
_JALALI = {
    "fa": "فروردین|حمل/اردیبهشت|ثور/خرداد|جوزا/تیر|سرطان/مرداد|امرداد|اسد/شهریور|سنبله"
    "/مهر|میزان/آبان|عقرب/آذر|قوس/دی|جدی/بهمن|دلو/اسفند|حوت",
    "ar": "فروردين/أرديبهشت/خرداد/تير/مرداد/شهريور/مهر/آبان/آذر/دي/بهمن/إسفند",
    "en": "Farvardin/Ordibehesht/Khordad/Tir/Mordad/Shahrivar/Mehr/Aban/Azar/Dey/Bahman/Esfand",
    "fr": "farvardin/ordibehesht/khordad/tir/mordad/shahrivar/mehr/aban/azar/dey/bahman/esfand",
}
_ISLAMIC = {
    "ar": "محرم|المحرم/صفر/ربيع الأول|ربيع/ربيع الآخر|ربيع الثاني/جمادى الأولى|جمادى"
    "/جمادى الآخرة|جمادى الثانية/رجب/شعبان/رمضان/شوال/ذو القعدة|ذي القعدة/ذو الحجة|ذي الحجة",
    "fa": "محرم/صفر/ربیع‌الاول|ربیع الاول/ربیع‌الثانی|ربیع الثانی/جمادی‌الاول|جمادی الاول"
    "/جمادی‌الثانی|جمادی الثانی/رجب/شعبان/رمضان/شوال/ذی‌القعده|ذیقعده/ذی‌الحجه|ذیحجه",
    "en": "Muharram/Safar/Rabi/Rabi/Jumada/Jumada/Rajab/Shaban/Ramadan/Shawwal/Dhu/Dhu",
    "fr": "mouharram/safar/rabia/rabia/joumada/joumada/rajab/chaabane/ramadan/chawwal/dhou/dhou",
}
_HEBREW = {
    "he": "תשרי/חשוון|מרחשוון/כסלו/טבת/שבט/אדר/ניסן/אייר/סיוון|סיון/תמוז/אב/אלול",
    "en": "Tishrei/Cheshvan/Kislev/Tevet/Shevat/Adar/Nisan/Iyar/Sivan/Tammuz/Av/Elul",
}

# Also ordinary words: without a day or a year beside them they are no months.
_AMBIGUOUS: Mapping[str, str] = {
    "en": "march|mar|may|jan|dec|sept|sep|aug|jun|tir|mehr|dey|aban|azar",
    "fr": "mars|sept|mai|tir|mehr|dey|aban|azar",
    "es": "mar|sept|dic|ago|oct|ene|marzo",
    "ru": "мар|дек|мае|май|март",
    "ar": "مارس|آب|ماي|جوان|أوت|تير|مهر|دي|آذر",
    "fa": "می|مه|جون|اوت|تیر|مرداد|مهر|آذر|دی|حمل|ثور|جوزا|سرطان|اسد|سنبله|میزان|عقرب|قوس|جدی"
    "|دلو|حوت",
}
_PREFIXES = {"ar": ("و", "ب", "ل"), "he": ("ב", "ל", "מ", "ה", "ו", "ש", "וב", "ומ", "ול", "שב")}


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a calendar; Hebrew months are numbered from Tishrei, others from the first."""

    calendar: Calendar
    number: int


def _names(rows: Mapping[str, str], calendar: Calendar) -> Iterable[tuple[tuple[str, str], Month]]:
    for language, row in rows.items():
        for number, names in enumerate(row.split("/"), start=1):
            for name in names.split("|"):
                yield (language, folded(name).replace("\u200c", "")), Month(calendar, number)


# Where one name stands in two calendars, the Gregorian one is meant: تموز is July in Arabic.
_MONTHS: Mapping[tuple[str, str], Month] = {
    **dict(_names(_HEBREW, "hebrew")),
    **dict(_names(_ISLAMIC, "islamic")),
    **dict(_names(_JALALI, "jalali")),
    **dict(_names(_GREGORIAN, "gregorian")),
}
_WORDS_TOO = frozenset(
    (language, folded(name)) for language, row in _AMBIGUOUS.items() for name in row.split("|")
)


def month_of(name: str, language: str) -> Month | None:
    """Return the month of a name, perhaps with a preposition written as one word with it."""
    plain = folded(name).replace("\u200c", "")
    if month := _MONTHS.get((language, plain)):
        return month
    bare = (plain.removeprefix(p) for p in _PREFIXES.get(language, ()) if plain.startswith(p))
    return next((m for b in bare if (m := _MONTHS.get((language, b)))), None)


def is_ordinary_word(name: str, language: str) -> bool:
    """Return whether the name of a month is an ordinary word too."""
    return (language, folded(name)) in _WORDS_TOO

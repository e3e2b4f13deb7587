"""Days as a page in Arabic or Persian writes them: Gregorian, and beside it the reader's other one.

Promised: the Gregorian day stands always and first; beside it in Persian the Jalali day, in Arabic
the Islamic day of the calendar of Umm al-Qura, where those are known. The Islamic day is reckoned:
where the month begins with the sighting of the moon, it may be another day.

>>> from backchannel.desk.web.languages import chosen
>>> day = date(2026, 3, 1)
>>> long_day(day, chosen("fa", "")), beside(day, chosen("fa", ""))
('۱ مارس ۲۰۲۶', '۱۰ اسفند ۱۴۰۴')
>>> long_day(day, chosen("ar", "")), beside(day, chosen("ar", ""))
('١ آذار/مارس ٢٠٢٦', '١٢ رمضان ١٤٤٧ هـ')
>>> beside(date(1066, 10, 14), chosen("ar", ""))
''

Source: United Nations Editorial Manual (months in Arabic, both names); the calendar of Umm al-Qura
by R. H. van Gent's tables, in `hijridate`.
"""  # noqa: RUF002 - digits of Arabic and Persian are the point

from datetime import date
from typing import Final

from hijridate import Gregorian

from backchannel.channel import jalali
from backchannel.desk.web.languages import Language

_GREGORIAN: Final = {
    "ar": (
        *("كانون الثاني/يناير", "شباط/فبراير", "آذار/مارس", "نيسان/أبريل", "أيار/مايو"),
        *("حزيران/يونيه", "تموز/يوليه", "آب/أغسطس", "أيلول/سبتمبر", "تشرين الأول/أكتوبر"),
        *("تشرين الثاني/نوفمبر", "كانون الأول/ديسمبر"),
    ),
    "fa": (
        *("ژانویه", "فوریه", "مارس", "آوریل", "مه", "ژوئن", "ژوئیه", "اوت", "سپتامبر"),
        *("اکتبر", "نوامبر", "دسامبر"),
    ),
}
_JALALI: Final = (
    *("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر"),
    *("دی", "بهمن", "اسفند"),
)
_ISLAMIC: Final = (
    *("محرم", "صفر", "ربيع الأول", "ربيع الآخر", "جمادى الأولى", "جمادى الآخرة", "رجب"),
    *("شعبان", "رمضان", "شوال", "ذو القعدة", "ذو الحجة"),
)


def long_day(day: date, language: Language) -> str:
    """Return the Gregorian day; in English as everywhere, 2026-03-01."""
    months = _GREGORIAN.get(language.code)
    if months is None:
        return day.isoformat()
    return language.number(f"{day.day} {months[day.month - 1]} {day.year}")


def beside(day: date, language: Language) -> str:
    """Return the same day in the reader's other calendar; empty where there is none, or no day."""
    if language.code == "fa" and (there := jalali.of(day)) is not None:
        return language.number(f"{there[2]} {_JALALI[there[1] - 1]} {there[0]}")
    if language.code == "ar":
        try:
            islamic = Gregorian.fromdate(day).to_hijri()
        except OverflowError:  # before or after the published tables
            return ""
        return language.number(f"{islamic.day} {_ISLAMIC[islamic.month - 1]} {islamic.year} هـ")
    return ""

"""Numbers spelt in words by algorithms of their own, for tests to read back."""

# ruff: noqa: RUF001 - the letters of several scripts

_ENGLISH = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
]
_ENGLISH_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_FRENCH = [
    *("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"),
    *("onze", "douze", "treize", "quatorze", "quinze", "seize"),
]
_FRENCH_TENS = ["vingt", "trente", "quarante", "cinquante", "soixante"]

_ARABIC = ["", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة"]
_ARABIC_TENS = ["عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون"]
_ARABIC_HUNDREDS = [
    *("", "مئة", "مئتان", "ثلاثمئة", "أربعمئة", "خمسمئة", "ستمئة", "سبعمئة", "ثمانمئة", "تسعمئة"),
]
_PERSIAN = [
    *("", "یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه", "ده", "یازده", "دوازده"),
    *("سیزده", "چهارده", "پانزده", "شانزده", "هفده", "هجده", "نوزده"),
]
_PERSIAN_TENS = ["بیست", "سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود"]
_PERSIAN_HUNDREDS = [
    *("", "صد", "دویست", "سیصد", "چهارصد", "پانصد", "ششصد", "هفتصد", "هشتصد", "نهصد"),
]
_HEBREW = ["", "אחת", "שתיים", "שלוש", "ארבע", "חמש", "שש", "שבע", "שמונה", "תשע", "עשר"]
_HEBREW_TENS = ["עשרים", "שלושים", "ארבעים", "חמישים", "שישים", "שבעים", "שמונים", "תשעים"]


def spelt(number: int, language: str) -> str:
    """Spell a number: below a milliard in English, ten thousand in French, else a thousand."""
    by_language = {"en": _english, "fr": _french, "ar": _arabic, "fa": _persian, "he": _hebrew}
    return by_language[language](number)


def _english(number: int) -> str:
    for size, name in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= size:
            head, rest = divmod(number, size)
            link = " and " if size == 100 else " "
            return f"{_english(head)} {name}" + (link + _english(rest) if rest else "")
    if number < 20:
        return _ENGLISH[number]
    tens, rest = divmod(number, 10)
    return _ENGLISH_TENS[tens - 2] + (f"-{_ENGLISH[rest]}" if rest else "")


def _french(number: int) -> str:
    for size, name in ((1000, "mille"), (100, "cent")):
        if number >= size:
            head, rest = divmod(number, size)
            plural = "s" if name == "cent" and head > 1 and not rest else ""
            words = [
                _french(head) if head > 1 else "",
                name + plural,
                _french(rest) if rest else "",
            ]
            return " ".join(filter(None, words))
    if number >= 80:
        return f"quatre-vingt-{_french(number - 80)}" if number > 80 else "quatre-vingts"
    if number <= 16:
        return _FRENCH[number]
    tens = min(number // 10, 6)
    ten, below = "dix" if tens == 1 else _FRENCH_TENS[tens - 2], number - 10 * tens
    if not below:
        return ten
    return f"{ten} et {_french(below)}" if below in {1, 11} else f"{ten}-{_french(below)}"


def _arabic(number: int) -> str:
    rest = number % 100
    if rest <= 10:
        below = [_ARABIC[rest]]
    elif rest < 20:
        below = [f"{_ARABIC[rest - 10]} عشر"]
    else:
        below = [_ARABIC[rest % 10], _ARABIC_TENS[rest // 10 - 2]]
    return " و".join(filter(None, [_ARABIC_HUNDREDS[number // 100], *below]))


def _persian(number: int) -> str:
    rest = number % 100
    below = [_PERSIAN[rest]] if rest < 20 else [_PERSIAN_TENS[rest // 10 - 2], _PERSIAN[rest % 10]]
    return " و ".join(filter(None, [_PERSIAN_HUNDREDS[number // 100], *below]))


def _hebrew(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    head = {0: "", 1: "מאה", 2: "מאתיים"}.get(hundreds, f"{_HEBREW[hundreds]} מאות")
    if rest <= 10:
        below = _HEBREW[rest]
    elif rest < 20:
        below = f"{_HEBREW[rest - 10]} עשרה"
    else:
        units = f" ו{_HEBREW[rest % 10]}" if rest % 10 else ""
        below = _HEBREW_TENS[rest // 10 - 2] + units
    return f"{head} {below}".strip()

"""Negotiating texts to test with: illustrative ones in several languages, and any that can be."""

# ruff: noqa: RUF001 - digits of several scripts

from typing import Any

from hypothesis import strategies as st

from backchannel.channel.brackets import Alternative, Bracket, Part, show_brackets, tidied
from backchannel.channel.clauses import Clause, ClauseId, NegotiatingText, Wording
from backchannel.channel.errors import MalformedError
from backchannel.channel.names import normalised

# Illustrative: invented for these tests, in the manner of an interim accord; no real text says so.
ILLUSTRATIVE = """\
# Illustrative understanding on a pause
languages: en, ar, fa, he, fr

## preamble recital
en: The parties, meeting on 1 March 2026,
ar: إن الأطراف، وقد اجتمعت في 1 آذار/مارس 2026،
fa: طرفین، که در ۱۰ اسفند ۱۴۰۴ گرد آمدند،
he: הצדדים, שנפגשו ב-1 במרץ 2026,
fr: Les parties, réunies le 1er mars 2026,

## 1 operative
en: The pause lasts [Northland: ten days | Southland: thirty days] from 10 March 2026.
ar: تستمر الهدنة [الشمال: عشرة أيام | الجنوب: ثلاثين يوما] من 10 مارس 2026.
fa: آتش‌بس [شمال: ده روز | جنوب: ۳۰ روز] از ۱۹ اسفند ۱۴۰۴ ادامه دارد.
he: ההפוגה נמשכת [הצפון: עשרה ימים | הדרום: שלושים יום] מיום 10 במרץ 2026.
fr: La pause dure [Nord: dix jours | Sud: trente jours] à partir du 10 mars 2026.

## 2.1 operative
en: Within twenty-five days 1,500,000 litres are delivered, and 10% of 2.5 million is released.
ar: خلال خمسة وعشرين يوما يتم تسليم 1500000 لتر، ويفرج عن ١٠٪ من ٢٫٥ مليون.
fa: ظرف بیست و پنج روز ۱٬۵۰۰٬۰۰۰ لیتر تحویل و ده درصد از ۲٫۵ میلیون آزاد می‌شود.
he: בתוך עשרים וחמישה ימים יימסרו 1,500,000 ליטרים, ו-10 אחוזים מתוך 2.5 מיליון ישוחררו.
fr: Sous vingt-cinq jours, 1 500 000 litres sont livrés, et dix pour cent de 2,5 millions libérés.
"""


def wording(text: str, language: str = "en") -> Wording:
    return Wording(language=language, text=text)


def clause(id_: str, *texts: str, operative: bool = True) -> Clause:
    """Return a clause whose first text is in English, the second in French, the third in Arabic."""
    wordings = zip(texts, ("en", "fr", "ar"), strict=False)
    return Clause(
        id=ClauseId(id_),
        operative=operative,
        wordings=tuple(wording(text, language) for text, language in wordings),
    )


def draft(*clauses: Clause, **changes: Any) -> NegotiatingText:  # noqa: ANN401 - any field
    """Return a text with the clauses."""
    fields = {"title": "A pause", "languages": ("en", "fr", "ar"), "clauses": clauses, **changes}
    return NegotiatingText(**fields)


# Notation, imitations of the file format, scripts of both directions, figures.
_PIECES = [
    *("[", "]", "|", "\\", ":", ": ", "—", "#", "## 1 operative", "en: ", "languages: en"),
    *("ten days", "ده روز", "می‌گوید", "é", "\u0301", "10", "\n", "\n\n", " ", "،", "١٠"),
]
anything = st.text(max_size=12) | st.lists(st.sampled_from(_PIECES), max_size=8).map("".join)


def _tidy(text: str) -> str:
    try:
        return Wording(language="en", text=normalised(text)).text
    except MalformedError:
        return ""


def _named(name: str) -> str:
    try:
        return Alternative(by=normalised(name), text="").by
    except MalformedError:
        return ""


alternatives = st.builds(
    lambda by, text: Alternative(by=by, text=text.strip()),
    by=anything.map(_named),
    text=anything,
)
brackets = st.lists(alternatives, min_size=2, max_size=4).map(lambda each: Bracket(tuple(each)))


@st.composite
def parts(draw: st.DrawFn) -> tuple[Part, ...]:
    """Plain texts, never two in a row and none empty, and brackets."""
    made: list[Part] = []
    for part in draw(st.lists(anything.filter(bool) | brackets, max_size=5)):
        if isinstance(part, str) and made and isinstance(made[-1], str):
            continue
        made.append(part)
    return tuple(made)


def _wording_of(found: tuple[Part, ...]) -> str:
    try:
        return _tidy(tidied(normalised(show_brackets(found))))
    except MalformedError:
        return ""


wordings = parts().map(_wording_of).map(lambda text: text or "words")
ids = st.from_regex(r"[a-z0-9#:.]{1,4}", fullmatch=True)
languages = st.lists(st.sampled_from(["en", "fa", "ar", "zh-Hant"]), min_size=1, unique=True)


@st.composite
def drafts(draw: st.DrawFn) -> NegotiatingText:
    """Any text that can be, whose clauses may lack languages."""
    tags = draw(languages)
    clauses = [
        Clause(
            id=ClauseId(id_),
            operative=draw(st.booleans()),
            wordings=tuple(
                wording(draw(wordings), tag)
                for tag in draw(st.lists(st.sampled_from(tags), min_size=1, unique=True))
            ),
        )
        for id_ in draw(st.lists(ids, min_size=1, max_size=4, unique=True))
    ]
    return NegotiatingText(title="# A: pause", languages=tuple(tags), clauses=tuple(clauses))

"""The words for numbers in seven languages, and how each language joins them.

A row for each value, its forms parted by bars: cases, genders and spellings in use. Ordinals stand
for the same values, so that "third" pairs with "3rd".

>>> LEXICONS["en"].words["third"], LEXICONS["he"].words[folded("שלושים")]
(3, 30)

Source: Unicode CLDR 45, rule-based number formats (rbnf) of en, fr, es, ru, ar, fa and he.
"""

# ruff: noqa: RUF001 - the letters of several scripts

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from backchannel.channel.tokens import folded

_VALUES = (*range(21), *range(30, 100, 10), 100, 10**3, 10**6, 10**9)
_ORDINAL_VALUES = (*range(1, 21), 30)

_CARDINALS = {
    "en": "zero|nil/one/two/three/four/five/six/seven/eight/nine/ten/eleven/twelve|dozen/thirteen"
    "/fourteen/fifteen/sixteen/seventeen/eighteen/nineteen/twenty/thirty/forty/fifty/sixty"
    "/seventy/eighty/ninety/hundred/thousand/million/billion",
    "fr": "zéro/un|une/deux/trois/quatre/cinq/six/sept/huit/neuf/dix/onze/douze|douzaine/treize"
    "/quatorze/quinze/seize////vingt|vingts/trente/quarante/cinquante"
    "/soixante/septante/huitante|octante/nonante/cent|cents/mille/million|millions"
    "/milliard|milliards",
    "es": "cero/uno|un|una/dos/tres/cuatro/cinco/seis/siete/ocho/nueve/diez/once/doce|docena/trece"
    "/catorce/quince/dieciséis/diecisiete/dieciocho/diecinueve/veinte/treinta/cuarenta/cincuenta"
    "/sesenta/setenta/ochenta/noventa/cien|ciento/mil/millón|millones/millardo|millardos",
    "ru": "ноль|нуль|ноля|нуля/один|одна|одно|одного|одной|одну|одному|одним|одном"
    "/два|две|двух|двум|двумя|двое/три|трёх|трём|тремя|трое/четыре|четырёх|четырём|четырьмя"
    "/пять|пяти|пятью/шесть|шести|шестью/семь|семи/восемь|восьми|восемью|восьмью"
    "/девять|девяти|девятью/десять|десяти|десятью/одиннадцать|одиннадцати|одиннадцатью"
    "/двенадцать|двенадцати|двенадцатью|дюжина|дюжины/тринадцать|тринадцати|тринадцатью"
    "/четырнадцать|четырнадцати|четырнадцатью/пятнадцать|пятнадцати|пятнадцатью"
    "/шестнадцать|шестнадцати|шестнадцатью/семнадцать|семнадцати|семнадцатью"
    "/восемнадцать|восемнадцати|восемнадцатью/девятнадцать|девятнадцати|девятнадцатью"
    "/двадцать|двадцати|двадцатью/тридцать|тридцати|тридцатью/сорок|сорока"
    "/пятьдесят|пятидесяти|пятьюдесятью/шестьдесят|шестидесяти|шестьюдесятью"
    "/семьдесят|семидесяти|семьюдесятью/восемьдесят|восьмидесяти|восемьюдесятью"
    "/девяносто|девяноста/сто|ста/тысяча|тысячи|тысяч|тысячу|тысяче|тысячам|тысячами"
    "/миллион|миллиона|миллионов|миллиону|миллионам/миллиард|миллиарда|миллиардов|миллиардам",
    "ar": "صفر/واحد|واحدة|أحد|إحدى/اثنان|اثنين|اثنتان|اثنتين|اثنا|اثني|اثنتا|اثنتي"
    "/ثلاثة|ثلاث/أربعة|أربع/خمسة|خمس/ستة|ست/سبعة|سبع/ثمانية|ثماني|ثمان/تسعة|تسع/عشرة|عشر//دزينة////////"
    "عشرون|عشرين/ثلاثون|ثلاثين/أربعون|أربعين/خمسون|خمسين/ستون|ستين/سبعون|سبعين/ثمانون|ثمانين"
    "/تسعون|تسعين/مئة|مائة|مئات/ألف|آلاف|ألفا/مليون|ملايين|مليونا/مليار|مليارات|مليارا",
    "fa": "صفر/یک/دو/سه/چهار/پنج/شش/هفت/هشت/نه/ده/یازده/دوازده|دوجین/سیزده/چهارده/پانزده/شانزده"
    "/هفده/هجده|هیجده/نوزده/بیست/سی/چهل/پنجاه/شصت/هفتاد/هشتاد/نود/صد|یکصد/هزار|یکهزار/میلیون"
    "/میلیارد",
    "he": "אפס/אחד|אחת/שניים|שתיים|שני|שתי|שתים/שלוש|שלושה|שלושת/ארבע|ארבעה|ארבעת"
    "/חמש|חמישה|חמשת/שש|שישה|ששת|ששה/שבע|שבעה|שבעת/שמונה|שמונת/תשע|תשעה|תשעת"
    "/עשר|עשרה|עשרת//שנים עשר|תריסר////////"
    "עשרים/שלושים/ארבעים/חמישים/שישים|ששים/שבעים/שמונים/תשעים/מאה|מאות"
    "/אלף|אלפים|אלפי/מיליון|מיליוני|מיליונים/מיליארד|מיליארדי",
}
_ORDINALS = {
    "en": "first/second/third/fourth/fifth/sixth/seventh/eighth/ninth/tenth/eleventh/twelfth"
    "/thirteenth/fourteenth/fifteenth/sixteenth/seventeenth/eighteenth/nineteenth/twentieth"
    "/thirtieth",
    "fr": "premier|première/deuxième|second|seconde/troisième/quatrième/cinquième/sixième/septième"
    "/huitième/neuvième/dixième/onzième/douzième/treizième/quatorzième/quinzième/seizième"
    "////vingtième/trentième",
    "es": "primero|primera|primer/segundo|segunda/tercero|tercera|tercer/cuarto|cuarta"
    "/quinto|quinta/sexto|sexta/séptimo|séptima/octavo|octava/noveno|novena/décimo|décima/undécimo|undécima"
    "/duodécimo|duodécima/decimotercero/decimocuarto/decimoquinto/decimosexto/decimoséptimo"
    "/decimoctavo/decimonoveno/vigésimo|vigésima/trigésimo|trigésima",
    "ru": "перв~/втор~/третий|третьего|третьему|третьим|третьем|третья|третьей|третью|третье|третьи"
    "/четвёрт~/пят~/шест~/седьм~/восьм~/девят~/десят~/одиннадцат~/двенадцат~/тринадцат~"
    "/четырнадцат~/пятнадцат~/шестнадцат~/семнадцат~/восемнадцат~/девятнадцат~/двадцат~/тридцат~",
    "ar": "أول|أولى|حادي|حادية/ثان|ثاني|ثانية/ثالث|ثالثة/رابع|رابعة/خامس|خامسة/سادس|سادسة"
    "/سابع|سابعة/ثامن|ثامنة/تاسع|تاسعة/عاشر|عاشرة",
    "fa": "اول|نخست/دوم/سوم/چهارم/پنجم/ششم/هفتم/هشتم/نهم/دهم/یازدهم/دوازدهم/سیزدهم/چهاردهم/پانزدهم"
    "/شانزدهم/هفدهم/هجدهم/نوزدهم/بیستم/سی‌ام",
    "he": "ראשון|ראשונה/שנייה/שלישי|שלישית/רביעי|רביעית/חמישי|חמישית/שישי|שישית/שביעי|שביעית"
    "/שמיני|שמינית/תשיעי|תשיעית/עשירי|עשירית",
}
_RUSSIAN_ENDINGS = ("ый", "ой", "ого", "ому", "ым", "ом", "ая", "ую", "ое", "ые", "ых", "ыми")

# Words of one value that is in no row: fixed hundreds, duals, compounds written as one word.
_OTHERS: Mapping[str, Mapping[int, str]] = {
    "en": {10**12: "trillion"},
    "fr": {10**12: "billion|billions"},
    "es": {
        **{20 + n: word for n, word in enumerate(
            ("veintiuno|veintiún|veintiuna", "veintidós", "veintitrés", "veinticuatro",
             "veinticinco", "veintiséis", "veintisiete", "veintiocho", "veintinueve"), start=1)},
        200: "doscientos|doscientas", 300: "trescientos|trescientas",
        400: "cuatrocientos|cuatrocientas", 500: "quinientos|quinientas",
        600: "seiscientos|seiscientas", 700: "setecientos|setecientas",
        800: "ochocientos|ochocientas", 900: "novecientos|novecientas",
        10**12: "billón|billones",
    },
    "ru": {
        200: "двести|двухсот|двумстам", 300: "триста|трёхсот", 400: "четыреста|четырёхсот",
        500: "пятьсот|пятисот", 600: "шестьсот|шестисот", 700: "семьсот|семисот",
        800: "восемьсот|восьмисот", 900: "девятьсот|девятисот",
    },
    "ar": {
        # Two of a thing is an ending in Arabic; these are the things that accords count.
        2: "يومان|يومين|أسبوعان|أسبوعين|شهران|شهرين|سنتان|سنتين|عامان|عامين|ساعتان|ساعتين"
        "|مرتان|مرتين|طرفان|طرفين|دولتان|دولتين|حكومتان|حكومتين|مرحلتان|مرحلتين",
        200: "مئتان|مئتين|مائتان|مائتين|مئتا|مئتي", 300: "ثلاثمئة|ثلاثمائة",
        400: "أربعمئة|أربعمائة", 500: "خمسمئة|خمسمائة", 600: "ستمئة|ستمائة",
        700: "سبعمئة|سبعمائة", 800: "ثمانمئة|ثمانمائة", 900: "تسعمئة|تسعمائة",
        2 * 10**3: "ألفان|ألفين", 2 * 10**6: "مليونان|مليونين",
    },
    "fa": {
        2: "هردو|طرفین|دوجانبه",
        200: "دویست", 300: "سیصد", 400: "چهارصد", 500: "پانصد", 600: "ششصد", 700: "هفتصد",
        800: "هشتصد", 900: "نهصد", 10**12: "تریلیون",
    },
    "he": {
        2: "יומיים|שבועיים|חודשיים|שנתיים|שעתיים|פעמיים",
        200: "מאתיים", 2 * 10**3: "אלפיים",
    },
}  # fmt: skip

# May be no number: "one another", an article, "second" of a minute. Few, for what may be none need
# not pair: Persian نه, nine and "no", is not among them.
_SOFT = {
    "en": "one|first|second|nil",
    "fr": "un|une|second|seconde|premier|première|cents|millions|milliards",
    "es": "un|una|uno|segundo|segunda|primero|primera|primer|cuarto|millones",
    "ru": "один|одна|одно|одного|одной|одну|одному|одним|одном|двое|перв~|тысячи|тысяч"
    "|тысячам|тысячами|миллионов|миллиардов",
    "ar": "واحد|واحدة|أحد|إحدى|أول|أولى|ثانية|طرفان|طرفين|دولتان|دولتين|حكومتان|حكومتين"
    "|مئات|آلاف|ملايين|مليارات",
    "fa": "یک|اول|نخست|هردو|طرفین|دوجانبه",
    "he": "אחד|אחת|ראשון|ראשונה|שנייה|מאות|אלפי|אלפים",
}
_PREFIXES = {
    "ar": "و|ال|وال|ب|بال|وب|وبال|ل|لل|ول|ولل|ف|فال|ك|كال",
    "he": "ו|ה|וה|ב|וב|ל|ול|מ|ומ|כ|ש|שב|מה",
}
# After these an ordinal or number may be a weekday: "יום שני" is Monday, and the second day.
_DAYS = {"ar": "يوم|ليوم|بيوم", "he": "יום|ביום|ליום"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """A language's words, and its manner of joining them.

    `high` and `low`: what goes before a number's next word after hundreds, and after tens. True in
    it allows an "and", False allows none. `conjunction` is an "and" that is part of the word.
    `teens`: 15 is "five ten"; `units_first`: 25 is "five and twenty"; `scores`: 97 is "four twenty
    seventeen". After the words in `days` a number may be a weekday.
    """

    words: Mapping[str, int]
    soft: frozenset[str]
    high: frozenset[bool]
    low: frozenset[bool] = frozenset()
    joiners: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    conjunction: str = ""
    days: frozenset[str] = frozenset()
    teens: bool = False
    units_first: bool = False
    scores: bool = False


def _forms(row: str) -> Iterator[str]:
    for form in filter(None, row.split("|")):
        endings = _RUSSIAN_ENDINGS if form.endswith("~") else ("",)
        for ending in endings:
            yield folded(form.removesuffix("~") + ending).replace("\u200c", "")


def _words(language: str) -> Mapping[str, int]:
    cardinals = zip(_VALUES, _CARDINALS[language].split("/"), strict=True)
    ordinals = zip(_ORDINAL_VALUES, _ORDINALS[language].split("/"), strict=False)
    rows = (*ordinals, *cardinals, *_OTHERS[language].items())
    return {form: value for value, row in rows for form in _forms(row)}


def _set(rows: Mapping[str, str], language: str) -> frozenset[str]:
    return frozenset(_forms(rows[language]))


def _prefixes(language: str) -> tuple[str, ...]:
    return tuple(_forms(_PREFIXES[language]))


_NO, _YES, _EITHER = frozenset({False}), frozenset({True}), frozenset({False, True})

LEXICONS: Mapping[str, Lexicon] = {
    "en": Lexicon(
        words=_words("en"),
        soft=_set(_SOFT, "en"),
        high=_EITHER,
        low=_NO,
        joiners=frozenset({"and"}),
    ),
    "fr": Lexicon(
        words=_words("fr"),
        soft=_set(_SOFT, "fr"),
        high=_NO,
        low=_NO,
        joiners=frozenset({"et"}),
        scores=True,
    ),
    "es": Lexicon(
        words=_words("es"),
        soft=_set(_SOFT, "es"),
        high=_NO,
        low=_YES,
        joiners=frozenset({"y"}),
    ),
    "ru": Lexicon(words=_words("ru"), soft=_set(_SOFT, "ru"), high=_NO, low=_NO),
    "ar": Lexicon(
        words=_words("ar"),
        soft=_set(_SOFT, "ar"),
        high=_YES,
        joiners=frozenset({"و"}),
        prefixes=_prefixes("ar"),
        conjunction="و",
        days=_set(_DAYS, "ar"),
        teens=True,
        units_first=True,
    ),
    "fa": Lexicon(
        words=_words("fa"),
        soft=_set(_SOFT, "fa"),
        high=_YES,
        low=_YES,
        joiners=frozenset({"و"}),
    ),
    "he": Lexicon(
        words=_words("he"),
        soft=_set(_SOFT, "he"),
        high=_EITHER,
        low=_YES,
        prefixes=_prefixes("he"),
        conjunction="ו",
        days=_set(_DAYS, "he"),
        teens=True,
    ),
}

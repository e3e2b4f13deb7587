"""The page in Arabic and Persian: chosen and kept, read from the right, names kept apart."""

# ruff: noqa: RUF001 - the letters and digits of several scripts
import ast
import html
import re
import runpy
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest

from backchannel.channel import jalali
from backchannel.desk.web import below
from backchannel.desk.web.calendars import beside, long_day
from backchannel.desk.web.languages import COOKIE, FOLDER, chosen, languages
from backchannel.desk.web.painting import Brush, Painting
from gallery import paths, played
from hostile_relay import MemoryRelay
from mediation import begin
from page_desks import Leaf

ROOT = Path(__file__).resolve().parent.parent
WEB = FOLDER.parent
MESSAGES = runpy.run_path(str(ROOT / "tools" / "messages.py"))
PLACE = re.compile(r"%\((\w+)\)s")
OTHERS = [code for code in languages() if code != "en"]
DIGITS = {"ar": "٠١٢٣٤٥٦٧٨٩", "fa": "۰۱۲۳۴۵۶۷۸۹"}
ISOLATES: dict[int, None] = dict.fromkeys(map(ord, "\u2066\u2068\u2069"))


def without_isolates(text: str) -> str:
    return text.translate(ISOLATES)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[tuple[str, str, str], str]]:
    """Every page of a mediation by language, role and address."""
    table = played(tmp_path_factory.mktemp("languages"), str, str)
    found = {}
    for role in ("mediator", "Iran"):
        leaf = Leaf(table.parties.get(role, table.mediator))
        for path in paths(leaf).values():
            for code in languages():
                found[code, role, path] = shown(leaf, path, code).text
    yield found
    table.close()


def shown(leaf: Leaf, path: str, code: str) -> httpx.Response:
    leaf._cookies[COOKIE] = code
    return leaf.answer(path)


def test_a_page_says_its_language_and_its_direction(pages: dict[tuple[str, str, str], str]) -> None:
    for (code, _, path), text in pages.items():
        direction = "ltr" if code == "en" else "rtl"
        assert f'<html lang="{code}" dir="{direction}">' in text, path


def test_no_word_of_this_software_stays_english(pages: dict[tuple[str, str, str], str]) -> None:
    left = {
        (path, words)
        for (code, _, path), text in pages.items()
        if code != "en"
        for words in re.findall(r'<bdi lang="en" dir="ltr">(.*?)</bdi>', text)
    }
    assert left == set()


def test_what_people_said_stands_in_every_language_as_it_was_said(
    pages: dict[tuple[str, str, str], str],
) -> None:
    """What of a page differs between languages holds no word of anybody."""
    for (code, role, path), text in pages.items():
        if code == "en":
            continue
        for said in re.findall(r'<p dir="auto">(.*?)</p>', pages["en", role, path]):
            if "safety words" in said or "joined;" in said or "went on although" in said:
                continue  # of the desk's own journal
            assert f'<p dir="auto">{said}</p>' in text, (path, said)


def test_forms_do_the_same_in_every_language(pages: dict[tuple[str, str, str], str]) -> None:
    def sent(text: str) -> list[str]:
        text = re.sub(r'name="mark" value="[^"]*"', "", text)
        return re.findall(r'(?:action|name|href|value)="[^"]*"', text)

    for (code, role, path), text in pages.items():
        if "/open" in path or code == "en":
            continue
        assert sent(text) == sent(pages["en", role, path]), path


def test_numbers_and_times_are_in_the_digits_of_the_language(
    pages: dict[tuple[str, str, str], str],
) -> None:
    for (code, _, path), text in pages.items():
        if code == "en":
            continue
        for moment in re.findall(r"<time[^>]*>(.*?)</time>", text):
            plain = re.sub(r'<bdi dir="ltr">.*?</bdi>|<[^>]*>', "", moment)
            assert not re.search("[0-9]", plain), (path, moment)
            assert set(plain) & set(DIGITS[code]), (path, moment)


def test_identifiers_stay_as_they_are(pages: dict[tuple[str, str, str], str]) -> None:
    for (code, role, path), text in pages.items():
        keys = re.findall(r"<code[^>]*>[^<]*</code>", text)
        assert keys == re.findall(r"<code[^>]*>[^<]*</code>", pages["en", role, path]), (code, path)


@pytest.fixture
def leaf(tmp_path: Path) -> Iterator[Leaf]:
    table = begin(tmp_path, MemoryRelay(), "Iran", "US")
    yield Leaf(table.parties["Iran"])
    table.close()


def choose(leaf: Leaf, fields: dict[str, str], page: str = "/") -> httpx.Response:
    stood = leaf._stood(leaf.get(page), "/language", {})
    return leaf._ask("POST", "/language", {**stood, **fields})


@pytest.mark.parametrize("code", OTHERS)
def test_the_language_is_chosen_on_the_page_and_kept_by_the_browser(leaf: Leaf, code: str) -> None:
    assert '<html lang="en"' in leaf.get("/")
    answer = choose(leaf, {"language": code}, "/open")
    assert f'<html lang="{code}"' in answer.text
    assert answer.url.path == "/open"
    kept = answer.history[0].headers["set-cookie"].lower()
    assert kept.startswith(f"{COOKIE}={code};")
    assert {"httponly", "samesite=strict", "path=/"} <= set(kept.split("; "))
    assert "max-age" in kept  # it outlives the page: the desk's next start finds it


def test_what_is_no_language_of_the_page_changes_nothing(leaf: Leaf) -> None:
    answer = choose(leaf, {"language": "../../etc"})
    assert "set-cookie" not in answer.history[0].headers
    assert '<html lang="en"' in answer.text
    assert '<html lang="en"' in shown(leaf, "/", "../../etc").text


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil", "evil"])
def test_choosing_leads_to_this_desk_only(leaf: Leaf, elsewhere: str) -> None:
    answer = choose(leaf, {"language": "fa", "here": elsewhere})
    assert answer.history[0].headers["location"] == "/"


def test_a_form_of_another_session_chooses_nothing(leaf: Leaf) -> None:
    answer = leaf._ask("POST", "/language", {"language": "fa", "mark": "forged.mark", "here": "/"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("", "en"),
        ("fa-IR,fa;q=0.9,en;q=0.5", "fa"),
        ("fr, ar;q=0.4, en;q=0.3", "ar"),
        ("en-US,fa;q=0.9", "en"),
        ("fa;q=0, ar;q=0.1", "ar"),
        ("FA", "fa"),
        ("de,fr", "en"),
        ("*", "en"),
        (";;;q=,fa;q=9", "en"),
        ("a" * 100_000 + ",fa", "en"),
    ],
)
def test_a_browser_that_chose_nothing_is_answered_as_it_asks(
    leaf: Leaf, accepted: str, code: str
) -> None:
    leaf._headers["accept-language"] = accepted
    assert f'<html lang="{code}"' in leaf.get("/")


@pytest.mark.parametrize(
    ("code", "words"), [("ar", "عبارة المرور"), ("fa", "گذرواژه"), ("en", "Passphrase")]
)
def test_the_door_of_a_locked_desk_is_in_the_language_too(
    leaf: Leaf, code: str, words: str
) -> None:
    leaf.keeper._desk = None
    text = shown(leaf, "/", code).text
    assert f">{words}</label>" in text
    assert '"/language"' in text


@pytest.mark.parametrize(
    ("code", "words"),
    [("ar", "ليس وقتاً"), ("fa", "زمان نیست"), ("en", "is no time")],
)
def test_a_refusal_is_in_the_language_and_keeps_what_was_typed(
    leaf: Leaf, code: str, words: str
) -> None:
    leaf._cookies[COOKIE] = code
    (key,) = set(re.findall(r'href="(/c/[0-9a-f]+)"', leaf.get("/")))
    page = leaf.send(key, f"{key}/say", {"text": "Five.", "expires": "soon"}, expect=422)
    assert "Five.</textarea>" in page
    (fault,) = re.findall(r'id="expires-fault" role="alert">(.*?)</p>', page)
    assert words in fault
    assert "'soon'" in html.unescape(without_isolates(fault))


def test_a_notice_is_in_the_language(leaf: Leaf) -> None:
    leaf._cookies[COOKIE] = "fa"
    (key,) = set(re.findall(r'href="(/c/[0-9a-f]+)"', leaf.get("/")))
    page = leaf.send(key, f"{key}/say", {"text": "Five.", "may": ["as-ours", "non-paper"]})
    (notice,) = re.findall(r'class="notice" role="status">(.*?)</p>', page)
    assert without_isolates(notice) == (
        "گفته شد، می‌توان آن را به‌عنوان سخن ما منتقل کرد یا می‌توان آن را بدون انتساب منتقل کرد. "
        "با پیک می‌رود."
    )


@pytest.mark.parametrize("typed", ["۲۰۹۹-۰۳-۰۱ ۱۲:۰۰", "٢٠٩٩-٠٣-٠١ ١٢:٠٠", "2099-03-01 12:00"])
def test_days_and_times_are_typed_in_the_digits_of_any_of_the_languages(
    leaf: Leaf, typed: str
) -> None:
    leaf._cookies[COOKIE] = "fa"
    (key,) = set(re.findall(r'href="(/c/[0-9a-f]+)"', leaf.get("/")))
    page = leaf.send(key, f"{key}/say", {"text": "Five.", "expires": typed})
    assert '<time datetime="2099-03-01T12:00Z">' in page
    leaf.send(f"{key}/timeline", f"{key}/timeline", {"from": typed.split(" ", maxsplit=1)[0]})


# -- catalogues ----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", OTHERS)
def test_every_word_of_the_page_is_in_each_catalogue(code: str) -> None:
    """Templates and modules are read anew: a word that was added or changed is missing here."""
    found = MESSAGES["gathered"]()
    catalogue = MESSAGES["translated"](code, found)
    assert [each.id for each in catalogue if each.id and not each.string] == []
    assert not [each.id for each in catalogue if each.fuzzy]


@pytest.mark.parametrize("code", OTHERS)
def test_what_is_read_is_what_the_catalogue_gives(code: str) -> None:
    text, compiled = MESSAGES["written"](MESSAGES["translated"](code, MESSAGES["gathered"]()))
    path = MESSAGES["po"](code)
    assert path.read_bytes() == text, "run: python tools/messages.py"
    assert path.with_suffix(".mo").read_bytes() == compiled, "run: python tools/messages.py"


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_the_places_of_its_message_and_no_markup(code: str) -> None:
    known = languages()[code]
    for message in MESSAGES["gathered"]():
        found = known.lookup(message)
        assert sorted(PLACE.findall(found)) == sorted(PLACE.findall(message)), message
        assert "%" not in PLACE.sub("", found), message
        assert not re.search("[<>&]", found), message  # it is put into pages as it is
        assert not re.search("[\u202a-\u202e]", found), message


def test_no_words_stand_in_a_template_untranslated() -> None:
    bare = {}
    for path in sorted((WEB / "templates").glob("*.html")):
        text = re.sub(r"\{#.*?#\}|<pre[^>]*>\n#.*?</pre>", "", path.read_text(), flags=re.DOTALL)
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "\x01", text, flags=re.DOTALL)
        words = re.findall(r"(?:>|^)([^<>]*)(?=<|$)", text)
        words += re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', text)
        if found := [
            each
            for each in words
            if re.search("[A-Za-z]{2}", each)
            and "hx-" not in each
            and "aria-invalid" not in each
            and each.strip("\x01 \n") != "backchannel"
        ]:
            bare[path.name] = found
    assert bare == {}


def test_every_refusal_of_the_page_is_known_to_the_catalogues() -> None:
    """What a module of the page raises, or puts beside a field, is one of `below.REFUSALS`."""
    known = {PLACE.sub("{}", each) for each in below.SENTENCES}
    for path in sorted(WEB.glob("*.py")):
        if path.stem in {"opening", "visit"}:  # before there is a page, or of no page
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            for text in filter(None, map(_text, _refused(node))):
                assert text in known, f"{path.name}: {text!r} is missing in desk/web/below.py"


def _refused(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.args[:1] if node.func.id.endswith("Error") else []
    if isinstance(node, ast.Assign) and "faults[" in ast.unparse(node.targets[0]):
        return [node.value]
    return []


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            _text(each) if isinstance(each, ast.Constant) else "{}" for each in node.values
        )
    return ""


# -- sentences made below the page ---------------------------------------------------------------


OF_OURS = {
    "handling": "for the mediator only",
    "state": "not carried",
    "attribution": "as the author's words",
    "way": "by telephone",
    "when": "the deadline has passed",
}


def places(message: str) -> list[tuple[int, str]]:
    return list(enumerate(PLACE.findall(message)))


@pytest.mark.parametrize("code", OTHERS)
def test_a_sentence_made_below_is_recognised_whatever_stands_in_it(code: str) -> None:
    known = languages()[code]
    for message in below.SENTENCES:
        filled = {name: OF_OURS.get(name, f"\u05d0{place}") for place, name in places(message)}
        made = known.sentence(message % filled if filled else message)
        assert made is not None, message
        assert not re.search("|".join(OF_OURS.values()), made), message
        theirs = {each for each in filled.values() if each.startswith("\u05d0")}
        assert set(re.findall("\u05d0[0-9]", made)) == theirs, message


def test_words_with_brackets_are_told_from_the_brackets_around_them() -> None:
    made = languages()["fa"].sentence(
        "asks to use note 84be8a14 without attribution (non-paper) (asked), in these words:"
    )
    assert made is not None
    assert without_isolates(made) == (
        "درخواست استفاده از یادداشت 84be8a14 بدون انتساب (یادداشت غیررسمی) (درخواست‌شده)، "
        "با این عبارت‌ها:"
    )


def test_numbers_in_sentences_are_in_the_digits_of_the_language() -> None:
    fa = languages()["fa"]
    assert fa.sentence("You have not answered; the deadline is in 12 h 5 min.") == (
        "پاسخ نداده‌اید؛ ۱۲ ساعت و ۵ دقیقه تا مهلت مانده است."
    )
    assert fa.sentence("withdraws note 12345678") == "یادداشت \u206812345678\u2069 را پس می‌گیرد"


def test_handlings_are_put_together_from_their_parts() -> None:
    known = languages()["fa"]
    assert known.sentence("note, may be conveyed as ours; ask us before use") == (
        "یادداشت، می‌توان آن را به‌عنوان سخن ما منتقل کرد؛ پیش از استفاده از ما بپرسید"
    )
    made = known.sentence("for the mediator only; only if they first say: yes; and no")
    assert made == "تنها برای میانجی؛ تنها اگر نخست بگویند: \u2068yes; and no\u2069"


def test_what_is_not_known_stays_english_and_says_so() -> None:
    brush = Brush(languages()["fa"], UTC)
    assert brush.ours("a sentence <of> later") == (
        '<bdi lang="en" dir="ltr">a sentence &lt;of&gt; later</bdi>'
    )
    assert Brush(languages()["en"], UTC).ours("a <b>") == "a &lt;b&gt;"


def test_a_name_in_a_sentence_can_be_no_markup_and_turns_nothing() -> None:
    brush = Brush(languages()["fa"], UTC)
    made = brush.phrase("withdraws note <script>\u202eevil")
    assert (
        made
        == '<bdi dir="rtl">یادداشت \u2068&lt;script&gt;&lt;U+202E&gt;evil\u2069 را پس می‌گیرد</bdi>'
    )
    said = brush.gettext("Put to %(names)s.", names="<b>Iran\u2069")
    assert "<b>" not in said


def test_authors_keep_their_names() -> None:
    brush = Brush(languages()["fa"], UTC)
    assert brush.author("Iran (A. B.):") == "<bdi>Iran (A. B.)</bdi>:"
    assert brush.author("the mediator (Q.):") == "میانجی (<bdi>Q.</bdi>):"
    assert brush.author("the desk:") == "میز:"


# -- days and numbers ----------------------------------------------------------------------------


def test_english_times_are_as_they_were() -> None:
    tehran = timezone(timedelta(hours=3, minutes=30))
    brush = Brush(languages()["en"], tehran)
    assert brush.moment(datetime(2026, 3, 1, 12, 0, tzinfo=UTC)) == (
        '<time datetime="2026-03-01T12:00Z">2026-03-01 15:30 UTC+03:30</time>'
    )
    assert brush.moment(date(2026, 3, 1)) == '<time datetime="2026-03-01">2026-03-01</time>'


def test_a_time_has_both_calendars_in_the_zone_of_the_reader() -> None:
    """Half past midnight in Tehran is another day there than in UTC, in both calendars."""
    tehran = timezone(timedelta(hours=3, minutes=30))
    at = datetime(2026, 3, 20, 21, 0, tzinfo=UTC)
    assert Brush(languages()["fa"], tehran).moment(at) == (
        '<time datetime="2026-03-20T21:00Z"><bdi>۲۱ مارس ۲۰۲۶، ۰۰:۳۰</bdi> '
        '<bdi dir="ltr">UTC+03:30</bdi> <bdi class="beside">(۱ فروردین ۱۴۰۵)</bdi></time>'
    )
    assert Brush(languages()["ar"], UTC).moment(at) == (
        '<time datetime="2026-03-20T21:00Z"><bdi>٢٠ آذار/مارس ٢٠٢٦، ٢١:٠٠</bdi> '
        '<bdi dir="ltr">UTC</bdi> <bdi class="beside">(١ شوال ١٤٤٧ هـ)</bdi></time>'
    )
    assert Brush(languages()["fa"], tehran).moment(date(2026, 3, 21)) == (
        '<time datetime="2026-03-21">۲۱ مارس ۲۰۲۶ (۱ فروردین ۱۴۰۵)</time>'
    )


# Source: the Umm al-Qura calendar as published; first days of Ramadan and of Muharram.
@pytest.mark.parametrize(
    ("day", "islamic"),
    [
        (date(2023, 3, 23), "١ رمضان ١٤٤٤ هـ"),
        (date(2024, 3, 11), "١ رمضان ١٤٤٥ هـ"),
        (date(2024, 7, 7), "١ محرم ١٤٤٦ هـ"),
        (date(2025, 6, 26), "١ محرم ١٤٤٧ هـ"),
        (date(1900, 1, 1), ""),
        (date(2100, 1, 1), ""),
    ],
)
def test_islamic_days_are_those_published(day: date, islamic: str) -> None:
    assert beside(day, languages()["ar"]) == islamic


def test_every_jalali_day_is_the_way_back_of_its_gregorian_one() -> None:
    day, last = date(1924, 3, 1), date(2121, 1, 1)
    while day < last:
        there = jalali.of(day)
        if there is None:
            assert beside(day, languages()["fa"]) == ""
        else:
            assert jalali.gregorian(*there) == day
        day += timedelta(days=1)
    assert jalali.of(date(1925, 3, 20)) is None
    assert jalali.of(date(2120, 3, 21)) is None


def test_a_gregorian_day_stands_first_in_each_language() -> None:
    day = date(2026, 12, 31)
    assert [long_day(day, languages()[code]) for code in ("en", "ar", "fa")] == [
        "2026-12-31",
        "٣١ كانون الأول/ديسمبر ٢٠٢٦",
        "۳۱ دسامبر ۲۰۲۶",
    ]


def test_nothing_in_the_style_knows_left_from_right() -> None:
    style = (WEB / "static" / "desk.css").read_text()
    assert not re.search(r"\b(left|right)\b|(?:margin|padding|border)-(?:left|right)", style)


def test_painting_has_no_page_in_a_language_that_is_none() -> None:
    with pytest.raises(KeyError):
        Painting(UTC).page("fault.html", "xx")
    assert chosen("xx", "").code == "en"

"""The brief: what it may say, what it rests on, and that words of others stay words."""

import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.brief.errors import BriefError
from backchannel.brief.markdown import to_markdown
from backchannel.brief.material import NOBODY, Material, Named, Previous, material
from backchannel.brief.page import to_html
from backchannel.brief.said import Standing, Statement, fact, inferred
from backchannel.brief.series import Series, read_series
from backchannel.brief.whole import Brief, brief
from backchannel.brief.written import read_previous, to_json
from backchannel.watch.claims import Claim, ClaimType, Direction, SpeakerType
from claiming import a_claim

ON = date(2026, 5, 31)
STYLE = resources.files("backchannel.brief").joinpath("brief.css").read_text("utf-8")
EVIL = "</style></title><script>evil</script>'\"><img src=x onerror=evil> javascript:evil [a](b)"

claims = st.builds(
    lambda kind, who, way, actor, day, page, credit: a_claim(
        claim_type=kind.value,
        speaker_type=who.value,
        direction=way.value,
        actor=actor,
        published=f"2026-0{4 + day % 3}-{1 + day % 28:02d}",
        url=f"https://gazette.example/{page}",
        credited_to=credit,
        paraphrase=f"Told on page {page}.",
    ),
    st.sampled_from(ClaimType),
    st.sampled_from(SpeakerType),
    st.sampled_from(Direction),
    st.sampled_from(["Qatar", "qatar", "Iran", "US", "Israel", "both parties"]),
    st.integers(0, 80),
    st.integers(0, 6),
    st.sampled_from([None, "Qatar", "Qatar; Oman"]),
)
records = st.lists(claims, min_size=1, max_size=25).filter(
    lambda found: any(each.published <= ON for each in found)
)


def made(found: list[Claim], since: date | None = date(2026, 5, 1), named: Named = NOBODY) -> Brief:
    return brief(material("Doha", found, on=ON, since=since, named=named))


def statements(of: Brief) -> list[Statement]:
    return [each for section in of.sections for each in section.statements]


@settings(max_examples=60, deadline=None)
@given(records)
def test_every_fact_has_its_claims_and_every_claim_its_source(found: list[Claim]) -> None:
    whole = made(found)
    for each in statements(whole):
        assert bool(each.claims) or each.standing is not Standing.FACT
        assert {whole.sources[n - 1].digest for n in whole.numbers(each)} == {
            claim.digest for claim in each.claims
        }
    assert len({each.digest for each in whole.sources}) == len(whole.sources)
    assert all(each.published <= ON for each in whole.sources)
    assert [each.title for each in whole.sections] == [
        "What happened",
        "Who gains leverage",
        "What mechanism is operating",
        "Why it matters",
        "What to watch next",
    ]


@settings(max_examples=40, deadline=None)
@given(records, st.randoms(use_true_random=False))
def test_the_order_in_which_claims_came_changes_nothing(found: list[Claim], dice: object) -> None:
    mixed = list(found)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert to_html(made(mixed), style=STYLE) == to_html(made(found), style=STYLE)
    assert to_markdown(made(mixed)) == to_markdown(made(found))


@settings(max_examples=40, deadline=None)
@given(records)
def test_what_comes_after_the_day_of_the_brief_is_not_in_it(found: list[Claim]) -> None:
    later = a_claim(published="2026-06-30", paraphrase="Everybody signed.")
    assert to_json(made([*found, later])) == to_json(made(found))


@settings(max_examples=40, deadline=None)
@given(records)
def test_a_hundred_copies_of_one_page_are_one_page(found: list[Claim]) -> None:
    def counted(claims: list[Claim]) -> dict[str, tuple[str, ...]]:
        rows = made(claims).sections[1].tables[0].rows
        # Roles and the commoner spelling go by claims; what is counted here goes by pages.
        return {row[0].lower(): row[1:] for row in rows}

    copies = [replace(found[0], paraphrase=f"Copy {n}.") for n in range(100)]
    assert counted([*found, *copies]) == counted(found)


def test_a_fact_without_a_claim_and_a_conclusion_without_a_reason_are_refused() -> None:
    with pytest.raises(BriefError, match="rests on no claim"):
        fact("It rained.", [])
    with pytest.raises(BriefError, match="does not say from what"):
        inferred("It will rain.", "")
    with pytest.raises(BriefError, match="has a source"):
        Statement(standing=Standing.UNKNOWN, text="Who knows.", claims=(a_claim(),))


class Page(HTMLParser):
    """The tags of a page, its links, and what a browser would load or run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            assert not name.startswith("on"), (tag, name)
            assert name not in {"src", "srcset", "style", "action"}, (tag, name)
            if name == "href":
                self.links.append(value or "")


def test_words_of_others_never_become_part_of_the_page() -> None:
    evil = a_claim(
        published="2026-05-20",
        outlet=f"Gazette {EVIL}",
        speaker=EVIL,
        actor=f"Qatar {EVIL}",
        credited_to=EVIL,
        paraphrase=f"Words {EVIL}",
    )
    named = Named(affected=(EVIL,), series=(Series(name=EVIL, values=((ON, 1.0), (ON, 2.0))),))
    text = to_html(made([evil], named=named), style=STYLE)
    plain = to_html(made([a_claim(published="2026-05-20", credited_to="Oman")]), style=STYLE)
    found = Page(text)
    assert found.tags <= Page(plain).tags | {"polyline"}
    assert not {"script", "img", "iframe", "link", "object", "form"} & found.tags
    assert all(each.startswith(("#", "https://gazette.example/")) for each in found.links)
    marked = to_markdown(made([evil], named=named))
    assert "<script" not in marked
    assert not re.search(r"(?<!\\)\]\(", marked)


def test_the_page_says_that_nothing_may_be_loaded() -> None:
    text = to_html(made([a_claim(published="2026-05-20")]), style=STYLE)
    assert "default-src 'none'" in text
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def test_what_is_new_is_told_from_the_brief_before() -> None:
    old, new = a_claim(published="2026-05-02"), a_claim(published="2026-04-20", speaker="Oman")
    before = read_previous(to_json(made([old], since=None)), "brief.json")
    assert before == Previous(on=ON, digests=frozenset({old.digest}), ahead={})
    # Read late, and new nevertheless.
    again = material("Doha", [old, new], on=ON, since=None, previous=before)
    assert again.new == (new,)
    gone = brief(material("Doha", [new], on=ON, since=None, previous=before))
    assert any("1 stand no longer" in each.text for each in statements(gone))


def test_a_brief_without_anything_new_says_so() -> None:
    whole = made([a_claim(published="2026-04-07")], since=date(2026, 5, 1))
    told = [each.text for each in whole.sections[0].statements]
    assert "Nothing that was published since 2026-05-01 is in the record." in told


def test_roles_are_named_or_read_off_and_it_is_said() -> None:
    found = [
        a_claim(actor="Qatar"),
        *(a_claim(actor="Iran", speaker_type="party", speaker=f"s{n}") for n in range(3)),
        *(a_claim(actor="US", speaker_type="named_official", speaker=f"s{n}") for n in range(2)),
        a_claim(actor="Israel", speaker_type="third"),
        a_claim(actor="both parties", speaker_type="party"),
    ]
    cast = made(found).material.cast
    assert (cast.brokers, cast.parties, cast.others) == (("Qatar",), ("Iran", "US"), ("Israel",))
    assert any("read off the record" in each for each in made(found).notes)
    named = made(found, named=Named(brokers=("Oman",), parties=("US", "Israel")))
    assert named.material.cast.brokers == ("Oman",)
    assert named.material.cast.others == ("Iran", "Qatar")
    assert not any("read off the record" in each for each in named.notes)


def test_a_conclusion_on_leverage_needs_two_pages_more() -> None:
    threats = [
        a_claim(
            actor="Iran",
            speaker_type="party",
            claim_type="escalation",
            published="2026-05-20",
            url=f"https://gazette.example/{n}",
            paraphrase=f"Threat {n}.",
        )
        for n in range(2)
    ]

    def conclusion(found: list[Claim]) -> Statement:
        parts = made(found, named=Named(parties=("Iran",))).sections[1].parts
        return next(part for part in parts if part.title == "Iran, party").statements[-1]

    assert conclusion(threats[:1]).standing is Standing.UNKNOWN
    assert conclusion(threats).standing is Standing.INFERRED
    assert "gained" in conclusion(threats).text


def test_who_has_no_seat_is_looked_for_by_name() -> None:
    spoken = a_claim(paraphrase="The families of the crews were not told.")
    whole = made([spoken], named=Named(affected=("families crews", "residents")))
    told = {each.text for each in whole.sections[3].statements}
    assert "families crews: named in 1 claim from 1 page." in told
    assert "No claim of the record names residents." in told


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "a first line like"),
        (b"day,x\n2026-13-01,1\n", "line 2"),
        (b"day,x\n2026-01-01,nan\n", "no finite number"),
        (b"day,x\n2026-01-01,1\n2026-01-01,2\n", "line 3: 2026-01-01 came before"),
        (b"day,x\n\xff\n", "no CSV file in UTF-8"),
    ],
)
def test_a_series_that_is_none_is_refused_with_its_line(data: bytes, words: str) -> None:
    with pytest.raises(BriefError, match=words):
        read_series(data, "x.csv")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=80).map(str.encode))
def test_any_bytes_are_a_series_or_refused(data: bytes) -> None:
    try:
        found = read_series(b"day,x\n" + data, "x.csv")
    except BriefError:
        return
    assert list(found.values) == sorted(found.values)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=100)
    | st.recursive(
        st.none() | st.floats() | st.text(max_size=5) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["format", "on", "rests_on", "ahead", "1"]), inner)
        ),
        max_leaves=6,
    ).map(lambda value: json.dumps({"format": "backchannel-brief/1", "x": value}).encode())
)
def test_any_bytes_are_a_brief_or_refused(data: bytes) -> None:
    with pytest.raises(BriefError, match=r"x\.json"):
        read_previous(data, "x.json")


def test_a_brief_that_was_changed_by_hand_is_refused_with_the_place() -> None:
    whole = json.loads(to_json(made([a_claim()], since=None)))
    for field, value in (("rests_on", ["x"]), ("on", "soon"), ("ahead", {"8": [1, 2]})):
        with pytest.raises(BriefError):
            read_previous(json.dumps({**whole, field: value}).encode(), "b.json")


def test_a_brief_needs_a_claim_and_days_in_order() -> None:
    with pytest.raises(BriefError, match="no claim was published up to"):
        material("x", [a_claim(published="2026-06-01")], on=ON, since=None)
    with pytest.raises(BriefError, match="does not lie before it"):
        material("x", [a_claim()], on=ON, since=ON)
    late = Previous(on=date(2026, 6, 1), digests=frozenset(), ahead={})
    with pytest.raises(BriefError, match="name the one before"):
        material("x", [a_claim()], on=ON, since=None, previous=late)


def test_figures_are_the_same_in_all_three_forms() -> None:
    found = [a_claim(published="2026-05-20", credited_to="Qatar; Oman (Sultan)")]
    of: Material = made(found).material
    rows = brief(of).sections[1].tables[1].rows
    assert rows == (("Oman", "1", "1"), ("Qatar", "1", "1"))
    assert "| Oman | 1 | 1 |" in to_markdown(brief(of))
    assert '<th scope="row" dir="auto">Oman</th><td>1</td><td>1</td>' in to_html(
        brief(of), style=STYLE
    )
    assert json.loads(to_json(brief(of)))["sections"][1]["tables"][1]["rows"][0][0] == "Oman"

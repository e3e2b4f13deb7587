"""Claims from JSON Lines: each line is read or refused with a reason, and the rest goes on."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.watch.claim_file import MAX_LINE, read_claims
from backchannel.watch.claims import LONGEST, ClaimType, as_texts
from backchannel.watch.errors import MalformedError
from claiming import RECORD, TODAY, a_claim, a_line, written


def refused(line: object) -> str:
    """Return what is said of a line that stands between two good ones."""
    raw = line if isinstance(line, bytes) else json.dumps(line).encode()
    good = (written(a_line()), written(a_line(speaker="another")))
    read = read_claims(good[0] + raw + b"\n" + good[1], today=TODAY)
    assert len(read.claims) == 2
    (refusal,) = read.refusals
    assert refusal.line == 2
    return refusal.words


@pytest.mark.shared
def test_the_public_record_is_read_whole() -> None:
    if not RECORD.is_dir():
        pytest.skip(f"the public record is not at {RECORD}")
    for path in sorted(RECORD.glob("*.jsonl")):
        read = read_claims(path.read_bytes(), today=TODAY)
        assert read.refusals == ()
        assert len(read.claims) == path.read_bytes().count(b"\n")


def test_a_line_becomes_a_claim_with_its_fields() -> None:
    claim = a_claim(credited_to="Oman", event_date="2026-04-09", paraphrase="  Peace\u0301  ")
    assert as_texts(claim)["event_date"] == "2026-04-09"
    assert (claim.credited_to, claim.paraphrase) == ("Oman", "Peac\u00e9")
    assert a_claim(claim_type="rejection").claim_type is ClaimType.REJECTION


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("published", "2026-07-04", "published: 2026-07-04, which is yet to come, came"),
        ("published", "2026-02-30", "published: '2026-02-30' came, a day that there is"),
        ("published", "20260407", "published: '20260407' came, a day written as"),
        ("published", "0026-04-07", "published: 0026-04-07 came, a day from 1900-01-01 on"),
        ("published", None, "published: nothing came, a day written as 2023-09-18"),
        ("published", 5, "published: a number came, a text was expected"),
        ("event_date", "soon", "event_date: 'soon' came"),
        ("claim_type", "leek", "claim_type: 'leek' came, one of talks_announced"),
        ("claim_type", None, "claim_type: nothing came"),
        ("claim_type", ["leak"], "claim_type: a list came"),
        ("direction", True, "direction: true or false came"),
        ("speaker", {}, "speaker: an object came"),
        ("speaker", " ", "speaker: a text that is empty came, a text was expected"),
        (
            "outlet",
            "x" * (LONGEST + 1),
            "outlet: a text that has 2,001 characters came, at most 2,000",
        ),
        ("credited_to", "\ud800", "credited_to: a text that holds half a character"),
        ("url", "javascript:alert(1)", "url: a text that is 'javascript:alert(1)' came"),
        ("url", "https://x.example/a b", "url: a text that is 'https://x.example/a b' came"),
        ("mood", "good", "'mood': an unknown field came, one of published"),
    ],
)
def test_a_wrong_field_is_told_with_what_came_and_what_was_expected(
    field: str, value: object, said: str
) -> None:
    assert said in refused(a_line(**{field: value}))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"\xff\xfe", "line 2: a byte that is not UTF-8 (number 1) came, text in UTF-8 was"),
        (b"<html><script>x</script>", "line 2: no JSON (Expecting value, character 1) came"),
        (b'{"published": ', "line 2: no JSON"),
        (b"[" * 60_000, "line 2: a number or a nesting without end came"),
        (b"9" * 6_000, "line 2: a number or a nesting without end came"),
        (b"null", "line 2: null came, an object"),
        (b'"text"', "line 2: a text came, an object"),
        (b'{"url": "", "url": ""}', "line 2: the field 'url' twice came, each field once"),
        (b'{"x": "' + b"y" * 5_000_000 + b'"}', "5,000,009 bytes came, a line of at most 100,000"),
    ],
)
def test_a_line_that_is_none_is_told_and_the_rest_goes_on(line: bytes, said: str) -> None:
    assert said in refused(line)


def test_all_wrong_fields_of_a_line_are_told_at_once() -> None:
    words = refused(a_line(claim_type="leek", direction="up", published="never"))
    assert "claim_type: 'leek'" in words
    assert "direction: 'up'" in words
    assert "published: 'never'" in words


def test_what_a_refusal_repeats_is_cut_short() -> None:
    assert len(refused(a_line(claim_type="x" * 1_000))) < 500


def test_a_claim_that_stands_twice_is_read_once_and_told() -> None:
    assert refused(a_line(id="another")) == (
        "line 2: the same claim as in line 1 came, each claim once was expected"
    )


def test_empty_lines_windows_ends_and_the_mark_of_utf8_are_let_pass() -> None:
    data = b"\xef\xbb\xbf\n" + written(a_line()).replace(b"\n", b"\r\n") + b"\n \n"
    assert len(read_claims(data, today=TODAY).claims) == 1
    assert read_claims(data, today=TODAY).refusals == ()


def test_what_others_take_for_the_end_of_a_line_stays_inside_a_text() -> None:
    assert a_claim(paraphrase="one\u2028two").paraphrase == "one\u2028two"


def test_a_wrong_claim_cannot_be_built() -> None:
    claim = a_claim()
    with pytest.raises(MalformedError, match="speaker is empty"):
        type(claim)(**{**{name: getattr(claim, name) for name in as_texts(claim)}, "speaker": ""})


@given(st.binary(max_size=200))
def test_whatever_bytes_come_each_line_is_read_or_refused(data: bytes) -> None:
    lines = sum(bool(line.strip()) for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n"))
    read = read_claims(data, today=TODAY)
    assert len(read.claims) + len(read.refusals) == lines


@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.none() | st.text(max_size=9) | st.integers() | st.lists(st.text(max_size=3))
            for name in a_line()
        },
    )
)
def test_whatever_fields_come_each_line_is_read_or_refused(fields: dict[str, object]) -> None:
    raw = json.dumps(a_line(**fields)).encode()
    assert len(raw) < MAX_LINE
    read = read_claims(raw, today=TODAY)
    assert len(read.claims) + len(read.refusals) == 1

"""The ledger: append-only, the same whatever came first, searched by words."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.channel.folding import fold
from backchannel.watch.claim_file import read_claims
from backchannel.watch.claims import ClaimType, SpeakerType
from backchannel.watch.errors import LedgerError
from backchannel.watch.ledger import FILE, Kind, Ledger, Wanted, open_ledger
from claiming import NOON, RECORD, TODAY, a_claim


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / FILE


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with open_ledger(path) as opened:
        yield opened


def said(ledger: Ledger, **wanted: object) -> list[str]:
    return [each.paraphrase for each in ledger.claims(Wanted(**wanted))]  # type: ignore[arg-type]


def test_a_claim_that_is_added_again_is_stored_once(ledger: Ledger) -> None:
    assert ledger.add([a_claim(), a_claim()], at=NOON) == 1
    assert ledger.add([a_claim(id="other"), a_claim(speaker="x")], at=NOON) == 1
    assert len(ledger.claims()) == 2


def test_a_claim_comes_out_as_it_went_in(ledger: Ledger) -> None:
    claim = a_claim(event_date="2026-04-09", credited_to="Oman", url=None)
    ledger.add([claim], at=NOON)
    assert ledger.claims() == (claim,)


@given(st.permutations(range(6)))
def test_the_order_of_arrival_changes_nothing(order: list[int]) -> None:
    claims = [
        a_claim(paraphrase=f"claim {n % 5}", published=f"2026-04-0{n // 2 + 1}") for n in order
    ]
    with open_in_memory() as first, open_in_memory() as second:
        first.add(claims, at=NOON)
        for each in sorted(claims, key=lambda claim: claim.digest):
            second.add([each], at=NOON)
        assert first.claims() == second.claims()
        assert first.claims(Wanted(words="claim")) == second.claims(Wanted(words="claim"))


def open_in_memory() -> "OpenedInMemory":
    return OpenedInMemory()


class OpenedInMemory:
    """A ledger in a folder of its own that goes again: hypothesis asks for one per example."""

    def __enter__(self) -> Ledger:
        from tempfile import TemporaryDirectory  # noqa: PLC0415 - here alone

        self.folder = TemporaryDirectory()
        self.context = open_ledger(Path(self.folder.name) / FILE)
        return self.context.__enter__()

    def __exit__(self, *_: object) -> None:
        self.context.__exit__(None, None, None)
        self.folder.cleanup()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE claims SET speaker = 'x'",
        "DELETE FROM claims",
        "UPDATE corrections SET reason = 'x'",
        "DELETE FROM corrections",
        "UPDATE aliases SET name = 'x'",
        "DELETE FROM aliases",
        "INSERT OR REPLACE INTO corrections SELECT * FROM corrections",
        "INSERT OR REPLACE INTO aliases SELECT * FROM aliases",
    ],
)
def test_nothing_is_changed_or_deleted_by_whoever_opens_the_file(
    path: Path, statement: str
) -> None:
    fill(path)
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()


def test_a_row_is_not_replaced_either(path: Path) -> None:
    fill(path)
    connection = sqlite3.connect(path)
    before = connection.execute("SELECT * FROM claims").fetchall()
    names = [row[1] for row in connection.execute("PRAGMA table_info(claims)")]
    changed = ", ".join("'planted'" if name == "speaker" else name for name in names)
    connection.execute(f"INSERT OR REPLACE INTO claims SELECT {changed} FROM claims")  # noqa: S608
    assert connection.execute("SELECT * FROM claims").fetchall() == before
    connection.close()


def fill(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.add([a_claim()], at=NOON)
        ledger.correct(a_claim().digest, a_claim(speaker="x"), reason="misread", at=NOON)
        ledger.merge("actor", "Doha", "Qatar", at=NOON)


def test_a_correction_supersedes_and_can_be_corrected_again(ledger: Ledger) -> None:
    wrong, better, best = (a_claim(paraphrase=text) for text in ("wrong", "better", "best"))
    ledger.add([wrong], at=NOON)
    ledger.correct(wrong.digest, better, reason="misread", at=NOON)
    ledger.correct(better.digest, best, reason="misread again", at=NOON)
    assert said(ledger) == ["best"]
    assert said(ledger, words="wrong") == []
    assert ledger.add([wrong], at=NOON) == 0
    assert said(ledger) == ["best"]
    ledger.correct(best.digest, None, reason="no such report", at=NOON)
    assert said(ledger) == []
    assert ledger.cases() == {}


def test_a_correction_that_cannot_be_is_refused_and_leaves_all_as_it_was(ledger: Ledger) -> None:
    wrong, better = a_claim(paraphrase="wrong"), a_claim(paraphrase="better")
    ledger.add([wrong], at=NOON)
    with pytest.raises(LedgerError, match="without a reason"):
        ledger.correct(wrong.digest, better, reason=" ", at=NOON)
    with pytest.raises(LedgerError, match="is no claim that stands"):
        ledger.correct("ab" * 32, better, reason="x", at=NOON)
    with pytest.raises(LedgerError, match="the claim itself"):
        ledger.correct(wrong.digest, wrong, reason="x", at=NOON)
    ledger.correct(wrong.digest, better, reason="x", at=NOON)
    with pytest.raises(LedgerError, match="one that was corrected before"):
        ledger.correct(better.digest, wrong, reason="x", at=NOON)
    assert said(ledger) == ["better"]


def test_words_are_found_however_they_are_typed(ledger: Ledger) -> None:
    ledger.add([a_claim(paraphrase="Ir\u00e1n frees PRISONERS near Hormuz")], at=NOON)
    ledger.add([a_claim(paraphrase="\u06a9\u062a\u0627\u0628 \u0639\u0644\u06cc")], at=NOON)
    for words in ("iran", "IRAN horm", "prison", "Qatar frees"):
        assert len(said(ledger, words=words)) == 1
    assert len(said(ledger, words="\u0643\u062a\u0627\u0628 \u0639\u0644\u064a")) == 1
    assert said(ledger, words="rison") == []


@pytest.mark.parametrize("words", ['"', "a OR b", "NEAR(", "folded:x", "x*", "-x", "a AND NOT b'"])
def test_words_are_never_a_query_language(ledger: Ledger, words: str) -> None:
    ledger.add([a_claim()], at=NOON)
    try:
        assert said(ledger, words=words) == []
    except LedgerError as refusal:
        assert "no word to search for" in str(refusal)  # noqa: PT017 - one of two ends


@given(st.text(max_size=30))
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_claims_are_filtered_by_day_type_and_speaker(ledger: Ledger) -> None:
    ledger.add(
        [
            a_claim(paraphrase="early leak", published="2026-04-01", claim_type="leak"),
            a_claim(paraphrase="middle", published="2026-04-05", speaker_type="party"),
            a_claim(paraphrase="late leak", published="2026-04-09", claim_type="leak"),
        ],
        at=NOON,
    )
    assert said(ledger, since=date(2026, 4, 5)) == ["middle", "late leak"]
    assert said(ledger, until=date(2026, 4, 5)) == ["early leak", "middle"]
    assert said(ledger, types=(ClaimType.LEAK,)) == ["early leak", "late leak"]
    assert said(ledger, speaker_types=(SpeakerType.PARTY,)) == ["middle"]
    assert said(ledger, words="leak", since=date(2026, 4, 5)) == ["late leak"]


@pytest.mark.parametrize("kind", ["actor", "outlet"])
def test_merged_names_are_one_and_a_chain_of_them_is_followed(ledger: Ledger, kind: Kind) -> None:
    names = ("US", "USA", "United States", "Iran")
    ledger.add([a_claim(**{kind: name, "paraphrase": name}) for name in names], at=NOON)
    assert said(ledger, **{kind: "us"}) == ["US"]
    ledger.merge(kind, "US", "USA", at=NOON)
    ledger.merge(kind, "USA", "United States", at=NOON)
    for name in names[:3]:
        assert sorted(said(ledger, **{kind: name})) == ["US", "USA", "United States"]
    with pytest.raises(LedgerError, match="circle"):
        ledger.merge(kind, "United States", "US", at=NOON)
    with pytest.raises(LedgerError, match="circle"):
        ledger.merge(kind, "USA", "US", at=NOON)
    with pytest.raises(LedgerError, match="circle"):
        ledger.merge(kind, "US", "us", at=NOON)
    with pytest.raises(LedgerError, match="without a name"):
        ledger.merge(kind, " ", "US", at=NOON)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(words="common"),
        Wanted(words="seldom"),
        Wanted(words="nothing"),
        Wanted(actor="Qatar"),
        Wanted(outlet="Wire", words="common"),
        Wanted(types=(ClaimType.LEAK,), words="common seldom"),
    ],
    ids=str,
)
def test_pages_put_together_are_the_whole_list(crowded: Ledger, wanted: Wanted) -> None:
    whole = crowded.claims(wanted)
    size = len(whole) // 3 + 1
    pages = [crowded.claims(wanted, limit=size, skip=size * n) for n in range(4)]
    assert tuple(each for page in pages for each in page) == whole


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Return a ledger with more claims than are sorted without a look at how many there are."""
    one, other = a_claim(), a_claim(claim_type="leak", outlet="Wire", published="2026-03-01")
    claims = [
        replace(
            other if n % 1_000 == 0 else one,
            published=date(2026, 1, 1) + timedelta(days=n % 90),
            paraphrase=f"common {n}" + " seldom" * (n % 500 == 0),
        )
        for n in range(5_100)
    ]
    with open_ledger(tmp_path_factory.mktemp("crowded") / FILE) as ledger:
        ledger.add(claims, at=NOON)
        yield ledger


def test_cases_live_side_by_side(ledger: Ledger) -> None:
    ledger.add([a_claim()], case="gulf", at=NOON)
    ledger.add([a_claim(), a_claim(speaker="x")], case="sudan", at=NOON)
    assert ledger.cases() == {"gulf": 1, "sudan": 2}
    assert ledger.claims() == ()
    for name in ("", " ", "x" * 101, "a\nb"):
        with pytest.raises(LedgerError, match="cannot name a case"):
            ledger.add([a_claim()], case=name, at=NOON)


def test_a_ledger_is_found_again_and_only_its_owner_may_read_it(path: Path) -> None:
    for expected in (1, 0):
        with open_ledger(path) as ledger:
            assert ledger.add([a_claim()], at=NOON) == expected
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_what_is_no_ledger_is_left_as_it_is(tmp_path: Path) -> None:
    other = tmp_path / "notes"
    other.write_text("no database, but long enough to be taken for one " * 30, encoding="utf-8")
    before = other.read_bytes()
    with pytest.raises(LedgerError, match="not a database"), open_ledger(other):
        pass
    assert other.read_bytes() == before
    newer = tmp_path / "newer"
    connection = sqlite3.connect(newer)
    connection.execute("PRAGMA user_version = 7")
    connection.close()
    with (
        pytest.raises(LedgerError, match="version 7, and 1 to 2 is what can be read"),
        open_ledger(newer),
    ):
        pass


def test_two_programs_write_to_one_ledger(path: Path) -> None:
    with open_ledger(path) as first, open_ledger(path) as second:
        first.add([a_claim()], at=NOON)
        assert second.add([a_claim(), a_claim(speaker="x")], at=NOON) == 1
        assert first.claims() == second.claims()


@pytest.mark.shared
def test_the_public_record_is_kept_and_searched(ledger: Ledger) -> None:
    if not RECORD.is_dir():
        pytest.skip(f"the public record is not at {RECORD}")
    read = [read_claims(each.read_bytes(), today=TODAY) for each in sorted(RECORD.glob("*.jsonl"))]
    assert sum(ledger.add(each.claims, at=NOON) for each in read) == 156
    assert sum(ledger.add(each.claims, at=NOON) for each in reversed(read)) == 0
    assert len(said(ledger, types=(ClaimType.LEAK,))) == 17

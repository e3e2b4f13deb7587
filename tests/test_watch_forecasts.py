"""The log of forecasts: what was changed is found and named, and outcomes score what was said."""

import json
import math
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.commands.watch_outlook import decided_episodes
from backchannel.watch.episodes import Ending
from backchannel.watch.errors import LedgerError, MalformedError
from backchannel.watch.forecast_log import FILE, open_log
from backchannel.watch.forecasts import (
    FIRST,
    Entry,
    Forecast,
    Outcome,
    forecast_body,
    link,
    outcome_body,
    read_entry,
    scores,
    state_of,
    to_score,
    verified,
)
from backchannel.watch.outlook import outlook
from claiming import a_claim, a_line, written
from desk_terminal import Terminal, plain

ON = date(2026, 7, 2)
OLD = "2023-01-05"  # before the clock of a test's world
BODIES = st.lists(st.text(max_size=5), min_size=1, max_size=8)


def chain(bodies: list[str]) -> list[Entry]:
    made: list[Entry] = []
    for number, body in enumerate(bodies, start=1):
        made.append(link(number, made[-1].hash if made else FIRST, body))
    return made


@given(BODIES)
def test_a_log_as_it_was_entered_holds_under_every_hash_it_had(bodies: list[str]) -> None:
    made = chain(bodies)
    assert verified(made) == ()
    assert all(verified(made, each.hash) == () for each in made)


@given(BODIES, st.data())
def test_an_entry_that_was_edited_is_found_and_named(
    bodies: list[str], data: st.DataObject
) -> None:
    made = chain(bodies)
    at = data.draw(st.integers(0, len(made) - 1))
    it = made[at]
    body = data.draw(st.text(max_size=5).filter(lambda text: text != it.body))
    made[at] = Entry(number=it.number, previous=it.previous, body=body, hash=it.hash)
    assert verified(made)[0].startswith(f"entry {at + 1} was changed")


@given(BODIES, st.data())
def test_an_entry_edited_and_hashed_anew_shows_in_the_next_or_against_a_noted_hash(
    bodies: list[str], data: st.DataObject
) -> None:
    made = chain(bodies)
    noted = made[-1].hash
    at = data.draw(st.integers(0, len(made) - 1))
    made[at] = link(at + 1, made[at].previous, f"{made[at].body}!")
    if at + 1 < len(made):
        assert verified(made)[0].startswith(f"entry {at + 2} does not follow")
    else:
        assert verified(made) == ()
        assert "is not in the log" in verified(made, noted)[0]


@given(st.lists(st.text(max_size=5), min_size=3, max_size=8), st.data())
def test_an_entry_removed_in_the_middle_is_found_and_named(
    bodies: list[str], data: st.DataObject
) -> None:
    made = chain(bodies)
    at = data.draw(st.integers(0, len(made) - 2))
    del made[at]
    assert verified(made)[0].startswith(f"entry {at + 2} stands after {at}:")


@given(st.lists(st.text(max_size=5), min_size=2, max_size=8), st.data())
def test_entries_that_were_moved_are_found(bodies: list[str], data: st.DataObject) -> None:
    made = chain(bodies)
    moved = data.draw(st.permutations(made).filter(lambda order: order != made))
    assert verified(moved)
    # Renumbered as well: then no hash is right any more.
    again = [
        Entry(number=n, previous=each.previous, body=each.body, hash=each.hash)
        for n, each in enumerate(moved, start=1)
    ]
    assert verified(again)


@given(BODIES)
def test_an_end_that_was_cut_off_shows_against_a_noted_hash_alone(bodies: list[str]) -> None:
    made = chain(bodies)
    assert verified(made[:-1]) == ()
    assert "is not in the log" in verified(made[:-1], made[-1].hash)[0]


ROWS = st.builds(
    Entry, number=st.integers(), previous=st.text(), body=st.text(), hash=st.text(max_size=9)
)


@given(st.lists(ROWS, max_size=5), st.text(max_size=5))
def test_whatever_stands_in_the_rows_is_told_and_never_raises(rows: list[Entry], head: str) -> None:
    assert bool(verified(rows, head)) or (not rows and not head)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
)
NAMES = st.sampled_from(["kind", "case", "on", "weeks", "base", "outcome"])


@given(st.text(max_size=30) | st.dictionaries(NAMES, JSON).map(json.dumps))
def test_whatever_an_entry_says_is_read_or_refused(body: str) -> None:
    # Anything else that is raised ends the test.
    with suppress(MalformedError):
        assert isinstance(read_entry(link(1, FIRST, body)), Forecast | Outcome)


@pytest.mark.parametrize(
    ("weeks", "base", "said"),
    [
        ([], [], "one week at least is expected"),
        ([[0.2, 0.3, 0.5]], [], "one week at least is expected"),
        ([[0.5, 0.5]], [[0.2, 0.3, 0.5]], "2 numbers came"),
        ([[0.0, 0.5, 0.5]], [[0.2, 0.3, 0.5]], "is not between"),
    ],
)
def test_an_entry_with_shares_that_cannot_be_is_refused(
    weeks: object, base: object, said: str
) -> None:
    body = json.dumps(
        {"kind": "forecast", "case": "x", "on": "2026-07-02", "weeks": weeks, "base": base}
    )
    with pytest.raises(MalformedError, match=said):
        read_entry(link(1, FIRST, body))


def an_entry(number: int, on: date = ON, case: str = "x") -> Entry:
    claims = (a_claim(),)
    found = outlook(claims, decided_episodes(), on=on, weeks=3)
    body = forecast_body(found, case=case, claims=claims, version="1", note="weekly")
    return link(number, FIRST, body)


def test_an_entry_holds_the_outlook_and_what_it_rests_on() -> None:
    read = read_entry(an_entry(1))
    assert isinstance(read, Forecast)
    found = outlook((a_claim(),), decided_episodes(), on=ON, weeks=3)
    assert [each[0] for each in read.weeks] == [each.agreement.value for each in found.weeks]
    assert [each[2] for each in read.base] == [each.base_goes_on.value for each in found.weeks]
    told = read.said
    assert (told["claims"], told["version"], told["note"]) == (1, "1", "weekly")
    assert told["ledger"] == state_of([a_claim()])
    with pytest.raises(MalformedError, match="the note has 2,001 characters"):
        forecast_body(found, case="x", claims=(), version="1", note="x" * 2_001)


@given(st.permutations([a_claim(outlet=f"Outlet {n}") for n in range(5)]))
def test_the_state_of_a_ledger_does_not_depend_on_the_order(claims: list[object]) -> None:
    claims_ = [each for each in claims if isinstance(each, type(a_claim()))]
    assert state_of(claims_) == state_of(reversed(claims_)) != state_of(claims_[1:])


def an_outcome(number: int, on: date, case: str = "x") -> Outcome:
    body = outcome_body(case=case, ending=Ending.BREAKDOWN, on=on, made=on)
    read = read_entry(link(number, FIRST, body))
    assert isinstance(read, Outcome)
    return read


@pytest.mark.parametrize(
    ("days", "stood"),
    [(1, [1, 1, 1]), (6, [1, 1, 1]), (7, [2, 1, 1]), (20, [2, 2, 1]), (21, [2, 2, 2])],
)
def test_each_week_of_a_forecast_is_scored_as_it_then_stood(days: int, stood: list[int]) -> None:
    forecast = read_entry(an_entry(1))
    assert isinstance(forecast, Forecast)
    made = scores(forecast, an_outcome(2, ON + timedelta(days=days)))
    assert [each.outcome for each in made] == stood
    first = made[0]
    assert first.log_loss == pytest.approx(-math.log(forecast.weeks[0][stood[0]]))
    assert first.base_log_loss == pytest.approx(-math.log(forecast.base[0][stood[0]]))
    wanted = [float(number == stood[0]) for number in range(3)]
    squares = [(a - b) ** 2 for a, b in zip(forecast.weeks[0], wanted, strict=True)]
    assert first.brier == pytest.approx(sum(squares))


def test_an_outcome_scores_what_was_said_of_its_case_before_and_since_the_last_outcome() -> None:
    read = [
        read_entry(an_entry(1, ON - timedelta(days=30))),
        an_outcome(2, ON - timedelta(days=20)),
        read_entry(an_entry(3, ON - timedelta(days=10))),
        read_entry(an_entry(4, ON - timedelta(days=10), case="y")),
        read_entry(an_entry(5, ON)),
    ]
    # What was made on the day itself may have known.
    assert [each.number for each in to_score(read, an_outcome(6, ON))] == [3]


def test_a_log_takes_entries_that_follow_and_changes_none(tmp_path: Path) -> None:
    path = tmp_path / FILE
    with open_log(path) as log:
        log.append(lambda _: "one")
        log.append(lambda before: f"after {before[-1].body}")
        entries = log.entries()
    assert [each.body for each in entries] == ["one", "after one"]
    assert verified(entries) == ()
    assert path.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(path) as raw:
        for statement in (
            "UPDATE entries SET body = 'x'",
            "DELETE FROM entries",
            "INSERT INTO entries VALUES (9, '', '', 'x')",
            "INSERT OR REPLACE INTO entries VALUES (1, '', '', 'x')",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="the log of forecasts"):
                raw.execute(statement)
    raw.close()


def test_an_entry_whose_making_fails_leaves_the_log_as_it_was(tmp_path: Path) -> None:
    def failing(_: object) -> str:
        raise LedgerError("not now")

    with open_log(tmp_path / FILE) as log:
        with pytest.raises(LedgerError, match="not now"):
            log.append(failing)
        assert log.append(lambda _: "one").number == 1


def test_two_programs_that_enter_at_once_make_one_chain(tmp_path: Path) -> None:
    def enter() -> None:
        with open_log(tmp_path / FILE) as log:
            for _ in range(10):
                log.append(lambda before: str(len(before)))

    threads = [threading.Thread(target=enter) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with open_log(tmp_path / FILE) as log:
        entries = log.entries()
    assert [each.body for each in entries] == [str(n) for n in range(20)]
    assert verified(entries) == ()


def another_version(path: Path) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA user_version = 9")
    raw.close()


def no_database(path: Path) -> None:
    path.write_text("no database " * 200, encoding="utf-8")


def no_numbers(path: Path) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE entries (number, previous, body, hash)")
        raw.execute("INSERT INTO entries VALUES ('x', NULL, 1, 2)")
        raw.execute("PRAGMA user_version = 1")
    raw.close()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (another_version, "has version 9"),
        (no_database, "not a database"),
        (no_numbers, "rows without a number"),
    ],
)
def test_a_file_that_is_no_log_is_told(
    spoil: Callable[[Path], None], said: str, tmp_path: Path
) -> None:
    spoil(tmp_path / FILE)
    with pytest.raises(LedgerError, match=said), open_log(tmp_path / FILE) as log:
        log.entries()


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    made = Terminal(tmp_path / "home")
    path = tmp_path / "x.jsonl"
    path.write_bytes(written(a_line(published=OLD)))
    made.clock.now = made.clock.now.replace(year=2026, month=7, day=2)
    made.do("", "watch", "add", str(path))
    return made


def test_a_forecast_is_entered_listed_checked_and_scored(terminal: Terminal) -> None:
    made = json.loads(terminal.do("", "watch", "forecast", "--note", "first", "--json"))
    terminal.clock.now += timedelta(days=7)
    second = terminal.do("", "watch", "forecast")
    assert "Entry 2: the outlook of the case default on 2026-07-09" in plain(second)
    listed = plain(terminal.do("", "watch", "forecasts"))
    assert "1 2026-07-02 default: by week 26 agreement" in listed
    assert "2 entries." in listed
    checked = plain(terminal.do("", "watch", "forecasts", "--verify", "--head", made["hash"]))
    assert "The chain of 2 entries holds." in checked
    assert "shows only with --head HASH" in checked
    terminal.clock.now += timedelta(days=7)
    given = ("watch", "score", "--outcome", "breakdown", "--on", "2026-07-12")
    shown = plain(terminal.do("", *given))
    assert "Entered as 3" in shown
    assert "one outcome shows no skill" in shown
    assert "ended in breakdown" in terminal.do("", "watch", "forecasts")
    assert "no forecast of the case default" in terminal.refused("", *given, code=2)


def test_scores_for_programs_stand_beside_those_of_the_base_rate(terminal: Terminal) -> None:
    terminal.do("", "watch", "forecast", "--weeks", "2")
    terminal.clock.now += timedelta(days=30)
    given = ("watch", "score", "--outcome", "agreement", "--on", "2026-07-10", "--json")
    made = json.loads(terminal.do("", *given))["scores"]
    assert [(each["ahead"], each["outcome"]) for each in made] == [(1, 2), (2, 0)]
    assert set(made[0]) >= {"log_loss", "base_log_loss", "brier", "base_brier"}


def test_an_outcome_that_is_yet_to_come_is_refused(terminal: Terminal) -> None:
    given = ("watch", "score", "--outcome", "agreement", "--on", "2026-08-01")
    assert "2026-08-01 is yet to come" in terminal.refused("", *given, code=2)


def test_a_log_that_was_forged_is_named_listed_and_not_scored(terminal: Terminal) -> None:
    terminal.do("", "watch", "forecast")
    with sqlite3.connect(terminal.home / FILE) as raw:
        raw.execute("DROP TRIGGER entries_stay")
        raw.execute("UPDATE entries SET body = '{}'")
    raw.close()
    result = terminal.run("", "watch", "forecasts", "--verify")
    assert result.exit_code == 1
    assert "entry 1 was changed" in plain(result.stdout)
    assert "cannot be read, see --verify" in plain(terminal.do("", "watch", "forecasts"))
    terminal.clock.now += timedelta(days=30)
    given = ("watch", "score", "--outcome", "agreement", "--on", "2026-07-10")
    assert "the log is not what was entered" in terminal.refused("", *given, code=2)
    told = terminal.run("", "watch", "forecasts", "--verify", "--json")
    assert told.exit_code == 1
    assert "entry 1 was changed" in json.loads(told.stdout)["faults"][0]


def test_what_moves_the_outlook_and_how_long_agreements_last_are_shown(terminal: Terminal) -> None:
    shown = plain(terminal.do("", "watch", "outlook", "--sensitivity"))
    assert "One planted claim, whatever it says, moves no probability by more than" in shown
    assert "no outlook" in shown
    since = plain(terminal.do("", "watch", "outlook", "--sensitivity", "--since", "2026-06-01"))
    assert "4 weeks since the first day, as you gave it (2026-06-01)" in since
    assert "moves no probability at all" in since
    assert "In force after 90 days: 89 % (85 to 92)." in terminal.do("", "watch", "durations")
    told = json.loads(terminal.do("", "watch", "durations", "--json"))
    assert [each["days"] for each in told["durations"]] == [90, 365]

"""The order of least exposure and what would help most, on the command line."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from backchannel.commands.watching import watched
from desk_terminal import Terminal, plain, talks

CASES = Path(__file__).parent.parent / "cases"
ALGIERS, JPOA, GRAIN, SWAP = (
    str(CASES / f"{name}.json")
    for name in ("algiers_1981", "jpoa_2013", "black_sea_grain_2022", "us_iran_swap_2023")
)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return talks(tmp_path_factory.mktemp("home"), [])


def test_the_order_of_least_exposure_is_shown_with_its_proof(terminal: Terminal) -> None:
    shown = plain(terminal.do("", "plan", "order", ALGIERS, "--drop-bargained"))
    assert "Values are illustrative: one coder's rough guess, 0 to 10." in shown
    assert "Sides are compared by points, as if one scale held for all sides" in shown
    assert "Greatest exposure: 2, as planned 7." in shown
    assert "Stake that must stand behind the order: 6, as planned 7." in shown
    assert "Rounds in which one side gives: 6, as planned 7." in shown
    assert "Proved: no order that keeps the conditions exposes a side less." in shown
    assert "Dropped: a10 before a14 (bargained)." in shown


def test_sides_are_compared_by_shares_on_request_and_ranges_at_their_end(
    terminal: Terminal,
) -> None:
    shown = plain(terminal.do("", "plan", "order", ALGIERS, "--share", "--cautious"))
    assert "by the share of all that a side is to receive" in shown
    assert "ranges count at the unfavourable end" in shown
    assert "Greatest exposure: 26.1 %, as planned 30.4 %." in shown


def test_an_order_for_other_programs_has_figures_bounds_and_what_was_dropped(
    terminal: Terminal,
) -> None:
    told = json.loads(terminal.do("", "plan", "order", JPOA, "--drop-bargained", "--json"))
    assert (told["greatest_exposure"], told["bound"], told["proved"]) == (1, 1, True)
    assert told["as_planned"]["greatest_exposure"] == 4
    assert told["illustrative"] is True
    assert ["p6", "p7"] not in told["dropped"]  # one event: they order themselves inside it
    assert ["p3", "p6"] in told["dropped"]
    assert sum(map(len, told["order"])) == 29


def test_planned_days_that_break_a_condition_are_told(terminal: Terminal) -> None:
    shown = plain(terminal.do("", "plan", "order", GRAIN))
    assert "! The planned days break a condition: b5 before b7 (needed)." in shown


def test_the_rest_is_ordered_again_from_what_was_done(terminal: Terminal) -> None:
    told = json.loads(
        terminal.do("", "plan", "order", SWAP, "--done", "s4", "--done", "s1", "--json")
    )
    assert told["order"][:2] == [["s4"], ["s1"]]


def test_a_step_that_is_not_there_was_not_done(terminal: Terminal) -> None:
    result = terminal.run("", "plan", "order", SWAP, "--done", "s99")
    assert result.exit_code != 0


def test_what_would_help_most_is_told_in_sentences_with_figures(terminal: Terminal) -> None:
    shown = plain(terminal.do("", "plan", "improve", ALGIERS, "--most", "1"))
    assert (
        "1. Do a9 (Iran brings about safe departure of the 52 detainees) in two equal parts, "
        "other steps between them: the greatest exposure falls from 6 to 4.5; the stake falls "
        "from 2 to 1." in shown
    )
    assert "rule of thumb" in shown
    assert "one coder, a prior" in shown
    assert "3 more; --most shows more of them" in shown


def test_improvements_for_other_programs_keep_both_units_apart(terminal: Terminal) -> None:
    told = json.loads(terminal.do("", "plan", "improve", SWAP, "--json"))
    assert told["complete"] is True
    (made,) = told["improvements"]
    assert (made["change"], made["steps"]) == ("one event", ["s10", "s15"])
    assert (made["before"]["stake"], made["after"]["stake"]) == (1, 0)
    assert {each["lacks"] for each in told["assurances"]} == {"date", "verifier"}


def test_a_plan_that_nothing_helps_is_told_so(terminal: Terminal) -> None:
    made = json.loads((CASES / "us_iran_swap_2023.json").read_text(encoding="utf-8"))
    del made["rough_values"]
    for each in made["steps"]:
        each["verifier"] = each["verifier"].replace("none", "Qatar")
        each["planned"] = each["planned"] or "2023-10-30"
    path = terminal.write("swap.json", json.dumps(made))
    shown = plain(terminal.do("", "plan", "improve", str(path)))
    assert "No single split, joint event or escrow lowers the exposure or the stake." in shown
    assert "Besides" not in shown


def test_a_search_whose_time_is_over_shows_its_best_and_says_so(terminal: Terminal) -> None:
    told = json.loads(terminal.do("", "plan", "improve", JPOA, "--seconds", "0.1", "--json"))
    assert told["complete"] is False


def test_ctrl_c_ends_the_search_and_not_the_command() -> None:
    # A test that runs in the background of a shell is started with the signal ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with watched(60.0) as watch:
            assert watch.go_on(lambda: "")
            signal.raise_signal(signal.SIGINT)
            assert not watch.go_on(lambda: "")
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_terminal_shows_the_best_and_the_bound_while_the_search_runs() -> None:
    main, other = pty.openpty()
    command = [sys.executable, "-m", "backchannel", "plan", "order", JPOA]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=other) as process:
        os.close(other)
        told = b""
        try:
            while data := os.read(main, 4096):
                told += data
        except OSError:  # the other end is closed
            pass
        assert process.wait(60) == 0
    os.close(main)
    assert b"greatest exposure: 4, none below" in told

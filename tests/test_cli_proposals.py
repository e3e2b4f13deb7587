"""Proposals on the command line: offered, put, answered in a step of its own, decided."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from backchannel.desk.errors import UsageError
from backchannel.desk.screen.offer_lines import read_choice, read_offer, read_offers_file
from desk_terminal import Terminal, contents, plain, talks
from mediation import START

DESKS = ("us", "iran", "qatar")
DEADLINE = "2023-09-19 09:00"
PUT = ("proposal", "put", "Ten days each.", "--to", "US", "--to", "Iran", "--deadline", DEADLINE)
QUICK = ("--yes", "--hold", "0")
CHOICE = ("--choose", "pause=10 days")


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return with_agenda(talks(tmp_path / "home"))


def with_agenda(terminal: Terminal) -> Terminal:
    for item, title, *options in (
        ("pause", "A pause", "10 days", "30 days"),
        ("funds", "Funds", "half", "all"),
    ):
        given = [part for option in options for part in ("--option", option)]
        to = ("--to", "US", "--to", "Iran")
        terminal.do("qatar", "agenda", "add", item, title, *given, *to)
    terminal.sync("qatar", "us", "iran")
    return terminal


def put(terminal: Terminal, *more: str) -> str:
    key = terminal.do("qatar", *PUT, *CHOICE, *QUICK, *more).split("Proposal ")[1][:8]
    terminal.sync("qatar", "us", "iran")
    return key


def answer(terminal: Terminal, desk: str, given: str, *which: str) -> None:
    terminal.do(desk, "proposal", "answer", *which, "--answer", given, "--yes")


def later(terminal: Terminal, **by: int) -> None:
    terminal.clock.now = START + timedelta(days=1) + timedelta(**by)


def test_a_proposal_refused_once_is_carried_the_second_time(terminal: Terminal) -> None:
    put(terminal)
    answer(terminal, "us", "accept")
    answer(terminal, "iran", "refuse")
    terminal.sync(*DESKS)
    before = contents(terminal, "qatar")
    said = terminal.refused("qatar", "proposal", "outcome", "--yes")
    assert "from 2023-09-19 10:00 UTC on" in said
    assert contents(terminal, "qatar") == before
    later(terminal, hours=1)
    done = terminal.do("qatar", "proposal", "outcome", "--yes")
    assert "The proposal is not carried" in done
    terminal.sync(*DESKS)
    shown = terminal.do("us", "proposal", "show")
    assert "not carried" in shown
    assert "Your answer was counted." in shown
    assert "accepted" in terminal.do("qatar", "proposal", "show")
    second = terminal.do(
        "qatar", "proposal", "put", "Thirty, and half.", "--to", "US", "--to", "Iran",
        "--deadline", "2023-09-21", "--choose", "pause=30 days", "--choose", "funds=half", *QUICK,
    )  # fmt: skip
    assert "It chooses pause: 30 days; funds: half." in second
    terminal.sync("qatar", "us", "iran")
    for desk in ("us", "iran"):
        answer(terminal, desk, "accept")
    terminal.sync(*DESKS)
    assert "is carried" in terminal.do("qatar", "proposal", "outcome", "--yes")
    terminal.sync(*DESKS)
    page = plain(terminal.do("iran", "caucus"))
    assert "Qatar: puts a proposal (not carried): to be answered until 2023-09-19 09:00" in page
    assert "Qatar: puts a proposal (carried):" in page
    assert "Thirty, and half. - pause: 30 days; funds: half" in page
    assert "is not carried; the answer of this caucus was counted" in page


def test_the_outcome_empties_the_mailboxes_first_where_that_is_needed(terminal: Terminal) -> None:
    put(terminal)
    for desk in ("us", "iran"):
        answer(terminal, desk, "accept")
        terminal.do(desk, "sync")
    later(terminal, hours=9)
    terminal.relay.down = True
    before = contents(terminal, "qatar")
    said = terminal.refused("qatar", "proposal", "outcome", "--yes")
    assert "answers given in time may lie there" in said
    assert contents(terminal, "qatar") == before
    terminal.relay.down = False
    assert "is carried" in terminal.do("qatar", "proposal", "outcome", typed="yes\n")


def test_all_it_goes_to_are_named_and_a_hold_counts_down(terminal: Terminal) -> None:
    before = contents(terminal, "qatar")
    assert "not US, Iran" in terminal.refused("qatar", *PUT, typed="US\n")
    left = iter([1, 2])

    def pause(_: float) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    stopped = terminal.run("qatar", *PUT, "--yes", world=replace(terminal.world, pause=pause))
    assert stopped.exit_code == 130
    assert "nothing went out, nothing was recorded" in plain(stopped.output)
    assert contents(terminal, "qatar") == before
    result = terminal.run("qatar", *PUT, "--hold", "2", typed="us, iran\n")
    assert result.exit_code == 0
    assert "To US, Iran, until 2023-09-19 09:00 UTC: Ten days each." in plain(result.output)
    assert terminal.paused == [1, 1]


def test_to_answer_is_a_step_of_its_own(terminal: Terminal) -> None:
    put(terminal)
    before = contents(terminal, "iran")
    result = terminal.run("iran", "proposal", "answer", typed="perhaps\n")
    assert result.exit_code == 1
    assert "what was typed is not accept or refuse: nothing was done" in result.stderr
    page = plain(result.stdout)
    assert "Ten days each." in page
    assert "pause 10 days" in page
    assert "answers until 2023-09-19 09:00 UTC" in page
    assert "An answer is final." in page
    assert "not accept" in terminal.refused(
        "iran", "proposal", "answer", "--answer", "accept", typed="refuse\n"
    )
    assert "give --yes" in terminal.refused("iran", "proposal", "answer", code=2)
    terminal.refused("iran", "proposal", "answer", "--yes", code=2)
    assert contents(terminal, "iran") == before
    result = terminal.run("iran", "proposal", "answer", typed="Refuse\n")
    assert "Your answer: refuse." in result.stdout


def test_a_party_sees_whether_its_answer_was_confirmed_in_time(terminal: Terminal) -> None:
    put(terminal)
    show = ("proposal", "show")
    assert "You have not answered; the deadline is in 24 h 0 min" in terminal.do("iran", *show)
    answer(terminal, "iran", "accept")
    page = plain(terminal.do("iran", *show))
    assert "Your answer: accept. Your answer is not confirmed yet" in page
    terminal.clock.move(minutes=90)
    assert "the deadline is in 22 h 30 min" in plain(terminal.do("iran", *show))
    terminal.sync("iran", "qatar")
    page = plain(terminal.do("iran", *show))
    assert "Your answer was confirmed at 2023-09-18 10:30 UTC, in time." in page
    listed = terminal.run("iran", "proposal", "list", columns=200).stdout
    assert "accept (confirmed in time)" in plain(listed)
    answer(terminal, "us", "accept")
    later(terminal, minutes=1)
    assert "it may not count; ask the mediator" in plain(terminal.do("us", *show))
    terminal.sync("us", "qatar")
    assert "after the deadline: it counts if it came before" in plain(terminal.do("us", *show))


def test_without_an_answer_the_deadline_is_said_to_have_passed(terminal: Terminal) -> None:
    put(terminal)
    later(terminal, minutes=1)
    assert "the deadline has passed" in terminal.do("us", "proposal", "show")
    terminal.do("qatar", "proposal", "withdraw", "--yes")
    terminal.sync(*DESKS)
    assert "You have not answered." in terminal.do("us", "proposal", "show")
    assert "puts the proposal" in terminal.do("us", "caucus")


def test_what_is_taken_back_or_came_too_late_says_so(terminal: Terminal) -> None:
    put(terminal)
    key = put(terminal)
    answer(terminal, "us", "refuse", key)
    answer(terminal, "iran", "accept", key)
    terminal.do("qatar", "proposal", "withdraw", key, typed="yes\n")
    terminal.sync(*DESKS)
    assert "never opened" in terminal.do("us", "proposal", "show", key)
    answer(terminal, "iran", "accept")  # the one that is left, and it stays on this desk
    later(terminal, hours=1)
    terminal.do("qatar", "sync")
    terminal.do("us", "sync")
    terminal.do("qatar", "sync")
    first = json.loads(terminal.do("qatar", "proposal", "list", "--json"))[0]["proposal"]
    assert "not carried" in terminal.do("qatar", "proposal", "outcome", first, "--yes")
    terminal.sync(*DESKS)
    assert "came after the outcome" in plain(terminal.do("iran", "proposal", "show", first))
    page = plain(terminal.do("qatar", "proposal", "show", first))
    assert "US none" in page
    assert "Iran came after the outcome: not opened, not counted" in page
    assert "it came after the outcome and does not count" in plain(
        terminal.do("qatar", "caucus", "Iran")
    )


def test_what_is_needed_before_an_answer_goes_to_the_mediator_alone(terminal: Terminal) -> None:
    key = put(terminal)
    terminal.do("us", "proposal", "reply", key, "Until Friday.", "--needs", "time")
    terminal.do("us", "proposal", "reply", key, "--needs", "instructions")
    terminal.sync(*DESKS)
    page = plain(terminal.do("qatar", "proposal", "show"))
    assert "US, 2023-09-18 09:00 UTC: asks for time Until Friday." in page
    assert "asks for time" not in terminal.do("iran", "proposal", "show")
    assert "does not answer the proposal" in plain(terminal.do("qatar", "caucus", "US"))


def test_one_takes_the_place_of_another(terminal: Terminal) -> None:
    old = put(terminal)
    put(terminal, "--instead-of", old)
    assert f"It takes the place of {old}." in terminal.do("us", "proposal", "show")
    assert f"in the place of {old}" in plain(terminal.do("us", "caucus"))
    assert "superseded" in terminal.do("qatar", "proposal", "list")


def test_a_seat_without_a_desk_answers_by_mouth(terminal: Terminal) -> None:
    terminal.do("qatar", "invite", "Oman")
    given = ("--to", "Oman", "--to", "US", "--deadline", DEADLINE, *QUICK)
    assert "Without a desk: Oman." in terminal.do("qatar", "proposal", "put", "Ten days.", *given)
    terminal.sync("qatar", "us")
    key = json.loads(terminal.do("qatar", "proposal", "list", "--json"))[0]["proposal"]
    heard = ("proposal", "heard", key, "Oman", "--answer", "accept", "--how", "telephone")
    assert "Entered for Oman: accept." in terminal.do("qatar", *heard, "--person", "he")
    before = contents(terminal, "qatar")
    assert "answers are final" in terminal.refused("qatar", *heard, "--at", "2023-09-18 08:00")
    assert contents(terminal, "qatar") == before
    page = plain(terminal.do("qatar", "proposal", "show"))
    assert "by mouth, for want of a desk: Oman" in page
    assert "accepted (by mouth)" in page


def test_a_package_is_offered_and_conveyed(terminal: Terminal) -> None:
    offer = ("--offer", "pause=30 days if funds=half", "--offer", "pause=10 days")
    page = terminal.do(
        "us", "propose", "Either of these.", *offer, "--may", "as-ours", "--expires", DEADLINE
    )
    assert "- pause: 30 days, if funds: half" in page
    terminal.sync("us", "qatar")
    note = page.split("note ")[1][:8]
    assert "offer, may be conveyed as ours" in plain(terminal.do("qatar", "caucus", "US"))
    terminal.do("qatar", "convey", note, "--to", "Iran", "--as", "author", *QUICK)
    terminal.sync("qatar", "iran")
    assert "Either of these. - pause: 30 days, if funds: half - pause: 10 days" in plain(
        terminal.do("iran", "caucus")
    )
    file = terminal.write("offers.json", '[{"choices": {"funds": "all"}}]')
    terminal.do("us", "propose", "All.", "--offers", str(file), "--not-before", DEADLINE)
    assert "- funds: all" in terminal.do("us", "caucus")


def test_what_is_no_offer_is_said_to_be_none() -> None:
    for wrong in ("", "pause", "=10 days", "pause="):
        with pytest.raises(UsageError, match="chooses no option"):
            read_choice(wrong)
    assert read_offer("a=1;b=2 if c=3").words == "a: 1; b: 2, if c: 3"
    for wrong in ("", "{", "[1]", '[{"choices": 1}]', "[{}]", "[" * 100_000):
        with pytest.raises(UsageError, match="no list of offers"):
            read_offers_file(wrong, "x.json")


def unchanged(terminal: Terminal, desk: str, *args: str, code: int = 1) -> str:
    """Run what must be refused, see that the vault is as before, and return the sentence."""
    before = contents(terminal, desk)
    said = terminal.refused(desk, *args, code=code)
    assert contents(terminal, desk) == before
    return said


def test_bad_input_about_proposals_changes_nothing(terminal: Terminal) -> None:
    propose = ("propose", "x", "--offer")
    assert "There is no mediator's proposal here yet." in terminal.do("us", "proposal", "list")
    assert "no proposal here yet" in unchanged(terminal, "us", "proposal", "show", code=2)
    assert "no issue 'prisoners' on the agenda" in unchanged(
        terminal, "us", *propose, "prisoners=all"
    )
    assert "has no option 'ever'" in unchanged(terminal, "us", *propose, "pause=ever")
    assert "more than once" in unchanged(terminal, "us", *propose, "pause=10 days;pause=30 days")
    assert "both offered and asked for" in unchanged(
        terminal, "us", *propose, "pause=10 days if pause=30 days"
    )
    assert "one offer at least" in unchanged(terminal, "us", "propose", "x")
    unchanged(terminal, "qatar", *propose, "pause=10 days", code=2)
    unknown = unchanged(terminal, "qatar", *PUT, *QUICK, "--choose", "prisoners=all")
    assert "no issue 'prisoners' on the agenda that US is shown" in unknown
    assert "name a later one" in unchanged(terminal, "qatar", *PUT[:-1], "2023-09-18 09:00", *QUICK)
    assert "is no time" in unchanged(terminal, "qatar", *PUT[:-1], "soon", *QUICK, code=2)
    assert "0 to 10,080 minutes" in unchanged(terminal, "qatar", *PUT, *QUICK, "--grace", "99999")
    assert "to each once" in unchanged(terminal, "qatar", *PUT, *QUICK, "--to", "US")
    unchanged(terminal, "qatar", *PUT, *QUICK, "--instead-of", "ffff", code=2)
    key = put(terminal)
    answer(terminal, "us", "refuse")
    second = ("proposal", "answer", key, "--answer", "accept", "--yes")
    assert "answered already, and an answer is final" in unchanged(terminal, "us", *second)
    terminal.sync(*DESKS)
    assert "answered already" in unchanged(terminal, "us", *second)
    later(terminal, minutes=1)
    assert "has passed by the clock of this desk" in unchanged(terminal, "iran", *second)
    later(terminal, hours=1)
    terminal.sync(*DESKS)
    terminal.do("qatar", "proposal", "outcome", "--yes")
    terminal.sync(*DESKS)
    assert "waits for no answer any more" in unchanged(terminal, "iran", *second)
    assert "not carried already" in unchanged(
        terminal, "qatar", "proposal", "outcome", key, "--yes"
    )
    assert "not carried already" in unchanged(
        terminal, "qatar", "proposal", "withdraw", key, "--yes"
    )
    assert "desk of a party" in unchanged(terminal, "qatar", *second, code=2)
    assert "desk of a mediator" in unchanged(terminal, "us", "proposal", "outcome", "--yes", code=2)


def test_an_unverified_party_is_put_nothing_without_a_reason(tmp_path: Path) -> None:
    terminal = talks(tmp_path / "home", [("US", "us")])
    terminal.joined("Iran", "iran")
    said = unchanged(terminal, "qatar", *PUT, *QUICK)
    assert "safety words of Iran have not been compared" in said
    terminal.do("qatar", *PUT, *QUICK, "--override", "I know the voice")
    assert "I know the voice" in plain(terminal.do("qatar", "journal"))


def test_what_is_listed_for_other_programs_holds_no_key_and_no_envelope(
    terminal: Terminal,
) -> None:
    put(terminal)
    answer(terminal, "iran", "accept")
    terminal.sync(*DESKS)
    for desk in DESKS:
        party = ["Iran"] if desk == "qatar" else []
        for args in (
            ["proposal", "list", "--json"],
            ["proposal", "show", "--json"],
            ["caucus", *party, "--json"],
            ["export", "--format", "json"],
            ["export", "--format", "markdown"],
        ):
            page = terminal.do(desk, *args)
            assert '"envelope' not in page
            assert '"key"' not in page
    (mine,) = json.loads(terminal.do("iran", "proposal", "list", "--json"))
    assert (mine["answer"], mine["standing"]) == ("accept", "confirmed in time")
    assert "- pause: 10 days" in terminal.do("iran", "export", "--format", "markdown")

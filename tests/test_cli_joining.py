"""Bringing a party in from the command line, and making sure who it is."""

import stat
from pathlib import Path

import pytest

from desk_terminal import Terminal, contents, plain, talks
from mediation import RELAY


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    opened = Terminal(tmp_path / "home")
    opened.open_channel()
    opened.do("", "desk", "create", "iran")
    return opened


def test_a_party_joins_is_verified_and_speaks(tmp_path: Path) -> None:
    terminal = talks(tmp_path / "home", [("Iran", "iran")])
    assert "Compared before: yes" in terminal.do("iran", "verify")
    assert "What you say is kept" in terminal.do("iran", "rules", "show")
    assert terminal.do("qatar", "rules", "show") == terminal.do("iran", "rules", "show")
    terminal.do("iran", "say", "We listen.")
    terminal.sync("iran", "qatar")
    assert "We listen." in terminal.do("qatar", "caucus", "Iran")


def test_stdout_holds_the_invitation_alone(terminal: Terminal) -> None:
    result = terminal.run("qatar", "invite", "Iran", "--code")
    (line,) = result.stdout.splitlines()
    assert line.startswith("BACKCHANNEL1:")
    code = result.stderr.strip().split("\n")[-1].strip()
    assert len(code.replace(" ", "")) == 8
    assert code.replace(" ", "").isdigit()
    assert code not in result.stdout


def test_a_code_said_over_another_way_lets_the_party_in(terminal: Terminal) -> None:
    result = terminal.run("qatar", "invite", "Iran", "--code")
    code = result.stderr.strip().split("\n")[-1].strip()
    terminal.sync("qatar")
    before = contents(terminal, "iran")
    assert "short code" in terminal.refused("iran", "join", result.stdout, code=2)
    assert contents(terminal, "iran") == before
    terminal.do("iran", "join", result.stdout, "--code", code)
    terminal.sync("iran", "qatar")
    assert "joined" in terminal.do("qatar", "status")


def test_an_invitation_in_a_file_is_its_owners_alone(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "invitation"
    assert terminal.do("qatar", "invite", "Iran", "--out", str(file)) == ""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    terminal.sync("qatar")
    assert "Joined" in terminal.do("iran", "join", "--from", str(file))


def test_a_file_that_is_there_costs_no_voucher(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    before = contents(terminal, "qatar")
    for out in (tmp_path / "there", tmp_path / "no folder" / "x"):
        terminal.refused("qatar", "invite", "Iran", "--out", str(out), code=2)
    assert (tmp_path / "there").read_text() == "mine"
    assert contents(terminal, "qatar") == before


def test_an_invitation_that_was_refused_leaves_no_file(terminal: Terminal, tmp_path: Path) -> None:
    terminal.refused("qatar", "invite", "Qatar", "--out", str(tmp_path / "x"))
    assert not (tmp_path / "x").exists()


def test_a_qr_code_fits_80_columns(terminal: Terminal) -> None:
    printed = terminal.do("qatar", "invite", "Iran", "--qr").splitlines()
    assert len(printed) > 20
    assert all(len(line) <= 80 for line in printed[1:])
    assert "\x1b" not in "".join(printed)


def test_the_safety_words_are_shown_with_how_to_compare_them(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "home")
    terminal.open_channel()
    terminal.joined("Iran", "iran")
    shown = plain(terminal.do("iran", "verify"))
    assert "Safety words with the mediator:" in shown
    assert "Compared before: NOT yet" in shown
    assert "If they differ, somebody stands between." in shown
    assert terminal.words("iran") == terminal.words("qatar", "Iran")


def test_words_that_do_not_fit_are_refused_and_recorded(tmp_path: Path) -> None:
    terminal = talks(tmp_path / "home", [("Iran", "iran")])
    assert "not the safety words" in terminal.refused(
        "qatar", "verify", "Iran", "--heard", "one two three four five six seven eight"
    )
    assert "mismatch" in terminal.do("qatar", "journal")
    assert "NO" in terminal.do("qatar", "status")


def test_the_number_says_the_same_as_the_words(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "home")
    terminal.open_channel()
    terminal.joined("Iran", "iran")
    number = terminal.do("iran", "verify").split("\n")[2].partition(":")[2]
    assert "They fit" in terminal.do("qatar", "verify", "Iran", "--heard", number)


def test_a_frozen_party_is_told_nothing_until_it_thaws(tmp_path: Path) -> None:
    terminal = talks(tmp_path / "home", [("Iran", "iran")])
    terminal.do("qatar", "freeze", "Iran")
    assert "frozen" in terminal.do("qatar", "status")
    assert "frozen" in terminal.do("qatar", "caucus", "Iran")
    assert "frozen" in terminal.refused("qatar", "tell", "Iran", "A word")
    terminal.do("qatar", "thaw", "Iran")
    terminal.do("qatar", "tell", "Iran", "A word")


def test_a_revoked_invitation_lets_nobody_in(terminal: Terminal) -> None:
    line = terminal.do("qatar", "invite", "Iran")
    terminal.sync("qatar")
    terminal.do("qatar", "revoke", "Iran")
    terminal.sync("qatar")
    assert "revoked it" in terminal.refused("iran", "join", line)
    assert "void" in terminal.do("qatar", "status")
    terminal.refused("qatar", "revoke", "Iran", code=2)


def test_vouchers_are_added_from_a_file_or_a_pipe(terminal: Terminal) -> None:
    lines = terminal.vouchers(2).read_text()
    said = terminal.do("qatar", "channel", "vouchers", "-", typed=lines)
    assert "10 vouchers" in said
    assert "no voucher" in terminal.refused("qatar", "channel", "vouchers", "-", typed="AAAA\n")


def test_a_channel_is_opened_with_its_own_rules(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "home")
    terminal.do("", "desk", "create", "qatar")
    rules = terminal.write("rules.txt", "Everything stays here.\nAlways.\n")
    given = ("--as-mediator", "Qatar", "--relay", RELAY, "--pin", "none", "--vouchers", "-")
    terminal.do("qatar", "channel", "open", "Doha", *given, "--rules", str(rules))
    assert plain(terminal.do("qatar", "rules", "show")) == "Everything stays here. Always."
    assert "not hexadecimal" in terminal.refused(
        "qatar", "channel", "open", "Other", *given[:4], "--pin", "xyz", "--vouchers", "-", code=2
    )


def test_talks_are_suspended_resumed_and_closed(tmp_path: Path) -> None:
    terminal = talks(tmp_path / "home", [("Iran", "iran")])
    terminal.do("qatar", "channel", "suspend", "--text", "A holiday")
    terminal.sync("qatar", "iran")
    assert "suspends the talks" in terminal.do("iran", "caucus")
    terminal.do("qatar", "channel", "resume")
    terminal.do("qatar", "channel", "close", "--how", "formal-talks")
    terminal.sync("qatar", "iran")
    assert "closes the channel: handed to formal talks" in plain(terminal.do("iran", "caucus"))
    assert "lets the talks go on" in terminal.do("iran", "caucus")
    assert "closed" in terminal.refused("iran", "say", "Too late")


def test_before_the_welcome_a_party_is_told_what_to_do(terminal: Terminal) -> None:
    line = terminal.do("qatar", "invite", "Iran")
    terminal.sync("qatar")
    terminal.do("iran", "join", line)
    assert "has not arrived yet" in terminal.refused("iran", "rules", "show")
    assert "has not arrived yet" in terminal.do("iran", "caucus")
    assert "the welcome is not through yet" in plain(
        terminal.run("iran", "status", columns=120).stdout
    )
    terminal.refused("qatar", "verify", "Iran")

"""Bad input: one sentence, the right exit code, nothing changed, no traceback."""

import json
from pathlib import Path

import pytest

from desk_terminal import Terminal, contents, talks

CASE = Path(__file__).parent.parent / "cases" / "us_iran_swap_2023.json"
LIMIT = 16_000


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    terminal = talks(tmp_path_factory.mktemp("refusals") / "home", [("US", "us")])
    terminal.joined("Iran", "iran")  # and not verified
    terminal.do("us", "say", "For you alone")
    terminal.sync("us", "qatar")
    return terminal


def unchanged(terminal: Terminal, desk: str, *args: str, code: int = 1) -> str:
    """Run what must be refused, see that the vault is as before, and return the sentence."""
    before = contents(terminal, desk)
    said = terminal.refused(desk, *args, code=code)
    assert contents(terminal, desk) == before
    assert said.rstrip(".")
    return said


def note_of(terminal: Terminal, text: str) -> str:
    entries = json.loads(terminal.do("qatar", "caucus", "US", "--json"))["entries"]
    return next(str(e["id"]) for e in entries if e.get("text") == text)


def test_a_wrong_passphrase(terminal: Terminal) -> None:
    before = contents(terminal, "us")
    wrong = terminal.write("wrong", "another walk\n")
    wrong.chmod(0o600)
    said = terminal.refused("us", "--passphrase-file", str(wrong), "status")
    assert "passphrase" in said
    wrong.chmod(0o644)
    said = terminal.refused("us", "--passphrase-file", str(wrong), "status", code=2)
    assert "chmod 600" in said
    terminal.refused("us", "--passphrase-file", "/nowhere/at/all", "status", code=2)
    assert contents(terminal, "us") == before


@pytest.mark.parametrize("file", ["vault.db", "vault.key"])
def test_a_damaged_vault(tmp_path: Path, file: str) -> None:
    terminal = Terminal(tmp_path / "home")
    terminal.do("", "desk", "create", "us")
    path = terminal.home / "us" / file
    data = bytearray(path.read_bytes())
    data[50] ^= 1  # read at every opening; what lies deeper, when it is looked at
    path.write_bytes(data)
    terminal.refused("us", "status")
    assert path.read_bytes() == bytes(data)
    path.write_bytes(data[:40])
    terminal.refused("us", "status")
    path.unlink()
    terminal.refused("us", "status")


def test_an_expired_invitation(terminal: Terminal) -> None:
    line = terminal.do("qatar", "invite", "Oman", "--hours", "1")
    terminal.do("", "desk", "create", "oman")
    terminal.clock.move(hours=1)
    assert "expired" in unchanged(terminal, "oman", "join", line, code=2)
    assert "1 to" in unchanged(terminal, "qatar", "invite", "Egypt", "--hours", "0", code=2)


def test_an_invitation_that_was_used(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "home")
    terminal.open_channel()
    line = terminal.do("qatar", "invite", "Iran")
    for desk in ("iran", "thief"):
        terminal.do("", "desk", "create", desk)
    terminal.sync("qatar")
    terminal.do("iran", "join", line)
    assert "already" in unchanged(terminal, "iran", "join", line, code=2)
    terminal.sync("iran", "qatar")
    assert "used" in unchanged(terminal, "thief", "join", line)


def test_a_line_that_is_no_invitation(terminal: Terminal) -> None:
    for line in ("hello", "BACKCHANNEL1:AAAA", "BACKCHANNEL1:!!", "x" * 5000):
        unchanged(terminal, "us", "join", line)
    unchanged(terminal, "us", "join", code=2)
    unchanged(terminal, "us", "join", "x", "--from", "y", code=2)
    assert "cannot be read" in unchanged(terminal, "us", "join", "--from", "nowhere", code=2)


def test_an_old_protocol_version(terminal: Terminal) -> None:
    assert "newer release" in unchanged(terminal, "us", "join", "BACKCHANNEL2:AAAA")


def test_an_unknown_channel_party_note_or_request(terminal: Terminal) -> None:
    assert "Doha" in unchanged(terminal, "us", "--channel", "Doha", "say", "x", code=2)
    assert "Peru" in unchanged(terminal, "qatar", "tell", "Peru", "x", code=2)
    unchanged(terminal, "us", "withdraw", "ffff", code=2)
    unchanged(terminal, "us", "withdraw", "f", code=2)
    unchanged(terminal, "us", "allow", "ffff", code=2)
    unchanged(terminal, "qatar", "correct", "ffff", "x", "--yes", code=2)
    unchanged(terminal, "qatar", "--as", "x" * 121, "tell", "US", "y")


def test_what_is_done_at_the_other_desk(terminal: Terminal) -> None:
    for args in (("invite", "Oman"), ("knows",), ("convey", "--to", "US", "--as", "mediator")):
        assert "desk of a mediator" in unchanged(terminal, "us", *args, code=2)
    for args in (("say", "x"), ("rules", "accept"), ("allow", "ffff")):
        assert "desk of a party" in unchanged(terminal, "qatar", *args, code=2)


def test_a_handling_that_forbids(terminal: Terminal) -> None:
    note = note_of(terminal, "For you alone")
    for use in ("author", "nobody", "mediator"):
        given = ("convey", note, "--to", "Iran", "--as", use, "--yes", "--hold", "0")
        assert "forbids" in unchanged(terminal, "qatar", *given, "--override", "x")
    assert "for the mediator only" in unchanged(
        terminal, "qatar", "request-use", note, "--as", "nobody"
    )


def test_an_unverified_caucus(terminal: Terminal) -> None:
    given = ("convey", "--to", "Iran", "--as", "mediator", "--text", "x", "--yes", "--hold", "0")
    assert "--override" in unchanged(terminal, "qatar", *given)


def test_a_text_over_the_limit(terminal: Terminal) -> None:
    assert "at most 16,000" in unchanged(terminal, "us", "say", "x" * (LIMIT + 1))
    assert "at most 16,000" in unchanged(terminal, "us", "ask", "x" * (LIMIT + 1))
    assert "at most 16,000" in unchanged(terminal, "qatar", "tell", "US", "x" * (LIMIT + 1))
    assert "is empty" in unchanged(terminal, "us", "say", " ")
    assert "control characters" in unchanged(terminal, "us", "say", "a\x1b[2J")
    terminal.do("us", "say", "x" * LIMIT)


def test_a_file_that_is_no_text_or_no_list(terminal: Terminal, tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in unchanged(terminal, "us", "say", "--from", str(binary), code=2)
    assert "UTF-8" in unchanged(terminal, "us", "say", "x", "--rows", str(binary), code=2)
    assert "twice" in unchanged(terminal, "us", "say", "x", "--from", str(binary), code=2)
    broken = terminal.write("broken.csv", 'a,"b" c\n')
    assert "line 1: this is no CSV" in unchanged(
        terminal, "us", "say", "x", "--rows", str(broken), code=2
    )
    uneven = terminal.write("uneven.csv", "a,b\nc\n")
    assert "same number of cells" in unchanged(terminal, "us", "say", "x", "--rows", str(uneven))
    large = tmp_path / "large"
    large.write_bytes(b"x" * 2_000_001)
    assert "smaller file" in unchanged(terminal, "us", "say", "--from", str(large), code=2)


def test_a_time_that_is_none_or_can_never_be(terminal: Terminal) -> None:
    assert "is no time" in unchanged(terminal, "us", "say", "x", "--expires", "soon", code=2)
    limits = ("--not-before", "2024-01-02", "--expires", "2024-01-01")
    assert "could never be used" in unchanged(terminal, "us", "say", "x", *limits)


def test_a_relay_that_is_down(terminal: Terminal) -> None:
    terminal.do("", "desk", "create", "egypt")
    line = terminal.do("qatar", "invite", "Egypt")
    terminal.do("us", "say", "Offline")
    terminal.relay.down = True
    try:
        assert "nothing is lost" in terminal.refused("us", "sync")
        assert "nothing is lost" in unchanged(terminal, "egypt", "join", line)
        terminal.do("us", "say", "Offline too")
    finally:
        terminal.relay.down = False
    terminal.sync("us", "qatar")
    page = terminal.do("qatar", "caucus", "US")
    assert "Offline too" in page
    assert page.count("Offline") == 2


def test_a_relay_whose_disk_is_full(terminal: Terminal) -> None:
    terminal.relay.disk_full = True
    try:
        terminal.do("us", "say", "On a full disk")
        assert "disk is full" in terminal.refused("us", "sync")
    finally:
        terminal.relay.disk_full = False
    terminal.sync("us", "qatar")
    assert "On a full disk" in terminal.do("qatar", "caucus", "US")


def test_no_vouchers_left_and_no_such_relay(terminal: Terminal) -> None:
    open_ = ("channel", "open", "Other", "--as-mediator", "Qatar", "--vouchers", "-")
    assert "pin" in unchanged(terminal, "us", *open_, "--relay", "https://relay:8443")
    unchanged(terminal, "us", *open_, "--relay", "nonsense")
    unchanged(terminal, "us", *open_, "--relay", "http://example.org")
    terminal.do("", "desk", "create", "other")
    terminal.do("other", *open_, "--relay", "http://127.0.0.1:1")
    assert "two vouchers" in unchanged(terminal, "other", "invite", "Iran", code=2)
    assert "already" in unchanged(
        terminal, "other", *open_, "--relay", "http://127.0.0.1:1", code=2
    )


def test_a_case_file_with_a_fault(terminal: Terminal) -> None:
    case = json.loads(CASE.read_text(encoding="utf-8"))
    case["steps"][2] |= {"requires": ["s99"], "bargained": []}
    file = terminal.write("case.json", json.dumps(case))
    draft = ("accord", "draft", "--parties", "US,Iran")
    said = unchanged(terminal, "qatar", *draft, "--case", str(file))
    assert f"step {case['steps'][2]['id']}, requires: there is no step 's99'" in said
    broken = terminal.write("broken.json", "{")
    assert "no JSON" in unchanged(terminal, "qatar", *draft, "--case", str(broken))
    assert "no JSON" in unchanged(terminal, "qatar", "accord", "draft", str(broken))
    assert "cannot be read" in unchanged(terminal, "qatar", "accord", "draft", "nowhere", code=2)
    both = ("accord", "draft", str(file), "--case", str(file))
    unchanged(terminal, "qatar", *both, code=2)

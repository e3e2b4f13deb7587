"""Reading a desk: the caucus, the journal, the connection; for people and for other programs."""

import json
import stat
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from backchannel.channel.caucus import Caucus
from backchannel.channel.disclosure import view as empty_view
from backchannel.desk.screen.caucus_page import warnings
from backchannel.desk.screen.channel_page import show_status
from backchannel.desk.screen.journal_page import show_journal
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session import CaucusInfo, ChannelInfo
from desk_terminal import Terminal, plain, talks

PERSIAN = "ما منتظر پاسخ شما می‌مانیم."
HOSTILE = "before \u202ereversed [bold red]loud[/] :smiley: \u2066x"
INFO = CaucusInfo(
    caucus="0" * 32, name="Iran", state="joined", verified=False, frozen=True, welcomed=True,
    waiting=3, gap="letter 4 is missing for 7 min, 2 wait behind it", stale_attempts=2,
)  # fmt: skip


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    terminal = talks(tmp_path_factory.mktemp("reading") / "home")
    for text in (PERSIAN, HOSTILE, "line one\n\na1b2c3d4  forged head", "x" * 300):
        terminal.do("iran", "say", text)
    terminal.sync("iran", "qatar")
    return terminal


def test_a_caucus_is_read_at_both_desks_alike(terminal: Terminal) -> None:
    assert terminal.do("iran", "caucus") == terminal.do("qatar", "caucus", "Iran")
    page = terminal.do("iran", "caucus")
    assert PERSIAN in page
    assert page.count("x") >= 300
    assert "…" not in page
    assert all(len(line) <= 80 for line in page.split("\n"))


def test_a_hostile_note_is_shown_and_does_nothing(terminal: Terminal) -> None:
    page = terminal.do("qatar", "caucus", "Iran")
    assert "before <U+202E>reversed [bold red]loud[/] :smiley: <U+2066>x" in page
    assert "\x1b" not in page
    assert "  │ a1b2c3d4  forged head\n" in page
    assert "\na1b2c3d4" not in page


def test_json_holds_the_same_and_says_it_exactly(terminal: Terminal) -> None:
    written = terminal.do("qatar", "caucus", "Iran", "--json")
    texts = [e["text"] for e in json.loads(written)["entries"] if e["kind"] == "Said"]
    assert texts[:2] == [PERSIAN, HOSTILE]
    assert "\u202e" not in written
    assert PERSIAN in written


def test_times_are_in_the_readers_zone_which_is_named(terminal: Terminal) -> None:
    tehran = timezone(timedelta(hours=3, minutes=30))
    world = replace(terminal.world, zone=tehran)
    page = terminal.run("iran", "caucus", world=world).stdout
    assert "2023-09-18 12:30 UTC+03:30  Iran: note" in page


def test_the_mediator_names_the_party_where_there_are_several(terminal: Terminal) -> None:
    assert "name one party of: " in terminal.refused("qatar", "caucus", code=2)
    assert "there is no party 'Oman'" in terminal.refused("qatar", "caucus", "Oman", code=2)


def test_channels_and_their_connection_are_listed(terminal: Terminal) -> None:
    page = plain(terminal.do("qatar", "channel", "list"))
    assert "Talks mediator open Iran, US" in page
    assert "Talks party open the mediator" in plain(terminal.do("iran", "channel", "list"))
    (channel,) = json.loads(terminal.do("qatar", "channel", "list", "--json"))
    assert [c["name"] for c in channel["caucuses"]] == ["Iran", "US"]
    assert json.loads(terminal.do("qatar", "status", "--json")) == [channel]
    assert "Iran joined yes 0 nothing" in plain(terminal.do("qatar", "status"))
    terminal.do("iran", "--channel", "Talks", "caucus")
    assert "no channel 'Other'" in terminal.refused("iran", "-c", "Other", "caucus", code=2)


def test_the_journal_tells_what_the_desk_noted(terminal: Terminal) -> None:
    assert "the safety words were compared and fit" in plain(terminal.do("qatar", "journal"))
    kinds = [row["kind"] for row in json.loads(terminal.do("iran", "journal", "--json"))]
    assert kinds == ["verified"]


def test_an_export_is_written_to_a_new_file_of_its_owners(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "export.md"
    assert PERSIAN in terminal.do("iran", "export", "--format", "markdown")
    assert json.loads(terminal.do("iran", "export", "--format", "json"))["role"] == "party"
    terminal.do("iran", "export", "--format", "markdown", "--out", str(file))
    assert PERSIAN in file.read_text(encoding="utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "is not written over" in terminal.refused(
        "iran", "export", "--format", "json", "--out", str(file), code=2
    )


def test_what_must_not_be_overlooked_is_said_at_the_top() -> None:
    view = empty_view(Caucus())
    found = " ".join(warnings(INFO, view))
    for word in ("safety words", "frozen", "letter 4 is missing", "old secret"):
        assert word in found
    quiet = replace(INFO, verified=True, frozen=False, gap="", stale_attempts=0)
    assert warnings(quiet, view) == []


def test_the_status_shows_gaps_and_attempts(capsys: pytest.CaptureFixture[str]) -> None:
    channel = ChannelInfo(
        channel="1" * 32, title="Talks", role="mediator", relay="http://127.0.0.1:1",
        standing="open", caucuses=(INFO,),
    )  # fmt: skip
    show_status(Paper(), [channel, replace(channel, caucuses=())])
    page = plain(capsys.readouterr().out)
    assert "joined, frozen" in page
    assert "letter 4 is missing" in page
    assert "tried 2 times" in page
    assert "Nobody is invited yet" in page


def test_an_empty_desk_says_what_comes_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = Terminal(tmp_path / "home")
    terminal.open_channel()
    assert "Nobody has said anything yet" in terminal.do("qatar", "knows")
    assert "Nobody is invited yet" in terminal.do("qatar", "status")
    show_journal(Paper(), (), zone=None)
    assert "The journal is empty." in capsys.readouterr().out

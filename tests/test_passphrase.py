"""The promises of passphrases: from a file that is its owner's alone, or unseen from a terminal."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from getpass import getpass
from pathlib import Path

import pytest

from backchannel.desk.errors import UsageError
from backchannel.desk.passphrase import LONGEST, from_file, from_prompt

ASKED_AT_A_TERMINAL = """
import os, sys
from backchannel.desk.passphrase import from_prompt
os.open(sys.argv[1], os.O_RDWR)  # the first one a session opens becomes its terminal
sys.stdout.write(from_prompt(creating=True))
"""


def written(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


def answering(*answers: str) -> Callable[[str], str]:
    left = iter(answers)
    return lambda _question: next(left)


@pytest.mark.parametrize(
    "content",
    [
        b"a long walk",
        b"a long walk\n",
        b"a long walk\r\n",
        b"a long walk\nand more\n",
        b"\xef\xbb\xbfa long walk\n",
    ],
)
def test_the_first_line_of_a_file_is_the_passphrase(tmp_path: Path, content: bytes) -> None:
    assert from_file(written(tmp_path / "file", content), creating=True) == "a long walk"


def test_spaces_belong_to_a_passphrase(tmp_path: Path) -> None:
    assert from_file(written(tmp_path / "file", b"  a walk \n")) == "  a walk "


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o602, 0o601])
def test_a_file_that_others_may_use_is_refused_with_the_remedy(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path / "my file", b"a long walk\n", mode)
    with pytest.raises(UsageError, match=f"run chmod 600 '{path}'") as refusal:
        from_file(path)
    assert "long walk" not in str(refusal.value)
    path.chmod(0o400)
    assert from_file(path) == "a long walk"


def test_a_pipe_is_read_whatever_its_rights(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    pipe.chmod(0o666)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"a long walk\n",))
    writer.start()
    assert from_file(pipe) == "a long walk"
    writer.join()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "is empty"),
        (b"\na long walk\n", "is empty"),
        (b"\xff\xfe\x00\n", "not UTF-8"),
        (b"x" * (LONGEST + 1), "longer than"),
        (b"x" * (LONGEST + 1) + b"\n", "longer than"),
    ],
)
def test_a_first_line_that_is_no_passphrase_is_refused(
    tmp_path: Path, content: bytes, fault: str
) -> None:
    with pytest.raises(UsageError, match=fault):
        from_file(written(tmp_path / "file", content))


def test_the_longest_line_is_taken_whole(tmp_path: Path) -> None:
    for end in (b"", b"\n", b"\r\n"):
        assert from_file(written(tmp_path / "file", b"x" * LONGEST + end)) == "x" * LONGEST


def test_a_missing_file_and_a_folder_are_refused_with_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(UsageError, match="name a file that you may read"):
            from_file(path)


def test_a_new_passphrase_has_eight_characters_or_more(tmp_path: Path) -> None:
    short = written(tmp_path / "short", "séptima".encode())
    assert from_file(short) == "séptima"  # an existing desk may have any
    with pytest.raises(UsageError, match="8 characters or more"):
        from_file(short, creating=True)
    with pytest.raises(UsageError, match="8 characters or more"):
        from_prompt(creating=True, ask=answering("seven77", "seven77"))
    assert from_prompt(creating=True, ask=answering("eight888", "eight888")) == "eight888"


def test_a_new_passphrase_is_asked_for_twice_and_an_old_one_once() -> None:
    assert from_prompt(ask=answering("short")) == "short"
    with pytest.raises(UsageError, match="differ"):
        from_prompt(creating=True, ask=answering("a long walk", "a long wall"))
    with pytest.raises(UsageError, match="is empty"):
        from_prompt(ask=answering(""))


def test_an_ended_input_is_no_passphrase() -> None:
    def ended(_question: str) -> str:
        raise EOFError

    with pytest.raises(UsageError, match="no terminal"):
        from_prompt(ask=ended)


def test_without_a_terminal_nothing_is_asked_in_the_open() -> None:
    code = (
        "from backchannel.desk.passphrase import from_prompt\n"
        "from backchannel.desk.errors import UsageError\n"
        "try: from_prompt()\n"
        "except UsageError as error: print(error)\n"
    )
    child = subprocess.run(
        [sys.executable, "-c", code],
        input="a long walk\n",
        capture_output=True,
        text=True,
        check=True,
        start_new_session=True,
    )
    assert "no terminal" in child.stdout
    assert child.stderr == ""


def test_at_a_terminal_nothing_that_is_typed_is_shown() -> None:
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", ASKED_AT_A_TERMINAL, os.ttyname(theirs)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as child:
        shown = b""
        for question in (b"Passphrase of this desk: ", b"The same once more: "):
            while question not in shown:  # only then has the terminal stopped to echo
                shown += os.read(ours, 1024)
            os.write(ours, b"a long walk\n")
        assert child.stdout
        assert child.stdout.read() == b"a long walk"
    os.close(theirs)
    while rest := _read(ours):
        shown += rest
    os.close(ours)
    assert b"walk" not in shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1024)
    except OSError:  # a terminal whose other end is closed ends with an error
        return b""


def test_the_usual_question_is_asked_by_getpass() -> None:
    assert (from_prompt.__kwdefaults__ or {})["ask"] is getpass

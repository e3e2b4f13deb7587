"""The demo as it is started: played to its end, kept and ended, told to stop, given bad input."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo.cases import FOLDER, find_case, known_cases
from demo.words import written_for

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parent.parent
PLAY = ROOT / "demo" / "play.py"
PATIENCE = 900  # seconds, on a machine that does other things as well
ENDED_BY_SIGTERM = 128 + signal.SIGTERM


def started(folder: Path, *words: str) -> "subprocess.Popen[str]":
    """Start the demo with its temporary folder in this one, by which its processes are known."""
    folder.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, str(PLAY), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(folder), "COLUMNS": "80"},
        cwd=ROOT,
    )


def played(folder: Path, *words: str) -> tuple[int, str, str]:
    """Play to the end; return the exit code, what was shown and what was complained of."""
    demo = started(folder, *words)
    out, err = demo.communicate(timeout=PATIENCE)
    return demo.returncode, out, err


def processes_with(words: str) -> list[str]:
    """Return the command lines of all processes that name this."""
    lines = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it has ended meanwhile
            continue
        if words in line:
            lines.append(line)
    return lines


def on_one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def default(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str, str, Path]:
    folder = tmp_path_factory.mktemp("demo")
    return *played(folder), folder


def test_the_default_case_is_played_to_its_end(default: tuple[int, str, str, Path]) -> None:
    code, shown, complaints, _ = default
    assert (code, complaints) == (0, "")
    assert "US-Iran detainee exchange and Korea funds" in shown
    assert "[FAILED]" not in shown


def test_it_says_what_is_real_and_what_is_invented(default: tuple[int, str, str, Path]) -> None:
    shown = on_one_line(default[1])
    assert "What was said in caucus is not public." in shown
    assert "The real text was an unsigned understanding" in shown


def test_the_secret_crosses_nowhere_and_the_check_says_so(
    default: tuple[int, str, str, Path],
) -> None:
    shown = on_one_line(default[1])
    assert "[ ok ] not 16 characters of it in a row are anywhere on the desk of US" in shown
    assert "[ ok ] no fragment of any note is in the relay's files" in shown
    assert "[ ok ] both attempts were refused because of the handling" in shown


def test_the_column_of_the_other_side_does_not_hold_the_secret(
    default: tuple[int, str, str, Path],
) -> None:
    secret = written_for(find_case("us_iran_swap_2023")).secret.text
    columns = re.findall(r"^│ (.*?) *││ (.*?) *│$", default[1], re.MULTILINE)
    of_us, of_iran = (on_one_line(" ".join(lines)) for lines in zip(*columns, strict=True))
    assert secret in of_iran
    assert secret[-30:] not in of_us


def test_the_money_leg_is_shown_as_lapsed_and_the_real_days_beside_the_steps(
    default: tuple[int, str, str, Path],
) -> None:
    lines = default[1].splitlines()
    (s15,) = [line for line in lines if re.match(r"\s*s15\b.*lapsed", line)]
    (s10,) = [line for line in lines if re.match(r"\s*s10\b.*2023-09-18", line)]
    assert s15
    assert s10


def test_the_accord_file_is_verified_without_and_with_keys(
    default: tuple[int, str, str, Path],
) -> None:
    shown = on_one_line(default[1])
    assert "signatures hold, keys NOT vouched for" in shown
    assert "signatures hold and each key is vouched for" in shown
    assert "does not hold" in shown


def test_nothing_is_left_behind(default: tuple[int, str, str, Path]) -> None:
    folder = default[3]
    assert list(folder.iterdir()) == []
    assert processes_with(str(folder)) == []


def test_it_fits_into_eighty_columns(default: tuple[int, str, str, Path]) -> None:
    addresses = re.compile(r"https?://")
    too_long = [line for line in default[1].splitlines() if len(line) > 80]
    assert all(addresses.search(line) for line in too_long)


def test_a_signal_ends_everything(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    demo = started(folder)
    assert demo.stdout
    for line in demo.stdout:
        if "safety words" in line:  # by now the relay and the couriers run
            break
    assert processes_with(str(folder))
    demo.send_signal(signal.SIGTERM)
    _, complaints = demo.communicate(timeout=PATIENCE)
    assert demo.returncode == ENDED_BY_SIGTERM
    assert "SIGTERM" in complaints
    assert list(folder.iterdir()) == []
    assert processes_with(str(folder)) == []


def test_a_faulty_case_file_is_answered_in_one_sentence(tmp_path: Path) -> None:
    content = json.loads((FOLDER / "us_iran_swap_2023.json").read_text(encoding="utf-8"))
    content["steps"][4]["requires"] = ["s99"]
    faulty = tmp_path / "faulty.json"
    faulty.write_text(json.dumps(content), encoding="utf-8")
    code, shown, complaint = played(tmp_path / "demo", str(faulty))
    assert (code, shown) == (2, "")
    assert "step s5, requires: there is no step 's99'" in complaint
    assert complaint.count("\n") == 1
    assert list((tmp_path / "demo").iterdir()) == []


def test_an_unknown_case_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    code, shown, complaint = played(tmp_path / "demo", "atlantis")
    assert (code, shown) == (2, "")
    assert all(name in complaint for name in known_cases())


@pytest.fixture
def kept() -> Iterator[Path]:
    """A case of another name, so that desks a person keeps are not touched."""
    folder = ROOT / ".demo" / "kept_by_a_test"
    yield folder
    if (folder / "stop").exists():
        subprocess.run([str(folder / "stop")], check=True, capture_output=True)
    shutil.rmtree(folder, ignore_errors=True)


def test_kept_desks_can_be_looked_into_as_it_says_and_are_ended_by_stop(
    kept: Path, tmp_path: Path
) -> None:
    case = tmp_path / "case.json"
    good = (FOLDER / "us_iran_swap_2023.json").read_text(encoding="utf-8")
    case.write_text(good.replace('"us_iran_swap_2023"', '"kept_by_a_test"', 1), encoding="utf-8")
    code, shown, _ = played(tmp_path / "demo", str(case), "--keep")
    assert code == 0
    assert len(processes_with(str(kept))) == 4  # the relay and three couriers
    said = [line.strip() for line in shown.splitlines() if line.startswith("  ")]
    exports = [line for line in said if line.startswith("export ")]
    look = next(line for line in said if "-d iran caucus" in line).removeprefix("backchannel")
    script = "\n".join([*exports, f"{sys.executable} -m backchannel {look}"])
    answer = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert answer.returncode == 0
    assert "Demo text." in answer.stdout
    again, _, complaint = played(tmp_path / "demo", str(case), "--keep")
    assert again == 2
    assert str(kept / "stop") in complaint
    assert said[-1] == str(kept / "stop")
    subprocess.run(said[-1:], check=True, capture_output=True)
    assert processes_with(str(kept)) == []
    assert not kept.exists()

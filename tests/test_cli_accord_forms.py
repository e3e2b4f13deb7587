"""The forms of accord on the command line: joint and mirror texts, amendments, certificates."""

import json
from pathlib import Path

import pytest

from desk_terminal import Terminal, contents, plain, talks
from test_cli_accords import DESKS, a_draft, a_step, fingerprints

STEPS = [
    a_step("receipt", actor="Qatar", beneficiary="both", triggers=["s1", "s2"]),
    a_step("s1", requires=["receipt"], within_days=5),
    a_step("s2", actor="Iran", beneficiary="US", requires=["receipt"], within_days=2),
]


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return talks(tmp_path / "home")


def draft(terminal: Terminal, title: str, **changed: object) -> str:
    """Draft an accord from a file, as the mediator; return what the screen says."""
    made = {**a_draft(), "title": title, "earliest_release": None, **changed}
    return terminal.do("qatar", "accord", "draft", str(terminal.write("d.json", json.dumps(made))))


def put(terminal: Terminal, title: str, **changed: object) -> None:
    draft(terminal, title, **changed)
    terminal.do("qatar", "accord", "put", title)
    terminal.sync(*DESKS)


def signed(terminal: Terminal, *titles: str) -> None:
    """Have each party adhere, to its own text where there are several, and release."""
    for desk, title in zip(("us", "iran"), titles * 2, strict=False):
        terminal.do(desk, "accord", "adhere", title, "--yes")
    terminal.sync(*DESKS)
    terminal.do("qatar", "accord", "release", titles[0])
    terminal.sync(*DESKS)


def verified(terminal: Terminal, desk: str, title: str, file: Path, *, without: str = "") -> str:
    """Export an accord from a desk and verify it with every key vouched for."""
    terminal.do(desk, "accord", "export", str(file), "--accord", title)
    keys = fingerprints(terminal)
    named = {name: key for name, key in keys.items() if name != without}
    vouched = [part for name, key in named.items() for part in ("--key", f"{name}={key}")]
    return plain(terminal.run("", "accord", "verify", str(file), *vouched).stdout)


def in_force(terminal: Terminal, title: str, desk: str) -> bool:
    """Tell whether a desk lists the accord of that title as in force."""
    rows = plain(terminal.do(desk, "accord", "list")).replace("  ", "\n").splitlines()
    return title in "\n".join(rows) and "in force" in plain(
        terminal.do(desk, "accord", "show", title)
    )


def test_a_joint_text_is_signed_released_and_verified(terminal: Terminal, tmp_path: Path) -> None:
    put(terminal, "A joint pause", form="joint text")
    signed(terminal, "A joint pause")
    file = tmp_path / "joint.json"
    shown = verified(terminal, "iran", "A joint pause", file)
    assert shown.startswith("signatures hold and each key is vouched for")
    file.write_bytes(file.read_bytes().replace(b"Both pause", b"Both paint"))
    assert terminal.run("", "accord", "verify", str(file)).stdout.startswith("does not hold")


def test_mirror_texts_go_to_one_party_each_and_are_released_by_one_command(
    terminal: Terminal, tmp_path: Path
) -> None:
    said = plain(draft(terminal, "Mirror", form="mirror text"))
    assert "A mirror text for each of US, Iran is drafted" in said
    said = plain(terminal.do("qatar", "accord", "put", "Mirror: with US"))
    assert "each to its own party alone: US, Iran." in said
    terminal.sync(*DESKS)
    assert "Iran" not in plain(terminal.do("us", "accord", "list"))
    terminal.do("us", "accord", "adhere", "--yes")
    terminal.sync(*DESKS)
    # The other has not signed: nothing is released of either.
    terminal.refused("qatar", "accord", "release", "Mirror: with US")
    terminal.do("iran", "accord", "adhere", "--yes")
    terminal.sync(*DESKS)
    terminal.do("qatar", "accord", "release", "Mirror: with US")
    terminal.sync(*DESKS)
    for desk, name, other in (("us", "US", "Iran"), ("iran", "Iran", "US")):
        title = f"Mirror: with {name}"
        assert in_force(terminal, title, desk)
        shown = verified(terminal, desk, title, tmp_path / f"{desk}.json", without=other)
        assert shown.startswith("signatures hold and each key is vouched for")


def test_an_amendment_takes_the_place_of_the_accord_it_names(
    terminal: Terminal, tmp_path: Path
) -> None:
    put(terminal, "A pause")
    signed(terminal, "A pause")
    put(terminal, "A longer pause", amends="A pause")
    signed(terminal, "A longer pause")
    for desk in DESKS:
        assert in_force(terminal, "A longer pause", desk)
        assert "amended" in plain(terminal.do(desk, "accord", "show", "A pause")).splitlines()[0]
    shown = verified(terminal, "us", "A longer pause", tmp_path / "amended.json")
    assert shown.startswith("signatures hold and each key is vouched for")


def test_a_certificate_makes_its_steps_due_days_after_it_at_every_desk(terminal: Terminal) -> None:
    put(terminal, "An exchange", steps=STEPS)
    signed(terminal, "An exchange")
    for desk in DESKS:
        due = plain(terminal.do(desk, "accord", "show")).split("due now")[1]
        assert "receipt" in due
        assert "s1" not in due
    marking = ("step", "mark", "receipt", "reported", "--done-on", "2023-09-18")
    assert "say with --who by whom" in terminal.refused("qatar", *marking, code=2)
    terminal.do("qatar", *marking, "--who", "Qatar")
    terminal.sync(*DESKS)
    for desk in DESKS:
        words = plain(terminal.do(desk, "accord", "show")).split("due now")[1].split()
        assert words[words.index("s1") + 2] == "2023-09-23"
        assert words[words.index("s2") + 2] == "2023-09-20"
        assert "receipt" not in words


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"form": "treaty"}, "'treaty' is not known; there are declaration, understanding"),
        ({"amends": "nothing"}, "there is no accord here yet"),
        ({"steps": [a_step("a", triggers=["b"])]}, "there is no step 'b'"),
        ({"steps": [a_step("a", triggers=["b"]), a_step("b")]}, "does not wait for it"),
        ({"steps": [a_step("s", within_days=3)]}, "it requires none"),
        ({"steps": [a_step("a"), a_step("b", requires=["a"], within_days=-1)]}, "1 to 3,650 days"),
        ({"parties": ["US"]}, "there are 1; 2 to 40 are allowed"),
        ({"parties": ["US", "Oman"]}, "no seat is named Oman"),
        ({"form": "mirror text", "parties": ["US"]}, "mirror"),
    ],
)
def test_a_form_that_cannot_be_is_told_in_a_sentence_and_nothing_is_kept(
    terminal: Terminal, changed: dict[str, object], said: str
) -> None:
    before = contents(terminal, "qatar")
    file = terminal.write("wrong.json", json.dumps({**a_draft(), **changed}))
    result = terminal.run("qatar", "accord", "draft", str(file))
    assert result.exit_code in {1, 2}
    assert said in plain(result.output)
    assert plain(result.output).count("\n") <= 2
    assert contents(terminal, "qatar") == before

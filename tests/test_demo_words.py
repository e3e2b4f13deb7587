"""What the demo writes for a case: labelled, taken from its steps, and fit to be put and signed."""

import csv
import doctest
import io
from pathlib import Path
from types import ModuleType

import pytest
from demo import cases, course, leaks, terminals, words
from demo import declaration as declaring
from demo.cases import CaseError, find_case, known_cases
from demo.course import as_csv, expected, marks, reports
from demo.declaration import affected, declaration, seat_of_mediators, truth_about_signing
from demo.terminals import desk_names
from demo.words import LABEL, written_for

from backchannel.channel.accord import AccordForm, AccordText, Affected, Edition, Signatory
from backchannel.channel.accord_text import parse, render
from backchannel.channel.names import check_name, check_text
from backchannel.channel.sequence import Sequence
from backchannel.desk.place import desk_folder

CASES = known_cases()
every_case = pytest.mark.parametrize("case", [find_case(name) for name in CASES], ids=CASES)


def test_there_are_seven_cases_to_play() -> None:
    assert len(CASES) == 7


@every_case
def test_all_that_is_said_is_labelled_and_can_be_said(case: Sequence) -> None:
    spoken = written_for(case)
    for said in (*(note.text for note in spoken.notes), spoken.question, spoken.idea):
        assert said.startswith(LABEL)
        check_text(said, what="note")


@every_case
def test_both_sides_speak_and_nobody_else_does(case: Sequence) -> None:
    spoken = written_for(case)
    assert {note.author for note in spoken.notes} == {spoken.first, spoken.other} == set(case.sides)


@every_case
def test_every_use_of_a_note_is_tried_and_one_is_kept_from_all(case: Sequence) -> None:
    spoken = written_for(case)
    uses = [note.may for note in spoken.notes]
    assert uses == [(), ("as-ours",), ("non-paper",), ("mediators-idea",)]
    assert spoken.secret.may == ()


@every_case
def test_no_note_says_more_than_steps_of_the_case_and_words_without_a_side(case: Sequence) -> None:
    spoken = written_for(case)
    ids = {step.id for step in case.plan}
    for note in spoken.notes:
        assert any(f"step {key}" in note.text or f"({key})" in note.text for key in ids)


@every_case
def test_the_secret_says_something_that_no_step_and_no_other_text_says(case: Sequence) -> None:
    spoken = written_for(case)
    known = [declaration(case)["editions"][0]["text"], *(n.text for n in spoken.notes[1:])]
    assert leaks.fragments(spoken.secret.text, known=known)


@every_case
def test_the_declaration_can_be_put_with_every_step(case: Sequence) -> None:
    draft = declaration(case)
    names = [seat_of_mediators(case), *draft["parties"]]
    accord = AccordText(
        form=AccordForm(draft["form"]),
        id="0" * 32,
        title=draft["title"],
        mediator=names[0],
        mediator_key=bytes(32),
        parties=tuple(
            Signatory(name=name, key=bytes([number]) * 32)
            for number, name in enumerate(names[1:], start=1)
        ),
        editions=tuple(Edition(**edition) for edition in draft["editions"]),
        steps=case.plan,
        affected=tuple(Affected(**entry) for entry in draft["affected"]),
        credit=draft["credit"],
    )
    assert parse(render(accord)) == accord
    assert [step["id"] for step in draft["steps"]] == [step.id for step in case.plan]


@every_case
def test_the_declaration_lists_what_each_side_does_in_the_words_of_the_case(case: Sequence) -> None:
    text = declaration(case)["editions"][0]["text"]
    for step in case.plan:
        assert f"- {step.id}: {step.actor} {step.action}" in text


@every_case
def test_the_declaration_says_that_its_signatures_are_the_demos_own(case: Sequence) -> None:
    truth = truth_about_signing(case)
    assert truth in declaration(case)["editions"][0]["text"]
    assert "invented" in truth or "made by this demo" in truth


def test_the_declaration_of_2023_says_that_the_real_text_was_unsigned() -> None:
    truth = truth_about_signing(find_case("us_iran_swap_2023"))
    assert "invented: the real text was an unsigned understanding" in truth


def test_those_bound_without_a_seat_are_named_and_not_said_to_have_been_heard() -> None:
    doha = affected(find_case("us_taliban_doha_2020"))
    assert ("Afghan government (bound by steps, not a signatory)", False) in doha
    assert ("Israel (not a party)", False) in affected(find_case("us_iran_mou_2026"))
    assert not any(heard for name in CASES for _, heard in affected(find_case(name)))


@every_case
def test_every_seat_has_a_name_and_a_desk_of_its_own(case: Sequence) -> None:
    names = desk_names(case.sides)
    assert len({*names.values(), "mediator"}) == len(case.sides) + 1
    for seat in (seat_of_mediators(case), *case.sides):
        check_name(seat)
    for desk in names.values():
        desk_folder(Path("/home"), desk)


def test_sides_in_any_script_have_desks_and_none_takes_the_mediators() -> None:
    assert desk_names(["ایران", "Mediator"]) == {"ایران": "seat", "Mediator": "mediator-2"}


@every_case
def test_every_step_is_entered_with_its_real_day_and_its_source(case: Sequence) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(marks(case)))))
    for real in case.steps:
        own = [row for row in rows if row["step"] == real.step.id]
        assert {row["source"] for row in own} == {real.source.address}
        assert {row["done_on"] for row in own} == {str(real.done_on or "")}


@every_case
def test_a_step_not_done_lapses_and_one_from_memory_is_not_called_verified(case: Sequence) -> None:
    stands = expected(case)
    for real in case.steps:
        state, day = stands[real.step.id]
        if real.done_on is None:
            assert (state, day) == ("lapsed", None)
        else:
            assert state == ("verified" if real.source.basis.value == "page" else "reported")


@every_case
def test_a_side_reports_its_own_steps_and_never_another_sides(case: Sequence) -> None:
    actor = {step.id: step.actor for step in case.plan}
    for report in reports(case):
        assert case.side(actor[report.step]) == report.side


def test_the_money_of_2023_lapses() -> None:
    assert expected(find_case("us_iran_swap_2023"))["s15"] == ("lapsed", None)


def test_an_unknown_case_is_answered_with_the_known_ones() -> None:
    with pytest.raises(CaseError, match="us_iran_swap_2023") as fault:
        find_case("atlantis")
    assert all(name in str(fault.value) for name in CASES)


def test_a_fragment_is_found_though_it_was_wrapped_or_encoded_otherwise() -> None:
    text = "the other side must not hear it"
    runs = leaks.fragments(text)
    assert leaks.shown_in(runs, "... side must\n   not hear ...")
    assert leaks.found_in(text, "x other side must not hear x".encode("utf-16-le"))
    assert not leaks.found_in(text, b"the other day")


def test_a_file_that_holds_half_a_sentence_is_named(tmp_path: Path) -> None:
    (tmp_path / "sealed").write_bytes(bytes(range(256)))
    (tmp_path / "leaky").write_bytes(b"\0\0must not hear it\0")
    assert leaks.files_with(["the other side must not hear it"], tmp_path) == (
        2,
        256 + 19,
        (tmp_path / "leaky",),
    )


@pytest.mark.parametrize("module", [cases, course, declaring, leaks, terminals, words])
def test_the_examples_in_the_demos_modules_run(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0

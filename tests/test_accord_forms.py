"""Every form of accord with real desks: drafted, put, signed, released, verified outside."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backchannel.channel.accord import AccordForm, Edition
from backchannel.channel.accord_file import read_accord_file, write_accord_file
from backchannel.channel.accord_text import parse
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.plain import AccordError
from backchannel.channel.rules import AccordLife, StepState
from backchannel.channel.steps import Category, Step
from backchannel.channel.told import Mark
from backchannel.desk import session
from backchannel.desk.accord_verify import Finding, verify
from backchannel.desk.commands.draft_file import read_draft
from backchannel.desk.screen.accord_page import accords, show_accord
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session import AccordDraft, Desk, StepMark
from hostile_relay import MemoryRelay
from mediation import Mediation, begin


@pytest.fixture
def talks(tmp_path: Path) -> Iterator[Mediation]:
    mediation = begin(tmp_path, MemoryRelay(), "Northland", "Southland")
    yield mediation
    mediation.close()


def step(id_: str, actor: str, **given: Any) -> Step:  # noqa: ANN401 - any field of a step
    return Step(
        id=id_, actor=actor, action="acts", beneficiary="all", category=Category.FUNDS, **given
    )


PLAN = (
    step("receipt", "Bank", triggers=("n1", "s1")),
    step("n1", "Northland", requires=("receipt",), within_days=2),
    step("s1", "Southland", requires=("receipt",)),
)


def writing(form: AccordForm, **given: Any) -> AccordDraft:  # noqa: ANN401 - any field of a draft
    content: dict[str, Any] = {
        "title": "Grain",
        "editions": [Edition(language="en", text="Grain passes for 120 days.")],
        "parties": ["Northland", "Southland"],
        "form": form,
        "steps": PLAN,
        **given,
    }
    return AccordDraft(**content)


def put(talks: Mediation, form: AccordForm, **given: Any) -> str:  # noqa: ANN401 - as above
    key = session.draft(talks.mediator, "", writing(form, **given))
    session.put(talks.mediator, "", key)
    talks.sync()
    return key


def adhere(talks: Mediation, name: str, key: str = "") -> None:
    session.adhere(talks.parties[name], "", key)
    talks.sync()


def finding(desk: Desk, key: str) -> Finding:
    file = session.accord_file(desk, "", key)
    return verify(read_accord_file(write_accord_file(file)), {}).finding


def test_a_joint_text_holds_with_the_signature_of_each_and_of_the_witness(talks: Mediation) -> None:
    key = put(talks, AccordForm.JOINT)
    adhere(talks, "Northland")
    with pytest.raises(RuleBrokenError, match="missing: Southland"):
        session.release(talks.mediator, "", key)
    adhere(talks, "Southland")
    session.release(talks.mediator, "", key)
    talks.sync()
    for desk in (talks.mediator, *talks.parties.values()):
        assert finding(desk, key) is Finding.NOT_VOUCHED


def mirrored(talks: Mediation) -> dict[str, str]:
    put(talks, AccordForm.MIRROR)
    own = {name: accords(desk, "") for name, desk in talks.parties.items()}
    assert all(len(texts) == 1 for texts in own.values())
    return {name: texts[0].key for name, texts in own.items()}


def test_each_party_signs_its_mirror_text_with_the_mediator_only(talks: Mediation) -> None:
    keys = mirrored(talks)
    adhere(talks, "Northland")
    with pytest.raises(RuleBrokenError, match="missing: Southland"):
        session.release(talks.mediator, "", keys["Northland"])
    adhere(talks, "Southland")
    session.release(talks.mediator, "", keys["Northland"])
    talks.sync()
    for name, desk in talks.parties.items():
        (own,) = accords(desk, "")
        assert own.life is AccordLife.IN_FORCE
        assert own.accord.title == f"Grain: with {name}"
        assert [party.name for party in own.accord.parties] == [name]
        assert finding(desk, own.key) is Finding.NOT_VOUCHED
        other = next(each for each in talks.parties if each != name)
        file = session.accord_file(desk, "", own.key)
        assert [adherence.party for adherence in file.adherences] == [name]
        assert finding(talks.mediator, keys[other]) is Finding.NOT_VOUCHED


def test_what_is_entered_of_a_step_is_told_under_every_mirror_text(talks: Mediation) -> None:
    keys = mirrored(talks)
    for name in talks.parties:
        adhere(talks, name)
    session.release(talks.mediator, "", keys["Southland"])
    mark = StepMark(step="receipt", mark=Mark.REPORTED, who="Bank", done_on=date(2023, 9, 18))
    session.mark_steps(talks.mediator, "", keys["Northland"], [mark])
    talks.sync()
    for desk in talks.parties.values():
        (own,) = accords(desk, "")
        assert own.steps["receipt"].state is StepState.REPORTED


def test_mirror_texts_are_withdrawn_and_ended_together(talks: Mediation) -> None:
    keys = mirrored(talks)
    session.withdraw_accord(talks.mediator, "", keys["Southland"])
    talks.sync()
    for desk in talks.parties.values():
        assert [each.life for each in accords(desk, "")] == [AccordLife.WITHDRAWN]


def test_mirror_texts_are_drafted_again_in_the_place_of_the_old(talks: Mediation) -> None:
    key = session.draft(talks.mediator, "", writing(AccordForm.MIRROR))
    session.draft(talks.mediator, "", writing(AccordForm.MIRROR, title="Corn"), accord=key)
    titles = {each.accord.title for each in accords(talks.mediator, "")}
    assert titles == {"Corn: with Northland", "Corn: with Southland"}


def test_mirror_texts_for_one_party_or_another_number_are_refused(talks: Mediation) -> None:
    with pytest.raises(RuleBrokenError, match="two parties at least"):
        session.draft(talks.mediator, "", writing(AccordForm.MIRROR, parties=["Northland"]))
    key = session.draft(talks.mediator, "", writing(AccordForm.JOINT))
    with pytest.raises(RuleBrokenError, match="another number"):
        session.draft(talks.mediator, "", writing(AccordForm.MIRROR), accord=key)


def test_an_amendment_takes_the_place_of_what_is_in_force(talks: Mediation) -> None:
    key = put(talks, AccordForm.DECLARATION)
    for name in talks.parties:
        adhere(talks, name)
    session.release(talks.mediator, "", key)
    new = put(talks, AccordForm.DECLARATION, title="Grain, longer", amends="Grain")
    for name in talks.parties:
        adhere(talks, name, new)
    session.release(talks.mediator, "", new)
    talks.sync()
    for desk in (talks.mediator, *talks.parties.values()):
        lives = {each.key: each.life for each in accords(desk, "")}
        assert lives == {key: AccordLife.AMENDED, new: AccordLife.IN_FORCE}
    assert f"Amends: {key}" in session.accord_file(talks.mediator, "", new).text


def test_a_certificate_entered_makes_its_steps_due_on_the_screen(
    talks: Mediation, capsys: pytest.CaptureFixture[str]
) -> None:
    key = put(talks, AccordForm.DECLARATION)
    for name in talks.parties:
        adhere(talks, name)
    session.release(talks.mediator, "", key)
    mark = StepMark(step="receipt", mark=Mark.REPORTED, who="Bank", done_on=date(2023, 9, 18))
    session.mark_steps(talks.mediator, "", key, [mark])
    talks.sync()
    (shown,) = accords(talks.parties["Southland"], "")
    show_accord(Paper(), shown)
    words = capsys.readouterr().out
    due = words[words.index("due now") :]
    assert "2023-09-20" in due
    assert "s1" in due
    assert "receipt" not in due


def test_a_draft_file_names_triggers_days_and_what_it_amends() -> None:
    read = read_draft(
        b'{"title": "Grain", "form": "mirror text", "amends": "Corn", "parties": ["A", "B"],'
        b' "editions": [{"language": "en", "text": "Grain."}], "steps": ['
        b'{"id": "c", "actor": "Bank", "action": "certifies", "beneficiary": "all",'
        b' "category": "escrow", "triggers": ["s"]}, {"id": "s", "actor": "A", "action": "acts",'
        b' "beneficiary": "B", "category": "aid", "requires": ["c"], "within_days": 3}]}'
    )
    assert (read.form, read.amends) == (AccordForm.MIRROR, "Corn")
    assert read.steps[0].triggers == ("s",)
    assert read.steps[1].within_days == 3


def test_a_number_of_days_is_a_number() -> None:
    with pytest.raises(AccordError, match="a number of days is expected"):
        read_draft(
            b'{"title": "G", "parties": [], "editions": [], "steps": [{"id": "s", "actor": "A",'
            b' "action": "a", "beneficiary": "B", "category": "aid", "within_days": "three"}]}'
        )


TWO = [
    Edition(language="en", text="Grain passes for 120 days, until 2026-03-10."),
    Edition(language="ar", text="تمرّ الحبوب ١٢٠ يومًا، حتى 2026-03-10."),
]


def test_two_editions_with_the_same_numbers_and_dates_are_put(talks: Mediation) -> None:
    put(talks, AccordForm.DECLARATION, editions=TWO)
    assert accords(talks.parties["Southland"], "")[0].life is AccordLife.PUT


@pytest.mark.parametrize("arabic", ["تمرّ الحبوب ١٣٠ يومًا، حتى 2026-03-10.", "تمرّ الحبوب ١٢٠ يومًا."])
def test_two_editions_of_which_one_says_something_else_are_not_put(
    talks: Mediation, arabic: str
) -> None:
    editions = [TWO[0], Edition(language="ar", text=arabic)]
    with pytest.raises(RuleBrokenError, match="the editions do not say the same"):
        put(talks, AccordForm.JOINT, editions=editions)
    assert accords(talks.mediator, "")[0].life is AccordLife.DRAFTED


def test_a_number_of_days_in_the_text_of_an_accord_is_written_in_the_one_way(
    talks: Mediation,
) -> None:
    session.draft(talks.mediator, "", writing(AccordForm.DECLARATION))
    (known,) = accords(talks.mediator, "")
    assert "  Days after: 2" in known.text
    for wrong in ("two", "02", "-2", "99999"):
        with pytest.raises(AccordError, match="is no number of days"):
            parse(known.text.replace("  Days after: 2", f"  Days after: {wrong}"))

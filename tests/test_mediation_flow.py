"""A whole mediation with real desks: what crosses, what does not, and how it ends."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from backchannel.channel.accord import Edition
from backchannel.channel.errors import HandlingForbidsError, RuleBrokenError
from backchannel.channel.handling import (
    AS_OURS,
    FOR_THE_MEDIATOR_ONLY,
    WITHOUT_ATTRIBUTION,
    Attribution,
)
from backchannel.channel.rules import AccordLife, StepState
from backchannel.channel.said import Doing
from backchannel.channel.steps import Category, Step
from backchannel.channel.told import Conveyed, ConveyedAsTheirs, Mark
from backchannel.desk import session
from backchannel.desk.accord_verify import Finding
from backchannel.desk.accord_verify import verify as verify_file
from backchannel.desk.session import AccordDraft, Conveying, StepMark
from hostile_relay import MemoryRelay
from mediation import Mediation, begin


@pytest.fixture
def talks(tmp_path: Path) -> Iterator[Mediation]:
    mediation = begin(tmp_path, MemoryRelay(), "US", "Iran")
    yield mediation
    mediation.close()


def seen_by(talks: Mediation, party: str) -> list[object]:
    return [shown.event for shown in session.view(talks.parties[party]).entries]


def test_a_note_crosses_only_as_its_author_allowed(talks: Mediation) -> None:
    secret = talks.say("US", "We could live with less.", FOR_THE_MEDIATOR_ONLY)
    paper = talks.say("US", "Four may move to house arrest first.", WITHOUT_ATTRIBUTION)
    ours = talks.say("US", "We ask for all five.", AS_OURS)
    talks.sync()
    for attribution in Attribution:
        with pytest.raises(HandlingForbidsError, match="handling forbids"):
            session.convey(
                talks.mediator,
                "",
                Conveying(seat="Iran", attribution=attribution, rests_on=[secret]),
            )
    for note, attribution in ((paper, Attribution.NOBODY), (ours, Attribution.AUTHOR)):
        session.convey(
            talks.mediator, "", Conveying(seat="Iran", attribution=attribution, rests_on=[note])
        )
    talks.sync()
    told = [e for e in seen_by(talks, "Iran") if isinstance(e, Conveyed | ConveyedAsTheirs)]
    assert [e.text for e in told] == [
        "Four may move to house arrest first.",
        "We ask for all five.",
    ]
    assert isinstance(told[1], ConveyedAsTheirs)
    assert told[1].author == "US"
    assert "less" not in repr(seen_by(talks, "Iran"))
    assert "less" in repr(seen_by(talks, "US"))


def test_both_ends_show_the_same_caucus(talks: Mediation) -> None:
    talks.say("Iran", "What of the funds?", FOR_THE_MEDIATOR_ONLY)
    session.ask(talks.mediator, text="Which banks?", seat="Iran")
    session.remark(talks.mediator, "", "Iran", text="We shall see.")
    talks.say("Iran", "The two we named.", FOR_THE_MEDIATOR_ONLY)
    talks.sync()
    assert session.view(talks.parties["Iran"]) == session.view(talks.mediator, seat="Iran")


def step(number: int, actor: str, beneficiary: str) -> Step:
    return Step(
        id=f"s{number}",
        actor=actor,
        action="does what it promised",
        beneficiary=beneficiary,
        category=Category.OTHER,
        requires=(),
        bargained=(),
        simultaneous_with=(),
        planned=date(2023, 9, 18),
    )


def drafted(talks: Mediation) -> str:
    writing = AccordDraft(
        title="Exchange",
        editions=[Edition(language="en", text="Each side does its part.")],
        parties=["US", "Iran"],
        steps=[step(1, "Iran", "US"), step(2, "US", "Iran"), step(3, "Qatar", "both")],
    )
    accord = session.draft(talks.mediator, "", writing)
    session.put(talks.mediator, "", accord)
    talks.sync()
    return accord


def test_an_accord_is_released_when_all_have_adhered_and_verifies_outside(
    talks: Mediation,
) -> None:
    accord = drafted(talks)
    session.adhere(talks.parties["US"], "", accord)
    talks.sync()
    with pytest.raises(RuleBrokenError, match="missing: Iran"):
        session.release(talks.mediator, "", accord)
    session.adhere(talks.parties["Iran"], "", accord)
    talks.sync()
    session.release(talks.mediator, "", accord)
    talks.sync()
    file = session.accord_file(talks.parties["Iran"], "", accord)
    assert file == session.accord_file(talks.mediator, "", accord)
    verdict = verify_file(file, {})
    assert verdict.finding is Finding.NOT_VOUCHED
    vouched = {key.name: key.fingerprint for key in verdict.keys}
    assert verify_file(file, vouched).finding is Finding.VOUCHED


def test_steps_are_reported_marked_and_seen_by_both(talks: Mediation) -> None:
    accord = drafted(talks)
    for desk in talks.parties.values():
        session.adhere(desk, "", accord)
    talks.sync()
    session.release(talks.mediator, "", accord)
    talks.sync()
    report = session.report_step(
        talks.parties["Iran"], "", accord, "s1", doing=Doing.DONE, done_on=date(2023, 8, 10)
    )
    talks.sync()
    day = date(2023, 8, 10)
    marks = [
        StepMark(step="s1", mark=Mark.REPORTED, who="Iran", done_on=day, report=report),
        StepMark(step="s1", mark=Mark.VERIFIED, who="Qatar", done_on=day),
        StepMark(step="s2", mark=Mark.LAPSED, who="Qatar"),
    ]
    session.mark_steps(talks.mediator, "", accord, marks)
    talks.sync()
    for desk in talks.parties.values():
        (known,) = session.view(desk).accords.values()
        assert known.life is AccordLife.IN_FORCE
        states = {key: step.state for key, step in known.steps.items()}
        assert states == {"s1": StepState.VERIFIED, "s2": StepState.LAPSED}


def test_everything_typed_offline_arrives_later(talks: Mediation) -> None:
    for number in range(100):
        talks.say("US", f"note {number}", FOR_THE_MEDIATOR_ONLY)
    session.remark(talks.mediator, "", "US", text="We are here.")
    for _ in range(4):
        talks.sync()
    view = session.view(talks.mediator, seat="US")
    assert [n.said.text for n in view.notes.values()] == [f"note {n}" for n in range(100)]
    assert view == session.view(talks.parties["US"])

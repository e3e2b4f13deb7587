"""Exports say what a desk shows, to people and to programs, and nothing of other desks."""

import json
from pathlib import Path

import pytest

from backchannel.channel.accord import Edition
from backchannel.channel.handling import AS_OURS, FOR_THE_MEDIATOR_ONLY, Attribution
from backchannel.channel.told import Mark
from backchannel.desk import session
from backchannel.desk.export import export
from backchannel.desk.session import AccordDraft, Conveying, StepMark
from hostile_relay import MemoryRelay
from mediation import Mediation, begin
from test_mediation_flow import step


@pytest.fixture
def talks(tmp_path: Path) -> Mediation:
    mediation = begin(tmp_path, MemoryRelay(), "US", "Iran")
    mediation.say("US", "nobody else may know 4711", FOR_THE_MEDIATOR_ONLY)
    note = mediation.say("US", "a [link](http://x) and *stars*\n| a table", AS_OURS)
    rows = (("name", "place"), ("a", "b|c"))
    session.say(mediation.parties["Iran"], text="a list", handling=AS_OURS, rows=rows)
    mediation.sync()
    session.convey(
        mediation.mediator,
        "",
        Conveying(seat="Iran", attribution=Attribution.AUTHOR, rests_on=[note]),
    )
    writing = AccordDraft(
        title="Exchange",
        editions=[Edition(language="en", text="Each side does its part.")],
        parties=["US", "Iran"],
        steps=[step(1, "Iran", "US")],
    )
    accord = session.draft(mediation.mediator, "", writing)
    session.put(mediation.mediator, "", accord)
    mediation.sync()
    for desk in mediation.parties.values():
        session.adhere(desk, "", accord)
    mediation.sync()
    session.release(mediation.mediator, "", accord)
    day = step(1, "Iran", "US").planned
    session.mark_steps(
        mediation.mediator,
        "",
        accord,
        [StepMark(step="s1", mark=Mark.REPORTED, who="Iran", done_on=day)],
    )
    mediation.sync()
    return mediation


def test_a_party_exports_its_own_caucus_and_nothing_of_another(talks: Mediation) -> None:
    for fmt in ("markdown", "json"):
        theirs = export(talks.parties["Iran"], fmt=fmt)
        assert "4711" not in theirs
        assert "stars" in theirs
        assert "Exchange" in theirs
    assert "4711" in export(talks.parties["US"], fmt="markdown")


def test_the_mediator_exports_everything_with_who_knows_what(talks: Mediation) -> None:
    whole = json.loads(export(talks.mediator, fmt="json"))
    assert set(whole["caucuses"]) == {"US", "Iran"}
    assert whole["format"] == "backchannel-export/1"
    told = [row for row in whole["knowledge"] if row["told"]]
    assert [row["party"] for row in told] == ["Iran"]
    page = export(talks.mediator, fmt="markdown")
    assert "# Who knows what" in page
    assert "not told" in page
    assert "step s1: reported, done on 2023-09-18" in page


def test_what_people_wrote_means_nothing_to_markdown(talks: Mediation) -> None:
    page = export(talks.parties["Iran"], fmt="markdown")
    assert "\\[link\\]\\(http://x\\)" in page
    assert "\\| a table" in page
    assert "b\\|c" in page


def test_no_key_and_no_signature_is_exported(talks: Mediation) -> None:
    whole = export(talks.mediator, fmt="json")
    assert "signature" not in whole
    assert "_key" not in whole

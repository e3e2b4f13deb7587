"""The negotiating text on the page: written, shown, compared, judged, settled, and kept apart."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backchannel.channel.caucus_texts import Status
from backchannel.channel.clauses import ClauseId
from backchannel.channel.clauses_file import read_text
from backchannel.channel.rules import TextLife
from backchannel.channel.texts import Commented
from backchannel.desk import session
from backchannel.desk.screen.accord_page import accords
from backchannel.desk.session import TextPage
from backchannel.post import vouchers
from hostile_relay import MemoryRelay
from mediation import Mediation, begin, new_desk
from page_desks import Leaf

FILE = """# A pause at the river
languages: en, fa

## 1 operative
en: The pause lasts [ten days | thirty days].
fa: مکث [ده روز | سی روز] است.

## 2 recital
en: It may be <renewed>.
"""
AGREED = "# A pause\nlanguages: en\n\n## 1 operative\nen: The pause lasts ten days.\n"
ONE, TWO = ClauseId("1"), ClauseId("2")


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Mediation]:
    made = begin(tmp_path, MemoryRelay(), "Iran", "US")
    yield made
    made.close()


def only(table: Mediation, party: str = "") -> TextPage:
    (found,) = session.texts(table.parties[party] if party else table.mediator)
    return found


def shown(table: Mediation, file: str = FILE, again: str = "", *names: str) -> str:
    key, _ = session.write_text(table.mediator, "", read_text(file), text=again)
    session.show_text(table.mediator, "", key, names or ("Iran", "US"))
    table.sync()
    return key


def at(table: Mediation, party: str = "") -> tuple[Leaf, str]:
    desk = table.parties[party] if party else table.mediator
    return Leaf(desk), f"/c/{session.channels(desk)[0].channel}/texts"


def test_a_text_is_written_on_the_page_and_shown_to_nobody(table: Mediation) -> None:
    leaf, texts = at(table)
    page = leaf.send(f"{texts}/write", f"{texts}/write", {"file": FILE})
    assert "Nobody has been shown this text yet." in page
    assert only(table).words == read_text(FILE)
    table.sync()
    other, its = at(table, "US")
    assert "There is no negotiating text here yet." in other.get(its)


def test_a_fault_of_the_text_stands_beside_it_and_what_was_typed_stays(table: Mediation) -> None:
    leaf, texts = at(table)
    page = leaf.send(
        f"{texts}/write", f"{texts}/write", {"file": "# A pause\nlanguages: English"}, expect=422
    )
    assert 'id="file-fault"' in page
    assert "line 2:" in page
    assert "languages: English</textarea>" in page
    assert session.texts(table.mediator) == ()


def test_a_note_that_is_not_there_is_told_beside_the_notes(table: Mediation) -> None:
    leaf, texts = at(table)
    for line in ("1a2b3c4d = non-paper", "1a2b3c4d as ours"):
        page = leaf.send(
            f"{texts}/write", f"{texts}/write", {"file": FILE, "rests_on": line}, expect=422
        )
        assert 'id="rests_on-fault"' in page
        assert 'id="file-fault"' not in page
    assert session.texts(table.mediator) == ()


def test_the_next_version_begins_with_the_last_and_is_compared_with_it(table: Mediation) -> None:
    key = shown(table)
    leaf, texts = at(table)
    editor = leaf.get(f"{texts}/{key}/write")
    assert "It may be &lt;renewed&gt;." in editor
    changed = FILE.replace("<renewed>", "made longer")
    leaf.fill(editor, f"{texts}/{key}/write", {"file": changed})
    assert len(only(table).versions) == 2
    page = leaf.get(f"{texts}/{key}/changes?since=1&until=2")
    assert "&lt;renewed&gt;" not in page.split("<ins>")[-1]
    assert page.count("<ins>") == page.count("<del>") > 0
    assert "made longer" in page.split("<ins>", 1)[1]


def test_a_version_is_not_written_over_one_that_was_not_read(table: Mediation) -> None:
    key = shown(table)
    leaf, texts = at(table)
    editor = leaf.get(f"{texts}/{key}/write")
    session.write_text(table.mediator, "", read_text(AGREED), text=key)
    page = leaf.fill(editor, f"{texts}/{key}/write", {"file": FILE}, expect=422)
    assert "leaves out what that version changed" in page
    assert len(only(table).versions) == 2
    leaf.fill(page, f"{texts}/{key}/write", {})
    assert len(only(table).versions) == 3


def test_two_versions_that_are_not_there_cannot_be_compared(table: Mediation) -> None:
    key = shown(table)
    leaf, texts = at(table)
    assert "there is nothing to compare" in leaf.get(f"{texts}/{key}/changes?since=4", expect=422)


def test_brackets_and_languages_have_elements_of_their_own(table: Mediation) -> None:
    key = shown(table)
    leaf, texts = at(table, "US")
    page = leaf.get(f"{texts}/{key}")
    assert 'lang="fa" dir="auto">' in page
    assert page.count('<mark class="bracket">[') == 2
    assert "It may be &lt;renewed&gt;." in page
    listed = leaf.get(texts)
    assert "clauses: 2, of them with brackets: 1" in listed


def test_a_party_judges_a_clause_and_the_other_party_learns_nothing(table: Mediation) -> None:
    key = shown(table)
    leaf, texts = at(table, "US")
    clause = f"{texts}/{key}/clauses/2"
    page = leaf.send(clause, f"{clause}/judge", {"judgement": "can-live-with"})
    assert "Clause 2: can live with." in page
    table.sync()
    assert only(table, "US").stands[TWO] == {"US": Status.CAN_LIVE_WITH}
    assert only(table).stands[TWO]["US"] is Status.CAN_LIVE_WITH
    other, its = at(table, "Iran")
    for path in (f"{its}/{key}", f"{its}/{key}/clauses/2", its):
        assert "<b>can live with</b>" not in other.get(path)
        assert "<bdi>US</bdi>: <b>" not in other.get(path)
    mediators, all_ = at(table)
    assert "<bdi>US</bdi>: <b>can live with</b>" in mediators.get(f"{all_}/{key}")


def test_no_judgement_is_refused_beside_its_field(table: Mediation) -> None:
    key = shown(table)
    leaf, texts = at(table, "US")
    clause = f"{texts}/{key}/clauses/1"
    assert 'id="judgement-fault"' in leaf.send(clause, f"{clause}/judge", {}, expect=422)


def test_a_judgement_is_of_the_words_that_were_read(table: Mediation) -> None:
    key = shown(table)
    leaf, texts = at(table, "US")
    clause = f"{texts}/{key}/clauses/1"
    read = leaf.get(clause)
    shown(table, AGREED, key)
    page = leaf.fill(read, f"{clause}/judge", {"judgement": "agreed"}, expect=422)
    assert "there is a newer version now" in page
    assert only(table, "US").stands[ONE] == {"US": Status.UNSEEN}
    leaf.fill(page, f"{clause}/judge", {"judgement": "agreed"})
    assert only(table, "US").stands[ONE] == {"US": Status.AGREED}


def test_a_comment_goes_under_its_handling_and_one_refused_keeps_its_words(
    table: Mediation,
) -> None:
    key = shown(table)
    leaf, texts = at(table, "US")
    clause = f"{texts}/{key}/clauses/1"
    page = leaf.send(clause, f"{clause}/comment", {"comment": "", "may": ["non-paper"]}, expect=422)
    assert 'id="comment-fault"' in page
    assert 'value="non-paper" aria-describedby="may-non-paper-hint" checked' in page
    leaf.fill(page, f"{clause}/comment", {"comment": "Twenty might do."})
    said = [e.event for e in session.view(table.parties["US"]).entries]
    assert [(c.clause, c.text, c.handling.words) for c in said if isinstance(c, Commented)] == [
        (ONE, "Twenty might do.", "may be conveyed without attribution")
    ]
    table.sync()
    other, its = at(table, "Iran")
    assert "Twenty" not in other.get(f"{its}/{key}/clauses/1")


def test_a_bracket_is_settled_in_all_languages_at_once(table: Mediation) -> None:
    key = shown(table)
    leaf, texts = at(table)
    clause = f"{texts}/{key}/clauses/1"
    refused = leaf.send(clause, f"{clause}/settle", {}, expect=422)
    assert 'id="choose-fault"' in refused
    page = leaf.send(clause, f"{clause}/settle", {"choose": "2"})
    assert "<mark" not in page
    assert [w.text for w in only(table).words.clauses[0].wordings] == [
        "The pause lasts thirty days.",
        "مکث سی روز است.",
    ]


def test_a_version_goes_to_parties_only_held_and_confirmed_by_name(table: Mediation) -> None:
    key, _ = session.write_text(table.mediator, "", read_text(FILE))
    leaf, texts = at(table)
    page = f"{texts}/{key}"
    assert "choose a version" in leaf.send(page, f"{page}/put", {}, expect=422)
    look = leaf.send(page, f"{page}/put", {"party": ["Iran"]})
    early = leaf.fill(look, f"{page}/put", {"to-0": "yes"}, expect=422)
    assert "more seconds; nothing was sent" in early
    leaf.hold()
    unnamed = leaf.fill(early, f"{page}/put", {}, expect=422)
    assert "confirm that it goes to Iran" in unnamed
    assert only(table).shown == ()
    done = leaf.fill(unnamed, f"{page}/put", {"to-0": "yes"})
    assert "Version 1 is shown to Iran." in done
    table.sync()
    assert only(table).shown == (("Iran", 1),)
    assert only(table, "Iran").words == read_text(FILE)
    assert session.texts(table.parties["US"]) == ()


def test_a_version_that_may_not_be_shown_is_refused_and_stays(table: Mediation) -> None:
    named = FILE.replace("[ten days", "[Iran: ten days").replace("[ده روز", "[Iran: ده روز")
    key, _ = session.write_text(table.mediator, "", read_text(named))
    leaf, texts = at(table)
    assert '<bdi class="by">Iran</bdi>: ' in leaf.get(f"{texts}/{key}")
    look = leaf.send(f"{texts}/{key}", f"{texts}/{key}/put", {"party": ["US"]})
    leaf.hold()
    page = leaf.fill(look, f"{texts}/{key}/put", {"to-0": "yes"}, expect=422)
    assert "a bracket names Iran" in page
    assert only(table).shown == ()


def test_a_party_that_was_not_verified_is_shown_it_only_for_a_reason(table: Mediation) -> None:
    desk = new_desk(table.folder, table.clock, "late")
    relay = table.relay
    assert isinstance(relay, MemoryRelay)
    lines = [vouchers.written(relay.issue()) for _ in range(2)]
    session.add_vouchers(table.mediator, "", lines)
    line = session.invite(table.mediator, "", "Oman")
    table.sync(table.mediator)
    session.join(desk, line, lambda _: relay)
    table.sync(desk, table.mediator)
    key, _ = session.write_text(table.mediator, "", read_text(FILE))
    leaf, texts = at(table)
    page = f"{texts}/{key}"
    refused = leaf.send(page, f"{page}/put", {"party": ["Oman"]}, expect=422)
    assert 'id="override-fault"' in refused
    look = leaf.fill(refused, f"{page}/put", {"override": "Heard by telephone."})
    assert "Safety words not compared" in look
    desk.vault.close()


def test_the_look_tells_what_changed_since_a_party_was_shown_it(table: Mediation) -> None:
    key = shown(table, FILE, "", "Iran")
    session.write_text(table.mediator, "", read_text(AGREED), text=key)
    leaf, texts = at(table)
    look = leaf.send(f"{texts}/{key}", f"{texts}/{key}/put", {"party": ["Iran", "US"]})
    assert look.count("What changed since version 1") == 1
    assert "<del>" in look


def test_a_text_is_dropped_only_when_that_is_ticked(table: Mediation) -> None:
    key = shown(table)
    leaf, texts = at(table)
    page = f"{texts}/{key}"
    assert 'id="sure-fault"' in leaf.send(page, f"{page}/drop", {}, expect=422)
    assert only(table).life is TextLife.WORKED_ON
    dropped = leaf.send(page, f"{page}/drop", {"sure": "yes"})
    assert only(table).life is TextLife.DROPPED
    assert f'action="{page}/put"' not in dropped
    table.sync()
    other, its = at(table, "US")
    assert "/judge" not in other.get(f"{its}/{key}/clauses/1")


def test_an_accord_is_drafted_from_a_text_that_all_agreed_to(table: Mediation) -> None:
    key = shown(table, AGREED)
    leaf, texts = at(table)
    page = f"{texts}/{key}"
    assert "/accord" not in leaf.get(page).replace("/accords", "")
    for party in ("Iran", "US"):
        own, its = at(table, party)
        clause = f"{its}/{key}/clauses/1"
        own.send(clause, f"{clause}/judge", {"judgement": "agreed"})
    table.sync()
    refused = leaf.send(page, f"{page}/accord", {"steps": "s1 | Iran"}, expect=422)
    assert 'id="steps-fault"' in refused
    assert "Drafted from the text." in leaf.send(page, f"{page}/accord", {})
    (made,) = accords(table.mediator, "")
    assert made.accord.title == "A pause"
    assert [party.name for party in made.accord.parties] == ["Iran", "US"]


def test_what_a_party_without_a_desk_says_is_entered(table: Mediation) -> None:
    session.add_seat(table.mediator, "", "Oman")
    key = shown(table, FILE, "", "Oman", "US")
    leaf, texts = at(table)
    clause = f"{texts}/{key}/clauses/1"
    said = {"party": "Oman", "judgement": "objects", "how": "in-person"}
    refused = leaf.send(clause, f"{clause}/heard", {**said, "spoken": "soon"}, expect=422)
    assert 'id="spoken-fault"' in refused
    page = leaf.fill(refused, f"{clause}/heard", {"spoken": ""})
    assert "Entered for Oman: clause 1, objects." in page
    assert only(table).stands[ONE]["Oman"] is Status.OBJECTS


def test_a_party_cannot_do_what_is_the_mediators(table: Mediation) -> None:
    key = shown(table)
    leaf, texts = at(table, "US")
    assert "the mediator alone writes" in leaf.get(f"{texts}/write", expect=422)
    assert "the mediator alone writes" in leaf.get(f"{texts}/{key}/write", expect=422)
    own = leaf.get(f"{texts}/{key}/clauses/1")
    given = {"party": "Iran", "how": "in-person", "judgement": "agreed", "choose": "1"}
    for deed in ("settle", "heard"):
        forged = own.replace("/clauses/1/judge", f"/clauses/1/{deed}").replace(
            "</fieldset>",
            "</fieldset>" + "".join(f'<input name="{n}" value="{v}">' for n, v in given.items()),
            1,
        )
        page = leaf.fill(
            forged, f"{texts}/{key}/clauses/1/{deed}", {**given, "clause": "1"}, expect=422
        )
        assert "at the desk of a" in page
        own = leaf.get(f"{texts}/{key}/clauses/1")
    for deed in ("put", "drop", "accord"):
        forged = own.replace("/clauses/1/judge", f"/{deed}").replace(
            "</fieldset>",
            '</fieldset><input name="sure" value="yes"><input name="party" value="Iran">'
            '<input name="put_version" value="1"><input name="form" value="declaration">',
            1,
        )
        refused = leaf.fill(forged, f"{texts}/{key}/{deed}", {}, expect=422)
        assert "at the desk of a" in refused
        own = leaf.get(f"{texts}/{key}/clauses/1")
    assert only(table).life is TextLife.WORKED_ON


@pytest.mark.parametrize("deed", ["put", "drop", "accord", "clauses/1/judge", "clauses/1/settle"])
def test_an_address_that_only_takes_forms_leads_back(table: Mediation, deed: str) -> None:
    key = shown(table)
    leaf, texts = at(table)
    assert "A pause at the river" in leaf.get(f"{texts}/{key}/{deed}")


def test_a_text_or_clause_that_is_not_there_is_told(table: Mediation) -> None:
    key = shown(table)
    leaf, texts = at(table)
    assert "there is no such text" in leaf.get(f"{texts}/{'0' * 32}", expect=422)
    assert "there is no such clause" in leaf.get(f"{texts}/{key}/clauses/9", expect=422)

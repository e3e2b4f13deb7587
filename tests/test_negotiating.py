"""The single negotiating text with real desks: written, shown, judged, settled, made an accord."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from backchannel.channel.brackets import show_brackets
from backchannel.channel.caucus_texts import Status
from backchannel.channel.clauses import NegotiatingText
from backchannel.channel.clauses_file import read_text
from backchannel.channel.errors import HandlingForbidsError, RuleBrokenError
from backchannel.channel.handling import (
    AS_OURS,
    FOR_THE_MEDIATOR_ONLY,
    WITHOUT_ATTRIBUTION,
    Attribution,
    Handling,
)
from backchannel.channel.oral import How
from backchannel.channel.rules import TextLife
from backchannel.channel.texts import Judgement
from backchannel.desk import session
from backchannel.desk.errors import UsageError
from backchannel.desk.session import AccordDraft, SpokenJudgement, TextPage
from hostile_relay import MemoryRelay
from mediation import START, Mediation, begin

NORTH, SOUTH = "Northland", "Southland"


def text(second: str = "It may be renewed.", *, days: str = "30 days") -> NegotiatingText:
    return read_text(
        "# A pause at the river\nlanguages: en, fr\n\n"
        f"## 1 operative\nen: The pause lasts {days}.\nfr: La pause dure 30 jours.\n\n"
        f"## 2 recital\nen: {second}\n"
    )


OPEN = f"It may be [{NORTH}: renewed | {SOUTH}: made longer]."


@pytest.fixture
def talks(tmp_path: Path) -> Iterator[Mediation]:
    mediation = begin(tmp_path, MemoryRelay(), NORTH, SOUTH)
    yield mediation
    mediation.close()


def page(talks: Mediation, name: str = "") -> TextPage:
    (only,) = session.texts(talks.parties[name] if name else talks.mediator)
    return only


def shown(talks: Mediation, words: NegotiatingText, *names: str, again: str = "") -> str:
    key, _ = session.write_text(talks.mediator, "", words, text=again)
    session.show_text(talks.mediator, "", key, names or (NORTH, SOUTH))
    talks.sync()
    return key


def judge(talks: Mediation, name: str, clause: str, judgement: Judgement) -> None:
    session.judge_clause(talks.parties[name], "", "", clause, judgement=judgement)
    talks.sync()


def test_a_version_that_was_only_written_is_seen_by_nobody(talks: Mediation) -> None:
    session.write_text(talks.mediator, "", text())
    talks.sync()
    assert session.texts(talks.parties[NORTH]) == ()
    assert page(talks).shown == ()


def test_a_party_sees_its_own_judgements_and_the_mediator_those_of_all(talks: Mediation) -> None:
    shown(talks, text())
    judge(talks, NORTH, "1", Judgement.AGREED)
    judge(talks, SOUTH, "1", Judgement.OBJECTS)
    assert page(talks, NORTH).stands["1"] == {NORTH: Status.AGREED}  # type: ignore[index]
    assert page(talks, SOUTH).stands["1"] == {SOUTH: Status.OBJECTS}  # type: ignore[index]
    assert page(talks).stands["1"] == {  # type: ignore[index]
        NORTH: Status.AGREED,
        SOUTH: Status.OBJECTS,
    }
    assert set(page(talks).stands["2"].values()) == {Status.UNSEEN}  # type: ignore[index]


def test_a_clause_that_changed_is_unseen_again_and_others_stay_as_judged(talks: Mediation) -> None:
    key = shown(talks, text())
    for clause in ("1", "2"):
        judge(talks, NORTH, clause, Judgement.AGREED)
    session.write_text(talks.mediator, "", text("It may be renewed once."), text=key)
    stands = page(talks).stands
    assert [stands[c][NORTH] for c in stands] == [Status.AGREED, Status.UNSEEN]
    session.show_text(talks.mediator, "", key, [NORTH])
    talks.sync()
    stands = page(talks, NORTH).stands
    assert [stands[c][NORTH] for c in stands] == [Status.AGREED, Status.UNSEEN]


def test_versions_are_counted_for_each_party_by_itself(talks: Mediation) -> None:
    key = shown(talks, text(), NORTH)
    for times in ("twice", "thrice"):
        session.write_text(talks.mediator, "", text(f"It may be renewed {times}."), text=key)
        session.show_text(talks.mediator, "", key, [NORTH])
    session.show_text(talks.mediator, "", key, [SOUTH])
    talks.sync()
    assert len(page(talks, NORTH).versions) == 3
    assert len(page(talks, SOUTH).versions) == 1


def test_a_clause_with_brackets_or_unlike_languages_cannot_be_agreed(talks: Mediation) -> None:
    session.write_text(
        talks.mediator, "", text("It may be [renewed | made longer].", days="20 days")
    )
    session.show_text(talks.mediator, "", "", [NORTH])
    talks.sync()
    with pytest.raises(RuleBrokenError, match="still has brackets"):
        judge(talks, NORTH, "2", Judgement.AGREED)
    with pytest.raises(RuleBrokenError, match="does not say the same in each language"):
        judge(talks, NORTH, "1", Judgement.AGREED)
    judge(talks, NORTH, "1", Judgement.CAN_LIVE_WITH)
    assert any("20" in words for words in page(talks).obstacles)


def test_a_bracket_names_a_party_only_if_its_words_may_be_conveyed_as_its_own(
    talks: Mediation,
) -> None:
    note = talks.say(NORTH, "Renewed.", AS_OURS)
    other = talks.say(SOUTH, "Made longer.", AS_OURS)
    talks.sync()
    key, _ = session.write_text(
        talks.mediator, "", text(OPEN), rests_on=[(note, Attribution.AUTHOR)]
    )
    with pytest.raises(RuleBrokenError, match=f"a bracket names {SOUTH}"):
        session.show_text(talks.mediator, "", key, [NORTH])
    session.write_text(
        talks.mediator, "", text(OPEN), text=key, rests_on=[(other, Attribution.AUTHOR)]
    )
    assert session.show_text(talks.mediator, "", key, [NORTH, SOUTH]) == 2


@pytest.mark.parametrize("handling", [FOR_THE_MEDIATOR_ONLY, WITHOUT_ATTRIBUTION])
def test_a_note_goes_into_the_text_only_as_its_handling_allows(
    talks: Mediation, handling: Handling
) -> None:
    note = talks.say(NORTH, "Renewed.", handling)
    talks.sync()
    words = text("It may be [renewed | made longer].")
    key, _ = session.write_text(talks.mediator, "", words, rests_on=[(note, Attribution.MEDIATOR)])
    with pytest.raises(HandlingForbidsError):
        session.show_text(talks.mediator, "", key, [SOUTH])
    session.show_text(talks.mediator, "", key, [NORTH])  # its own words tell it nothing new


def test_a_note_to_be_asked_for_goes_in_just_in_the_words_allowed(talks: Mediation) -> None:
    note = talks.say(
        NORTH, "Renewed.", Handling(uses=frozenset({Attribution.MEDIATOR}), ask_first=True)
    )
    talks.sync()
    key, _ = session.write_text(
        talks.mediator,
        "",
        text("It may be [renewed | made longer]."),
        rests_on=[(note, Attribution.MEDIATOR)],
    )
    with pytest.raises(HandlingForbidsError, match="wants to be asked"):
        session.show_text(talks.mediator, "", key, [SOUTH])
    request = session.request_use(
        talks.mediator, "", note, attribution=Attribution.MEDIATOR, text="renewed"
    )
    talks.sync()
    session.answer_use(talks.parties[NORTH], "", request, allowed=True)
    talks.sync()
    session.show_text(talks.mediator, "", key, [SOUTH])


def test_a_bracket_is_settled_in_every_language_in_a_version_of_its_own(talks: Mediation) -> None:
    words = read_text(
        "# Pause\nlanguages: en, fr\n\n## 1 operative\n"
        "en: It lasts [10 | 30] days.\nfr: Elle dure [10 | 30] jours.\n"
    )
    key = shown(talks, words)
    assert session.settle_bracket(talks.mediator, "", key, "1", bracket=1, alternative=2) == 2
    (clause,) = page(talks).words.clauses
    assert [w.text for w in clause.wordings] == ["It lasts 30 days.", "Elle dure 30 jours."]
    assert page(talks, NORTH).words == words


def test_a_comment_is_a_note_under_a_handling(talks: Mediation) -> None:
    shown(talks, text())
    note = session.comment_on_clause(
        talks.parties[NORTH], "", "", "2", comment="Once, rather.", handling=AS_OURS
    )
    talks.sync()
    assert "Once, rather." in repr(session.view(talks.mediator, seat=NORTH))
    assert "Once, rather." not in repr(session.view(talks.parties[SOUTH]))
    session.erase(talks.parties[NORTH], "", note)
    talks.sync()
    assert "Once, rather." not in repr(session.view(talks.mediator, seat=NORTH))


def test_an_accord_is_drafted_from_a_text_that_all_agree_to_and_not_before(
    talks: Mediation,
) -> None:
    with pytest.raises(UsageError, match="no text here yet"):
        session.editions_of(talks.mediator, "", "")
    key, _ = session.write_text(talks.mediator, "", text())
    with pytest.raises(RuleBrokenError, match="shown to nobody"):
        session.editions_of(talks.mediator, "", key)
    session.show_text(talks.mediator, "", key, [NORTH])
    with pytest.raises(RuleBrokenError, match="clause 2 has no wording in fr"):
        session.editions_of(talks.mediator, "", key)
    words = read_text(
        "# A pause at the river\nlanguages: en, fr\n\n"
        "## 1 operative\nen: The pause lasts 30 days.\nfr: La pause dure 30 jours.\n\n"
        "## 2 recital\nen: It may be renewed.\nfr: Elle peut être renouvelée.\n"
    )
    session.write_text(talks.mediator, "", words, text=key)
    session.show_text(talks.mediator, "", key, [NORTH, SOUTH])
    talks.sync()
    for name in (NORTH, SOUTH):
        with pytest.raises(RuleBrokenError, match="is not ready to be an accord"):
            session.editions_of(talks.mediator, "", key)
        judge(talks, name, "1", Judgement.AGREED)
        judge(talks, name, "2", Judgement.AGREED)
    title, editions = session.editions_of(talks.mediator, "", key)
    assert editions[0].text == "1. The pause lasts 30 days.\n\n2. It may be renewed."
    draft = AccordDraft(title=title, editions=editions, parties=[NORTH, SOUTH])
    accord = session.draft(talks.mediator, "", draft)
    session.put(talks.mediator, "", accord)


def test_a_text_that_is_dropped_is_judged_no_more(talks: Mediation) -> None:
    key = shown(talks, text())
    session.drop_text(talks.mediator, "", key)
    with pytest.raises(RuleBrokenError, match="the text is dropped already"):
        session.show_text(talks.mediator, "", key, [NORTH])
    judge(talks, NORTH, "1", Judgement.AGREED)  # written before the word had arrived
    talks.sync()
    assert page(talks, NORTH).life is TextLife.DROPPED
    with pytest.raises(RuleBrokenError, match="not worked on any more"):
        judge(talks, NORTH, "1", Judgement.OBJECTS)


def test_the_same_version_is_not_shown_twice(talks: Mediation) -> None:
    key = shown(talks, text(), NORTH)
    with pytest.raises(RuleBrokenError, match="was shown this version already"):
        session.show_text(talks.mediator, "", key, [NORTH])
    with pytest.raises(RuleBrokenError, match="has no version 7"):
        session.show_text(talks.mediator, "", key, [SOUTH], version=7)


def test_a_clause_that_is_not_there_is_not_judged(talks: Mediation) -> None:
    shown(talks, text())
    with pytest.raises(RuleBrokenError, match="no clause 7; its clauses are: 1, 2"):
        judge(talks, NORTH, "7", Judgement.OBJECTS)


def spoken(party: str, judgement: Judgement = Judgement.AGREED) -> SpokenJudgement:
    return SpokenJudgement(
        party=party, clause="1", judgement=judgement, how=How.IN_PERSON, spoken=START
    )


def test_a_party_with_a_desk_judges_there_and_not_by_mouth(talks: Mediation) -> None:
    key = shown(talks, text(), NORTH)
    with pytest.raises(RuleBrokenError, match="judges there"):
        session.hear_judgement(talks.mediator, "", key, spoken(NORTH))
    with pytest.raises(RuleBrokenError, match="was not shown this text"):
        session.hear_judgement(talks.mediator, "", key, spoken(SOUTH))


def test_what_a_party_is_shown_does_not_depend_on_what_others_say(talks: Mediation) -> None:
    key = shown(talks, text())
    before = session.view(talks.parties[SOUTH])
    judge(talks, NORTH, "1", Judgement.OBJECTS)
    session.comment_on_clause(
        talks.parties[NORTH], "", "", "1", comment="Never.", handling=FOR_THE_MEDIATOR_ONLY
    )
    session.write_text(talks.mediator, "", text("It may be renewed once."), text=key)
    session.show_text(talks.mediator, "", key, [NORTH])
    talks.sync()
    assert session.view(talks.parties[SOUTH]) == before


def test_what_stands_in_brackets_is_shown_as_it_was_written(talks: Mediation) -> None:
    words = text("It may be [renewed | made longer].")
    shown(talks, words)
    (_, clause) = page(talks, SOUTH).words.clauses
    assert clause == words.clauses[1]
    assert show_brackets(("[a]",)) == "\\[a\\]"
    assert replace(words) == words

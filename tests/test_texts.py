"""The negotiating text in the rules: what may be written, shown, judged, and heard by mouth."""

from dataclasses import replace
from typing import Any

import pytest

from backchannel.channel import caucus_texts, record
from backchannel.channel.caucus_texts import Status
from backchannel.channel.channel_rules import may
from backchannel.channel.channel_texts import obstacles, positions
from backchannel.channel.clauses import ClauseId, NegotiatingText
from backchannel.channel.disclosure import tell
from backchannel.channel.errors import MalformedError, RuleBrokenError
from backchannel.channel.handling import Attribution
from backchannel.channel.oral import How
from backchannel.channel.texts import (
    HeardJudgement,
    Judgement,
    Resting,
    TextDropped,
    TextDropping,
    TextShowing,
    TextShown,
    TextVersion,
)
from crossing import NOON, an_id, seat_of
from histories import Move, World
from samples import ONE, TEXT, WORDS, a_caucus

EAST, WEST = seat_of("East"), seat_of("West")
TWO = ClauseId("2")


def version(number: int = 1, words: NegotiatingText = WORDS, **given: Any) -> TextVersion:  # noqa: ANN401
    return TextVersion(at=NOON, of_text=TEXT, version=number, words=words, **given)


def showing(number: int = 1, *seats: Any) -> TextShowing:  # noqa: ANN401 - seats
    return TextShowing(at=NOON, of_text=TEXT, version=number, seats=seats or (EAST,))


def heard(clause: ClauseId = ONE, number: int = 1, **given: Any) -> HeardJudgement:  # noqa: ANN401
    content: dict[str, Any] = {
        "seat": EAST,
        "judgement": Judgement.AGREED,
        "how": How.IN_PERSON,
        "spoken": NOON,
        **given,
    }
    return HeardJudgement(at=NOON, of_text=TEXT, version=number, clause=clause, **content)


def reworded(days: str = "20") -> NegotiatingText:
    """Return the text with other days in its first clause."""
    first, second = WORDS.clauses
    wordings = tuple(replace(w, text=w.text.replace("10", days)) for w in first.wordings)
    return replace(WORDS, clauses=(replace(first, wordings=wordings), second))


def refused(world: World, entry: Any, words: str) -> None:  # noqa: ANN401 - any entry
    before = world.channel
    with pytest.raises(RuleBrokenError, match=words):
        world.enter(entry)
    assert world.channel is before


def test_a_party_without_a_desk_is_shown_a_text_and_heard_on_it() -> None:
    world = World()
    world.enter(version())
    refused(world, heard(), "East was not shown this version")
    world.enter(showing())
    assert positions(world.channel, TEXT)[ONE] == {EAST: Status.UNSEEN}
    world.enter(heard())
    assert positions(world.channel, TEXT)[ONE] == {EAST: Status.AGREED}
    refused(world, heard(TWO), "still has brackets")
    world.enter(heard(TWO, judgement=Judgement.OBJECTS))
    assert positions(world.channel, TEXT)[TWO] == {EAST: Status.OBJECTS}
    assert not world.parties["East"].down


def test_what_was_heard_of_a_clause_holds_while_the_clause_stays_as_it_is() -> None:
    world = World()
    world.enter(version())
    world.enter(showing())
    world.enter(heard())
    world.enter(version(2, reworded()))
    assert positions(world.channel, TEXT)[ONE] == {EAST: Status.UNSEEN}
    world.enter(version(3))
    assert positions(world.channel, TEXT)[ONE] == {EAST: Status.AGREED}


def test_nobody_is_heard_on_a_seat_or_a_clause_that_is_not_there() -> None:
    world = World()
    world.enter(version())
    world.enter(showing())
    refused(world, heard(seat=an_id("nobody")), "this seat was not shown this version")
    refused(world, heard(ClauseId("9")), "the text has no clause 9; its clauses are: 1, 2")
    refused(world, heard(number=2), "was not shown this version")


def test_an_entry_about_a_text_that_is_not_there_is_refused() -> None:
    world = World.ready()
    for entry in (showing(), heard(), TextDropping(at=NOON, of_text=TEXT)):
        refused(world, entry, "no such text in this channel; write a first version")


def test_two_of_the_team_do_not_write_the_same_version() -> None:
    world = World.ready()
    refused(world, version(2), "version 1 is to be written next, not 2")
    world.enter(version())
    refused(world, version(), "somebody of the team may have written one meanwhile")


def test_a_text_that_was_dropped_goes_no_further() -> None:
    world = World()
    world.enter(version())
    world.enter(showing())
    world.enter(TextDropping(at=NOON, of_text=TEXT))
    for entry in (version(2), showing(1, WEST), heard(), TextDropping(at=NOON, of_text=TEXT)):
        refused(world, entry, "the text is dropped already")


def test_nothing_is_told_of_what_the_mediator_writes_or_hears() -> None:
    world = World.ready()
    assert tell(world.channel, version()) == {}
    world.enter(version())
    assert tell(world.channel, heard()) == {}
    assert set(tell(world.channel, showing(1, EAST, WEST))) == {EAST, WEST}


def test_what_is_open_or_not_agreed_is_named_in_words() -> None:
    world = World.ready()
    world.enter(version(words=reworded("11")))
    world.enter(version(2, replace(WORDS, clauses=(unlike(), WORDS.clauses[1]))))
    world.enter(showing(2))
    found = " / ".join(obstacles(world.channel, TEXT))
    assert "clause 2 still has brackets" in found
    assert "clause 1: " in found
    assert "East has said nothing of it as it is now" in found


def unlike() -> Any:  # noqa: ANN401 - a clause
    """Return the first clause with another number in one language."""
    clause = WORDS.clauses[0]
    english, french = clause.wordings
    return replace(clause, wordings=(english, replace(french, text="La pause dure 12 jours.")))


def test_a_judgement_that_objects_is_named_as_such() -> None:
    world = World()
    world.enter(version())
    world.enter(showing())
    world.enter(heard(judgement=Judgement.CAN_LIVE_WITH))
    assert "clause 1: East (can live with)" in obstacles(world.channel, TEXT)


def test_a_version_a_desk_has_not_seen_yet_cannot_be_told_out_of_turn() -> None:
    caucus = a_caucus()
    event = TextShown(at=NOON, seen=1, of_text=TEXT, version=4, words=WORDS)
    with pytest.raises(RuleBrokenError, match="version 2 is to come next, not 4"):
        caucus_texts.may_tell(caucus.texts, event)
    fresh = replace(event, of_text=an_id("another"))
    with pytest.raises(RuleBrokenError, match="version 1 is to come next, not 4"):
        caucus_texts.may_tell(caucus.texts, fresh)
    dropped = TextDropped(at=NOON, seen=1, of_text=an_id("another"))
    with pytest.raises(RuleBrokenError, match="no such text was shown in this caucus"):
        caucus_texts.may_tell(caucus.texts, dropped)


def test_a_text_told_of_before_it_was_shown_changes_nothing() -> None:
    texts: dict[Any, Any] = {}
    caucus_texts.enter_told(texts, TextDropped(at=NOON, seen=0, of_text=TEXT), 1)
    assert texts == {}


def test_versions_are_counted_from_one_and_each_note_is_named_once() -> None:
    with pytest.raises(MalformedError, match="counted from 1"):
        version(0)
    resting = Resting(basis=record.Basis(seat=EAST, note=TEXT), attribution=Attribution.NOBODY)
    with pytest.raises(MalformedError, match="rests on each note once"):
        version(rests_on=(resting, resting))


def test_a_frozen_seat_is_shown_nothing() -> None:
    world = World.ready()
    world.enter(version())
    world.play(Move("freeze", "East"))
    refused(world, showing(), "East is frozen")
    refused(world, showing(1, an_id("nobody")), "no such seat")


def test_an_entry_of_no_kind_changes_nothing_and_is_told_to_nobody() -> None:
    world = World.ready()
    nothing: Any = record.Entered(at=NOON)
    may(world.channel, nothing)
    assert tell(world.channel, nothing) == {}

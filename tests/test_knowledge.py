"""Who knows what: every note, everyone who was told of it, and how."""

from dataclasses import replace
from typing import Any

import pytest

from backchannel.channel import said
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.handling import WITHOUT_ATTRIBUTION, Attribution
from backchannel.channel.knowledge import (
    Corrected,
    Fact,
    Known,
    Mouth,
    ToldAs,
    fact_of,
    facts,
    found,
    who_knows_what,
)
from backchannel.channel.oral import Heard, How, ToldByMouth
from backchannel.channel.record import Basis, Conveyance, Correction, SeatAdded
from backchannel.channel.rules import NoteState
from backchannel.channel.texts import Resting, TextShowing, TextVersion
from crossing import EVERY_USE, NAMES, NOON, ROWS, an_id, minute, seat_of
from histories import World
from samples import TEXT, WORDS

EAST, WEST, SOUTH = (seat_of(name) for name in NAMES)
LATER = seat_of("Later")
NOTE, OTHER, SPOKEN = an_id("note"), an_id("other"), an_id("heard")


def mediation() -> World:
    """East has said two notes; of the first West was told twice and South once."""
    world = World.ready()
    east = world.parties["East"]
    for note in (NOTE, OTHER):
        said_now: dict[str, Any] = {"at": NOON, "seen": 1, "note": note, "handling": EVERY_USE}
        world.say(east, said.Said(**said_now, text="Ready."))
    world.settle()
    for number, (seat, text) in enumerate(
        [(WEST, "Ready."), (SOUTH, "Quite ready."), (WEST, "Yes.")]
    ):
        world.enter(
            Conveyance(
                at=minute(number),
                seat=seat,
                conveyance=an_id(number),
                text=text,
                attribution=tuple(Attribution)[number],
                rests_on=(Basis(seat=EAST, note=NOTE),),
            )
        )
    return world


def with_what_was_spoken() -> World:
    """Besides, South has said something by mouth; West was told it so, and told otherwise later."""
    world = mediation()
    aloud: dict[str, Any] = {"at": minute(9), "how": How.IN_PERSON, "spoken": minute(7)}
    world.enter(
        Heard(
            **aloud,
            seat=SOUTH,
            note=SPOKEN,
            text="The list",
            handling=WITHOUT_ATTRIBUTION,
            rows=ROWS,
            person="he",
        )
    )
    world.enter(
        ToldByMouth(
            **aloud,
            seat=WEST,
            conveyance=an_id("told"),
            text="A list",
            rows=ROWS,
            attribution=Attribution.MEDIATOR,
            rests_on=(Basis(seat=SOUTH, note=SPOKEN),),
            person="she",
            breach="it slipped out",
        )
    )
    right = Correction(at=minute(10), conveyance=an_id("told"), text="No list", rows=(("Zoë",),))
    world.enter(right)
    return world


def fact(note: str) -> Fact:
    return Fact(
        author=EAST,
        note=note,  # type: ignore[arg-type]
        at=NOON,
        text="Ready.",
        rows=(),
        handling=EVERY_USE,
        state=NoteState.LIVE,
    )


def told_as(number: int, text: str, *, reworded: bool) -> ToldAs:
    return ToldAs(
        conveyance=an_id(number),
        at=minute(number),
        attribution=tuple(Attribution)[number],
        text=text,
        rows=(),
        reworded=reworded,
    )


def test_each_note_has_a_row_for_each_other_party() -> None:
    first = told_as(0, "Ready.", reworded=False)
    again = told_as(2, "Yes.", reworded=True)
    south = told_as(1, "Quite ready.", reworded=True)
    assert who_knows_what(mediation().channel) == (
        Known(fact=fact(NOTE), seat=WEST, told=(first, again)),
        Known(fact=fact(NOTE), seat=SOUTH, told=(south,)),
        Known(fact=fact(OTHER), seat=WEST, told=()),
        Known(fact=fact(OTHER), seat=SOUTH, told=()),
    )


def test_a_channel_in_which_nothing_was_said_has_no_rows() -> None:
    assert who_knows_what(World.ready().channel) == ()


def test_what_was_conveyed_stays_known_after_its_author_erased_it() -> None:
    world = mediation()
    world.say(world.parties["East"], said.Erased(at=NOON, seen=1, note=NOTE))
    world.settle()
    (west, *_) = who_knows_what(world.channel)
    assert [told.text for told in west.told] == ["Ready.", "Yes."]
    assert west.fact.state is NoteState.ERASED


def test_what_was_heard_and_told_by_mouth_stands_beside_what_was_written() -> None:
    channel = with_what_was_spoken().channel
    rows = [row for row in who_knows_what(channel) if row.fact.note == SPOKEN]
    assert [(row.seat, bool(row.told)) for row in rows] == [(EAST, False), (WEST, True)]
    heard, (told,) = rows[1].fact, rows[1].told
    assert (heard.how, heard.person, heard.at) == (How.IN_PERSON, "he", minute(7))
    assert heard.rows == ROWS
    assert told.mouth == Mouth(
        how=How.IN_PERSON, spoken=minute(7), person="she", breach="it slipped out"
    )
    assert told.corrections == (Corrected(at=minute(10), text="No list", rows=(("Zoë",),)),)
    assert fact_of(channel, heard.basis) == heard


def test_a_note_that_went_into_a_negotiating_text_was_told_to_who_was_shown_it() -> None:
    world = World.ready()
    world.enter(SeatAdded(at=NOON, seat=LATER, name="Later"))
    world.enter(
        Heard(
            at=minute(1),
            how=How.IN_PERSON,
            spoken=minute(1),
            seat=SOUTH,
            note=SPOKEN,
            text="Ten days",
            handling=EVERY_USE,
        )
    )
    rests = Resting(basis=Basis(seat=SOUTH, note=SPOKEN), attribution=Attribution.MEDIATOR)
    version = TextVersion(at=minute(2), of_text=TEXT, version=1, words=WORDS, rests_on=(rests,))
    world.enter(version)
    world.enter(TextShowing(at=minute(5), of_text=TEXT, version=1, seats=(WEST, LATER)))
    rows = {row.seat: row.told for row in who_knows_what(world.channel)}
    assert rows[EAST] == ()
    # To a seat without a desk it is shown in person: when, is not recorded.
    for seat, at in ((WEST, minute(5)), (LATER, minute(2))):
        (told,) = rows[seat]
        assert (told.in_text, told.conveyance, told.at) == ("A pause", TEXT, at)
        assert told.attribution is Attribution.MEDIATOR


def test_the_note_that_something_rests_on_is_found_by_author_and_name() -> None:
    channel = with_what_was_spoken().channel
    assert fact_of(channel, Basis(seat=EAST, note=NOTE)) == fact(NOTE)
    with pytest.raises(RuleBrokenError, match="no such note"):
        fact_of(channel, Basis(seat=WEST, note=SPOKEN))
    assert [known.note for known in facts(channel)] == [NOTE, OTHER, SPOKEN]


@pytest.mark.parametrize(
    ("words", "notes"),
    [
        ("ready", [NOTE, OTHER]),
        ("QUITE rea", [NOTE]),
        ("list", [SPOKEN]),
        ("a list evin", [SPOKEN]),
        ("zoe", [SPOKEN]),
        ("ready list", []),
    ],
)
def test_notes_are_found_by_the_words_of_what_was_said_or_told(
    words: str, notes: list[str]
) -> None:
    rows = found(who_knows_what(with_what_was_spoken().channel), words)
    assert list(dict.fromkeys(row.fact.note for row in rows)) == notes
    # With each come all parties: to whom it was not told counts as much.
    assert len(rows) == 2 * len(notes)


def test_persian_and_hebrew_are_found_however_they_are_spelt() -> None:
    (first, *_) = who_knows_what(mediation().channel)
    persian = replace(first.fact, text="زندانیان می\u200cروند")
    hebrew = replace(first.fact, text="שָׁלוֹם לכולם")
    for known, words in ((persian, "زندانيان می روند"), (hebrew, "שלום")):
        assert found((replace(first, fact=known, told=()),), words)

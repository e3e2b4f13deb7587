"""Who knows what: every note, everyone who was told of it, and how."""

from typing import Any

from backchannel.channel import said
from backchannel.channel.handling import Attribution
from backchannel.channel.knowledge import Known, ToldAs, who_knows_what
from backchannel.channel.record import Basis, Conveyance
from crossing import EVERY_USE, NAMES, NOON, an_id, minute, seat_of
from histories import World

EAST, WEST, SOUTH = (seat_of(name) for name in NAMES)
NOTE, OTHER = an_id("note"), an_id("other")


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


def told_as(number: int, text: str, *, reworded: bool) -> ToldAs:
    return ToldAs(
        conveyance=an_id(number),
        at=minute(number),
        attribution=tuple(Attribution)[number],
        text=text,
        reworded=reworded,
    )


def test_each_note_has_a_row_for_each_other_party() -> None:
    first = told_as(0, "Ready.", reworded=False)
    again = told_as(2, "Yes.", reworded=True)
    south = told_as(1, "Quite ready.", reworded=True)
    assert who_knows_what(mediation().channel) == (
        Known(author=EAST, note=NOTE, seat=WEST, told=(first, again)),
        Known(author=EAST, note=NOTE, seat=SOUTH, told=(south,)),
        Known(author=EAST, note=OTHER, seat=WEST, told=()),
        Known(author=EAST, note=OTHER, seat=SOUTH, told=()),
    )


def test_a_channel_in_which_nothing_was_said_has_no_rows() -> None:
    assert who_knows_what(World.ready().channel) == ()


def test_what_was_conveyed_stays_known_after_its_author_erased_it() -> None:
    world = mediation()
    world.say(world.parties["East"], said.Erased(at=NOON, seen=1, note=NOTE))
    world.settle()
    (west, *_) = who_knows_what(world.channel)
    assert [told.text for told in west.told] == ["Ready.", "Yes."]

"""Warnings before conveying: what is found, in whose scripts, and that what is well gives none."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from backchannel.channel import record, said
from backchannel.channel.channel import Channel
from backchannel.channel.handling import (
    FOR_THE_MEDIATOR_ONLY,
    WITHOUT_ATTRIBUTION,
    Attribution,
    Handling,
)
from backchannel.channel.names import Rows
from backchannel.channel.oral import Heard, HeardTakenBack, How
from backchannel.channel.record import Basis, Conveyance, Correction
from backchannel.channel.texts import TextShowing, TextVersion
from backchannel.channel.warnings import Kind, warnings
from crossing import EVERY_USE, NAMES, an_id, minute, seat_of
from histories import World
from samples import TEXT, WORDS

EAST, WEST, SOUTH = (seat_of(name) for name in NAMES)
FOUR = "Four prisoners may move to house arrest by 3 March 2026"
ALL = Attribution


def heard(name: str, text: str, handling: Handling = EVERY_USE, rows: Rows = ()) -> Heard:
    """A note heard from a party."""
    return Heard(
        at=minute(0),
        seat=seat_of(name),
        note=an_id(name, text),
        text=text,
        handling=handling,
        rows=rows,
        how=How.IN_PERSON,
        spoken=minute(0),
    )


def to(
    name: str, text: str, *on: Heard, as_: Attribution = ALL.MEDIATOR, rows: Rows = ()
) -> Conveyance:
    return Conveyance(
        at=minute(1),
        seat=seat_of(name),
        conveyance=an_id("to", name, text, as_),
        text=text,
        attribution=as_,
        rows=rows,
        rests_on=tuple(Basis(seat=note.seat, note=note.note) for note in on),
    )


def channel(*entries: Any, names: Sequence[str] = NAMES) -> Channel:  # noqa: ANN401 - any entries
    world = World.ready(names)
    for entry in entries:
        world.enter(entry)
    return world.channel


def kinds(there: Channel, entry: Conveyance) -> list[Kind]:
    return [warned.kind for warned in warnings(there, entry)]


def sentence(there: Channel, entry: Conveyance, kind: Kind) -> str:
    (words,) = (warned.words for warned in warnings(there, entry) if warned.kind is kind)
    return words


note = heard("East", FOUR)


def test_what_is_conveyed_as_it_was_said_gives_no_warning() -> None:
    there = channel(note, heard("South", "We are tired.", FOR_THE_MEDIATOR_ONLY))
    for attribution in ALL:
        assert kinds(there, to("West", FOUR, note, as_=attribution)) == []
    assert kinds(there, to("West", "A word of my own", as_=ALL.NOBODY)) == []


# -- contradicts ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["West", "South"])
def test_other_numbers_than_were_told_before_are_found(name: str) -> None:
    there = channel(note, to(name, "Five may move", note))
    found = [w.words for w in warnings(there, to("West", FOUR, note, as_=ALL.MEDIATOR))]
    (words,) = found
    assert words.startswith(f"{name} was told on 2026-03-01, resting on the same note, otherwise: ")
    assert "'Four', '3 March 2026' here, 'Five' there" in words


def test_other_numbers_than_the_note_has_are_found_in_any_script() -> None:
    there = channel(note)
    assert "'Five' here, 'Four' there" in sentence(
        there, to("West", "Five move by 3 March 2026", note), Kind.CONTRADICTS
    )
    persian = heard("East", "چهار زندانی می‌روند")
    there = channel(persian)
    assert kinds(there, to("West", "پنج زندانی می‌روند", persian)) == [Kind.CONTRADICTS]
    assert kinds(there, to("West", "۴ زندانی می‌روند", persian)) == []


def test_what_was_corrected_is_compared_as_it_stands_now() -> None:
    wrong = to("South", "Five may move", note)
    right = Correction(at=minute(2), conveyance=wrong.conveyance, text="Four may move")
    assert kinds(channel(note, wrong, right), to("West", FOUR, note)) == []


def test_a_correction_is_not_compared_with_what_it_corrects() -> None:
    wrong = to("West", "Five may move", note)
    there = channel(note, wrong)
    assert kinds(there, replace(wrong, text=FOUR)) == []


def test_a_denial_more_or_less_is_found_where_the_words_are_alike() -> None:
    plain = heard("East", "They will release the four men")
    there = channel(plain, to("South", plain.text, plain))
    denied = to("West", "They will not release the four men", plain)
    assert "denied here, not there" in sentence(there, denied, Kind.CONTRADICTS)
    there = channel(plain, to("South", denied.text, plain))
    said_now = to("West", plain.text, plain)
    assert "denied there, not here" in sentence(there, said_now, Kind.CONTRADICTS)
    assert kinds(there, to("West", "Some news about men, no more than that", plain)) == []


def test_other_lists_are_found_and_longer_ones_are_not() -> None:
    rows = (("Ali", "Evin"), ("Sam", "Dublin"))
    listed = heard("East", "The list", rows=rows)
    there = channel(listed, to("South", "The list", listed, rows=rows[:1]))
    assert kinds(there, to("West", "The list", listed, rows=rows)) == []
    moved = to("West", "The list", listed, rows=(("Ali", "Shiraz"),))
    first, second = (w.words for w in warnings(there, moved))
    assert "the list has 'Ali; Shiraz' here, 'Ali; Evin' there" in first
    assert "the notes it rests on say otherwise" in second


# -- gives away ----------------------------------------------------------------------------------


def test_a_text_that_says_less_or_more_does_not_contradict() -> None:
    there = channel(note, to("South", "Four may move", note))
    assert kinds(there, to("West", "Some may move", note)) == []
    assert kinds(there, to("West", f"{FOUR}, and two more", note)) == []


SAID = "Privately we could live with two billion euros in Doha"


def secret(handling: Handling = FOR_THE_MEDIATOR_ONLY, text: str = SAID) -> Heard:
    return heard("East", text, handling)


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("I hear they could live with two of these", "could live with two"),
        ("It is about 2,000,000,000 in all", "2,000,000,000"),
        ("A transfer by way of doha may help", "doha"),
    ],
)
def test_words_numbers_and_names_of_a_note_that_is_forbidden_are_found(
    text: str, piece: str
) -> None:
    there = channel(note, secret())
    words = sentence(there, to("West", text, note), Kind.FORBIDDEN)
    assert f"'{piece}'" in words
    assert "a note of East (for the mediator only)" in words
    assert "West would learn" in words


def test_of_a_note_that_may_be_used_it_is_said_to_name_it() -> None:
    there = channel(note, secret(EVERY_USE))
    words = sentence(there, to("West", "They talk of Doha", note), Kind.GIVES_AWAY)
    assert "does not rest on: name that note too" in words
    assert kinds(there, to("West", "They talk of Doha", note, secret())) == []


def test_a_note_taken_back_counts_as_forbidden_and_an_erased_one_is_gone() -> None:
    open_ = secret(EVERY_USE)
    back = HeardTakenBack(at=minute(1), note=open_.note)
    text = to("West", "They talk of Doha", note)
    assert "(withdrawn)" in sentence(channel(note, open_, back), text, Kind.FORBIDDEN)
    gone = HeardTakenBack(at=minute(1), note=open_.note, erase=True)
    assert kinds(channel(note, open_, gone), text) == []


def test_what_the_recipient_has_said_or_was_told_gives_nothing_away() -> None:
    text = to("West", "They talk of 2 billion in Doha and could live with two")
    assert kinds(channel(note, secret()), text) == [Kind.FORBIDDEN]
    own = heard("West", SAID, FOR_THE_MEDIATOR_ONLY)
    assert kinds(channel(note, secret(), own), text) == []
    told_before = record.Remark(at=minute(1), seat=WEST, text=SAID)
    assert kinds(channel(note, secret(), told_before), text) == []


def test_what_the_recipient_was_shown_in_a_text_gives_nothing_away() -> None:
    hidden = secret(text="A pause lasts 10 days. It may be Renewed")
    text = to("West", "renewed for 10 days")
    assert kinds(channel(hidden), text) == [Kind.FORBIDDEN]
    version = TextVersion(at=minute(1), of_text=TEXT, version=1, words=WORDS)
    showing = TextShowing(at=minute(1), of_text=TEXT, version=1, seats=(WEST,))
    assert kinds(channel(hidden, version, showing), text) == []


def test_three_rare_words_together_are_found_and_two_are_not() -> None:
    hidden = secret(text="the pipeline corridor could reopen before autumn elections")
    there = channel(note, hidden)
    three = to("West", "after elections a corridor for the pipeline", note)
    assert "'corridor', 'elections', 'pipeline'" in sentence(there, three, Kind.FORBIDDEN)
    assert kinds(there, to("West", "a corridor for the pipeline", note)) == []
    # What others say as well is not rare.
    known = heard("South", "a corridor, a pipeline, elections: old news", WITHOUT_ATTRIBUTION)
    assert kinds(channel(note, hidden, known), three) != kinds(there, three)


def test_cells_of_a_list_are_found_in_a_text_and_in_another_list() -> None:
    listed = heard("East", "Who", FOR_THE_MEDIATOR_ONLY, rows=(("jane doe", "7", ""),))
    there = channel(note, listed)
    words = sentence(there, to("West", "Ask for jane doe, 7 years", note), Kind.FORBIDDEN)
    assert "'jane doe' stands" in words
    in_rows = to("West", "The list", note, rows=(("Jane Doe", "a"),))
    assert kinds(there, in_rows) == [Kind.FORBIDDEN]
    three = heard("South", "Who", FOR_THE_MEDIATOR_ONLY, rows=(("Ann", "Bob", "Cid", "Dan"),))
    many = to("West", "Ann, Bob, Cid and Dan", note)
    assert "'Ann', 'Bob', 'Cid' and 1 more" in sentence(channel(three, note), many, Kind.FORBIDDEN)


@pytest.mark.parametrize(
    ("kept", "slipped"),
    [
        ("می توانیم با دو میلیارد کنار بیاییم", "شاید بتوانند با دو میلیارد راضی شوند"),
        ("يمكننا القبول بوقف إطلاق النار", "قد يأتي وقف اطلاق النار قريبا بوقف إطلاق النار"),
        ("נוכל לחיות עם שני מיליארד", "הם יכולים לחיות עם שני צעדים"),
    ],
)
def test_three_words_in_a_row_are_found_where_there_are_no_capitals(
    kept: str, slipped: str
) -> None:
    there = channel(note, secret(text=kept))
    assert kinds(there, to("West", slipped)) == [Kind.FORBIDDEN]


def test_a_written_note_is_looked_through_like_a_heard_one() -> None:
    world = World.ready()
    east = world.parties["East"]
    written = said.Said(
        at=minute(0),
        seen=1,
        note=an_id("written"),
        text=SAID,
        handling=FOR_THE_MEDIATOR_ONLY,
    )
    world.say(east, written)
    world.settle()
    assert kinds(world.channel, to("West", "They talk of Doha")) == [Kind.FORBIDDEN]


# -- shows whose words they are ------------------------------------------------------------------


def test_one_note_under_two_attributions_to_one_party_shows_its_source() -> None:
    there = channel(note, to("West", FOUR, note, as_=ALL.AUTHOR))
    words = sentence(there, to("West", FOUR, note, as_=ALL.NOBODY), Kind.ATTRIBUTION)
    assert "West was told the same on 2026-03-01 as the author's words" in words
    assert "both are of one source" in words


def test_one_note_under_two_attributions_to_two_parties_shows_it_to_who_compares() -> None:
    there = channel(note, to("South", FOUR, note, as_=ALL.MEDIATOR))
    words = sentence(there, to("West", FOUR, note, as_=ALL.AUTHOR), Kind.ATTRIBUTION)
    assert "South was told the same on 2026-03-01 as the mediator's own idea" in words
    assert "comparing, they see whose it is" in words


def test_one_wording_is_recognised_without_a_common_note() -> None:
    other = heard("East", "Prisoners may move to house arrest, they tell us")
    there = channel(note, other, to("South", other.text, other, as_=ALL.AUTHOR))
    assert Kind.ATTRIBUTION in kinds(there, to("West", FOUR, note, as_=ALL.NOBODY))
    assert Kind.ATTRIBUTION not in kinds(there, to("West", "Some news", note, as_=ALL.NOBODY))


def test_between_two_parties_it_is_said_once_that_a_non_paper_points_to_the_other() -> None:
    names = NAMES[:2]
    there = channel(note, names=names)
    paper = to("West", FOUR, note, as_=ALL.NOBODY)
    assert "there are two parties: West will take any non-paper for East's" in sentence(
        there, paper, Kind.ATTRIBUTION
    )
    assert kinds(there, to("West", FOUR, note, as_=ALL.MEDIATOR)) == []
    assert kinds(there, to("West", "My own", as_=ALL.NOBODY)) == []
    again = to("West", "Four may move", note, as_=ALL.NOBODY)
    assert kinds(channel(note, again, names=names), paper) == []
    third = channel(note, record.SeatClosed(at=minute(0), seat=SOUTH))
    assert kinds(third, paper) == [Kind.ATTRIBUTION]


# -- names a party -------------------------------------------------------------------------------


def test_a_party_named_without_attribution_is_found_also_in_a_list() -> None:
    there = channel(note)
    for entry in (
        to("West", "the east offers this", note, as_=ALL.NOBODY),
        to("West", "A list", note, rows=(("For East", "1"),)),
    ):
        assert Kind.NAMES in kinds(there, entry)
    assert kinds(there, to("West", "East offers it", note, as_=ALL.AUTHOR)) == []
    assert kinds(there, to("West", "A way for West", note)) == []


# -- order ---------------------------------------------------------------------------------------


def test_the_gravest_stands_first_and_nothing_is_said_twice() -> None:
    there = channel(note, secret(), to("South", "Five may move", note, as_=ALL.AUTHOR))
    entry = to("West", f"East says: {FOUR}, and Doha", note, as_=ALL.NOBODY)
    found = kinds(there, entry)
    assert found == [Kind.FORBIDDEN, Kind.CONTRADICTS, Kind.ATTRIBUTION, Kind.NAMES]

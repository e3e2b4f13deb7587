"""What leaves for a party: the law of telling, non-interference, and leaks that must be caught."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.channel import record, told
from backchannel.channel.caucus import Caucus
from backchannel.channel.channel import Channel
from backchannel.channel.disclosure import View, tell, view
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.events import Entry, FromParty, ToParty
from backchannel.channel.handling import Attribution
from backchannel.channel.names import NoteId, SeatId
from backchannel.channel.record import Basis, Conveyance, Received, SeatClosed
from backchannel.channel.returned import Returned
from backchannel.channel.said import Erased, Said, Withdrew
from backchannel.wire.codec import encode
from crossing import EVERY_USE, NAMES, NOON, Telling, an_id, minute, pick_from, seat_of
from histories import (
    ANY_KIND,
    PARTY_KINDS,
    TALKS_KINDS,
    Move,
    World,
    begun,
    in_force,
    moves,
    script,
)
from samples import entries

moderate = settings(max_examples=60, deadline=None)
EAST, WEST, SOUTH = (seat_of(name) for name in NAMES)


def assert_the_law(world: World) -> None:
    """Both desks of each caucus show the same, once all letters have arrived."""
    world.settle()
    for name, party in world.parties.items():
        assert view(party.desk) == view(world.caucus(name))
        assert party.desk == world.caucus(name)


@moderate
@given(stage=st.integers(0, 4), played=moves(ANY_KIND))
def test_both_desks_show_the_same_once_all_letters_have_arrived(
    stage: int, played: tuple[Move, ...]
) -> None:
    # Playing asserts besides that each desk takes what the other let pass, and that what a party's
    # desk refuses the mediator's would refuse.
    world = begun(stage)
    world.play(*played)
    assert_the_law(world)


@pytest.mark.parametrize("stage", range(4))
def test_the_law_holds_for_histories_that_reach_every_kind_of_event(stage: int) -> None:
    for seed in range(25):
        world = begun(stage)
        world.play(*script(seed, 150, ANY_KIND))
        assert_the_law(world)


def test_the_histories_reach_every_kind_of_event() -> None:
    reached: set[type] = set()
    for seed in range(120):
        world = begun(seed % 5)
        world.play(*script(seed, 250, ANY_KIND))
        world.settle()
        reached |= {type(entry) for entry in world.entries}
        reached |= {type(e.event) for e in world.entries if isinstance(e, Received)}
        reached |= {type(event) for party in world.parties.values() for event in party.sent}
    kinds = {*entries(), *get_args(ToParty), *get_args(FromParty)}
    # A closed seat's letters are taken no more: from then on there is nothing to compare. What is
    # returned to a restored desk has tests of its own.
    assert reached == kinds - {SeatClosed, Returned}


CROSSINGS = [
    ("note", "suspend"),
    ("ask", "close"),
    ("adhere", "suspend"),
    ("adhere", "take back"),
    ("decline", "take back"),
    ("withdraw", "request"),
    ("erase", "request"),
    ("widen", "request"),
    ("report", "end"),
    ("dispute", "mark"),
    ("answer", "remark"),
    ("withdraw", "convey"),
]


@pytest.mark.parametrize(("of_party", "of_mediator"), CROSSINGS)
@pytest.mark.parametrize("stage", [2, 3])
def test_events_that_cross_on_the_way_leave_both_desks_alike(
    stage: int, of_party: str, of_mediator: str
) -> None:
    world = begun(stage)
    world.settle()
    world.play(Move("note", "East"), Move("question", "East"))
    world.settle()
    world.play(Move(of_party, "East"), Move(of_mediator, "East"))
    assert_the_law(world)


# What the runs below have in common: what West does and is told, and what East says for use.
WEST_KINDS = (
    *PARTY_KINDS, *("remark", "question", "request", "correct", "put", "take back", "end", "mark"),
    *("suspend", "resume", "resume"), *("for use", "convey") * 8, *("up", "down") * 8,
    *(kind for kind in TALKS_KINDS if kind != "write"),
    *("agenda", "put proposal", "vote", "consent", "come") * 2,
)  # fmt: skip
# What they differ in: what East says for no use by West, and what is said about it with East.
SECRET_KINDS = (
    *PARTY_KINDS, *("note", "withdraw", "erase", "permit", "adhere", "decline", "try") * 2,
    *("remark", "question", "request"), *("up", "down") * 6,
    *("own items", "call", "cancel round", "held", "heard", "take heard", "by mouth"),
    *("vote", "reply", "consent", "come", "raise", "propose") * 2,
)  # fmt: skip
Secrets = Sequence[tuple[Move, ...]]
Seen = tuple[list[ToParty], list[bytes], list[tuple[str, str]], View]


class Confidence:
    """A mediation in which East says some things for use and some in confidence."""

    def __init__(self, stage: int, telling: Telling) -> None:
        self.world = begun(stage)
        self.world.settle()
        self.world.telling = telling
        self.open: list[Basis] = []

    def say_for_use(self, name: str, at: int) -> None:
        """A party's note that may be used in any way."""
        party = self.world.parties[name]
        note = an_id("for use", len(self.open))
        event = Said(
            at=minute(at), seen=party.desk.told_count, note=note, text="Ready.", handling=EVERY_USE
        )
        self._try(lambda: self.world.say(party, event))
        while party.up:
            self.world.deliver_up(party)
        if note in self.world.caucus(name).notes:
            self.open.append(Basis(seat=party.seat, note=note))

    def convey(self, move: Move, basis: Basis) -> None:
        entry = Conveyance(
            at=minute(move.minute),
            seat=WEST,
            conveyance=self.world.parties["West"].fresh("conveyance"),
            text="Ready.",
            attribution=tuple(Attribution)[move.pick % 3],
            rests_on=(basis,),
        )
        self._try(lambda: self.world.enter(entry))

    def play(self, move: Move) -> None:
        if move.kind == "for use":
            self.say_for_use("East", move.minute)
        elif move.kind == "convey":
            if self.open:
                self.convey(move, self.open[move.pick % len(self.open)])
        else:
            self.world.play(move)

    def play_in_secret(self, move: Move) -> None:
        """Play what East does in confidence; it touches none of the notes it gave for use."""
        secrets = [
            note
            for note in self.world.parties["East"].desk.notes
            if Basis(seat=EAST, note=note) not in self.open
        ]
        if move.kind in {"withdraw", "erase"}:
            self._take_back(move, secrets)
        elif move.kind == "try":
            self._try_to_convey_a_secret(move)
        else:
            self.world.play(move)

    def _take_back(self, move: Move, secrets: Sequence[NoteId]) -> None:
        east, note = self.world.parties["East"], pick_from(secrets, move.pick)
        kind = Withdrew if move.kind == "withdraw" else Erased
        if note is not None:
            event = kind(at=minute(move.minute), seen=east.desk.told_count, note=note)
            self._try(lambda: self.world.say(east, event))

    def _try_to_convey_a_secret(self, move: Move) -> None:
        for note, known in self.world.caucus("East").notes.items():
            basis = Basis(seat=EAST, note=note)
            use = tuple(Attribution)[move.pick % 3]
            if basis in self.open or known.handling.allows(use):
                continue
            entry = Conveyance(
                at=NOON,
                seat=WEST,
                conveyance=an_id("try", note, use),
                text="Ready.",
                attribution=use,
                rests_on=(basis,),
            )
            with pytest.raises(RuleBrokenError):
                self.world.enter(entry)

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except RuleBrokenError:
            return

    def what_west_gets(self) -> Seen:
        """Return all that reaches West: events, bytes, refusals, and what its desk shows."""
        self.world.settle()
        west = self.world.parties["West"]
        return west.sent, [encode(event) for event in west.sent], west.refused, view(west.desk)


def what_west_gets(
    stage: int, common: Sequence[Move], secrets: Secrets, telling: Telling = tell
) -> Seen:
    """Play the common moves, and before each of them the secret ones that belong there."""
    run = Confidence(stage, telling)
    run.say_for_use("East", 0)
    for move, hidden in zip_longest(common, secrets[: len(common)]):
        for each in hidden or ():
            run.play_in_secret(each)
        run.play(move)
    run.play(Move("resume", "West"))
    run.convey(Move("convey", "West"), run.open[0])
    assert any(
        isinstance(e, told.Conveyed | told.ConveyedAsTheirs) for e in run.world.parties["West"].sent
    )
    return run.what_west_gets()


def assert_nothing_shows(
    stage: int, common: Sequence[Move], secrets: tuple[Secrets, Secrets], telling: Telling = tell
) -> None:
    """The check of non-interference: West cannot tell two runs apart that differ in secrets."""
    one, other = (what_west_gets(stage, common, each, telling) for each in secrets)
    for ours, theirs in zip(one, other, strict=True):
        assert ours == theirs


secrecy = st.lists(moves(SECRET_KINDS, names=("East",), max_size=8), max_size=20)


@moderate
@given(
    stage=st.integers(1, 3),
    common=moves(WEST_KINDS, names=("West",), max_size=40),
    one=secrecy,
    other=secrecy,
)
def test_a_party_cannot_see_what_another_said_in_confidence(
    stage: int, common: tuple[Move, ...], one: Secrets, other: Secrets
) -> None:
    assert_nothing_shows(stage, common, (one, other))


@pytest.mark.parametrize("stage", [1, 2, 3])
def test_a_long_confidence_looks_like_none_at_all(stage: int) -> None:
    for seed in range(8):
        common = script(seed, 60, WEST_KINDS, ("West",))
        talkative = [script(seed * 100 + n, 8, SECRET_KINDS, ("East",)) for n in range(60)]
        assert_nothing_shows(stage, common, (talkative, []))


def what_west_gets_from(source: str, telling: Telling = tell) -> Seen:
    run = Confidence(1, telling)
    run.say_for_use(source, 0)
    for pick in (1, 2):  # without attribution, and as the mediator's own idea
        run.convey(Move("convey", "West", pick), run.open[0])
    return run.what_west_gets()


def test_a_party_cannot_see_whose_words_were_conveyed_without_attribution() -> None:
    assert what_west_gets_from("East") == what_west_gets_from("South")


# Leaks, planted to see that the checks above would find them.


def counting_all_caucuses(channel: Channel, entry: Entry) -> Mapping[SeatId, ToParty]:
    """Leak: what was seen is counted over all caucuses."""
    seen = sum(caucus.said_count for caucus in channel.caucuses.values())
    return {seat: replace(event, seen=seen) for seat, event in tell(channel, entry).items()}


def numbering_conveyances(channel: Channel, entry: Entry) -> Mapping[SeatId, ToParty]:
    """Leak: ids follow from how many notes there are in the channel."""
    notes = sum(len(caucus.notes) for caucus in channel.caucuses.values())
    return {
        seat: replace(event, conveyance=an_id(notes)) if isinstance(event, told.Conveyed) else event
        for seat, event in tell(channel, entry).items()
    }


def speaking_up(channel: Channel, entry: Entry) -> Mapping[SeatId, ToParty]:
    """Leak: everybody is told that somebody has said something."""
    if isinstance(entry, Received):
        return {seat: told.MediatorSaid(at=NOON, seen=0, text="News.") for seat in channel.seats}
    return tell(channel, entry)


def keeping_time(channel: Channel, entry: Entry) -> Mapping[SeatId, ToParty]:
    """Leak: what is told carries the time of the latest event of any caucus."""
    times = [e.at for c in channel.caucuses.values() for e in c.entries.values()]
    return {
        seat: replace(event, at=max(times, default=NOON))
        for seat, event in tell(channel, entry).items()
    }


def naming_the_source(channel: Channel, entry: Entry) -> Mapping[SeatId, ToParty]:
    """Leak: the text says where it comes from."""
    events = tell(channel, entry)
    if not isinstance(entry, Conveyance):
        return events
    source = channel.seats[entry.rests_on[0].seat].name
    named: dict[SeatId, Any] = dict(events)
    return {s: replace(event, text=f"{event.text} ({source})") for s, event in named.items()}


@pytest.mark.parametrize(
    "leak", [counting_all_caucuses, numbering_conveyances, speaking_up, keeping_time]
)
def test_a_planted_leak_is_caught_by_the_check_of_confidence(leak: Telling) -> None:
    common = [Move("convey", "West", 1)]
    secrets = [(Move("note", "East", 4, minute=7), Move("up", "East"))]
    assert_nothing_shows(1, common, (secrets, []))
    with pytest.raises(AssertionError):
        assert_nothing_shows(1, common, (secrets, []), leak)


def test_a_planted_source_in_the_text_is_caught_by_the_check_of_sources() -> None:
    assert what_west_gets_from("East", naming_the_source) != what_west_gets_from(
        "South", naming_the_source
    )


def test_no_type_that_is_told_has_a_field_for_a_source_or_a_person_of_the_team() -> None:
    for kind in get_args(ToParty):
        fields = set(kind.__dataclass_fields__)
        assert not fields & {"seat", "rests_on", "by", "condition_met_by", "handling"}
        assert ("author" in fields) == (kind is told.ConveyedAsTheirs)


def test_what_the_mediator_notes_for_itself_is_told_to_nobody() -> None:
    world = begun(3)
    kinds = (record.SeatAdded, record.Received, record.Frozen, record.Thawed, record.Drafted)
    for kind in (record.Opened, *kinds):
        assert tell(world.channel, entries()[kind]) == {}


def test_only_those_an_accord_names_are_told_of_it() -> None:
    world = World.ready()
    accord = in_force(world)
    marking = record.Marking(at=NOON, accord=accord, step="s1", mark=told.Mark.REPORTED, who="East")
    assert set(tell(world.channel, marking)) == {EAST, WEST}


def test_a_party_that_has_not_joined_is_told_of_no_suspension() -> None:
    world = World()
    world.play(Move("welcome", "East"))
    assert set(tell(world.channel, record.Suspension(at=NOON))) == {EAST}


def test_nothing_is_told_of_an_entry_about_an_accord_that_has_no_words_for_a_party() -> None:
    world = World.ready()
    entry: Any = record.OnDraft(at=NOON, accord=in_force(world))
    with pytest.raises(TypeError, match="told to nobody"):
        tell(world.channel, entry)


def test_nobody_can_be_welcomed_to_a_channel_that_is_not_open() -> None:
    channel = replace(Channel(), caucuses={EAST: Caucus()})
    assert tell(channel, record.Welcome(at=NOON, seat=EAST)) == {}

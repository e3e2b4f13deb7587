"""Double blind: two runs that differ in who refused or kept silent look the same to the others.

First on the rules alone, minute by minute; then on real desks, where letters before encryption,
what the relay sees of a party's mailboxes, and what its screens show are compared. At the
mediator's desk all that is shown is compared until the outcome. Leaks planted on purpose show that
the comparisons would find them.
"""

import json
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.channel import channel_proposals
from backchannel.channel.channel import Channel
from backchannel.channel.channel_proposals import answers, result_of
from backchannel.channel.disclosure import View, tell, view
from backchannel.channel.errors import ChannelError, RuleBrokenError
from backchannel.channel.events import Entry, ToParty
from backchannel.channel.handling import FOR_THE_MEDIATOR_ONLY
from backchannel.channel.names import SeatId
from backchannel.channel.proposals import (
    Answer,
    Answered,
    OutcomeEntered,
    OutcomeTold,
    ProposalPut,
    ProposalPutting,
    Result,
)
from backchannel.desk import caucus_export, courier, session
from backchannel.desk.errors import DeskError
from backchannel.desk.export import export
from backchannel.desk.screen import json_form
from backchannel.desk.screen.proposals_page import standing_words
from backchannel.desk.session import ProposalDraft, Topic, reading
from backchannel.seal.letters import Letter
from backchannel.seal.session import safety_number
from backchannel.seal.state import load
from backchannel.wire.codec import encode
from crossing import Telling, minute
from hostile_relay import MemoryRelay
from mediation import START, Mediation, begin
from test_desk_noninterference import MEMORY, Drawing, fixed_keys, recorded, shape
from test_proposals import EAST, ONE, OTHER, TEN, WEST, put, vote, world_with_agenda
from test_proposing import FUNDS
from test_proposing import PAUSE as PAUSE_ITEM
from vault_probe import caucus_row, select

ACCEPT, REFUSE = Answer.ACCEPT, Answer.REFUSE
CLOSES = 90  # minutes: an hour until the deadline, and half an hour of grace

# What a party does: nothing, or one answer at a minute before the deadline.
Conduct = tuple[Answer, int] | None
conducts = st.none() | st.tuples(st.sampled_from(Answer), st.integers(1, 60))
refusal_or_silence = st.none() | st.tuples(st.just(REFUSE), st.integers(1, 60))
Seen = list[tuple[list[bytes], View]]


def by_minute(east: Conduct, west: Conduct, telling: Telling = tell) -> dict[str, Seen]:
    """Play the conducts; return what each of the two has been told, and sees, at every minute.

    The mediator asks for the outcome in every minute, as eager as a mediator can be.
    """
    world = world_with_agenda()
    world.telling = telling
    put(world)
    seen: dict[str, Seen] = {"East": [], "West": []}
    for now in range(1, CLOSES + 3):
        for name, conduct in (("East", east), ("West", west)):
            if conduct is not None and conduct[1] == now:
                vote(world, name, conduct[0], at=minute(now))
        world.settle()
        opened = answers(world.channel, world.channel.proposals[ONE])
        with suppress(RuleBrokenError):
            world.enter(
                OutcomeEntered(
                    at=minute(now), proposal=ONE, result=result_of(opened), answers=opened
                )
            )
        world.settle()
        for name, party in ((name, world.parties[name]) for name in seen):
            seen[name].append(([encode(event) for event in party.sent], view(party.desk)))
    return seen


moderate = settings(max_examples=30, deadline=None)


@moderate
@given(own=refusal_or_silence, one=conducts, other=conducts)
def test_a_party_that_did_not_accept_learns_nothing(
    own: Conduct, one: Conduct, other: Conduct
) -> None:
    assert by_minute(one, own)["West"] == by_minute(other, own)["West"]
    assert by_minute(own, one)["East"] == by_minute(own, other)["East"]


@moderate
@given(at=st.integers(1, 60), one=refusal_or_silence, other=refusal_or_silence)
def test_refusal_and_silence_look_alike_to_one_that_accepted(
    at: int, one: Conduct, other: Conduct
) -> None:
    own = (ACCEPT, at)
    assert by_minute(one, own)["West"] == by_minute(other, own)["West"]
    assert by_minute(own, one)["East"] == by_minute(own, other)["East"]


@moderate
@given(one=st.integers(1, 60), other=st.integers(1, 60))
def test_whichever_of_the_two_refused_both_are_told_the_same_in_the_same_minute(
    one: int, other: int
) -> None:
    east_refused = by_minute((REFUSE, one), (ACCEPT, other))
    west_refused = by_minute((ACCEPT, one), (REFUSE, other))
    for name in ("East", "West"):
        told = [sent for sent, _ in east_refused[name]]
        assert told == [sent for sent, _ in west_refused[name]]
        assert len(told[-1]) == len(told[-4]) + 1  # at the end of the grace, and not before


def test_what_one_has_accepted_shows_only_once_all_have() -> None:
    seen = by_minute((ACCEPT, 5), (ACCEPT, 20))
    lengths = [len(sent) for sent, _ in seen["East"]]
    assert lengths[18] + 1 == lengths[19] == lengths[-1]


@given(west=conducts)
@moderate
def test_a_party_cannot_tell_that_another_was_put_one_before(west: Conduct) -> None:
    def seen(*, before: bool, telling: Telling = tell) -> list[bytes]:
        world = world_with_agenda()
        world.telling = telling
        put(world, OTHER, seats=(EAST,) if before else (SOUTH,))
        put(world, supersedes=OTHER if before else None)
        if west is not None:
            vote(world, "West", west[0])
        world.settle()
        return [encode(event) for event in world.parties["West"].sent]

    assert seen(before=True) == seen(before=False)
    # Leak: the one before is named to whoever never saw it.
    assert seen(before=True, telling=naming_the_one_before) != seen(before=False)


SOUTH = SeatId(next(s for s in world_with_agenda().channel.seats if s not in {EAST, WEST}))


# Leaks, planted to see that the checks above would find them.


def naming_the_one_before(channel: Channel, entry: Entry) -> Mapping[SeatId, ToParty]:
    old = entry.supersedes if isinstance(entry, ProposalPutting) else None
    return {
        seat: replace(event, supersedes=old) if isinstance(event, ProposalPut) else event
        for seat, event in tell(channel, entry).items()
    }


def counting_the_others(channel: Channel, entry: Entry) -> Mapping[SeatId, ToParty]:
    """Leak: a party is told that its answer was counted only if the other gave one, too."""
    all_answered = isinstance(entry, OutcomeEntered) and all(
        each.answer is not None for each in entry.answers
    )
    return {
        seat: replace(event, counted=all_answered) if isinstance(event, OutcomeTold) else event
        for seat, event in tell(channel, entry).items()
    }


def telling_of_an_answer(channel: Channel, entry: Entry) -> Mapping[SeatId, ToParty]:
    """Leak: how much each was told counts what others have said."""
    said = sum(caucus.said_count for caucus in channel.caucuses.values())
    return {seat: replace(event, seen=said) for seat, event in tell(channel, entry).items()}


@pytest.mark.parametrize("leak", [counting_the_others, telling_of_an_answer])
def test_a_planted_leak_of_an_answer_would_be_found(leak: Telling) -> None:
    own = (ACCEPT, 3)
    refused = by_minute((REFUSE, 2), own, leak)["West"]
    assert refused != by_minute(None, own, leak)["West"]


def test_an_outcome_told_earlier_because_of_a_refusal_would_be_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = channel_proposals._may_end

    def hasty(channel: Any, entry: OutcomeEntered, known: Any) -> None:  # noqa: ANN401
        if REFUSE not in {each.answer for each in entry.answers}:
            honest(channel, entry, known)

    monkeypatch.setattr(channel_proposals, "_may_end", hasty)
    own = (ACCEPT, 3)
    assert by_minute((REFUSE, 5), own)["West"] != by_minute(None, own)["West"]


# On real desks.


@dataclass
class Noted:
    """All that a party and its relay could have noticed, and all that the mediator was shown."""

    letters: list[tuple[str, Letter, int]] = field(default_factory=list)
    told: list[object] = field(default_factory=list)
    traffic: list[tuple[object, ...]] = field(default_factory=list)
    shown: list[object] = field(default_factory=list)


Given = tuple[Answer | None, Answer | None]  # of A, and of B
HOUR = timedelta(hours=1)


class Run:
    """A proposal put to A and B, answered or not, decided after the grace or as soon as can be."""

    def __init__(self, folder: Path, given_answers: Given) -> None:
        self.relay = MemoryRelay()
        # The names of things at the mediator's desk are compared, too.
        with patch.object(secrets, "token_bytes", Drawing()):
            self.talks: Mediation = begin(folder, self.relay, "A", "B")
        self.given = given_answers
        self.drawing = {name: Drawing() for name in ("mediator", "A", "B")}
        self.talks.mediator = replace(self.talks.mediator, draw=self.drawing["mediator"])
        for name in ("A", "B"):
            desk = replace(self.talks.parties[name], draw=self.drawing[name])
            self.talks.parties[name] = desk
        self.a, self.b = self.talks.parties["A"], self.talks.parties["B"]
        self.noted = {name: Noted() for name in ("A", "B")}
        self.shown: list[object] = []
        self.screens: dict[str, list[object]] = {"A": [], "B": []}

    def play(self) -> "Run":
        self.at(0)
        topics = [Topic(item=item, shown_to=("A", "B")) for item in (PAUSE_ITEM, FUNDS)]
        session.set_agenda(self.talks.mediator, "", topics)
        self.sync()
        self.relay.asked.clear()
        raw: list[tuple[bytes, Letter, int]] = []
        with recorded(raw):
            for hour, act in enumerate(ACTS, start=1):
                self.at(hour)
                act(self)
                self.sync()
                self.look()
        for name in ("A", "B"):
            self.note(name, raw)
        return self

    def at(self, hour: int) -> None:
        self.talks.clock.now = START + hour * HOUR
        for name, drawing in self.drawing.items():
            drawing.stream.seed(f"{name} {hour}")

    def sync(self) -> None:
        for desk in (self.a, self.b, self.talks.mediator, self.b, self.a, self.talks.mediator):
            courier.sync(desk, lambda _: self.relay)

    def look(self) -> None:
        """Keep all that the screens of the three desks show now."""
        mediator = self.talks.mediator
        self.shown.append(what_the_mediator_sees(mediator))
        for name, desk in self.talks.parties.items():
            (known,) = session.proposals(desk) or (None,)
            words = standing_words(known, desk.now(), UTC) if known else ""
            page = json_form.view(session.view(desk))
            self.screens[name].append((known, words, page, session.channels(desk)))

    def note(self, name: str, raw: Sequence[tuple[bytes, Letter, int]]) -> None:
        noted, desk = self.noted[name], self.talks.parties[name]
        row = caucus_row(desk)
        ours = safety_number(row.session)
        for state, letter, size in raw:
            if safety_number(state) == ours:
                side = load(state).side  # type: ignore[union-attr]
                noted.letters.append((side.name, letter, size))
        noted.told = [body for (body,) in select(desk, "SELECT body FROM events ORDER BY place")]
        boxes = {row.send_box: "up", row.read_box: "down"}
        noted.traffic = [
            shape(r, boxes) for r in self.relay.asked if getattr(r, "mailbox", b"") in boxes
        ]
        noted.shown = self.screens[name]


def what_the_mediator_sees(mediator: session.Desk) -> list[object]:
    """Return all that is shown, listed and exported at the mediator's desk."""
    reports = [courier.sync(mediator, lambda _: NOTHING_COMES)]
    return [
        session.channels(mediator),
        session.proposals(mediator),
        session.journal(mediator),
        session.record(mediator),
        session.timing(mediator),
        session.due(mediator),
        session.knowledge(mediator),
        *(session.view(mediator, seat=name) for name in ("A", "B")),
        *(json_form.view(session.view(mediator, seat=name)) for name in ("A", "B")),
        json_form.plain(session.proposals(mediator)),
        json.loads(export(mediator, fmt="json")),
        export(mediator, fmt="markdown"),
        [caucus_export.transcript(mediator, caucus=name) for name in ("A", "B")],
        [report.waiting for report in reports],
    ]


NOTHING_COMES = MemoryRelay()
NOTHING_COMES.down = True


def puts(run: Run) -> None:
    draft = ProposalDraft(
        parties=("A", "B"),
        text="Ten days each.",
        choices=[TEN],
        deadline=START + 6 * HOUR,
        grace=60,
    )
    session.put_proposal(run.talks.mediator, "", draft)


def answers_are_given(run: Run) -> None:
    for desk, given_answer in zip((run.a, run.b), run.given, strict=True):
        if given_answer is not None:
            session.answer_proposal(desk, "", "", given_answer)


def goes_on(run: Run) -> None:
    """Say and ask other things in both caucuses: no number in them may tell of an answer."""
    for desk in (run.a, run.b):
        session.say(desk, text="By the way.", handling=FOR_THE_MEDIATOR_ONLY)
        session.ask(desk, text="How long?")


def mediator_goes_on(run: Run) -> None:
    for name in ("A", "B"):
        session.remark(run.talks.mediator, "", name, text="Thank you.")
        session.ask(run.talks.mediator, text="And the funds?", seat=name)


def decides(run: Run) -> None:
    with suppress(ChannelError, DeskError):  # too early, or decided already
        session.outcome(run.talks.mediator, "", "")


def nothing(_: Run) -> None:
    """Let an hour pass."""


ACTS: tuple[Callable[[Run], None], ...] = (
    puts,  # in the first hour
    answers_are_given,
    goes_on,
    mediator_goes_on,
    decides,
    nothing,
    nothing,  # the grace is over, and the mailboxes are emptied
    decides,
)
UNTIL_OUTCOME = 4  # hours in which no outcome can have been told, whatever was answered


def played(*given_answers: Answer | None) -> Run:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder, fixed_keys():
        run = Run(Path(folder), (given_answers[0], given_answers[1]))
        try:
            return run.play()
        finally:
            run.talks.close()


@pytest.fixture(scope="module")
def runs() -> dict[Given, Run]:
    every = (ACCEPT, REFUSE, None)
    return {(a, b): played(a, b) for a in every for b in every}


def test_b_cannot_tell_whether_a_refused_or_kept_silent(runs: dict[Given, Run]) -> None:
    for own in (ACCEPT, REFUSE, None):
        assert runs[REFUSE, own].noted["B"] == runs[None, own].noted["B"]
        assert runs[own, REFUSE].noted["A"] == runs[own, None].noted["A"]


def test_one_that_did_not_accept_learns_nothing_on_real_desks(runs: dict[Given, Run]) -> None:
    for own in (REFUSE, None):
        assert runs[ACCEPT, own].noted["B"] == runs[None, own].noted["B"]
        assert runs[own, ACCEPT].noted["A"] == runs[own, None].noted["A"]


def test_whichever_refused_the_letters_are_as_many_as_large_and_in_the_same_order(
    runs: dict[Given, Run],
) -> None:
    one, other = runs[REFUSE, ACCEPT], runs[ACCEPT, REFUSE]
    for name in ("A", "B"):
        assert one.noted[name].traffic == other.noted[name].traffic
        told = [
            [letter for letter in run.noted[name].letters if letter[0] == "MEDIATOR"]
            for run in (one, other)
        ]
        assert told[0] == told[1]


def test_the_runs_compared_come_to_an_outcome(runs: dict[Given, Run]) -> None:
    for given_answers, run in runs.items():
        result = Result.CARRIED if set(given_answers) == {ACCEPT} else Result.NOT_CARRIED
        last: Any = run.shown[-1]
        assert last[1][0].life.value == result.value
        assert {kind for kind, *_ in run.noted["A"].traffic} == {"put", "collect", "forget"}
        assert len(run.screens["A"]) == len(ACTS)


def test_the_mediators_desk_shows_no_answer_nor_that_one_has_come(
    runs: dict[Given, Run],
) -> None:
    before = [run.shown[:UNTIL_OUTCOME] for run in runs.values()]
    assert all(shown == before[0] for shown in before)
    refused = [
        run.shown[:-1] for given_answers, run in runs.items() if not all_accept(given_answers)
    ]
    assert all(shown == refused[0] for shown in refused)


def test_an_answer_is_in_the_export_of_a_caucus_from_the_outcome_on(
    runs: dict[Given, Run],
) -> None:
    shown: Any = runs[ACCEPT, ACCEPT].shown
    of_a = [transcripts[0].lines for *_, transcripts, _ in shown]
    held = [any(isinstance(line.event, Answered) for line in lines) for lines in of_a]
    assert held == [False] * UNTIL_OUTCOME + [True] * (len(ACTS) - UNTIL_OUTCOME)


def all_accept(given_answers: Given) -> bool:
    return set(given_answers) == {ACCEPT}


@contextmanager
def unveiled() -> Iterator[None]:
    """Leak: the mediator's desk shows caucuses as they are."""
    as_it_is: Callable[[Any], Any] = lambda whole: whole  # noqa: E731
    with (
        patch.object(reading, "veiled", as_it_is),
        patch.object(reading, "veiled_channel", as_it_is),
    ):
        yield


def test_an_unveiled_desk_of_the_mediator_would_be_found() -> None:
    with unveiled():
        one, other = played(ACCEPT, None), played(None, None)
    assert one.shown[0] == other.shown[0]
    assert one.shown[1] != other.shown[1]
    # Not only the entry itself: what follows carries numbers, too.
    views: Any = [run.shown[3] for run in (one, other)]
    questions = [next(iter(shown[7].questions.values())).number for shown in views]
    assert questions[0] == questions[1] + 1

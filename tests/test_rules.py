"""The one table: what may follow what, and what fits the standing of the talks."""

from dataclasses import replace
from typing import Any, get_args

import pytest

from backchannel.channel import events, said, told
from backchannel.channel.caucus import Caucus, Event, apply
from backchannel.channel.caucus_rules import may
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.rules import (
    ALLOWED_WHILE,
    TRANSITIONS,
    AccordLife,
    AnswerState,
    CommuniqueLife,
    Consent,
    NoteState,
    ProposalLife,
    RequestState,
    RoundLife,
    Stance,
    Standing,
    State,
    StepState,
    TextLife,
    check_standing,
    follow,
)
from samples import a_caucus, said_now, told_now

KINDS: list[type] = [*get_args(events.FromParty), *get_args(events.ToParty)]
MACHINES: tuple[type[State], ...] = get_args(State)
STATES: list[State] = [state for machine in MACHINES for state in machine]
CAUSES = list(dict.fromkeys(cause for _, cause in TRANSITIONS))
# These move the standing itself, so that the table of transitions narrows them further.
MOVES_STANDING = {told.Suspended, told.Resumed, told.Closed}


def fitting(kind: type) -> Caucus:
    """Return a caucus, its channel open, in which an event of this kind may happen."""
    if kind is told.Welcomed:
        return Caucus()
    if kind is said.RulesAccepted:
        return apply(Caucus(), told_now(0)[told.Welcomed])
    return a_caucus()


def at_standing(caucus: Caucus, standing: Standing) -> Caucus:
    """Return the caucus after it was told that the talks stand so."""
    by = {Standing.SUSPENDED: told.Suspended, Standing.CLOSED: told.Closed}
    if standing is Standing.OPEN:
        return caucus
    return apply(caucus, told_now(caucus.said_count)[by[standing]])


def event_of(kind: type, caucus: Caucus) -> Event:
    """Return an event of this kind whose author has seen all there is."""
    events: dict[type, Event] = {**said_now(caucus.told_count), **told_now(caucus.said_count)}
    return events[kind]


def allowed(kind: type, standing: Standing) -> bool:
    moves = kind not in MOVES_STANDING or (standing, kind) in TRANSITIONS
    return standing in ALLOWED_WHILE[kind] and moves


def test_every_kind_of_event_has_its_line_in_the_table_of_standings() -> None:
    assert set(ALLOWED_WHILE) == set(KINDS)


@pytest.mark.parametrize("standing", Standing)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_event_passes_just_while_the_table_allows_it(kind: type, standing: Standing) -> None:
    caucus = at_standing(fitting(kind), standing)
    if kind is told.Welcomed and standing is not Standing.OPEN:
        # Nobody is told of the standing before the welcome; the rule alone can be asked.
        caucus = replace(caucus, standings=((0, standing),))
    event = event_of(kind, caucus)
    if allowed(kind, standing):
        may(caucus, event)
    else:
        with pytest.raises(RuleBrokenError):
            may(caucus, event)


@pytest.mark.parametrize("kind", get_args(events.FromParty), ids=lambda kind: kind.__name__)
def test_what_was_said_before_the_suspension_was_seen_is_taken(kind: type) -> None:
    caucus = fitting(kind)
    event = event_of(kind, caucus)
    may(at_standing(caucus, Standing.SUSPENDED), event)


def test_a_closed_channel_still_takes_reports_of_steps() -> None:
    caucus = at_standing(a_caucus(), Standing.CLOSED)
    for kind in (said.StepReported, said.StepConfirmed, said.StepDisputed, told.StepMarked):
        may(caucus, event_of(kind, caucus))


@pytest.mark.parametrize("state", STATES, ids=str)
def test_what_is_not_in_the_table_may_not_be(state: Any) -> None:  # noqa: ANN401 - of any machine
    for cause in CAUSES:
        if (state, cause) in TRANSITIONS:
            assert follow(state, cause) is TRANSITIONS[state, cause]
        else:
            with pytest.raises(RuleBrokenError, match=f"is {state.value} already"):
                follow(state, cause)


def test_no_transition_leads_from_one_machine_into_another() -> None:
    assert all(type(before) is type(after) for (before, _), after in TRANSITIONS.items())


def test_what_is_final_has_no_way_on() -> None:
    moved = {before for before, _ in TRANSITIONS}
    final = {
        Standing.CLOSED,
        NoteState.ERASED,
        RequestState.ALLOWED,
        RequestState.DENIED,
        AccordLife.WITHDRAWN,
        AccordLife.ENDED,
        AccordLife.AMENDED,
        Stance.ADHERED,
        ProposalLife.CARRIED,
        ProposalLife.NOT_CARRIED,
        ProposalLife.TAKEN_BACK,
        ProposalLife.SUPERSEDED,
        AnswerState.ANSWERED,
        RoundLife.CANCELLED,
        TextLife.DROPPED,
        CommuniqueLife.RELEASED,
        CommuniqueLife.TAKEN_BACK,
    }
    assert {state for state in STATES if state not in moved} == final


def test_every_state_can_be_reached() -> None:
    first = {next(iter(machine)) for machine in MACHINES}
    assert first | set(TRANSITIONS.values()) == set(STATES)
    assert first == {
        Standing.OPEN,
        NoteState.LIVE,
        RequestState.ASKED,
        AccordLife.DRAFTED,
        Stance.UNDECIDED,
        StepState.PROMISED,
        ProposalLife.PUT,
        AnswerState.OPEN,
        RoundLife.CALLED,
        TextLife.WORKED_ON,
        CommuniqueLife.PUT,
        Consent.UNDECIDED,
    }


def test_each_machine_is_moved_by_one_side_only() -> None:
    # Else two events that cross could leave the two desks in different states.
    from_party = {NoteState, RequestState, Stance, AnswerState, Consent}
    for before, cause in TRANSITIONS:
        by_party = cause in get_args(events.FromParty) or isinstance(cause, bool)
        assert by_party == (type(before) in from_party)


def test_a_refusal_by_standing_says_when_it_may_be_done() -> None:
    with pytest.raises(RuleBrokenError, match="closed; this can be done only while it is open or"):
        check_standing(Standing.CLOSED, said.Said)


def test_each_life_of_an_accord_belongs_to_a_phase() -> None:
    phases = [life.phase for life in AccordLife]
    assert phases == ["exploration", "accord", "exploration", "implementation", "ended", "ended"]

"""Contradictions: what is named conflicts, and nothing in it is named without need."""

from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings

from backchannel.bargain.conflict import conflict, consistent
from backchannel.bargain.errors import ContradictionError
from backchannel.bargain.polytope import feasible, polytope
from backchannel.bargain.sampling import sample
from backchannel.bargain.statements import (
    Accepted,
    Knowledge,
    MattersMore,
    Order,
    Prefers,
    PrefersPackage,
    Refused,
    Reservation,
    Statement,
    Weight,
)
from knowing import Hidden, issues_of, tellings

Telling = tuple[Knowledge, Hidden]


def opposite(said: Statement) -> Statement | None:
    """Return a statement that cannot be true together with another."""
    match said:
        case Prefers(issue=issue, option=option, to=to):
            return Prefers(issue=issue, option=to, to=option)
        case Order(issue=issue, options=options):
            return Prefers(issue=issue, option=options[-1], to=options[0])
        case MattersMore(issue=issue, than=than):
            return MattersMore(issue=than, than=issue)
        case PrefersPackage(package=package, to=to):
            return PrefersPackage(package=to, to=package)
        case Accepted(package=package):
            return Refused(package=package)
        case Refused(package=package):
            return Accepted(package=package)
    return None


@given(telling=tellings())
def test_what_is_true_of_somebody_is_no_contradiction(telling: Telling) -> None:
    known, _ = telling
    assert conflict(known, "north") is None
    consistent(known)


@settings(max_examples=60, deadline=None)
@given(telling=tellings(most=6))
def test_a_named_conflict_conflicts_and_each_part_of_it_can_hold(telling: Telling) -> None:
    known, _ = telling
    against = [opposite(said) for said in known.parties["north"]]
    known = known.told("north", *[said for said in against if said is not None][:2])
    found = conflict(known, "north")
    if found is None:
        assert not any(against)
        return
    assert found.statements == tuple(known.parties["north"][place] for place in found.places)
    assert not feasible(polytope(known, "north", found.places))
    for left_out in range(len(found.statements)):
        rest = (*found.statements[:left_out], *found.statements[left_out + 1 :])
        held = Knowledge(issues=known.issues, parties={"north": rest})
        assert feasible(polytope(held, "north"))
        # And that they can hold is seen from preferences with which they do.
        assert len(sample(held, 1, np.random.default_rng(0), patience=1)) == 1


@settings(max_examples=20, deadline=None)
@given(telling=tellings(most=4))
def test_no_conflict_of_fewer_statements_is_left_unnamed(telling: Telling) -> None:
    known, _ = telling
    against = [opposite(said) for said in known.parties["north"]]
    known = known.told("north", *[said for said in against if said is not None])
    found = conflict(known, "north")
    places = range(len(known.parties["north"]))
    every = chain.from_iterable(combinations(places, size) for size in range(len(places) + 1))
    sizes = [len(s) for s in every if not feasible(polytope(known, "north", s))]
    assert (found is None) == (not sizes)
    if found is not None:
        assert found.least
        assert len(found.places) == min(sizes)


# A long conflict is met first by leaving out from the end; a short one is there as well.
WEIGHTS = tuple(Weight(issue=f"i{place}", low=0.3) for place in range(4))
LOW = Reservation(high=0.2)
HIGH = Reservation(low=0.8)


def test_a_shorter_conflict_is_found_beside_a_longer_one() -> None:
    known = Knowledge(issues=issues_of(2, 2, 2, 2), parties={"north": (*WEIGHTS, LOW, HIGH)})
    found = conflict(known, "north")
    assert found is not None
    assert found.statements == (LOW, HIGH)
    assert found.least


def test_where_not_all_smaller_sets_were_tried_none_is_called_least() -> None:
    known = Knowledge(issues=issues_of(2, 2, 2, 2), parties={"north": (*WEIGHTS, LOW, HIGH)})
    found = conflict(known, "north", tries=10)
    assert found is not None
    assert found.statements == WEIGHTS
    assert not found.least


def test_the_refusal_names_the_party_and_the_statements() -> None:
    said = Prefers(issue="i0", option="o0", to="o1")
    against = Prefers(issue="i0", option="o1", to="o0")
    known = Knowledge(issues=issues_of(2), parties={"north": (), "south": (LOW, said, against)})
    with pytest.raises(ContradictionError, match="what is known of south") as caught:
        consistent(known)
    assert caught.value.statements == ("on i0: prefers o0 to o1", "on i0: prefers o1 to o0")


def test_who_refuses_a_package_cannot_accept_it_nor_one_it_likes_less() -> None:
    better, worse = (("i0", "o0"), ("i1", "o1")), (("i0", "o1"), ("i1", "o0"))
    said = (
        Refused(package=better),
        PrefersPackage(package=better, to=worse),
        Reservation(low=0.1),
        Accepted(package=worse),
    )
    found = conflict(Knowledge(issues=issues_of(2, 2), parties={"north": said}), "north")
    assert found is not None
    assert found.places == (0, 1, 3)

"""The polytope of consistent preferences: truths lie in it, and programs find its ends."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.bargain.polytope import TOLERANCE, Polytope, Program, feasible, inside, polytope
from backchannel.bargain.statements import Ends, Knowledge, Order, Prefers, Prior, Reservation
from knowing import Hidden, Vector, issues_of, tellings

Telling = tuple[Knowledge, Hidden]


def point(one: Hidden) -> Vector:
    amounts = [w * row for w, row in zip(one.weights, one.values, strict=True)]
    return np.concatenate([*amounts, one.weights, [one.reservation]])


def spare(shape: Polytope, at: Vector) -> float:
    """Return the least that any condition has to spare at a point; below 0 it is outside."""
    amounts, weights = at[: shape.options], at[shape.options : -1]
    held = weights[shape.issue_of]
    low, high = shape.reach
    parts = [shape.limits - shape.rows @ at, amounts, held - amounts, [at[-1] - low, high - at[-1]]]
    pinned = [-np.abs(held - amounts)[shape.best], -amounts[shape.worst]]
    return float(np.concatenate([*parts, *pinned, [-abs(weights.sum() - 1)]]).min())


def vertices(shape: Polytope) -> list[Vector]:
    """Return all vertices: every choice of conditions that meet in one point."""
    width = shape.options + shape.issues + 1
    eye = np.eye(width)
    ties = eye[: shape.options] - eye[shape.options + shape.issue_of]
    equal = [
        eye[shape.options : -1].sum(axis=0),
        *ties[shape.best],
        *eye[: shape.options][shape.worst],
    ]
    fixed = [1.0] + [0.0] * (len(equal) - 1)
    free = ~(shape.best | shape.worst)
    faces = [
        *shape.rows,
        *ties[free],
        *-eye[: shape.options][free],
        *-eye[shape.options : -1],
        -eye[-1],
        eye[-1],
    ]
    sides = [
        *shape.limits,
        *[0.0] * (2 * int(free.sum()) + shape.issues),
        -shape.reach[0],
        shape.reach[1],
    ]
    found = []
    for some in itertools.combinations(range(len(faces)), width - len(equal)):
        square = np.array([*equal, *(faces[i] for i in some)])
        if abs(np.linalg.det(square)) > 1e-9:
            at = np.linalg.solve(square, np.array([*fixed, *(sides[i] for i in some)]))
            if spare(shape, at) > -1e-9:
                found.append(at)
    return found


@given(telling=tellings())
def test_true_preferences_are_consistent_with_what_is_true_of_them(telling: Telling) -> None:
    known, true = telling
    shape = polytope(known, "north")
    assert spare(shape, point(true)) >= -1e-12
    assert feasible(shape)


@given(telling=tellings())
def test_a_point_inside_is_inside(telling: Telling) -> None:
    known, _ = telling
    shape = polytope(known, "north")
    assert spare(shape, inside(shape)) >= -1e-9


@settings(max_examples=15, deadline=None)
@given(telling=tellings(issues=2, options=2, most=3), seed=st.integers(0, 999))
def test_programs_find_what_the_vertices_show(telling: Telling, seed: int) -> None:
    known, _ = telling
    shape = polytope(known, "north")
    corners = np.array(vertices(shape))
    row: Vector = np.random.default_rng(seed).normal(size=(corners.shape[1],))
    program = Program(shape)
    assert abs(program.most(row) - (corners @ row).max()) < TOLERANCE
    assert abs(program.least(row) - (corners @ row).min()) < TOLERANCE
    assert abs(program.vertex(row) @ row - (corners @ row).max()) < TOLERANCE


def test_the_ends_of_an_issue_follow_from_several_statements() -> None:
    first = Prefers(issue="i0", option="o2", to="o1")
    second = Prefers(issue="i0", option="o1", to="o0")
    known = Knowledge(issues=issues_of(3, 2), parties={"north": (first, second)})
    shape = polytope(known, "north")
    assert shape.best.tolist() == [False, False, True, False, False]
    assert shape.worst.tolist() == [True, False, False, False, False]
    assert shape.rank.tolist() == [0, 1, 2, -1, -1]
    assert not polytope(known, "north", [0]).best.any()


def test_an_order_of_some_options_leaves_the_others_open() -> None:
    said = Order(issue="i0", options=("o2", "o0"))
    shape = polytope(Knowledge(issues=issues_of(4), parties={"north": (said,)}), "north")
    assert shape.rank.tolist() == [0, -1, 1, -1]
    assert not (shape.best | shape.worst).any()


def test_the_only_option_of_an_issue_may_be_worth_anything() -> None:
    said = Ends(issue="i0", best="o0")
    shape = polytope(Knowledge(issues=issues_of(1), parties={"north": (said,)}), "north")
    program = Program(shape)
    assert (program.least(shape.worth((0,))), program.most(shape.worth((0,)))) == (0, 1)


def test_a_reservation_value_that_is_known_leaves_room_elsewhere() -> None:
    prior = Prior(low=0.5, high=0.5)
    known = Knowledge(issues=issues_of(2), parties={"north": ()}, prior=prior)
    middle = inside(polytope(known, "north"))
    assert middle[-1] == 0.5
    assert spare(polytope(known, "north"), middle[:]) == 0
    assert min(middle[:2]) > 0.1


def test_a_number_stated_exactly_is_taken_to_the_grain() -> None:
    said = Reservation(low=0.4, high=0.4)
    shape = polytope(Knowledge(issues=issues_of(2), parties={"north": (said,)}), "north")
    row = np.zeros(4)
    row[-1] = 1
    program = Program(shape)
    assert abs(program.least(row) - 0.3995) < 1e-9
    assert abs(program.most(row) - 0.4005) < 1e-9


def test_a_program_without_any_solution_proves_nothing() -> None:
    said = (Reservation(high=0.2), Reservation(low=0.8))
    shape = polytope(Knowledge(issues=issues_of(2), parties={"north": said}), "north")
    program = Program(shape)
    assert not feasible(shape)
    assert program.least(shape.gain((0,))) == -np.inf
    assert program.most(shape.gain((0,))) == np.inf

"""The next proposal and the next question, against a plain count over the same draws."""

import itertools
import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from backchannel.bargain import asking, candidates, proposing
from backchannel.bargain.acceptance import Standing, acceptance, accepts
from backchannel.bargain.asking import Asked, answered, entropy, information, questions
from backchannel.bargain.blocks import package
from backchannel.bargain.conflict import consistent
from backchannel.bargain.errors import ContradictionError
from backchannel.bargain.model import Choices, Forbidden, Issue, Required
from backchannel.bargain.polytope import Vector
from backchannel.bargain.proposing import proposals
from backchannel.bargain.sampling import Samples, sample
from backchannel.bargain.statements import (
    Accepted,
    Ends,
    Knowledge,
    MattersMore,
    Prefers,
    PrefersPackage,
    Reservation,
    Statement,
)
from knowing import heard, hidden, issues_of

few = settings(max_examples=25, deadline=None)
DRAWS = 256


@st.composite
def drawn(draw: st.DrawFn) -> Samples:
    """Draws of two parties of whom something is heard, over a small space, perhaps with a rule."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    issues = issues_of(*sizes)
    parties = {
        party: heard(hidden(issues, chance), chance, draw(st.integers(0, 4)))
        for party in ("north", "south")
    }
    first = issues[0]
    rules = (Forbidden(choices=((first.issue, first.options[0]),)),)
    ruled = draw(st.booleans()) and len(first.options) > 1
    known = Knowledge(issues=issues, parties=parties, rules=rules if ruled else ())
    return sample(known, DRAWS, np.random.default_rng(1))


def all_of(known: Knowledge) -> list[tuple[int, ...]]:
    every = itertools.product(*(range(len(issue.options)) for issue in known.issues))
    return [each for each in every if known.blank.possible(each)]


@few
@given(drawn())
def test_in_a_small_space_every_possible_package_is_looked_at(samples: Samples) -> None:
    found = [package(row) for row in candidates.candidates(samples)]
    assert found == sorted(all_of(samples.known))


@few
@given(drawn())
def test_no_package_is_likelier_to_be_accepted_than_the_first_proposal(samples: Samples) -> None:
    every = np.array(all_of(samples.known))
    judged = acceptance(samples, every)
    found = proposals(samples, most=3)
    highest = int(judged.together.argmax())
    assert found[0].together >= judged.together[highest] - judged.together_errors[highest]
    assert len({each.package for each in found}) == len(found) == min(3, len(every))
    for each in found:
        assert samples.known.blank.possible(each.package)
        place = all_of(samples.known).index(each.package)
        assert each.together == pytest.approx(judged.together[place])
        assert each.shares[each.parties.index(each.least_sure)] == min(each.shares)
        words = each.words(samples.known)
        assert all(option in words for option in samples.known.blank.named(each.package).values())


@few
@given(drawn())
def test_a_change_that_is_named_makes_it_likelier_by_as_much_as_is_said(samples: Samples) -> None:
    known = samples.known
    for each in proposals(samples, most=20):
        if each.better is None:
            continue
        changed = {**known.blank.named(each.package), each.better.issue: each.better.option}
        judged = acceptance(samples, np.array([known.blank.package(changed)]))
        assert known.blank.possible(known.blank.package(changed))
        assert judged.together[0] - each.together == pytest.approx(each.better.more)
        assert f"{each.better.option}." in each.words(known)


def counted(answer: list[bool], best: list[int]) -> float:
    """Return the information of two columns by counting, in bits, without any correction."""
    joint, one, other = Counter(zip(answer, best, strict=True)), Counter(answer), Counter(best)
    return sum(
        n / len(best) * math.log2(n * len(best) / (one[a] * other[b]))
        for (a, b), n in joint.items()
    )


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), min_size=2, max_size=60))
def test_information_is_what_counting_gives_less_what_chance_would_show(
    rows: list[tuple[bool, int]],
) -> None:
    answer, best = [a for a, _ in rows], [b for _, b in rows]
    expected = counted(answer, best) - (len(set(best)) - 1) / (2 * len(rows) * math.log(2))
    found = information(np.array(answer), np.array(best))
    assert found == pytest.approx(max(0.0, expected), abs=1e-9)
    shares = np.array([sum(answer), len(answer) - sum(answer)]) / len(answer)
    assert found <= entropy(shares) + 1e-9


@few
@given(drawn())
def test_what_a_question_is_worth_is_what_its_answers_bring(samples: Samples) -> None:
    every = np.array(all_of(samples.known))
    taken = accepts(samples, every).astype(float)
    gains = np.maximum(samples.worth(every) - samples.reservations[:, :, None], 0)
    now = taken.mean(axis=1).prod(axis=0).max()
    for each in questions(samples, among=every, most=1_000):
        party = samples.known.names.index(each.question.party)
        says = answers_of(samples, each)
        assert each.likely == pytest.approx(says.mean())
        assert 0 <= each.relevant <= each.bits <= 1
        then = raised(taken, says, party)
        assert each.worth == pytest.approx(max(0.0, then - now), abs=1e-9)
        hoped = gains.mean(axis=1).prod(axis=0).max()
        if hoped:
            more = raised(gains, says, party) / hoped - 1
            assert each.gain == pytest.approx(max(0.0, more), abs=1e-9)


def raised(of: NDArray[np.float64], says: NDArray[np.bool_], party: int) -> float:
    """Return the highest product of means that is expected once the answer is known."""
    then = 0.0
    for said in (says, ~says):
        means = of.mean(axis=1)
        means[party] = of[party][said].mean(axis=0)
        then += float(said.mean() * means.prod(axis=0).max())
    return then


def answers_of(samples: Samples, each: Asked) -> NDArray[np.bool_]:
    """Return in which draws the yes of a question is true, by its plain meaning."""
    known, party = samples.known, samples.known.names.index(each.question.party)

    def value(issue: str, option: str) -> Vector:
        start = known.first[known.blank.place(issue)]
        found: Vector = samples.values[party, :, start + known.blank.option(issue, option)]
        return found

    def worth(choices: Choices) -> Vector:
        found: Vector = np.sum([value(issue, option) for issue, option in choices], axis=0)
        return found

    match each.question.yes:
        case Accepted(package=choices):
            said = worth(choices) >= samples.reservations[party]
        case PrefersPackage(package=one, to=other):
            said = worth(one) >= worth(other)
        case MattersMore(issue=issue, than=than):
            weights = samples.weights[party]
            places = known.blank.place(issue), known.blank.place(than)
            said = weights[:, places[0]] >= weights[:, places[1]]
        case Prefers(issue=issue, option=option, to=to):
            said = value(issue, option) >= value(issue, to)
        case other:
            raise AssertionError(other)
    return np.array(said)


@few
@given(drawn())
def test_nothing_is_asked_whose_answer_is_known(samples: Samples) -> None:
    for each in questions(samples, most=1_000):
        assert asking.FORESEEN < each.likely < 1 - asking.FORESEEN
        statements: tuple[Statement, ...] = samples.known.parties[each.question.party]
        assert each.question.yes not in statements
        assert each.question.no not in statements


@few
@given(drawn(), st.sampled_from(["yes", "no"]))
def test_an_answer_becomes_known(samples: Samples, said: str) -> None:
    yes = said == "yes"
    for each in questions(samples, most=2):
        try:
            told = answered(samples.known, each, yes=yes)
        except ContradictionError:
            # By next to nothing: a statement wants a clear difference, a drawn answer does not.
            continue
        consistent(told)
        known = samples.known.parties[each.question.party]
        assert told.parties[each.question.party][:-1] == known
        assert told.parties[each.question.party][-1] in {each.question.yes, each.question.no}


@few
@given(drawn(), st.integers(0, 2**32))
def test_how_a_question_is_worded_has_nothing_of_what_others_said(
    samples: Samples, seed: int
) -> None:
    # Another party says something else: the same question to this one has the same words.
    chance = np.random.default_rng(seed)
    known = samples.known
    other = replace(
        known, parties={**known.parties, "south": heard(hidden(known.issues, chance), chance, 3)}
    )
    drawn_again = sample(other, DRAWS, np.random.default_rng(1))
    every = np.array(all_of(known))

    def words(of: Samples) -> dict[Statement, str]:
        found = questions(of, among=every, most=1_000)
        return {q.question.yes: q.wording for q in found if q.question.party == "north"}

    one, two = words(samples), words(drawn_again)
    assert all(one[each] == two[each] for each in one.keys() & two.keys())


def large(*rules: Required) -> Samples:
    issues = issues_of(*[6] * 8)
    orders = {
        party: tuple(
            Ends(issue=i.issue, best=i.options[place], worst=i.options[5 - place]) for i in issues
        )
        for party, place in (("north", 0), ("south", 5))
    }
    known = Knowledge(issues=issues, parties=orders, rules=rules)
    return sample(known, 512, np.random.default_rng(3))


RULE = Required(when=(("i0", "o0"),), then=(("i1", "o5"),))


@pytest.mark.parametrize("rules", [(), (RULE,)])
def test_in_a_large_space_no_change_of_one_issue_is_likelier_than_the_first_proposal(
    rules: tuple[Required, ...],
) -> None:
    samples = large(*rules)
    found = candidates.candidates(samples)
    assert candidates.LISTED > len(found) > 100
    assert all(samples.known.blank.possible(package(row)) for row in found)
    first = proposals(samples)[0]
    around = candidates.neighbours(samples.known.blank, first.package)
    best = acceptance(samples, found).together.max()
    assert acceptance(samples, around).together.max() <= best + 1e-12
    assert first.better is None
    assert questions(samples)[0].relevant > 0


def test_climbing_ends_where_it_must(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "MOST_CLIMBS", 1)
    assert len(candidates.candidates(large())) > 100


def test_what_is_certain_is_said_to_be() -> None:
    pause = Issue(issue="pause", options=("no", "yes"))
    sure = (Accepted(package=(("pause", "yes"),)), Ends(issue="pause", best="yes"))
    known = Knowledge(issues=(pause,), parties={"north": sure, "south": sure})
    samples = sample(known, DRAWS, np.random.default_rng(1))
    best = proposals(samples)[0]
    assert best.standings == (Standing.NECESSARILY, Standing.NECESSARILY)
    assert best.words(known).endswith("makes it certain.")
    assert best.better is None


def test_of_what_is_alike_by_chance_that_which_gives_more_comes_first() -> None:
    pause = Issue(issue="pause", options=("no", "some", "more"))
    likes = (Ends(issue="pause", best="more", worst="no"), Reservation(low=0, high=0))
    known = Knowledge(issues=(pause,), parties={"north": likes, "south": likes})
    samples = sample(known, DRAWS, np.random.default_rng(1))
    order = [known.blank.named(each.package)["pause"] for each in proposals(samples)]
    assert order == ["more", "some", "no"]
    assert proposing.proposals(samples, among=np.array([(0,)]), most=1)[0].package == (0,)


def test_a_question_of_another_kind_is_a_fault() -> None:
    samples = large()
    question = asking.Question(
        party="north", wording="?", yes=Reservation(low=0, high=1), no=Reservation(low=0, high=1)
    )
    with pytest.raises(TypeError, match="Reservation answers no question"):
        asking._leanings(samples, 0, question)


def test_an_answer_that_contradicts_what_is_known_is_refused() -> None:
    samples = large()
    taken = next(
        each for each in questions(samples, most=1_000) if isinstance(each.question.yes, Accepted)
    )
    told = answered(samples.known, taken, yes=True)
    with pytest.raises(ContradictionError):
        answered(told, taken, yes=False)


def test_words_say_what_a_question_changes_or_that_it_does_not() -> None:
    told = questions(large(), most=1_000)
    assert any("likelier to be accepted by all by" in each.words for each in told)
    assert any("does not change what to propose" in each.words for each in told)

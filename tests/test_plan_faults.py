"""What of a plan cannot be kept as written, and what the form of an accord leaves open."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.channel.accord import AccordForm
from backchannel.channel.clauses_file import read_text
from backchannel.plan.check import Severity, check
from backchannel.plan.course import course
from backchannel.plan.errors import InfeasibleError
from backchannel.plan.faults import faults
from backchannel.plan.forms import form_of, of_form, of_text
from backchannel.plan.model import Plan
from backchannel.plan.patterns import Pattern
from backchannel.plan.real import plan_of
from planning import plans
from test_plan_status import DAY, FIRST, plan_with, step

CASES = Path(__file__).parent.parent / "cases"


def found(plan: Plan) -> list[tuple[Pattern, tuple[str, ...]]]:
    return [(each.pattern, each.steps) for each in faults(plan)]


def test_a_step_planned_after_the_days_it_is_given_cannot_be_kept() -> None:
    early, late = FIRST + 5 * DAY, FIRST + 6 * DAY
    for day, wanted in ((early, []), (late, [(Pattern.TOO_LATE, ("s2",))]), (None, [])):
        plan = plan_with(step("s1"), step("s2", requires=("s1",), within_days=5, planned=day))
        assert found(plan) == wanted
    undated = plan_with(
        step("s1", planned=None), step("s2", requires=("s1",), within_days=5, planned=late)
    )
    assert found(undated) == []


def test_days_against_a_fixed_pair_are_found() -> None:
    plan = replace(plan_with(step("s1", planned=FIRST + DAY), step("s2")), fixed=(("s1", "s2"),))
    assert found(plan) == [(Pattern.DAYS, ("s2", "s1"))]
    assert "s1 (2026-03-03), which is fixed before it." in faults(plan)[0].words
    # Told once, where it is required besides.
    both = plan_with(step("s1", planned=FIRST + DAY), step("s2", requires=("s1",)))
    assert found(replace(both, fixed=(("s1", "s2"),))) == [(Pattern.DAYS, ("s2", "s1"))]


def test_a_fixed_pair_against_a_condition_leaves_no_order() -> None:
    plan = replace(plan_with(step("s1"), step("s2", requires=("s1",))), fixed=(("s2", "s1"),))
    (fault,) = faults(plan)
    assert (fault.pattern, set(fault.steps)) == (Pattern.CONTRADICTION, {"s1", "s2"})
    assert "s1 before s2 (needed); s2 before s1 (fixed)" in fault.words or (
        "s2 before s1 (fixed); s1 before s2 (needed)" in fault.words
    )
    assert check(plan)[0].severity is Severity.ERROR


def test_a_step_owed_by_somebody_named_nowhere_is_told() -> None:
    plan = plan_with(step("s1", actor="The World Bank"))
    assert found(plan) == [(Pattern.NOBODY, ("s1",))]
    assert found(replace(plan, third_parties=("World Bank (trustee)",))) == []


def test_a_certificate_of_a_sides_own_is_told_and_a_third_partys_is_not() -> None:
    steps = step("s1", triggers=("s2",)), step("s2", requires=("s1",))
    assert found(plan_with(*steps)) == [(Pattern.OWN_CERTIFICATE, ("s1",))]
    other = plan_with(replace(steps[0], actor="Bank"), steps[1])
    assert found(replace(other, third_parties=("Bank",))) == []


def test_an_event_of_several_sides_needs_something_that_sets_it_off() -> None:
    one = step("s1", simultaneous_with=("s2",))
    other = step("s2", actor="East", beneficiary="West", simultaneous_with=("s1",))
    assert found(plan_with(one, other)) == [(Pattern.NO_SIGNAL, ("s1", "s2"))]
    seen = replace(one, verifier="UN observers"), replace(other, verifier="the UN")
    assert found(plan_with(*seen)) == []
    word = step("s0")
    told = replace(one, requires=("s0",)), replace(other, requires=("s0", "s1"))
    assert found(plan_with(word, *told)) == []
    # Who waits for the other one of the event waits for what that one waits for.
    chained = replace(one, requires=("s0",)), replace(other, requires=("s1",))
    assert found(plan_with(word, *chained)) == []
    # Each waits for the other, and for nothing else.
    both = replace(one, requires=("s2",)), replace(other, requires=("s1",))
    assert found(plan_with(*both)) == [(Pattern.NO_SIGNAL, ("s1", "s2"))]


@settings(max_examples=60, deadline=None)
@given(plans(), st.data())
def test_no_order_is_told_to_be_impossible_but_those_that_are(
    plan: Plan, data: st.DataObject
) -> None:
    ids = st.sampled_from(sorted(plan.by_id))
    pairs = data.draw(st.lists(st.tuples(ids, ids).filter(lambda p: p[0] != p[1]), max_size=3))
    plan = replace(plan, fixed=tuple(pairs))
    told = [each for each in faults(plan) if each.pattern is Pattern.CONTRADICTION]
    try:
        course(plan)
    except InfeasibleError as fault:
        conditions = fault.conditions
    else:
        conditions = ()
    assert len(told) == bool(conditions)
    for one in told:
        assert all(each in one.words for each in conditions)
        assert set(one.steps) <= plan.by_id.keys()


FORMS = {
    "algiers_1981": (AccordForm.DECLARATION, []),
    "black_sea_grain_2022": (AccordForm.MIRROR, []),
    "jpoa_2013": (None, []),
    "minsk2_2015": (AccordForm.JOINT, []),
    "us_iran_mou_2026": (AccordForm.JOINT, [Pattern.NO_CONTROL]),
    "us_iran_swap_2023": (AccordForm.UNDERSTANDING, [Pattern.UNSIGNED]),
    "us_taliban_doha_2020": (AccordForm.JOINT, []),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_forms_of_real_accords_are_recognised(name: str) -> None:
    plan, _ = plan_of((CASES / f"{name}.json").read_bytes(), name)
    form, patterns = FORMS[name]
    assert form_of(plan) is form
    assert [each.pattern for each in of_form(plan)] == patterns


def test_a_side_without_a_step_by_which_it_adheres_is_told() -> None:
    form = "declaration by the mediator, to which each party adheres"
    one = step("s1", action="adheres to the declaration")
    plan = replace(plan_with(one), form=form)
    (fault,) = of_form(plan)
    assert fault.words == "There is no step by which East signs or adheres (declaration)."
    other = step("s2", actor="East", beneficiary="West", action="signs the declaration")
    assert of_form(replace(plan_with(one, other), form=form)) == ()


TEXT = """# A pause
languages: en, fr

## 1 operative
en: It lasts ten days.
fr: Elle dure 11 jours.

## 2 operative
en: It begins at once.
"""


def test_editions_that_differ_are_errors_clause_by_clause() -> None:
    text = read_text(TEXT)
    told = [each.words for each in of_text(text)]
    assert told[0].startswith('Clause 1: en has the number 10 ("ten") where fr has 11 ("11")')
    assert told[1].startswith("Clause 2: the clause has no wording in fr")
    plan = plan_with(step("s1", verifier="observers"))
    assert {each.severity for each in check(plan, text)} == {Severity.ERROR}
    alike = read_text(
        TEXT.replace("11", "10").replace("en: It begins at once.", "en: So.\nfr: Ci.")
    )
    assert check(plan, alike) == ()


def test_every_pattern_says_why_it_matters_and_what_could_be_done() -> None:
    for pattern in Pattern:
        assert pattern.why.endswith(".")
        assert pattern.remedy.endswith(".")

"""The reader of real cases: the seven files load, and every fault is told with its place."""

import json
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.channel.sequence import Sequence, SequenceError, read_sequence
from backchannel.channel.steps import Basis

CASES = sorted((Path(__file__).parent.parent / "cases").glob("*.json"))
SWAP = json.loads((CASES[0].parent / "us_iran_swap_2023.json").read_text(encoding="utf-8"))

Change = Callable[[dict[str, Any]], object]


def changed(change: Change) -> bytes:
    content = deepcopy(SWAP)
    change(content)
    return json.dumps(content).encode()


def swap() -> Sequence:
    return read_sequence(json.dumps(SWAP).encode())


def test_there_are_seven_cases() -> None:
    assert len(CASES) == 7


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_case_loads_and_bears_the_name_of_its_file(path: Path) -> None:
    sequence = read_sequence(path.read_bytes())
    assert sequence.name == path.stem
    assert [step.id for step in sequence.plan] == [
        step["id"] for step in json.loads(path.read_bytes())["steps"]
    ]
    assert all(real.source.address for real in sequence.steps)
    assert sequence.worth.keys() == {step.id for step in sequence.plan}


def test_the_exchange_of_2023_is_read_as_it_was() -> None:
    sequence = swap()
    last = sequence.steps[-1]
    assert sequence.sides == ("US", "Iran")
    assert sequence.mediators[0] == "Qatar"
    assert (last.step.id, last.done_on, sequence.ending.broke_at) == ("s15", None, "s15")
    assert sequence.steps[0].step.verifier == "Qatar / Switzerland"
    assert (sequence.side("Iran"), sequence.side("South Korea")) == ("Iran", None)
    assert {real.source.basis for real in sequence.steps} == {Basis.PAGE, Basis.MEMORY}
    assert sequence.readings == {}


def test_no_verifier_and_no_deadline_are_nothing_and_not_words() -> None:
    content = read_sequence(
        changed(lambda c: c["steps"][0].update(verifier="none", deadline="-", planned=None))
    )
    assert (content.plan[0].verifier, content.plan[0].deadline) == ("", "")
    assert content.plan[0].planned is None


def test_readings_and_worth_may_be_absent() -> None:
    assert read_sequence(changed(lambda c: c.pop("rough_values"))).worth == {}


def test_readings_say_what_each_side_reads_into_the_text() -> None:
    readings = {"Iran": {"s2": ["s1"]}}
    assert read_sequence(changed(lambda c: c.update(readings=readings))).readings == {
        "Iran": {"s2": ("s1",)}
    }


def on_file(**changes: object) -> Change:
    return lambda content: content.update(changes)


def on_step(**changes: object) -> Change:
    return lambda content: content["steps"][2].update(changes)


FAULTS: list[tuple[Change, str]] = [
    (on_file(schema="backchannel-sequence/2"), "schema: 'backchannel-sequence/1' is expected"),
    (lambda c: c.pop("schema"), "the field 'schema' is missing"),
    (lambda c: c.pop("title"), "the field 'title' is missing"),
    (on_file(colour="red"), "'colour' is no field of this"),
    (on_file(name="../x"), "name: a name is 1 to 60"),
    (on_file(title=5), "title: a text is expected, not a number"),
    (on_file(title="a\u202eb"), "title: character 2"),
    (on_file(sides=["US"]), "sides: two different sides"),
    (on_file(sides=["US", "US"]), "sides: two different sides"),
    (on_file(sides=["US", "both"]), "sides: two different sides"),
    (on_file(mediators=[]), "mediators: at least one mediator"),
    (on_file(mediators=["US"]), "mediators: at least one mediator"),
    (on_file(third_parties=[""]), "third_parties, 1: is empty"),
    (on_file(form=None), "form: a text is expected, not null"),
    (on_file(side_of={"US": "United States"}), "side_of, US: 'United States' is no side"),
    (on_file(side_of={"": "US"}), "side_of, : is empty"),
    (on_file(outcome={}), "outcome: the field 'status' is missing"),
    (lambda c: c["outcome"].update(broke_at="s99"), "outcome, broke_at: 's99' is no step"),
    (on_file(steps=[]), "steps: there is none"),
    (on_file(steps={}), "steps: a list is expected, not an object"),
    (on_file(steps=[5]), "steps, 1: an object is expected, not a number"),
    (on_file(readings={"Oman": {}}), "readings, Oman: 'Oman' is no side"),
    (on_file(readings={"US": {"s99": []}}), "readings, US, s99: 's99' is no step"),
    (on_file(readings={"US": {"s1": ["s99"]}}), "readings, US, s1, 1: 's99' is no step"),
    (on_file(rough_values={"note": ""}), "rough_values: the field 'values' is missing"),
    (
        lambda c: c["rough_values"]["values"].update(s99={}),
        "rough_values, values, s99: 's99' is no step",
    ),
    (
        lambda c: c["rough_values"]["values"]["s1"].update(cost_to_giver=11),
        "rough_values, values, s1, cost_to_giver: 11 is not between 0 and 10",
    ),
    (lambda c: c["steps"][2].pop("id"), "steps, 3: the field 'id' is missing"),
    (lambda c: c["steps"][2].pop("actor"), "step s3: the field 'actor' is missing"),
    (on_step(remark="x"), "step s3: 'remark' is no field of this"),
    (on_step(id=3), "steps, 3, id: a text is expected, not a number"),
    (on_step(id="s 3"), "step 's 3', id: 1 to 40"),
    (on_step(id="s2"), "step s2, id: two steps have it"),
    (on_step(actor=""), "step s3, actor: is empty"),
    (on_step(action="a\nb"), "step s3, action: character 2"),
    (on_step(beneficiary="Korea"), "step s3, beneficiary: 'Korea' is no side"),
    (on_step(category="money"), "step s3, category: 'money' is no category; there are aid, "),
    (on_step(requires="s1"), "step s3, requires: a list is expected, not a text"),
    (on_step(requires=[1]), "step s3, requires, 1: a text is expected, not a number"),
    (on_step(requires=["s99"], bargained=[]), "step s3, requires: there is no step 's99'"),
    (on_step(requires=["s3"], bargained=[]), "step s3, requires: names the step itself"),
    (on_step(bargained=["s2"]), "step s3, bargained: s2 is not among"),
    (on_step(simultaneous_with=["s2"]), "step s3, simultaneous_with: step s2 does not name s3"),
    (on_step(verifier=None), "step s3, verifier: a text is expected, not null"),
    (on_step(deadline=7), "step s3, deadline: a text is expected, not a number"),
    (on_step(planned="2023-13-01"), "step s3, planned: '2023-13-01' is no date"),
    (on_step(actual="never"), "step s3, actual: 'never' is no date"),
    (on_step(actual=None), "step s3, actual: a text is expected, not null"),
    (on_step(source=""), "step s3, source: is empty"),
    (on_step(source="x" * 601), "step s3, source: has 601|source: has 601"),
    (on_step(basis="hearsay"), "step s3, basis: 'hearsay' is no basis; there are memory, page"),
    (
        lambda c: c["steps"][0].update(requires=["s3"]),
        "step s1, requires: the steps s1, s3 wait for one another",
    ),
]


@pytest.mark.parametrize(("change", "said"), FAULTS, ids=[said for _, said in FAULTS])
def test_a_fault_is_one_sentence_with_field_and_step(change: Change, said: str) -> None:
    with pytest.raises(SequenceError) as caught:
        read_sequence(changed(change))
    sentence = str(caught.value)
    assert any(sentence.startswith(beginning) for beginning in said.split("|")), sentence
    assert "\n" not in sentence
    assert len(sentence) < 400


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_raise_only_our_own_error(data: bytes) -> None:
    with pytest.raises(SequenceError):
        read_sequence(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(
    st.sampled_from(sorted(SWAP)), st.sampled_from([None, *sorted(SWAP["steps"][2])]), json_values
)
def test_any_value_in_any_field_is_read_or_refused_by_our_own_error(
    field: str, of_step: str | None, value: object
) -> None:
    change = on_file(**{field: value}) if of_step is None else on_step(**{of_step: value})
    with suppress(SequenceError):
        read_sequence(changed(change))

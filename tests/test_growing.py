"""Maps that keep every state they had: as dictionaries, without copying them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.channel.growing import Growing, Grown

STEPS = st.lists(
    st.lists(st.tuples(st.integers(0, 40), st.text(max_size=2)), max_size=12), max_size=25
)


@given(steps=STEPS)
@settings(max_examples=200, deadline=None)
def test_each_state_is_the_dictionary_that_the_same_steps_make(
    steps: list[list[tuple[int, str]]],
) -> None:
    dictionary: dict[int, str] = {}
    grown: Grown[int, str] = Growing(dictionary).grown()
    states = []
    for step in steps:
        growing = Growing(grown)
        for key, value in step:
            growing[key] = dictionary[key] = value
        assert growing == dictionary
        assert len(growing) == len(dictionary)
        grown = growing.grown()
        states.append((grown, dict(dictionary)))
    for state, expected in states:
        assert state == expected
        assert list(state.items()) == list(expected.items())
        assert len(state) == len(expected)
        assert all(key in state for key in expected)
        assert state.get(41) is None


def test_one_entry_at_a_time_is_seldom_copied() -> None:
    grown: Grown[int, int] = Growing({}).grown()
    copied = 0
    for number in range(10_000):
        growing = Growing(grown)
        growing[number] = number
        after = growing.grown()
        shared = {id(layer) for layer in grown.layers}
        copied += sum(len(layer) for layer in after.layers if id(layer) not in shared)
        grown = after
    assert copied < 10_000 * 16
    assert len(grown.layers) <= 14


def test_a_value_that_was_replaced_is_in_no_later_map() -> None:
    grown: Grown[int, str] = Growing({}).grown()
    for number in range(100):
        growing = Growing(grown)
        growing[number] = f"words {number}"
        grown = growing.grown()
    growing = Growing(grown)
    growing[3] = "erased"
    layers = growing.grown().layers
    assert [value for layer in layers for value in layer.values()].count("words 3") == 0
    assert sum(map(len, layers)) == 100


def test_nothing_added_is_the_same_map_and_a_dictionary_may_change_afterwards() -> None:
    dictionary = {"a": 1}
    grown = Growing(dictionary).grown()
    dictionary["b"] = 2
    assert grown == {"a": 1}
    assert Growing(grown).grown() is grown
    assert repr(grown) == "{'a': 1}"

"""The published schema and the reader of our own files say the same."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.bargain.errors import BargainError, FileFaultError
from backchannel.bargain.knowledge_file import read_knowledge
from backchannel.bargain.own_file import read_space
from schema_check import faults
from test_bargain_knowledge_file import known_file
from test_bargain_own_file import a_file, json_values

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "bargain-1.json").read_text())
EXAMPLES = sorted((ROOT / "cases" / "packages").glob("*.json"))

# What no schema can say: it depends on other parts of the file.
ONLY_READER = (
    *("no issue", "is missing; there are", "no option", "has no value", "off the scale"),
    *("there is no", "names no option", "twice", "is no range", "both ends", "alike"),
    *("each named once", "needs a number", "looks at two or more", "is none; shares run"),
    *("cannot be preferred", "cannot matter", "has no name", "is no number; write"),
    *("from and to, or points", "one for each", "two or more different options", "not between"),
    *("cannot be part", "half a character", "only what is known", "a number is expected, not an"),
    *("an object is expected, not a number",),
)


def judged(made: Any) -> list[str]:  # noqa: ANN401 - any JSON
    return list(faults(made, SCHEMA, SCHEMA))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.stem))
def test_every_example_keeps_to_the_schema(path: Path) -> None:
    assert judged(json.loads(path.read_text())) == []


def test_what_the_reader_takes_in_whole_keeps_to_the_schema() -> None:
    assert judged(a_file()) == []
    assert judged(known_file()) == []


def test_the_schema_refuses_what_has_the_wrong_shape() -> None:
    changes: list[dict[str, Any]] = [
        {"format": "x"},
        {"parties": []},
        {"more": 1},
        {"issues": [{}]},
    ]
    for change in changes:
        assert judged({**a_file(), **change}), change


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_schema_and_reader_take_and_refuse_the_same_shapes(data: st.DataObject) -> None:
    made: Any = data.draw(st.sampled_from([a_file(), known_file()]))
    inner = made
    while True:
        keys = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(inner[key], dict | list) or not inner[key] or data.draw(st.booleans()):
            break
        inner = inner[key]
    inner[key] = data.draw(json_values)
    written = json.dumps(made).encode()
    read = None
    for reader in (read_space, read_knowledge):
        with suppress(BargainError):
            read = reader(written, "talks.json")
    if read is not None:
        assert judged(json.loads(written)) == [], written
        return
    with pytest.raises(FileFaultError) as fault:
        read_knowledge(written, "talks.json")
    if not any(said in str(fault.value) for said in ONLY_READER):
        assert judged(json.loads(written)) or "NaN" in str(fault.value), fault.value

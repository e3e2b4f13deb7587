"""What is known is read again as it was written."""

import json

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.bargain.knowledge_file import KnowledgeFile, read_knowledge
from backchannel.bargain.knowledge_writing import write_knowledge
from backchannel.bargain.model import Forbidden
from backchannel.bargain.statements import Ends, Knowledge, Prior
from knowing import heard, hidden, issues_of
from test_bargain_knowledge_file import known_file, read
from test_bargain_schema import judged


def again(made: KnowledgeFile) -> KnowledgeFile:
    written = write_knowledge(made)
    assert judged(json.loads(written)) == []
    return read_knowledge(written, "talks.json")


def test_each_kind_of_statement_is_kept() -> None:
    made = read(known_file())
    assert again(made) == made
    assert again(again(made)) == made


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 12), st.integers(0, 1))
def test_knowledge_is_read_as_it_was_written(seed: int, count: int, rules: int) -> None:
    chance, issues = np.random.default_rng(seed), issues_of(2, 3, 4)
    parties = {
        party: (
            *heard(hidden(issues, chance), chance, count),
            Ends(issue=issues[0].issue, worst=issues[0].options[0]),
        )
        for party in ("north", "south")
    }
    first, second = issues[:2]
    rule = Forbidden(choices=((first.issue, first.options[0]), (second.issue, second.options[1])))
    known = Knowledge(
        issues=issues,
        parties=parties,
        rules=(rule,) * rules,
        prior=Prior(low=0.125, high=0.9),
    )
    made = KnowledgeFile(knowledge=known, name="talks", scale="x", table=(1, 0, 2))
    assert again(made) == made
    blank = KnowledgeFile(knowledge=known, name="", scale="", table=None)
    assert again(blank) == blank

"""Copies and rewrites of one story count once; other stories are other stories."""

# ruff: noqa: S311 - texts drawn for tests

import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.watch.stories import SHORTEST, stories

WIRE = """DOHA - The foreign minister of Qatar said on Monday that the two delegations had exchanged
lists of prisoners and that the gap between them had become smaller over the weekend. Speaking to
reporters after a meeting that lasted six hours, he declined to say how many names stood on the
lists. A diplomat with knowledge of the talks, who asked not to be named, said that the lists held
nine names each and that the mediators hoped to announce an exchange before the end of the month.
Both governments have denied in the past that they were speaking to one another. A spokesman for
the ministry in the capital said that nothing had been agreed and that reports to the contrary were
wishful thinking. Oil prices fell by two per cent after the minister had spoken."""
OTHER = """GENEVA - Aid agencies warned on Tuesday that stocks of flour in the north of the country
would last for no more than eleven days unless the two crossings were opened again. Convoys have
stood at the border since the middle of last week, drivers said, because guards on both sides ask
for papers that nobody issues any more. The head of the largest agency called on whoever could to
let at least medicines pass, and told journalists that hospitals had begun to send patients home."""
FOOTER = """Sign up for our newsletter to get the news of the day in your mailbox every morning.
Follow us wherever you like, support independent reporting with a gift, and read our terms of
use. All
rights reserved, no part of this page may be copied or sold without the consent of the publisher."""


def rewritten(text: str, dice: random.Random, share: float) -> str:
    """Return the text with a share of its words replaced."""
    words = text.split()
    return " ".join(f"other{dice.random()}" if dice.random() < share else w for w in words)


def alike(*texts: str) -> bool:
    told = stories((str(place), text) for place, text in enumerate(texts))
    return len(set(told.values())) == 1


def test_a_hundred_copies_of_one_story_are_one_story() -> None:
    dice = random.Random(1)
    copies = [(f"{place:03}", rewritten(WIRE, dice, 0.04)) for place in range(100)]
    told = stories([*copies, ("other", OTHER)])
    assert {told[name] for name, _ in copies} == {"000"}
    assert told["other"] == "other"


@pytest.mark.parametrize(
    "copy",
    [
        WIRE.upper(),
        WIRE.replace("\n", " ").replace("-", "\u2014"),
        f"By our staff. {WIRE} Additional reporting by another bureau.",
        WIRE.replace("on Monday", "yesterday").replace("foreign minister", "chief diplomat"),
        WIRE[: len(WIRE) // 2],
        f"{WIRE} {OTHER[:200]}",
        ". ".join(reversed(WIRE.split(". "))),
    ],
    ids=["capitals", "lines", "byline", "words", "first half", "more", "order"],
)
def test_a_copy_is_known_by_its_words(copy: str) -> None:
    assert alike(WIRE, copy)


def test_another_story_is_another() -> None:
    assert not alike(WIRE, OTHER)


def test_stories_that_share_a_footer_are_not_one() -> None:
    assert not alike(f"{WIRE} {FOOTER}", f"{OTHER} {FOOTER}")
    dice = random.Random(2)
    pages = [
        (str(n), " ".join(f"w{dice.random()}" for _ in range(60)) + FOOTER) for n in range(300)
    ]
    assert len(set(stories(pages).values())) == 300


def test_what_is_shared_links_where_it_outweighs_what_is_not() -> None:
    # The bound that the module states: a footer longer than what stands above it links.
    assert not alike(f"{OTHER[:300]} {FOOTER}", f"{WIRE[:300]} {FOOTER}")
    assert alike(f"one {FOOTER}", f"two {FOOTER}")


def test_a_short_text_that_stands_in_a_long_one_is_no_copy_of_it() -> None:
    short = " ".join(WIRE.split()[: SHORTEST - 5])
    assert not alike(short, WIRE)


def test_links_lead_from_copy_to_copy() -> None:
    dice = random.Random(3)
    chain = [WIRE]
    for _ in range(8):
        chain.append(rewritten(chain[-1], dice, 0.08))
    assert not alike(chain[0], chain[-1])
    assert alike(*chain)


@pytest.mark.parametrize(
    "text", ["", "Talks", "Talks resume", "\u8c08\u5224\u7ee7\u7eed", "\ud800"]
)
def test_short_texts_are_one_story_if_they_are_equal(text: str) -> None:
    assert alike(text, text)
    assert not alike(text, "Rain is expected.")


def test_a_language_that_does_not_space_its_words_is_compared_too() -> None:
    text = (
        "\u5361\u5854\u5c14\u5916\u4ea4\u5927\u81e3\u5468\u4e00\u8868\u793a\u4f1a\u8c08\u7ee7\u7eed"
        * 3
    )
    assert alike(text, text[:-2])


def test_another_process_finds_the_same_stories() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests'); from test_watch_stories import *;"
        "dice = random.Random(1); from backchannel.watch.stories import _trace, _shingles, _Words;"
        "print(_trace(_shingles(WIRE, _Words())).signature.hex())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, env={"PYTHONHASHSEED": s}
        ).stdout
        for s in ("1", "2")
    }
    assert len(told) == 1


TEXTS = [
    rewritten(base, random.Random(n), 0.05 * (n % 4)) for n in range(8) for base in (WIRE, OTHER)
]


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(len(TEXTS))))
def test_the_order_of_arrival_changes_nothing(order: list[int]) -> None:
    given_so = stories((str(place), TEXTS[place]) for place in order)
    assert given_so == stories((str(place), text) for place, text in enumerate(TEXTS))


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text(max_size=5), st.text(max_size=60), max_size=9))
def test_every_report_has_a_story_that_is_named_by_its_smallest(reports: dict[str, str]) -> None:
    told = stories(reports.items())
    assert told.keys() == reports.keys()
    for story in told.values():
        assert min(name for name in told if told[name] == story) == story


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text("abc ", max_size=30), max_size=12), st.integers(0, 11))
def test_a_further_report_takes_no_story_apart(texts: list[str], cut: int) -> None:
    names = [(f"{place:02}", text) for place, text in enumerate(texts)]
    before, after = stories(names[:cut]), stories(names)
    for name, story in before.items():
        assert after[name] == after[story]

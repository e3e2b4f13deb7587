"""Pictures: the same bytes, readable without colours or eyes, and people's words as they are."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from backchannel.bargain.cloud import cloud
from backchannel.bargain.model import Issue, Profile, Space
from backchannel.bargain.own_file import SpaceFile, read_space
from backchannel.bargain.picture import picture
from backchannel.bargain.picture_columns import columns
from backchannel.bargain.picture_parts import at_most, rows, sentences, shown
from backchannel.bargain.picture_plane import plane
from backchannel.bargain.result import Result, computed
from backchannel.drawing.lettering import MISSING, Letters, breadth, fitted, printable
from backchannel.drawing.sheet import KINDS
from bargaining import all_packages, large_space, spaces
from test_bargain_own_file import EXAMPLE

SWAP = json.loads(EXAMPLE.read_text(encoding="utf-8"))
HOSTILE = ("$x^{", "<b>&", "%s %d {}", "-->", "_north", "]]>", "\\frac{", "a\nb\x00c\u202e")
PERSIAN = "جمهوری اسلامی ایران"


def swap(change: Callable[[Any], None] = lambda _: None) -> Result:
    made = json.loads(json.dumps(SWAP))
    change(made)
    return computed(read_space(json.dumps(made).encode(), "talks.json"))


def apart(made: Any) -> None:  # noqa: ANN401 - a file
    """Let the parties ask for more than there is."""
    made["parties"][0]["reservation"], made["parties"][1]["reservation"] = 88, 80


def a_third(made: Any) -> None:  # noqa: ANN401 - a file
    made["parties"].append({**made["parties"][1], "party": "Qatar", "reservation": 5})


def large(**given: Any) -> Result:  # noqa: ANN401 - what large_space takes
    space = large_space(np.random.default_rng(3), **given)
    return computed(SpaceFile(space=space, scale="", table=(0,) * len(space.issues)))


def chance() -> np.random.Generator:
    return np.random.default_rng(1)


def described(data: bytes) -> str:
    root = ET.fromstring(data)  # noqa: S314 - our own
    (found,) = (each for each in root if each.tag.endswith("}desc"))
    return found.text or ""


def titled(data: bytes) -> str:
    root = ET.fromstring(data)  # noqa: S314 - our own
    assert root.attrib["role"] == "img"
    (found,) = (each for each in root if each.tag.endswith("}title"))
    return found.text or ""


def drawn(result: Result) -> Figure:
    letters = Letters(result.space.parties)
    if len(result.space.profiles) == 2:
        return plane(result, cloud(result.space, chance()), letters)
    return columns(result, letters)


def written(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if isinstance(text, Text)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("change", [lambda _: None, apart, a_third])
def test_the_same_result_gives_the_same_bytes(kind: Any, change: Callable[[Any], None]) -> None:  # noqa: ANN401 - one of KINDS
    made = picture(swap(change), kind, chance=chance())
    assert made == picture(swap(change), kind, chance=chance())
    assert not re.search(rb"20[2-9][0-9]-[0-9]{2}-[0-9]{2}", made)


def test_a_picture_depends_on_no_setting_and_leaves_none_behind() -> None:
    plain = picture(swap(), "svg")
    with mpl.rc_context({"font.size": 30, "lines.linewidth": 9, "axes.facecolor": "red"}):
        before = dict(mpl.rcParams)
        assert picture(swap(), "svg") == plain
        assert dict(mpl.rcParams) == before


def test_another_process_draws_the_same_picture() -> None:
    code = (
        "import sys; from backchannel.bargain.own_file import read_space\n"
        "from backchannel.bargain.result import computed\n"
        "from backchannel.bargain.picture import picture\n"
        "read = read_space(sys.stdin.buffer.read(), 'x')\n"
        "sys.stdout.buffer.write(picture(computed(read), 'svg'))"
    )
    command = [sys.executable, "-W", "error", "-c", code]
    ran = subprocess.run(command, input=EXAMPLE.read_bytes(), capture_output=True, check=True)
    assert ran.stdout == picture(swap(), "svg")
    assert ran.stderr == b""


def test_a_png_is_an_image_and_says_no_more_than_it_shows() -> None:
    made = Image.open(BytesIO(picture(swap(), "png")))
    assert made.format == "PNG"
    assert made.width == 1500
    assert set(made.info) <= {"dpi"}


def test_an_svg_tells_in_words_what_it_shows() -> None:
    made = picture(swap(), "svg")
    assert titled(made) == "The exchange of September 2023, as packages"
    said = described(made)
    assert "Packages: 243, each a grey dot. Efficient: 12, these and no others." in said
    assert "10 are at or above every reservation value" in said
    assert "Nash: US 76, Iran 82." in said
    assert "on the table: US 84, Iran 52." in said
    assert "reservation values: US 45, Iran 40." in said
    assert "illustrative" in said
    assert b"<!DOCTYPE" not in made


def test_an_empty_zone_is_drawn_with_what_would_open_it() -> None:
    said = described(picture(swap(apart), "svg"))
    assert "there is no zone of agreement" in said
    assert "The least that would open a zone: US settles for 8 points less." in said
    figure = drawn(swap(apart))
    assert "least concession" in written(figure)
    assert "less by 8:" in written(figure)
    assert "zone of possible agreement" not in written(figure)


def test_more_parties_stand_side_by_side_with_their_numbers() -> None:
    result = swap(a_third)
    found = written(drawn(result))
    assert {"US", "Iran", "Qatar", "Nash", "on the table", "reservation value"} <= set(found)
    nash = result.points(result.solutions["nash"].utilities)
    assert {shown(value) for value in nash} <= set(found)
    assert "324" in described(picture(result, "svg"))


def test_an_empty_zone_of_more_parties_says_who_settles_for_how_much_less() -> None:
    def change(made: Any) -> None:  # noqa: ANN401 - a file
        a_third(made)
        made["parties"][0]["reservation"], made["parties"][1]["reservation"] = 93, 40

    found = written(drawn(swap(change)))
    assert "settles for less by" in found
    assert "least concession" in found


def test_one_party_alone_can_be_drawn() -> None:
    issue = Issue(issue="pause", options=("no", "yes"))
    space = Space(issues=(issue,), profiles=(Profile(party="n", values=((2, 2),), reservation=3),))
    for kind in KINDS:
        assert picture(computed(SpaceFile(space=space, scale="", table=None)), kind)


def test_what_is_too_large_for_dots_is_drawn_by_chance_or_left_out_and_that_is_said() -> None:
    result = large()
    assert "1.0 \u00d7 10²⁰; 10,000 drawn at random" in described(
        picture(result, "svg", chance=chance())
    )
    assert "too many for dots" in described(picture(result, "svg"))
    assert "packages" in written(drawn(result))


def test_a_bounded_frontier_is_drawn_with_its_bound() -> None:
    result = large(opposed=True, whole=False)
    made = picture(result, "svg")
    said = described(made)
    assert re.search(r"some package may be better by up to 0\.\d+ points for party0", said)
    assert "not proved to be the best: Nash" in said
    assert "no package is beyond this" in written(drawn(result))
    assert len(made) < 1_000_000


def test_a_zone_that_is_left_open_is_said_to_be() -> None:
    result = large(opposed=True, whole=False)
    open_ = replace(result, zone=replace(result.zone, empty=None, places=()), solutions={})
    assert "Whether all can agree is left open" in " ".join(sentences(open_, None))
    assert picture(open_, "png")


@pytest.mark.parametrize("words", HOSTILE)
def test_what_people_wrote_is_never_read_as_mathematics_or_markup(words: str) -> None:
    def change(made: Any) -> None:  # noqa: ANN401 - a file
        made["name"] = made["scale"] = words
        for party in made["parties"]:
            party["party"] += f" {words}"

    for third in (lambda _: None, a_third):

        def both(made: Any, third: Callable[[Any], None] = third) -> None:  # noqa: ANN401 - a file
            third(made)
            change(made)

        made = picture(swap(both), "svg")
        assert titled(made) == printable(words)
        assert printable(words) in described(made)
        assert picture(swap(both), "png")


@settings(max_examples=40, deadline=None)
@given(spaces(parties=(1, 4)), st.lists(st.text(min_size=1), min_size=6, max_size=6), st.data())
def test_anything_can_be_drawn(space: Space, texts: list[str], data: st.DataObject) -> None:
    named = zip(space.profiles, texts[2:], strict=False)
    profiles = tuple(replace(p, party=f"{p.party}{text}") for p, text in named)
    space = replace(space, profiles=profiles, name=texts[0])
    table = data.draw(st.sampled_from([None, next(all_packages(space))]))
    result = computed(SpaceFile(space=space, scale=texts[1], table=table))
    ET.fromstring(picture(result, "svg", chance=chance()))  # noqa: S314 - our own


def test_labels_of_marks_neither_cover_each_other_nor_leave_the_picture() -> None:
    for result in (swap(), swap(apart), large(), large(opposed=True, whole=False)):
        figure = drawn(result)
        figure.draw_without_rendering()
        axes = figure.axes[0]
        frame = axes.get_window_extent()
        labels = [text for text in axes.texts if text.get_text()]
        boxes = [Text.get_window_extent(label) for label in labels]
        for place, box in enumerate(boxes):
            assert box.x0 >= frame.x0 - 1
            assert box.x1 <= frame.x1 + 1
            for other in boxes[:place]:
                assert not box.overlaps(other), [label.get_text() for label in labels]


def test_marks_at_one_place_share_a_label() -> None:
    assert "Nash,\nKalai-S.,\nutilitarian" in written(drawn(swap()))


def test_persian_is_drawn_in_letters_that_the_font_has() -> None:
    joined = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"  # "I want", with a non-joiner
    letters = Letters([PERSIAN, "۲۰۲۳", joined])
    assert not letters.missing
    assert letters.fonts == ["DejaVu Sans"]
    assert (letters(PERSIAN), letters(joined)) == (PERSIAN, joined)

    def change(made: Any) -> None:  # noqa: ANN401 - a file
        made["name"] = made["parties"][0]["party"] = PERSIAN

    assert titled(picture(swap(change), "svg")) == PERSIAN


def test_another_font_is_taken_where_the_first_lacks_a_letter() -> None:
    letters = Letters(["\U0001d4d0"])  # a script letter: STIX, which comes with Matplotlib, has it
    assert not letters.missing
    assert letters.fonts[0] == "DejaVu Sans"
    assert len(letters.fonts) == 2


def test_a_letter_that_no_font_has_is_replaced_and_that_is_said() -> None:
    never = "\U00012000"  # cuneiform

    def change(made: Any) -> None:  # noqa: ANN401 - a file
        made["name"] = f"talks {never}"

    letters = Letters([never])
    if letters.missing:  # a machine could have a font for it
        made = picture(swap(change), "svg")
        assert titled(made) == f"talks {MISSING}"
    assert len(letters.missing) <= 1


@given(st.text(), st.integers(1, 20), st.integers(1, 4))
def test_lines_fit(text: str, width: int, lines: int) -> None:
    found = fitted(text, width=max(2, width), lines=lines)
    assert len(found) <= lines
    assert all(breadth(line) <= max(2, width) for line in found)


def test_wide_letters_count_twice_and_marks_not_at_all() -> None:
    assert (breadth("中a"), breadth("e\u0301"), breadth("\u200c")) == (3, 1, 0)
    assert breadth("W") > breadth("A") > breadth("a")


@given(spaces(parties=(1, 3)))
def test_a_cloud_is_every_package_that_the_rules_leave(space: Space) -> None:
    points = sorted(space.utilities(package) for package in all_packages(space))
    found = cloud(space, None)
    assert sorted(map(tuple, found.points.tolist())) == points
    assert (found.of, found.all) == (len(points), True)


def test_packages_drawn_by_chance_are_packages() -> None:
    space = large_space(chance(), issues=3, options=4)
    every = {space.utilities(package) for package in all_packages(space)}
    found = cloud(space, chance(), most=10)
    assert not found.all
    assert set(map(tuple, found.points.tolist())) == every  # 10,000 of 64: each is met
    assert cloud(space, None, most=10).points.shape == (0, 2)


def test_numbers_are_shown_as_people_read_them_and_bounds_never_down() -> None:
    assert (shown(76), shown(0.1 + 0.2), shown(-1_234.5)) == ("76", "0.3", "-1,234.5")
    assert (shown(1_234_567.8), shown(10**12 - 10**6)) == ("1,234,568", "1e+12")
    assert [at_most(value) for value in (0.40071, 12.31, 5, 0)] == ["0.401", "12.4", "5", "0"]


def test_a_table_and_an_opening_are_marked() -> None:
    assert [row.name for row in rows(swap(apart))] == ["opening", "table"]

"""Pictures of plans: the same bytes, readable without colours or eyes, words left as they are."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from backchannel.channel.plain import AccordError, plain_line
from backchannel.drawing.lettering import Letters
from backchannel.drawing.sheet import KINDS, Kind
from backchannel.plan.errors import MalformedError
from backchannel.plan.exposure import exposure
from backchannel.plan.files import read_file
from backchannel.plan.model import Plan, Value
from backchannel.plan.picture import WHATS, What, picture
from backchannel.plan.picture_arrows import BOX, TALL, clearest
from backchannel.plan.picture_curves import curves
from backchannel.plan.picture_days import days, kept
from backchannel.plan.picture_steps import steps
from backchannel.plan.real import Record
from ordering import plan_of, step, whole
from planning import plans

CASES = sorted((Path(__file__).parent.parent / "cases").glob("*.json"))
HOSTILE = ("$x^{", "<b>&", "%s %d {}", "-->", "_north", "]]>", "\\frac{")
NOTHING = Record(done={}, broke_at=None, status="", why="")
WHOLE_PICTURE = (0.0, 20.0)


def case(name: str) -> tuple[Plan, Record]:
    (path,) = (each for each in CASES if each.stem == name)
    plan, record = read_file(path.read_bytes(), path.name)
    assert record is not None
    return plan, record


def said(data: bytes, tag: str = "desc") -> str:
    root = ET.fromstring(data)  # noqa: S314 - our own
    assert root.attrib["role"] == "img"
    (found,) = (each for each in root if each.tag.endswith(f"}}{tag}"))
    return found.text or ""


def written(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if isinstance(text, Text)]


def standing(figure: Figure) -> list[Text]:
    """Return the texts that are drawn, without numbers of axes beyond what is shown of these."""
    found = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    for axes in (each for each in figure.axes if each.axison):
        found += [*axes.get_xticklabels(), axes.xaxis.label, axes.yaxis.label]
        legend = axes.get_legend()
        found += legend.get_texts() if legend else []
    return found


def drawn(plan: Plan, what: What, record: Record = NOTHING) -> Figure:
    letters = Letters([])
    match what:
        case "steps":
            return steps(plan, plan.moves(), letters)
        case "exposure":
            return curves(plan, exposure(plan), letters)
        case _:
            return days(plan, record, letters)


@pytest.mark.parametrize("what", WHATS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_plan_gives_the_same_bytes(what: What, kind: Kind) -> None:
    plan, record = case("us_iran_swap_2023")
    made = picture(plan, what, kind, record=record)
    assert made == picture(plan, what, kind, record=record)
    assert made.startswith(b"<?xml" if kind == "svg" else b"\x89PNG")


def test_another_process_draws_the_same_picture() -> None:
    plan, record = case("us_iran_swap_2023")
    code = (
        "import sys; from backchannel.plan.files import read_file\n"
        "from backchannel.plan.picture import picture\n"
        "plan, record = read_file(sys.stdin.buffer.read(), 'x')\n"
        "sys.stdout.buffer.write(picture(plan, 'steps', 'svg', record=record))"
    )
    command = [sys.executable, "-W", "error", "-c", code]
    path = next(each for each in CASES if "swap" in each.stem)
    ran = subprocess.run(command, input=path.read_bytes(), capture_output=True, check=True)
    assert ran.stdout == picture(plan, "steps", "svg", record=record)


def test_a_png_says_no_more_than_it_shows() -> None:
    made = Image.open(BytesIO(picture(case("us_iran_swap_2023")[0], "steps", "png")))
    assert set(made.info) <= {"dpi"}


@pytest.mark.parametrize("path", CASES, ids=lambda path: str(path.stem))
def test_every_real_accord_can_be_drawn_with_all_its_steps(path: Path) -> None:
    plan, record = read_file(path.read_bytes(), path.name)
    assert record is not None
    found = written(drawn(plan, "steps"))
    assert set(plan.by_id) <= set(found)
    assert plan.whose in written(drawn(plan, "exposure"))
    assert f"{len(record.done)} of {len(plan.steps)} steps were done." in " ".join(
        written(drawn(plan, "actual", record))
    )


@pytest.mark.parametrize("path", CASES, ids=lambda path: str(path.stem))
@pytest.mark.parametrize("what", WHATS)
def test_no_words_leave_the_picture_or_cover_one_another(path: Path, what: What) -> None:
    plan, record = read_file(path.read_bytes(), path.name)
    assert record is not None
    figure = drawn(plan, what, record)
    figure.draw_without_rendering()
    width, height = figure.get_size_inches() * figure.dpi
    texts = [text for text in standing(figure) if text.get_text().strip()]
    boxes = [Text.get_window_extent(text) for text in texts]
    for place, box in enumerate(boxes):
        assert -1 <= box.x0 <= box.x1 <= width + 1, texts[place].get_text()
        assert -1 <= box.y0 <= box.y1 <= height + 1, texts[place].get_text()
        for number, other in enumerate(boxes[:place]):
            over = min(box.x1, other.x1) - max(box.x0, other.x0)
            up = min(box.y1, other.y1) - max(box.y0, other.y0)
            assert min(over, up) <= 2, (texts[place].get_text(), texts[number].get_text())


def test_a_description_tells_in_words_what_is_shown() -> None:
    plan, record = case("us_taliban_doha_2020")
    assert said(picture(plan, "steps", "svg"), "title") == plan.title
    told = said(picture(plan, "steps", "svg"))
    assert "d1: Taliban, for US side" in told
    assert "after d1" in told
    told = said(picture(plan, "exposure", "svg"))
    assert told.startswith("Values are illustrative")
    assert "US side is most exposed after d14" in told
    told = said(picture(plan, "actual", "svg", record=record))
    assert "177 days late" in told
    assert "not done" in told


def test_what_became_of_a_plan_is_drawn_only_if_it_was_told() -> None:
    with pytest.raises(MalformedError, match="does not tell what was done"):
        picture(case("jpoa_2013")[0], "actual", "svg")


def test_steps_can_be_drawn_one_by_one() -> None:
    plan, _ = case("us_iran_swap_2023")
    assert "15 steps in 13 events" in " ".join(written(drawn(plan, "steps")))
    apart = picture(plan, "steps", "svg", apart=True)
    assert apart != picture(plan, "steps", "svg")
    assert "s10 (event 10 of 15): 5" in said(picture(plan, "exposure", "svg", apart=True))


def test_ids_that_are_too_long_for_a_box_are_numbered_and_listed() -> None:
    plan = plan_of((step("s1"), step("the-second-step", "South")), {})
    found = written(drawn(plan, "steps"))
    assert {"1", "2"} <= set(found)
    assert any("the-second-step" in text for text in found)


def test_ranges_are_shades_and_what_has_no_value_is_named() -> None:
    plan = plan_of((step("s1"), step("s2", "South")), {})
    ranged = replace(plan, values={"s1": Value(cost=whole(1, 3), worth=whole(2))})
    found = " ".join(written(drawn(ranged, "exposure")))
    assert "Shades" in found
    assert "counted as nothing: s2" in found
    assert "1 to 3, after s1" in found
    # In the middle nobody is exposed or tempted; at the ends of the ranges both can be.
    event = (step("s1", simultaneous_with=("s2",)), step("s2", "South", simultaneous_with=("s1",)))
    both = {
        "s1": Value(cost=whole(0, 4), worth=whole(8)),
        "s2": Value(cost=whole(3), worth=whole(3)),
    }
    unsure = replace(plan_of(event, {}), values=both)
    assert written(drawn(unsure, "exposure")).count("North\nup to 1") == 2
    told = said(picture(unsure, "exposure", "svg"))
    assert "North is exposed only at unfavourable ends of ranges: up to 1." in told
    assert "by stopping only at unfavourable ends of ranges: a stake of up to 1." in told
    assert "Shades" not in " ".join(written(drawn(plan, "exposure")))


def test_a_plan_in_one_event_and_few_steps_is_drawn() -> None:
    together = (
        step("s1", simultaneous_with=("s2",)),
        step("s2", "South", simultaneous_with=("s1",), requires=("s1",)),
    )
    plan = plan_of(together, {"s1": (1, 2)})
    for what in WHATS:
        assert picture(plan, what, "svg", record=NOTHING)


def test_steps_of_one_event_that_wait_for_each_other_keep_their_arrows() -> None:
    circle = (
        step("s1", simultaneous_with=("s2",), requires=("s2",)),
        step("s2", "South", simultaneous_with=("s1",), requires=("s1",)),
        step("s3", requires=("s1", "s2")),
    )
    plan = plan_of(circle, {})
    patches = [type(each).__name__ for each in drawn(plan, "steps").axes[0].patches]
    assert patches.count("FancyArrowPatch") == 4


def test_arrows_that_others_make_superfluous_are_left_out() -> None:
    chain = (step("s1"), step("s2", requires=("s1",)), step("s3", requires=("s1", "s2")))
    patches = [type(each).__name__ for each in drawn(plan_of(chain, {}), "steps").axes[0].patches]
    assert patches.count("FancyArrowPatch") == 2


def test_days_are_told_against_what_was_planned() -> None:
    planned = date(2026, 3, 10)
    dated = (
        step("s1", planned=planned),
        step("s2", "South", planned=planned),
        step("s3"),
        step("s4"),
        step("s5", planned=planned),
    )
    done = {"s1": date(2026, 3, 12), "s3": date(2026, 3, 1), "s5": planned}
    record = Record(done=done, broke_at="s2", status="broken", why="")
    plan = plan_of(dated, {})
    told = {row.label[:2]: row.told for row in kept(plan, record)}
    assert told == {
        "s1": "2 days late",
        "s2": "not done",
        "s5": "on its day",
        "s3": "done, no day",
        "s4": "not done, no day",
    }
    found = written(drawn(plan, "actual", record))
    assert "not done; it broke here" in found
    assert "3 of 5 steps were done. It broke at s2, as its coder judged." in found


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("what", WHATS)
def test_what_people_wrote_is_never_read_as_mathematics_or_markup(what: What, words: str) -> None:
    plan = plan_of((step("s1", action=f"frees {words}"),), {"s1": (1, 2)}, title=words)
    made = picture(plan, what, "svg", record=NOTHING)
    assert said(made, "title") == words
    assert what == "exposure" or words in said(made)
    assert not re.search(rb"20[2-9][0-9]-[0-9]{2}-[0-9]{2}", made)


def test_a_letter_that_no_font_has_is_replaced_and_that_is_said() -> None:
    never = "\U00012000"  # cuneiform; a machine could have a font for it
    letters = Letters([never])
    plan = plan_of((step("s1"),), {}, title=f"talks {never}")
    found = " ".join(written(steps(plan, plan.moves(), letters)))
    assert ("Characters that no font" in found) is bool(letters.missing)


@settings(max_examples=25, deadline=None)
@given(plan=plans(), what=st.sampled_from(get_args(What)), title=st.text(max_size=30))
def test_anything_can_be_drawn(plan: Plan, what: What, title: str) -> None:
    try:
        plain_line(title, what="title", limit=30, empty=True)
    except AccordError:
        title = ""
    record = replace(NOTHING, done={plan.steps[0].id: date(2026, 1, 1)})
    ET.fromstring(picture(replace(plan, title=title), what, "svg", record=record))  # noqa: S314 - our own


def test_an_arrow_goes_around_what_stands_between() -> None:
    between = np.array([(2.0, 1.0)])
    start, end, bend = clearest((1.0, 1.0), (3.0, 1.0), between, within=WHOLE_PICTURE)
    assert bend != 0
    part = np.linspace(0, 1, 200)[:, None]
    middle = (
        (start[0] + end[0]) / 2 + bend * (end[1] - start[1]),
        (start[1] + end[1]) / 2 - bend * (end[0] - start[0]),
    )
    points = (
        (1 - part) ** 2 * np.array(start)
        + 2 * part * (1 - part) * np.array(middle)
        + part**2 * np.array(end)
    )
    inside = (abs(points[:, 0] - 2) < BOX / 2) & (abs(points[:, 1] - 1) < TALL / 2)
    assert not inside.any()


def test_an_arrow_is_straight_where_nothing_stands_between() -> None:
    nothing = np.empty((0, 2))
    assert clearest((1.0, 1.0), (3.0, 1.0), nothing, within=WHOLE_PICTURE)[2] == 0


def test_an_arrow_stays_among_the_lanes() -> None:
    between = np.array([(2.0, 1.0)])
    _, _, above = clearest((1.0, 1.0), (3.0, 1.0), between, within=(0.9, 20))
    _, _, below = clearest((1.0, 1.0), (3.0, 1.0), between, within=(0, 1.1))
    assert above < 0 < below

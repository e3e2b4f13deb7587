"""Joint texts, mirror texts and amendments: what belongs together is put and released together."""

from dataclasses import replace
from typing import Any

import pytest

from accords import an_accord
from backchannel.channel import record, said, told
from backchannel.channel.accord import AccordForm, Amends
from backchannel.channel.accord_statements import adherence_statement, declaration_statement
from backchannel.channel.accord_text import digest, parse, render
from backchannel.channel.disclosure import tell
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.mirrors import group
from backchannel.channel.plain import AccordError
from backchannel.channel.rules import AccordLife, StepState
from crossing import MEDIATOR_KEY, NOON, accord_text, an_id, key_of, seat_of
from histories import Move, World, in_force

EAST, WEST, SOUTH = (seat_of(name) for name in ("East", "West", "South"))


def mirrored() -> tuple[World, dict[str, Any]]:
    """Return a world in which mirror texts are put to East and West, and each party's text."""
    world = World.ready()
    for entry in world.put_mirrors("East"):
        world.enter(entry)
    world.settle()
    return world, {
        known.accord.parties[0].name: key for key, known in world.channel.accords.items()
    }


def sign(world: World, name: str) -> None:
    party = world.parties[name]
    (accord,) = party.desk.accords
    signing = said.Adhered(
        at=NOON, seen=party.desk.told_count, accord=accord, signature=key_of(name) * 2
    )
    world.say(party, signing)
    world.settle()


def releasing(world: World) -> record.MirrorRelease:
    texts = (record.Mirrored(accord=a, declaration=MEDIATOR_KEY * 2) for a in world.channel.accords)
    return record.MirrorRelease(at=NOON, texts=tuple(texts))


def test_a_party_sees_of_mirror_texts_its_own_and_no_other() -> None:
    world, texts = mirrored()
    for name, key in texts.items():
        assert list(world.parties[name].desk.accords) == [key]
    assert not world.parties["South"].desk.accords


def test_mirror_texts_are_released_only_when_each_party_has_signed_its_own() -> None:
    world, _ = mirrored()
    sign(world, "East")
    with pytest.raises(RuleBrokenError, match="missing: West"):
        world.enter(releasing(world))
    sign(world, "West")
    world.enter(releasing(world))
    world.settle()
    for name in ("East", "West"):
        (known,) = world.parties[name].desk.accords.values()
        assert known.life is AccordLife.IN_FORCE
        assert known.released is not None
        assert [s.party for s in known.released.signatures] == [name]


def test_one_mirror_text_is_not_released_alone() -> None:
    world, texts = mirrored()
    sign(world, "East")
    sign(world, "West")
    alone = record.Release(at=NOON, accord=texts["East"], declaration=MEDIATOR_KEY * 2)
    with pytest.raises(RuleBrokenError, match="all released in one"):
        world.enter(alone)
    half = record.MirrorRelease(at=NOON, texts=releasing(world).texts[:1])
    with pytest.raises(RuleBrokenError, match="all released in one"):
        world.enter(half)


def test_only_mirror_texts_are_released_in_one() -> None:
    world = World.ready()
    for entry in world.put("East"):
        world.enter(entry)
    with pytest.raises(RuleBrokenError, match="only mirror texts"):
        world.enter(releasing(world))


def draft(world: World, id_: Any, name: str, *mirrors: str, **changes: Any) -> None:  # noqa: ANN401 - any field
    text = accord_text(id_, (name,), AccordForm.MIRROR, mirrors=mirrors)
    changed = render(replace(parse(text), **changes))
    world.enter(record.Drafted(at=NOON, accord=id_, text=changed))


def refused(world: World, id_: Any, words: str) -> None:  # noqa: ANN401
    with pytest.raises(RuleBrokenError, match=words):
        world.enter(record.Putting(at=NOON, accord=id_))


def test_a_mirror_text_without_its_like_is_not_put() -> None:
    world, (one, other) = World.ready(), (an_id("one"), an_id("other"))
    draft(world, one, "East", other)
    refused(world, one, "is not drafted")
    draft(world, other, "West", an_id("a third"))
    refused(world, one, "do not name one another")
    draft(world, other, "West", one, steps=())
    refused(world, one, "do not hold the same steps")


def test_a_party_has_one_of_the_mirror_texts() -> None:
    world, (one, other) = World.ready(), (an_id("one"), an_id("other"))
    draft(world, one, "East", other)
    draft(world, other, "East", one)
    refused(world, one, "both for East")


def test_a_mirror_text_whose_party_left_is_not_put_to_nobody() -> None:
    world, (one, other) = World.ready(), (an_id("one"), an_id("other"))
    draft(world, one, "East", other)
    draft(world, other, "West", one)
    world.enter(record.SeatClosed(at=NOON, seat=EAST))
    refused(world, one, "without a seat: East")


def test_what_is_signed_says_in_which_form() -> None:
    statements = set()
    for form in (AccordForm.DECLARATION, AccordForm.JOINT):
        text = render(an_accord(form=form))
        statements |= {adherence_statement(text, "East").split(b"\n")[0]}
        statements |= {declaration_statement(text).split(b"\n")[0]}
    mirror = accord_text(an_id(1), ("East",), AccordForm.MIRROR, mirrors=(an_id(2),))
    statements |= {adherence_statement(mirror, "East").split(b"\n")[0]}
    statements |= {declaration_statement(mirror).split(b"\n")[0]}
    assert len(statements) == 6


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mirrors": ("0" * 32,)}, "only a mirror text"),
        ({"form": AccordForm.MIRROR, "mirrors": ("0" * 32,)}, "for one party, not 2"),
        ({"amends": Amends(id="0123456789abcdef" * 2, digest="0" * 64)}, "amends another one"),
    ],
)
def test_a_form_that_contradicts_itself_cannot_be_built(
    changes: dict[str, object], words: str
) -> None:
    with pytest.raises(AccordError, match=words):
        an_accord(**changes)


@pytest.mark.parametrize(
    ("mirrors", "words"),
    [
        ((), "names 1 to 39 others"),
        (("0" * 32, "0" * 32), "is named once"),
        (("0123456789abcdef" * 2,), "is named once"),
        (("zero",), "32 hexadecimal digits"),
    ],
)
def test_a_mirror_text_names_each_of_the_others_once(mirrors: tuple[str, ...], words: str) -> None:
    one = an_accord().parties[:1]
    with pytest.raises(AccordError, match=words):
        an_accord(form=AccordForm.MIRROR, parties=one, mirrors=mirrors)


@pytest.mark.parametrize(("id_", "digits"), [("0", "0" * 64), ("0" * 32, "0")])
def test_what_is_amended_is_named_by_identifier_and_digest(id_: str, digits: str) -> None:
    with pytest.raises(AccordError, match="hexadecimal digits"):
        Amends(id=id_, digest=digits)


def amended(world: World, accord: Any, **changes: Any) -> Any:  # noqa: ANN401 - an identifier
    """Put an amendment of the accord, and return its identifier."""
    draft_, putting = world.amend("East", accord, NOON)
    assert isinstance(draft_, record.Drafted)
    text = render(replace(parse(draft_.text), **changes))
    world.enter(replace(draft_, text=text))
    world.enter(putting)
    world.settle()
    return draft_.accord


def test_an_amendment_takes_the_place_of_the_accord_once_it_is_released() -> None:
    world = World.ready()
    accord = in_force(world)
    mark = record.Marking(at=NOON, accord=accord, step="s1", mark=told.Mark.REPORTED, who="East")
    world.enter(mark)
    steps = world.channel.accords[accord].accord.steps
    new = amended(world, accord, steps=(steps[0], replace(steps[1], verifier="the agency")))
    assert world.channel.accords[accord].life is AccordLife.IN_FORCE
    world.play(Move("adhere", "East"), Move("adhere", "West"))
    world.settle()
    world.enter(record.Release(at=NOON, accord=new, declaration=MEDIATOR_KEY * 2))
    world.settle()
    assert world.channel.accords[accord].life is AccordLife.AMENDED
    desk = world.parties["West"].desk
    assert desk.accords[accord].life is AccordLife.AMENDED
    # What was done of a step that stayed as it was, stays done; one that changed begins anew.
    assert {k: s.state for k, s in desk.accords[new].steps.items()} == {"s1": StepState.REPORTED}


def test_an_accord_that_ended_meanwhile_is_not_amended_any_more() -> None:
    world = World.ready()
    accord = in_force(world)
    new = amended(world, accord)
    world.play(Move("adhere", "East"), Move("adhere", "West"))
    world.settle()
    world.enter(record.Ending(at=NOON, accord=accord, text="All is done."))
    with pytest.raises(RuleBrokenError, match="the accord to amend is ended"):
        world.enter(record.Release(at=NOON, accord=new, declaration=MEDIATOR_KEY * 2))


@pytest.mark.parametrize(
    ("amends", "names", "words"),
    [
        (Amends(id="0" * 32, digest="0" * 64), ("East", "West"), "not known here"),
        (None, ("East", "West"), "another text than the accord in force has"),
        ("right", ("East", "South"), "of the very parties"),
    ],
)
def test_an_amendment_of_something_else_is_refused(
    amends: object, names: tuple[str, ...], words: str
) -> None:
    world = World.ready()
    accord = in_force(world)
    right = Amends(id=accord, digest=digest(world.channel.accords[accord].text))
    wrong = replace(right, digest="0" * 64)
    given = {"right": right, None: wrong}.get(amends, amends)  # type: ignore[call-overload]
    id_ = an_id("amendment")
    text = accord_text(id_, names, AccordForm.JOINT, amends=given)
    with pytest.raises(RuleBrokenError, match=words):
        world.enter(record.Drafted(at=NOON, accord=id_, text=text))


def test_a_mirror_release_tells_each_party_of_its_own_text_only() -> None:
    world, texts = mirrored()
    sign(world, "East")
    sign(world, "West")
    events = tell(world.channel, releasing(world))
    assert {seat: e.accord for seat, e in events.items() if isinstance(e, told.AccordReleased)} == {
        EAST: texts["East"],
        WEST: texts["West"],
    }
    assert SOUTH not in events


def test_a_text_alone_is_its_own_group() -> None:
    accord = an_accord()
    assert group(accord) == (accord.id,)

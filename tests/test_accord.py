"""What an accord must be, to be one."""

from typing import Any

import pytest

from accords import a_step, an_accord
from backchannel.channel.accord import (
    AccordForm,
    Affected,
    Edition,
    Signatory,
    lookalikes,
)
from backchannel.channel.errors import ChannelError
from backchannel.channel.plain import AccordError

EAST, WEST = an_accord().parties


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": "x"}, "id: .*32 hexadecimal"),
        ({"title": ""}, "title: is empty"),
        ({"title": "a\u202eb"}, "title: character 2"),
        ({"mediator": "x" * 121}, "mediator: has 121"),
        ({"credit": "\t"}, "credit: character 1"),
        ({"parties": (EAST,)}, "parties: there are 1; 2 to 40"),
        ({"parties": (EAST,) * 41}, "parties: there are 41"),
        ({"parties": (EAST, Signatory(name="EAST", key=WEST.key))}, "EAST and East are alike"),
        ({"parties": (EAST, Signatory(name="North", key=WEST.key))}, "North and North are alike"),
        ({"parties": (EAST, Signatory(name="Ｅast", key=WEST.key))}, "are alike"),  # noqa: RUF001
        ({"parties": (EAST, Signatory(name="West"))}, "key of West: has 0 bytes"),
        ({"mediator_key": b"short"}, "key of North: has 5 bytes"),
        ({"mediator_key": EAST.key}, "keys: two of them are the same"),
        ({"editions": ()}, "editions: there are 0"),
        ({"editions": (Edition(language="en", text="a"),) * 2}, "two are in one language"),
        ({"editions": (Edition(language="en", text="a", by="East"),)}, "in words common to all"),
        ({"affected": (Affected(who="all", heard=True),) * 101}, "affected: at most 100"),
        ({"steps": (a_step("s1"), a_step("s1"))}, "step s1, id"),
    ],
)
def test_a_wrong_accord_cannot_be_built(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(AccordError, match=said) as caught:
        an_accord(**changes)
    assert isinstance(caught.value, ChannelError)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("language", ["", "EN", "english", "en-", "en\n", "en, by West"])
def test_a_language_is_a_code(language: str) -> None:
    with pytest.raises(AccordError, match="edition, language"):
        Edition(language=language, text="a")


def test_an_understanding_holds_each_sides_own_words_and_no_keys() -> None:
    accord = an_accord(
        form=AccordForm.UNDERSTANDING,
        mediator_key=b"",
        parties=(Signatory(name="East"), Signatory(name="West")),
        editions=(
            Edition(language="en", text="We free ten.", by="East"),
            Edition(language="en", text="They free ten.", by="West"),
        ),
    )
    assert "unsigned" in accord.form.words
    assert "adheres separately" in AccordForm.DECLARATION.words


def test_words_in_an_understanding_are_those_of_a_party() -> None:
    with pytest.raises(AccordError, match="'South' is no party"):
        an_accord(
            form=AccordForm.UNDERSTANDING,
            editions=(Edition(language="en", text="We.", by="South"),),
        )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The Мinister", "'Мinister' mixes CYRILLIC and LATIN"),  # noqa: RUF001 - the attack itself
        ("pays 1\u06f2 million", "mixes COMMON digits and EXTENDED ARABIC-INDIC digits"),
    ],
)
def test_a_word_of_two_scripts_is_warned_of(text: str, said: str) -> None:
    warnings = lookalikes(an_accord(title=text))
    assert len(warnings) == 1
    assert said in warnings[0]


@pytest.mark.parametrize(
    "text", ["P5+1 in 2013", "تا \u06f5 روز", "東京タワーの前", "Иран and Iran"]
)
def test_honest_words_are_not_warned_of(text: str) -> None:
    assert lookalikes(an_accord(title=text)) == ()


def test_every_text_of_an_accord_is_looked_at() -> None:
    fake = "Мoney"  # noqa: RUF001 - the attack itself
    places: list[dict[str, Any]] = [
        {"mediator": fake},
        {"credit": fake},
        {"parties": (EAST, Signatory(name=fake, key=WEST.key))},
        {"editions": (Edition(language="en", text=f"a\n{fake}"),)},
        {"affected": (Affected(who=fake, heard=True),)},
        *({"steps": (a_step("s1", **{f: fake}),)} for f in ("actor", "action", "beneficiary")),
        *({"steps": (a_step("s1", **{f: fake}),)} for f in ("verifier", "deadline")),
    ]
    assert all(len(lookalikes(an_accord(**place))) == 1 for place in places)

"""Accords to test with: a plain one, and a strategy of any that can be built."""

import unicodedata
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from backchannel.channel.accord import (
    AccordForm,
    AccordText,
    Affected,
    Amends,
    Edition,
    Signatory,
)
from backchannel.channel.plain import AccordError, plain_line
from backchannel.channel.steps import Category, Step

EN = "Each party pauses for ten days.\n\nThe mediator confirms it."
FA = "هر طرف ده روز درنگ می‌کند."

# Words that imitate the labels of the canonical form, beside writing of several directions.
_IMITATIONS = ["Party: West", "Key: 00", "End", "| End", "Text, en", "Step: s1", "After: s1, s2"]
_WRITINGS = [
    "میانجی می‌گوید \u06f5",
    "هدنة",
    "停火十天",
    "ひと休み",
    "정전",
    "é",
    "Ärger",
    "-",
    "…",
    "'\"\\",
]
_single = st.sampled_from([*_IMITATIONS, *_WRITINGS]) | st.text(
    st.characters(codec="utf-8"), min_size=1, max_size=12
)


def tidy(text: str) -> str:
    """Return the text as an author would have to write it, or nothing if that cannot be."""
    tidied = unicodedata.normalize("NFC", " ".join(text.split()))
    try:
        return plain_line(tidied, what="text", limit=100, empty=True)
    except AccordError:
        return ""


lines = st.lists(_single, min_size=1, max_size=3).map(" ".join).map(tidy)
words = lines.filter(bool)
names = words.filter(lambda name: len(name) <= 60)
prose = st.lists(lines, max_size=3).flatmap(
    lambda inner: st.tuples(words, words).map(lambda ends: "\n".join([ends[0], *inner, ends[1]]))
)
days = st.none() | st.dates(date(1900, 1, 1), date(2999, 12, 31))
languages = st.sampled_from(["en", "fa", "ar", "zh-Hant", "tgk"])


@st.composite
def plans(draw: st.DrawFn) -> tuple[Step, ...]:
    """Steps that each wait for earlier ones only; some pairs are one event."""
    ids = draw(st.lists(st.from_regex(r"[A-Za-z0-9][a-z._-]{0,3}", fullmatch=True), max_size=4))
    ids = list(dict.fromkeys(ids))
    together = len(ids) > 1 and draw(st.booleans())
    steps = []
    for place, id_ in enumerate(ids):
        requires = draw(st.lists(st.sampled_from(ids[:place]), unique=True)) if place else []
        other = {0: ids[1:2], 1: ids[:1]}.get(place, []) if together else []
        step = Step(
            id=id_,
            actor=draw(names),
            action=draw(words),
            beneficiary=draw(names),
            category=draw(st.sampled_from(Category)),
            requires=tuple(requires),
            bargained=tuple(requires[: draw(st.integers(0, len(requires)))]),
            simultaneous_with=tuple(other),
            within_days=draw(st.integers(0, 30)) if requires else 0,
            verifier=draw(lines),
            deadline=draw(lines),
            planned=draw(days),
        )
        steps.append(step)
    if not draw(st.booleans()):
        return tuple(steps)
    # The first is a certificate, on which all that require it depend.
    triggered = tuple(step.id for step in steps if ids[0] in step.requires)
    return (replace(steps[0], triggers=triggered), *steps[1:]) if steps else ()


@st.composite
def accords(draw: st.DrawFn) -> AccordText:
    """Any accord, within sizes that keep the tests quick."""
    form = draw(st.sampled_from(AccordForm))
    folded = st.lists(
        names,
        min_size=3,
        max_size=4,
        unique_by=lambda n: unicodedata.normalize("NFKC", n).casefold(),
    )
    mediator, *parties = draw(folded)
    mirrored = form is AccordForm.MIRROR
    parties = parties[:1] if mirrored else parties
    signed = form.signed or draw(st.booleans())
    digits = st.binary(min_size=16, max_size=16).map(bytes.hex)
    id_, *others = draw(st.lists(digits, min_size=2, max_size=4, unique=True))
    amends = st.builds(Amends, id=st.just(others[0]), digest=keys_of(32).map(bytes.hex))
    size = 32 if signed else 0
    key = st.binary(min_size=size, max_size=size)
    keys = draw(st.lists(key, min_size=5, max_size=5, unique=signed))
    by = st.just("") if form.signed else st.sampled_from(["", *parties])
    editions = st.lists(
        st.builds(Edition, language=languages, text=prose, by=by),
        min_size=1,
        max_size=3,
        unique_by=lambda edition: (edition.language, edition.by),
    )
    return AccordText(
        form=form,
        id=id_,
        title=draw(words),
        mediator=mediator,
        mediator_key=keys[-1],
        parties=tuple(Signatory(name=n, key=k) for n, k in zip(parties, keys, strict=False)),
        editions=tuple(draw(editions)),
        steps=draw(plans()),
        affected=tuple(
            draw(st.lists(st.builds(Affected, who=words, heard=st.booleans()), max_size=2))
        ),
        credit=draw(lines),
        earliest_release=draw(days),
        mirrors=tuple(others) if mirrored else (),
        amends=draw(st.none() | amends) if form.signed else None,
    )


def keys_of(size: int) -> st.SearchStrategy[bytes]:
    """Return any bytes of this size."""
    return st.binary(min_size=size, max_size=size)


@st.composite
def neighbours(draw: st.DrawFn) -> tuple[AccordText, AccordText]:
    """Two accords that differ in one field at most: the likeliest to share a text by mistake."""
    accord = draw(accords())
    edition, party = accord.editions[0], accord.parties[0]
    changes: dict[str, st.SearchStrategy[Any]] = {
        "title": words,
        "credit": lines,
        "earliest_release": days,
        "steps": plans(),
        "editions": prose.map(lambda text: (replace(edition, text=text), *accord.editions[1:])),
        "affected": st.builds(Affected, who=words, heard=st.booleans()).map(lambda who: (who,)),
        "parties": st.just((*accord.parties[1:], party)),
    }
    field = draw(st.sampled_from(sorted(changes)))
    return accord, replace(accord, **{field: draw(changes[field])})


def an_accord(**changes: Any) -> AccordText:  # noqa: ANN401 - any field of an accord
    """Return a declaration of Qatar's kind, with the changes."""
    content: dict[str, Any] = {
        "form": AccordForm.DECLARATION,
        "id": "0123456789abcdef" * 2,
        "title": "A pause of ten days",
        "mediator": "North",
        "mediator_key": bytes([1]) * 32,
        "parties": (
            Signatory(name="East", key=bytes([2]) * 32),
            Signatory(name="West", key=bytes([3]) * 32),
        ),
        "editions": (Edition(language="en", text=EN), Edition(language="fa", text=FA)),
        "steps": (a_step("s1", planned=date(2026, 3, 1)), a_step("s2", requires=("s1",))),
        "affected": (Affected(who="families of the detained", heard=False),),
        "credit": "North",
        "earliest_release": date(2027, 1, 1),
    }
    return AccordText(**{**content, **changes})


def a_step(id_: str, **changes: Any) -> Step:  # noqa: ANN401 - any field of a step
    """Return a step of that id, with the changes."""
    content: dict[str, Any] = {
        "id": id_,
        "actor": "East",
        "action": "frees ten people",
        "beneficiary": "West",
        "category": Category.PRISONER,
    }
    return Step(**{**content, **changes})

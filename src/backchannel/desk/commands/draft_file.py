r"""The file of a draft: what the mediator writes of an accord, before names and keys are added.

JSON with `title`, `editions` (`language`, `text`, perhaps `by`), `parties` (names of seats), and
perhaps `form` (declaration, joint text, mirror text or understanding), `steps`, `affected` (`who`,
`heard`), `credit`, `earliest_release` and `amends` (title or identifier of an accord in force). A
step has `id, actor, action, beneficiary, category` and perhaps `requires, bargained,
simultaneous_with, triggers, verifier, deadline, within_days, planned`.

Promised: every fault is one sentence that names the field; nothing but `AccordError` is raised.

>>> read_draft(b'{"title": 5}')
Traceback (most recent call last):
...
backchannel.channel.plain.AccordError: the field 'editions' is missing

Source: the steps are those of the schema backchannel-sequence/1, without what is known afterwards.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from backchannel.channel.accord import AccordForm, Affected, Edition
from backchannel.channel.plain import AccordError
from backchannel.channel.sequence import Sequence as Case
from backchannel.channel.steps import Category, Step, check_plan
from backchannel.channel.strict_json import Part, read_json
from backchannel.desk.session import AccordDraft

T = TypeVar("T")
_OPTIONAL_OF_STEP = (
    *("requires", "bargained", "simultaneous_with", "triggers"),
    *("verifier", "deadline", "within_days", "planned"),
)


def read_draft(data: bytes) -> AccordDraft:
    """Return what the file holds. Raises: AccordError, naming the field."""
    parts = read_json(data, AccordError).fields(
        *("title", "editions", "parties"),
        optional=("form", "steps", "affected", "credit", "earliest_release", "amends"),
    )
    release = parts.get("earliest_release")
    return AccordDraft(
        title=parts["title"].text(),
        editions=tuple(_edition(item) for item in parts["editions"].items()),
        parties=parts["parties"].texts(),
        form=_form(parts["form"]) if "form" in parts else AccordForm.DECLARATION,
        steps=check_plan(_each(parts, "steps", _step)),
        affected=_each(parts, "affected", _affected),
        credit=_text(parts, "credit"),
        earliest_release=None if release is None or release.value is None else release.day(),
        amends=_text(parts, "amends"),
    )


def draft_of_case(case: Case, parties: Sequence[str], form: AccordForm, text: str) -> AccordDraft:
    """Return the draft of a case: its steps as they were promised, in neutral words or in these."""
    neutral = "The sides do what the steps below say, in that order."
    return AccordDraft(
        title=case.title,
        editions=(Edition(language="en", text=text or neutral),),
        parties=tuple(parties) or case.sides,
        form=form,
        steps=case.plan,
    )


def _each(parts: Mapping[str, Part], name: str, read: Callable[[Part], T]) -> tuple[T, ...]:
    return tuple(read(item) for item in parts[name].items()) if name in parts else ()


def _text(parts: Mapping[str, Part], name: str) -> str:
    return parts[name].text() if name in parts else ""


def _form(part: Part) -> AccordForm:
    return _one_of(part, {form.value: form for form in AccordForm})


def _one_of(part: Part, kinds: Mapping[str, T]) -> T:
    if part.text() not in kinds:
        raise part.fault(f"{part.text()[:60]!r} is not known; there are {', '.join(kinds)}")
    return kinds[part.text()]


def _edition(item: Part) -> Edition:
    parts = item.fields("language", "text", optional=("by",))
    return Edition(
        language=parts["language"].text(), text=parts["text"].text(), by=_text(parts, "by")
    )


def _affected(item: Part) -> Affected:
    parts = item.fields("who", "heard")
    heard = parts["heard"].value
    if not isinstance(heard, bool):
        raise parts["heard"].fault("true or false is expected: were they heard?")
    return Affected(who=parts["who"].text(), heard=heard)


def _step(item: Part) -> Step:
    # A step is called by its id, where it has one that can be read, and else by its place.
    named = item.mapping().get("id")
    where = f"step {named.value}" if named and isinstance(named.value, str) else item.where
    parts = Part(item.value, where[:60], item.error).fields(
        *("id", "actor", "action", "beneficiary", "category"), optional=_OPTIONAL_OF_STEP
    )
    planned = parts.get("planned")
    return Step(
        id=parts["id"].text(),
        actor=parts["actor"].text(),
        action=parts["action"].text(),
        beneficiary=parts["beneficiary"].text(),
        category=_one_of(parts["category"], {kind.value: kind for kind in Category}),
        requires=_texts(parts, "requires"),
        bargained=_texts(parts, "bargained"),
        simultaneous_with=_texts(parts, "simultaneous_with"),
        triggers=_texts(parts, "triggers"),
        verifier=_text(parts, "verifier"),
        deadline=_text(parts, "deadline"),
        within_days=_number(parts["within_days"]) if "within_days" in parts else 0,
        planned=None if planned is None or planned.value is None else planned.day(),
    )


def _number(part: Part) -> int:
    if type(part.value) is not int:
        raise part.fault("a number of days is expected, such as 5")
    return part.value


def _texts(parts: Mapping[str, Part], name: str) -> tuple[str, ...]:
    return parts[name].texts() if name in parts else ()

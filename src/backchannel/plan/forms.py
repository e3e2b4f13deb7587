"""The form of an accord, as far as a plan tells it, and what such a form leaves open.

The forms are those of the channel (`AccordForm`); here they are only recognised, by the words of
`patterns`, in English. Certificates are steps that trigger others: see `faults`.

Promises: what is found is about the accord as a whole or about who has not bound itself, and is no
judgement on a form: the forms under which the sides sign nothing with each other have held.

>>> from backchannel.channel.steps import Category, Step
>>> plan = Plan(name="swap", sides=("West", "East"), side_of={"West": "West"},
...             steps=(Step(id="s1", actor="West", action="frees ten", beneficiary="East",
...                         category=Category.PRISONER),),
...             form="unsigned understanding; no controlling version")
>>> form_of(plan).value, [each.pattern.value for each in of_form(plan)]
('understanding', ['unsigned', 'editions without a controlling one'])

Source: Algiers Accords, 1981; Black Sea initiative, 2022; the exchange of 2023; Islamabad, 2026.
"""

from collections.abc import Iterator, Mapping

from backchannel.channel.accord import AccordForm
from backchannel.channel.clauses import NegotiatingText
from backchannel.channel.pairing import faults
from backchannel.plan.model import Plan
from backchannel.plan.patterns import Pattern, Word, says
from backchannel.plan.signs import Sign

_FORMS: Mapping[Word, AccordForm] = {
    Word.ADHERED: AccordForm.DECLARATION,
    Word.MIRROR: AccordForm.MIRROR,
    Word.UNSIGNED: AccordForm.UNDERSTANDING,
    Word.JOINT: AccordForm.JOINT,
}


def form_of(plan: Plan) -> AccordForm | None:
    """Return the form of an accord; None where the plan does not tell it."""
    return next((form for word, form in _FORMS.items() if says(plan.form, word)), None)


def of_form(plan: Plan) -> tuple[Sign, ...]:
    """Return what the form of an accord leaves open."""
    return tuple(_found(plan))


def of_text(text: NegotiatingText) -> tuple[Sign, ...]:
    """Return where the languages of a text do not say the same: clauses, numbers, dates."""
    return tuple(
        Sign(pattern=Pattern.EDITIONS, steps=(), words=f"Clause {each.clause}: {each.words}.")
        for each in faults(text)
    )


def _found(plan: Plan) -> Iterator[Sign]:
    form = form_of(plan)
    if form is AccordForm.UNDERSTANDING:
        words = f"Nobody signs it: {plan.form}."
        yield Sign(pattern=Pattern.UNSIGNED, steps=(), words=words)
    if form in {AccordForm.DECLARATION, AccordForm.MIRROR}:
        # Each side binds itself to the mediator alone: so each needs a step by which it does.
        bound = {plan.giver(step) for step in plan.steps if says(step.action, Word.BINDS)}
        for side in plan.sides:
            if side not in bound:
                words = f"There is no step by which {side} signs or adheres ({form.value})."
                yield Sign(pattern=Pattern.UNBOUND, steps=(), words=words)
    if says(plan.form, Word.OWN_EDITION):
        words = f"No edition controls: {plan.form}."
        yield Sign(pattern=Pattern.NO_CONTROL, steps=(), words=words)

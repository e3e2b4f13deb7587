"""What is signed of an accord."""

from itertools import combinations

import pytest

from accords import an_accord
from backchannel.channel.accord import AccordForm
from backchannel.channel.accord_statements import adherence_statement, declaration_statement
from backchannel.channel.accord_text import digest, render
from backchannel.channel.plain import AccordError


def test_no_statement_can_be_taken_for_another() -> None:
    texts = [render(an_accord()), render(an_accord(title="A pause of nine days"))]
    statements = [
        statement
        for text in texts
        for statement in (
            declaration_statement(text),
            adherence_statement(text, "East"),
            adherence_statement(text, "West"),
        )
    ]
    assert all(one != other for one, other in combinations(statements, 2))


def test_a_statement_says_what_is_signed_by_whom_with_which_key() -> None:
    text = render(an_accord())
    assert adherence_statement(text, "East").decode().splitlines() == [
        "Backchannel adherence 1",
        f"SHA-256 of the accord: {digest(text)}",
        "Party: East",
        f"Key: {'02' * 32}",
    ]
    assert b"Mediator: North" in declaration_statement(text)


def test_only_a_party_of_the_accord_adheres() -> None:
    with pytest.raises(
        AccordError, match="'South' is no party of this accord; it names East, West"
    ):
        adherence_statement(render(an_accord()), "South")


def test_nobody_signs_an_understanding() -> None:
    text = render(an_accord(form=AccordForm.UNDERSTANDING))
    with pytest.raises(AccordError, match="nobody signs"):
        declaration_statement(text)
    with pytest.raises(AccordError, match="nobody signs"):
        adherence_statement(text, "East")


def test_only_a_canonical_text_is_signed() -> None:
    with pytest.raises(AccordError, match="canonical"):
        declaration_statement(render(an_accord()) + "\n")

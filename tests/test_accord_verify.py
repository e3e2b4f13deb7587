"""The three verdicts on an accord file."""

from dataclasses import replace

import pytest

from accords import an_accord
from backchannel.channel.accord import AccordForm, Signatory
from backchannel.channel.accord_file import (
    AccordFile,
    Adherence,
    assemble,
    read_accord_file,
    write_accord_file,
)
from backchannel.channel.accord_statements import adherence_statement, declaration_statement
from backchannel.channel.accord_text import render
from backchannel.channel.plain import AccordError
from backchannel.desk.accord_verify import Finding, verify
from backchannel.seal.signatures import fingerprint, new_signing_key, public_key, sign

NAMES = ("North", "East", "West")
PRIVATE = {name: new_signing_key() for name in NAMES}
KEYS = {name: public_key(key) for name, key in PRIVATE.items()}
VOUCHED = {name: fingerprint(key) for name, key in KEYS.items()}
STRANGER = new_signing_key()


def signed(title: str = "A pause", **private: bytes) -> AccordFile:
    """Return a released accord; `private` puts other keys in the place of the right ones."""
    owned = PRIVATE | private
    accord = an_accord(
        title=title,
        mediator_key=public_key(owned["North"]),
        parties=tuple(Signatory(name=n, key=public_key(owned[n])) for n in NAMES[1:]),
    )
    text = render(accord)
    adherences = {n: sign(owned[n], adherence_statement(text, n)) for n in NAMES[1:]}
    return assemble(text, sign(owned["North"], declaration_statement(text)), adherences)


def test_signatures_hold_and_each_key_is_vouched_for() -> None:
    verdict = verify(signed(), VOUCHED)
    assert verdict.finding is Finding.VOUCHED
    assert verdict.reasons == ()


def test_it_holds_as_well_when_it_was_written_and_read() -> None:
    file = read_accord_file(write_accord_file(signed()))
    assert verify(file, VOUCHED).finding is Finding.VOUCHED


def test_a_fingerprint_may_be_typed_in_another_way() -> None:
    typed = {name: f" {print_.lower().replace('-', ' ')} " for name, print_ in VOUCHED.items()}
    assert verify(signed(), typed).finding is Finding.VOUCHED


@pytest.mark.parametrize("left_out", NAMES)
def test_one_key_that_nobody_vouched_for_is_said(left_out: str) -> None:
    vouched = {name: print_ for name, print_ in VOUCHED.items() if name != left_out}
    verdict = verify(signed(), vouched)
    assert verdict.finding is Finding.NOT_VOUCHED
    assert verdict.reasons == (f"nobody vouched for the key of {left_out}",)


def test_fingerprints_are_always_shown() -> None:
    for file in (signed(), replace(signed(), declaration=None), replace(signed(), adherences=())):
        shown = {key.name: key.fingerprint for key in verify(file, {}).keys}
        assert shown == VOUCHED
    unread = verify(replace(signed(), text="Dear all"), {"East": VOUCHED["East"]})
    assert [(key.name, key.vouched) for key in unread.keys] == [("East", True), ("West", False)]


def test_a_mediator_that_invents_the_other_sides_key_is_found_out() -> None:
    verdict = verify(signed(West=STRANGER), VOUCHED)
    assert verdict.finding is Finding.DOES_NOT_HOLD
    assert "the key of West is not the one vouched for" in verdict.reasons[0]
    assert verify(signed(West=STRANGER), {}).finding is Finding.NOT_VOUCHED


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (replace(signed(), declaration=None), "the signature of the mediator (North) is missing"),
        (
            replace(signed(), declaration=bytes(64)),
            "the signature of the mediator (North) is false",
        ),
        (
            replace(signed(), declaration=signed("Another").declaration),
            "the signature of the mediator (North) is false",
        ),
        (replace(signed(), adherences=signed().adherences[:1]), "the adherence of West is missing"),
        (
            replace(signed(), adherences=signed("Another").adherences),
            "the signature of East is false",
        ),
        (replace(signed(), text=signed("Another").text), "the signature of East is false"),
        (replace(signed(), text="Dear all"), "the text is no accord: line 1"),
        (replace(signed(), text=signed().text.replace("ten", "two")), "of East is false"),
    ],
)
def test_one_false_or_missing_signature_is_enough(file: AccordFile, reason: str) -> None:
    verdict = verify(file, {})
    assert verdict.finding is Finding.DOES_NOT_HOLD
    assert any(reason in said for said in verdict.reasons)


def test_the_adherences_of_two_parties_cannot_be_exchanged() -> None:
    east, west = signed().adherences
    swapped = (
        replace(east, signature=west.signature),
        replace(west, signature=east.signature),
    )
    verdict = verify(replace(signed(), adherences=swapped), {})
    assert verdict.reasons == ("the signature of East is false", "the signature of West is false")


def test_a_key_beside_the_text_does_not_count_and_is_shown() -> None:
    file = signed()
    key = public_key(STRANGER)
    statement = adherence_statement(file.text, "East")
    false = Adherence(party="East", key=key, signature=sign(STRANGER, statement))
    verdict = verify(replace(file, adherences=(false, file.adherences[1])), VOUCHED)
    assert verdict.finding is Finding.DOES_NOT_HOLD
    assert "another key" in verdict.reasons[0]
    assert verdict.keys[-1].fingerprint == fingerprint(key)
    assert not verdict.keys[-1].vouched


def test_a_stranger_cannot_adhere() -> None:
    file = signed()
    stranger = Adherence(party="South", key=public_key(STRANGER), signature=bytes(64))
    verdict = verify(replace(file, adherences=(*file.adherences, stranger)), VOUCHED)
    assert verdict.reasons == ("'South' adheres but is no party of the accord",)


def test_a_key_that_binds_nobody_holds_nothing_and_is_shown() -> None:
    file = signed()
    text = file.text.replace(KEYS["East"].hex(), "00" * 32)
    verdict = verify(replace(file, text=text), {})
    assert verdict.finding is Finding.DOES_NOT_HOLD
    assert verdict.reasons[0] == "the key of East is none that binds its holder"
    assert {key.name for key in verdict.keys} == set(NAMES)


def test_an_understanding_has_nothing_that_could_hold() -> None:
    text = render(an_accord(form=AccordForm.UNDERSTANDING))
    verdict = verify(AccordFile(text=text, declaration=None, adherences=()), {})
    assert verdict.finding is Finding.DOES_NOT_HOLD
    assert "nobody signs it" in verdict.reasons[-1]


def test_a_name_vouched_for_by_mistake_is_told() -> None:
    with pytest.raises(
        AccordError, match="'Est' is not in this accord; it names North, East, West"
    ):
        verify(signed(), {"Est": VOUCHED["East"]})

"""What is signed of an accord: by the mediator its declaration, by each party its adherence.

A joint text has signatures and a witness instead, a mirror text a signature of each of its two
sides; the statements say which, so that none can be taken for another.

Promises: a statement holds the digest of the canonical text, what is said of it, and who says it
with which key, so that no signature can be taken for that of another party, of another accord, or
for the mediator's. Nobody signs an understanding.

>>> from backchannel.channel.accord import Edition, Signatory
>>> from backchannel.channel.accord_text import render
>>> text = render(AccordText(
...     form=AccordForm.DECLARATION, id="0" * 32, title="A pause", mediator="North",
...     mediator_key=bytes(32),
...     parties=tuple(Signatory(name=name, key=name.encode() * 8) for name in ("East", "West")),
...     editions=(Edition(language="en", text="East and West pause for ten days."),)))
>>> print(adherence_statement(text, "East").decode(), end="")  # doctest: +ELLIPSIS
Backchannel adherence 1
SHA-256 of the accord: ...
Party: East
Key: 4561737445617374456173744561737445617374456173744561737445617374

Source: the form of adherence is that of the Algiers Accords, 1981.
"""

from backchannel.channel.accord import AccordForm, AccordText
from backchannel.channel.accord_text import digest, parse
from backchannel.channel.plain import AccordError


def declaration_statement(accord_canonical: str) -> bytes:
    """Return what the mediator signs. Raises: AccordError, for what nobody signs."""
    accord = _signed(accord_canonical)
    return _statement(
        _MEDIATORS[accord.form],
        accord_canonical,
        f"Mediator: {accord.mediator}",
        accord.mediator_key,
    )


def adherence_statement(accord_canonical: str, party: str) -> bytes:
    """Return what the party signs. Raises: AccordError, also if the accord does not name it."""
    accord = _signed(accord_canonical)
    keys = {signatory.name: signatory.key for signatory in accord.parties}
    if party not in keys:
        raise AccordError(f"{party[:60]!r} is no party of this accord; it names {', '.join(keys)}")
    return _statement(_PARTYS[accord.form], accord_canonical, f"Party: {party}", keys[party])


_MEDIATORS = {
    AccordForm.DECLARATION: "declaration",
    AccordForm.JOINT: "witness of a joint text",
    AccordForm.MIRROR: "mediator's signature of a mirror text",
}
_PARTYS = {
    AccordForm.DECLARATION: "adherence",
    AccordForm.JOINT: "signature of a joint text",
    AccordForm.MIRROR: "party's signature of a mirror text",
}


def _signed(accord_canonical: str) -> AccordText:
    accord = parse(accord_canonical)
    if not accord.form.signed:
        raise AccordError("this accord is an understanding: nobody signs it")
    return accord


def _statement(kind: str, accord_canonical: str, signer: str, key: bytes) -> bytes:
    # Names hold no line's end, so that each line of the statement says what its label says.
    lines = (
        f"Backchannel {kind} 1",
        f"SHA-256 of the accord: {digest(accord_canonical)}",
        signer,
        f"Key: {key.hex()}",
    )
    return "".join(f"{line}\n" for line in lines).encode()

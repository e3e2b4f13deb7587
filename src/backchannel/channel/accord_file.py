r"""The file of an accord: its canonical text with the signatures under it, to keep and to verify.

Promises: `read_accord_file(write_accord_file(file)) == file`; whatever is not exactly such a file
raises `AccordError`. Reading judges the form only: whether the signatures hold is for who knows the
cryptography. The file can be read by eye: the text stands in it line by line.

>>> file = AccordFile(text="Backchannel accord 1\n", declaration=None, adherences=())
>>> read_accord_file(write_accord_file(file)) == file
True
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from backchannel.channel.accord_text import parse
from backchannel.channel.plain import AccordError
from backchannel.channel.said import KEY_BYTES, SIGNATURE_BYTES
from backchannel.channel.strict_json import Part, read_json
from backchannel.channel.told import MAX_ACCORD_TEXT

FORMAT = "backchannel-accord/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adherence:
    """One party's signature under its adherence, and the key it is made with."""

    party: str
    key: bytes
    signature: bytes

    def __post_init__(self) -> None:
        """Raises: AccordError."""
        if (len(self.key), len(self.signature)) != (KEY_BYTES, SIGNATURE_BYTES):
            raise AccordError(
                f"adherence of {self.party[:60]!r}: a key has {KEY_BYTES} bytes and a signature "
                f"{SIGNATURE_BYTES}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class AccordFile:
    """The text as it was signed, the mediator's signature (64 bytes), and each party's."""

    text: str
    declaration: bytes | None
    adherences: tuple[Adherence, ...]

    def __post_init__(self) -> None:
        """Raises: AccordError."""
        if self.declaration is not None and len(self.declaration) != SIGNATURE_BYTES:
            raise AccordError(f"declaration: a signature has {SIGNATURE_BYTES} bytes")
        if len({adherence.party for adherence in self.adherences}) != len(self.adherences):
            raise AccordError("adherences: a party adheres once; leave out the second signature")


def assemble(text: str, declaration: bytes, signatures: Mapping[str, bytes]) -> AccordFile:
    """Return the file of a released accord; the keys are those that the text names.

    An understanding has neither declaration nor signatures: both are empty. Raises: AccordError.
    """
    keys = {party.name: party.key for party in parse(text).parties}
    strangers = [party for party in signatures if party not in keys]
    if strangers:
        raise AccordError(f"{strangers[0][:60]!r} is no party of this accord")
    adherences = (
        Adherence(party=party, key=key, signature=signatures[party])
        for party, key in keys.items()
        if party in signatures
    )
    return AccordFile(text=text, declaration=declaration or None, adherences=tuple(adherences))


def write_accord_file(file: AccordFile) -> bytes:
    """Return the file's bytes: JSON in UTF-8, the same bytes for the same content."""
    content = {
        "format": FORMAT,
        "text": file.text.split("\n"),
        "declaration": None if file.declaration is None else file.declaration.hex(),
        "adherences": [
            {"party": a.party, "key": a.key.hex(), "signature": a.signature.hex()}
            for a in file.adherences
        ],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def read_accord_file(data: bytes) -> AccordFile:
    """Return what the file holds. Raises: AccordError, naming the field."""
    whole = read_json(data, AccordError)
    parts = whole.mapping()
    if "format" in parts and parts["format"].text() != FORMAT:
        raise parts["format"].fault(f"{FORMAT!r} is expected; this is another or a later format")
    parts = whole.fields("format", "text", "declaration", "adherences")
    declaration = parts["declaration"]
    return AccordFile(
        text=_text(parts["text"]),
        declaration=None if declaration.value is None else _octets(declaration),
        adherences=tuple(_adherence(part) for part in parts["adherences"].items()),
    )


def _text(part: Part) -> str:
    lines = part.texts()
    if any("\n" in line for line in lines):
        raise part.fault("one item is one line; a line's end cannot stand inside it")
    text = "\n".join(lines)
    if len(text) > MAX_ACCORD_TEXT:
        raise part.fault(f"is longer than the {MAX_ACCORD_TEXT:,} bytes of an accord")
    return text


def _adherence(part: Part) -> Adherence:
    parts = part.fields("party", "key", "signature")
    return Adherence(
        party=parts["party"].text(),
        key=_octets(parts["key"]),
        signature=_octets(parts["signature"]),
    )


def _octets(part: Part) -> bytes:
    written = part.text()
    try:
        octets = bytes.fromhex(written)
    except ValueError:
        octets = b""
    # Capitals and blanks between the digits are the other spellings that `fromhex` lets pass.
    if octets.hex() != written:
        raise part.fault("is not written in hexadecimal digits (0-9, a-f)")
    return octets

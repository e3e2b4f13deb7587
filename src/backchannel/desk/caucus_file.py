r"""The file of a caucus export: a session between two identities, and the letters it opens.

Promises: `read(write(file)) == file`; whatever is not exactly such a file, spelled as it is spelled
here, raises `CaucusFileError`. Reading judges the form; whether the session is one between these
identities and opens these letters is for `caucus_export`, which asks the ordinary `unseal`.

The file says of itself what it is worth, since it will be shown to people who have nothing else.

>>> ends = {role: End(name=role, identity=bytes(32)) for role in ("party", "mediator")}
>>> file = CaucusFile(title="Talks", **ends, drawn=Drawn(seed=bytes(32), kem_ciphertext=b""),
...                   sessions=Both(party=b"", mediator=b""), letters=())
>>> read(write(file)) == file
True
"""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import Final

from backchannel.channel.errors import MalformedError
from backchannel.channel.strict_json import Part, read_json
from backchannel.seal.reenactment import Both, Drawn

FORMAT: Final = "backchannel-caucus-export/1"
MAX_LETTERS: Final = 10_000
MAX_FILE: Final = 64 * 1024 * 1024  # bytes: so many of the smallest letters and more fit
SAYS: Final = (
    "The letters in this file open with the session in it.",
    "Whoever holds one side's desk could have made every one: `backchannel forge` does it.",
    "This proves nothing about who wrote them.",
)


class CaucusFileError(MalformedError):
    """A file that is no caucus export, or one whose letters do not open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One side: the name it goes by, and its public exploration identity."""

    name: str
    identity: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedLetter:
    """One letter as a relay would store it, and which side sealed it."""

    from_party: bool
    letter: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CaucusFile:
    """All that is in the file. `sessions` are the two ends before the first letter."""

    title: str
    mediator: End
    party: End
    drawn: Drawn
    sessions: Both
    letters: tuple[SealedLetter, ...]


def context_of(title: str, mediator: str, party: str, letters: int) -> bytes:
    """Return what the session is bound to: with another name or number it is another session."""
    words = json.dumps([FORMAT, title, mediator, party, letters])
    return hashlib.sha256(words.encode()).digest()


def write(file: CaucusFile) -> bytes:
    """Return the file's bytes: JSON in UTF-8, the same bytes for the same content."""
    content = {
        "format": FORMAT,
        "says": SAYS,
        "title": file.title,
        "mediator": _end(file.mediator),
        "party": _end(file.party),
        "drawn": {
            "seed": _spelled(file.drawn.seed),
            "kem_ciphertext": _spelled(file.drawn.kem_ciphertext),
        },
        "sessions": {
            "mediator": _spelled(file.sessions.mediator),
            "party": _spelled(file.sessions.party),
        },
        "letters": [
            {"from": "party" if s.from_party else "mediator", "letter": _spelled(s.letter)}
            for s in file.letters
        ],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def read(data: bytes) -> CaucusFile:
    """Return what the file holds. Raises: CaucusFileError, naming the field."""
    whole = read_json(data, CaucusFileError, most=MAX_FILE)
    parts = whole.mapping()
    if "format" not in parts or parts["format"].text() != FORMAT:
        raise CaucusFileError(
            f"this is no caucus export of the format {FORMAT!r}: name a file that `backchannel "
            "export --format letters` or `backchannel forge` has made"
        )
    parts = whole.fields(
        "format", "says", "title", "mediator", "party", "drawn", "sessions", "letters"
    )
    drawn = parts["drawn"].fields("seed", "kem_ciphertext")
    sessions = parts["sessions"].fields("mediator", "party")
    file = CaucusFile(
        title=parts["title"].text(),
        mediator=_read_end(parts["mediator"]),
        party=_read_end(parts["party"]),
        drawn=Drawn(seed=_octets(drawn["seed"]), kem_ciphertext=_octets(drawn["kem_ciphertext"])),
        sessions=Both(mediator=_octets(sessions["mediator"]), party=_octets(sessions["party"])),
        letters=_letters(parts["letters"]),
    )
    # One file, one spelling; and what it says of itself cannot be taken out of it.
    if write(file) != data:
        raise CaucusFileError("the file is not spelled as this format is: it was altered")
    return file


def _end(end: End) -> dict[str, str]:
    return {"name": end.name, "identity": _spelled(end.identity)}


def _read_end(part: Part) -> End:
    parts = part.fields("name", "identity")
    return End(name=parts["name"].text(), identity=_octets(parts["identity"]))


def _letters(part: Part) -> tuple[SealedLetter, ...]:
    items = part.items()
    if len(items) > MAX_LETTERS:
        raise part.fault(f"{len(items):,} letters; an export has at most {MAX_LETTERS:,}")
    return tuple(_letter(item) for item in items)


def _letter(part: Part) -> SealedLetter:
    parts = part.fields("from", "letter")
    whose = parts["from"].text()
    if whose not in {"party", "mediator"}:
        raise parts["from"].fault("a letter is from 'party' or from 'mediator'")
    return SealedLetter(from_party=whose == "party", letter=_octets(parts["letter"]))


def _spelled(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def _octets(part: Part) -> bytes:
    try:
        return base64.b64decode(part.text().encode(), validate=True)
    except binascii.Error as error:
        raise part.fault("is not written in base64") from error

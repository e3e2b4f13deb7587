"""Accords: the text that exploring ends in, with its plan of steps.

Promises: an accord that exists can be put: it names at least two parties that cannot be taken for
one another, a key for each who signs, a text, and steps that can be carried out in some order.
Everything in it is plain text, shown as it is signed.

Four forms. The *declaration* is the mediator's, and each party adheres to it separately: the
parties sign nothing with each other. The *joint text* is signed by each party, with the mediator as
its witness. Of *mirror texts* there is one for each party, signed with the mediator only; they name
one another by identifier and hold the same steps. The *understanding* is unsigned: the mediator's
record of what each side says in its own words. An *amendment* is an accord of the same parties that
names the one whose place it takes.

>>> parties = tuple(Signatory(name=name, key=name.encode() * 8) for name in ("East", "West"))
>>> accord = AccordText(
...     form=AccordForm.DECLARATION, id="0" * 32, title="A pause", mediator="North",
...     mediator_key=bytes(32), parties=parties,
...     editions=(Edition(language="en", text="East and West pause for ten days."),))
>>> lookalikes(accord)
()

Source: Algiers Accords, 1981, for the declaration by the mediator to which each party adheres; the
Black Sea initiative, 2022, for mirror texts; the exchange of September 2023 for the unsigned
understanding.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from backchannel.channel.plain import AccordError, plain_day, plain_line, plain_prose, script
from backchannel.channel.said import KEY_BYTES
from backchannel.channel.steps import Step, check_plan

MAX_TITLE = 200  # characters
MAX_PARTY = 120  # characters, as a name
MAX_WORDS = 24_000  # characters of one edition
MIN_PARTIES, MAX_PARTIES = 2, 40
MAX_EDITIONS = 40
MAX_AFFECTED = 100

MAX_MIRRORS = 39

_ACCORD_ID = re.compile(r"[0-9a-f]{32}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_WORD = re.compile(r"\w+")
# Written beside one another within words of Japanese and Korean.
_ONE_WRITING = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"})


class AccordForm(Enum):
    """How an accord binds."""

    DECLARATION = "declaration"
    UNDERSTANDING = "understanding"
    JOINT = "joint text"
    MIRROR = "mirror text"

    @property
    def words(self) -> str:
        """As it is said in the text itself and on the screen."""
        return _FORM_WORDS[self]

    @property
    def signed(self) -> bool:
        """Whether anybody signs it."""
        return self is not AccordForm.UNDERSTANDING


_FORM_WORDS = {
    AccordForm.DECLARATION: "declaration of the mediator, to which each party adheres separately",
    AccordForm.UNDERSTANDING: "understanding, unsigned, as the mediator recorded it",
    AccordForm.JOINT: "joint text, signed by each party, with the mediator as its witness",
    AccordForm.MIRROR: "mirror text, signed by the party with the mediator only",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """A party of the accord, and the public key it signs with; an understanding may have none."""

    name: str
    key: bytes = b""

    def __post_init__(self) -> None:
        """Raises: AccordError."""
        plain_line(self.name, what="party", limit=MAX_PARTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The text in one language; in an understanding perhaps one side's own words (`by`)."""

    language: str
    text: str
    by: str = ""

    def __post_init__(self) -> None:
        """Raises: AccordError."""
        if not _LANGUAGE.fullmatch(self.language):
            raise AccordError(
                f"edition, language: {self.language[:40]!r} is no code of a language; write one "
                "such as en, fa or zh-Hant"
            )
        plain_prose(self.text, what=f"edition {self.language}", limit=MAX_WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """People, a place or a state without a seat whom the accord concerns."""

    who: str
    heard: bool

    def __post_init__(self) -> None:
        """Raises: AccordError."""
        plain_line(self.who, what="affected", limit=MAX_TITLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amends:
    """The accord whose place an amendment takes, and the SHA-256 of its canonical text."""

    id: str
    digest: str

    def __post_init__(self) -> None:
        """Raises: AccordError."""
        if not _ACCORD_ID.fullmatch(self.id):
            raise AccordError("amends: an accord's identifier is 32 hexadecimal digits")
        if not _DIGEST.fullmatch(self.digest):
            raise AccordError("amends: a SHA-256 is 64 hexadecimal digits")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccordText:
    """The whole content of an accord; `id` is 32 hexadecimal digits, drawn by the caller."""

    form: AccordForm
    id: str
    title: str
    mediator: str
    mediator_key: bytes = b""
    parties: tuple[Signatory, ...]
    editions: tuple[Edition, ...]
    steps: tuple[Step, ...] = ()
    affected: tuple[Affected, ...] = ()
    credit: str = ""
    earliest_release: date | None = None
    mirrors: tuple[str, ...] = ()
    amends: Amends | None = None

    def __post_init__(self) -> None:
        """Raises: AccordError."""
        if not _ACCORD_ID.fullmatch(self.id):
            raise AccordError("id: an accord's identifier is 32 hexadecimal digits")
        plain_line(self.title, what="title", limit=MAX_TITLE)
        plain_line(self.mediator, what="mediator", limit=MAX_PARTY)
        plain_line(self.credit, what="credit", limit=MAX_TITLE, empty=True)
        plain_day(self.earliest_release, what="earliest release")
        _check_names(self)
        _check_keys(self)
        _check_editions(self)
        _check_mirrors(self)
        if self.amends is not None and (
            self.amends.id == self.id or self.form is AccordForm.UNDERSTANDING
        ):
            raise AccordError(
                "amends: a signed accord amends another one; an understanding is written anew"
            )
        if len(self.affected) > MAX_AFFECTED:
            raise AccordError(f"affected: at most {MAX_AFFECTED} entries are allowed")
        check_plan(self.steps)


def _check_mirrors(accord: AccordText) -> None:
    if accord.form is not AccordForm.MIRROR:
        if accord.mirrors:
            raise AccordError("mirrors: only a mirror text names the others")
        return
    if not 1 <= len(accord.mirrors) <= MAX_MIRRORS:
        raise AccordError(f"mirrors: a mirror text names 1 to {MAX_MIRRORS} others")
    if len({accord.id, *accord.mirrors}) != len(accord.mirrors) + 1:
        raise AccordError("mirrors: each other text is named once, and the text itself is not")
    if not all(_ACCORD_ID.fullmatch(mirror) for mirror in accord.mirrors):
        raise AccordError("mirrors: an accord's identifier is 32 hexadecimal digits")


def _check_names(accord: AccordText) -> None:
    if accord.form is AccordForm.MIRROR:
        if len(accord.parties) != 1:
            raise AccordError(
                f"parties: a mirror text is for one party, not {len(accord.parties)}; draft one "
                "for each"
            )
    elif not MIN_PARTIES <= len(accord.parties) <= MAX_PARTIES:
        raise AccordError(
            f"parties: there are {len(accord.parties)}; {MIN_PARTIES} to {MAX_PARTIES} are allowed"
        )
    taken: dict[str, str] = {}
    for name in (accord.mediator, *(party.name for party in accord.parties)):
        # "IRAN" and "Iran" would be two parties to a machine and one to a reader.
        folded = unicodedata.normalize("NFKC", name).casefold()
        if folded in taken:
            raise AccordError(f"parties: {name} and {taken[folded]} are alike; name each its own")
        taken[folded] = name


def _check_keys(accord: AccordText) -> None:
    keys = [(accord.mediator, accord.mediator_key), *((p.name, p.key) for p in accord.parties)]
    sizes = {KEY_BYTES} if accord.form.signed else {0, KEY_BYTES}
    for name, key in keys:
        if len(key) not in sizes:
            raise AccordError(
                f"key of {name}: has {len(key)} bytes; a public signing key has {KEY_BYTES}"
            )
    given = [key for _, key in keys if key]
    if len(set(given)) != len(given):
        raise AccordError(
            "keys: two of them are the same; the mediator and each party have its own"
        )


def _check_editions(accord: AccordText) -> None:
    if not 1 <= len(accord.editions) <= MAX_EDITIONS:
        raise AccordError(
            f"editions: there are {len(accord.editions)}; an accord has 1 to {MAX_EDITIONS}"
        )
    sides = {party.name for party in accord.parties}
    for edition in accord.editions:
        if not edition.by:
            continue
        if accord.form.signed:
            raise AccordError(
                f"edition {edition.language}: what is signed is in words common to all; only an "
                "understanding holds those of one side"
            )
        if edition.by not in sides:
            raise AccordError(
                f"edition {edition.language}: {edition.by[:MAX_PARTY]!r} is no party of the accord"
            )
    if len({(edition.language, edition.by) for edition in accord.editions}) != len(accord.editions):
        raise AccordError("editions: two are in one language by the same author; join them")


def lookalikes(accord: AccordText) -> tuple[str, ...]:
    """Return a warning for each word that mixes scripts or kinds of digits.

    Such a word may read like another: a Cyrillic letter within a Latin name, a Persian digit
    within an Arabic number. Nothing is refused, for honest texts hold such words too.
    """
    mixed = {
        word: scripts
        for text in _texts(accord)
        for word in _WORD.findall(text)
        if len(scripts := _scripts(word)) > 1
    }
    return tuple(
        f"{word!r} mixes {' and '.join(sorted(scripts))}: it may read like another word"
        for word, scripts in mixed.items()
    )


def _texts(accord: AccordText) -> Iterator[str]:
    yield from (accord.title, accord.mediator, accord.credit)
    yield from (party.name for party in accord.parties)
    yield from (edition.text for edition in accord.editions)
    yield from (entry.who for entry in accord.affected)
    for step in accord.steps:
        yield from (step.actor, step.action, step.beneficiary, step.verifier, step.deadline)


def _scripts(word: str) -> frozenset[str]:
    letters = {script(c) for c in word if unicodedata.category(c) in {"Lu", "Ll", "Lt", "Lo"}}
    if letters & _ONE_WRITING:
        letters = letters - _ONE_WRITING | {"CJK"}
    # What stands before "DIGIT" in a digit's name is its kind; the common ones have nothing there.
    kinds = {unicodedata.name(c).partition("DIGIT")[0] or "COMMON " for c in word if _is_digit(c)}
    digits = {f"{kind}digits" for kind in kinds}
    return frozenset(letters) if len(digits) <= 1 else frozenset(letters | digits)


def _is_digit(character: str) -> bool:
    return unicodedata.category(character) == "Nd"

"""What can be said of an accord file: do its signatures hold, and whose keys are they?

Promises: one of three verdicts, with the reasons, and always the fingerprint of every key in the
file. *Vouched for* is said only when somebody outside the file vouched for each key, the mediator's
included: a mediator could otherwise invent the other side's key. One signature that is missing or
false is enough for *does not hold*, and so is one key that is not the one vouched for.

Source: the three verdicts are those of the channel's protocol, under Accord.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from backchannel.channel.accord import AccordText
from backchannel.channel.accord_file import AccordFile
from backchannel.channel.accord_statements import adherence_statement, declaration_statement
from backchannel.channel.accord_text import parse
from backchannel.channel.plain import AccordError
from backchannel.seal import signatures


class Finding(Enum):
    """The three things that can be said."""

    VOUCHED = "signatures hold and each key is vouched for"
    NOT_VOUCHED = "signatures hold, keys NOT vouched for"
    DOES_NOT_HOLD = "does not hold"


@dataclass(frozen=True, slots=True)
class KeyShown:
    """A key that the file names for somebody, by its fingerprint."""

    name: str
    fingerprint: str
    vouched: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The finding, why, and the fingerprints to compare with what is known another way."""

    finding: Finding
    reasons: tuple[str, ...]
    keys: tuple[KeyShown, ...]


def verify(file: AccordFile, vouched: Mapping[str, str]) -> Verdict:
    """Return the verdict on the file.

    Args:
        file: as read; nothing in it is believed.
        vouched: name of a party or the mediator -> fingerprint of its signing key, learned
            outside the file. Blanks, hyphens and capitals in a fingerprint do not matter.

    Raises:
        AccordError: a name vouched for is not in the accord, most likely a slip of the pen.
    """
    try:
        accord = parse(file.text)
    except AccordError as fault:
        keys = tuple(_shown(a.party, a.key, vouched) for a in file.adherences)
        return Verdict(Finding.DOES_NOT_HOLD, (f"the text is no accord: {fault}",), keys)
    named = _named_keys(accord)
    strangers = [name for name in vouched if name not in named]
    if strangers:
        raise AccordError(
            f"{strangers[0][:60]!r} is not in this accord; it names {', '.join(named)}"
        )
    keys = tuple(_shown(name, key, vouched) for name, key in named.items() if key)
    faults = (*_weak_keys(named), *_faults(accord, file), *_contradictions(keys, vouched))
    if faults:
        return Verdict(Finding.DOES_NOT_HOLD, faults, (*keys, *_strange_keys(named, file, vouched)))
    unvouched = tuple(f"nobody vouched for the key of {k.name}" for k in keys if not k.vouched)
    return Verdict(Finding.NOT_VOUCHED if unvouched else Finding.VOUCHED, unvouched, keys)


def _named_keys(accord: AccordText) -> dict[str, bytes]:
    return {accord.mediator: accord.mediator_key} | {p.name: p.key for p in accord.parties}


def _shown(name: str, key: bytes, vouched: Mapping[str, str]) -> KeyShown:
    fingerprint = signatures.fingerprint(key)
    return KeyShown(name, fingerprint, _same(vouched.get(name, ""), fingerprint))


def _same(one: str, other: str) -> bool:
    return _bare(one) == _bare(other)


def _bare(fingerprint: str) -> str:
    return "".join(c for c in fingerprint if c.isalnum()).casefold()


def _strange_keys(
    named: Mapping[str, bytes], file: AccordFile, vouched: Mapping[str, str]
) -> tuple[KeyShown, ...]:
    """Return the keys that stand beside a signature but not in the text."""
    return tuple(
        _shown(a.party, a.key, vouched) for a in file.adherences if named.get(a.party) != a.key
    )


def _weak_keys(named: Mapping[str, bytes]) -> tuple[str, ...]:
    # One signature under such a key fits many texts: whoever names it could deny this one.
    return tuple(
        f"the key of {name} is none that binds its holder"
        for name, key in named.items()
        if key and not signatures.is_public_key(key)
    )


def _contradictions(keys: tuple[KeyShown, ...], vouched: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        f"the key of {key.name} is not the one vouched for, which has {vouched[key.name]}"
        for key in keys
        if key.name in vouched and not key.vouched
    )


def _faults(accord: AccordText, file: AccordFile) -> tuple[str, ...]:
    if not accord.form.signed:
        return ("this is an understanding: nobody signs it, so there is no signature to hold",)
    return (*_declaration_faults(accord, file), *_adherence_faults(accord, file))


def _declaration_faults(accord: AccordText, file: AccordFile) -> Iterator[str]:
    if file.declaration is None:
        yield f"the signature of the mediator ({accord.mediator}) is missing"
    elif not signatures.verify(
        accord.mediator_key, declaration_statement(file.text), file.declaration
    ):
        yield f"the signature of the mediator ({accord.mediator}) is false"


def _adherence_faults(accord: AccordText, file: AccordFile) -> Iterator[str]:
    adhered = {adherence.party: adherence for adherence in file.adherences}
    for party in accord.parties:
        adherence = adhered.pop(party.name, None)
        if adherence is None:
            yield f"the adherence of {party.name} is missing"
        elif adherence.key != party.key:
            yield f"{party.name} is shown to sign with another key than the text names for it"
        elif not signatures.verify(
            party.key, adherence_statement(file.text, party.name), adherence.signature
        ):
            yield f"the signature of {party.name} is false"
    for stranger in adhered:
        yield f"{stranger[:60]!r} adheres but is no party of the accord"

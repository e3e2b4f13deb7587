"""Nothing that anybody keeps proves who wrote what: all that was ever signed in a mediation."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import xeddsa

from backchannel.desk import caucus_export
from backchannel.desk.session import Desk
from backchannel.post.messages import Put
from backchannel.seal import signatures
from hostile_relay import MemoryRelay
from mediation import Mediation, begin
from test_forge import SECRET, SIDES, exported, forged, of, talk

WORDS = (SECRET, "Four may go home first.", "We ask for all five.", "I have understood.")


@dataclass
class Signing:
    """Each signature that is made, with what it is on."""

    by_exploration_keys: list[tuple[bytes, bytes]] = field(default_factory=list)
    by_signing_keys: list[tuple[bytes, bytes]] = field(default_factory=list)


class _Watched:
    """A private signing key that notes what it signs."""

    def __init__(self, key: Any, signing: Signing) -> None:  # noqa: ANN401 - of the library
        self._key, self._signing = key, signing

    def public_key(self) -> Any:  # noqa: ANN401 - as above
        return self._key.public_key()

    def sign(self, message: bytes) -> bytes:
        signature: bytes = self._key.sign(message)
        self._signing.by_signing_keys.append((message, signature))
        return signature


@pytest.fixture
def signing(monkeypatch: pytest.MonkeyPatch) -> Signing:
    """Count every call of the two ways in which anything here can be signed."""
    signing = Signing()

    def watch(name: str) -> None:
        really = getattr(xeddsa, name)

        def sign(key: bytes, message: bytes, *nonce: bytes) -> bytes:
            signature: bytes = really(key, message, *nonce)
            signing.by_exploration_keys.append((message, signature))
            return signature

        for module in (xeddsa, xeddsa.bindings):
            monkeypatch.setattr(module, name, sign)

    for name in ("ed25519_priv_sign", "ed25519_seed_sign"):
        watch(name)
    private = signatures._private
    monkeypatch.setattr(signatures, "_private", lambda key: _Watched(private(key), signing))
    return signing


@pytest.fixture
def talks(signing: Signing, tmp_path: Path) -> Iterator[Mediation]:
    assert signing.by_exploration_keys == []
    mediation = begin(tmp_path, MemoryRelay(), "US", "Iran")
    mediation.sync()
    yield mediation
    mediation.close()


def cells(desk: Desk) -> Iterator[tuple[str, bytes]]:
    """Return every value in a desk's vault, with its table and column."""
    with desk.vault.read() as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table'"
        ).fetchall()
        for (table,) in tables:
            columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
            rows = connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - of the schema
            for row in rows:
                for column, value in zip(columns, row, strict=True):
                    octets = value if isinstance(value, bytes) else str(value).encode()
                    yield f"{table}.{column[1]}", octets


def test_through_a_whole_mediation_an_exploration_key_signs_its_prekeys_alone(
    talks: Mediation, signing: Signing
) -> None:
    before = len(signing.by_exploration_keys)
    # Two for each party: the mediator's offer, and one that the party's library makes and nobody
    # is shown; and the offers that each desk lays for a repair by the other.
    offers = [o for desk in all_desks(talks) for o, v in cells(desk) if o == "repairs.offer" and v]
    assert before == 2 * len(talks.parties) + len(offers)
    talk(talks)
    for side in SIDES:
        exported(talks, side)
        forged(talks, side, caucus_export.transcript(of(talks, side)[0], caucus=of(talks, side)[1]))
    assert len(signing.by_exploration_keys) == before
    for message, _ in signing.by_exploration_keys:
        assert message[:1] == b"\x02"  # a Curve25519 key,
        assert len(message) == 33  # and nothing more


def test_what_is_signed_at_all_is_a_prekey_or_an_accord(talks: Mediation, signing: Signing) -> None:
    talk(talks)
    assert len(signing.by_signing_keys) >= 3  # two adherences and the mediator's declaration
    for message, _ in signing.by_signing_keys:
        assert message.startswith(signatures._PREFIX + b"Backchannel ")
        for words in WORDS:
            assert words.encode() not in message
            assert hashlib.sha256(words.encode()).digest() not in message
            assert hashlib.sha256(words.encode()).hexdigest().encode() not in message


def all_desks(talks: Mediation) -> list[Desk]:
    return [talks.mediator, *talks.parties.values()]


def test_no_desk_stores_a_signature_but_of_a_prekey_and_of_an_accord(
    talks: Mediation, signing: Signing
) -> None:
    talk(talks)
    where: dict[str, set[str]] = {"exploration": set(), "signing": set()}
    for desk in all_desks(talks):
        for place, octets in cells(desk):
            for whose, made in (
                ("exploration", signing.by_exploration_keys),
                ("signing", signing.by_signing_keys),
            ):
                if any(s in octets or s.hex().encode() in octets for _, s in made):
                    where[whose].add(place)
    assert where == {"exploration": {"repairs.offer"}, "signing": {"events.body"}}


def test_the_relay_has_seen_no_signature_at_all(talks: Mediation, signing: Signing) -> None:
    talk(talks)
    assert isinstance(talks.relay, MemoryRelay)
    seen = [
        value
        for request in talks.relay.asked
        for name in type(request).__dataclass_fields__
        if isinstance(value := getattr(request, name), bytes)
    ]
    assert any(len(value) > 4000 for value in seen)
    for _, signature in signing.by_exploration_keys + signing.by_signing_keys:
        assert not any(signature in value for value in seen)


def test_no_desk_keeps_a_letter_that_has_arrived(talks: Mediation) -> None:
    # So an export cannot be the letters that once were: it is made anew, as a forgery is.
    talk(talks)
    assert isinstance(talks.relay, MemoryRelay)
    sent = {request.letter for request in talks.relay.asked if isinstance(request, Put)}
    assert len(sent) > 20
    for desk in all_desks(talks):
        kept = {place for place, octets in cells(desk) if octets in sent}
        # The last receipt waits for the next letter: it holds no event, and opens once.
        assert kept <= {"caucuses.receipt"}

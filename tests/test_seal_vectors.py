"""Bytes once written stay readable, and what is deterministic stays as it is: seal_v1.json.

The file only grows. A change that fails here needs a new version beside the old one.
"""

import hashlib
import json
from base64 import b64decode
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from backchannel.seal.handshake import Shared, agree
from backchannel.seal.invitation import Invitation, decode, encode
from backchannel.seal.letters import Kind, Letter, pack, unpack
from backchannel.seal.safety import number_of, words_of
from backchannel.seal.session import is_established, safety_words, seal, unseal
from backchannel.seal.signatures import fingerprint, public_key, sign, verify
from backchannel.seal.spoken_code import stretch
from backchannel.seal.state import dump, load
from backchannel.seal.wrapping import InvitationKeys

FROZEN: dict[str, Any] = json.loads(
    Path(__file__).with_name("vectors").joinpath("seal_v1.json").read_text(encoding="utf-8")
)


def letter_of(told: dict[str, Any]) -> Letter:
    return Letter(
        epoch=told["epoch"],
        counter=told["counter"],
        ack=told["ack"],
        kind=Kind[told["kind"]],
        body=bytes.fromhex(told["body"]),
    )


@pytest.mark.parametrize("told", FROZEN["letters"])
def test_letters_are_packed_as_ever(told: dict[str, Any]) -> None:
    packed = pack(letter_of(told))
    beginning = bytes.fromhex(told["beginning"])
    assert packed == beginning.ljust(told["size"], b"\0")
    assert hashlib.sha256(packed).hexdigest() == told["sha256"]
    assert unpack(packed) == letter_of(told)


@pytest.mark.parametrize("told", FROZEN["invitations"])
def test_invitations_are_written_as_ever(told: dict[str, Any]) -> None:
    parts = ("pin", "up_mailbox", "up_send", "down_mailbox", "down_read", "secret")
    invitation = Invitation(
        relay=told["relay"],
        expires=datetime.fromisoformat(told["expires"]),
        needs_code=told["needs_code"],
        **{part: bytes.fromhex(told[part]) for part in parts},
    )
    assert encode(invitation) == told["line"]
    assert decode(told["line"]) == invitation


@pytest.mark.parametrize("told", FROZEN["signatures"])
def test_statements_are_signed_as_ever(told: dict[str, Any]) -> None:
    private, statement = bytes.fromhex(told["private"]), told["statement"].encode()
    public, signature = bytes.fromhex(told["public"]), bytes.fromhex(told["signature"])
    assert public_key(private) == public
    assert sign(private, statement) == signature
    assert verify(public, statement, signature)
    assert fingerprint(public) == told["fingerprint"]


@pytest.mark.parametrize("told", FROZEN["safety"])
def test_a_transcript_has_the_same_words_as_ever(told: dict[str, Any]) -> None:
    transcript = bytes.fromhex(told["transcript"])
    assert " ".join(words_of(transcript)) == told["words"]
    assert number_of(transcript) == told["number"]


def test_keys_are_derived_as_ever() -> None:
    told = FROZEN["keys"]
    keys = InvitationKeys.of(bytes.fromhex(told["invitation_secret"]))
    assert {name: getattr(keys, name).hex() for name in told["derived"]} == told["derived"]
    code = stretch(told["spoken_code"], keys.code_salt)
    assert code.hex() == told["stretched"]
    secret, confirmation = agree(
        bytes.fromhex(told["x3dh_secret"]),
        bytes.fromhex(told["kem_secret"]),
        Shared(mix=keys.mix, code=code),
        bytes.fromhex(told["transcript"]),
    )
    assert (secret.hex(), confirmation.hex()) == (told["session_secret"], told["confirmation"])


@pytest.mark.parametrize("told", FROZEN["sessions"], ids=lambda told: str(told["what"]))
def test_a_stored_session_opens_the_letter_that_waits_for_it(told: dict[str, Any]) -> None:
    session = b64decode(told["session"])
    assert dump(load(session)) == session
    after, opened = unseal(session, b64decode(told["ciphertext"]))
    assert opened == letter_of(told["letter"])
    assert is_established(after)
    assert " ".join(safety_words(after)) == told["words"]
    seal(after, opened)

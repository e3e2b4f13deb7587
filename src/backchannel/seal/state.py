"""What a desk keeps of a session between two letters, as typed, versioned bytes.

A session is *offered* (at the mediator's, until a party has joined) or *running*. The bytes are
secret: whoever has them reads what comes and writes in this desk's name. They carry no checksum of
their own; the vault authenticates what it stores.

    "BCS" | 1 version | 1 phase | fields of fixed length, then those with a length

Bytes once written stay readable: tests/vectors/seal_v1.json holds a sample of version 1.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from backchannel.seal import ratchet_state
from backchannel.seal.errors import OldProtocolError, SealError
from backchannel.seal.frame import HANDSHAKE_BYTES
from backchannel.seal.handshake import OfferKeys, Shared
from backchannel.seal.ratchet import Ratchet

_MAGIC: Final = b"BCS"
_STATE_VERSION: Final = 1
_HEAD_BYTES: Final = len(_MAGIC) + 2
# up, down, mix, code; identity seed, signed prekey, signature, one-time prekey, KEM seed
_OFFERED: Final = struct.Struct("32s32s32s32s 32s32s64s32s64s")
# side; send key, receive key, own identity seed, peer's identity, transcript, attempt; two lengths
_RUNNING: Final = struct.Struct(">B 32s32s32s32s32s32s HH")
MARK_BYTES: Final = 8


class Side(IntEnum):
    """Which end of the caucus this is. The party writes first."""

    MEDIATOR = 1
    PARTY = 2


class _Phase(IntEnum):
    OFFERED = 1
    RUNNING = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """The mediator waits for the party. Kept until the first authentic letter, then gone."""

    up: bytes
    down: bytes
    shared: Shared
    keys: OfferKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A session that can write.

    `handshake` is what a party repeats in each letter until it is answered, then empty. `attempt`
    names the handshake that was accepted. `opened` holds marks of the letters opened last, oldest
    first. The identities are kept for a repair authenticated by them, which comes later.
    """

    side: Side
    send_key: bytes
    receive_key: bytes
    identity_seed: bytes
    peer_identity: bytes
    transcript: bytes
    attempt: bytes
    handshake: bytes
    opened: bytes
    ratchet: Ratchet


def dump(state: Offered | Running) -> bytes:
    """Return the session's bytes."""
    if isinstance(state, Offered):
        return _head(_Phase.OFFERED) + _dump_offered(state)
    return _head(_Phase.RUNNING) + _dump_running(state)


def load(session: bytes) -> Offered | Running:
    """Return the state.

    Raises:
        OldProtocolError: written by another version.
        SealError: these are not the bytes of a session, or not all of them.
    """
    head, body = session[:_HEAD_BYTES], session[_HEAD_BYTES:]
    version = head[len(_MAGIC) : len(_MAGIC) + 1]
    if head.startswith(_MAGIC) and version not in (b"", bytes([_STATE_VERSION])):
        raise OldProtocolError(
            f"a session stored in form {version[0]}, this desk reads {_STATE_VERSION}: "
            "it was written by another release"
        )
    try:
        if head == _head(_Phase.OFFERED):
            return _load_offered(body)
        if head == _head(_Phase.RUNNING):
            return _load_running(body)
    except (ValueError, struct.error) as wrong:
        raise SealError(f"the stored session is damaged: {wrong}") from wrong
    raise SealError("these bytes are not a session")


def _head(phase: _Phase) -> bytes:
    return _MAGIC + bytes([_STATE_VERSION, phase])


def _dump_offered(state: Offered) -> bytes:
    keys = state.keys
    return _OFFERED.pack(
        state.up,
        state.down,
        state.shared.mix,
        state.shared.code,
        keys.identity_seed,
        keys.signed_prekey,
        keys.signature,
        keys.one_time_prekey,
        keys.kem_seed,
    )


def _load_offered(body: bytes) -> Offered:
    up, down, mix, code, seed, signed, signature, one_time, kem = _OFFERED.unpack(body)
    keys = OfferKeys(
        identity_seed=seed,
        signed_prekey=signed,
        signature=signature,
        one_time_prekey=one_time,
        kem_seed=kem,
    )
    return Offered(up=up, down=down, shared=Shared(mix=mix, code=code), keys=keys)


def _dump_running(state: Running) -> bytes:
    fixed = _RUNNING.pack(
        state.side,
        state.send_key,
        state.receive_key,
        state.identity_seed,
        state.peer_identity,
        state.transcript,
        state.attempt,
        len(state.handshake),
        len(state.opened),
    )
    return fixed + state.handshake + state.opened + ratchet_state.encode(state.ratchet)


def _load_running(body: bytes) -> Running:
    side, send, receive, seed, peer, transcript, attempt, handshake_bytes, opened_bytes = (
        _RUNNING.unpack_from(body)
    )
    opened_at = _RUNNING.size + handshake_bytes
    ratchet_at = opened_at + opened_bytes
    if handshake_bytes not in (0, HANDSHAKE_BYTES) or opened_bytes % MARK_BYTES:
        raise ValueError("lengths that do not fit")
    return Running(
        side=Side(side),
        send_key=send,
        receive_key=receive,
        identity_seed=seed,
        peer_identity=peer,
        transcript=transcript,
        attempt=attempt,
        handshake=body[_RUNNING.size : opened_at],
        opened=body[opened_at:ratchet_at],
        ratchet=ratchet_state.decode(body[ratchet_at:]),
    )

"""A lost session made anew between the same two identities: for a desk restored from a backup.

Each side lays an offer for the other into a mailbox: fresh prekeys, signed by the identity that the
other knows already, wrapped so that the relay reads nothing. Who has lost the session starts from
the offer; who laid it accepts one start, and forgets its keys. Sessions are counted in epochs, from
0; each has wrapping keys of its own, so that a letter tells of which it is before it is opened.

Promised: only the holder of the known identity can start, and only from the offer that lies there
now, so that no replay starts anything; the relay reads none of it; a repaired session has other
safety words. What outlives a session (`lasting_of`) holds no ratchet state and no prekey. Somebody
who has stolen a desk's identity and the keys of its invitation can start a repair in its place:
that is what the words are compared again for.

>>> from backchannel.seal import session
>>> from backchannel.seal.session import join, seal, unseal
>>> mediator, bundle = session.offer(invitation_secret=bytes(range(32)))
>>> party = join(invitation_secret=bytes(range(32)), sealed_bundle=bundle)
>>> letter = Letter(epoch=0, counter=1, ack=0, kind=Kind.EVENT, body=b"We can move on timing.")
>>> mediator, _ = unseal(mediator, seal(party, letter)[1])
>>> kept = draw(lasting_of(mediator), epoch=1)
>>> offer = read(lasting_of(party), lay(lasting_of(mediator), kept, known=1))
>>> party = begin(lasting_of(party), offer)  # restored: it had nothing but what lasts
>>> party, sealed = seal(party, Letter(epoch=1, counter=1, ack=0, kind=Kind.EVENT, body=b"Again."))
>>> accept(lasting_of(mediator), kept, sealed)[1].body
b'Again.'

Source: protocol.md, "Sessions" (lost and restored desks); the handshake is that of `handshake`.
"""

import hmac
import struct
from dataclasses import dataclass, replace
from typing import Final

from xeddsa import seed_to_ed25519_pub

from backchannel.seal import bundle as bundles
from backchannel.seal import frame, ratchet, wrapping
from backchannel.seal.bundle import Bundle, bundle_id
from backchannel.seal.errors import (
    OldBundleError,
    SealError,
    UnauthenticError,
    WrongCodeError,
)
from backchannel.seal.handshake import (
    OfferKeys,
    Shared,
    answer,
    attempt_of,
    bundle_of,
    new_offer,
    start,
)
from backchannel.seal.letters import BUCKETS, Kind, Letter, unpack
from backchannel.seal.session import mark_of
from backchannel.seal.spoken_code import NO_CODE
from backchannel.seal.state import Running, Side, dump, load

__all__ = [
    "Kind",
    "Laid",
    "Letter",
    "accept",
    "begin",
    "draw",
    "epoch_of",
    "identities",
    "lasting_of",
    "lay",
    "read",
]

_MAGIC: Final = b"BCL\x01"
# side; send and receive key of epoch 0, own identity seed, peer's identity
_LASTING: Final = struct.Struct(">4sB32s32s32s32s")
_OFFER: Final = struct.Struct(">4sI32s32s64s32s64s")
_OFFER_MAGIC: Final = b"BCO\x01"
# epoch of the session that the offer is for; the reader's incarnation as the layer knows it
_LAID: Final = struct.Struct(">IQ")
_LOOK_AROUND: Final = 8  # epochs before and after the present one whose letters are told apart
_PURPOSE: Final = b"repair bundle"


@dataclass(frozen=True, slots=True)
class _Lasting:
    side: Side
    send_key: bytes
    receive_key: bytes
    identity_seed: bytes
    peer_identity: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """What was read of an offer: for which epoch, and which incarnation of the reader it knows."""

    epoch: int
    known: int
    bundle: Bundle

    @property
    def name(self) -> bytes:
        """Return 32 bytes by which this offer is told from another."""
        return bundle_id(self.bundle)


def lasting_of(session: bytes) -> bytes:
    """Return what of the first session of a caucus lasts, whatever becomes of its ratchet.

    Raises:
        SealError: nobody has joined yet.
    """
    state = load(session)
    if not isinstance(state, Running):
        raise SealError("nobody has joined this caucus yet: there is no identity to repair it with")
    return _LASTING.pack(
        _MAGIC,
        state.side,
        state.send_key,
        state.receive_key,
        state.identity_seed,
        state.peer_identity,
    )


def identities(lasting: bytes) -> tuple[bytes, bytes]:
    """Return the public identities, 32 bytes each: this end's, then the other's."""
    ours = _lasting(lasting)
    return seed_to_ed25519_pub(ours.identity_seed), ours.peer_identity


def draw(lasting: bytes, *, epoch: int) -> bytes:
    """Return a new offer with its private keys, for the session of this epoch: to be kept."""
    keys = new_offer(_lasting(lasting).identity_seed)
    return _OFFER.pack(
        _OFFER_MAGIC,
        epoch,
        keys.identity_seed,
        keys.signed_prekey,
        keys.signature,
        keys.one_time_prekey,
        keys.kem_seed,
    )


def lay(lasting: bytes, kept: bytes, *, known: int) -> bytes:
    """Return what is laid into the mailbox; `known` is the incarnation we know of its reader."""
    epoch, keys = _offer(kept)
    content = _LAID.pack(epoch, known) + bundles.encode(bundle_of(keys))
    return wrapping.wrap(_bundle_key(_lasting(lasting).send_key), content, purpose=_PURPOSE)


def read(lasting: bytes, laid: bytes) -> Laid:
    """Return the offer that the other side has laid.

    Raises:
        UnauthenticError: it is none, or not of the known identity: not laid yet, or put in place.
        OldProtocolError: it is of another version.
    """
    ours = _lasting(lasting)
    content = wrapping.unwrap(_bundle_key(ours.receive_key), laid, purpose=_PURPOSE)
    if len(content) < _LAID.size:
        raise UnauthenticError("the offer of a repair is cut short")
    epoch, known = _LAID.unpack_from(content)
    public = bundles.decode(content[_LAID.size :])
    if not hmac.compare_digest(public.identity, ours.peer_identity):
        raise UnauthenticError("the offer of a repair names another identity than the known one")
    return Laid(epoch=epoch, known=known, bundle=public)


def begin(lasting: bytes, offer: Laid) -> bytes:
    """Return the new session of the side that had lost its own. It can seal at once.

    Raises:
        UnauthenticError: the offer's signature or one of its keys is no good.
    """
    ours = _lasting(lasting)
    agreed, _ = start(offer.bundle, _shared(ours, offer.epoch), ours.identity_seed)
    state = Running(
        side=ours.side,
        send_key=_key(ours.send_key, offer.epoch),
        receive_key=_key(ours.receive_key, offer.epoch),
        identity_seed=ours.identity_seed,
        peer_identity=ours.peer_identity,
        transcript=agreed.transcript,
        attempt=attempt_of(agreed.handshake),
        handshake=agreed.handshake,
        opened=b"",
        ratchet=ratchet.started(agreed.secret, offer.bundle.signed_prekey),
    )
    return dump(state)


def accept(lasting: bytes, kept: bytes, ciphertext: bytes) -> tuple[bytes, Letter]:
    """Return the new session and its first letter, at the side that laid the offer.

    The caller forgets the offer in the transaction that stores the session: each is used once.

    Raises:
        OldBundleError: started from another offer than this one.
        UnauthenticError: no start of a repair, or not by the known identity.
    """
    ours = _lasting(lasting)
    epoch, keys = _offer(kept)
    framed = _unframe(_key(ours.receive_key, epoch), ciphertext)
    if not framed.handshake:
        raise UnauthenticError("a letter of a session that has not begun")
    try:
        agreed = answer(keys, _shared(ours, epoch), framed.handshake)
    except OldBundleError as old:
        raise OldBundleError("a repair was tried with keys that were used or replaced") from old
    except WrongCodeError as wrong:
        raise UnauthenticError("a repair was tried with keys that do not fit") from wrong
    # X3DH shows that the other end holds the private half of the identity it names; here, that it
    # is the one this caucus began with.
    if not hmac.compare_digest(agreed.peer_identity, ours.peer_identity):
        raise UnauthenticError("a repair was tried under another identity than the known one")
    state = Running(
        side=ours.side,
        send_key=_key(ours.send_key, epoch),
        receive_key=_key(ours.receive_key, epoch),
        identity_seed=ours.identity_seed,
        peer_identity=ours.peer_identity,
        transcript=agreed.transcript,
        attempt=attempt_of(agreed.handshake),
        handshake=b"",
        opened=b"",
        ratchet=ratchet.answered(agreed.secret, keys.signed_prekey, framed.header),
    )
    turned, packed = ratchet.decrypt(
        state.ratchet, framed.header, framed.ciphertext, state.transcript
    )
    letter = unpack(packed)
    return dump(replace(state, ratchet=turned, opened=mark_of(ciphertext))), letter


def epoch_of(lasting: bytes, ciphertext: bytes, *, present: int) -> int:
    """Return of which epoch a letter is, among those near the present one.

    Raises:
        UnauthenticError: of none: it is no letter of this caucus.
    """
    if len(ciphertext) not in BUCKETS:
        raise UnauthenticError("this is no letter")
    receive_key = _lasting(lasting).receive_key
    for epoch in range(max(0, present - _LOOK_AROUND), present + _LOOK_AROUND + 1):
        try:
            _unframe(_key(receive_key, epoch), ciphertext)
        except UnauthenticError:
            continue
        return epoch
    raise UnauthenticError("this letter is of no session of this caucus")


def _lasting(lasting: bytes) -> _Lasting:
    try:
        magic, side, send_key, receive_key, seed, peer = _LASTING.unpack(lasting)
        if magic == _MAGIC:
            return _Lasting(Side(side), send_key, receive_key, seed, peer)
    except (struct.error, ValueError) as wrong:
        raise SealError("what was kept for a repair is damaged") from wrong
    raise SealError("what was kept for a repair was written by another release")


def _offer(kept: bytes) -> tuple[int, OfferKeys]:
    if len(kept) != _OFFER.size or not kept.startswith(_OFFER_MAGIC):
        raise SealError("the offer of a repair that was kept is damaged, or of another release")
    _, epoch, seed, signed, signature, one_time, kem = _OFFER.unpack(kept)
    keys = OfferKeys(
        identity_seed=seed,
        signed_prekey=signed,
        signature=signature,
        one_time_prekey=one_time,
        kem_seed=kem,
    )
    return epoch, keys


def _unframe(key: bytes, ciphertext: bytes) -> frame.Frame:
    return frame.decode(wrapping.unwrap(key, ciphertext, purpose=b"letter"))


def _bundle_key(send_key: bytes) -> bytes:
    return wrapping.derive(send_key, b"repair bundle")


def _key(base: bytes, epoch: int) -> bytes:
    """Return the wrapping key of one direction in one epoch; the first is the invitation's own."""
    return (
        wrapping.derive(base, b"wrapping of epoch " + struct.pack(">I", epoch)) if epoch else base
    )


def _shared(ours: _Lasting, epoch: int) -> Shared:
    """Return what is mixed into the handshake: from the invitation secret, other in each epoch."""
    up, down = ours.send_key, ours.receive_key
    if ours.side is Side.MEDIATOR:
        up, down = down, up
    purpose = b"mixed into the repair of epoch " + struct.pack(">I", epoch)
    return Shared(mix=wrapping.derive(up + down, purpose), code=NO_CODE)

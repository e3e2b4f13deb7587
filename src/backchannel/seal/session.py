"""Sessions: two desks that share an invitation, and nobody between them who can read or write.

The mediator offers, the party joins, then both seal and unseal letters in any order. A session is
opaque bytes; every call returns the next ones, and one that raises leaves the caller with what it
had. Store the session in the same transaction as what was sealed or unsealed.

Promised: what `unseal` returns was sealed by the peer of this session, once, and as it was sealed;
every other input raises one of `errors` and costs at most a fraction of a second. What goes to the
relay has one of three sizes and is otherwise random to it. Keys of letters passed over are kept, at
most 1,000: let no more letters than that be outstanding, and send a lost receipt again as the same
bytes instead of sealing a new one.

>>> secret = bytes(range(32))  # drawn at random in earnest
>>> mediator, bundle = offer(invitation_secret=secret)
>>> party = join(invitation_secret=secret, sealed_bundle=bundle)
>>> note = Letter(epoch=0, counter=1, ack=0, kind=Kind.EVENT, body=b"We can move on timing.")
>>> party, ciphertext = seal(party, note)
>>> mediator, opened = unseal(mediator, ciphertext)
>>> opened == note and safety_words(mediator) == safety_words(party)
True

Source: the design of the pieces stands in `handshake`, `ratchet`, `wrapping` and `safety`.
"""

import hashlib
from dataclasses import replace
from typing import Final

from backchannel.seal import bundle, frame, ratchet, safety, wrapping
from backchannel.seal.errors import (
    RepeatedLetterError,
    SealError,
    SecondJoinError,
    UnauthenticError,
)
from backchannel.seal.handshake import Shared, answer, attempt_of, bundle_of, new_offer, start
from backchannel.seal.letters import BUCKETS, Kind, Letter, pack, unpack
from backchannel.seal.spoken_code import stretch
from backchannel.seal.state import MARK_BYTES, Offered, Running, Side, dump, load
from backchannel.seal.wrapping import InvitationKeys

__all__ = [
    "Kind",
    "Letter",
    "is_established",
    "join",
    "offer",
    "safety_number",
    "safety_words",
    "seal",
    "unseal",
]

_LETTER: Final = b"letter"
_BUNDLE: Final = b"bundle"
_MARKS: Final = 256  # letters remembered as opened: the window of 64, and room for receipts


def offer(*, invitation_secret: bytes, spoken_code: str = "") -> tuple[bytes, bytes]:
    """Return the mediator's session, offered, and the bundle to put into the mailbox.

    Raises:
        SealError: the secret is not 32 bytes.
    """
    invitation = InvitationKeys.of(invitation_secret)
    keys = new_offer()
    state = Offered(
        up=invitation.up,
        down=invitation.down,
        shared=_shared(invitation, spoken_code),
        keys=keys,
    )
    public = bundle.encode(bundle_of(keys))
    return dump(state), wrapping.wrap(invitation.bundle, public, purpose=_BUNDLE)


def join(*, invitation_secret: bytes, sealed_bundle: bytes, spoken_code: str = "") -> bytes:
    """Return the party's session, which can seal at once.

    Whether the spoken code was right, the party learns only from an answer.

    Raises:
        UnauthenticError: the bundle was not made by a holder of the invitation, or was altered.
        OldProtocolError: the bundle is of another version.
    """
    invitation = InvitationKeys.of(invitation_secret)
    public = bundle.decode(wrapping.unwrap(invitation.bundle, sealed_bundle, purpose=_BUNDLE))
    agreed, identity_seed = start(public, _shared(invitation, spoken_code))
    state = Running(
        side=Side.PARTY,
        send_key=invitation.up,
        receive_key=invitation.down,
        identity_seed=identity_seed,
        peer_identity=agreed.peer_identity,
        transcript=agreed.transcript,
        attempt=attempt_of(agreed.handshake),
        handshake=agreed.handshake,
        opened=b"",
        ratchet=ratchet.started(agreed.secret, public.signed_prekey),
    )
    return dump(state)


def seal(session: bytes, letter: Letter) -> tuple[bytes, bytes]:
    """Return the next session and the letter as it goes to the relay, in one of `BUCKETS` bytes.

    Raises:
        SealError: nobody has joined yet.
    """
    state = _running(session)
    turned, header, ciphertext = ratchet.encrypt(state.ratchet, pack(letter), state.transcript)
    framed = frame.Frame(handshake=state.handshake, header=header, ciphertext=ciphertext)
    wrapped = wrapping.wrap(state.send_key, frame.encode(framed), purpose=_LETTER)
    return dump(replace(state, ratchet=turned)), wrapped


def unseal(session: bytes, ciphertext: bytes) -> tuple[bytes, Letter]:
    """Return the next session and the letter.

    Raises:
        UnauthenticError: not from the peer, or altered; RepeatedLetterError if opened before.
        WrongCodeError, OldBundleError: a party tried to join and could not; still offered.
        SecondJoinError: somebody tried to join again.
        OldProtocolError: another version, suite or kind.
    """
    state = load(session)
    if len(ciphertext) not in BUCKETS:
        raise UnauthenticError(f"a letter has one of {BUCKETS} bytes, this one {len(ciphertext)}")
    if isinstance(state, Offered):
        framed = _unframe(state.up, ciphertext)
        state = _accept(state, framed)
    else:
        _refuse_repeated(state, ciphertext)
        framed = _unframe(state.receive_key, ciphertext)
        _refuse_second_join(state, framed)
    turned, packed = ratchet.decrypt(
        state.ratchet, framed.header, framed.ciphertext, state.transcript
    )
    letter = unpack(packed)
    opened = (state.opened + mark_of(ciphertext))[-_MARKS * MARK_BYTES :]
    # The peer has answered, so it has the handshake: no more need to repeat it.
    return dump(replace(state, ratchet=turned, opened=opened, handshake=b"")), letter


def is_established(session: bytes) -> bool:
    """Return whether an authentic letter of the peer has been opened in this session.

    A party may seal before that; a mediator may not.
    """
    state = load(session)
    return isinstance(state, Running) and bool(state.opened)


def safety_words(session: bytes) -> tuple[str, ...]:
    """Return eight words, the same at both ends if nobody stands between.

    Raises:
        SealError: nobody has joined yet.
    """
    return safety.words_of(_running(session).transcript)


def safety_number(session: bytes) -> str:
    """Return the same 88 bits as nine groups of three digits.

    Raises:
        SealError: nobody has joined yet.
    """
    return safety.number_of(_running(session).transcript)


def _shared(invitation: InvitationKeys, spoken_code: str) -> Shared:
    return Shared(mix=invitation.mix, code=stretch(spoken_code, invitation.code_salt))


def _running(session: bytes) -> Running:
    state = load(session)
    if isinstance(state, Offered):
        raise SealError("nobody has joined this caucus yet: wait for the party's first letter")
    return state


def _unframe(key: bytes, ciphertext: bytes) -> frame.Frame:
    return frame.decode(wrapping.unwrap(key, ciphertext, purpose=_LETTER))


def _accept(offered: Offered, framed: frame.Frame) -> Running:
    """Return the session as the handshake makes it; it stands only if its letter opens.

    The prekeys are not carried over: they are gone with the offer.
    """
    if not framed.handshake:
        raise UnauthenticError("a letter of no session came before anybody joined")
    agreed = answer(offered.keys, offered.shared, framed.handshake)
    return Running(
        side=Side.MEDIATOR,
        send_key=offered.down,
        receive_key=offered.up,
        identity_seed=offered.keys.identity_seed,
        peer_identity=agreed.peer_identity,
        transcript=agreed.transcript,
        attempt=attempt_of(agreed.handshake),
        handshake=b"",
        opened=b"",
        ratchet=ratchet.answered(agreed.secret, offered.keys.signed_prekey, framed.header),
    )


def _refuse_repeated(state: Running, ciphertext: bytes) -> None:
    mark = mark_of(ciphertext)
    at = state.opened.find(mark)
    while at > 0 and at % MARK_BYTES:  # found across two marks
        at = state.opened.find(mark, at + 1)
    if at >= 0:
        raise RepeatedLetterError("this letter has been opened already: acknowledge it again")


def _refuse_second_join(state: Running, framed: frame.Frame) -> None:
    if not framed.handshake:
        return
    if state.side is Side.PARTY:
        raise UnauthenticError("the mediator does not join: a letter made by somebody else")
    attempt = attempt_of(framed.handshake)
    if attempt != state.attempt:
        raise SecondJoinError(
            "somebody who has the invitation tried to join a caucus that has its party: the "
            "invitation is in other hands too, or the party's desk was set up twice",
            attempt=attempt,
        )


def mark_of(ciphertext: bytes) -> bytes:
    """Return what is kept of a letter that was opened, to know it when it comes again."""
    return hashlib.sha256(ciphertext).digest()[:MARK_BYTES]

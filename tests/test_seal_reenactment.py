"""A session made by one hand is one like any other, and gives nothing of the real one away."""

from dataclasses import replace

import pytest
import xeddsa
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.seal import ratchet, repair
from backchannel.seal.errors import SealError, UnauthenticError
from backchannel.seal.handshake import OfferKeys, Shared, answer, attempt_of
from backchannel.seal.letters import BUCKETS
from backchannel.seal.reenactment import Both, Drawn, Ends, _Keys, draw, reenact
from backchannel.seal.session import safety_words, seal, unseal
from backchannel.seal.spoken_code import NO_CODE
from backchannel.seal.state import Offered, Running, Side, dump, load
from sealed_pairs import established, letter

CONTEXT = b"Talks"
SEEDS = {Side.PARTY: bytes(range(1, 33)), Side.MEDIATOR: bytes(range(2, 34))}
ENDS = Ends(
    party=xeddsa.seed_to_ed25519_pub(SEEDS[Side.PARTY]),
    mediator=xeddsa.seed_to_ed25519_pub(SEEDS[Side.MEDIATOR]),
)
DRAWN = draw(CONTEXT)
BOTH = reenact(ENDS, DRAWN, CONTEXT)


def running(session: bytes) -> Running:
    state = load(session)
    assert isinstance(state, Running)
    return state


@given(bodies=st.lists(st.tuples(st.booleans(), st.binary(max_size=20_000)), max_size=8))
@settings(max_examples=20)
def test_each_end_opens_what_the_other_sealed(bodies: list[tuple[bool, bytes]]) -> None:
    writing = {True: BOTH.party, False: BOTH.mediator}
    reading = {True: BOTH.mediator, False: BOTH.party}
    for counter, (from_party, body) in enumerate(bodies, start=1):
        writing[from_party], sealed = seal(writing[from_party], letter(counter, body))
        assert len(sealed) in BUCKETS
        reading[from_party], opened = unseal(reading[from_party], sealed)
        assert opened == letter(counter, body)


def test_the_two_ends_can_go_on_as_any_session_does() -> None:
    party, mediator = BOTH.party, BOTH.mediator
    for counter in range(1, 5):
        party, sealed = seal(party, letter(counter))
        mediator, _ = unseal(mediator, sealed)
        mediator, sealed = seal(mediator, letter(counter))
        party, opened = unseal(party, sealed)
        assert opened == letter(counter)
    assert safety_words(party) == safety_words(mediator)


def offer_keys() -> OfferKeys:
    keys = _Keys(DRAWN.seed, CONTEXT)
    return OfferKeys(
        identity_seed=SEEDS[Side.MEDIATOR],
        signed_prekey=keys.bytes_for(b"signed prekey"),
        signature=bytes(64),
        one_time_prekey=keys.bytes_for(b"one-time prekey"),
        kem_seed=keys.bytes_for(b"KEM", 64),
    )


def test_the_ordinary_handshake_finds_the_party_in_it_that_never_wrote() -> None:
    shared = Shared(mix=_Keys(DRAWN.seed, CONTEXT).bytes_for(b"mix"), code=NO_CODE)
    state = running(BOTH.party)
    agreed = answer(offer_keys(), shared, state.handshake)
    assert agreed.peer_identity == ENDS.party
    assert agreed.transcript == state.transcript
    # As at a mediator's desk that waits for its party: from the offer, with its own identity.
    offered = Offered(up=state.send_key, down=state.receive_key, shared=shared, keys=offer_keys())
    joined, opened = unseal(dump(offered), seal(BOTH.party, letter())[1])
    assert opened == letter()
    assert running(joined).peer_identity == ENDS.party


def test_the_same_secrets_make_the_same_session_and_other_ones_another() -> None:
    assert reenact(ENDS, DRAWN, CONTEXT) == BOTH
    assert reenact(Ends(party=ENDS.mediator, mediator=ENDS.party), DRAWN, CONTEXT) != BOTH
    assert reenact(ENDS, DRAWN, b"Other talks") != BOTH
    assert reenact(ENDS, draw(CONTEXT), CONTEXT) != BOTH


@given(at=st.integers(0, 8 * (32 + 1088 + 32 + 32) - 1))
def test_each_flipped_bit_of_secrets_and_identities_makes_another_session(at: int) -> None:
    whole = bytearray(DRAWN.seed + DRAWN.kem_ciphertext + ENDS.party + ENDS.mediator)
    whole[at // 8] ^= 1 << at % 8
    flipped = bytes(whole)
    drawn = Drawn(seed=flipped[:32], kem_ciphertext=flipped[32:1120])
    ends = Ends(party=flipped[1120:1152], mediator=flipped[1152:])
    try:
        other = reenact(ends, drawn, CONTEXT)
    except UnauthenticError:
        return  # an identity that is no point of the curve
    assert other.party != BOTH.party
    assert other.mediator != BOTH.mediator
    for side, peer in ((other.mediator, BOTH.party), (other.party, BOTH.mediator)):
        with pytest.raises(SealError):
            unseal(side, seal(peer, letter())[1])


@given(at=st.integers(0, 4095), bit=st.integers(0, 7), from_party=st.booleans())
def test_each_flipped_byte_of_a_letter_is_refused(
    at: int,
    bit: int,
    from_party: bool,  # noqa: FBT001 - hypothesis passes it
) -> None:
    writing, reading = BOTH.party, BOTH.mediator
    if not from_party:
        writing, reading = reading, writing
    sealed = bytearray(seal(writing, letter())[1])
    sealed[at] ^= 1 << bit
    with pytest.raises(SealError):
        unseal(reading, bytes(sealed))


def test_what_is_no_identity_is_refused() -> None:
    for wrong in (b"", bytes(31), bytes(32), b"\xff" * 32):
        with pytest.raises(UnauthenticError, match="no identities"):
            reenact(replace(ENDS, party=wrong), DRAWN, CONTEXT)
    with pytest.raises(UnauthenticError, match="no identities"):
        reenact(ENDS, replace(DRAWN, kem_ciphertext=b"short"), CONTEXT)


def test_a_reenactment_of_a_caucus_holds_no_secret_of_it() -> None:
    mediator, party = established()
    own, other = repair.identities(repair.lasting_of(party))
    both = reenact(Ends(party=own, mediator=other), DRAWN, CONTEXT)
    for session in (mediator, party):
        state = running(session)
        turning = state.ratchet.turning
        secrets = [
            state.identity_seed,
            state.send_key,
            state.receive_key,
            turning.own_ratchet_priv,
            turning.root_chain.key,
        ]
        for secret in secrets:
            assert secret not in both.party + both.mediator
    with pytest.raises(UnauthenticError):
        unseal(mediator, seal(both.party, letter(2))[1])
    with pytest.raises(UnauthenticError):
        unseal(party, seal(both.mediator, letter(2))[1])


@pytest.mark.parametrize("whose", list(Side))
def test_either_sides_data_alone_makes_letters_of_the_other_that_its_session_opens(
    whose: Side,
) -> None:
    mediator, party = established()
    session = mediator if whose is Side.MEDIATOR else party
    mine = running(session)
    turning = mine.ratchet.turning
    # The root of the next turn is known to both ends, and who turns draws the key for it.
    own_key = ratchet._DiffieHellman._derive_pub(turning.own_ratchet_priv)
    theirs = replace(
        mine,
        side=Side.PARTY if whose is Side.MEDIATOR else Side.MEDIATOR,
        send_key=mine.receive_key,
        receive_key=mine.send_key,
        ratchet=ratchet.started(turning.root_chain.key, own_key),
    )
    invented = letter(2, b"words the other side never wrote")
    assert unseal(session, seal(dump(theirs), invented)[1])[1] == invented


def test_both_ends_name_the_same_handshake() -> None:
    party, mediator = running(BOTH.party), running(BOTH.mediator)
    assert mediator.attempt == party.attempt == attempt_of(party.handshake)
    assert isinstance(BOTH, Both)
    assert party.identity_seed == mediator.identity_seed == bytes(32)

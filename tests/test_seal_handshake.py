"""The promises of joining: who may, who may not, and what is said of it."""

import ast
import struct
from pathlib import Path

import pytest
import xeddsa
from hypothesis import given, settings
from hypothesis import strategies as st

import backchannel.seal
from backchannel.seal import bundle as bundles
from backchannel.seal import frame, ratchet, wrapping
from backchannel.seal.driving import drive
from backchannel.seal.errors import (
    OldBundleError,
    OldProtocolError,
    SealError,
    SecondJoinError,
    UnauthenticError,
    WrongCodeError,
)
from backchannel.seal.handshake import Shared, agree, bundle_of, start, transcript_of
from backchannel.seal.letters import pack
from backchannel.seal.session import (
    is_established,
    join,
    offer,
    safety_number,
    safety_words,
    seal,
    unseal,
)
from backchannel.seal.spoken_code import NO_CODE, stretch
from backchannel.seal.state import Offered, Running, load
from backchannel.seal.wrapping import InvitationKeys
from sealed_pairs import OTHER_SECRET, SECRET, established, joined, letter, offered

KEYS = InvitationKeys.of(SECRET)


def framed(ciphertext: bytes, key: bytes = KEYS.up) -> bytearray:
    """Return what a holder of the invitation sees when it opens the wrapping."""
    return bytearray(wrapping.unwrap(key, ciphertext, purpose=b"letter"))


def wrapped(content: bytes | bytearray, key: bytes = KEYS.up) -> bytes:
    return wrapping.wrap(key, bytes(content), purpose=b"letter")


def kept_offer() -> Offered:
    state = load(offered()[0])
    assert isinstance(state, Offered)
    return state


# -- who may join ----------------------------------------------------------------------------


def test_two_who_share_an_invitation_share_a_session() -> None:
    mediator, party = joined()
    assert not is_established(mediator)
    assert not is_established(party)
    party, first = seal(party, letter())
    mediator, opened = unseal(mediator, first)
    assert opened == letter()
    assert is_established(mediator)
    assert not is_established(party)
    mediator, reply = seal(mediator, letter(2))
    party, opened = unseal(party, reply)
    assert opened == letter(2)
    assert is_established(party)


def test_the_mediator_can_write_only_after_somebody_joined() -> None:
    mediator, _ = offered()
    for call in (safety_words, safety_number, lambda session: seal(session, letter())):
        with pytest.raises(SealError, match="nobody has joined"):
            call(mediator)


def test_any_letter_of_the_party_can_be_the_first_to_arrive() -> None:
    mediator, party = joined()
    sealed = []
    for counter in range(1, 6):
        party, ciphertext = seal(party, letter(counter))
        sealed.append(ciphertext)
    for counter in (5, 1, 3, 2, 4):
        mediator, opened = unseal(mediator, sealed[counter - 1])
        assert opened == letter(counter)


@given(secret=st.binary(min_size=32, max_size=32).filter(lambda secret: secret != SECRET))
@settings(max_examples=30, deadline=None)
def test_a_relay_with_everything_but_the_secret_can_neither_read_nor_join(secret: bytes) -> None:
    mediator, bundle = offered()
    with pytest.raises(UnauthenticError):
        join(invitation_secret=secret, sealed_bundle=bundle)
    # Nor does the real bundle help it, should it have come to know its public keys.
    stolen = wrapping.wrap(
        InvitationKeys.of(secret).bundle,
        bundles.encode(bundle_of(kept_offer().keys)),
        purpose=b"bundle",
    )
    _, first = seal(join(invitation_secret=secret, sealed_bundle=stolen), letter())
    with pytest.raises(UnauthenticError):
        unseal(mediator, first)


def test_a_relay_that_puts_its_own_bundle_in_place_is_noticed() -> None:
    _, planted = offer(invitation_secret=OTHER_SECRET)
    with pytest.raises(UnauthenticError, match="invitation"):
        join(invitation_secret=SECRET, sealed_bundle=planted)


def test_a_bundle_with_any_byte_changed_or_missing_is_refused() -> None:
    _, bundle = offered()
    for at in range(len(bundle)):
        altered = bytearray(bundle)
        altered[at] ^= 0x80
        for wrong in (bytes(altered), bundle[:at]):
            with pytest.raises(UnauthenticError):
                join(invitation_secret=SECRET, sealed_bundle=wrong)
    with pytest.raises(UnauthenticError):
        join(invitation_secret=SECRET, sealed_bundle=bundle + b"\0")


def test_a_letter_is_no_bundle_and_a_bundle_no_letter() -> None:
    mediator, party = joined()
    _, first = seal(party, letter())
    with pytest.raises(UnauthenticError):
        join(invitation_secret=SECRET, sealed_bundle=first)
    with pytest.raises(UnauthenticError):
        unseal(mediator, offered()[1])


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_secret_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(SealError, match="32 bytes"):
        offer(invitation_secret=bytes(length))
    with pytest.raises(SealError, match="32 bytes"):
        join(invitation_secret=bytes(length), sealed_bundle=b"")


# -- what a holder of the invitation can do --------------------------------------------------


@pytest.mark.parametrize("part", ["identity", "signed_prekey", "signature", "kem"])
def test_a_bundle_whose_keys_do_not_fit_is_refused(part: str) -> None:
    whole = bundle_of(kept_offer().keys)
    broken = {
        name: getattr(whole, name)
        for name in ("identity", "signed_prekey", "signature", "one_time_prekey", "kem")
    }
    broken[part] = b"\xff" * len(broken[part])
    with pytest.raises(UnauthenticError, match="do not fit"):
        start(bundles.Bundle(**broken), kept_offer().shared)


@pytest.mark.parametrize("prekey", [bytes(32), b"\1" + bytes(31)])
def test_a_prekey_that_makes_the_secret_predictable_is_refused(prekey: bytes) -> None:
    whole = bundle_of(kept_offer().keys)
    broken = bundles.Bundle(
        identity=whole.identity,
        signed_prekey=whole.signed_prekey,
        signature=whole.signature,
        one_time_prekey=prekey,
        kem=whole.kem,
    )
    with pytest.raises(UnauthenticError, match="do not fit"):
        start(broken, kept_offer().shared)


def test_a_bundle_of_another_version_suite_or_length_is_refused() -> None:
    plain = bundles.encode(bundle_of(kept_offer().keys))
    for at in (0, 1):
        for value in (0, 2, 255):
            other = bytearray(plain)
            other[at] = value
            sealed = wrapping.wrap(KEYS.bundle, bytes(other), purpose=b"bundle")
            with pytest.raises(OldProtocolError):
                join(invitation_secret=SECRET, sealed_bundle=sealed)
    for length in (0, 1, 2, len(plain) - 1):
        sealed = wrapping.wrap(KEYS.bundle, plain[:length], purpose=b"bundle")
        with pytest.raises(SealError):
            join(invitation_secret=SECRET, sealed_bundle=sealed)


def test_no_byte_of_a_handshake_can_be_changed_by_a_holder_of_the_invitation() -> None:
    mediator, party = joined()
    _, first = seal(party, letter())
    content = framed(first)
    for at in range(3, 3 + frame.HANDSHAKE_BYTES):
        altered = bytearray(content)
        altered[at] ^= 0x80
        with pytest.raises(OldBundleError if at < 3 + 32 else WrongCodeError):
            unseal(mediator, wrapped(altered))
    assert unseal(mediator, first)[1] == letter()


@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize("value", [0, 2, 255])
def test_a_letter_of_another_version_or_suite_is_refused(at: int, value: int) -> None:
    mediator, party = joined()
    _, first = seal(party, letter())
    content = framed(first)
    content[at] = value
    with pytest.raises(OldProtocolError, match="newer release"):
        unseal(mediator, wrapped(content))


def test_other_suites_in_the_transcript_make_another_session(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mediator, bundle = offered()
    # A party that was shown a list of suites with a weaker one added or a stronger one missing.
    monkeypatch.setattr("backchannel.seal.handshake.SUITES", b"\1\0")
    _, first = seal(join(invitation_secret=SECRET, sealed_bundle=bundle), letter())
    monkeypatch.undo()
    with pytest.raises(WrongCodeError):
        unseal(mediator, first)


def test_a_letter_without_handshake_opens_nothing_before_the_join() -> None:
    _, party = established()
    _, later = seal(party, letter())
    with pytest.raises(UnauthenticError, match="before anybody joined"):
        unseal(offered()[0], later)


def test_a_first_letter_whose_ratchet_key_is_none_is_refused() -> None:
    mediator, party = joined()
    _, first = seal(party, letter())
    content = framed(first)
    key_at = 3 + frame.HANDSHAKE_BYTES
    content[key_at : key_at + 32] = bytes(32)
    with pytest.raises(UnauthenticError, match="a key that is none"):
        unseal(mediator, wrapped(content))


def test_a_replaced_bundle_is_told_as_such_and_the_new_one_still_serves() -> None:
    _, old = offered()
    mediator, new = offer(invitation_secret=SECRET)
    _, first = seal(join(invitation_secret=SECRET, sealed_bundle=old), letter())
    with pytest.raises(OldBundleError):
        unseal(mediator, first)
    _, first = seal(join(invitation_secret=SECRET, sealed_bundle=new), letter())
    assert unseal(mediator, first)[1] == letter()


def test_a_second_join_is_told_as_such_and_the_first_session_goes_on() -> None:
    mediator, party = established()
    second = join(invitation_secret=SECRET, sealed_bundle=offered()[1])
    second, one = seal(second, letter())
    second, two = seal(second, letter())
    attempts = set()
    for ciphertext in (one, two):
        with pytest.raises(SecondJoinError) as refused:
            unseal(mediator, ciphertext)
        attempts.add(refused.value.attempt)
    assert len(attempts) == 1
    party, note = seal(party, letter(9))
    assert unseal(mediator, note)[1] == letter(9)


def test_letters_that_repeat_the_accepted_handshake_are_no_second_join() -> None:
    mediator, party = joined()
    for counter in (1, 2, 3):
        party, ciphertext = seal(party, letter(counter))
        mediator, opened = unseal(mediator, ciphertext)
        assert opened == letter(counter)


def test_nobody_joins_at_a_partys_desk() -> None:
    mediator, party = joined()
    party, first = seal(party, letter())
    mediator, _ = unseal(mediator, first)
    _, reply = seal(mediator, letter())
    content = framed(reply, KEYS.down)
    content[: 3 + frame.HANDSHAKE_BYTES] = framed(first)[: 3 + frame.HANDSHAKE_BYTES]
    with pytest.raises(UnauthenticError, match="does not join"):
        unseal(party, wrapped(content, KEYS.down))
    assert unseal(party, reply)[1] == letter()


def test_the_prekeys_are_gone_after_the_join() -> None:
    keys = kept_offer().keys
    mediator, _ = established()
    for gone in (keys.one_time_prekey, keys.signed_prekey, keys.kem_seed, kept_offer().shared.mix):
        assert gone not in mediator


@pytest.mark.parametrize("changed", range(5))
def test_the_session_depends_on_each_of_four_secrets_and_on_thetranscript_of(changed: int) -> None:
    parts = [bytes([n]) * 32 for n in range(5)]
    other = [part if n != changed else b"\xff" * 32 for n, part in enumerate(parts)]

    def agreed(x3dh: bytes, kem: bytes, *rest: bytes) -> set[bytes]:
        mix, code, transcript = rest
        return {*agree(x3dh, kem, Shared(mix=mix, code=code), transcript)}

    assert not agreed(*parts) & agreed(*other)


def test_the_transcript_depends_on_every_key_that_was_shown() -> None:
    whole = bundle_of(kept_offer().keys)
    shown = {
        "identity": whole.identity,
        "signed_prekey": whole.signed_prekey,
        "one_time_prekey": whole.one_time_prekey,
        "kem": whole.kem,
    }
    said = [b"party", b"ephemeral", b"ciphertext"]
    transcripts = {transcript_of(whole, *said)}
    for name in shown:
        other = bundles.Bundle(**{**shown, name: b"\xff" * 32}, signature=whole.signature)
        transcripts.add(transcript_of(other, *said))
    for at in range(3):
        transcripts.add(
            transcript_of(whole, *(b"other" if at == n else s for n, s in enumerate(said)))
        )
    assert len(transcripts) == 1 + 4 + 3


# -- the spoken code -------------------------------------------------------------------------


def test_a_wrong_code_is_refused_and_the_right_one_still_accepted() -> None:
    mediator, bundle = offer(invitation_secret=SECRET, spoken_code="lima 42-17")
    attempts = []
    for code in ("lima 42-18", "lima 42-18", ""):
        guessed = join(invitation_secret=SECRET, sealed_bundle=bundle, spoken_code=code)
        for _ in range(2):
            guessed, ciphertext = seal(guessed, letter())
            with pytest.raises(WrongCodeError) as refused:
                unseal(mediator, ciphertext)
            attempts.append(refused.value.attempt)
    # Two letters of one try are one attempt; two tries are two, even with the same code.
    assert attempts[0::2] == attempts[1::2]
    assert len(set(attempts)) == 3
    right = join(invitation_secret=SECRET, sealed_bundle=bundle, spoken_code="LIMA 4217")
    _, ciphertext = seal(right, letter())
    mediator, opened = unseal(mediator, ciphertext)
    assert opened == letter()
    assert is_established(mediator)


def test_a_code_nobody_set_is_a_wrong_code() -> None:
    mediator, bundle = offered()
    guessed = join(invitation_secret=SECRET, sealed_bundle=bundle, spoken_code="42")
    with pytest.raises(WrongCodeError, match="spoken code"):
        unseal(mediator, seal(guessed, letter())[1])


def test_each_guess_within_one_handshake_counts_as_an_attempt_of_its_own() -> None:
    # Who holds the invitation keeps its handshake and changes the confirmation alone.
    mediator, bundle = offer(invitation_secret=SECRET, spoken_code="42")
    _, first = seal(join(invitation_secret=SECRET, sealed_bundle=bundle), letter())
    attempts = set()
    for guess in range(3):
        content = framed(first)
        content[3 + frame.HANDSHAKE_BYTES - 1] ^= guess
        with pytest.raises(WrongCodeError) as refused:
            unseal(mediator, wrapped(content))
        attempts.add(refused.value.attempt)
    assert len(attempts) == 3


def test_a_code_is_stretched_as_it_is_heard() -> None:
    salt = bytes(32)
    assert stretch(" \u00ad-\u2013 ", salt) == stretch("", salt) == NO_CODE
    persian = "\u06f4\u06f2"
    assert stretch("42", salt) == stretch("4 2\n", salt) == stretch(persian, salt)
    assert len({stretch("42", salt), stretch("24", salt), stretch("42", b"\1" * 32), NO_CODE}) == 4
    assert stretch("\udcff", salt) != NO_CODE


# -- safety words ----------------------------------------------------------------------------


def test_the_safety_words_are_the_same_at_both_ends() -> None:
    mediator, party = established()
    assert safety_words(mediator) == safety_words(party)
    assert safety_number(mediator) == safety_number(party)
    assert len(safety_words(party)) == 8
    assert len(safety_number(party).replace(" ", "")) == 27


def test_the_party_has_the_words_before_it_has_written() -> None:
    _, party = joined()
    assert safety_words(party) == safety_words(party)


def test_the_words_differ_when_somebody_stands_between() -> None:
    mediator, bundle = offered()
    # It has the invitation, and the relay: each side takes it for the other.
    as_mediator, planted = offer(invitation_secret=SECRET)
    party = join(invitation_secret=SECRET, sealed_bundle=planted)
    as_party = join(invitation_secret=SECRET, sealed_bundle=bundle)
    party, first = seal(party, letter())
    as_mediator, _ = unseal(as_mediator, first)
    as_party, carried = seal(as_party, letter())
    mediator, _ = unseal(mediator, carried)
    assert is_established(mediator)
    assert safety_words(mediator) != safety_words(party)
    assert safety_number(mediator) != safety_number(party)


def test_each_join_has_words_of_its_own() -> None:
    _, bundle = offered()
    joins = [join(invitation_secret=SECRET, sealed_bundle=bundle) for _ in range(5)]
    assert len({safety_words(party) for party in joins}) == 5


# -- deniability -----------------------------------------------------------------------------


def test_an_exploration_key_signs_its_own_prekey_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signed: list[bytes] = []
    really = {name: getattr(xeddsa, name) for name in ("ed25519_priv_sign", "ed25519_seed_sign")}

    def counting(name: str) -> None:
        def sign(key: bytes, message: bytes, *nonce: bytes) -> bytes:
            signed.append(message)
            signature: bytes = really[name](key, message, *nonce)
            return signature

        monkeypatch.setattr(xeddsa, name, sign)
        monkeypatch.setattr(xeddsa.bindings, name, sign)

    for name in really:
        counting(name)
    mediator, bundle = offer(invitation_secret=SECRET)
    state = load(mediator)
    assert isinstance(state, Offered)
    assert signed == [b"\x02" + bundle_of(state.keys).signed_prekey]
    party = join(invitation_secret=SECRET, sealed_bundle=bundle)
    # The party's library makes it a prekey too, which nobody is ever shown.
    assert len(signed) == 2
    assert signed[1][:1] == b"\x02"
    assert len(signed[1]) == 33
    for counter in range(1, 6):
        party, ciphertext = seal(party, letter(counter))
        mediator, _ = unseal(mediator, ciphertext)
        mediator, ciphertext = seal(mediator, letter(counter))
        party, _ = unseal(party, ciphertext)
    assert len(signed) == 2


def test_nothing_in_seal_signs_but_the_module_of_signatures() -> None:
    (folder,) = backchannel.seal.__path__
    for path in Path(folder).glob("*.py"):
        if path.name == "signatures.py":
            continue
        names = {
            node.attr if isinstance(node, ast.Attribute) else node.id
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Attribute | ast.Name)
        }
        signing = {"sign", "ed25519_priv_sign", "ed25519_seed_sign", "Ed25519PrivateKey"}
        assert not names & signing, path.name


def test_the_mediators_data_alone_makes_letters_of_the_party_that_open() -> None:
    mediator, party = joined()
    party, first = seal(party, letter())
    mediator, _ = unseal(mediator, first)
    state = load(mediator)
    assert isinstance(state, Running)
    chain = state.ratchet.turning.symmetric_key_ratchet.receiving_chain
    assert chain is not None
    invented = letter(2, b"words the party never wrote")
    # The party's ratchet key is known to both, and the chain that receives is the one it sends on.
    peer_key = state.ratchet.turning.other_ratchet_pub
    header = peer_key + struct.pack(">II", 0, chain.length)
    key = drive(ratchet._ChainKdf.derive(chain.key, ratchet._CHAIN_CONSTANT, 64))[32:]
    context = struct.pack(">I", len(state.transcript)) + state.transcript + header
    ciphertext = drive(ratchet._Cipher.encrypt(pack(invented), key, context))
    forged = frame.encode(frame.Frame(handshake=b"", header=header, ciphertext=ciphertext))
    assert unseal(mediator, wrapped(forged))[1] == invented


# -- the driver ------------------------------------------------------------------------------


def test_a_library_that_waits_is_not_waited_for() -> None:
    class Waiting:
        def __await__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204
            yield

    async def wait() -> None:
        await Waiting()

    with pytest.raises(RuntimeError, match="pinned release"):
        drive(wait())

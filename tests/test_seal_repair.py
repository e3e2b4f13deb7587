"""A lost session is made anew between the same identities, from an offer that is used once."""

from dataclasses import dataclass

import pytest
import xeddsa
from hypothesis import given
from hypothesis import strategies as st

from backchannel.seal import repair
from backchannel.seal.errors import OldBundleError, SealError, UnauthenticError
from backchannel.seal.letters import Kind, Letter
from backchannel.seal.session import join, offer, safety_words, seal, unseal

SECRET = bytes(range(32))


@dataclass
class Pair:
    """Two sessions of one caucus, as they last."""

    mediator: bytes
    party: bytes

    @property
    def lasting(self) -> tuple[bytes, bytes]:
        return repair.lasting_of(self.mediator), repair.lasting_of(self.party)


def letter(body: bytes = b"one", *, epoch: int = 0, counter: int = 1) -> Letter:
    return Letter(epoch=epoch, counter=counter, ack=0, kind=Kind.EVENT, body=body)


def joined(secret: bytes = SECRET) -> Pair:
    mediator, bundle = offer(invitation_secret=secret)
    party = join(invitation_secret=secret, sealed_bundle=bundle)
    party, ciphertext = seal(party, letter())
    mediator, _ = unseal(mediator, ciphertext)
    return Pair(mediator, party)


def sides(pair: Pair, *, party_lost: bool) -> tuple[bytes, bytes]:
    """Return what lasts of the side that lost its session, and of the one that kept it."""
    mediator, party = pair.lasting
    return (party, mediator) if party_lost else (mediator, party)


@pytest.fixture(scope="module")
def pair() -> Pair:
    return joined()


@pytest.mark.parametrize("party_lost", [True, False])
def test_either_side_gets_a_new_session_with_other_safety_words(
    pair: Pair, *, party_lost: bool
) -> None:
    lost, whole = sides(pair, party_lost=party_lost)
    kept = repair.draw(whole, epoch=1)
    laid = repair.read(lost, repair.lay(whole, kept, known=3))
    assert (laid.epoch, laid.known) == (1, 3)
    begun, first = seal(repair.begin(lost, laid), letter(b"start", epoch=1))
    accepted, opened = repair.accept(whole, kept, first)
    assert opened.body == b"start"
    accepted, answer = seal(accepted, letter(b"answer", epoch=1))
    begun, opened = unseal(begun, answer)
    assert opened.body == b"answer"
    begun, second = seal(begun, letter(b"again", epoch=1, counter=2))
    assert unseal(accepted, second)[1].body == b"again"
    assert safety_words(begun) == safety_words(accepted) != safety_words(pair.party)


def test_an_offer_is_accepted_from_once_drawn_and_no_other(pair: Pair) -> None:
    lost, whole = sides(pair, party_lost=True)
    first, second = (repair.draw(whole, epoch=1) for _ in range(2))
    start = repair.begin(lost, repair.read(lost, repair.lay(whole, first, known=1)))
    _, ciphertext = seal(start, letter(epoch=1))
    with pytest.raises(OldBundleError, match="used or replaced"):
        repair.accept(whole, second, ciphertext)
    with pytest.raises(UnauthenticError):
        repair.accept(whole, repair.draw(whole, epoch=2), ciphertext)


def test_another_identity_with_the_invitation_cannot_start(pair: Pair) -> None:
    stranger = joined().lasting[1]  # the same invitation, another joining
    whole = pair.lasting[0]
    kept = repair.draw(whole, epoch=1)
    with pytest.raises(UnauthenticError, match="another identity"):
        repair.read(stranger, repair.lay(whole, kept, known=1))
    # Also if it looks away:
    forced = stranger[:-32] + pair.lasting[1][-32:]
    start = repair.begin(forced, repair.read(forced, repair.lay(whole, kept, known=1)))
    with pytest.raises(UnauthenticError, match="another identity"):
        repair.accept(whole, kept, seal(start, letter(epoch=1))[1])


def test_without_the_invitation_an_offer_is_noise(pair: Pair) -> None:
    other = joined(bytes(32)).lasting[1]
    laid = repair.lay(pair.lasting[0], repair.draw(pair.lasting[0], epoch=1), known=1)
    with pytest.raises(UnauthenticError):
        repair.read(other, laid)


def test_an_offer_altered_anywhere_is_refused(pair: Pair) -> None:
    lost, whole = sides(pair, party_lost=True)
    laid = repair.lay(whole, repair.draw(whole, epoch=1), known=1)
    for at in range(0, len(laid), 7):
        with pytest.raises(SealError):
            repair.read(lost, laid[:at] + bytes([laid[at] ^ 1]) + laid[at + 1 :])
    with pytest.raises(SealError):
        repair.read(lost, laid[:30])


def test_a_start_altered_anywhere_is_refused_and_the_true_one_still_serves(pair: Pair) -> None:
    lost, whole = sides(pair, party_lost=False)
    kept = repair.draw(whole, epoch=1)
    start = repair.begin(lost, repair.read(lost, repair.lay(whole, kept, known=1)))
    _, ciphertext = seal(start, letter(epoch=1))
    for at in range(0, len(ciphertext), 97):
        with pytest.raises(SealError):
            repair.accept(
                whole, kept, ciphertext[:at] + bytes([ciphertext[at] ^ 1]) + ciphertext[at + 1 :]
            )
    assert repair.accept(whole, kept, ciphertext)[1] == letter(epoch=1)


def test_a_letter_tells_of_which_epoch_it_is(pair: Pair) -> None:
    lost, whole = sides(pair, party_lost=True)
    assert repair.epoch_of(whole, seal(pair.party, letter())[1], present=0) == 0
    for epoch in (1, 2, 5):
        kept = repair.draw(whole, epoch=epoch)
        start = repair.begin(lost, repair.read(lost, repair.lay(whole, kept, known=1)))
        _, ciphertext = seal(start, letter(epoch=epoch))
        assert repair.epoch_of(whole, ciphertext, present=0) == epoch
        with pytest.raises(UnauthenticError):
            repair.epoch_of(lost, ciphertext, present=0)  # its own, not its peer's
    with pytest.raises(UnauthenticError):
        repair.epoch_of(whole, bytes(4096), present=3)
    with pytest.raises(UnauthenticError):
        repair.epoch_of(whole, b"short", present=3)


def test_what_lasts_holds_nothing_that_seals_or_opens(pair: Pair) -> None:
    for lasting in pair.lasting:
        assert len(lasting) == 4 + 1 + 4 * 32
        with pytest.raises(SealError):
            seal(lasting, letter())


def test_repairing_signs_prekeys_and_nothing_else(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed: list[bytes] = []

    def counting(name: str) -> None:
        really = getattr(xeddsa, name)

        def sign(key: bytes, message: bytes, *nonce: bytes) -> bytes:
            signed.append(message)
            signature: bytes = really(key, message, *nonce)
            return signature

        for place in (xeddsa, xeddsa.bindings):
            monkeypatch.setattr(place, name, sign)

    counting("ed25519_priv_sign")
    counting("ed25519_seed_sign")
    lost, whole = sides(pair, party_lost=True)
    kept = repair.draw(whole, epoch=1)
    laid = repair.read(lost, repair.lay(whole, kept, known=1))
    begun, first = seal(repair.begin(lost, laid), letter(epoch=1))
    accepted, _ = repair.accept(whole, kept, first)
    unseal(begun, seal(accepted, letter(epoch=1))[1])
    # The offer's prekey, and one that the library makes on starting and nobody is ever shown.
    assert signed[0] == b"\x02" + laid.bundle.signed_prekey
    assert len(signed) == 2
    assert len(signed[1]) == 33


def test_what_was_kept_by_another_release_is_told_as_such(pair: Pair) -> None:
    other = b"BCL\x02" + pair.lasting[0][4:]
    with pytest.raises(SealError, match="another release"):
        repair.draw(other, epoch=1)
    with pytest.raises(SealError, match="damaged"):
        repair.draw(pair.lasting[0][:4] + b"\x07" + pair.lasting[0][5:], epoch=1)


def test_a_letter_without_a_start_is_none(pair: Pair) -> None:
    lost, whole = sides(pair, party_lost=True)
    kept = repair.draw(whole, epoch=1)
    begun = repair.begin(lost, repair.read(lost, repair.lay(whole, kept, known=1)))
    begun, first = seal(begun, letter(epoch=1))
    accepted, _ = repair.accept(whole, kept, first)
    begun, _ = unseal(begun, seal(accepted, letter(epoch=1))[1])
    _, later = seal(begun, letter(epoch=1, counter=2))
    with pytest.raises(UnauthenticError, match="has not begun"):
        repair.accept(whole, kept, later)


def test_nobody_joined_means_nothing_to_repair_with() -> None:
    offered, _ = offer(invitation_secret=SECRET)
    with pytest.raises(SealError, match="nobody has joined"):
        repair.lasting_of(offered)


@given(st.binary(max_size=400))
def test_any_bytes_raise_our_own_errors_alone(data: bytes) -> None:
    good = joined().lasting[0] if not _CACHE else _CACHE[0]
    _CACHE[:] = [good]
    calls = (
        lambda: repair.draw(data, epoch=1),
        lambda: repair.lay(good, data, known=1),
        lambda: repair.read(good, data),
        lambda: repair.accept(good, data, bytes(4096)),
        lambda: repair.epoch_of(good, data, present=1),
    )
    for call in calls:
        with pytest.raises(SealError):
            call()


_CACHE: list[bytes] = []

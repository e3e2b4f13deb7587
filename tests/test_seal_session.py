"""The promises of a session: what opens is what the peer sealed, once; all else changes nothing."""

import warnings
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from backchannel.seal import frame, ratchet, ratchet_state, wrapping
from backchannel.seal.errors import (
    OldProtocolError,
    RepeatedLetterError,
    SealError,
    UnauthenticError,
)
from backchannel.seal.handshake import bundle_of
from backchannel.seal.letters import BUCKETS, MAX_BODY, MAX_SMALL_BODY, Kind, Letter
from backchannel.seal.session import is_established, join, offer, seal, unseal
from backchannel.seal.state import Offered, Running, dump, load
from backchannel.seal.wrapping import InvitationKeys
from sealed_pairs import OTHER_SECRET, SECRET, established, joined, letter, offered

KEYS = InvitationKeys.of(SECRET)
WINDOW = 64
KEY_AT = 3 + frame.HANDSHAKE_BYTES
SEEN_BY_RELAY = 8  # bytes in a row that two unrelated ciphertexts do not share


def running(session: bytes) -> Running:
    state = load(session)
    assert isinstance(state, Running)
    return state


def framed(ciphertext: bytes, key: bytes = KEYS.up) -> bytearray:
    """Return what a holder of the invitation sees when it opens the wrapping."""
    return bytearray(wrapping.unwrap(key, ciphertext, purpose=b"letter"))


def wrapped(content: bytes | bytearray, key: bytes = KEYS.up) -> bytes:
    return wrapping.wrap(key, bytes(content), purpose=b"letter")


# -- any order -------------------------------------------------------------------------------


class Post(RuleBasedStateMachine):
    """Two desks that write when they like, and a relay that delivers in any order, and again."""

    def __init__(self) -> None:
        super().__init__()
        mediator, party = joined()
        self.sessions = {"up": mediator, "down": party}  # by the direction they receive
        self.under_way: dict[str, list[tuple[Letter, bytes]]] = {"up": [], "down": []}
        self.opened: dict[str, list[bytes]] = {"up": [], "down": []}
        self.sent = 0

    def write(self, direction: str, body: bytes) -> None:
        if len(self.under_way[direction]) == WINDOW:
            return
        writer = "down" if direction == "up" else "up"
        self.sent += 1
        note = letter(self.sent, body)
        self.sessions[writer], ciphertext = seal(self.sessions[writer], note)
        self.under_way[direction].append((note, ciphertext))

    @rule(count=st.integers(1, 20), body=st.binary(max_size=40))
    def the_party_writes(self, count: int, body: bytes) -> None:
        for _ in range(count):
            self.write("up", body)

    @precondition(lambda self: is_established(self.sessions["up"]))
    @rule(count=st.integers(1, 20), body=st.binary(max_size=40))
    def the_mediator_writes(self, count: int, body: bytes) -> None:
        for _ in range(count):
            self.write("down", body)

    @rule(direction=st.sampled_from(["up", "down"]), at=st.integers(0), count=st.integers(1, 9))
    def the_relay_delivers(self, direction: str, at: int, count: int) -> None:
        for _ in range(min(count, len(self.under_way[direction]))):
            note, ciphertext = self.under_way[direction].pop(at % len(self.under_way[direction]))
            self.sessions[direction], opened = unseal(self.sessions[direction], ciphertext)
            assert opened == note
            self.opened[direction].append(ciphertext)

    @rule(direction=st.sampled_from(["up", "down"]), back=st.integers(1, 200))
    def the_relay_delivers_again(self, direction: str, back: int) -> None:
        if self.opened[direction]:
            again = self.opened[direction][-min(back, len(self.opened[direction]))]
            with pytest.raises(RepeatedLetterError):
                unseal(self.sessions[direction], again)

    @rule(direction=st.sampled_from(["up", "down"]))
    def the_relay_swaps_directions(self, direction: str) -> None:
        other = "down" if direction == "up" else "up"
        for _, ciphertext in self.under_way[other][:1]:
            with pytest.raises(UnauthenticError):
                unseal(self.sessions[direction], ciphertext)

    def teardown(self) -> None:
        for direction in ("up", "down"):
            self.the_relay_delivers(direction, -1, WINDOW)
            for ciphertext in self.opened[direction][-200:]:
                with pytest.raises(RepeatedLetterError):
                    unseal(self.sessions[direction], ciphertext)
        assert all(len(session) < 72 * 1024 for session in self.sessions.values())


Post.TestCase.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
test_post = Post.TestCase


@pytest.mark.parametrize("direction", ["up", "down"])
def test_a_whole_window_opens_backwards(direction: str) -> None:
    mediator, party = established()
    writer, reader = (party, mediator) if direction == "up" else (mediator, party)
    sealed = []
    for counter in range(WINDOW):
        writer, ciphertext = seal(writer, letter(counter))
        sealed.append(ciphertext)
    for counter in reversed(range(WINDOW)):
        reader, opened = unseal(reader, sealed[counter])
        assert opened == letter(counter)


# -- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["joining", "established"])
def test_every_flipped_byte_is_refused_and_the_old_state_still_works(stage: str) -> None:
    mediator, party = joined() if stage == "joining" else established()
    _, ciphertext = seal(party, letter())
    for at in range(len(ciphertext)):
        altered = bytearray(ciphertext)
        altered[at] ^= 1 << at % 8
        with pytest.raises(UnauthenticError):
            unseal(mediator, bytes(altered))
    assert unseal(mediator, ciphertext)[1] == letter()


@pytest.mark.parametrize("stage", ["joining", "established"])
def test_every_other_length_is_refused(stage: str) -> None:
    mediator, party = joined() if stage == "joining" else established()
    _, ciphertext = seal(party, letter())
    for length in range(len(ciphertext)):
        with pytest.raises(UnauthenticError, match="a letter has one of"):
            unseal(mediator, ciphertext[:length])
    for longer in (ciphertext + b"\0", ciphertext.ljust(BUCKETS[1], b"\0")):
        with pytest.raises(UnauthenticError):
            unseal(mediator, longer)


@given(noise=st.binary(max_size=80), size=st.sampled_from(BUCKETS))
@settings(max_examples=40, deadline=None)
def test_noise_is_refused(noise: bytes, size: int) -> None:
    for session in (*joined(), *established()):
        for ciphertext in (noise, noise.ljust(size, b"\0")):
            with pytest.raises(UnauthenticError):
                unseal(session, ciphertext)


def test_a_session_of_another_invitation_opens_nothing() -> None:
    _, party = established()
    mediator, bundle = offer(invitation_secret=OTHER_SECRET)
    stranger = join(invitation_secret=OTHER_SECRET, sealed_bundle=bundle)
    _, ours = seal(party, letter())
    stranger, theirs = seal(stranger, letter())
    with pytest.raises(UnauthenticError):
        unseal(mediator, ours)
    mediator, _ = unseal(mediator, theirs)
    for session in (mediator, stranger):
        with pytest.raises(UnauthenticError):
            unseal(session, ours)


def test_with_one_secret_of_the_state_wrong_nothing_opens() -> None:
    mediator, party = established()
    _, ciphertext = seal(party, letter())
    state = running(mediator)
    turning = state.ratchet.turning
    secrets = (
        state.receive_key,
        state.transcript,
        turning.root_chain.key,
        turning.own_ratchet_priv,
    )
    for secret in secrets:
        assert mediator.count(secret) == 1
        for at in range(1, 31):
            wrong = bytearray(secret)
            wrong[at] ^= 1
            with pytest.raises(UnauthenticError):
                unseal(mediator.replace(secret, bytes(wrong)), ciphertext)


@given(at=st.integers(0, BUCKETS[0] - 28 - 1), bit=st.integers(0, 7))
@settings(max_examples=200, deadline=None)
def test_a_holder_of_the_invitation_cannot_alter_a_letter(at: int, bit: int) -> None:
    mediator, party = established()
    _, ciphertext = seal(party, letter())
    content = framed(ciphertext)
    content[at] ^= 1 << bit
    with pytest.raises(SealError):
        unseal(mediator, wrapped(content))


def test_no_byte_of_a_header_can_be_changed_by_a_holder_of_the_invitation() -> None:
    mediator, party = established()
    _, ciphertext = seal(party, letter())
    content = framed(ciphertext)
    for at in range(KEY_AT, KEY_AT + frame.HEADER_BYTES):
        for bit in range(8):
            altered = bytearray(content)
            altered[at] ^= 1 << bit
            with pytest.raises(UnauthenticError):
                unseal(mediator, wrapped(altered))
    assert unseal(mediator, wrapped(content))[1] == letter()


def test_a_letter_that_names_the_readers_own_prekey_is_refused() -> None:
    # The library holds that key as the peer's until the first answer, without a chain behind it.
    _, party = joined()
    own = running(party).ratchet.turning.other_ratchet_pub
    content = frame.encode(
        frame.Frame(handshake=b"", header=own + bytes(8), ciphertext=bytes(4096 - 28 - KEY_AT - 40))
    )
    with pytest.raises(UnauthenticError):
        unseal(party, wrapped(content, KEYS.down))


@pytest.mark.parametrize("key", [bytes(32), b"\1" + bytes(31)])
def test_a_ratchet_key_that_makes_the_secret_predictable_is_refused(key: bytes) -> None:
    mediator, party = established()
    _, ciphertext = seal(party, letter())
    content = framed(ciphertext)
    content[KEY_AT : KEY_AT + 32] = key
    with pytest.raises(UnauthenticError):
        unseal(mediator, wrapped(content))


def test_a_letter_rewrapped_is_refused_when_it_has_been_opened() -> None:
    # Not told as repeated: whoever rewraps holds the invitation, and that should be seen.
    mediator, party = established()
    _, ciphertext = seal(party, letter())
    mediator, _ = unseal(mediator, ciphertext)
    with pytest.raises(UnauthenticError) as refused:
        unseal(mediator, wrapped(framed(ciphertext)))
    assert not isinstance(refused.value, RepeatedLetterError)


def test_an_authentic_letter_of_a_later_form_is_refused_and_blocks_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mediator, party = established()
    monkeypatch.setattr("backchannel.seal.letters.VERSION", 2)
    party, later = seal(party, letter())
    monkeypatch.undo()
    with pytest.raises(OldProtocolError):
        unseal(mediator, later)
    party, known = seal(party, letter())
    assert unseal(mediator, known)[1] == letter()


# -- gaps ------------------------------------------------------------------------------------


def after_lost(count: int) -> tuple[list[bytes], bytes]:
    """Return the letters a relay swallowed, and one more after them."""
    _, session = established()
    lost = []
    for counter in range(count):
        session, ciphertext = seal(session, letter(counter))
        lost.append(ciphertext)
    return lost, seal(session, letter(count))[1]


def test_a_long_gap_is_survived_and_the_newest_thousand_keys_are_kept() -> None:
    mediator, _ = established()
    lost, last = after_lost(ratchet.KEPT_KEYS + 50)
    mediator, opened = unseal(mediator, last)
    assert opened == letter(len(lost))
    assert len(mediator) < 72 * 1024
    assert unseal(mediator, lost[50])[1] == letter(50)
    with pytest.raises(UnauthenticError):
        unseal(mediator, lost[49])
    mediator, _ = unseal(mediator, lost[-1])
    assert len(running(mediator).ratchet.passed) == ratchet.KEPT_KEYS - 1


@pytest.mark.parametrize("field", ["previous chain", "number"])
def test_a_gap_beyond_the_limit_is_refused_without_a_warning(field: str) -> None:
    mediator, party = established()
    party, ciphertext = seal(party, letter())
    at = KEY_AT + (32 if field == "previous chain" else 36)
    for distance in (ratchet.GAP_LIMIT + 2, 2**32 - 1):
        content = framed(ciphertext)
        content[at : at + 4] = distance.to_bytes(4)
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            with pytest.raises(UnauthenticError, match="would be missing"):
                unseal(mediator, wrapped(content))
        assert not warned


def test_a_gap_within_the_running_chain_is_held_to_the_same_limit() -> None:
    mediator, party = established()
    party, first = seal(party, letter())
    mediator, _ = unseal(mediator, first)
    content = framed(seal(party, letter())[1])
    content[KEY_AT + 36 : KEY_AT + 40] = (ratchet.GAP_LIMIT + 2).to_bytes(4)
    with pytest.raises(UnauthenticError, match="would be missing"):
        unseal(mediator, wrapped(content))


def test_a_late_letter_of_a_long_chain_opens_after_the_ratchet_turned() -> None:
    mediator, party = established()
    late = []
    for turn in range(4):
        for counter in range(3):
            party, ciphertext = seal(party, letter(10 * turn + counter))
            if counter == 1:
                late.append((letter(10 * turn + counter), ciphertext))
            else:
                mediator, _ = unseal(mediator, ciphertext)
        mediator, reply = seal(mediator, letter())
        party, _ = unseal(party, reply)
    for note, ciphertext in late:
        mediator, opened = unseal(mediator, ciphertext)
        assert opened == note


# -- what the relay sees ---------------------------------------------------------------------


@given(
    length=st.sampled_from([0, MAX_SMALL_BODY, MAX_SMALL_BODY + 1, 15054, 15055, MAX_BODY])
    | st.integers(0, MAX_BODY)
)
@settings(max_examples=30, deadline=None)
def test_what_goes_to_the_relay_has_one_of_three_sizes_told_by_the_body_alone(length: int) -> None:
    (offered_mediator, joined_party), (mediator, party) = joined(), established()
    note = letter(1, bytes(length))
    sizes = {len(seal(session, note)[1]) for session in (joined_party, mediator, party)}
    assert sizes == {min(size for size in BUCKETS if size >= length + BUCKETS[0] - MAX_SMALL_BODY)}
    assert unseal(offered_mediator, seal(joined_party, note)[1])[1] == note


def test_receipts_accepting_and_refusing_look_alike() -> None:
    _, party = established()
    receipt = Letter(epoch=0, counter=0, ack=9, kind=Kind.RECEIPT, body=b"")
    written = (receipt, letter(1, b"accept"), letter(1, b"refuse, and this is why: " * 50))
    assert {len(seal(party, note)[1]) for note in written} == {BUCKETS[0]}


def pieces(data: bytes) -> set[bytes]:
    return {data[at : at + SEEN_BY_RELAY] for at in range(len(data) - SEEN_BY_RELAY + 1)}


def test_nothing_the_relay_sees_shows_an_identity_a_prekey_or_a_ratchet_key() -> None:
    mediator, bundle = offered()
    state = load(mediator)
    assert isinstance(state, Offered)
    public = bundle_of(state.keys)
    party = join(invitation_secret=SECRET, sealed_bundle=bundle)
    handshake = running(party).handshake
    seen = [bundle]
    headers = []
    for counter in range(1, 4):
        party, up = seal(party, letter(counter))
        mediator, _ = unseal(mediator, up)
        mediator, down = seal(mediator, letter(counter))
        party, _ = unseal(party, down)
        seen += [up, down]
        for key, ciphertext in ((KEYS.up, up), (KEYS.down, down)):
            headers.append(bytes(framed(ciphertext, key)[KEY_AT : KEY_AT + 32]))
    hidden = [public.identity, public.signed_prekey, public.one_time_prekey, public.kem]
    secrets = set().union(*map(pieces, [*hidden, handshake, *headers, SECRET, letter().body]))
    for ciphertext in seen:
        assert not pieces(ciphertext) & secrets


def test_two_letters_with_the_same_words_have_nothing_in_common() -> None:
    _, party = joined()
    first = seal(party, letter())[1]
    again = seal(party, letter())[1]
    assert not pieces(first) & pieces(again)


# -- the stored session ----------------------------------------------------------------------


def test_a_session_is_stored_as_it_was_loaded() -> None:
    mediator, _ = unseal(established()[0], after_lost(5)[1])
    for session in (*joined(), *established(), mediator):
        assert dump(load(session)) == session


def test_a_stored_session_cut_short_or_too_long_is_refused() -> None:
    mediator, _ = unseal(established()[0], after_lost(3)[1])
    for session in (*joined(), *established(), mediator):
        for length in range(len(session)):
            with pytest.raises(SealError):
                is_established(session[:length])
        with pytest.raises(SealError):
            is_established(session + b"\0")


def test_a_stored_session_of_another_version_is_told_as_such() -> None:
    for session in (*joined(), *established()):
        with pytest.raises(OldProtocolError, match="another release"):
            is_established(session[:3] + b"\2" + session[4:])


def test_a_stored_session_whose_parts_have_other_lengths_is_refused() -> None:
    state = running(established()[0])
    for wrong in (replace(state, handshake=bytes(8)), replace(state, opened=bytes(7))):
        with pytest.raises(SealError, match="lengths that do not fit"):
            load(dump(wrong))


def test_a_session_does_not_grow_with_the_letters_it_opened() -> None:
    mediator, party = established()
    sizes = []
    for counter in range(300):
        party, ciphertext = seal(party, letter(counter))
        mediator, _ = unseal(mediator, ciphertext)
        sizes.append(len(mediator))
    assert sizes[-1] == sizes[-30] < 3 * 1024


@given(noise=st.binary(max_size=100))
def test_other_bytes_are_no_session(noise: bytes) -> None:
    for session in (noise, b"BCS\1" + noise, b"BCS\1\2" + noise):
        with pytest.raises(SealError):
            unseal(session, bytes(BUCKETS[0]))


@given(at=st.integers(0), value=st.integers(0, 255))
@settings(max_examples=100, deadline=None)
def test_a_damaged_session_raises_nothing_but_ours(at: int, value: int) -> None:
    mediator, party = established()
    _, ciphertext = seal(party, letter())
    damaged = bytearray(mediator)
    damaged[at % len(damaged)] = value
    try:
        _, opened = unseal(bytes(damaged), ciphertext)
    except SealError:
        return
    assert opened == letter()


def test_a_ratchet_has_one_spelling() -> None:
    data = ratchet_state.encode(running(established()[0]).ratchet)
    receives_at, count_at = 64 + 36, len(data) - 2
    for at, value in ((receives_at, 2), (receives_at, 0), (count_at, 0xFF)):
        altered = bytearray(data)
        altered[at] = value
        with pytest.raises(ValueError, match=r"as it was written|passed over"):
            ratchet_state.decode(bytes(altered))


def test_no_more_keys_are_read_than_are_kept() -> None:
    data = ratchet_state.encode(running(established()[0]).ratchet)
    count = ratchet.KEPT_KEYS + 1
    with pytest.raises(ValueError, match="1001 keys"):
        ratchet_state.decode(data[:-2] + count.to_bytes(2) + bytes(68 * count))

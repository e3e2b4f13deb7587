"""The promises of an invitation: what was copied is what was meant, or it is refused."""

import base64
import string
import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.seal import invitation as module
from backchannel.seal.errors import InvitationError
from backchannel.seal.invitation import Invitation, decode, encode

START = "BACKCHANNEL1:"
INVITATION = Invitation(
    relay="https://relay.example:8443",
    pin=bytes(range(32)),
    up_mailbox=b"u" * 16,
    up_send=b"s" * 32,
    down_mailbox=b"d" * 16,
    down_read=b"r" * 32,
    secret=b"!" * 32,
    expires=datetime(2026, 3, 8, 12, tzinfo=UTC),
    needs_code=True,
)
LINE = encode(INVITATION)

invitations = st.builds(
    Invitation,
    relay=st.sampled_from(["https://relay.example", "https://[2001:db8::1]:8443/post"]),
    pin=st.binary(min_size=32, max_size=32),
    up_mailbox=st.binary(min_size=16, max_size=16),
    up_send=st.binary(min_size=32, max_size=32),
    down_mailbox=st.binary(min_size=16, max_size=16),
    down_read=st.binary(min_size=32, max_size=32),
    secret=st.binary(min_size=32, max_size=32),
    expires=st.datetimes(
        min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - hypothesis adds it
        timezones=st.just(UTC),
    ).map(lambda time: time.replace(microsecond=0)),
    needs_code=st.booleans(),
)


def line_of(content: bytes) -> str:
    """Return a line with a checksum that fits, whatever is in it."""
    body = struct.pack(">H", len(content)) + content
    return START + base64.b32encode(body + module._checksum(body)).decode().rstrip("=")


def content_of(line: str) -> bytes:
    return module._content(module._bytes_of(line))


@given(invitations)
def test_an_invitation_comes_out_as_it_went_in(invitation: Invitation) -> None:
    assert decode(encode(invitation)) == invitation


def test_the_line_has_only_characters_that_a_qr_code_holds_densely() -> None:
    assert set(LINE) <= set(string.ascii_uppercase + string.digits + " $%*+-./:")
    assert len(LINE) < 450


@given(
    blanks=st.lists(
        st.tuples(
            st.integers(0, len(LINE)), st.sampled_from(list(" \t\r\n\u00a0\u200b\ufeff\u202e"))
        ),
        max_size=20,
    ),
    lower=st.sets(st.integers(0, len(LINE) - 1)),
)
@settings(deadline=None)
def test_what_copying_brings_in_does_no_harm(
    blanks: list[tuple[int, str]], lower: set[int]
) -> None:
    line = "".join(c.lower() if at in lower else c for at, c in enumerate(LINE))
    for at, blank in blanks:
        line = line[:at] + blank + line[at:]
    assert decode(line) == INVITATION


def test_every_single_slip_is_caught() -> None:
    for at in range(len(LINE)):
        for slip in ("A", "B", "7"):
            mistyped = LINE[:at] + slip + LINE[at + 1 :]
            if mistyped != LINE:
                with pytest.raises(InvitationError):
                    decode(mistyped)


def test_a_slip_in_the_last_bits_is_caught_though_they_say_nothing() -> None:
    for slip in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567":
        mistyped = LINE[:-1] + slip
        if mistyped != LINE:
            with pytest.raises(InvitationError):
                decode(mistyped)


def test_two_characters_exchanged_are_caught() -> None:
    for at in range(len(LINE) - 1):
        if LINE[at] != LINE[at + 1]:
            with pytest.raises(InvitationError):
                decode(LINE[:at] + LINE[at + 1] + LINE[at] + LINE[at + 2 :])


@pytest.mark.parametrize("length", range(len(START), len(LINE)))
def test_a_line_cut_short_is_told_as_cut_short(length: int) -> None:
    with pytest.raises(InvitationError, match="cut short"):
        decode(LINE[:length])


def test_a_line_with_too_much_is_refused() -> None:
    for more in ("A", "AA", "AAAAAAAA", LINE):
        with pytest.raises(InvitationError):
            decode(LINE + more)
    with pytest.raises(InvitationError, match="at most"):
        decode(LINE * 20)


def test_a_character_that_none_has_is_named_as_such() -> None:
    with pytest.raises(InvitationError, match="A to Z and 2 to 7"):
        decode(LINE[:30] + "0" + LINE[31:])


@pytest.mark.parametrize("version", ["0", "2", "17", "01"])
def test_another_version_is_told_as_such(version: str) -> None:
    with pytest.raises(InvitationError, match=f"version {version},"):
        decode(LINE.replace("1:", f"{version}:", 1))


@given(st.text(max_size=60) | st.text(max_size=60).map(lambda text: START + text))
def test_any_other_text_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(InvitationError):
        decode(text)


@given(st.binary(max_size=300))
def test_any_other_content_is_refused_though_its_checksum_fits(content: bytes) -> None:
    with pytest.raises(InvitationError):
        decode(line_of(content))


def test_parts_that_cannot_be_are_refused_though_the_checksum_fits() -> None:
    content = content_of(LINE)
    assert decode(line_of(content)) == INVITATION
    needs_code_at, has_pin_at = 8, 9 + 16 + 32 + 16 + 32 + 32
    two = b"\2"
    for altered in (
        content[:needs_code_at] + two + content[needs_code_at + 1 :],
        content[:has_pin_at] + two + content[has_pin_at + 1 :],
        content[:has_pin_at] + b"\0" + content[has_pin_at + 1 :],
        b"\xff" * 8 + content[8:],
        b"\0\0\1" + content[3:],
        content + b"\xff",
        content + b"\n",
    ):
        with pytest.raises(InvitationError):
            decode(line_of(altered))


@pytest.mark.parametrize("part", ["up_mailbox", "up_send", "down_mailbox", "down_read", "secret"])
def test_parts_of_another_length_cannot_be_built(part: str) -> None:
    with pytest.raises(InvitationError, match=part):
        replace(INVITATION, **{part: b"short"})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "expires",
    [
        datetime(2026, 3, 8),  # noqa: DTZ001 - that is the fault
        datetime(2026, 3, 8, tzinfo=timezone(timedelta(hours=3))),
        datetime(2026, 3, 8, microsecond=1, tzinfo=UTC),
        datetime(1969, 12, 31, tzinfo=UTC),
    ],
)
def test_a_time_that_is_not_utc_in_whole_seconds_cannot_be_built(expires: datetime) -> None:
    with pytest.raises(InvitationError, match="expire"):
        replace(INVITATION, expires=expires)


@pytest.mark.parametrize(
    "relay",
    [
        "http://127.0.0.1:8000",
        "http://127.4.4.4",
        "http://[::1]:8000",
        "http://localhost:1",
        "http://abcdefghij234567.onion",
    ],
)
def test_plain_http_is_for_loopback_and_onion(relay: str) -> None:
    plain = replace(INVITATION, relay=relay, pin=b"")
    assert decode(encode(plain)) == plain


@pytest.mark.parametrize(
    ("relay", "pin"),
    [
        ("http://relay.example", b""),
        ("http://192.0.2.1", b""),
        ("http://127.0.0.1", bytes(32)),
        ("https://relay.example", b""),
        ("https://relay.example", bytes(31)),
        ("https://", bytes(32)),
        ("https://relay.example:99999", bytes(32)),
        ("https://[relay", bytes(32)),
        ("ftp://relay.example", bytes(32)),
        ("https://relay.example/" + "a" * 200, bytes(32)),
        ("https://r\u00e9lay.example", bytes(32)),
        ("https://relay.example/\n", bytes(32)),
        ("", b""),
    ],
)
def test_a_relay_that_would_show_the_line_to_others_cannot_be_built(relay: str, pin: bytes) -> None:
    with pytest.raises(InvitationError, match=r"relay|address"):
        replace(INVITATION, relay=relay, pin=pin)


def test_the_secrets_do_not_show_when_an_invitation_is_printed() -> None:
    shown = repr(INVITATION)
    assert not any(secret in shown for secret in ("ssss", "rrrr", "!!!!"))

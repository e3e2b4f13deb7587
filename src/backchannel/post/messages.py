"""What a desk asks of a relay, and what the relay may answer.

A **mailbox** carries letters one way: who holds the send secret puts, who holds the read secret
collects and forgets. Both secrets are 32 random bytes, and the relay stores their hashes alone. A
value that breaks a limit cannot be built: what holds for the relay holds for the desk before it.

>>> hashed(bytes(32)).hex()[:16]
'66687aadf862bd77'
>>> Put(mailbox=bytes(16), send_secret=bytes(32), letter_id=b"short", letter=b"x")
Traceback (most recent call last):
...
backchannel.post.errors.MalformedError: the letter id has 5 bytes; it must have 16

Source: protocol.md, "Relay": open, put, collect, forget, rotate, close, bundle.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from hashlib import sha256

from backchannel.post.errors import MalformedError, TooLargeError

ID_SIZE = 16  # bytes of a mailbox id or a letter id, random
SECRET_SIZE = 32  # bytes of a secret, and of its hash
VOUCHER_SIZE = 20  # bytes
MAX_LETTER = 65_536  # bytes: the largest bucket, as it goes over the wire
MAX_WAIT = 25  # seconds of a long poll: below the half minute after which many networks cut
MAX_DAYS = 90  # days a letter can be kept
DEFAULT_DAYS = 30
MAX_FORGOTTEN = 256  # letter ids in one request
COLLECT_LETTERS = 64  # letters in one answer
COLLECT_BYTES = 1_048_576  # bytes of letters in one answer
MAX_TEXT = 300  # characters of a refusal
MAX_COUNT = 2**32 - 1


class Side(Enum):
    """Which of a mailbox's two secrets."""

    READ = "read"
    SEND = "send"


class Reason(Enum):
    """Why the relay refuses."""

    # One answer for a wrong secret and for a mailbox that does not exist: guessing tells nothing.
    NOT_ADMITTED = "not admitted"
    VOUCHER = "voucher"
    QUOTA = "quota"
    TOO_LARGE = "too large"
    DISK_FULL = "disk full"
    MALFORMED = "malformed"
    OLD_PROTOCOL = "old protocol"
    CONFLICT = "conflict"

    @property
    def words(self) -> str:
        """One sentence for a reader: what is wrong and what to do."""
        return _WORDS[self]


_WORDS = {
    Reason.NOT_ADMITTED: "the relay does not know this mailbox, or not with this secret",
    Reason.VOUCHER: "the voucher is unknown or used; ask the relay's operator for another",
    Reason.QUOTA: "the mailbox is full; it takes more once its reader has collected",
    Reason.TOO_LARGE: "the message is larger than the relay takes; send less at once",
    Reason.DISK_FULL: "the relay's disk is full and nothing was stored; try again later",
    Reason.MALFORMED: "the relay could not understand the message",
    Reason.OLD_PROTOCOL: "desk and relay speak different versions; update the older one",
    Reason.CONFLICT: "this id is taken by something else; draw another one",
}


def hashed(secret: bytes) -> bytes:
    """Return what the relay stores of a secret. Its 256 random bits need no slower hash."""
    return sha256(secret).digest()


def _check_size(value: bytes, size: int, what: str) -> None:
    if len(value) != size:
        raise MalformedError(f"the {what} has {len(value)} bytes; it must have {size}")


def _check_content(value: bytes, what: str) -> None:
    if not value:
        raise MalformedError(f"the {what} is empty")
    if len(value) > MAX_LETTER:
        raise TooLargeError(f"the {what} has {len(value)} bytes; at most {MAX_LETTER} are allowed")


def _check_number(value: int, lowest: int, highest: int, what: str) -> None:
    if not lowest <= value <= highest:
        raise MalformedError(f"{what} must be {lowest} to {highest}, not {value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Open a mailbox, at the price of a voucher. Repeated as it was, it is answered the same."""

    voucher: bytes
    mailbox: bytes
    read_hash: bytes
    send_hash: bytes

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        _check_size(self.voucher, VOUCHER_SIZE, "voucher")
        _check_size(self.mailbox, ID_SIZE, "mailbox id")
        _check_size(self.read_hash, SECRET_SIZE, "hash of the read secret")
        _check_size(self.send_hash, SECRET_SIZE, "hash of the send secret")


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """Leave a letter. The same id with the same letter is one letter, however often it is put."""

    mailbox: bytes
    send_secret: bytes
    letter_id: bytes
    letter: bytes
    expires_days: int = DEFAULT_DAYS

    def __post_init__(self) -> None:
        """Raises: MalformedError, TooLargeError."""
        _check_size(self.mailbox, ID_SIZE, "mailbox id")
        _check_size(self.send_secret, SECRET_SIZE, "send secret")
        _check_size(self.letter_id, ID_SIZE, "letter id")
        _check_content(self.letter, "letter")
        _check_number(self.expires_days, 1, MAX_DAYS, "the days until expiry")


@dataclass(frozen=True, slots=True, kw_only=True)
class Collect:
    """Ask for the oldest letters, waiting up to `wait` seconds for the first to come."""

    mailbox: bytes
    read_secret: bytes
    wait: int = 0

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        _check_size(self.mailbox, ID_SIZE, "mailbox id")
        _check_size(self.read_secret, SECRET_SIZE, "read secret")
        _check_number(self.wait, 0, MAX_WAIT, "the seconds to wait")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """Have the relay forget letters that the desk keeps safe. Unknown ids are no fault."""

    mailbox: bytes
    read_secret: bytes
    letter_ids: tuple[bytes, ...]

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        _check_size(self.mailbox, ID_SIZE, "mailbox id")
        _check_size(self.read_secret, SECRET_SIZE, "read secret")
        _check_number(len(self.letter_ids), 1, MAX_FORGOTTEN, "the letters to forget")
        for letter_id in self.letter_ids:
            _check_size(letter_id, ID_SIZE, "letter id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotate:
    """Replace one secret. Repeated with the same old and new, it is answered the same.

    The desk stores the new secret before it asks: whatever is lost on the way, one of the two
    secrets it then knows is the valid one, and asking again settles it.
    """

    mailbox: bytes
    side: Side
    old_secret: bytes
    new_hash: bytes

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        _check_size(self.mailbox, ID_SIZE, "mailbox id")
        _check_size(self.old_secret, SECRET_SIZE, "old secret")
        _check_size(self.new_hash, SECRET_SIZE, "hash of the new secret")
        if hashed(self.old_secret) == self.new_hash:
            raise MalformedError("the new secret is the old one; draw another")


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Remove the mailbox with all it holds. Afterwards it is as if it had never been."""

    mailbox: bytes
    read_secret: bytes

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        _check_size(self.mailbox, ID_SIZE, "mailbox id")
        _check_size(self.read_secret, SECRET_SIZE, "read secret")


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBundle:
    """Lay the sender's sealed key bundle into the mailbox, in place of the one before."""

    mailbox: bytes
    send_secret: bytes
    bundle: bytes

    def __post_init__(self) -> None:
        """Raises: MalformedError, TooLargeError."""
        _check_size(self.mailbox, ID_SIZE, "mailbox id")
        _check_size(self.send_secret, SECRET_SIZE, "send secret")
        _check_content(self.bundle, "bundle")


@dataclass(frozen=True, slots=True, kw_only=True)
class GetBundle:
    """Ask for the sealed key bundle that lies in the mailbox."""

    mailbox: bytes
    read_secret: bytes

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        _check_size(self.mailbox, ID_SIZE, "mailbox id")
        _check_size(self.read_secret, SECRET_SIZE, "read secret")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The mailbox is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The letter is on the relay's disk and stays through this day (UTC) unless forgotten."""

    expires: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """The oldest letters, oldest first, as pairs of id and letter.

    `stale_attempts` counts how often a secret that had already been replaced was tried here:
    somebody else holds the invitation, or a copy of a desk.
    """

    letters: tuple[tuple[bytes, bytes], ...]
    stale_attempts: int = 0

    def __post_init__(self) -> None:
        """Raises: MalformedError, TooLargeError."""
        _check_number(len(self.letters), 0, COLLECT_LETTERS, "the letters collected")
        _check_number(self.stale_attempts, 0, MAX_COUNT, "the stale attempts")
        for letter_id, letter in self.letters:
            _check_size(letter_id, ID_SIZE, "letter id")
            _check_content(letter, "letter")
        if sum(len(letter) for _, letter in self.letters) > COLLECT_BYTES:
            raise TooLargeError(f"at most {COLLECT_BYTES} bytes of letters go into one answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """The letters are gone from the relay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """The new secret holds, the old one no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The mailbox is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleStored:
    """The bundle is on the relay's disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleIs:
    """The bundle that lies in the mailbox, or None."""

    bundle: bytes | None

    def __post_init__(self) -> None:
        """Raises: MalformedError, TooLargeError."""
        if self.bundle is not None:
            _check_content(self.bundle, "bundle")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The relay said no, and nothing has changed. Act on the reason; the text is for logs."""

    reason: Reason
    text: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        # A relay must not be able to write escape sequences or reversed text onto a terminal.
        if len(self.text) > MAX_TEXT or not self.text.isprintable():
            raise MalformedError(f"a refusal has at most {MAX_TEXT} printable characters")


Request = Open | Put | Collect | Forget | Rotate | Close | PutBundle | GetBundle
Answer = (
    Opened | Stored | Collected | Forgotten | Rotated | Closed | BundleStored | BundleIs | Refused
)


def refuse(reason: Reason) -> Refused:
    """Return the refusal with the usual words for its reason."""
    return Refused(reason=reason, text=reason.words)

"""The relay's data directory: its files, who may read them, and that one relay runs in it.

`relay.db` (with `-wal` and `-shm`) holds the mailboxes, `tls-*.pem` the relay's own certificate,
`address` where the relay listens while it runs, `refusals` what it refused since it started. `lock`
keeps a second relay out: a long poll at one would not hear of a letter that was put at the other.
With the mailboxes in PostgreSQL there is `mailboxes-in-postgresql` instead of `relay.db`.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from backchannel.relay.errors import RelayError


@dataclass(frozen=True, slots=True)
class Address:
    """Where a relay listens, and the pin of its certificate (empty without TLS)."""

    url: str
    pin: bytes

    @property
    def line(self) -> str:
        """As it is printed and stored.

        >>> Address("http://127.0.0.1:8000", b"").line
        'http://127.0.0.1:8000 pin none'
        """
        return f"{self.url} pin {self.pin.hex() or 'none'}"


@dataclass(frozen=True, slots=True)
class Directory:
    """The files below one path."""

    path: Path

    @property
    def database(self) -> Path:
        """The mailboxes."""
        return self.path / "relay.db"

    @property
    def shared(self) -> Path:
        """Is there when the mailboxes are in PostgreSQL instead; empty."""
        return self.path / "mailboxes-in-postgresql"

    @property
    def refusals(self) -> Path:
        """How often the relay that runs refused, and why."""
        return self.path / "refusals"

    def prepare(self) -> None:
        """Make the directory, for its owner alone. Raises: RelayError."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise RelayError(f"{self.path} cannot be made: {error.strerror}") from error

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other relays out of it. Raises: RelayError, when one is in it."""
        try:
            lock = (self.path / "lock").open("w")
        except OSError as error:
            raise RelayError(f"{self.path} cannot be written to: {error.strerror}") from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise RelayError(f"another relay runs in {self.path}; stop it first") from error
            yield

    def announce(self, address: Address) -> None:
        """Write down where the relay listens."""
        (self.path / "address").write_text(address.line + "\n", "utf-8")

    def withdraw(self) -> None:
        """Take that back."""
        (self.path / "address").unlink(missing_ok=True)

    def address(self) -> Address:
        """Return where the relay listens. Raises: RelayError, when none does."""
        try:
            url, _, pin = (self.path / "address").read_text("utf-8").split()
        except (OSError, ValueError) as error:
            raise RelayError(f"no relay runs in {self.path}; start one with `serve`") from error
        return Address(url, b"" if pin == "none" else bytes.fromhex(pin))

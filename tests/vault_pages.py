"""The pages of a vault as they lie on the disk, decrypted by hand, the freed ones included.

For searching what a thief would find who has files and passphrase: the library shows live rows
alone, while words may still stand in a page that was freed, or in an older one in the log.

Source: SQLCipher 4's page format (4,096 bytes: AES-256-CBC, then 16 bytes of IV, 64 of HMAC); the
file format of SQLite, sections 1.3 and 4 (header, write-ahead log).
"""

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from backchannel.desk.vault_files import DATABASE, KEY_FILE
from backchannel.desk.vault_key import VaultKey, unwrap

PAGE = 4096
_IV, _RESERVED, _SALT = 16, 80, 16
_LOG_HEADER, _FRAME_HEADER = 32, 24


def every_page(folder: Path, passphrase: str) -> bytes:
    """Return all pages of a desk's database and of its log, one after the other."""
    key = unwrap((folder / KEY_FILE).read_bytes(), passphrase)
    return b"".join(pages_of(folder / DATABASE, key))


def pages_of(database: Path, key: VaultKey) -> Iterator[bytes]:
    """Yield the pages of a database, then those in its log, whether or not they still count."""
    data = database.read_bytes()
    for start in range(0, len(data), PAGE):
        yield _opened(data[start : start + PAGE], key, first=start == 0)
    log = database.with_name(f"{database.name}-wal")
    framed = log.read_bytes()[_LOG_HEADER:] if log.exists() else b""
    size = _FRAME_HEADER + PAGE
    for start in range(0, len(framed), size):
        number = int.from_bytes(framed[start : start + 4])
        yield _opened(framed[start + _FRAME_HEADER : start + size], key, first=number == 1)


def _opened(page: bytes, key: VaultKey, *, first: bool) -> bytes:
    iv = page[-_RESERVED : _IV - _RESERVED]
    sealed = page[_SALT if first else 0 : -_RESERVED]
    decryptor = Cipher(algorithms.AES256(key.key), modes.CBC(iv)).decryptor()
    return decryptor.update(sealed) + decryptor.finalize()

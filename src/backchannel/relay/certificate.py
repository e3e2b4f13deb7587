"""The relay's own certificate, and the pin by which desks know it.

No authority vouches for it: an invitation carries the pin, the hash of this very certificate, and a
desk talks to nobody else. So it names no host, and lasts as long as the relay's data.
"""

import hashlib
import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from backchannel.relay.errors import RelayError

_YEARS = 20


def own_certificate(directory: Path) -> tuple[Path, Path]:
    """Return the files of certificate and key in this directory, made if they are not there."""
    certificate, key = directory / "tls-certificate.pem", directory / "tls-key.pem"
    if not certificate.exists():
        key_pem, certificate_pem = _make()
        # The key first: a certificate without its key would be kept, and be of no use.
        _write_private(key, key_pem)
        _write_private(certificate, certificate_pem)
    return certificate, key


def pin_of(certificate: Path) -> bytes:
    """Return the SHA-256 of the first certificate in a PEM file, the one that clients see.

    Raises:
        RelayError: there is none.
    """
    try:
        first = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
    except (OSError, ValueError) as error:
        raise RelayError(f"{certificate} holds no certificate that can be read") from error
    return hashlib.sha256(first.public_bytes(serialization.Encoding.DER)).digest()


def context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return TLS 1.3 for a server with this certificate.

    Raises:
        RelayError: the files do not belong together, or cannot be read.
    """
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        tls.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise RelayError(f"{certificate} and {key} cannot be used for TLS together") from error
    return tls


def _make() -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "relay")])
    # A whole day: the certificate is shown to everybody and need not say when it was made.
    day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(day)
        .not_valid_after(day + timedelta(days=365 * _YEARS))
        .sign(key, hashes.SHA256())
    )
    key_pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return key_pem, certificate.public_bytes(serialization.Encoding.PEM)


def _write_private(path: Path, content: bytes) -> None:
    """Write the file whole or not at all, readable by its owner alone."""
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)

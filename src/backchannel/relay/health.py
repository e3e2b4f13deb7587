"""Asks the relay that runs in a directory whether it is well."""

import hashlib
import hmac
import http.client
import ssl
from urllib.parse import urlsplit

from backchannel.relay.directory import Address, Directory
from backchannel.relay.errors import RelayError

_SECONDS = 5.0


def check(directory: Directory) -> str:
    """Return the address of the relay, which answered and can read its store.

    Raises:
        RelayError: none runs, it does not answer, or it is not well.
    """
    address = directory.address()
    try:
        status = _status(address)
    except (OSError, http.client.HTTPException) as error:
        raise RelayError(f"the relay at {address.url} does not answer") from error
    if status != http.client.OK:
        raise RelayError(f"the relay at {address.url} is not well: it cannot read its store")
    return address.line


def _status(address: Address) -> int:
    url = urlsplit(address.url)
    connection = _connection(address, url.hostname or "", url.port or 0)
    try:
        connection.connect()
        if isinstance(connection.sock, ssl.SSLSocket):
            certificate = connection.sock.getpeercert(binary_form=True) or b""
            if not hmac.compare_digest(hashlib.sha256(certificate).digest(), address.pin):
                raise RelayError(f"another server answers at {address.url}")
        connection.request("GET", "/health")
        return connection.getresponse().status
    finally:
        connection.close()


def _connection(address: Address, host: str, port: int) -> http.client.HTTPConnection:
    if not address.pin:
        return http.client.HTTPConnection(host, port, timeout=_SECONDS)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # The pin says which certificate it is; no authority and no host name has a part in it.
    tls.check_hostname = False
    tls.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, port, timeout=_SECONDS, context=tls)

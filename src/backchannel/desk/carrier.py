"""The way to a relay over the network: one request, one answer, and nobody else to talk to.

With TLS the relay is known by the pin alone, the SHA-256 of its certificate, which the invitation
carries. It is compared when the handshake is done, before a byte of a request is sent, and on every
connection; through a SOCKS or HTTP proxy as well, since the handshake is with the relay itself. No
authority is asked, no host name compared. Without TLS only loopback is taken, or an onion address
through its proxy, which is encrypted on the way.

The environment's proxies and certificates are not looked at: what is not in the vault must not
change where a desk connects.

Source: protocol.md, "Relay"; corrections.md (TLS pinned by the invitation; SOCKS/HTTP proxy).
"""

import contextlib
import hashlib
import hmac
import ipaddress
import secrets
import ssl
import time
from typing import Any, Final, Self

import httpx

from backchannel.desk.errors import UsageError
from backchannel.desk.push import KEY_SIZE, PushSocket, agrees, upgrade
from backchannel.post.codec import MAX_ANSWER, decode_answer, encode_request
from backchannel.post.errors import (
    MalformedError,
    NotPushedError,
    RelayDownError,
    WrongRelayError,
)
from backchannel.post.messages import Answer, Collect, Request

CONTENT_TYPE: Final = "application/cbor"
_PIN_SIZE = 32  # bytes
_SWITCHING = 101  # the status of a connection that is a WebSocket from now on
_CONNECT_SECONDS = 15.0  # through several hops of an anonymising proxy
_ANSWER_SECONDS = 30.0  # from the request to the last byte of its answer, waiting aside
_PROXIES = ("socks5://", "socks5h://", "http://")


class Carrier:
    """The real `RelayPort`. For one thread at a time; close it, or use it in a `with`.

    Args:
        url: `https://host:port`, or `http://` for loopback and onion addresses.
        pin: SHA-256 of the relay's certificate (DER); empty without TLS.
        proxy: `socks5://`, `socks5h://` or `http://` address of a proxy, or None.

    Raises:
        UsageError: the address, the pin or the proxy cannot be used so.
    """

    def __init__(self, url: str, pin: bytes, proxy: str | None = None) -> None:
        self._url = _checked(url, pin, proxy)
        self._pinned = _PinnedContext(pin) if pin else None
        try:
            self._client = httpx.Client(
                verify=self._pinned or True,
                proxy=proxy,
                trust_env=False,
                timeout=httpx.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS),
            )
        except (httpx.InvalidURL, ValueError) as error:
            raise UsageError("the proxy's address cannot be read") from error
        # Sent by default, with its version: of no use to the relay but to tell desks apart.
        del self._client.headers["user-agent"]

    def ask(self, request: Request) -> Answer:
        """Return the relay's answer; see `RelayPort.ask`.

        Raises:
            WrongRelayError: the certificate is not the pinned one; nothing was sent.
            RelayDownError: it cannot be reached, or what came is no answer.
        """
        waiting = request.wait if isinstance(request, Collect) else 0
        try:
            return decode_answer(self._post(encode_request(request), waiting))
        except MalformedError as error:
            raise RelayDownError("what answered speaks as no relay of this version does") from error
        except (httpx.HTTPError, OSError) as error:
            raise RelayDownError(f"the relay cannot be reached ({_kind(error)})") from error

    def push(self) -> PushSocket:
        """Open a socket over which the relay pushes; by the same way, pinned as any connection.

        Raises:
            WrongRelayError: the certificate is not the pinned one; nothing was sent.
            NotPushedError: the relay, or a proxy on the way, does not do this.
            RelayDownError: it cannot be reached.
        """
        key = secrets.token_bytes(KEY_SIZE)
        timeout = httpx.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS)
        asking = self._client.build_request(
            "GET", f"{self._url}/push", headers=upgrade(key), timeout=timeout
        )
        try:
            response = self._client.send(asking, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, OSError) as error:
            raise RelayDownError(f"the relay cannot be reached ({_kind(error)})") from error
        except httpx.HTTPError as error:
            raise NotPushedError(f"asked for push, it hung up ({_kind(error)})") from error
        return _upgraded(response, key)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _post(self, body: bytes, waiting: float) -> bytes:
        seconds = _ANSWER_SECONDS + waiting
        timeout = httpx.Timeout(seconds, connect=_CONNECT_SECONDS)
        deadline = time.monotonic() + _CONNECT_SECONDS + seconds
        headers = {"content-type": CONTENT_TYPE}
        sent = self._client.stream(
            "POST", self._url, content=body, headers=headers, timeout=timeout
        )
        with sent as response:
            if response.headers.get("content-type") != CONTENT_TYPE:
                raise RelayDownError(f"the relay failed (status {response.status_code})")
            return _read(response, deadline)


def _read(response: httpx.Response, deadline: float) -> bytes:
    """Return the body. A relay may send without end, or byte by byte: neither is waited for."""
    body = bytearray()
    for part in response.iter_raw():
        body += part
        if len(body) > MAX_ANSWER:
            raise RelayDownError(f"the relay sends more than the {MAX_ANSWER} bytes of an answer")
        if time.monotonic() > deadline:
            raise RelayDownError("the relay takes too long to answer")
    return bytes(body)


def _upgraded(response: httpx.Response, key: bytes) -> PushSocket:
    """Return the socket that the relay has agreed to. Raises: NotPushedError."""
    socket = PushSocket(response.extensions["network_stream"], response.close)
    try:
        _check_agreed(response, key)
        socket.check()
    except NotPushedError:
        socket.close()
        raise
    return socket


def _check_agreed(response: httpx.Response, key: bytes) -> None:
    accepted = response.headers.get("sec-websocket-accept", "")
    if response.status_code != _SWITCHING or not agrees(key, accepted):
        raise NotPushedError(f"asked for push, it answered {response.status_code}")


class _PinnedContext(ssl.SSLContext):
    """TLS 1.3 with whoever holds the key of one certificate.

    The handshake proves that the other end holds the key of the certificate that it shows; the pin
    says which certificate that must be. So nothing is left for authorities to verify.
    """

    _pin: bytes

    def __new__(cls, pin: bytes) -> Self:
        context = super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context._pin = pin
        return context

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:  # noqa: ANN401 - as inherited
        """Do the handshake and compare the pin, before anybody can write."""
        wrapped = super().wrap_socket(*args, **kwargs)
        certificate = wrapped.getpeercert(binary_form=True) or b""
        if hmac.compare_digest(hashlib.sha256(certificate).digest(), self._pin):
            return wrapped
        wrapped.close()
        raise WrongRelayError("the relay's certificate is not the one the invitation names")

    def wrap_bio(self, *_: Any, **__: Any) -> ssl.SSLObject:  # noqa: ANN401 - as inherited
        """Refuse: there the handshake comes later, and the pin would not be compared."""
        raise WrongRelayError("TLS inside TLS is not used: take a SOCKS or plain HTTP proxy")


def _checked(url: str, pin: bytes, proxy: str | None) -> str:
    """Return the address that requests are posted to."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise UsageError("the relay's address cannot be read") from error
    if parsed.scheme not in {"http", "https"} or not parsed.host or parsed.userinfo:
        raise UsageError("a relay's address is https://host:port")
    if parsed.path not in {"", "/"} or parsed.query or parsed.fragment:
        raise UsageError("a relay's address ends after its port")
    if proxy is not None and not proxy.startswith(_PROXIES):
        raise UsageError(f"a proxy's address begins with one of {', '.join(_PROXIES)}")
    _check_encrypted(parsed, pin, proxy)
    return str(parsed.join("/1"))


def _check_encrypted(url: httpx.URL, pin: bytes, proxy: str | None) -> None:
    if url.scheme == "https":
        if len(pin) != _PIN_SIZE:
            raise UsageError(f"the pin of a relay has {_PIN_SIZE} bytes, not {len(pin)}")
        return
    if pin:
        raise UsageError("a pin goes with https://, and this address has none to compare")
    onion = url.host.endswith(".onion")
    if not onion and not _is_loopback(url.host):
        raise UsageError("without TLS only a relay on this machine or an onion address is used")
    if onion and proxy is None:
        raise UsageError("an onion address is reached through a proxy; name one")


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _kind(error: BaseException) -> str:
    """Return what sort of error it is: its text can hold addresses that belong in no log."""
    return type(error).__name__

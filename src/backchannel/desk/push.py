"""One socket over which a relay pushes the letters of one mailbox.

It speaks WebSocket over a connection that the carrier has made, pinned and proxied like any other.
It asks with a `Collect` and waits for the answer as long as the relay gives signs of life: the
relay pings, and silence for a minute means that the connection is dead. Whatever else comes than
an answer ends the socket.

Source: RFC 6455, The WebSocket Protocol.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Final, Protocol

import httpcore
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol as Frames
from websockets.protocol import Side

from backchannel.post.codec import MAX_ANSWER, decode_answer, encode_request
from backchannel.post.errors import MalformedError, NotPushedError, RelayDownError
from backchannel.post.messages import Answer, Collect

KEY_SIZE: Final = 16  # bytes
_SILENCE_SECONDS = 60.0  # relays ping every twenty
_ECHO_SECONDS = 15.0  # as long as connecting may take
_READ = 65_536  # bytes at a time
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Stream(Protocol):
    """The connection below: what the HTTP client gives once the relay has agreed."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has come; empty at the end."""
        ...

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        ...


def upgrade(key: bytes) -> dict[str, str]:
    """Return the headers that ask for a WebSocket; the key is random."""
    return {
        "connection": "Upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": base64.b64encode(key).decode("ascii"),
    }


def agrees(key: bytes, accepted: str) -> bool:
    """Tell whether this is the answer to that key, and not one that a cache had kept."""
    digest = hashlib.sha1(base64.b64encode(key) + _GUID, usedforsecurity=False).digest()
    return hmac.compare_digest(base64.b64encode(digest), accepted.encode("utf-8"))


class PushSocket:
    """An open socket, closed by `close`. For one thread at a time."""

    def __init__(self, stream: Stream, close: Callable[[], None]) -> None:
        self._stream = stream
        # Without a farewell, which the other end might not take.
        self.close = close
        self._frames = Frames(Side.CLIENT, max_size=MAX_ANSWER)
        self._come: list[Frame] = []

    def check(self) -> None:
        """Return once a ping was answered.

        Some proxies agree to a WebSocket and then let nothing through. In an empty mailbox that
        would look like peace.

        Raises:
            NotPushedError: no answer came.
        """
        try:
            self._frames.send_ping(b"")
            self._send()
            while self._frame(_ECHO_SECONDS).opcode is not Opcode.PONG:
                pass
        except RelayDownError as error:
            raise NotPushedError("the way to the relay lets no push through") from error

    def ask(self, request: Collect) -> Answer:
        """Return what the relay pushes: letters, or a refusal. Waits for it without end.

        Raises:
            RelayDownError: the connection is dead, or what came is no answer.
        """
        self._frames.send_binary(encode_request(request))
        self._send()
        try:
            return decode_answer(self._message())
        except MalformedError as error:
            raise RelayDownError("what answered speaks as no relay of this version does") from error

    def _message(self) -> bytes:
        """Return the next message, put together from its parts."""
        parts = bytearray()
        while True:
            frame = self._frame(_SILENCE_SECONDS)
            if frame.opcode in {Opcode.TEXT, Opcode.CLOSE}:
                raise RelayDownError("the relay has ended the push")
            if frame.opcode in {Opcode.BINARY, Opcode.CONT}:
                parts += frame.data
                if frame.fin:
                    return bytes(parts)

    def _frame(self, seconds: float) -> Frame:
        while not self._come:
            self._receive(seconds)
        return self._come.pop(0)

    def _receive(self, seconds: float) -> None:
        """Read once. Pings are answered on the way."""
        try:
            data = self._stream.read(_READ, timeout=seconds)
        except (httpcore.TimeoutException, httpcore.NetworkError) as error:
            raise RelayDownError("the relay cannot be reached (the push fell silent)") from error
        if not data:
            raise RelayDownError("the relay cannot be reached (the push was cut off)")
        self._frames.receive_data(data)
        self._come += [event for event in self._frames.events_received() if type(event) is Frame]
        if self._frames.parser_exc is not None:
            raise RelayDownError("what answered speaks as no relay of this version does")
        self._send()

    def _send(self) -> None:
        try:
            for data in self._frames.data_to_send():
                self._stream.write(data, timeout=_ECHO_SECONDS)
        except (httpcore.TimeoutException, httpcore.NetworkError) as error:
            raise RelayDownError("the relay cannot be reached (the push was cut off)") from error

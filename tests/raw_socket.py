"""A WebSocket at a relay, for whoever does not keep to the rules."""

import base64
import socket
import ssl

from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side

from backchannel.post.codec import decode_answer, encode_request
from backchannel.post.messages import Answer
from relays import Box, drawn

SECONDS = 20.0  # after which a test that hangs has failed


class RawSocket:
    """A connection at which a WebSocket was asked for, and whatever was answered."""

    def __init__(self, port: int, *headers: str, tls: bool = False) -> None:
        client = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self.socket = _encrypted(client) if tls else client
        lines = (
            "GET /1/push HTTP/1.1",
            "Host: relay",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {base64.b64encode(drawn(16)).decode()}",
            *headers,
        )
        self.socket.sendall("\r\n".join([*lines, "\r\n"]).encode())
        self.head = b""
        while not self.head.endswith(b"\r\n\r\n"):
            self.head += self.socket.recv(1)
        self.frames = Protocol(Side.CLIENT, max_size=None)
        self.come: list[Frame] = []

    def send(self, opcode: Opcode, data: bytes, *, fin: bool = True) -> None:
        self.socket.sendall(Frame(opcode, data, fin).serialize(mask=True))

    def ask(self, box: Box) -> None:
        self.send(Opcode.BINARY, encode_request(box.collect()))

    def frame(self) -> Frame:
        while not self.come:
            data = self.socket.recv(65_536)
            if not data:
                raise EOFError
            self.frames.receive_data(data)
            self.come += [e for e in self.frames.events_received() if isinstance(e, Frame)]
        return self.come.pop(0)

    def answer(self) -> Answer:
        """Return the next answer; pings are not answered on the way."""
        while True:
            frame = self.frame()
            if frame.opcode is Opcode.BINARY:
                return decode_answer(bytes(frame.data))

    def ended(self) -> bool:
        """Read until the other end closes; whatever comes before is let go."""
        try:
            while True:
                self.frame()
        except (EOFError, ConnectionResetError, ssl.SSLError):
            return True

    def close(self) -> None:
        self.socket.close()


def _encrypted(client: socket.socket) -> ssl.SSLSocket:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.check_hostname = False
    tls.verify_mode = ssl.CERT_NONE
    return tls.wrap_socket(client)

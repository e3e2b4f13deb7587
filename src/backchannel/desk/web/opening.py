"""Starting the page: a server for this machine alone, and the browser opened with a token.

Promised: the server listens on 127.0.0.1 and nowhere else. The token goes to the browser in a file
that only this person can read, for what stands on a command line every user of the machine sees.
"""

import asyncio
import contextlib
import os
import socket
import tempfile
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from backchannel.desk.errors import UsageError

Make = Callable[[int], tuple[ASGIApp, Callable[[], str]]]
CLOSING_SECONDS = 3


def serve(make: Make, *, port: int, browse: bool, say: Callable[[str], None]) -> None:
    """Serve until stopped. `make`: the application for a port. Raises: UsageError, port taken."""
    with _listening(port) as listener:
        app, address = make(listener.getsockname()[1])
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=CLOSING_SECONDS,
        )
        server = uvicorn.Server(config)
        with _ticket(address()) as ticket:
            if browse and webbrowser.open(ticket.as_uri()):
                say("The desk's page is open in the browser. Ctrl-C closes it and locks the desk.")
            else:
                say(f"Open this once, in your own browser: {address()}")
            # Ctrl-C is how it ends: the desk is locked by then.
            with contextlib.suppress(KeyboardInterrupt):
                asyncio.run(server.serve(sockets=[listener]))


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            raise UsageError(
                f"port {port} of this machine is taken; leave --port away, or name another"
            ) from error
        listener.listen()  # whoever comes between now and the server's start waits, and is served
        yield listener


@contextmanager
def _ticket(address: str) -> Iterator[Path]:
    """Give a file, readable by this person alone, that sends a browser to the address."""
    handle, name = tempfile.mkstemp(prefix="backchannel-", suffix=".html")
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(
                '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>backchannel'
                f'</title><meta http-equiv="refresh" content="0;url={escape(address)}"></head>'
                f'<body><a href="{escape(address)}">Open the desk</a></body></html>'
            )
        yield path
    finally:
        path.unlink(missing_ok=True)

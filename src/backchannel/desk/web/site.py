"""The addresses of the page, and what is at each."""

import time
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path

from starlette.types import ASGIApp

from backchannel.desk.courier import Ports
from backchannel.desk.web import channel_pages, entry_pages
from backchannel.desk.web.entry import Entry
from backchannel.desk.web.keeper import Keeper, Outside
from backchannel.desk.web.painting import Painting
from backchannel.desk.web.serving import application
from backchannel.desk.web.visit import Handler, Site

ROUTES: list[tuple[str, Handler, bool]] = [
    ("/", entry_pages.home, False),
    ("/unlock", entry_pages.unlock, True),
    ("/lock", entry_pages.lock, True),
    ("/join", entry_pages.join, False),
    ("/c/{channel}", channel_pages.channel, False),
    ("/c/{channel}/verify", entry_pages.verify, False),
    ("/c/{channel}/rules", entry_pages.rules, False),
    ("/c/{channel}/say", channel_pages.say, False),
    ("/c/{channel}/ask", channel_pages.ask, False),
    ("/c/{channel}/withdraw/{note}", channel_pages.withdraw, False),
    ("/c/{channel}/with/{seat}", channel_pages.seat, False),
    ("/c/{channel}/with/{seat}/verify", entry_pages.verify, False),
    ("/c/{channel}/with/{seat}/tell", channel_pages.tell, False),
    ("/c/{channel}/with/{seat}/ask", channel_pages.ask, False),
]


def outside_of(now: Callable[[], datetime], draw: Callable[[int], bytes], ports: Ports) -> Outside:
    """Return the world around a page, with this machine's clock of seconds."""
    return Outside(now=now, draw=draw, clock=time.monotonic, ports=ports)


def desk_page(
    folder: Path, outside: Outside, *, port: int, zone: tzinfo | None, person: str = ""
) -> tuple[ASGIApp, Callable[[], str]]:
    """Return the application of one desk, and what makes the address that opens it once."""
    address = f"127.0.0.1:{port}"
    site = Site(Keeper(folder, outside, person), Painting(zone), address, zone)
    entry = Entry(outside.draw, outside.clock)
    return application(
        site, entry, ROUTES
    ), lambda: f"http://{address}/enter?token={entry.launch()}"

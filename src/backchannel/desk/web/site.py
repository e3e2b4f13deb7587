"""The addresses of the page, and what is at each."""

import time
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path

from starlette.types import ASGIApp

from backchannel.desk.courier import Ports
from backchannel.desk.web import (
    accord_pages,
    channel_pages,
    convey_pages,
    entry_pages,
    proposal_pages,
    step_pages,
)
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
    ("/c/{channel}/with/{seat}/convey", convey_pages.convey, False),
    ("/c/{channel}/proposals", proposal_pages.proposals, False),
    ("/c/{channel}/proposals/put", proposal_pages.put, False),
    ("/c/{channel}/proposals/{proposal}", proposal_pages.proposal, False),
    ("/c/{channel}/proposals/{proposal}/answer", proposal_pages.answer, False),
    ("/c/{channel}/proposals/{proposal}/reply", proposal_pages.reply, False),
    ("/c/{channel}/proposals/{proposal}/outcome", proposal_pages.outcome, False),
    ("/c/{channel}/proposals/{proposal}/withdraw", proposal_pages.withdraw, False),
    ("/c/{channel}/accords", accord_pages.listed, False),
    ("/c/{channel}/accords/draft", accord_pages.draft, False),
    ("/c/{channel}/accords/{accord}", accord_pages.accord, False),
    ("/c/{channel}/accords/{accord}/put", accord_pages.put, False),
    ("/c/{channel}/accords/{accord}/release", accord_pages.release_accord, False),
    ("/c/{channel}/accords/{accord}/sign", accord_pages.sign, False),
    ("/c/{channel}/accords/{accord}/decline", accord_pages.decline, False),
    ("/c/{channel}/accords/{accord}/steps", step_pages.report, False),
    ("/c/{channel}/accords/{accord}/marks", step_pages.enter, False),
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

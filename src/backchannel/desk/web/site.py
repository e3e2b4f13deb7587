"""The addresses of the page, and what is at each."""

import time
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path

from starlette.types import ASGIApp

from backchannel.desk.courier import Ports
from backchannel.desk.web import (
    accord_pages,
    agenda_pages,
    channel_pages,
    communique_pages,
    convey_pages,
    correction_pages,
    draft_pages,
    entry_pages,
    export_pages,
    inviting_pages,
    language_pages,
    note_pages,
    offer_pages,
    proposal_pages,
    reading_pages,
    request_pages,
    round_pages,
    spoken_pages,
    step_pages,
    text_editing_pages,
    text_pages,
    text_putting_pages,
    timeline_pages,
    told_pages,
)
from backchannel.desk.web.entry import Entry
from backchannel.desk.web.keeper import Keeper, Outside
from backchannel.desk.web.painting import Painting
from backchannel.desk.web.serving import application
from backchannel.desk.web.visit import Address, Site

# In this order: an address with a fixed word stands before one that takes any word in its place.
ROUTES: list[Address] = [
    *draft_pages.ROUTES,
    *agenda_pages.ROUTES,
    *round_pages.ROUTES,
    *communique_pages.ROUTES,
    *entry_pages.ROUTES,
    *inviting_pages.ROUTES,
    *language_pages.ROUTES,
    *note_pages.ROUTES,
    *request_pages.ROUTES,
    *offer_pages.ROUTES,
    *correction_pages.ROUTES,
    *spoken_pages.ROUTES,
    *told_pages.ROUTES,
    *channel_pages.ROUTES,
    *convey_pages.ROUTES,
    *proposal_pages.ROUTES,
    *accord_pages.ROUTES,
    *step_pages.ROUTES,
    *text_editing_pages.ROUTES,
    *text_pages.ROUTES,
    *text_putting_pages.ROUTES,
    *timeline_pages.ROUTES,
    *reading_pages.ROUTES,
    *export_pages.ROUTES,
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

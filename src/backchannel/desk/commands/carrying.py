"""`sync` and `courier`: bringing letters to the relay and fetching what lies there."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import typer

from backchannel.desk import courier as couriers
from backchannel.desk import session
from backchannel.desk.commands.relays import relays
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.courier_loop import CourierLoop
from backchannel.desk.desk import Desk
from backchannel.desk.errors import DeskError
from backchannel.desk.screen.paper import Paper

app = typer.Typer()


@app.command()
def sync(ctx: typer.Context) -> None:
    """Deliver and fetch everything once."""
    paper = Paper()
    with opened(ctx) as desk, relays(ctx) as port_for:
        report = couriers.sync(desk, port_for)
        received = _received(desk, report)
    paper.line(f"Sent {report.sent}{received}; {report.waiting} not acknowledged yet.")
    if report.down:
        raise DeskError(f"{'; '.join(report.down)}; nothing is lost: what waits goes out later")


@app.command()
def courier(ctx: typer.Context) -> None:
    """Carry letters until stopped (Ctrl-C or SIGTERM); what is typed meanwhile goes out at once."""
    world, stop = setting(ctx).world, threading.Event()
    holder = f"process {os.getpid()}, {world.draw(4).hex()}"
    with opened(ctx) as desk, _until_told(stop):
        # Every listener has a way of its own, and none is closed: one may be waiting on it still.
        loop = CourierLoop(desk, world.relays, stop, Paper().aside, holder)
        Paper().aside("The courier carries letters; Ctrl-C stops it.")
        loop.run()
        received = _received(desk, loop.report)
    Paper().line(f"Stopped. Sent {loop.report.sent}{received}.")


def _received(desk: Desk, report: couriers.Report) -> str:
    # A letter counted of which nothing is shown would be an answer to a mediator's proposal.
    if any(known.role == "mediator" for known in session.channels(desk)):
        return ", and fetched what lay there"
    return f", received {report.received}"


@contextmanager
def _until_told(stop: threading.Event) -> Iterator[None]:
    """Have the signals that end a process set the event instead."""

    def tell(_: int, __: FrameType | None) -> None:
        stop.set()

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, tell) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""A relay served from the very process of a test, ended by a signal as an operator ends it."""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from backchannel.relay.directory import Address
from backchannel.relay.errors import RelayError
from backchannel.relay.serve import Settings, serve

SECONDS = 20.0

T = TypeVar("T")


def told_in_time(ask: Callable[[], T]) -> T:
    """Ask until the relay can say it."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            return ask()
        except RelayError:
            assert time.monotonic() < deadline


def while_serving(settings: Settings, act: Callable[[Address], None]) -> None:
    """Serve in this thread, which signals come to; act in another, then end the relay."""

    def act_then_stop() -> None:
        address = told_in_time(settings.directory.address)
        try:
            act(address)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    with ThreadPoolExecutor(1) as pool:
        acting = pool.submit(act_then_stop)
        serve(settings)
        acting.result(SECONDS)

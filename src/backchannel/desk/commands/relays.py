"""The ways to relays for the length of one command: one for each channel, closed at the end."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import typer

from backchannel.desk.commands.setting import setting
from backchannel.desk.tables import ChannelRow
from backchannel.post.relay_port import RelayPort


@contextmanager
def relays(ctx: typer.Context) -> Iterator[Callable[[ChannelRow], RelayPort]]:
    """Give what `session.join` and `courier.sync` ask with."""
    make = setting(ctx).world.relays
    known: dict[str, RelayPort] = {}
    with ExitStack() as closing:

        def port_for(row: ChannelRow) -> RelayPort:
            if row.channel not in known:
                known[row.channel] = make(row)
                # A relay in memory has nothing to close.
                closing.callback(getattr(known[row.channel], "close", lambda: None))
            return known[row.channel]

        yield port_for

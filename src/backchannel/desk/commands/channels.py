"""`channel`: open one as its mediator, list, suspend, resume, close; its relay and vouchers."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from backchannel.channel.told import Closing
from backchannel.desk import session
from backchannel.desk.commands.seats import remind
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.commands.writing import read_text
from backchannel.desk.screen.channel_page import list_channels
from backchannel.desk.screen.json_form import plain
from backchannel.desk.screen.paper import Paper
from backchannel.desk.screen.pins import read_pin

app = typer.Typer(name="channel", help="The mediations of this desk.", no_args_is_help=True)
Words = Annotated[str, typer.Option("--text", help="What all parties are told beside it.")]


Vouchers = Annotated[
    Path | None, typer.Option(metavar="FILE", help="One voucher a line; - is stdin.")
]
Pin = Annotated[
    str, typer.Option(metavar="HEX", help="SHA-256 of the relay's certificate; none on loopback.")
]
Proxy = Annotated[str, typer.Option(metavar="URL", help="socks5h://host:port")]


class How(Enum):
    """How a channel ends, as it is typed."""

    CONCLUDED = "concluded"
    BROKEN_DOWN = "broken-down"
    FORMAL_TALKS = "formal-talks"


@app.command("open")
def open_channel(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(help="What the channel is called.")],
    *,
    as_mediator: Annotated[str, typer.Option(metavar="NAME", help="How parties know you.")],
    relay: Annotated[
        str, typer.Option(metavar="URL", help="https://host:port; none yet: for what is spoken.")
    ] = "",
    vouchers: Vouchers = None,
    pin: Pin = "",
    rules: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The channel's rules, else the usual ones.")
    ] = None,
    proxy: Proxy = "",
) -> None:
    """Open a channel as its mediator."""
    own_rules = read_text(rules).rstrip("\n") if rules else session.DEFAULT_RULES
    lines = read_text(vouchers).split("\n") if vouchers else []
    with opened(ctx) as desk:
        key = session.open_channel(
            desk,
            title=title,
            mediator=as_mediator,
            relay=relay,
            pin=read_pin(pin),
            rules=own_rules,
            vouchers=lines,
            proxy=proxy,
        )
    following = "`backchannel invite PARTY`" if relay else "`backchannel seat add PARTY`"
    Paper().line(f"Channel {title} is open ({key[:8]}). Next: {following}.")


@app.command()
def relay(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="https://host:port")],
    *,
    vouchers: Vouchers = None,
    pin: Pin = "",
    proxy: Proxy = "",
) -> None:
    """Give a channel that was opened without one its relay; then desks can be invited."""
    lines = read_text(vouchers).split("\n") if vouchers else []
    with opened(ctx) as desk:
        session.set_relay(
            desk, setting(ctx).channel, relay=url, pin=read_pin(pin), proxy=proxy, vouchers=lines
        )
    Paper().line("The channel has a relay. Next: `backchannel invite PARTY`.")


@app.command("list")
def list_(
    ctx: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For other programs.")] = False,
) -> None:
    """List the channels of this desk."""
    with opened(ctx) as desk:
        channels = session.channels(desk)
    if as_json:
        Paper().json([plain(known) for known in channels])
    else:
        list_channels(Paper(), channels)


@app.command()
def vouchers(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="One voucher a line; - is stdin.")],
) -> None:
    """Add vouchers from the relay's operator; each invitation takes two."""
    lines = read_text(file).split("\n")
    with opened(ctx) as desk:
        count = session.add_vouchers(desk, setting(ctx).channel, lines)
    Paper().line(f"The channel has {count} vouchers now: enough for {count // 2} invitations.")


@app.command()
def suspend(ctx: typer.Context, *, text: Words = "") -> None:
    """Suspend the talks; every party is told the same."""
    with opened(ctx) as desk:
        session.suspend(desk, setting(ctx).channel, text=text)
        paper = Paper()
        paper.line("The talks are suspended.")
        remind(paper, desk, setting(ctx).channel)


@app.command()
def resume(ctx: typer.Context, *, text: Words = "") -> None:
    """Let the talks go on."""
    with opened(ctx) as desk:
        session.resume(desk, setting(ctx).channel, text=text)
        paper = Paper()
        paper.line("The talks go on.")
        remind(paper, desk, setting(ctx).channel)


@app.command()
def close(
    ctx: typer.Context,
    *,
    how: Annotated[How, typer.Option(help="How the talks end.")],
    text: Words = "",
) -> None:
    """Close the channel. Steps of accords in force are still reported in it."""
    with opened(ctx) as desk:
        session.close(desk, setting(ctx).channel, how=Closing[how.name], text=text)
        paper = Paper()
        paper.line(f"The channel is closed: {Closing[how.name].value}.")
        remind(paper, desk, setting(ctx).channel)

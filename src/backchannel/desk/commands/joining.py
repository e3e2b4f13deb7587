"""Bringing a party in, and making sure who it is: invite, join, rules, verify, freeze, revoke."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from backchannel.desk import session
from backchannel.desk.commands.relays import relays
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.commands.writing import ask, new_file, read_text
from backchannel.desk.desk import Desk
from backchannel.desk.errors import DeskError, UsageError
from backchannel.desk.screen.paper import Paper
from backchannel.seal.invitation import decode

app = typer.Typer()
rules = typer.Typer(name="rules", help="The rules of the channel.", no_args_is_help=True)

Party = Annotated[str, typer.Argument(help="The party's name.")]


@app.command()
def invite(
    ctx: typer.Context,
    party: Party,
    *,
    hours: Annotated[int, typer.Option(help="How long it can be used.")] = 168,
    code: Annotated[
        bool, typer.Option("--code", help="Ask for, or draw, a short code said by telephone.")
    ] = False,
    qr: Annotated[bool, typer.Option("--qr", help="Show it as a QR code too.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it to a new file.")
    ] = None,
) -> None:
    """Invite a party: one line, used once, handed over on a safe way."""
    channel, paper = setting(ctx).channel, Paper()
    # The file first: an invitation that cannot be written would be lost with its two vouchers.
    with opened(ctx) as desk, new_file(out) if out else nullcontext() as file:
        spoken = _spoken_code(desk) if code else ""
        line = session.invite(desk, channel, party, hours=hours, spoken_code=spoken)
        if file is not None:
            file.write(f"{line}\n".encode())
    if out is None:
        paper.whole(line)
    else:
        paper.aside(f"The invitation is in {out}, for your eyes only.")
    if qr:
        _show_qr(line)
    paper.aside(
        f"Whoever has this line can join as {party}, once, within {hours} hours: hand it over on a "
        "safe way. It works once this desk has connected (`backchannel sync`, or a courier)."
    )
    if spoken:
        paper.aside("Say this code over another way, never beside the invitation:")
        paper.aside(f"    {spoken}", style="bold")


def _spoken_code(desk: Desk) -> str:
    """Return the code that is typed; drawn if nothing is, or if nobody is there to type."""
    typed = ask("Code to be said (nothing: one is drawn):") if sys.stdin.isatty() else ""
    if typed:
        return typed
    return session.draw_code(desk)


def _show_qr(line: str) -> None:
    # Imported here: it is asked for seldom.
    import segno  # noqa: PLC0415

    segno.make(line, error="l", micro=False).terminal(out=sys.stdout, compact=True)


@app.command()
def join(
    ctx: typer.Context,
    line: Annotated[str | None, typer.Argument(help="The invitation.")] = None,
    *,
    from_: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Read it from a file; - is stdin.")
    ] = None,
    code: Annotated[str, typer.Option(help="The short code that was said to you.")] = "",
    proxy: Annotated[str, typer.Option(metavar="URL", help="socks5h://host:port")] = "",
) -> None:
    """Join a channel with an invitation."""
    if (line is None) == (from_ is None):
        raise UsageError("give the invitation on the line or name a file with --from, one of both")
    invitation = read_text(from_) if from_ else line or ""
    if not code and decode(invitation).needs_code and sys.stdin.isatty():
        code = ask("The short code that the mediator says to you:")
    with opened(ctx) as desk, relays(ctx) as port_for:
        key = session.join(desk, invitation, port_for, spoken_code=code, proxy=proxy)
    Paper().line(
        f"Joined ({key[:8]}). Next: `backchannel courier` (or `sync`) until the mediator's welcome "
        "is here, then `backchannel verify` and `backchannel rules accept`."
    )


@app.command()
def revoke(ctx: typer.Context, party: Party) -> None:
    """Void an invitation that was not used, or cut a party off."""
    with opened(ctx) as desk:
        session.revoke(desk, setting(ctx).channel, party)
    Paper().line(f"The caucus with {party} is closed. Whoever has its invitation cannot join.")


@app.command()
def freeze(ctx: typer.Context, party: Party) -> None:
    """Let nothing go to a party for now: its desk may be lost or stolen."""
    with opened(ctx) as desk:
        session.freeze(desk, setting(ctx).channel, party)
    Paper().line(f"{party} is frozen: nothing goes there until `backchannel thaw`.")


@app.command()
def thaw(ctx: typer.Context, party: Party) -> None:
    """Let a frozen party take part again."""
    with opened(ctx) as desk:
        session.thaw(desk, setting(ctx).channel, party)
    Paper().line(f"{party} takes part again.")


@app.command()
def verify(
    ctx: typer.Context,
    party: Annotated[str, typer.Argument(help="At the mediator's desk: which party.")] = "",
    *,
    heard: Annotated[
        str | None, typer.Option(help="The words, or the number, as the other end read them.")
    ] = None,
) -> None:
    """Show the safety words; with --heard, confirm that they are the same at the other end."""
    given = setting(ctx).channel
    paper = Paper()
    with opened(ctx) as desk:
        if heard is not None:
            session.verify(desk, given, party, heard=heard)
            paper.line("They fit: nobody stands between the two desks. This is recorded.")
            return
        expected = session.safety_words(desk, given, party)
        mediates = session.role(desk, given) == "mediator"
    paper.line(f"Safety words with {expected.party if mediates else 'the mediator'}:")
    paper.line(f"    {' '.join(expected.words)}", style="bold")
    paper.line(f"The same as a number: {expected.number}")
    paper.line()
    paper.line(
        "Compare them over a way on which you know the voice or the face, not over this channel: "
        "let the other end read its own to you, and give what you hear to "
        '`backchannel verify --heard "..."`. If they differ, somebody stands between.'
    )
    paper.line("Compared before: " + ("yes" if expected.verified else "NOT yet"))


@rules.command()
def show(ctx: typer.Context) -> None:
    """Show the rules of the channel."""
    given = setting(ctx).channel
    with opened(ctx) as desk:
        text = _rules_of(desk, given)
    Paper().quote(text)


@rules.command()
def accept(ctx: typer.Context) -> None:
    """Accept the rules of the channel; this names the key with which you will sign accords."""
    with opened(ctx) as desk:
        session.accept_rules(desk, setting(ctx).channel)
    Paper().line("The rules are accepted. You can speak now: `backchannel say`.")


def _rules_of(desk: Desk, channel: str) -> str:
    if session.role(desk, channel) == "mediator":
        opening = session.record(desk, channel).opened
        return opening.rules if opening else ""
    welcome = session.view(desk, channel).welcome
    if welcome is None:
        raise DeskError("the mediator's welcome has not arrived yet: run `backchannel sync`")
    return welcome.rules

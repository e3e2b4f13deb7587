"""`accord export`, `accord verify`, `accord keys`: what proves an accord outside the channel.

`verify` needs no desk and no passphrase: anybody can judge the file. Its exit code is 0 only if the
signatures hold and each key is vouched for.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from backchannel.channel.accord_file import read_accord_file, write_accord_file
from backchannel.desk import accord_verify, session
from backchannel.desk.accord_verify import Finding
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.commands.writing import read_bytes, write_new
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.accord_page import accords, show_keys, show_verdict
from backchannel.desk.screen.paper import Paper
from backchannel.seal.signatures import fingerprint


def add_to(app: typer.Typer) -> None:
    """Make these commands part of `accord`."""
    for command in (export, verify, keys):
        app.command()(command)


def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A new file.")],
    *,
    accord: Annotated[str, typer.Option(help="Which, if there are several.")] = "",
) -> None:
    """Write an accord in force with all its signatures to a file."""
    with opened(ctx) as desk:
        content = session.accord_file(desk, setting(ctx).channel, accord)
    write_new(file, write_accord_file(content))
    Paper().line(f"{file} is written. Anybody can check it: `backchannel accord verify {file}`.")


def verify(
    file: Annotated[Path, typer.Argument(help="The accord file; - is stdin.")],
    *,
    key: Annotated[
        list[str] | None,
        typer.Option(metavar="PARTY=FINGERPRINT", help="A key that you know another way."),
    ] = None,
) -> None:
    """Say whether the signatures of an accord file hold, and whose keys they are."""
    vouched = dict(_vouched(each) for each in key or ())
    verdict = accord_verify.verify(read_accord_file(read_bytes(file)), vouched)
    paper = Paper()
    show_verdict(paper, verdict)
    if verdict.finding is not Finding.VOUCHED:
        if verdict.finding is Finding.NOT_VOUCHED:
            paper.line(
                "Ask each of them for its fingerprint over a way you trust (`backchannel accord "
                "keys` shows it at its desk), and name it: --key 'PARTY=FINGERPRINT'."
            )
        raise typer.Exit(1)


def _vouched(written: str) -> tuple[str, str]:
    name, equals, print_ = written.partition("=")
    if not equals or not name.strip() or not print_.strip():
        raise UsageError(
            f"{written[:60]!r} vouches for nobody: write the name, =, and the fingerprint"
        )
    return name.strip(), print_.strip()


def keys(ctx: typer.Context) -> None:
    """Show the fingerprint of your own signing key, and those that accords here name."""
    channel, paper = setting(ctx).channel, Paper()
    with opened(ctx) as desk:
        named, known = _named(desk, channel), accords(desk, channel)
    none = "none yet: the rules have not been accepted"
    rows = ((whose, name, fingerprint(key) if key else none) for whose, name, key in named)
    paper.table(("whose", "name", "fingerprint"), rows)
    for accord in known:
        paper.head(f"Named in {accord.accord.title}:", style="bold")
        show_keys(paper, accord.accord)


def _named(desk: Desk, channel: str) -> Sequence[tuple[str, str, bytes]]:
    """Return whose key is whose, as this desk has learned it: its own first."""
    if session.role(desk, channel) == "party":
        view = session.view(desk, channel)
        if view.welcome is None:
            return [("your own", "", view.signing_key)]
        return [
            ("your own", view.welcome.party, view.signing_key),
            ("mediator", view.welcome.mediator, view.welcome.mediator_key),
        ]
    state = session.record(desk, channel)
    own = [("your own", o.mediator, o.mediator_key) for o in (state.opened,) if o]
    seats = state.seats.items()
    return [*own, *(("party", s.name, state.caucuses[key].signing_key) for key, s in seats)]

"""`forge` and `verify-export`: caucuses as letters that open, and what that is worth.

`verify-export` needs no desk and no passphrase: anybody can look at the file. It says the same of
every file whose letters open, since there is nothing by which a true one could be told.
"""

import json
from datetime import tzinfo
from pathlib import Path
from typing import Annotated

import typer

from backchannel.desk import caucus_export, caucus_file, event_json, script
from backchannel.desk.caucus_export import Line, Transcript
from backchannel.desk.caucus_file import MAX_FILE, SAYS, CaucusFile
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.commands.writing import read_bytes, write_new
from backchannel.desk.screen.entry_words import text_of
from backchannel.desk.screen.moments import shown
from backchannel.desk.screen.paper import Paper
from backchannel.seal.signatures import fingerprint

app = typer.Typer()
_SHOWN_APART = frozenset({"at", "by", "rows"})


@app.command()
def forge(
    ctx: typer.Context,
    *,
    script_file: Annotated[
        Path, typer.Option("--script", metavar="FILE", help="Who says what; - is stdin.")
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="A new file.")],
    caucus: Annotated[
        str, typer.Option(metavar="PARTY", help="At the mediator's desk: with which party.")
    ] = "",
) -> None:
    """Make an export of a caucus in which both sides say whatever the script has them say.

    Its letters open just as those of a true export: so an export proves nothing. The script is
    lines that begin with "party:" or "mediator:", or JSON as `verify-export --json` writes it.
    """
    channel = setting(ctx).channel
    data = read_bytes(script_file, most=MAX_FILE)
    with opened(ctx) as desk:
        ends = caucus_export.identities(desk, channel, caucus=caucus)
        names = caucus_export.transcript(desk, channel, caucus=caucus)
        said = script.read_script(data, names, at=desk.minute(), draw=desk.draw)
    write_new(out, caucus_export.enact(ends, said))
    Paper().aside(
        f"{out} is written. It is not encrypted. `backchannel verify-export` says of it what it "
        "says of a true export."
    )


@app.command("verify-export")
def verify_export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A caucus export; - is stdin.")],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="As a script that `forge` takes; times in UTC.")
    ] = False,
) -> None:
    """Open each letter of a caucus export, and say what that proves: nothing about its author."""
    exported = caucus_file.read(read_bytes(file, most=MAX_FILE))
    said = caucus_export.opened(exported)
    paper = Paper()
    if as_json:
        paper.json(script.written(said))
        paper.aside(" ".join(SAYS))
    else:
        _show(paper, exported, said, zone=setting(ctx).world.zone)


def _show(paper: Paper, file: CaucusFile, said: Transcript, *, zone: tzinfo | None) -> None:
    paper.head(f"{said.title}: caucus of {said.party} with {said.mediator}", style="bold")
    rows = (
        (role, end.name, fingerprint(end.identity))
        for role, end in (("party", file.party), ("mediator", file.mediator))
    )
    paper.table(("whose", "name", "exploration identity"), rows)
    for line in said.lines:
        _show_line(paper, line, said.party if line.from_party else said.mediator, zone=zone)
    paper.line()
    for sentence in SAYS:
        paper.line(sentence, style="bold")


def _show_line(paper: Paper, line: Line, name: str, *, zone: tzinfo | None) -> None:
    event, words = line.event, text_of(line.event)
    person = getattr(event, "by", "")
    who = f"{name} ({person})" if person else name
    paper.line()
    paper.head(f"{shown(event.at, zone)}  {who}: {_kind(event)}")
    if words:
        paper.quote(words)
    paper.rows(getattr(event, "rows", ()))
    for field, value in event_json.spelled(event).items():
        # Nothing is left out: what is shown is all that the letter says.
        if value and value != words and field not in _SHOWN_APART:
            paper.quote(f"{field}: {json.dumps(value, ensure_ascii=False)}")


def _kind(event: object) -> str:
    name = type(event).__name__
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()

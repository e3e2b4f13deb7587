"""`accord`: draft, put, show, list, adhere, decline, release, withdraw, end."""

from pathlib import Path
from typing import Annotated

import typer

from backchannel.channel.accord import AccordForm
from backchannel.channel.mirrors import group
from backchannel.channel.sequence import read_sequence
from backchannel.desk import session
from backchannel.desk.commands import accord_files
from backchannel.desk.commands.draft_file import draft_of_case, read_draft
from backchannel.desk.commands.saying import QUEUED
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.commands.writing import confirm_name, read_bytes, read_text
from backchannel.desk.errors import DeskError, UsageError
from backchannel.desk.screen.accord_page import accords, find_shown, list_accords, show_accord
from backchannel.desk.screen.json_form import plain
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session.finding import SHOWN

app = typer.Typer(name="accord", help="Accords of the channel.", no_args_is_help=True)
accord_files.add_to(app)

Accord = Annotated[str, typer.Argument(help="Its title, or the beginning of its identifier.")]


@app.command()
def draft(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="The draft, as JSON; - is stdin.")] = None,
    *,
    case: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Steps of a case; instead of a draft.")
    ] = None,
    parties: Annotated[
        str, typer.Option(help="With --case: names of seats, with commas between.")
    ] = "",
    form: Annotated[AccordForm, typer.Option(help="With --case.")] = AccordForm.DECLARATION,
    text: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --case: the English text.")
    ] = None,
    redraft: Annotated[
        str, typer.Option(metavar="ACCORD", help="In the place of a draft not put yet.")
    ] = "",
) -> None:
    """Draft an accord from a file, or from the steps of a case."""
    if (file is None) == (case is None):
        raise UsageError("name a draft file, or a case with --case, one of both")
    names = tuple(name.strip() for name in parties.split(",") if name.strip())
    if file is not None:
        writing = read_draft(read_bytes(file))
    elif case is not None:
        words = read_text(text).strip("\n") if text else ""
        writing = draft_of_case(read_sequence(read_bytes(case)), names, form, words)
    with opened(ctx) as desk:
        key = session.draft(desk, setting(ctx).channel, writing, accord=redraft)
    drafted = f"Accord {key[:SHOWN]} is drafted."
    if writing.form is AccordForm.MIRROR:
        drafted = (
            f"A mirror text for each of {', '.join(writing.parties)} is drafted; putting, "
            "releasing or ending one does it for all."
        )
    Paper().line(f"{drafted} Nobody is told before `backchannel accord put`.")


@app.command()
def put(
    ctx: typer.Context,
    accord: Accord = "",
    *,
    override: Annotated[
        str, typer.Option(metavar="REASON", help="Although not verified; recorded.")
    ] = "",
) -> None:
    """Put an accord to the parties that it names."""
    channel = setting(ctx).channel
    with opened(ctx) as desk:
        session.put(desk, channel, accord, override_unverified=override)
        shown = accords(desk, channel)
    known = find_shown(shown, accord)
    together = [each.accord for each in shown if each.key in group(known.accord)]
    names = ", ".join(party.name for text in together for party in text.parties)
    if known.accord.form is AccordForm.MIRROR:
        Paper().line(f"The mirror texts are put, each to its own party alone: {names}. {QUEUED}")
        return
    Paper().line(f"Accord {known.key[:SHOWN]} is put to {names}. {QUEUED}")


@app.command()
def show(ctx: typer.Context, accord: Accord = "") -> None:
    """Show an accord: its text as it is signed, keys, answers, steps."""
    with opened(ctx) as desk:
        known = find_shown(accords(desk, setting(ctx).channel), accord)
    show_accord(Paper(), known)


@app.command("list")
def list_(
    ctx: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For other programs.")] = False,
) -> None:
    """List the accords of the channel."""
    with opened(ctx) as desk:
        known = accords(desk, setting(ctx).channel)
    if as_json:
        Paper().json([plain(accord) for accord in known])
    else:
        list_accords(Paper(), known)


@app.command()
def adhere(
    ctx: typer.Context,
    accord: Accord = "",
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for the party's name.")] = False,
) -> None:
    """Sign the adherence of your party. The mediator holds it until all have adhered."""
    channel = setting(ctx).channel
    with opened(ctx) as desk:
        if session.role(desk, channel) == "mediator":
            raise UsageError("a party adheres at its own desk; the mediator releases the accord")
        known = find_shown(accords(desk, channel), accord)
        show_accord(Paper(), known)
        welcome = session.view(desk, channel).welcome
        if welcome is None:
            raise DeskError("the mediator's welcome has not arrived yet: run `backchannel sync`")
        if not yes:
            confirm_name(welcome.party, "sign this text for it")
        session.adhere(desk, channel, known.key)
    Paper().line(f"{welcome.party} adheres. A signature cannot be taken back. {QUEUED}")


@app.command()
def decline(
    ctx: typer.Context,
    accord: Accord = "",
    *,
    text: Annotated[str, typer.Option(help="Why; for the mediator alone.")] = "",
) -> None:
    """Do not adhere. Only the mediator is told."""
    with opened(ctx) as desk:
        session.decline(desk, setting(ctx).channel, accord, text=text)
    Paper().line(f"Declined. Only the mediator is told. {QUEUED}")


@app.command()
def release(ctx: typer.Context, accord: Accord = "") -> None:
    """Release every signature to all parties: the accord is in force."""
    with opened(ctx) as desk:
        session.release(desk, setting(ctx).channel, accord)
    Paper().line(f"Released to all parties: the accord is in force. {QUEUED}")


@app.command()
def withdraw(ctx: typer.Context, accord: Accord = "") -> None:
    """Put an accord no longer. Parties are told that, and not why."""
    with opened(ctx) as desk:
        session.withdraw_accord(desk, setting(ctx).channel, accord)
    Paper().line(f"The accord is put no longer. {QUEUED}")


@app.command()
def end(
    ctx: typer.Context,
    accord: Accord = "",
    *,
    text: Annotated[str, typer.Option(help="How it ended; told to all its parties.")],
) -> None:
    """Enter that an accord in force has ended."""
    with opened(ctx) as desk:
        session.end_accord(desk, setting(ctx).channel, accord, text=text)
    Paper().line(f"The accord has ended. {QUEUED}")

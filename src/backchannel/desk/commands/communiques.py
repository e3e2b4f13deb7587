"""`communique`: public wording, agreed beforehand, with its holding line in case of a leak."""

from typing import Annotated

import typer

from backchannel.desk import session
from backchannel.desk.commands.saying import QUEUED, From, Text, When
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.commands.writing import confirm, written
from backchannel.desk.screen.communiques_page import communiques, show_communiques
from backchannel.desk.screen.json_form import plain
from backchannel.desk.screen.moments import read_moment
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session.finding import SHOWN

app = typer.Typer(name="communique", help="Public wording, agreed on.", no_args_is_help=True)

Which = Annotated[str, typer.Argument(metavar="COMMUNIQUE", help="Its identifier.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@app.command()
def put(
    ctx: typer.Context,
    text: Text = None,
    *,
    to: Annotated[list[str], typer.Option(metavar="PARTY", help="Whom; once for each.")],
    credit: Annotated[str, typer.Option(help="Whom it thanks, as it will be said.")] = "",
    holding_line: Annotated[str, typer.Option(help="What all say if something leaks.")] = "",
    not_before: When = "",
    from_: From = None,
    override: Annotated[
        str, typer.Option(metavar="REASON", help="Although not verified; recorded.")
    ] = "",
) -> None:
    """Put a communique to parties, each of which agrees to it or not, to you alone."""
    given = setting(ctx)
    wording = session.Wording(
        text=written(text, from_, "communique"),
        credit=credit,
        holding_line=holding_line,
        not_before=read_moment(not_before, given.world.zone) if not_before else None,
    )
    with opened(ctx) as desk:
        key = session.put_communique(desk, given.channel, to, wording, override_unverified=override)
    paper = Paper()
    paper.head(f"Communique {key[:SHOWN]} is put to {', '.join(to)}. {QUEUED}")
    if not holding_line:
        paper.aside("It has no holding line: nothing is agreed on for the case that it leaks.")


@app.command()
def agree(
    ctx: typer.Context,
    which: Which = "",
    *,
    text: Annotated[str, typer.Option(help="A word to the mediator.")] = "",
) -> None:
    """Agree, as a party, to wording, credit and holding line as they stand."""
    with opened(ctx) as desk:
        session.answer_communique(desk, setting(ctx).channel, which, agrees=True, text=text)
    Paper().line(f"You agree, and can think again until it is released. {QUEUED}")


@app.command()
def withhold(
    ctx: typer.Context,
    which: Which = "",
    *,
    text: Annotated[str, typer.Option(help="What stands in the way.")] = "",
) -> None:
    """Withhold, as a party, your agreement, or take it back. Only the mediator is told."""
    with opened(ctx) as desk:
        session.answer_communique(desk, setting(ctx).channel, which, agrees=False, text=text)
    Paper().line(f"You do not agree; only the mediator is told. {QUEUED}")


@app.command()
def release(ctx: typer.Context, which: Which = "", *, yes: Yes = False) -> None:
    """Tell all that it may be said in public: all agree, and its time has come."""
    if not yes:
        confirm("release the communique: it cannot be called back")
    with opened(ctx) as desk:
        session.release_communique(desk, setting(ctx).channel, which)
    Paper().line(f"The communique is released. {QUEUED}")


@app.command()
def hold(ctx: typer.Context, which: Which = "", *, yes: Yes = False) -> None:
    """Tell all that something has leaked, and that they say the holding line and nothing else."""
    if not yes:
        confirm("tell all to use the holding line")
    with opened(ctx) as desk:
        session.use_holding_line(desk, setting(ctx).channel, which)
    Paper().line(f"All are told to use the holding line. {QUEUED}")


@app.command()
def withdraw(ctx: typer.Context, which: Which = "") -> None:
    """Put a communique no longer. Why is not told."""
    with opened(ctx) as desk:
        session.withdraw_communique(desk, setting(ctx).channel, which)
    Paper().line(f"The communique is put no longer. {QUEUED}")


@app.command()
def show(
    ctx: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For other programs; UTC.")] = False,
) -> None:
    """Show the communiques, with who agrees as far as this desk may know."""
    given = setting(ctx)
    with opened(ctx) as desk:
        known = communiques(desk, given.channel)
    if as_json:
        Paper().json(plain(known))
    else:
        show_communiques(Paper(), known, zone=given.world.zone)

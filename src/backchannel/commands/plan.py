"""`backchannel plan`: an accord as a sequence of steps, from a file.

Nothing here needs a desk or a channel, and nothing leaves the machine.
"""

import typer

from backchannel.commands.plan_check import check
from backchannel.commands.plan_compare import compare
from backchannel.commands.plan_exposure import exposure
from backchannel.commands.plan_files import export, plot
from backchannel.commands.plan_order import improve, order
from backchannel.commands.plan_status import status

plan = typer.Typer(
    name="plan",
    help="Plans: who is exposed when, in what order least, and where accords break.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


plan.command()(check)
plan.command()(exposure)
plan.command()(order)
plan.command()(improve)
plan.command()(status)
plan.command()(compare)
plan.command()(plot)
plan.command()(export)

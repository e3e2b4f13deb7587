"""`backchannel watch`: public claims about a negotiation, in a ledger on this machine.

Nothing here needs a desk or a channel, and nothing leaves the machine.
"""

import typer

from backchannel.commands.watch_claims import add, correct, export, list_claims, merge
from backchannel.commands.watch_evaluate import evaluate
from backchannel.commands.watch_forecasts import forecast, forecasts, score
from backchannel.commands.watch_outlook import durations, outlook
from backchannel.commands.watch_reports import read
from backchannel.commands.watch_review import review
from backchannel.commands.watch_signals import alerts, credit, leaks, pairs, signals

watch = typer.Typer(
    name="watch",
    help="The public record: who said what, in which capacity, and where it may go.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


watch.command()(add)
watch.command("list")(list_claims)
watch.command()(correct)
watch.command()(export)
watch.command()(merge)
watch.command()(read)
watch.command()(review)
watch.command()(outlook)
watch.command()(durations)
watch.command()(evaluate)
watch.command()(forecast)
watch.command()(forecasts)
watch.command()(score)
watch.command()(signals)
watch.command()(leaks)
watch.command()(credit)
watch.command()(pairs)
watch.command()(alerts)

"""`backchannel watch`: public claims about a negotiation, in a ledger on this machine.

Nothing here needs a desk or a channel, and nothing leaves the machine.
"""

import typer

from backchannel.commands.watch_claims import add, export, list_claims, merge
from backchannel.commands.watch_outlook import outlook

watch = typer.Typer(
    name="watch",
    help="The public record: who said what, in which capacity, and where it may go.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


watch.command()(add)
watch.command("list")(list_claims)
watch.command()(export)
watch.command()(merge)
watch.command()(outlook)

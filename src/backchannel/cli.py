"""The one command, `backchannel`.

Promised: only the module of the command that is run is loaded, and none for `--help`. Whatever goes
wrong on purpose is one sentence on stderr: exit code 2 if the request was put wrongly, 1 if it was
understood and refused, 130 after Ctrl-C. A fault of the program itself is one sentence too, with
the place where it happened and nothing of what was typed; BACKCHANNEL_DEBUG=1 adds the traceback.
"""

import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from backchannel import __version__
from backchannel.bargain.errors import BargainError
from backchannel.brief.errors import BriefError
from backchannel.channel.errors import ChannelError
from backchannel.desk.errors import DeskError
from backchannel.desk.screen.untrusted import one_line
from backchannel.plan.errors import PlanError
from backchannel.post.errors import PostError, RelayDownError
from backchannel.relay.errors import RelayError
from backchannel.seal.errors import SealError
from backchannel.watch.errors import WatchError
from backchannel.wire.errors import WireError

Help = Mapping[str, str]
_DESK: Final = "backchannel.desk.commands"
# Panel of the help -> module, and the commands of it. A command that is a group of its own stands
# alone in its module, under its own name.
COMMANDS: Final[Mapping[str, tuple[tuple[str, Help], ...]]] = {
    "This machine": (
        (f"{_DESK}.desks", {"desk": "Create, list, back up, restore, re-key a desk."}),
        ("backchannel.relay.commands", {"relay": "Run a relay, and what its operator needs."}),
    ),
    "A channel": (
        (f"{_DESK}.channels", {"channel": "Open, list, suspend, resume, close a channel."}),
        (f"{_DESK}.seats", {"seat": "Add and list parties that have no desk."}),
        (
            f"{_DESK}.joining",
            {
                "invite": "Invite a party: one line, used once, handed over on a safe way.",
                "join": "Join a channel with an invitation.",
                "verify": "Show the safety words, or confirm that they were compared.",
                "rules": "Show or accept the rules of the channel.",
                "freeze": "Let nothing go to a party for now.",
                "thaw": "Let a frozen party take part again.",
                "revoke": "Void an invitation, or cut a party off.",
            },
        ),
    ),
    "What a party says": (
        (
            f"{_DESK}.saying",
            {
                "say": "Say something to the mediator, under a handling.",
                "ask": "Ask the mediator; at the mediator's desk, a party.",
                "widen": "Allow more than a note's handling did.",
                "withdraw": "Withdraw a note: no further use.",
                "erase": "Erase a note from both desks.",
                "requests": "List what waits for an answer.",
                "allow": "Allow a use that the mediator asked for.",
                "deny": "Deny a use that the mediator asked for.",
            },
        ),
        (f"{_DESK}.proposing", {"propose": "Offer something over issues of the agenda."}),
    ),
    "What the mediator does": (
        (
            f"{_DESK}.conveying",
            {
                "tell": "Say something to a party as the mediator.",
                "convey": "Convey something to a party, resting on notes of others.",
                "correct": "Correct something that was conveyed wrongly.",
                "request-use": "Ask the author of a note for a use of it.",
            },
        ),
    ),
    "What is spoken": (
        (
            f"{_DESK}.speaking",
            {
                "heard": "Record what a party said by mouth, under its handling.",
                "heard-allow": "Record that a party allowed, by mouth, a use of what it had said.",
                "taken-back": "Record that a party took back what it had said by mouth.",
                "told": "Record what a party was told by mouth, under the rules of conveying.",
            },
        ),
    ),
    "The talks": (
        (f"{_DESK}.agenda", {"agenda": "Set and show the agenda; raise a topic."}),
        (
            f"{_DESK}.proposals",
            {"proposal": "Put, answer in secret, decide a mediator's proposal."},
        ),
        (f"{_DESK}.texts", {"text": "Write, show, judge the single negotiating text."}),
        (f"{_DESK}.rounds", {"round": "Call, move, cancel, answer, record rounds."}),
        (
            f"{_DESK}.communiques",
            {"communique": "Put, agree to, release public wording; its holding line."},
        ),
        (
            f"{_DESK}.looking_ahead",
            {
                "talks": "Show how the talks stand: phases of topics and accords.",
                "calendar": "Show or export what is due, when and from whom.",
                "timing": "Show who set the agenda and who waited how long.",
            },
        ),
    ),
    "Accords": (
        (f"{_DESK}.accords", {"accord": "Draft, put, adhere to, release, verify an accord."}),
        (f"{_DESK}.steps", {"step": "Report, confirm, dispute, mark, list steps."}),
    ),
    "Reading": (
        (
            f"{_DESK}.reading",
            {
                "caucus": "Read a caucus: all that was said in it.",
                "knows": "Show who was told what.",
                "journal": "Show what the desk noted itself.",
                "status": "Show how each caucus is connected.",
                "export": "Export this desk's side of the channel.",
            },
        ),
        (
            f"{_DESK}.forging",
            {
                "forge": "Make a caucus export that says anything: it opens as a true one does.",
                "verify-export": "Open a caucus export, and say what that proves.",
            },
        ),
    ),
    "Carrying": (
        (
            f"{_DESK}.carrying",
            {
                "sync": "Deliver and fetch everything once.",
                "courier": "Carry letters until stopped.",
            },
        ),
        (f"{_DESK}.repairing", {"repair": "Make a lost session anew, or allow it once more."}),
    ),
    "Numbers": (
        (
            "backchannel.commands.bargain",
            {"bargain": "Compute on packages: what is efficient, and whether all can agree."},
        ),
        (
            "backchannel.commands.plan",
            {"plan": "Look at an accord step by step: who is exposed when, and what may break."},
        ),
    ),
    "The public record": (
        (
            "backchannel.commands.watch",
            {"watch": "Keep a ledger of public claims about a negotiation; its outlook."},
        ),
        (
            "backchannel.commands.briefs",
            {"brief": "Answer five questions about a case, with sources."},
        ),
    ),
}
_MODULES: Final = {
    name: module for panel in COMMANDS.values() for module, names in panel for name in names
}
_BEFORE: Final = ("--home", "--desk", "-d", "--channel", "-c", "--passphrase-file", "--as")


class Backchannel(TyperGroup):
    """The root group: knows its commands by name and loads the one that is run."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - handed through to typer
        super().__init__(**settings)
        for panel, modules in COMMANDS.items():
            for _, names in modules:
                for name, words in names.items():
                    known = TyperCommand(name, help=words, rich_help_panel=panel)
                    self.add_command(known, name)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401 - typer's types are private
        """Return the command itself in the place of its line in the help."""
        name, known, rest = super().resolve_command(ctx, args)
        return name, load(name) if name in _MODULES else known, rest

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> Any:  # noqa: ANN401 - as inherited
        """Run a command, and end the process with its exit code."""
        extra["standalone_mode"] = False
        sys.exit(told(lambda: super(Backchannel, self).main(args, **extra)))


def load(name: str) -> Any:  # noqa: ANN401 - as above
    """Return the command, with its module loaded."""
    module = import_module(_MODULES[name])
    alone = getattr(module, name, None)
    if isinstance(alone, typer.Typer):
        return get_command(alone)
    group = get_group(module.app)
    return group if group.name == name else group.commands[name]


def told(run: Callable[[], Any]) -> int:
    """Run, and return the exit code; what went wrong is said in one sentence."""
    try:
        code = run()
        sys.stdout.flush()
    except typer.TyperException as error:
        return _say(_usage(error), getattr(error, "exit_code", 2))
    except typer.Abort:
        return _say("stopped: nothing was typed", 1)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read has heard enough; the interpreter must not try to flush once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except RelayDownError as error:
        return _say(f"{error}; nothing is lost: try again when the relay answers", 1)
    except DeskError as error:
        return _say(str(error), error.exit_code)
    except (
        *(ChannelError, SealError, WireError, PostError, RelayError),
        *(BargainError, BriefError, PlanError, WatchError),
    ) as error:
        return _say(str(error), 1)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _say(f"{where}{error.strerror or type(error).__name__}", 1)
    except Exception as error:  # noqa: BLE001 - the last place where a fault can be told
        return _fault(error)
    return code if isinstance(code, int) else 0


def _say(sentence: str, code: int) -> int:
    if sentence:
        sys.stderr.write(f"backchannel: {one_line(sentence)}\n")
    return code


def _usage(error: typer.TyperException) -> str:
    sentence = error.format_message()
    option = str(getattr(error, "option_name", ""))
    if option in _BEFORE:
        sentence += f" It stands before the command: backchannel {option} ... COMMAND"
    return sentence


def _fault(error: Exception) -> int:
    if os.environ.get("BACKCHANNEL_DEBUG") == "1":
        traceback.print_exception(error, file=sys.stderr)
    # Not the error's own words: they may hold what was said, or a key.
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"
    return _say(
        f"a fault of the program ({place}, version {__version__}): please report this line to the "
        "project, with the command but without what you said; BACKCHANNEL_DEBUG=1 shows more",
        1,
    )


app = typer.Typer(
    name="backchannel",
    cls=Backchannel,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Mediated, indirect negotiation over sealed letters.",
)


def _version(value: bool) -> None:  # noqa: FBT001 - typer passes it so
    if value:
        typer.echo(f"backchannel {__version__}")
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    *,
    home: Annotated[
        Path | None, typer.Option(envvar="BACKCHANNEL_HOME", help="The folder that holds desks.")
    ] = None,
    desk: Annotated[
        str, typer.Option("--desk", "-d", envvar="BACKCHANNEL_DESK", help="Which desk.")
    ] = "",
    channel: Annotated[
        str, typer.Option("--channel", "-c", envvar="BACKCHANNEL_CHANNEL", help="Which channel.")
    ] = "",
    passphrase_file: Annotated[
        Path | None,
        typer.Option(
            envvar="BACKCHANNEL_PASSPHRASE_FILE", help="Else the passphrase is asked for."
        ),
    ] = None,
    person: Annotated[
        str, typer.Option("--as", envvar="BACKCHANNEL_PERSON", help="Who of the team writes.")
    ] = "",
    version: Annotated[  # noqa: ARG001 - done by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Mediated, indirect negotiation over sealed letters."""
    # Imported here: `--help` and `--version` need none of it.
    from backchannel.desk.commands.setting import Setting, World  # noqa: PLC0415

    ctx.obj = Setting(
        home=home,
        desk=desk,
        passphrase_file=passphrase_file,
        person=person,
        channel=channel,
        world=ctx.obj if isinstance(ctx.obj, World) else World(),
    )


def main() -> None:
    """Run `backchannel`."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows no Persian must not end a command in the middle of its work.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    get_command(app)()

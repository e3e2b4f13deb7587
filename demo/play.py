"""Play a real mediation on this machine: `python demo/play.py CASE [--keep]`.

A relay, a desk for each side and one for the mediators, a courier for each desk: all are processes
of their own, on loopback, and all that happens goes through the command `backchannel`. Nothing is
left behind, however it ends, unless `--keep` asks for it.

Exit code: 0 when everything checked held; 1 when something did not; 2 for a case that cannot be
played; 128 and the number of the signal that ended it.
"""

import argparse
import atexit
import io
import sys
import tempfile
from collections.abc import Sequence as Words
from pathlib import Path

# Started as a script, Python looks for modules beside this file only.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from demo.cases import CaseError, find_case, known_cases
from demo.keep import FOLDER, forget, new_folder, tell_how_to_look, write_stop
from demo.processes import DemoFailedError, Interruptions, Processes, StoppedError
from demo.scenes import play
from demo.screen import Screen
from demo.stage import Stage, set_stage
from demo.terminals import environment

from backchannel.channel.sequence import Sequence

DEFAULT = "us_iran_swap_2023"
PREFIX = "backchannel-demo-"


def main(words: Words[str]) -> int:
    """Play, and return the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Line by line also into a pipe; and a terminal that knows few letters ends nothing.
        sys.stdout.reconfigure(line_buffering=True, errors="replace")
    parser = argparse.ArgumentParser(prog="demo/play.py", description="Play a real mediation.")
    parser.add_argument(
        "case",
        nargs="?",
        default=DEFAULT,
        help=f"a name ({', '.join(known_cases())}) or the path of a case file",
    )
    parser.add_argument("--keep", action="store_true", help="keep the desks, and say how to look")
    given = parser.parse_args(words)
    try:
        case = find_case(given.case or DEFAULT)
        refuse_kept(case, keep=given.keep)
    except CaseError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return perform(case, keep=given.keep)


def refuse_kept(case: Sequence, *, keep: bool) -> None:
    """Raises: CaseError, when desks would be kept where others are kept already."""
    kept = FOLDER / case.name
    if keep and kept.exists():
        raise CaseError(
            f"desks of an earlier demo of {case.name} are kept in {kept}: end them first with "
            f"{kept / 'stop'}"
        )


def perform(case: Sequence, *, keep: bool) -> int:
    """Play the case in a new folder, and leave nothing behind unless asked to keep it."""
    interruptions = Interruptions()
    processes = Processes(interruptions, environment())
    atexit.register(processes.end)
    interruptions.watch()
    screen = Screen()
    folder = None
    try:
        with interruptions.held():
            folder = new_folder(case.name) if keep else Path(tempfile.mkdtemp(prefix=PREFIX))
        stage = set_stage(case, folder, processes, screen)
        play(stage)
        if keep:
            with interruptions.held():  # left and forgotten together, or neither
                leave(stage)
                folder = None
    except DemoFailedError as error:
        sys.stderr.write(f"The demo stopped: {error}\n")
        return 1
    except StoppedError as stopped:
        sys.stderr.write(f"The demo was ended by {stopped}, and so are its processes.\n")
        return stopped.exit_code
    finally:
        processes.end()
        if folder is not None:
            forget(folder)
    return 1 if screen.failed else 0


def leave(stage: Stage) -> None:
    """Let the desks go on, and say how to look into them and how to end them."""
    write_stop(stage.folder, stage.processes.numbers)
    tell_how_to_look(stage.screen, stage.mediator, list(stage.parties.values()))
    stage.processes.leave()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

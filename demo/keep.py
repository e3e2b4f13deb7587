"""What stays when the demo is asked to keep its desks: a folder, and a script that ends it all."""

import shlex
import shutil
from collections.abc import Iterable
from pathlib import Path

from demo.screen import Screen
from demo.terminals import Terminal

FOLDER = Path(__file__).resolve().parent.parent / ".demo"

# A number is told to end only while its command line names this folder: after a restart of the
# machine it may be somebody else's. Where there is no /proc the number has to do.
STOP = """#!/bin/sh
# Ends the relay and the couriers of this demo, and removes its folder with all desks.
here={here}
ours() {{
  if [ -d /proc/self ]; then
    tr '\\0' ' ' 2>/dev/null < "/proc/$1/cmdline" | grep -qF -- "$here"
  else
    kill -0 "$1" 2>/dev/null
  fi
}}
for pid in {pids}; do ours "$pid" && kill -TERM "-$pid" 2>/dev/null; done
tries=0
for pid in {pids}; do
  while ours "$pid" && [ "$tries" -lt 100 ]; do tries=$((tries + 1)); sleep 0.1; done
  ours "$pid" && kill -KILL "-$pid" 2>/dev/null
done
for pid in {pids}; do
  if ours "$pid"; then echo "Process $pid does not end; nothing is removed." >&2; exit 1; fi
done
rm -rf -- "$here"
echo "The desks, the couriers and the relay of this demo are gone, and their folder with them."
"""


def write_stop(folder: Path, numbers: Iterable[int]) -> Path:
    """Write the script that ends what was kept, and return its path."""
    script = folder / "stop"
    pids = " ".join(map(str, numbers))
    script.write_text(STOP.format(here=shlex.quote(str(folder)), pids=pids), encoding="utf-8")
    script.chmod(0o700)
    return script


def new_folder(case: str) -> Path:
    """Return a new folder for desks that are kept. Raises: FileExistsError."""
    folder = FOLDER / case
    folder.mkdir(parents=True, mode=0o700)
    return folder


def forget(folder: Path) -> None:
    """Remove the folder with all that is in it."""
    shutil.rmtree(folder, ignore_errors=True)


def tell_how_to_look(screen: Screen, mediator: Terminal, parties: list[Terminal]) -> None:
    """Say how to look into the desks that were kept, and how to end them."""
    stop = mediator.home.parent / "stop"
    backchannel = FOLDER.parent / ".venv" / "bin" / "backchannel"
    screen.begin("Kept: look for yourself")
    screen.say(
        "The relay and the couriers go on running. In a shell, take these three lines first. "
        "The second names the file with the passphrase of all desks of this demo."
    )
    screen.raw(f"  export BACKCHANNEL_HOME={shlex.quote(str(mediator.home))}")
    screen.raw(f"  export BACKCHANNEL_PASSPHRASE_FILE={shlex.quote(str(mediator.passphrase))}")
    screen.raw(f"  alias backchannel={shlex.quote(str(backchannel))}")
    screen.say("Then look from any seat:")
    looks = [(f"-d {t.desk} caucus", f"what {t.seat} sees") for t in parties]
    desk, first = mediator.desk, parties[0]
    looks += [
        (f"-d {desk} caucus {shlex.quote(first.seat)}", "the same caucus, from the other end"),
        (f"-d {desk} knows", "who knows what"),
        (f"-d {first.desk} step list", "what became of the steps"),
        (f"-d {first.desk} say 'Good morning' --may non-paper", "say something more"),
    ]
    for words, why in looks:
        screen.raw(f"  backchannel {words}  # {why}")
    screen.say("To end everything and remove the desks:")
    screen.raw(f"  {shlex.quote(str(stop))}")

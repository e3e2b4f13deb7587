"""`make watch-demo`: the public record of a mediation, from claims to the brief, by real commands.

Everything it writes is in `.demo/watch`, which is emptied first; nothing is fetched.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
FOLDER: Final = ROOT / ".demo" / "watch"
RECORD: Final = ROOT / "cases" / "watch" / "us_iran_2026.jsonl"
FIRST, SECOND = "2026-05-31", "2026-07-02"
ROLES: Final = ("--broker", "Qatar", "--broker", "Pakistan", "--party", "US", "--party", "Iran")


def commands(folder: Path) -> list[tuple[str, list[str]]]:
    """Return what is run, with a sentence before each."""
    before, after = folder / "brief-1.json", folder / "brief-2.json"
    page = folder / "brief.html"
    of_crews = ("--affected", "detainees", "--affected", "ships")
    return [
        ("Claims are read into a ledger; each keeps its page.", ["watch", "add", str(RECORD)]),
        ("What was leaked, and where.", ["watch", "list", "--type", "leak"]),
        ("Where it may go, beside the base rate.", ["watch", "outlook", "--on", SECOND]),
        (
            f"A first brief, as of {FIRST}.",
            ["brief", "--on", FIRST, *ROLES, "--to", str(before)],
        ),
        (
            f"The brief of {SECOND}: what is new since then.",
            [
                *("brief", "--on", SECOND, "--previous", str(before), *ROLES, *of_crews),
                *("--to", str(page), "--to", str(folder / "brief.md"), "--to", str(after)),
            ],
        ),
    ]


def main() -> int:
    """Run the commands; return 1 at the first that fails."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for sentence, words in commands(FOLDER):
        shown = " ".join(each.replace(f"{ROOT}/", "") for each in words)
        print(f"\n== {sentence}\n$ backchannel {shown}", flush=True)
        start = [sys.executable, "-m", "backchannel", "--home", str(FOLDER / "desks"), *words]
        ran = subprocess.run(start, check=False)
        if ran.returncode:
            print("This command failed; the demo ends here.", file=sys.stderr)
            return 1
    print(f"\nThe brief: {FOLDER / 'brief.html'} - open it in a browser; it loads nothing.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Hold the tests to their floors of branch coverage: 100 % of the pure packages, 90 % of all.

Run it where a test run has left `.coverage`. It prints a line for each package and, for a pure one
below its floor, the files with the lines and branches that no test took.
"""

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

FLOOR = 90.0  # percent of statements and branches
PURE = dict.fromkeys(("channel", "wire", "post", "bargain", "plan", "drawing"), 100.0)
ROOT = Path(__file__).parent.parent

Report = dict[str, dict[str, Any]]  # by file, as `coverage json` writes it


def measured() -> Report:
    """Return the report of the last test run, by file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        command = [sys.executable, "-m", "coverage", "json", "--quiet", "-o", str(path)]
        subprocess.run(command, cwd=ROOT, check=True)
        files: Report = json.loads(path.read_text(encoding="utf-8"))["files"]
        return files


def package_of(path: str) -> str:
    """Return the package of a file: `channel` for `src/backchannel/channel/steps.py`."""
    parts = Path(path).parts
    inside = parts[parts.index("backchannel") + 1 :]
    return inside[0] if len(inside) > 1 else "(root)"


def percent(files: Report) -> float:
    """Return the percentage of statements and branches that the tests took."""
    summaries = [file["summary"] for file in files.values()]
    whole = sum(s["num_statements"] + s["num_branches"] for s in summaries)
    taken = sum(s["covered_lines"] + s["covered_branches"] for s in summaries)
    return 100.0 * taken / whole if whole else 100.0


def missing(files: Report) -> list[str]:
    """Return a line for each file that is not wholly covered."""
    return [
        f"    {path}: lines {file['missing_lines']}, branches {file['missing_branches']}"
        for path, file in files.items()
        if file["missing_lines"] or file["missing_branches"]
    ]


def main() -> int:
    """Print the table and return 1 if a floor is not reached, else 0."""
    packages: dict[str, Report] = defaultdict(dict)
    files = measured()
    for path, file in files.items():
        packages[package_of(path)][path] = file
    low = [name for name in PURE if percent(packages[name]) < PURE[name] or not packages[name]]
    for name in sorted(packages):
        floor = f"  (floor {PURE[name]:.0f} %)" if name in PURE else ""
        print(f"{name:10} {percent(packages[name]):6.2f} %{floor}")
        if name in low:
            print(*missing(packages[name]), sep="\n")
    print(f"{'all':10} {percent(files):6.2f} %  (floor {FLOOR:.0f} %)")
    if percent(files) < FLOOR:
        low.append("all")
    if low:
        print(f"below the floor: {', '.join(low)}")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())

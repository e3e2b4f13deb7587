"""Draw docs/transitions.md from the one table of rules: a diagram for each machine, and standings.

Run it after a change of `channel/rules.py`; a test fails while the file says anything else.
"""

import sys
from pathlib import Path
from typing import get_args

from backchannel.channel.proposals import Result
from backchannel.channel.rules import ALLOWED_WHILE, TRANSITIONS, Cause, Standing, State
from backchannel.channel.said import Saying

PAGE = Path(__file__).parent.parent / "docs" / "transitions.md"

_TITLES = {
    "Standing": "How the talks stand",
    "NoteState": "A note",
    "RequestState": "A request to use a note",
    "AccordLife": "The life of an accord",
    "Stance": "Where one party stands on an accord put to it",
    "StepState": "What the record says of a step",
    "ProposalLife": "A mediator's proposal",
    "AnswerState": "One party's answer to a mediator's proposal",
    "RoundLife": "A round",
    "TextLife": "A negotiating text",
    "CommuniqueLife": "A communique",
    "Consent": "Whether one party agrees to a communique",
}

_HEAD = """\
# What may follow what

This page is drawn by `tools/draw_rules.py` from the table in `src/backchannel/channel/rules.py`;
do not edit it. What is not drawn here may not happen. Each machine is moved by one side only: a
note, a request, a stance, an answer and a consent by the party, all else by the mediator.
"""

_STANDINGS = """\
## What fits the standing of the talks

What a party says is judged by the standing its author had seen when writing.

"""


def cause_words(cause: Cause) -> str:
    """Return what moves a machine: an event's name, a mark, an answer."""
    if isinstance(cause, bool):
        return "yes" if cause else "no"
    if isinstance(cause, Result):
        return f"outcome {cause.value}"
    return cause.__name__ if isinstance(cause, type) else f"marked {cause.value}"


def diagram(machine: type[State]) -> str:
    """Return one machine as a mermaid state diagram under its heading."""
    first, *_ = machine
    rows = [row for row in TRANSITIONS.items() if isinstance(row[0][0], machine)]
    moved = {before for (before, _), _ in rows}
    lines = [
        *(f'    state "{state.value}" as {state.name}' for state in machine),
        f"    [*] --> {first.name}",
        *(f"    {b.name} --> {a.name}: {cause_words(cause)}" for (b, cause), a in rows),
        *(f"    {state.name} --> [*]" for state in machine if state not in moved),
    ]
    drawn = "\n".join(lines)
    return f"## {_TITLES[machine.__name__]}\n\n```mermaid\nstateDiagram-v2\n{drawn}\n```\n"


def standings() -> str:
    """Return the table of what may happen at which standing."""
    cells = [("event", "from", *(standing.value for standing in Standing)), ("---",) * 5]
    for kind, allowed in ALLOWED_WHILE.items():
        side = "party" if issubclass(kind, Saying) else "mediator"
        ticks = ("yes" if standing in allowed else "no" for standing in Standing)
        cells.append((kind.__name__, side, *ticks))
    return _STANDINGS + "".join(f"| {' | '.join(row)} |\n" for row in cells)


def page() -> str:
    """Return the whole page."""
    machines: tuple[type[State], ...] = get_args(State)
    return "\n".join([_HEAD, *(diagram(machine) for machine in machines), standings()])


def main() -> int:
    """Write the page and say so."""
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

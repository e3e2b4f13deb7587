"""What reading commands give other programs: plain values, times in UTC as RFC 3339 writes them.

Keys, signatures and the envelopes of answers are left out: a reader has no use for them, and
accords are exported as files.

>>> from datetime import UTC, datetime
>>> from backchannel.channel.handling import Attribution
>>> plain((datetime(2026, 3, 1, 12, tzinfo=UTC), Attribution.NOBODY))
['2026-03-01T12:00:00+00:00', 'nobody']
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from backchannel.channel.disclosure import Shown, View
from backchannel.channel.proposals import EnvelopeKey, ProposalPut
from backchannel.desk.screen.entry_words import identifier, what
from backchannel.desk.session import HeardRow, ToldRow

_LEFT_OUT = frozenset(
    {"signing_key", "signature", "signatures", "mediator_key", "declaration", "envelope"}
)
_KEYED = (ProposalPut, EnvelopeKey)  # what opens the envelope of an answer


def plain(value: object) -> Any:  # noqa: ANN401 - what JSON can hold
    """Return the value as JSON can hold it."""
    if is_dataclass(value) and not isinstance(value, type):
        left_out = _LEFT_OUT | {"key"} if isinstance(value, _KEYED) else _LEFT_OUT
        named = ((f.name, getattr(value, f.name)) for f in fields(value))
        return {name: plain(item) for name, item in named if name not in left_out}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, AbstractSet):
        return sorted(plain(item) for item in value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, date):  # and a time, which is one
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return value.hex() if isinstance(value, bytes) else value


def view(shown: View) -> dict[str, Any]:
    """Return a caucus: its entries in order, and the accords put in it."""
    return {
        "welcome": plain(shown.welcome),
        "rules_accepted": shown.rules_accepted,
        "standing": shown.standing.value,
        "entries": [_entry(entry, shown) for entry in shown.entries],
        "accords": {
            key: {
                "title": known.accord.title,
                "life": known.life.value,
                "stance": known.stance.value,
                "steps": {step: found.state.value for step, found in known.steps.items()},
            }
            for key, known in shown.accords.items()
        },
    }


def spoken(rows: Sequence[HeardRow | ToldRow]) -> list[dict[str, Any]]:
    """Return what was spoken with a party, each marked as what it is: never written by it."""
    return [
        {
            "kind": "Heard" if isinstance(row, HeardRow) else "ToldByMouth",
            "what": f"{'heard' if isinstance(row, HeardRow) else 'told'} {row.how.value}, "
            "recorded by the mediator",
            **plain(row),
        }
        for row in rows
    ]


def _entry(entry: Shown, shown: View) -> dict[str, Any]:
    form = {
        "kind": type(entry.event).__name__,
        "id": identifier(entry.event),
        "from": "party" if entry.from_party else "mediator",
        "what": what(entry, shown),
        **plain(entry.event),
    }
    if entry.note is not None:
        form["handling"] = plain(entry.note.handling) | {"words": entry.note.handling.words}
        form["state"] = entry.note.state.value
    return form

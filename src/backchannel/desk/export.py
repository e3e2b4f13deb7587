"""A desk's side of a channel as Markdown for people and JSON for other programs.

A party exports its own caucus; the mediator its whole record, who knows what included. An export is
plain text outside the vault: whoever has the file can read it. It proves nothing about who said
what: nothing in it is signed but accords, which are exported by themselves.
"""

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from backchannel.channel.caucus import Event
from backchannel.channel.disclosure import Shown, View
from backchannel.channel.knowledge import ToldAs
from backchannel.channel.proposals import ProposalPut
from backchannel.channel.told import Welcomed
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.screen import json_form
from backchannel.desk.screen.entry_words import text_of
from backchannel.desk.session import HeardRow, ToldRow

FORMAT = "backchannel-export/1"
# Secrets of a kind, or of no use to a reader.
_LEFT_OUT = frozenset(
    {"seen", "signing_key", "signature", "signatures", "mediator_key", "declaration", "envelope"}
)


def export(desk: Desk, channel: str = "", *, fmt: str) -> str:
    """Return the export; `fmt` is "markdown" or "json"."""
    views = _views(desk, channel)
    if fmt == "json":
        return _json(desk, channel, views)
    parts = [_markdown(name, view) for name, view in views.items()]
    if session.role(desk, channel) == "mediator":
        parts += [_by_mouth(name, _spoken(desk, channel, name)) for name in views]
        parts.append(_knowledge(desk, channel))
    return "\n".join(parts)


def _views(desk: Desk, channel: str) -> dict[str, View]:
    if session.role(desk, channel) == "mediator":
        names = [seat.name for seat in session.record(desk, channel).seats.values()]
        return {name: session.view(desk, channel, seat=name) for name in names}
    view = session.view(desk, channel)
    return {view.welcome.party if view.welcome else "": view}


def _json(desk: Desk, channel: str, views: dict[str, View]) -> str:
    mediates = session.role(desk, channel) == "mediator"
    whole: dict[str, Any] = {
        "format": FORMAT,
        "role": session.role(desk, channel),
        "caucuses": {name: _plain_view(view) for name, view in views.items()},
        "journal": [_plain(row) for row in session.journal(desk, channel)],
    }
    if mediates:
        whole["spoken"] = {name: json_form.spoken(_spoken(desk, channel, name)) for name in views}
        whole["knowledge"] = [_plain(row) for row in session.knowledge(desk, channel)]
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _plain_view(view: View) -> dict[str, Any]:
    return {
        "standing": view.standing.value,
        "rules_accepted": view.rules_accepted,
        "entries": [_plain_shown(shown) for shown in view.entries],
        "accords": {
            key: {"life": known.life.value, "stance": known.stance.value, "text": known.text}
            for key, known in view.accords.items()
        },
    }


def _plain_shown(shown: Shown) -> dict[str, Any]:
    entry = {"from": "party" if shown.from_party else "mediator", **_plain(shown.event)}
    if shown.note is not None:
        entry["state"] = shown.note.state.value
        entry["handling"] = shown.note.handling.words
    return entry


def _plain(value: Any) -> Any:  # noqa: ANN401 - any field of any event
    if is_dataclass(value) and not isinstance(value, type):
        named = {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
        left_out = _LEFT_OUT | {"key"} if isinstance(value, ProposalPut) else _LEFT_OUT
        kept = {name: item for name, item in named.items() if name not in left_out}
        return {"kind": type(value).__name__, **kept}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list | frozenset | set):
        items = [_plain(item) for item in value]
        return sorted(items) if isinstance(value, frozenset | set) else items
    return value.hex() if isinstance(value, bytes) else value


def _markdown(name: str, view: View) -> str:
    welcome = view.welcome
    lines = [
        f"# {_quiet(welcome.title) if welcome else 'Channel'}: caucus with {_quiet(name) or '?'}",
        "",
        (
            f"Mediator: {_quiet(welcome.mediator) if welcome else 'unknown'}. "
            f"The channel is {view.standing.value}. Times are in UTC."
        ),
        "",
    ]
    for shown in view.entries:
        lines += _entry(shown)
    for known in view.accords.values():
        lines += [f"## Accord: {_quiet(known.accord.title)} ({known.life.value})", ""]
        lines += [f"    {line}" for line in known.text.split("\n")]
        lines += [""]
        for key, step in known.steps.items():
            when = next((m.done_on for m in reversed(step.marks) if m.done_on), None)
            day = f", done on {when.isoformat()}" if when else ""
            lines.append(f"- step {_quiet(key)}: {step.state.value}{day}")
        lines += [""]
    return "\n".join(lines)


def _entry(shown: Shown) -> list[str]:
    event = shown.event
    who = "party" if shown.from_party else "mediator"
    lines = [f"## {event.at:%Y-%m-%d %H:%M} {who}: {_heading(event)}", ""]
    if shown.note is not None:
        lines += [f"*{_quiet(shown.note.handling.words)}; {shown.note.state.value}*", ""]
    text = "" if isinstance(event, Welcomed) else text_of(event)
    if text:
        lines += [*(f"> {_quiet(line)}" for line in text.split("\n")), ""]
    rows = getattr(event, "rows", ())
    if rows:
        lines += ["| " + " | ".join(_quiet(cell) for cell in row) + " |" for row in rows]
        lines += [""]
    return lines


def _heading(event: Event) -> str:
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in type(event).__name__).strip()
    attribution = getattr(event, "attribution", None)
    author = getattr(event, "author", "")
    if attribution is not None:
        words += f" {attribution.words}"
    return words + (f" of {_quiet(author)}" if author else "")


def _spoken(desk: Desk, channel: str, name: str) -> tuple[HeardRow | ToldRow, ...]:
    return session.spoken(desk, channel, seat=name)


def _by_mouth(name: str, rows: Sequence[HeardRow | ToldRow]) -> str:
    lines = [f"# By mouth with {_quiet(name)}, recorded by the mediator", ""] if rows else []
    for row in rows:
        what = f"told, {row.attribution.words}" if isinstance(row, ToldRow) else "heard"
        who = f" ({_quiet(row.person)})" if row.person else ""
        breach = row.breach if isinstance(row, ToldRow) else ""
        lines += [f"## {row.spoken:%Y-%m-%d %H:%M} {what} {row.how.value}{who}", ""]
        lines += [f"*in breach of a handling: {_quiet(breach)}*", ""] if breach else []
        if isinstance(row, HeardRow):
            lines += [f"*{_quiet(row.handling)}; {row.state}*", ""]
        lines += [*(f"> {_quiet(line)}" for line in row.text.split("\n")), ""]
        lines += ["| " + " | ".join(_quiet(cell) for cell in cells) + " |" for cells in row.rows]
    return "\n".join(lines)


def _knowledge(desk: Desk, channel: str) -> str:
    lines = [
        "# Who knows what",
        "",
        "| note of | note | party | told |",
        "| --- | --- | --- | --- |",
    ]
    for row in session.knowledge(desk, channel):
        told = "; ".join(f"{t.at:%Y-%m-%d %H:%M} {_as_told(t)}" for t in row.told)
        cells = (row.author, row.text[:80], row.party, told or "not told")
        lines.append("| " + " | ".join(_quiet(cell) for cell in cells) + " |")
    return "\n".join([*lines, ""])


def _as_told(told: ToldAs) -> str:
    by_mouth = f", by mouth ({told.mouth.how.value})" if told.mouth else ""
    breach = ", in breach of the handling" if told.mouth and told.mouth.breach else ""
    corrected = ", corrected later" if told.corrections else ""
    return f"{told.attribution.words}{by_mouth}{breach}{corrected}"


def _quiet(text: str) -> str:
    """Return text that means nothing to Markdown: what people wrote is shown, never run."""
    escaped = "".join(f"\\{c}" if c in "\\`*_{}[]<>()#+!|~" else c for c in text)
    return escaped.replace("\n", " ")

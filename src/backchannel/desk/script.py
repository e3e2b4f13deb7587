r"""A script: who says what, in order, for `backchannel forge`.

Either plain lines, each message beginning with `party:` or `mediator:` (what follows until the next
such line belongs to it), or JSON with every kind of message and each of its fields, as
`backchannel verify-export --json` writes it: so any export, a true one too, can be written out,
changed in one word and made again. What a message leaves out (time, counts, identifiers) is filled
in as a desk would.

    {"letters": [{"from": "party", "kind": "Said", "text": "We can move on timing."}]}

>>> from datetime import UTC
>>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
>>> names = Transcript(title="Talks", mediator="Qatar", party="Iran", lines=())
>>> said = read_script(b"party: We give in.\nAll of it.", names, at=noon, draw=bytes)
>>> said.lines[0].event.text
'We give in.\nAll of it.'
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NewType, get_args

from backchannel.channel.errors import MalformedError
from backchannel.channel.events import FromParty, ToParty
from backchannel.channel.handling import FOR_THE_MEDIATOR_ONLY, Handling
from backchannel.channel.names import check_name
from backchannel.channel.strict_json import Part, read_json
from backchannel.desk import event_json
from backchannel.desk.caucus_export import Line, Transcript
from backchannel.desk.caucus_file import MAX_FILE
from backchannel.desk.desk import ID_BYTES

_SIDES: Final = {"party": True, "mediator": False}
_KINDS: Final = {
    side: {kind.__name__: kind for kind in get_args(union)}
    for side, union in ((True, FromParty), (False, ToParty))
}
_NAMES: Final = ("title", "mediator", "party")
_PLAIN: Final = {"party": "Said", "mediator": "MediatorSaid"}
_BEGINNING: Final = re.compile(r"(party|mediator):[ \t]*(.*)")
_STEP: Final = timedelta(minutes=1)


class ScriptError(MalformedError):
    """A script that cannot be played, with the place where."""


def read_script(
    data: bytes, names: Transcript, *, at: datetime, draw: Callable[[int], bytes]
) -> Transcript:
    """Return what the script says; names that it leaves out are those given, `at` its first time.

    Raises:
        ScriptError: it is none, or a message in it cannot be.
    """
    if data.lstrip()[:1] == b"{":
        whole = read_json(data, ScriptError, most=MAX_FILE)
    else:
        whole = Part({"letters": [*_plain_lines(data)]}, "", ScriptError)
    parts = whole.fields("letters", optional=_NAMES)
    playing = _Playing(at=at, draw=draw)
    lines = tuple(playing.line(item) for item in parts["letters"].items())
    if not lines:
        raise ScriptError(
            "the script has no message: begin a line with 'party:' or 'mediator:', and say it there"
        )
    called = {n: _name(parts[n]) if n in parts else getattr(names, n) for n in _NAMES}
    return Transcript(**called, lines=lines)


def written(said: Transcript) -> dict[str, Any]:
    """Return a transcript as a script in JSON."""
    letters = [
        {
            "from": "party" if line.from_party else "mediator",
            "kind": type(line.event).__name__,
            **event_json.spelled(line.event),
        }
        for line in said.lines
    ]
    return {**{name: getattr(said, name) for name in _NAMES}, "letters": letters}


@dataclass(slots=True, kw_only=True)
class _Playing:
    """Where in the script we are, and what a desk would know there."""

    at: datetime
    draw: Callable[[int], bytes]
    count: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})

    def line(self, part: Part) -> Line:
        """Return one message. Raises: ScriptError."""
        parts = part.mapping()
        for name in ("from", "kind"):
            if name not in parts:
                raise part.fault(f"the field {name!r} is missing")
        side = _one_of(_SIDES, parts["from"])
        kind = _one_of(_KINDS[side], parts["kind"])
        event = event_json.read(
            kind, part, besides=("from", "kind"), fill=lambda n, t: self._fill(side, n, t)
        )
        self.at = event.at + _STEP
        self.count[side] += 1
        return Line(from_party=side, event=event)

    def _fill(self, side: bool, name: str, annotation: Any) -> Any:  # noqa: ANN401, FBT001 - any type; which side
        """Return what a desk would write into a field that was left out, if it would."""
        if name == "at":
            return self.at
        if name == "seen":
            return self.count[not side]
        if isinstance(annotation, NewType) and annotation.__supertype__ is str:
            return self.draw(ID_BYTES).hex()
        return FOR_THE_MEDIATOR_ONLY if annotation is Handling else None


def _one_of(known: dict[str, Any], part: Part) -> Any:  # noqa: ANN401 - as the table says
    named = part.text()
    if named not in known:
        raise part.fault(f"{named[:60]!r} is none of {', '.join(known)}")
    return known[named]


def _name(part: Part) -> str:
    try:
        check_name(part.text())
    except MalformedError as error:
        raise part.fault(str(error)) from error
    return part.text()


def _plain_lines(data: bytes) -> Iterator[dict[str, str]]:
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").strip()
    except UnicodeDecodeError as error:
        raise ScriptError(f"the script is not UTF-8 text (byte {error.start + 1})") from error
    said: dict[str, str] = {}
    for number, line in enumerate(text.split("\n") if text else (), start=1):
        begins = _BEGINNING.fullmatch(line)
        if begins is None and not said:
            raise ScriptError(f"line {number}: a message begins with 'party:' or 'mediator:'")
        if begins is None:
            said["text"] += f"\n{line}"
            continue
        if said:
            yield _stripped(said)
        said = {"from": begins[1], "kind": _PLAIN[begins[1]], "text": begins[2]}
    if said:
        yield _stripped(said)


def _stripped(said: dict[str, str]) -> dict[str, str]:
    return {**said, "text": said["text"].strip()}

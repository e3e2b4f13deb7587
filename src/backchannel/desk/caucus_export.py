"""A caucus as letters that open: the true one, or any other. Both are made by the same code.

A desk keeps no old ciphertext and no old message key, so that a stolen one opens nothing old. An
export is therefore always a re-enactment: a session drawn anew between the two identities of the
caucus, in which each side writes what the transcript says. The true export takes the transcript
from the journal, a forged one from a script; nothing after that knows which it was.

Signatures on accords are made to be shown, and are exported with the accord. Here they are blank:
a true one, which no forger could make for another text, would tell a true export from a forged one.

Source: protocol.md, "Deniability, stated so that it can be tested"; docs/adr/0008.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final

from backchannel.channel.disclosure import Shown
from backchannel.channel.disclosure import view as view_of
from backchannel.channel.errors import ChannelError
from backchannel.channel.events import FromParty, ToParty
from backchannel.channel.veil import veiled
from backchannel.desk import repairs, tables
from backchannel.desk.caucus_file import (
    MAX_FILE,
    MAX_LETTERS,
    CaucusFile,
    CaucusFileError,
    End,
    SealedLetter,
    context_of,
    write,
)
from backchannel.desk.desk import Desk
from backchannel.desk.errors import DeskError
from backchannel.desk.ledger import load_either
from backchannel.desk.session.finding import find_caucus, find_channel
from backchannel.desk.tables import CaucusRow
from backchannel.desk.vault_database import Connection
from backchannel.seal import repair
from backchannel.seal.errors import SealError
from backchannel.seal.letters import Kind, Letter
from backchannel.seal.reenactment import Ends, draw, reenact
from backchannel.seal.session import seal, unseal
from backchannel.wire.codec import decode_from_party, decode_to_party, encode
from backchannel.wire.errors import WireError

_SIGNATURES: Final = frozenset({"signature", "declaration"})  # fields of events that hold one
_READ: Final[Mapping[bool, Callable[[bytes], FromParty | ToParty]]] = {
    True: decode_from_party,
    False: decode_to_party,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One letter of a transcript: who wrote it, and what."""

    from_party: bool
    event: FromParty | ToParty


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What was said in a caucus, or what somebody says was, in order; the names as shown."""

    title: str
    mediator: str
    party: str
    lines: tuple[Line, ...]


def identities(desk: Desk, channel: str = "", *, caucus: str = "") -> Ends:
    """Return the two exploration identities of a caucus.

    Raises:
        DeskError: nobody has joined it yet.
    """
    with desk.vault.read() as connection:
        row = find_caucus(connection, find_channel(connection, channel).channel, caucus)
        return _ends(connection, row)


def transcript(desk: Desk, channel: str = "", *, caucus: str = "") -> Transcript:
    """Return what was said in a caucus, as this desk has it.

    Raises:
        DeskError: nothing was yet.
    """
    with desk.vault.read() as connection:
        row = find_caucus(connection, find_channel(connection, channel).channel, caucus)
        # The mediator's desk shows an answer to nobody before the outcome, nor that one has come.
        view = view_of(veiled(load_either(desk, connection, row)[0]))
    if view.welcome is None:
        raise DeskError(
            f"nothing was said in the caucus of {row.name or 'this desk'} yet: it begins with the "
            "mediator's welcome"
        )
    return Transcript(
        title=view.welcome.title,
        mediator=view.welcome.mediator,
        party=view.welcome.party,
        lines=_lines(view.entries),
    )


def export(desk: Desk, channel: str = "", *, caucus: str = "") -> bytes:
    """Return the file of the true transcript. Raises: DeskError."""
    said = transcript(desk, channel, caucus=caucus)
    return enact(identities(desk, channel, caucus=caucus), said)


def enact(ends: Ends, said: Transcript) -> bytes:
    """Return the file in which these two sides write this to each other.

    Raises:
        DeskError: it is too long for one file.
        CaucusFileError: a line is none that this side could write, or is too long for a letter.
    """
    if len(said.lines) > MAX_LETTERS:
        raise DeskError(
            f"{len(said.lines):,} letters; one export holds at most {MAX_LETTERS:,}: `backchannel "
            "export --format json` has no such limit"
        )
    context = context_of(said.title, said.mediator, said.party, len(said.lines))
    drawn = draw(context)
    sessions = reenact(ends, drawn, context)
    file = CaucusFile(
        title=said.title,
        mediator=End(name=said.mediator, identity=ends.mediator),
        party=End(name=said.party, identity=ends.party),
        drawn=drawn,
        sessions=sessions,
        letters=_sealed({True: sessions.party, False: sessions.mediator}, said.lines),
    )
    data = write(file)
    if len(data) > MAX_FILE:
        raise DeskError(
            f"the export would have {len(data):,} bytes, of at most {MAX_FILE:,}: `backchannel "
            "export --format json` has no such limit"
        )
    return data


def opened(file: CaucusFile) -> Transcript:
    """Return what the letters say, each opened with the ordinary `unseal`.

    Raises:
        CaucusFileError: the session is not one between these identities, or a letter does not open.
    """
    ends = Ends(party=file.party.identity, mediator=file.mediator.identity)
    names = (file.title, file.mediator.name, file.party.name)
    try:
        again = reenact(ends, file.drawn, context_of(*names, len(file.letters)))
    except SealError as error:
        raise CaucusFileError(f"the file holds no session: {error}") from error
    if again != file.sessions:
        raise CaucusFileError(
            "the session in the file is not one between these two identities and for these names: "
            "the file was altered after it was made"
        )
    lines = _opened(file)
    return Transcript(title=names[0], mediator=names[1], party=names[2], lines=lines)


def _ends(connection: Connection, row: CaucusRow) -> Ends:
    kept = repairs.load(connection, row.caucus) or repairs.of_session(row)
    if kept is None:
        raise DeskError(
            f"nobody has joined the caucus of {row.name or 'this desk'} yet: there is no other "
            "side to write anything"
        )
    own, other = repair.identities(kept.lasting)
    if tables.channel(connection, row.channel).mediates:
        return Ends(party=other, mediator=own)
    return Ends(party=own, mediator=other)


def _lines(entries: tuple[Shown, ...]) -> tuple[Line, ...]:
    return tuple(Line(from_party=shown.from_party, event=shown.event) for shown in entries)


def _sealed(ends: dict[bool, bytes], lines: tuple[Line, ...]) -> tuple[SealedLetter, ...]:
    letters, written = [], {True: 0, False: 0}
    for number, line in enumerate(lines, start=1):
        side = line.from_party
        written[side] += 1
        letter = Letter(
            epoch=0,
            counter=written[side],
            ack=written[not side],
            kind=Kind.EVENT,
            body=_body(line, number),
        )
        ends[side], ciphertext = seal(ends[side], letter)
        letters.append(SealedLetter(from_party=side, letter=ciphertext))
    return tuple(letters)


def _body(line: Line, number: int) -> bytes:
    try:
        body = encode(_unsigned(line.event))
        _READ[line.from_party](body)
    except (WireError, ChannelError) as error:
        raise CaucusFileError(f"letter {number}: {error}") from error
    return body


def _opened(file: CaucusFile) -> tuple[Line, ...]:
    # Who receives: the mediator's end opens what is from the party, and the other way round.
    ends = {True: file.sessions.mediator, False: file.sessions.party}
    lines, count = [], {True: 0, False: 0}
    for number, sealed in enumerate(file.letters, start=1):
        side = sealed.from_party
        count[side] += 1
        try:
            ends[side], letter = unseal(ends[side], sealed.letter)
            event = _READ[side](letter.body)
        except (SealError, WireError, ChannelError) as error:
            raise CaucusFileError(f"letter {number} does not open: {error}") from error
        _require_place(letter, number, (count[side], count[not side]))
        if _unsigned(event) != event:
            raise CaucusFileError(f"letter {number} holds a signature, which no export does")
        lines.append(Line(from_party=side, event=event))
    return tuple(lines)


def _require_place(letter: Letter, number: int, counts: tuple[int, int]) -> None:
    if (letter.epoch, letter.kind, letter.counter, letter.ack) != (0, Kind.EVENT, *counts):
        raise CaucusFileError(f"letter {number} does not stand where it was written")


def _unsigned(value: Any) -> Any:  # noqa: ANN401 - an event of any kind, or what is in one
    """Return the event with blank bytes in the place of each signature in it."""
    if isinstance(value, tuple):
        return tuple(_unsigned(item) for item in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    given = {f.name: getattr(value, f.name) for f in fields(value)}
    return replace(
        value,
        **{
            name: bytes(len(item)) if name in _SIGNATURES else _unsigned(item)
            for name, item in given.items()
        },
    )

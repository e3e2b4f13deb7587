"""Every parser of the project, in one table: what it is fed, and what may come out of it.

`bench/fuzz.py` and `test_fuzz.py` try all of them. Whatever the bytes, a parser returns or raises
one of its own errors, in one sentence that a terminal can show; nothing else.

What is sealed is opened first, with the key, as a modified desk of the other side would have it: a
parser behind a cipher is on trial as much as one in front of it. Lengths and checksums that no
mutation would hit are made to fit, where they stand in front of what is to be tried.
"""

import asyncio
import hashlib
import io
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import parser_seeds as seeds
from backchannel.bargain.errors import BargainError
from backchannel.bargain.files import read_files
from backchannel.bargain.genius import read_genius
from backchannel.bargain.item_games import read_item_games
from backchannel.bargain.knowledge_file import read_knowledge
from backchannel.bargain.negmas_file import read_negmas
from backchannel.bargain.own_file import read_space
from backchannel.channel import brackets, pairing, quantities
from backchannel.channel.accord_file import read_accord_file
from backchannel.channel.accord_text import parse
from backchannel.channel.clauses_file import read_text
from backchannel.channel.errors import ChannelError, MalformedError
from backchannel.channel.number_lexicon import LEXICONS
from backchannel.channel.plain import AccordError
from backchannel.channel.sequence import SequenceError, read_sequence
from backchannel.channel.strict_json import read_json
from backchannel.desk import backup, caucus_export, caucus_file, incarnation, passphrase, script
from backchannel.desk.accord_verify import verify
from backchannel.desk.caucus_file import CaucusFileError
from backchannel.desk.commands import agenda_file, draft_file, marks_file, writing
from backchannel.desk.errors import DamagedVaultError, DeskError, UsageError
from backchannel.desk.push import PushSocket
from backchannel.desk.screen import moments, offer_lines, untrusted
from backchannel.desk.vault_key import cost_of
from backchannel.post import codec, vouchers
from backchannel.post.errors import MalformedError as PostMalformedError
from backchannel.post.errors import RelayDownError
from backchannel.post.messages import Collect
from backchannel.relay import push
from backchannel.seal import bundle, frame, invitation, letters, repair, session, state, wrapping
from backchannel.seal.errors import InvitationError, OldProtocolError, SealError, UnauthenticError
from backchannel.wire.codec import decode, decode_entry, decode_from_party, decode_to_party
from backchannel.wire.errors import WireError
from crossing import NOON

LANGUAGES = (*sorted(LEXICONS), "zh-Hant")
LONGEST = 1_500  # characters of an error: a sentence or two, whatever came


@dataclass(frozen=True, slots=True, kw_only=True)
class Parser:
    """One parser: `read` takes any bytes, returns anything, and raises `allowed` alone."""

    read: Callable[[bytes], object]
    allowed: type[Exception] | tuple[type[Exception], ...] = ()
    seeds: Callable[[], seeds.Seeds]


def attempt(parser: Parser, data: bytes) -> bool:
    """Feed the parser once and tell whether it took the bytes; any other error comes out.

    Raises:
        AssertionError: the error is no sentence that can be shown.
    """
    try:
        parser.read(data)
    except parser.allowed as error:
        shown = untrusted.one_line(str(error))
        assert 0 < len(shown) <= LONGEST, f"an error of {len(shown)} characters"
        assert shown.encode(), "an error is to be written as UTF-8"
        return False
    return True


def in_text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    """Return a parser of a file's text: the bytes that are no UTF-8 are refused before it."""
    return lambda data: read(data.decode(errors="replace"))


def typed(read: Callable[[str], object]) -> Callable[[bytes], object]:
    """Return a parser of what stood on a command line, which may be no UTF-8 at all."""
    return lambda data: read(data.decode(errors="surrogateescape"))


def from_file(read: Callable[[Path], object]) -> Callable[[bytes], object]:
    """Return a parser that is given the bytes as a file that only its owner may read."""

    def reading(data: bytes) -> object:
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            return read(Path(file.name))

    return reading


def of_incarnation(data: bytes) -> object:
    """Read the bytes as a desk's mark, with the number of its own file put in."""
    with tempfile.TemporaryDirectory() as folder:
        path = incarnation.path_of(Path(folder, "north"))
        path.touch()
        own = b"%020d" % path.stat().st_ino
        path.write_bytes(data.replace(b"00000000000000000001", own))
        return incarnation.read(Path(folder, "north"))


def of_sealed_letter(data: bytes) -> object:
    """Unseal the bytes as a frame under the right wrapping, from each side and before joining."""
    keys = wrapping.InvitationKeys.of(seeds.SECRET)
    fitting = data[: letters.BUCKETS[0] - 28].ljust(letters.BUCKETS[0] - 28, b"\0")
    (offered, _), (mediator, party) = seeds.offered(), seeds.joined()
    for ours, key in ((offered, keys.up), (mediator, keys.up), (party, keys.down)):
        with suppress(SealError):
            session.unseal(ours, wrapping.wrap(key, fitting, purpose=b"letter"))
    return None


def of_sealed_bundle(data: bytes) -> object:
    """Join with the bytes as the mediator's bundle."""
    key = wrapping.InvitationKeys.of(seeds.SECRET).bundle
    sealed = wrapping.wrap(key, data, purpose=b"bundle")
    return session.join(invitation_secret=seeds.SECRET, sealed_bundle=sealed)


def of_repair_offer(data: bytes) -> object:
    """Read and begin with the bytes as the offer of a repair, wrapped by the known peer."""
    mediator, party = seeds.joined()
    ours = state.load(party)
    assert isinstance(ours, state.Running)
    laid = wrapping.wrap(repair._bundle_key(ours.send_key), data, purpose=repair._PURPOSE)
    lasting = repair.lasting_of(mediator)
    return repair.begin(lasting, repair.read(lasting, laid))


def of_kept_repair(data: bytes) -> object:
    """Use the bytes as what a desk kept for a repair."""
    mediator, _ = seeds.joined()
    with suppress(SealError):
        repair.lay(repair.lasting_of(mediator), data, known=1)
    return repair.identities(data)


def of_stored_session(data: bytes) -> object:
    """Load a stored session and write it again: it is spelled in one way."""
    found = state.load(data)
    assert state.dump(found) == data
    return found


def of_vault_key(data: bytes) -> object:
    """Read what opening a vault costs, the checksum made to fit."""
    return cost_of(data[:-32] + hashlib.sha256(data[:-32]).digest())


def of_backup(data: bytes) -> object:
    return backup._key_in(io.BytesIO(data), Path("backup"), "a long walk")


class Piped:
    """A connection that brings these bytes and then ends."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        return self._data.read(min(max_bytes, 97))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Take them."""


def of_pushed(data: bytes) -> object:
    """Let a relay push the bytes to a desk."""
    socket = PushSocket(Piped(data), lambda: None)
    return socket.ask(Collect(mailbox=seeds.MAILBOX, read_secret=seeds.KEY))


class Asking:
    """A socket on which a desk has sent one message."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    async def receive(self) -> dict[str, Any]:
        return {"type": "websocket.receive", "bytes": self.data}


def of_push_request(data: bytes) -> object:
    """Let a desk send the bytes to a relay's push: an answer for it always comes out."""
    return asyncio.run(push._asked(Asking(data)))  # type: ignore[arg-type]


def of_quantities(data: bytes) -> object:
    """Look for numbers and dates, in the language that the first byte chooses."""
    language = LANGUAGES[(data or b"\0")[0] % len(LANGUAGES)]
    return quantities.quantities(data.decode(errors="replace"), language)


def of_editions(data: bytes) -> object:
    """Compare two halves of a text as editions in two languages."""
    one, other = data[: len(data) // 2], data[len(data) // 2 :]
    first = LANGUAGES[(data or b"\0")[0] % len(LANGUAGES)]
    second = next(language for language in LANGUAGES if language != first)
    return pairing.faults_of_editions(
        {first: one.decode(errors="replace"), second: other.decode(errors="replace")}
    )


def of_accord_file(data: bytes) -> object:
    """Read an accord file and judge it."""
    return verify(read_accord_file(data), {})


def of_caucus_export(data: bytes) -> object:
    """Read an export and open its letters."""
    return caucus_export.opened(caucus_file.read(data))


def of_altered_export(data: bytes) -> object:
    """Open an export whose letters, sessions or names are exchanged for the bytes."""
    file = caucus_file.read(seeds.caucus_exports()[0])
    which, data = (data or b"\0")[0], data[1:]
    match which % 4:
        case 0:
            one = replace(file.letters[0], letter=data)
            file = replace(file, letters=(one, *file.letters[1:]))
        case 1:
            file = replace(file, drawn=replace(file.drawn, kem_ciphertext=data))
        case 2:
            file = replace(file, drawn=replace(file.drawn, seed=data))
        case _:
            file = replace(file, party=replace(file.party, identity=data))
    return caucus_export.opened(file)


def of_script(data: bytes) -> object:
    return script.read_script(data, seeds.NAMES, at=NOON, draw=bytes)


def of_scenario(read: Callable[[dict[str, bytes]], object]) -> Callable[[bytes], object]:
    """Return a parser of several files, which stand one after the other with a line between."""

    def reading(data: bytes) -> object:
        files = data.split(seeds.NEXT_FILE)
        return read({f"file{place}.yml": each for place, each in enumerate(files)})

    return reading


def of_genius(files: dict[str, bytes]) -> object:
    (_, domain), *profiles = files.items()
    return read_genius(domain, dict(profiles), "domain.xml")


def of_any(files: dict[str, bytes]) -> object:
    """Read files whose names say nothing, or that they are a scored game's."""
    found = None
    for names in (list(files), ["config.txt", *list(files)[1:]]):
        with suppress(BargainError):
            found = read_files(dict(zip(names, files.values(), strict=True)))
    return found


WIRE, SEAL, POST = WireError, SealError, PostMalformedError

PARSERS: dict[str, Parser] = {
    # what the other side's desk sends, sealed
    "event": Parser(read=decode, allowed=WIRE, seeds=seeds.events),
    "event of a party": Parser(read=decode_from_party, allowed=WIRE, seeds=seeds.events),
    "event to a party": Parser(read=decode_to_party, allowed=WIRE, seeds=seeds.events),
    "entry": Parser(read=decode_entry, allowed=WIRE, seeds=seeds.record_entries),
    "letter": Parser(
        read=letters.unpack,
        allowed=(UnauthenticError, OldProtocolError),
        seeds=seeds.packed_letters,
    ),
    "frame": Parser(
        read=frame.decode, allowed=(UnauthenticError, OldProtocolError), seeds=seeds.frames
    ),
    "sealed letter": Parser(read=of_sealed_letter, seeds=seeds.frames),
    "bundle": Parser(
        read=bundle.decode, allowed=(UnauthenticError, OldProtocolError), seeds=seeds.bundles
    ),
    "sealed bundle": Parser(
        read=of_sealed_bundle, allowed=(UnauthenticError, OldProtocolError), seeds=seeds.bundles
    ),
    "repair offer": Parser(
        read=of_repair_offer,
        allowed=(UnauthenticError, OldProtocolError),
        seeds=seeds.repair_offers,
    ),
    # what the relay sends and is sent
    "request": Parser(read=codec.decode_request, allowed=POST, seeds=seeds.requests),
    "answer": Parser(read=codec.decode_answer, allowed=POST, seeds=seeds.answers),
    "pushed": Parser(read=of_pushed, allowed=RelayDownError, seeds=seeds.pushed),
    "push request": Parser(read=of_push_request, seeds=seeds.pushed_requests),
    # what a desk kept
    "session": Parser(read=of_stored_session, allowed=SEAL, seeds=seeds.sessions),
    "kept for repair": Parser(read=of_kept_repair, allowed=SEAL, seeds=seeds.kept_for_repair),
    "vault key": Parser(read=of_vault_key, allowed=DamagedVaultError, seeds=seeds.vault_keys),
    "backup": Parser(read=of_backup, allowed=DeskError, seeds=seeds.backups),
    "incarnation": Parser(read=of_incarnation, seeds=seeds.incarnations),
    # what people hand on and type
    "invitation": Parser(
        read=typed(invitation.decode), allowed=InvitationError, seeds=seeds.invitations
    ),
    "voucher": Parser(read=typed(vouchers.read), allowed=POST, seeds=seeds.voucher_lines),
    "time": Parser(
        read=typed(lambda text: moments.read_moment(text, None)),
        allowed=UsageError,
        seeds=seeds.typed_times,
    ),
    "day": Parser(read=typed(moments.read_day), allowed=UsageError, seeds=seeds.typed_times),
    "offer": Parser(
        read=typed(offer_lines.read_offer),
        allowed=(UsageError, MalformedError),
        seeds=seeds.typed_offers,
    ),
    "phase": Parser(read=typed(agenda_file.read_phase), allowed=UsageError, seeds=seeds.phases),
    "passphrase": Parser(
        read=from_file(passphrase.from_file), allowed=UsageError, seeds=seeds.passphrases
    ),
    # files
    "accord": Parser(read=in_text(parse), allowed=AccordError, seeds=seeds.accord_texts),
    "accord file": Parser(read=of_accord_file, allowed=AccordError, seeds=seeds.accord_files),
    "sequence": Parser(read=read_sequence, allowed=SequenceError, seeds=seeds.sequences),
    "draft": Parser(read=draft_file.read_draft, allowed=AccordError, seeds=seeds.drafts),
    "agenda": Parser(
        read=in_text(agenda_file.read_agenda),
        allowed=(UsageError, MalformedError),
        seeds=seeds.agendas,
    ),
    "marks": Parser(
        read=in_text(marks_file.read_marks),
        allowed=(UsageError, ChannelError),
        seeds=seeds.marks,
    ),
    "offers": Parser(
        read=in_text(lambda text: offer_lines.read_offers_file(text, "offers.json")),
        allowed=(UsageError, MalformedError),
        seeds=seeds.offers,
    ),
    "rows": Parser(read=from_file(writing.read_rows), allowed=UsageError, seeds=seeds.rows),
    "text file": Parser(read=from_file(writing.read_text), allowed=UsageError, seeds=seeds.rows),
    "script": Parser(read=of_script, allowed=script.ScriptError, seeds=seeds.scripts),
    "caucus export": Parser(
        read=of_caucus_export, allowed=CaucusFileError, seeds=seeds.caucus_exports
    ),
    "altered export": Parser(
        read=of_altered_export, allowed=CaucusFileError, seeds=seeds.packed_letters
    ),
    "JSON": Parser(
        read=lambda data: read_json(data, MalformedError),
        allowed=MalformedError,
        seeds=seeds.drafts,
    ),
    # the negotiating text
    "negotiating text": Parser(
        read=in_text(read_text), allowed=MalformedError, seeds=seeds.negotiating_texts
    ),
    "brackets": Parser(
        read=in_text(brackets.parse_brackets), allowed=MalformedError, seeds=seeds.wordings
    ),
    "tidied": Parser(read=in_text(brackets.tidied), allowed=MalformedError, seeds=seeds.wordings),
    "quantities": Parser(read=of_quantities, seeds=seeds.wordings),
    "editions": Parser(read=of_editions, seeds=seeds.wordings),
    # packages and preferences
    "space": Parser(
        read=lambda data: read_space(data, "talks.json"), allowed=BargainError, seeds=seeds.spaces
    ),
    "knowledge": Parser(
        read=lambda data: read_knowledge(data, "talks.json"),
        allowed=BargainError,
        seeds=seeds.knowledge,
    ),
    "GENIUS": Parser(read=of_scenario(of_genius), allowed=BargainError, seeds=seeds.genius),
    "NegMAS": Parser(
        read=of_scenario(lambda files: read_negmas(files, "folder")),
        allowed=BargainError,
        seeds=seeds.negmas,
    ),
    "item games": Parser(
        read=lambda data: read_item_games(data, "games.txt"),
        allowed=BargainError,
        seeds=lambda: [b"1,2 4,3 2,4\n3,0 1,1 2,2\n"],
    ),
    "files of a space": Parser(read=of_scenario(of_any), seeds=seeds.scenarios),
}

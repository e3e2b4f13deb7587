"""What each parser reads when all is well: real samples, from which fuzzing starts.

Made by the code that writes them, so that they do not age; only the parsers are on trial.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from secrets import token_bytes
from typing import Any

from xeddsa import seed_to_ed25519_pub

from accords import an_accord
from backchannel.channel.accord_file import AccordFile, Adherence, write_accord_file
from backchannel.channel.accord_text import render
from backchannel.channel.agenda import Phase
from backchannel.desk import caucus_export, script
from backchannel.desk.caucus_export import Line, Transcript
from backchannel.desk.incarnation import _FORM as INCARNATION
from backchannel.desk.vault_key import Cost, VaultKey, wrap
from backchannel.post import codec, vouchers
from backchannel.post import messages as m
from backchannel.seal import bundle, frame, invitation, letters, repair, session, state, wrapping
from backchannel.seal.errors import UnauthenticError
from backchannel.seal.handshake import bundle_of, new_offer
from backchannel.seal.letters import Kind, Letter
from backchannel.seal.reenactment import Ends
from backchannel.wire.codec import encode
from negotiating import ILLUSTRATIVE
from samples import entries, said_now, told_now

CASES = Path(__file__).parent.parent / "cases"
SCENARIOS = Path(__file__).parent / "scenarios"
NEXT_FILE = b"\n=====\n"  # between the files of one scenario
SECRET = bytes(range(32))
MAILBOX, LETTER_ID, KEY = bytes(16), bytes(range(16)), bytes(range(32))
CHEAP = Cost(memory_kib=8, passes=1, lanes=1)
NAMES = Transcript(title="Talks", mediator="Qatar", party="Iran", lines=())

Seeds = Sequence[bytes]


def events() -> Seeds:
    return [encode(event) for event in (*said_now(1).values(), *told_now(1).values())]


def record_entries() -> Seeds:
    return [encode(entry) for entry in entries().values()]


def requests() -> Seeds:
    box: dict[str, Any] = {"mailbox": MAILBOX, "read_secret": KEY}
    sending: dict[str, Any] = {"mailbox": MAILBOX, "send_secret": KEY}
    made: tuple[m.Request, ...] = (
        m.Open(voucher=bytes(m.VOUCHER_SIZE), mailbox=MAILBOX, read_hash=KEY, send_hash=KEY),
        m.Put(**sending, letter_id=LETTER_ID, letter=b"sealed"),
        m.Collect(**box),
        m.Forget(**box, letter_ids=(LETTER_ID,)),
        m.Rotate(mailbox=MAILBOX, side=m.Side.READ, old_secret=KEY, new_hash=KEY),
        m.Close(**box),
        m.PutBundle(**sending, bundle=b"bundle"),
        m.GetBundle(**box),
    )
    return [codec.encode_request(request) for request in made]


def answers() -> Seeds:
    made: tuple[m.Answer, ...] = (
        m.Opened(),
        m.Stored(expires=date(2026, 3, 1)),
        m.Collected(letters=((LETTER_ID, b"sealed"),), stale_attempts=1),
        m.Rotated(),
        m.BundleIs(bundle=None),
        m.BundleIs(bundle=b"bundle"),
        m.refuse(m.Reason.QUOTA),
    )
    return [codec.encode_answer(answer) for answer in made]


def pushed() -> Seeds:
    """Return answers in WebSocket frames, whole and in parts, with pings and a farewell between."""
    heads = ((0x82, answer) for answer in answers())
    framed = [bytes([head, len(answer)]) + answer for head, answer in heads]
    first, rest = answers()[2][:5], answers()[2][5:]
    parts = bytes([0x02, len(first)]) + first + b"\x89\x00" + bytes([0x80, len(rest)]) + rest
    return [*framed, parts, b"\x88\x02\x03\xe8"]


def pushed_requests() -> Seeds:
    return requests()[2:3]


def voucher_lines() -> Seeds:
    return [vouchers.written(bytes(m.VOUCHER_SIZE)).encode()]


def packed_letters() -> Seeds:
    event, receipt = (
        Letter(epoch=0, counter=1, ack=7, kind=kind, body=body)
        for kind, body in ((Kind.EVENT, b"We can move on timing."), (Kind.RECEIPT, b""))
    )
    return [letters.pack(event), letters.pack(receipt)]


def frames() -> Seeds:
    """Return frames as both sides of a session send them, with and without a handshake."""
    up, down = (session.seal(ends, a_letter())[1] for ends in (joined()[1], joined()[0]))
    return [opened(ciphertext) for ciphertext in (up, down)]


def bundles() -> Seeds:
    return [bundle.encode(bundle_of(new_offer()))]


def sessions() -> Seeds:
    return [offered()[0], *joined()]


def invitations() -> Seeds:
    line = invitation.encode(
        invitation.Invitation(
            relay="https://relay.example:8443",
            pin=KEY,
            up_mailbox=MAILBOX,
            up_send=KEY,
            down_mailbox=LETTER_ID,
            down_read=KEY,
            secret=SECRET,
            expires=datetime(2026, 3, 8, tzinfo=UTC),
            needs_code=True,
        )
    )
    return [line.encode()]


def repair_offers() -> Seeds:
    """Return what is laid for a repair, with its wrapping taken off."""
    lasting = repair.lasting_of(joined()[1])
    kept = repair.draw(lasting, epoch=1)
    laid = repair.lay(lasting, kept, known=1)
    ours = state.load(joined()[1])
    assert isinstance(ours, state.Running)
    key = repair._bundle_key(ours.send_key)
    return [wrapping.unwrap(key, laid, purpose=repair._PURPOSE)]


def kept_for_repair() -> Seeds:
    lasting = repair.lasting_of(joined()[1])
    return [lasting, repair.draw(lasting, epoch=1)]


@cache
def offered() -> tuple[bytes, bytes]:
    """Return a mediator's session to which nobody has joined, and its bundle."""
    return session.offer(invitation_secret=SECRET)


@cache
def joined() -> tuple[bytes, bytes]:
    """Return the sessions of a mediator and a party that have heard each other once."""
    mediator, sealed_bundle = offered()
    party = session.join(invitation_secret=SECRET, sealed_bundle=sealed_bundle)
    party, letter = session.seal(party, a_letter())
    mediator, _ = session.unseal(mediator, letter)
    return mediator, party


def a_letter() -> Letter:
    return Letter(epoch=0, counter=1, ack=0, kind=Kind.EVENT, body=events()[1])


def opened(ciphertext: bytes) -> bytes:
    """Return a letter with its wrapping taken off."""
    keys = wrapping.InvitationKeys.of(SECRET)
    for key in (keys.up, keys.down):
        try:
            found = wrapping.unwrap(key, ciphertext, purpose=b"letter")
        except UnauthenticError:
            continue
        assert frame.decode(found)
        return found
    raise AssertionError("no letter of this session")


def accord_texts() -> Seeds:
    return [render(an_accord()).encode()]


def accord_files() -> Seeds:
    accord = an_accord()
    adherences = tuple(
        Adherence(party=party.name, key=party.key, signature=bytes(64)) for party in accord.parties
    )
    file = AccordFile(text=render(accord), declaration=bytes(64), adherences=adherences)
    return [write_accord_file(file)]


def sequences() -> Seeds:
    return [file.read_bytes() for file in sorted(CASES.glob("*.json"))]


def drafts() -> Seeds:
    step = {"id": "s1", "actor": "US", "action": "pays", "beneficiary": "Iran"}
    draft = {
        "title": "Exchange",
        "editions": [{"language": "en", "text": "Each side does its part.", "by": "Qatar"}],
        "parties": ["US", "Iran"],
        "form": "declaration",
        "steps": [
            {**step, "category": "funds", "planned": "2026-03-10"},
            {**step, "id": "s2", "category": "aid", "requires": ["s1"], "within_days": 5},
        ],
        "affected": [{"who": "the families", "heard": True}],
        "credit": "Qatar",
        "earliest_release": "2026-03-01",
        "amends": "",
    }
    return [json.dumps(draft).encode()]


def agendas() -> Seeds:
    item = {"item": "pause", "title": "Length", "options": ["10", "30"], "shown_to": ["US"]}
    written = (
        "[pause] Length\nphase: proposals\noption: 10 days\noption: 30 days\nshown to: US\n"
        "text: as was said\n"
    )
    return [written.encode(), json.dumps({"items": [item]}).encode()]


def marks() -> Seeds:
    return [b'step,mark,who,done_on,text\ns1,reported,Qatar,2023-09-18,"all, five"\n']


def offers() -> Seeds:
    return [b'[{"choices": {"pause": "30 days"}, "only_if": {"visits": "weekly"}}]']


def typed_offers() -> Seeds:
    return [b"pause=30 days; funds=half if visits=weekly", "آتش‌بس=ده روز".encode()]


def typed_times() -> Seeds:
    return [b"2026-03-01", b"2026-03-01 12:00", b"2026-03-01T12:00Z", b"2026-03-01 12:00+03:30"]


def negotiating_texts() -> Seeds:
    return [ILLUSTRATIVE.encode()]


def wordings() -> Seeds:
    return [line.encode() for line in ILLUSTRATIVE.splitlines() if line[2:3] == ":"]


def rows() -> Seeds:
    return [b'name,place\n"Ali, son of Reza",Qom\n']


def lines() -> Sequence[Line]:
    sides = ((True, said_now(1)), (False, told_now(1)))
    return [Line(from_party=side, event=event) for side, by in sides for event in by.values()]


def scripts() -> Seeds:
    said = Transcript(title="Talks", mediator="Qatar", party="Iran", lines=tuple(lines()))
    one_each = [
        Transcript(title="Talks", mediator="Qatar", party="Iran", lines=(line,)) for line in lines()
    ]
    plain = b"party: We can move on timing.\nA little.\nmediator: I have understood.\n"
    return [plain, *(json.dumps(script.written(each)).encode() for each in (said, *one_each))]


@cache
def caucus_exports() -> Seeds:
    ends = Ends(party=seed_to_ed25519_pub(SECRET), mediator=seed_to_ed25519_pub(bytes(32)))
    said = Transcript(title="Talks", mediator="Qatar", party="Iran", lines=tuple(lines()[:2]))
    return [caucus_export.enact(ends, said)]


def vault_keys() -> Seeds:
    key = VaultKey(key=bytes(32), salt=bytes(16))
    return [wrap(key, "a long walk", cost=CHEAP, randomness=token_bytes)]


def backups() -> Seeds:
    return [b"backchannel backup 1\n" + vault_keys()[0] + bytes(32)]


def incarnations() -> Seeds:
    return [INCARNATION.format("ab" * 16, 2, 7, 1).encode()]


def passphrases() -> Seeds:
    return [b"a long walk\r\n", "آهسته و پیوسته\n".encode()]


def phases() -> Seeds:
    return [phase.value.encode() for phase in Phase]


def spaces() -> Seeds:
    return [file.read_bytes() for file in sorted((CASES / "packages").glob("*.json"))]


def knowledge() -> Seeds:
    one, other = ({"pause": name, "freed": number} for name, number in (("no", "0"), ("long", "5")))
    known: list[dict[str, Any]] = [
        {"prefers": {"issue": "pause", "option": "long", "to": "no"}},
        {"order": {"issue": "freed", "options": ["5", "0"]}},
        {"ends": {"issue": "pause", "best": "long"}},
        {"matters_more": {"issue": "pause", "than": "freed"}},
        {"weight": {"issue": "pause", "from": 0.5, "to": 0.9}},
        {"value": {"issue": "freed", "option": "5", "from": 0.1, "to": 0.6}},
        {"worth": {"package": other, "from": 0.5, "to": 1}},
        {"reservation": {"from": 0.1, "to": 0.7}},
        {"prefers_package": {"package": other, "to": one}},
        {"accepted": other},
        {"refused": one},
    ]
    made = {
        "format": "backchannel-bargain/1",
        "issues": [
            {"issue": "pause", "options": ["no", "long"]},
            {"issue": "freed", "integers": {"from": 0, "to": 5, "step": 5}},
        ],
        "parties": [{"party": "north", "known": known}],
        "prior": {"from": 0, "to": 0.8},
        "table": one,
    }
    return [json.dumps(made).encode()]


def _joined(folder: str, *names: str) -> bytes:
    return NEXT_FILE.join((SCENARIOS / folder / name).read_bytes() for name in names)


def genius() -> Seeds:
    return [_joined("harbour_genius", "harbour.xml", "north.xml", "south.xml")]


def negmas() -> Seeds:
    return [_joined("harbour_negmas", "harbour.yml", "north.yml", "south.yml")]


def scenarios() -> Seeds:
    return [*negmas(), *genius(), *spaces(), NEXT_FILE.join((b"Mayor,file1", b"1, 2\n1"))]

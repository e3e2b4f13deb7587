"""A forged export cannot be told from a true one: every kind of message, from either desk alone."""

import base64
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.channel.accord import Edition
from backchannel.channel.events import FromParty, ToParty
from backchannel.channel.handling import AS_OURS, FOR_THE_MEDIATOR_ONLY, WITHOUT_ATTRIBUTION
from backchannel.channel.said import SIGNATURE_BYTES, Adhered, Said
from backchannel.channel.told import AccordReleased, MediatorSaid
from backchannel.desk import caucus_export, caucus_file, script, session
from backchannel.desk.caucus_export import Line, Transcript
from backchannel.desk.caucus_file import CaucusFile, CaucusFileError, End, SealedLetter
from backchannel.desk.errors import DeskError
from backchannel.desk.session import AccordDraft, Desk
from backchannel.post import vouchers
from backchannel.seal.reenactment import Ends, draw, reenact
from backchannel.seal.session import Kind, Letter, seal, unseal
from backchannel.wire import codec
from crossing import NOON
from hostile_relay import MemoryRelay
from mediation import Mediation, begin
from samples import said_now, told_now
from test_mediation_flow import step

SECRET = "We could live with less than all of it."  # noqa: S105 - what nobody else may know
SAMPLES = [*told_now(1).values(), *said_now(1).values()]
SIDES = ("mediator", "party")
NAMES = Transcript(title="Talks", mediator="Qatar", party="Iran", lines=())


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mediation]:
    """Return a mediation with an accord in force."""
    mediation = begin(tmp_path_factory.mktemp("talks"), MemoryRelay(), "US", "Iran")
    talk(mediation)
    yield mediation
    mediation.close()


def talk(mediation: Mediation) -> str:
    mediation.say("Iran", SECRET, FOR_THE_MEDIATOR_ONLY)
    mediation.say("Iran", "Four may go home first.", WITHOUT_ATTRIBUTION)
    mediation.say("US", "We ask for all five.", AS_OURS)
    mediation.sync()
    session.remark(mediation.mediator, "", "Iran", text="I have understood.")
    writing = AccordDraft(
        title="Exchange",
        editions=[Edition(language="en", text="Each side does its part.")],
        parties=["US", "Iran"],
        steps=[step(1, "Iran", "US")],
    )
    accord = session.draft(mediation.mediator, "", writing)
    session.put(mediation.mediator, "", accord)
    mediation.sync()
    for desk in mediation.parties.values():
        session.adhere(desk, "", accord)
    mediation.sync()
    session.release(mediation.mediator, "", accord)
    mediation.sync()
    return accord


def of(talks: Mediation, side: str) -> tuple[Desk, str]:
    """Return a desk, and how it calls the caucus with Iran."""
    return (talks.mediator, "Iran") if side == "mediator" else (talks.parties["Iran"], "")


def exported(talks: Mediation, side: str) -> bytes:
    desk, caucus = of(talks, side)
    return caucus_export.export(desk, caucus=caucus)


def forged(talks: Mediation, side: str, said: Transcript) -> bytes:
    desk, caucus = of(talks, side)
    return caucus_export.enact(caucus_export.identities(desk, caucus=caucus), said)


def line(event: FromParty | ToParty) -> Line:
    return Line(from_party=isinstance(event, get_args(FromParty)), event=event)


def blank(value: Any) -> Any:  # noqa: ANN401 - an event, or what is in one
    """Return the event with zeros where bytes are as long as a signature."""
    if isinstance(value, bytes) and len(value) == SIGNATURE_BYTES:
        return bytes(SIGNATURE_BYTES)
    if isinstance(value, tuple):
        return tuple(blank(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: blank(getattr(value, f.name)) for f in fields(value)})
    return value


def opened_by_unseal(data: bytes) -> list[Any]:
    """Return the events in an export, opened with nothing but `unseal` and `wire`."""
    content = json.loads(data)
    readers = {"party": content["sessions"]["mediator"], "mediator": content["sessions"]["party"]}
    sessions = {side: base64.b64decode(written) for side, written in readers.items()}
    events: list[Any] = []
    for each in content["letters"]:
        side = each["from"]
        sessions[side], letter = unseal(sessions[side], base64.b64decode(each["letter"]))
        decode = codec.decode_from_party if side == "party" else codec.decode_to_party
        events.append(decode(letter.body))
    return events


# -- every kind, from each side alone --------------------------------------------------------


def test_the_samples_are_of_every_kind_that_is_sent() -> None:
    assert {type(event) for event in SAMPLES} == {*codec._FROM_PARTY.values()} | {
        *codec._TO_PARTY.values()
    }


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: type(event).__name__)
def test_each_kind_of_message_is_forged_from_each_side_and_opens(
    talks: Mediation, side: str, event: FromParty | ToParty
) -> None:
    data = forged(talks, side, replace(NAMES, lines=(line(event),)))
    assert opened_by_unseal(data) == [blank(event)]
    (again,) = caucus_export.opened(caucus_file.read(data)).lines
    assert again == line(blank(event))


@pytest.mark.parametrize("side", SIDES)
def test_all_kinds_are_forged_by_a_script(talks: Mediation, side: str) -> None:
    said = replace(NAMES, lines=tuple(line(event) for event in SAMPLES))
    written = json.dumps(script.written(said)).encode()
    assert script.read_script(written, NAMES, at=NOON, draw=bytes) == said
    assert opened_by_unseal(forged(talks, side, said)) == [blank(event) for event in SAMPLES]


@pytest.mark.parametrize("side", SIDES)
def test_a_desk_alone_needs_neither_relay_nor_the_other_desk(tmp_path: Path, side: str) -> None:
    mediation = begin(tmp_path, MemoryRelay(), "Iran")
    desk, caucus = of(mediation, side)
    other, _ = of(mediation, SIDES[side == "mediator"])
    other.vault.close()
    mediation.relay = None  # type: ignore[assignment]
    said = replace(NAMES, lines=(line(told_now(0)[MediatorSaid]), line(said_now(0)[Said])))
    ends = caucus_export.identities(desk, caucus=caucus)
    assert len(opened_by_unseal(caucus_export.enact(ends, said))) == 2
    desk.vault.close()


# -- true and forged look alike --------------------------------------------------------------


def shape(value: Any) -> Any:  # noqa: ANN401 - of a JSON value
    """Return fields, types and lengths of a JSON value, and nothing of what it says."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return type(value).__name__, len(value)


def changed(said: Transcript, words: str) -> Transcript:
    """Return a transcript in which the party's secret is other words of the same length."""
    lines = []
    for each in said.lines:
        event: Any = each.event
        hides = isinstance(event, Said) and event.text == SECRET
        lines.append(replace(each, event=replace(event, text=words)) if hides else each)
    return replace(said, lines=tuple(lines))


LETTERS = st.characters(min_codepoint=97, max_codepoint=122)


@given(words=st.text(LETTERS, min_size=len(SECRET), max_size=len(SECRET)))
@settings(max_examples=10)
def test_a_true_and_a_forged_export_have_the_same_fields_sizes_and_order(
    talks: Mediation, words: str
) -> None:
    shapes = []
    for side in SIDES:
        true = exported(talks, side)
        said = caucus_export.opened(caucus_file.read(true))
        false = forged(talks, side, changed(said, words))
        assert [getattr(e, "text", "") for e in opened_by_unseal(false)].count(words) == 1
        for data in (true, false):
            content = json.loads(data)
            shapes.append((shape(content), [each["from"] for each in content["letters"]]))
            for public in ("format", "says", "title", "mediator", "party"):
                assert content[public] == json.loads(true)[public]
    assert all(each == shapes[0] for each in shapes)


def test_both_desks_export_the_same_caucus(talks: Mediation) -> None:
    both = [opened_by_unseal(exported(talks, side)) for side in SIDES]
    assert both[0] == both[1]
    said = session.view(talks.parties["Iran"]).entries
    assert both[0] == [blank(shown.event) for shown in said]
    assert any(isinstance(event, Adhered) for event in both[0])


def test_no_two_exports_share_a_key_or_a_letter(talks: Mediation) -> None:
    first, second = (json.loads(exported(talks, "party")) for _ in range(2))
    assert first["drawn"]["seed"] != second["drawn"]["seed"]
    assert first["sessions"] != second["sessions"]
    letters = [each["letter"] for content in (first, second) for each in content["letters"]]
    assert len({*letters}) == len(letters)


def test_no_signature_is_in_an_export_true_or_forged(talks: Mediation) -> None:
    released = [e for e in opened_by_unseal(exported(talks, "party")) if type(e) is AccordReleased]
    assert released
    assert released[0].declaration == bytes(SIGNATURE_BYTES)
    for event in SAMPLES:
        assert caucus_export._unsigned(event) == blank(event)


def test_an_export_holds_no_secret_of_the_caucus_it_is_of(talks: Mediation) -> None:
    for side in SIDES:
        desk, _ = of(talks, side)
        with desk.vault.read() as connection:
            stored = connection.execute(
                "SELECT session, send_secret, read_secret FROM caucuses"
            ).fetchall()
            signing = connection.execute("SELECT signing_key FROM channels").fetchall()
        content = json.loads(exported(talks, side))
        written = [*content["drawn"].values(), *content["sessions"].values()]
        octets = b"".join(base64.b64decode(each) for each in written)
        for state, *secrets in stored:
            running = [state[at : at + 32] for at in range(6, 6 + 3 * 32, 32)]
            for secret in (*running, *secrets, *(row[0] for row in signing)):
                assert bytes(secret) not in octets


# -- what is refused -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def export(talks: Mediation) -> bytes:
    said = replace(NAMES, lines=tuple(line(e) for e in SAMPLES[:2] + SAMPLES[-2:]))
    return forged(talks, "party", said)


@given(data=st.data())
@settings(max_examples=300)
def test_each_flipped_bit_of_an_export_is_refused(export: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, 8 * len(export) - 1))
    flipped = bytearray(export)
    flipped[at // 8] ^= 1 << at % 8
    with pytest.raises(CaucusFileError):
        caucus_export.opened(caucus_file.read(bytes(flipped)))


def test_each_flipped_byte_outside_the_letters_is_refused(export: bytes) -> None:
    head = export[: export.index(b'"letters"')]
    for at in [*range(0, len(head), 7), *range(export.index(b'"seed"'), export.index(b'"kem'))]:
        flipped = bytearray(export)
        flipped[at] ^= 1
        with pytest.raises(CaucusFileError):
            caucus_export.opened(caucus_file.read(bytes(flipped)))


def test_each_wrong_secret_name_identity_and_order_is_refused(
    talks: Mediation, export: bytes
) -> None:
    file = caucus_file.read(export)
    other = caucus_file.read(exported(talks, "party"))
    first, second, *rest = file.letters
    wrong = [
        replace(file, drawn=replace(file.drawn, seed=other.drawn.seed)),
        replace(file, drawn=replace(file.drawn, kem_ciphertext=other.drawn.kem_ciphertext)),
        replace(file, drawn=other.drawn),
        replace(file, sessions=other.sessions),
        replace(file, sessions=replace(file.sessions, party=file.sessions.mediator)),
        replace(file, drawn=other.drawn, sessions=other.sessions),
        replace(file, party=file.mediator, mediator=file.party),
        replace(file, title="Other talks"),
        replace(file, party=replace(file.party, name="Oman")),
        replace(file, letters=file.letters[:-1]),
        replace(file, letters=(*file.letters, first)),
        replace(file, letters=(second, first, *rest)),
        replace(file, letters=(*file.letters[:2], file.letters[3], file.letters[2])),
        replace(file, letters=(replace(first, from_party=not first.from_party), second, *rest)),
        replace(file, letters=other.letters[: len(file.letters)]),
    ]
    # Two letters of different sides that change places open each by itself, and stand wrongly.
    at = next(
        n
        for n in range(len(file.letters) - 1)
        if file.letters[n].from_party is not file.letters[n + 1].from_party
    )
    swapped = [*file.letters]
    swapped[at : at + 2] = reversed(swapped[at : at + 2])
    wrong.append(replace(file, letters=tuple(swapped)))
    for each in wrong:
        with pytest.raises(CaucusFileError):
            caucus_export.opened(caucus_file.read(caucus_file.write(each)))
    assert caucus_export.opened(file)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda _: b"[]",
        lambda _: b"\xff\xfe",
        lambda whole: whole[:-2],
        lambda whole: whole + b" ",
        lambda whole: whole.replace(b"\n ", b"\n  ", 1),
        lambda whole: whole.replace(b'"title"', b'"title": "a", "title"', 1),
        lambda whole: whole.replace(b'"title"', b'"tilte"', 1),
        lambda whole: whole.replace(b"backchannel-caucus-export/1", b"backchannel-export/1", 1),
        lambda whole: whole.replace(b"proves nothing", b"proves it all ", 1),
        lambda whole: whole.replace(b'"from": "party"', b'"from": "iran"', 1),
        lambda whole: whole.replace(b'"seed": "', b'"seed": "*', 1),
        lambda whole: whole.replace(b'"letters": [', b'"letters": {"a": [', 1),
        lambda _: b" " * (caucus_file.MAX_FILE + 1),
    ],
)
def test_what_is_no_export_is_refused_by_our_own_error(export: bytes, spoil: Any) -> None:  # noqa: ANN401
    with pytest.raises(CaucusFileError):
        caucus_file.read(spoil(export))


def test_an_export_of_too_many_letters_is_neither_written_nor_read() -> None:
    ends = Ends(party=bytes(32), mediator=bytes(32))
    many = (line(said_now(0)[Said]),) * (caucus_file.MAX_LETTERS + 1)
    with pytest.raises(DeskError, match="at most 10,000"):
        caucus_export.enact(ends, replace(NAMES, lines=many))


def test_an_export_that_is_too_large_is_neither_written_nor_read(
    talks: Mediation, export: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = caucus_file.read(export)
    many = (SealedLetter(from_party=True, letter=b""),) * (caucus_file.MAX_LETTERS + 1)
    with pytest.raises(CaucusFileError, match="at most 10,000"):
        caucus_file.read(caucus_file.write(replace(file, letters=many)))
    monkeypatch.setattr(caucus_export, "MAX_FILE", 10_000)
    with pytest.raises(DeskError, match="at most 10,000"):
        exported(talks, "party")


def test_a_letter_of_the_wrong_side_or_too_long_is_not_enacted(talks: Mediation) -> None:
    ends = caucus_export.identities(talks.parties["Iran"])
    event = said_now(0)[Said]
    assert isinstance(event, Said)
    wrong = Line(from_party=False, event=event)
    long = line(replace(event, rows=(("\N{SNOWMAN}" * 300,) * 12,) * 10))
    for each in (wrong, long):
        with pytest.raises(CaucusFileError, match="letter 2: "):
            caucus_export.enact(ends, replace(NAMES, lines=(line(event), each)))


def test_a_letter_that_holds_what_no_export_does_is_refused(talks: Mediation) -> None:
    ends = caucus_export.identities(talks.parties["Iran"])
    event, said = said_now(0)[Adhered], said_now(0)[Said]
    context = caucus_file.context_of("Talks", "Qatar", "Iran", 1)
    drawn = draw(context)
    both = reenact(ends, drawn, context)

    def file_of(body: bytes, counter: int = 1) -> CaucusFile:
        letter = Letter(epoch=0, counter=counter, ack=0, kind=Kind.EVENT, body=body)
        sealed = SealedLetter(from_party=True, letter=seal(both.party, letter)[1])
        return CaucusFile(
            title="Talks",
            mediator=End(name="Qatar", identity=ends.mediator),
            party=End(name="Iran", identity=ends.party),
            drawn=drawn,
            sessions=both,
            letters=(sealed,),
        )

    assert caucus_export.opened(file_of(codec.encode(said))).lines == (line(said),)
    for file, why in (
        (file_of(codec.encode(event)), "holds a signature"),
        (file_of(codec.encode(said), 2), "does not stand where it was written"),
        (file_of(b"poison"), "does not open"),
        (file_of(codec.encode(told_now(0)[MediatorSaid])), "does not open"),
    ):
        with pytest.raises(CaucusFileError, match=why):
            caucus_export.opened(file)
    with pytest.raises(CaucusFileError, match="no session"):
        caucus_export.opened(replace(file_of(b""), drawn=replace(drawn, kem_ciphertext=b"")))


def test_a_caucus_nobody_has_joined_has_no_other_side(tmp_path: Path) -> None:
    mediation = begin(tmp_path, MemoryRelay(), "Iran")
    assert isinstance(mediation.relay, MemoryRelay)
    lines = [vouchers.written(mediation.relay.issue()) for _ in range(2)]
    session.add_vouchers(mediation.mediator, "", lines)
    session.invite(mediation.mediator, "", "Oman")
    for use in (caucus_export.export, caucus_export.identities):
        with pytest.raises(DeskError, match="Oman yet: "):
            use(mediation.mediator, caucus="Oman")
    mediation.close()

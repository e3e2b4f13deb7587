"""Erased words are nowhere: in no page and no log of either desk, and in no backup made after."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backchannel.channel.handling import (
    FOR_THE_MEDIATOR_ONLY,
    WITHOUT_ATTRIBUTION,
    Attribution,
    Handling,
)
from backchannel.channel.oral import How
from backchannel.channel.terms import Choice, Offer
from backchannel.desk import session
from backchannel.desk.session import Aloud, Hearing, Topic
from backchannel.desk.vault import open_vault
from backchannel.seal import state
from hostile_relay import MemoryRelay
from mediation import START, Mediation, begin
from restoring import PASSPHRASE, back_up, desk_of, folder_of, lose_and_restore
from test_negotiating import text as negotiating_text
from test_proposing import PAUSE
from vault_pages import every_page
from vault_probe import caucus_row

# A piece that no other row has, at the start and the end of each text, so that a page that holds a
# part of it is found too.
ERASED = ("hostages in Qom", "before the new moon")
WORDS = f"{ERASED[0]} {'and so on ' * 300} {ERASED[1]}"
ASK_FIRST = Handling(
    uses=frozenset(Attribution), ask_first=True, only_if=f"so do they, {ERASED[0]}"
)
OFFER = Offer(choices=(Choice(issue="pause", option="10 days"),))
DESKS = ("mediator", "Iran")


@pytest.fixture
def talks(tmp_path: Path) -> Iterator[Mediation]:
    mediation = begin(tmp_path / "talks", MemoryRelay(), "US", "Iran")
    topics = [Topic(item=PAUSE, shown_to=("US", "Iran"))]
    session.set_agenda(mediation.mediator, "", topics)
    key, _ = session.write_text(mediation.mediator, "", negotiating_text())
    session.show_text(mediation.mediator, "", key, ["Iran"])
    mediation.sync()
    yield mediation
    mediation.close()


def found_in(talks: Mediation, name: str) -> list[str]:
    """Return which pieces stand anywhere on the disk of a desk whose vault is open."""
    pages = every_page(folder_of(talks, name), PASSPHRASE)
    assert b"CREATE TABLE events" in pages, "nothing was searched"
    return [piece for piece in ERASED if piece.encode() in pages]


def note(talks: Mediation) -> str:
    return talks.say("Iran", WORDS, ASK_FIRST)


def note_with_rows(talks: Mediation) -> str:
    rows = ((ERASED[0], ERASED[1]),) * 20
    iran = talks.parties["Iran"]
    return session.say(iran, text="the list", rows=rows, handling=WITHOUT_ATTRIBUTION)


def proposal(talks: Mediation) -> str:
    iran = talks.parties["Iran"]
    return session.propose(iran, text=WORDS, offers=[OFFER], handling=WITHOUT_ATTRIBUTION)


def comment(talks: Mediation) -> str:
    iran = talks.parties["Iran"]
    return session.comment_on_clause(
        iran, "", "", "1", comment=WORDS, handling=FOR_THE_MEDIATOR_ONLY
    )


WRITTEN = [note, note_with_rows, proposal, comment]


@pytest.mark.parametrize("write", WRITTEN, ids=lambda f: f.__name__)
def test_what_a_party_erased_is_on_no_page_and_in_no_log_of_either_desk(
    talks: Mediation, write: Callable[[Mediation], str]
) -> None:
    key = write(talks)
    talks.sync()
    for name in DESKS:
        assert found_in(talks, name) == list(ERASED)
    session.erase(talks.parties["Iran"], "", key)
    assert found_in(talks, "Iran") == []
    talks.sync()
    for name in DESKS:
        assert found_in(talks, name) == []


def test_no_older_state_of_a_session_is_left_that_would_open_the_erased_letter(
    talks: Mediation,
) -> None:
    # A relay may have kept the letter, and the log of a vault keeps older pages.
    iran = talks.parties["Iran"]
    before = state.load(caucus_row(iran).session)
    assert isinstance(before, state.Running)
    chain = before.ratchet.turning.symmetric_key_ratchet.sending_chain
    assert chain is not None
    key = note(talks)
    talks.sync()
    assert chain.key in every_page(folder_of(talks, "Iran"), PASSPHRASE)
    session.erase(iran, "", key)
    talks.sync()
    for name in DESKS:
        assert chain.key not in every_page(folder_of(talks, name), PASSPHRASE)


def test_the_wordings_asked_for_go_with_the_note(talks: Mediation) -> None:
    iran = talks.parties["Iran"]
    key = talks.say("Iran", "One thing.", ASK_FIRST)
    talks.sync()
    session.request_use(talks.mediator, "", key, attribution=Attribution.NOBODY, text=WORDS)
    talks.sync()
    session.erase(iran, "", key)
    talks.sync()
    for name in DESKS:
        assert found_in(talks, name) == []


def test_what_was_heard_by_mouth_and_erased_is_on_no_page_of_the_mediators_desk(
    talks: Mediation,
) -> None:
    hearing = Hearing(text=WORDS, handling=ASK_FIRST)
    aloud = Aloud(how=How.IN_PERSON, spoken=START)
    key = session.heard(talks.mediator, "", "Iran", hearing, aloud=aloud)
    assert found_in(talks, "mediator") == list(ERASED)
    session.take_back_heard(talks.mediator, "", key, erase=True)
    assert found_in(talks, "mediator") == []


def test_what_waits_to_be_sent_is_erased_where_it_waits(talks: Mediation) -> None:
    for number in range(70):  # more than may be on the way
        talks.say("Iran", f"note {number}", FOR_THE_MEDIATOR_ONLY)
    key = note(talks)
    session.erase(talks.parties["Iran"], "", key)
    assert found_in(talks, "Iran") == []


def test_while_somebody_reads_the_log_is_kept_and_the_next_transaction_empties_it(
    talks: Mediation,
) -> None:
    iran = talks.parties["Iran"]
    key = note(talks)
    iran.vault._connection.execute("PRAGMA busy_timeout = 0")  # it need not wait for the reader
    with open_vault(folder_of(talks, "Iran"), PASSPHRASE) as other, other.read():
        session.erase(iran, "", key)
        assert found_in(talks, "Iran") == list(ERASED)
    session.ask(iran, text="What else?")
    assert found_in(talks, "Iran") == []


@pytest.mark.parametrize("name", DESKS)
def test_a_backup_made_after_the_erasure_does_not_bring_it_back(
    talks: Mediation, name: str
) -> None:
    key = note(talks)
    talks.sync()
    session.erase(talks.parties["Iran"], "", key)
    talks.sync()
    lose_and_restore(talks, name, back_up(talks, name))
    assert found_in(talks, name) == []
    view = session.view(desk_of(talks, name), seat="Iran" if name == "mediator" else "")
    assert ERASED[0] not in repr(view)
    assert len(view.notes) == 1

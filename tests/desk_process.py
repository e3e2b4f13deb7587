"""One desk as a process of its own, for tests that kill it: says things, carries, or shows.

    python tests/desk_process.py FOLDER PASSPHRASE say COUNT FIRST     (a party writes notes)
    python tests/desk_process.py FOLDER PASSPHRASE answer              (it answers what was put)
    python tests/desk_process.py FOLDER PASSPHRASE judge               (it judges what was shown)
    python tests/desk_process.py FOLDER PASSPHRASE remark COUNT FIRST  (the mediator writes)
    python tests/desk_process.py FOLDER PASSPHRASE put COUNT FIRST     (it puts proposals)
    python tests/desk_process.py FOLDER PASSPHRASE text COUNT FIRST    (it shows versions of a text)
    python tests/desk_process.py FOLDER PASSPHRASE outcome             (it opens all answers)
    python tests/desk_process.py FOLDER PASSPHRASE sync                (one round of the courier)
    python tests/desk_process.py FOLDER PASSPHRASE carry               (the courier, until killed)
    python tests/desk_process.py FOLDER PASSPHRASE show                (prints what the desk shows)

What it says it announces before and confirms after, one line each on stdout: the journal outside by
which a test judges. With `--halt-at STOP` it prints HALT at that stop and waits there to be killed.
"""

import argparse
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from backchannel.channel.caucus_texts import Status
from backchannel.channel.clauses import Clause, ClauseId, NegotiatingText, Wording
from backchannel.channel.handling import FOR_THE_MEDIATOR_ONLY
from backchannel.channel.proposals import Answer, Answered, ProposalPut
from backchannel.channel.rules import ProposalLife
from backchannel.channel.said import Said
from backchannel.channel.texts import ClauseJudged, Judgement, TextShown
from backchannel.channel.told import MediatorSaid
from backchannel.desk import courier, ledger, receiving, session
from backchannel.desk.carrier import Carrier
from backchannel.desk.courier_loop import CourierLoop
from backchannel.desk.errors import CourierBusyError
from backchannel.desk.push import PushSocket
from backchannel.desk.session import Desk, ProposalDraft, TextPage
from backchannel.desk.tables import ChannelRow
from backchannel.desk.vault import Vault, open_vault
from backchannel.post import messages
from backchannel.post.messages import Collect, Forget, Put, Request, Rotate
from backchannel.post.relay_port import RelayPort

# Where a desk can be killed: before and after a commit, with a letter sealed, and on each side of
# every question to the relay.
STOPS = (
    "sealed",
    "before commit",
    "after commit",
    "before put",
    "after put",
    "before collect",
    "after collect",
    "unsealed",
    "before forget",
    "after forget",
    "before rotate",
    "after rotate",
)
_ASKED = {Put: "put", Collect: "collect", Forget: "forget", Rotate: "rotate"}


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Halt:
    """Stands still at one stop, so that whoever waits for HALT can kill exactly there."""

    def __init__(self, stop: str, skip: int) -> None:
        self.stop = stop
        self.skip = skip

    def at(self, stop: str) -> None:
        if stop != self.stop:
            return
        if self.skip:
            self.skip -= 1
            return
        tell("HALT")
        signal.pause()


class HaltingPort:
    """The real way to the relay, with a stop on each side of every question, pushed or posted."""

    def __init__(self, port: Carrier | PushSocket, halt: Halt) -> None:
        self.port = port
        self.halt = halt
        self.close = port.close

    def push(self) -> "HaltingPort":
        assert isinstance(self.port, Carrier)
        return HaltingPort(self.port.push(), self.halt)

    def ask(self, request: Request) -> messages.Answer:
        name = _ASKED.get(type(request), "other")
        self.halt.at(f"before {name}")
        answer = self.port.ask(request)  # type: ignore[arg-type]  # a socket is only asked collects
        self.halt.at(f"after {name}")
        return answer


def install(halt: Halt) -> None:
    """Put the stops inside the desk: around its commits, its sealing and its unsealing."""

    def after(call: Callable[..., Any], stop: str) -> Callable[..., Any]:
        def called(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it takes
            result = call(*arguments, **named)
            halt.at(stop)
            return result

        return called

    commit = Vault._commit

    def committed(vault: Vault) -> None:
        halt.at("before commit")
        commit(vault)
        halt.at("after commit")

    Vault._commit = committed  # type: ignore[method-assign,assignment]
    ledger.seal = after(ledger.seal, "sealed")  # type: ignore[attr-defined]
    receiving.unseal = after(receiving.unseal, "unsealed")  # type: ignore[attr-defined]


def write(desk: Desk, act: str, count: int, first: int) -> None:
    numbers = _OPEN[act](desk) if act in _OPEN else range(first, first + count)
    for number in numbers:
        tell(f"ABOUT {number}")
        _WRITE[act](desk, f"note {number}")
        tell(f"DONE {number}")


def put(desk: Desk, text: str) -> None:
    deadline = desk.minute() + timedelta(days=30)
    draft = ProposalDraft(
        parties=["US"], text=text, deadline=deadline, override_unverified="a test"
    )
    session.put_proposal(desk, "", draft)


def show_text(desk: Desk, text: str) -> None:
    words = Clause(id=ClauseId("1"), operative=True, wordings=(Wording(language="en", text=text),))
    version = NegotiatingText(title="A pause", languages=("en",), clauses=(words,))
    there = [page.key for page in session.texts(desk)]
    key, _ = session.write_text(desk, "", version, text="".join(there))
    session.show_text(desk, "", key, ["US"], override_unverified="a test")


def answer(desk: Desk, text: str) -> None:
    (key,) = [each.proposal for each in session.proposals(desk) if each.text == text]
    session.answer_proposal(desk, "", key, Answer.ACCEPT)


def judge(desk: Desk, text: str) -> None:
    del text  # it is the version shown last
    session.judge_clause(desk, "", "", "1", judgement=Judgement.CAN_LIVE_WITH)


def unanswered(desk: Desk) -> list[int]:
    return [number_in(each.text) for each in session.proposals(desk) if each.waits]


def unjudged(desk: Desk) -> list[int]:
    pages = [page for page in session.texts(desk) if Status.UNSEEN in stands_on(page)]
    return [number_in(wording_of(page.words)) for page in pages]


def stands_on(page: TextPage) -> list[Status]:
    return [status for by_party in page.stands.values() for status in by_party.values()]


def wording_of(words: NegotiatingText) -> str:
    return words.clauses[0].wordings[0].text


def number_in(text: str) -> int:
    return int(text.rsplit(maxsplit=1)[-1])


_WRITE: dict[str, Callable[[Desk, str], object]] = {
    "say": lambda desk, text: session.say(desk, text=text, handling=FOR_THE_MEDIATOR_ONLY),
    "remark": lambda desk, text: session.remark(desk, "", "US", text=text),
    "put": put,
    "text": show_text,
    "answer": answer,
    "judge": judge,
}
_OPEN = {"answer": unanswered, "judge": unjudged}


def decide(desk: Desk) -> None:
    for each in session.proposals(desk):
        if each.life is ProposalLife.PUT:
            tell(f"OUTCOME {session.outcome(desk, '', each.proposal).value}")


def show(desk: Desk) -> None:
    seat = "US" if session.role(desk) == "mediator" else ""
    named: dict[object, str] = {}  # a proposal, or the version of a text, by what names it
    for shown in session.view(desk, seat=seat).entries:
        match shown.event:
            case Said(text=text):
                tell(f"SAID {text}")
            case MediatorSaid(text=text):
                tell(f"TOLD {text}")
            case ProposalPut(proposal=key, text=text):
                named[key] = text
                tell(f"PUT {text}")
            case TextShown(version=version, words=words):
                named[version] = wording_of(words)
                tell(f"SHOWN {wording_of(words)}")
            case Answered(proposal=key):
                tell(f"ANSWERED {named[key]}")
            case ClauseJudged(version=version):
                tell(f"JUDGED {named[version]}")
    for row in session.journal(desk):
        tell(f"JOURNAL {row.kind}")


def carry(desk: Desk, port: Callable[[ChannelRow], RelayPort]) -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        CourierLoop(desk, port, stop, tell, secrets.token_hex(8)).run()
    except CourierBusyError:
        tell("BUSY")


def main(arguments: Sequence[str] | None = None) -> None:
    """Do one thing at one desk; what it takes from the command line unless it is given."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("passphrase")
    parser.add_argument("act", choices=[*_WRITE, "outcome", "sync", "carry", "show"])
    parser.add_argument("count", type=int, nargs="?", default=1)
    parser.add_argument("first", type=int, nargs="?", default=0)
    parser.add_argument("--halt-at", default="")
    parser.add_argument("--skip", type=int, default=0)
    given = parser.parse_args(arguments)
    halt = Halt(given.halt_at, given.skip)
    if given.halt_at:
        install(halt)

    with ExitStack() as opened:

        def port(row: ChannelRow) -> RelayPort:
            carrier = opened.enter_context(Carrier(row.relay, row.pin))
            return HaltingPort(carrier, halt)

        vault = opened.enter_context(open_vault(given.folder, given.passphrase))
        do(Desk(vault, lambda: datetime.now(UTC), secrets.token_bytes), given, port)


def do(desk: Desk, given: argparse.Namespace, port: Callable[[ChannelRow], RelayPort]) -> None:
    if given.act in _WRITE:
        write(desk, given.act, given.count, given.first)
    elif given.act == "outcome":
        decide(desk)
    elif given.act == "sync":
        report = courier.sync(desk, port)
        tell(f"SYNC {report.sent} {report.received} {report.waiting}")
    elif given.act == "carry":
        carry(desk, port)
    else:
        show(desk)


if __name__ == "__main__":
    main()

"""Backing up and losing desks of a mediation, and bringing them back."""

import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

from backchannel.channel.disclosure import View
from backchannel.desk import session
from backchannel.desk.backup import backup, restore
from backchannel.desk.session import Desk
from backchannel.desk.vault import open_vault
from mediation import CHEAP, Mediation
from vault_probe import caucus_row, number

PASSPHRASE = "a long walk"  # noqa: S105 - of desks that live for one test


def folder_of(talks: Mediation, name: str) -> Path:
    return talks.folder / ("mediator" if name == "mediator" else f"desk-{name}")


def desk_of(talks: Mediation, name: str) -> Desk:
    return talks.mediator if name == "mediator" else talks.parties[name]


def put(talks: Mediation, name: str, desk: Desk) -> Desk:
    if name == "mediator":
        talks.mediator = desk
    else:
        talks.parties[name] = desk
    return desk


def reopened(talks: Mediation, name: str) -> Desk:
    vault = open_vault(folder_of(talks, name), PASSPHRASE)
    return put(talks, name, Desk(vault, talks.clock, secrets.token_bytes))


def back_up(talks: Mediation, name: str, label: str = "") -> Path:
    file = talks.folder.parent / f"{name}{label}.backup"
    backup(folder_of(talks, name), PASSPHRASE, file, now=talks.clock(), cost=CHEAP)
    return file


def lose_and_restore(talks: Mediation, name: str, file: Path) -> Desk:
    """Lose a desk, with its folder, and restore it from a backup in its place."""
    desk_of(talks, name).vault.close()
    shutil.rmtree(folder_of(talks, name))
    restore(file, folder_of(talks, name), PASSPHRASE, now=talks.clock(), cost=CHEAP)
    return reopened(talks, name)


def settle(talks: Mediation, rounds: int = 5) -> None:
    """Let all couriers go round until pauses are over and nothing waits."""
    for _ in range(rounds):
        talks.clock.move(seconds=4000)
        talks.sync()


def compared(talks: Mediation, *names: str) -> None:
    """Have people compare the safety words again."""
    for name in names:
        words = session.safety_words(talks.parties[name]).words
        assert words == session.safety_words(talks.mediator, "", name).words
        session.verify(talks.mediator, "", name, heard=" ".join(words))
        session.verify(talks.parties[name], heard=" ".join(words))


def views(talks: Mediation, name: str) -> tuple[View, View]:
    """Return what both ends show of a caucus."""
    return session.view(talks.parties[name]), session.view(talks.mediator, seat=name)


def texts(view: View, *, from_party: bool | None = None) -> list[str]:
    """Return the texts of a view, in order."""
    shown: Iterable[object] = (
        e.event for e in view.entries if from_party is None or e.from_party is from_party
    )
    return [event.text for event in shown if hasattr(event, "text")]


def acknowledged(talks: Mediation, name: str, *, from_party: bool) -> list[str]:
    """Return the texts of one direction that its author knows to have arrived."""
    desk = talks.parties[name] if from_party else talks.mediator
    row = caucus_row(desk, "" if from_party else name)
    done = max(0, row.acknowledged + row.carried)
    events = [
        e.event
        for e in session.view(desk, seat="" if from_party else name).entries
        if e.from_party is from_party
    ]
    return [event.text for event in events[:done] if hasattr(event, "text")]


def nothing_waits(talks: Mediation) -> bool:
    desks = (talks.mediator, *talks.parties.values())
    return all(number(desk, "SELECT count(*) FROM outbox") == 0 for desk in desks)

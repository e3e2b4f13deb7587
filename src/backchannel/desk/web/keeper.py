"""Who holds the desk while the page is open: one thread with the vault, one with the courier.

Promised: the vault is open only between unlocking and locking, and locks by itself when nobody has
done anything for a while; news that comes in is not somebody doing something. The passphrase is not
kept. Everything that is done with the desk is done in one thread, one thing after another, as a
vault demands; other processes (the command line) may work on the same vault meanwhile.
"""

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from backchannel.desk.courier import Ports
from backchannel.desk.courier_loop import CourierLoop
from backchannel.desk.desk import Desk
from backchannel.desk.errors import CourierBusyError, DeskError
from backchannel.desk.people import who_writes
from backchannel.desk.vault import open_vault

IDLE_SECONDS: Final = 15 * 60
LOOK_SECONDS: Final = 0.03  # between looks at what has changed
AGAIN_SECONDS: Final = 5.0  # between attempts to take over from another courier
STOP_SECONDS: Final = 10.0  # that a courier is given to put down what it holds

T = TypeVar("T")


class LockedError(DeskError):
    """The desk is locked: nothing can be read or written until it is unlocked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The world around a desk that is open as a page."""

    now: Callable[[], datetime]
    draw: Callable[[int], bytes]
    clock: Callable[[], float]
    ports: Ports
    idle: float = IDLE_SECONDS


class Keeper:
    """One desk, locked or unlocked. All methods are for the event loop's thread."""

    def __init__(self, folder: Path, outside: Outside, person: str = "") -> None:
        self.folder, self.outside = folder, outside
        self._person = person
        self._work = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")
        self._desk: Desk | None = None
        self._courier: _Carrying | None = None
        self._touched = 0.0
        self.news = asyncio.Condition()
        self.stamp = (0, 0)

    @property
    def unlocked(self) -> bool:
        """Whether the desk can be read and written."""
        return self._desk is not None

    @property
    def courier(self) -> str:
        """How the courier stands, in a sentence; empty while the desk is locked."""
        return self._courier.words if self._courier else ""

    async def unlock(self, passphrase: str) -> None:
        """Open the vault and let the courier carry. Raises: DeskError, nothing is open then."""
        if self._desk is not None:
            return
        self._desk = await self._in_thread(self._open, passphrase)
        self._touched = self.outside.clock()
        self._courier = _Carrying(self.folder, self.outside)
        self._courier.start(passphrase)

    async def lock(self) -> None:
        """Close the vault and stop the courier."""
        courier, desk = self._courier, self._desk
        self._courier = self._desk = None
        if courier is not None:
            await asyncio.to_thread(courier.stop)
        if desk is not None:
            await self._in_thread(desk.vault.close)
        await self._tell()

    async def run(self, use: Callable[[Desk], T], *, unattended: bool = False) -> T:
        """Do something with the desk. Raises: LockedError, DeskError.

        `unattended`: a page does it by itself, which keeps no desk from locking.
        """
        if not unattended:
            self._touched = self.outside.clock()
        return await self._look(use)

    async def watch(self) -> None:
        """Tell those who wait of every change, and lock the desk when nobody is there; for ever."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._desk is None:
                continue
            if self.outside.clock() - self._touched > self.outside.idle:
                await self.lock()
                continue
            with suppress(DeskError):
                stamp = await self._look(_stamp)
                if stamp != self.stamp:
                    self.stamp = stamp
                    await self._tell()

    async def _look(self, use: Callable[[Desk], T]) -> T:
        desk = self._desk
        if desk is None:
            raise LockedError("the desk is locked; unlock it with its passphrase")
        return await self._in_thread(use, desk)

    async def _tell(self) -> None:
        async with self.news:
            self.news.notify_all()

    def _open(self, passphrase: str) -> Desk:
        vault = open_vault(self.folder, passphrase)
        with vault.read() as connection:
            person = who_writes(connection, self._person)
        return Desk(vault, self.outside.now, self.outside.draw, person)

    async def _in_thread(self, use: Callable[..., T], *given: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._work, use, *given)


def _stamp(desk: Desk) -> tuple[int, int]:
    """Return numbers that change whenever anything in the vault does."""
    return desk.vault.data_version(), desk.vault.changes


class _Carrying:
    """A courier in a thread of its own, with the vault opened once more for it."""

    def __init__(self, folder: Path, outside: Outside) -> None:
        self._folder, self._outside = folder, outside
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.words = "The courier starts."

    def start(self, passphrase: str) -> None:
        self._thread = threading.Thread(target=self._carry, args=(passphrase,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _carry(self, passphrase: str) -> None:
        try:
            with open_vault(self._folder, passphrase) as vault:
                desk = Desk(vault, self._outside.now, self._outside.draw)
                while not self._stop.is_set():
                    self._carry_on(desk)
        except DeskError as error:
            self.words = f"Letters are not carried: {error}"

    def _carry_on(self, desk: Desk) -> None:
        """Carry until told to stop, or for as long as another courier carries wait for it."""
        holder = f"page {os.getpid()}, {self._outside.draw(4).hex()}"
        try:
            self.words = "The courier carries letters."
            CourierLoop(desk, self._outside.ports, self._stop, self._say, holder).run()
        except CourierBusyError as error:
            # One that died keeps its lease for half a minute; one that lives may end at any time.
            self.words = f"Letters are carried by another courier: {error}"
            self._stop.wait(AGAIN_SECONDS)

    def _say(self, words: str) -> None:
        self.words = words

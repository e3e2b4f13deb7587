"""A real PostgreSQL for tests: started when first asked for, gone with the tests' process.

Its programs come with the package `pgserver`, or are the system's. It listens on a socket in a
directory of its own and on no port. PostgreSQL does not run as root: started by root it runs as
`nobody`, who must be able to reach the programs.
"""

import atexit
import os
import shutil
import subprocess
from contextlib import closing
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest

_SECONDS = 60
_USER = "relay"
_NOBODY = 65_534


class Server:
    """One server, with as many databases as the tests want."""

    def __init__(self, programs: Path, path: Path) -> None:
        self.path = path
        self._programs = programs
        self._made = 0
        if os.geteuid() == 0:
            os.chown(path, _NOBODY, _NOBODY)
        data, sockets = str(path / "data"), f"-k {path} -c listen_addresses=''"
        self._run("initdb", "-D", data, "-U", _USER, "-A", "trust", "-E", "utf8", "--no-sync")
        self._control = ("-D", data, "-w", "-t", str(_SECONDS))
        self._start = ("-l", str(path / "log"), "-o", sockets, "start")
        self._run("pg_ctl", *self._control, *self._start)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{_USER}@/{database}?host={self.path}"

    def fresh(self) -> str:
        """Make an empty database and return its address."""
        self._made += 1
        name = f"relay_{self._made}"
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def run(self, statement: str, url: str = "") -> list[tuple[object, ...]]:
        """Carry out one statement and return its rows."""
        with closing(psycopg.connect(url or self.url(), autocommit=True)) as db:
            cursor = db.execute(statement.encode())
            return [] if cursor.description is None else cursor.fetchall()

    def log(self) -> str:
        return (self.path / "log").read_text(encoding="utf-8")

    def crash(self) -> None:
        """End it as a power cut does, and start it again."""
        self.stop("immediate")
        self._run("pg_ctl", *self._control, *self._start)

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", *self._control, "-m", mode, "stop")

    def _run(self, program: str, *arguments: str) -> None:
        user = _NOBODY if os.geteuid() == 0 else None
        subprocess.run(
            [self._programs / program, *arguments],
            check=True,
            user=user,
            group=user,
            cwd=self.path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=2 * _SECONDS,
        )


def server() -> Server:
    """Return the server of this process, or skip the test where there can be none."""
    found = _server()
    if isinstance(found, str):
        pytest.skip(found)
    return found


@cache
def _server() -> Server | str:
    programs = _programs()
    if programs is None:
        return "no PostgreSQL here: neither the package pgserver nor the system's own"
    path = Path(mkdtemp(prefix="postgres-"))
    atexit.register(shutil.rmtree, path)
    try:
        started = Server(programs, path)
    except (OSError, subprocess.CalledProcessError) as error:
        return f"PostgreSQL cannot be run here: {error}"
    atexit.register(started.stop)  # before its directory is removed
    return started


def _programs() -> Path | None:
    """Return the directory of PostgreSQL's programs."""
    package = find_spec("pgserver")
    if package is not None and package.origin is not None:
        return Path(package.origin).parent / "pginstall" / "bin"
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)

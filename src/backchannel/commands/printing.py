"""A page of HTML as a PDF, printed by the browser of this machine.

Promises: the browser gets a folder of its own that goes again, and a page that loads nothing; where
there is no browser it is said what to do instead.

A library that sets pages itself (WeasyPrint) was looked at: it needs libraries of the system too,
and does not set Arabic and Persian as a browser does.
"""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from backchannel.desk.errors import UsageError

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
_SECONDS: Final = 120


def to_pdf(html: str) -> bytes:
    """Return a page as a PDF. Raises: UsageError, without a browser that can print."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise UsageError(
            "a PDF is printed by a browser, and none of these is here: "
            f"{', '.join(BROWSERS)}; write .html and print it from your browser"
        )
    with TemporaryDirectory(prefix="backchannel-") as folder:
        page, made = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(html, encoding="utf-8")
        page.chmod(0o600)
        return _printed(browser, page, made)


def _printed(browser: str, page: Path, made: Path) -> bytes:
    command = [
        browser,
        "--headless",
        "--disable-gpu",
        "--disable-extensions",
        "--disable-background-networking",
        "--no-first-run",
        "--no-pdf-header-footer",
        f"--user-data-dir={page.parent / 'profile'}",
        f"--print-to-pdf={made}",
        # Chromium refuses its sandbox to root; the page is ours and loads nothing.
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        page.as_uri(),
    ]
    try:
        # Our own words, and the browser that was found by name.
        subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)  # noqa: S603
        return made.read_bytes()
    except (OSError, subprocess.SubprocessError) as fault:
        raise UsageError(
            f"{Path(browser).name} printed no PDF; write .html and print it from your browser"
        ) from fault

"""What is typed into the fields of a form, read: a time, lines; what stands in it to begin with.

Promised: what cannot be read is told beside its field, and nothing typed is lost over it.
"""

from datetime import datetime

from backchannel.desk.screen.moments import read_moment
from backchannel.desk.web.languages import plain_digits
from backchannel.desk.web.visit import Visit, beside


def moment_in(visit: Visit, name: str) -> datetime:
    """Return the time that was typed. Raises: UsageError, told beside its field."""
    with beside(visit, name):
        return read_moment(plain_digits(visit.field(name)), visit.site.zone)


def moment_if_any(visit: Visit, name: str) -> datetime | None:
    """Return the time that was typed, if any was. Raises: UsageError, told beside its field."""
    return moment_in(visit, name) if visit.field(name).strip() else None


def lines_in(visit: Visit, name: str) -> tuple[str, ...]:
    """Return what was typed one a line, without empty lines."""
    return tuple(filter(None, map(str.strip, visit.field(name).split("\n"))))


def standing(visit: Visit, witness: str, stands: dict[str, list[str]]) -> None:
    """Fill a form with what stands, unless somebody has typed into it.

    `witness`: a field that the form always sends. A box that was unticked sends nothing, and would
    be ticked again if each field was looked at by itself.
    """
    if witness not in visit.typed:
        visit.typed = {**visit.typed, **stands}

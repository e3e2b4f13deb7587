"""A deliberate second step: what is about to be done is shown once more, and held for a moment.

Promised: what cannot be called back is done only from the page that showed it, not before it has
stood there for some seconds, and only if whom it reaches was confirmed by name. Names are those
that the page showed: where others would be reached by now, nothing is done, and it is shown anew.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from starlette.responses import Response

from backchannel.desk.errors import UsageError
from backchannel.desk.web.entry import Held
from backchannel.desk.web.visit import MARK, Visit

HOLD_SECONDS: Final = 5.0
MAX_HELD: Final = 200


def hold(
    visit: Visit,
    template: str,
    *,
    confirm: Mapping[str, str] = MappingProxyType({}),
    **values: Any,  # noqa: ANN401 - for a template
) -> Response:
    """Return the page that shows what is about to be done, and begin to hold it.

    `confirm`: everybody it reaches, as `confirming` gives them.
    """
    held, mark, names = visit.session.held, visit.field(MARK), tuple(confirm.values())
    # What is shown again with what was amiss goes on being held, unless it reaches others now.
    if mark not in held or held[mark].names != names:
        mark = visit.mark()
        held[mark] = Held(visit.site.keeper.outside.clock(), names)
    while len(held) > MAX_HELD:
        held.pop(next(iter(held)))
    seconds = int(HOLD_SECONDS)
    return visit.page(template, held_mark=mark, seconds=seconds, confirm=confirm, **values)


def confirming(names: Iterable[str]) -> dict[str, str]:
    """Return the fields by which everybody that something reaches is confirmed, with the names."""
    return {f"to-{place}": name for place, name in enumerate(names)}


def release(visit: Visit, names: Mapping[str, str]) -> None:
    """Let through what was shown and held; `names`: of everybody it reaches, by field.

    Raises: UsageError.
    """
    shown = visit.session.held.get(visit.field(MARK))
    if shown is None:
        raise UsageError("this was not shown before; look at it first, then confirm it")
    # A field of the form names a place in the list, and the list may be another by now.
    if shown.names != tuple(names.values()):
        raise UsageError(
            "whom it reaches has changed since it was shown; look at it once more; nothing was sent"
        )
    lacking = [name for key, name in names.items() if not visit.field(key)]
    if lacking:
        raise UsageError(f"confirm that it goes to {', '.join(lacking)}; nothing was sent")
    left = HOLD_SECONDS - (visit.site.keeper.outside.clock() - shown.began)
    if left > 0:
        raise UsageError(
            f"it was held for you to look once more, for {left:.0f} more seconds; nothing was sent"
        )

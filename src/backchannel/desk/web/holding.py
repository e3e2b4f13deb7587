"""A deliberate second step: what is about to be done is shown once more, and held for a moment.

Promised: what cannot be called back is done only from the page that showed it, not before it has
stood there for some seconds, and only if whom it reaches was confirmed by name.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from starlette.responses import Response

from backchannel.desk.errors import UsageError
from backchannel.desk.web.visit import MARK, Visit

HOLD_SECONDS: Final = 5.0
MAX_HELD: Final = 200


def hold(visit: Visit, template: str, **values: Any) -> Response:  # noqa: ANN401 - for a template
    """Return the page that shows what is about to be done, and begin to hold it."""
    held, mark = visit.session.held, visit.field(MARK)
    if mark not in held:  # else it is shown again with what was amiss, and the hold goes on
        mark = visit.mark()
        held[mark] = visit.site.keeper.outside.clock()
    while len(held) > MAX_HELD:
        held.pop(next(iter(held)))
    return visit.page(template, held_mark=mark, seconds=int(HOLD_SECONDS), **values)


def confirming(names: Iterable[str]) -> dict[str, str]:
    """Return the fields by which everybody that something reaches is confirmed, with the names."""
    return {f"to-{place}": name for place, name in enumerate(names)}


def release(visit: Visit, names: Mapping[str, str]) -> None:
    """Let through what was shown and held; `names`: of everybody it reaches, by field.

    Raises: UsageError.
    """
    began = visit.session.held.get(visit.field(MARK))
    if began is None:
        raise UsageError("this was not shown before; look at it first, then confirm it")
    lacking = [name for key, name in names.items() if not visit.field(key)]
    if lacking:
        raise UsageError(f"confirm that it goes to {', '.join(lacking)}; nothing was sent")
    left = HOLD_SECONDS - (visit.site.keeper.outside.clock() - began)
    if left > 0:
        raise UsageError(
            f"it was held for you to look once more, for {left:.0f} more seconds; nothing was sent"
        )

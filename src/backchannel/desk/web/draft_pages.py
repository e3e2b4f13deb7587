"""Drafts: what is being typed is kept while it is typed."""

from starlette.responses import RedirectResponse, Response

from backchannel.desk import session
from backchannel.desk.web.visit import HERE, MARK, Address, Visit

FORM = "form"  # the field that names where a form goes
_OURS = frozenset({HERE, MARK, FORM, "step"})


async def keep(visit: Visit) -> Response:
    """Keep what stands in a form, as the page sends it by itself shortly after each key."""
    if visit.request.method != "POST":
        return RedirectResponse("/", status_code=303)
    fields = {name: values for name, values in visit.typed.items() if name not in _OURS}
    where = (visit.field(HERE), visit.field(FORM))
    if not visit.site.keeper.unlocked:
        visit.session.kept = (visit.field(HERE), fields)
        return Response(status_code=204)
    # Somebody types: the desk does not lock under the hands.
    await visit.site.keeper.run(lambda desk: session.save_draft(desk, where, fields))
    return Response(status_code=204)


ROUTES: list[Address] = [("/draft", keep, True)]

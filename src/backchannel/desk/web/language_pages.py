"""The language of the page is chosen on the page, locked or not, and kept by the browser.

The cookie says a language and nothing else; what is no language of the page counts as none.
"""

import re

from starlette.responses import Response

from backchannel.desk.web.languages import COOKIE, COOKIE_SECONDS, languages
from backchannel.desk.web.visit import HERE, Address, Visit

_OWN = re.compile(r"/(?!/)[\w/.-]*")  # an address of this desk, and of no other


async def choose(visit: Visit) -> Response:
    """Go back to the page that was shown, in the language that was chosen."""
    here = visit.field(HERE)
    answer = visit.go(here if _OWN.fullmatch(here) else "/")
    if visit.request.method == "POST" and visit.field("language") in languages():
        answer.set_cookie(
            COOKIE,
            visit.field("language"),
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="strict",
            path="/",
        )
    return answer


ROUTES: list[Address] = [("/language", choose, True)]

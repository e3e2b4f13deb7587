"""The negotiating text as the mediator edits it on the page: written, settled, judged by mouth.

Promised: nothing here is shown to a party; what was written over an older version than the last is
said to be so before it becomes the next.
"""

from starlette.responses import Response

from backchannel.channel.clauses_file import read_text, write_text
from backchannel.channel.handling import Attribution
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.session import SpokenJudgement
from backchannel.desk.web.channel_pages import USES
from backchannel.desk.web.fields import moment_if_any
from backchannel.desk.web.text_pages import (
    HOWS,
    JUDGEMENTS,
    check_seen,
    clause,
    found,
    number_in,
    way,
)
from backchannel.desk.web.visit import Address, Visit, attempt, beside, posted


async def write(visit: Visit) -> Response:
    """Write a version, of a new text or of the one named: a file's content in a text area."""
    if visit.request.method == "GET":
        return await _editor(visit)
    return await attempt(visit, _write, _editor)


async def _editor(visit: Visit) -> Response:
    key = visit.path("channel")
    if await visit.run(lambda desk: session.role(desk, key)) != "mediator":
        raise UsageError("the mediator alone writes the text; a party comments on its clauses")
    each = await found(visit) if "text" in visit.request.path_params else None
    version = len(each.versions) if each else 0
    return visit.page(
        "text_write.html",
        channel=key,
        mediates=True,
        each=each,
        version=version,
        behind=visit.field("version") not in {"", str(version)},
        file=visit.field("file") or (write_text(each.words) if each else ""),
        uses=USES,
    )


async def _write(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.request.path_params.get("text", "")
    with beside(visit, "file"):
        words = read_text(visit.field("file"))
    with beside(visit, "rests_on"):
        resting = _resting(visit)

    def act(desk: Desk) -> tuple[str, int]:
        if which:
            check_seen(visit, desk)
        # What is wrong now is a note; without notes, it stands on top.
        with beside(visit, "rests_on" if resting else ""):
            return session.write_text(desk, key, words, text=which, rests_on=resting)

    made, version = await visit.run(act)
    notice = visit.gettext("Version %(number)s is written. Nobody has seen it.", number=version)
    return visit.go(f"/c/{key}/texts/{made}", notice)


def _resting(visit: Visit) -> list[tuple[str, Attribution]]:
    """Return the notes it uses, one `note = use` a line. Raises: UsageError."""
    found_ = []
    for line in filter(None, map(str.strip, visit.field("rests_on").split("\n"))):
        note, _, use = (part.strip() for part in line.partition("="))
        if not note or use not in USES:
            raise UsageError(
                f"{line[:60]!r} is not understood; write a note and its use, such as "
                f"1a2b3c4d = {next(iter(USES))}; the uses are {', '.join(USES)}"
            )
        found_.append((note, USES[use][0]))
    return found_


async def _settle(visit: Visit) -> Response:
    key, which, seen = visit.path("channel"), visit.path("text"), visit.field("clause")
    bracket, chosen = number_in(visit.field("bracket")), number_in(visit.field("choose"))
    with beside(visit, "choose"):
        if not chosen:
            raise UsageError("choose the words that stay")

    def act(desk: Desk) -> int:
        check_seen(visit, desk)
        return session.settle_bracket(desk, key, which, seen, bracket=bracket, alternative=chosen)

    version = await visit.run(act)
    notice = visit.gettext(
        "Version %(number)s is written, with that bracket settled; nobody has seen it.",
        number=version,
    )
    return visit.go(way(visit), notice)


async def _hear(visit: Visit) -> Response:
    key, which, seen = visit.path("channel"), visit.path("text"), visit.field("clause")
    given, how = JUDGEMENTS.get(visit.field("judgement")), HOWS.get(visit.field("how"))
    if given is None or how is None or not visit.field("party"):
        raise UsageError("choose who said it, where it stands and how it was said")
    spoken = moment_if_any(visit, "spoken")

    def act(desk: Desk) -> None:
        check_seen(visit, desk)
        said = SpokenJudgement(
            party=visit.field("party"),
            clause=seen,
            judgement=given,
            how=how,
            spoken=spoken or desk.minute(),
            person=visit.field("person").strip(),
        )
        session.hear_judgement(desk, key, which, said)

    await visit.run(act)
    notice = visit.gettext(
        "Entered for %(party)s: clause %(clause)s, %(stand)s.",
        party=visit.field("party"),
        clause=seen,
        stand=visit.gettext(given.value),
    )
    return visit.go(way(visit), notice)


_TEXT = "/c/{channel}/texts/{text}"

# Before those of text_pages: a text's key stands where `write` does.
ROUTES: list[Address] = [
    ("/c/{channel}/texts/write", write, False),
    (f"{_TEXT}/write", write, False),
    (f"{_TEXT}/clauses/{{place}}/settle", posted(_settle, clause, way), False),
    (f"{_TEXT}/clauses/{{place}}/heard", posted(_hear, clause, way), False),
]

"""The single negotiating text on the page: read by all, its clauses judged by a party.

Promised: a judgement or a comment is of the words that the page showed, not of a version that came
while somebody read; a party's page says nothing of where another party stands.
"""

from dataclasses import dataclass

from starlette.responses import Response

from backchannel.channel.accord import AccordForm
from backchannel.channel.brackets import Bracket, parse_brackets
from backchannel.channel.clauses import Clause, NegotiatingText, brackets_of
from backchannel.channel.differences import (
    Change,
    ClauseChange,
    Rewording,
    Run,
    WordChange,
    differences,
)
from backchannel.channel.handling import Handling
from backchannel.channel.oral import How
from backchannel.channel.rules import TextLife
from backchannel.channel.texts import Judgement
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.session import TextPage
from backchannel.desk.web.channel_pages import USES, uses_in
from backchannel.desk.web.searching import part
from backchannel.desk.web.step_lines import EXAMPLE
from backchannel.desk.web.visit import Address, Visit, beside, mediated, posted

HOWS = {each.name.lower().replace("_", "-"): each for each in How}
_DIGITS = 5  # of a number in an address; more is none
JUDGEMENTS = {each.value.replace(" ", "-"): each for each in Judgement}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What happened to one clause; `wordings` has the whole of one that is new or gone."""

    change: ClauseChange
    wordings: tuple[Rewording, ...] = ()


async def texts(visit: Visit) -> Response:
    """Show the texts of a channel; to the mediator also the way to a new one."""
    key = visit.path("channel")
    known = await visit.run(lambda desk: session.texts(desk, key))
    shown = part(visit, known)
    return visit.page(
        "texts.html",
        channel=key,
        known=shown.things,
        number=shown.number,
        last=shown.last,
        open_in=brackets_of,
        **await mediated(visit),
    )


async def text(visit: Visit) -> Response:
    """Show one text with its brackets, who stands where, and what can be done here."""
    each = await found(visit)
    at = await mediated(visit)
    return visit.page("text.html", **_parts(visit, each), **at)


async def changes(visit: Visit) -> Response:
    """Show what changed between two versions, word by word."""
    each, asked = await found(visit), visit.request.query_params
    last = len(each.versions)
    until = number_in(asked.get("until", "")) or last
    since = number_in(asked.get("since", "")) or until - 1
    if not 1 <= since < until <= last:
        raise UsageError(
            f"there is nothing to compare: this desk has versions 1 to {last}; choose an earlier "
            "and a later one"
        )
    between = changes_between(each.versions[since - 1], each.versions[until - 1])
    at = await mediated(visit)
    compared = {"since": since, "until": until, "between": between, "runs": Run}
    return visit.page("text_changes.html", **_parts(visit, each), **compared, **at)


async def clause(visit: Visit) -> Response:
    """Show one clause of the last version, and what can be done about it here."""
    each = await found(visit)
    place, known = clause_at(visit, each)
    at = await mediated(visit)
    key = visit.path("channel")
    mute = await visit.run(lambda desk: session.without_desks(desk, key)) if at["mediates"] else ()
    return visit.page(
        "text_clause.html",
        **_parts(visit, each),
        **at,
        clause=known,
        place=place,
        judgements=JUDGEMENTS,
        uses=USES,
        hows=HOWS,
        brackets=_brackets(known),
        mute=[name for name, _ in each.shown if name in mute],
    )


async def _judge(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.path("text")
    given, seen = JUDGEMENTS.get(visit.field("judgement")), visit.field("clause")
    with beside(visit, "judgement"):
        if given is None:
            raise UsageError("choose where you stand on this clause")

    def act(desk: Desk) -> None:
        check_seen(visit, desk)
        session.judge_clause(desk, key, which, seen, judgement=given)

    await visit.run(act)
    notice = visit.gettext(
        "Clause %(clause)s: %(stand)s. The mediator alone is told; it goes out with the courier.",
        clause=seen,
        stand=visit.gettext(given.value),
    )
    return visit.go(way(visit), notice)


async def _comment(visit: Visit) -> Response:
    key, which, seen = visit.path("channel"), visit.path("text"), visit.field("clause")
    handling = Handling(uses=uses_in(visit), ask_first=bool(visit.field("ask_first")))

    def act(desk: Desk) -> None:
        check_seen(visit, desk)
        session.comment_on_clause(
            desk, key, which, seen, comment=visit.field("comment"), handling=handling
        )

    with beside(visit, "comment"):
        await visit.run(act)
    notice = visit.gettext(
        "Your comment on clause %(clause)s: %(handling)s. It goes out with the courier.",
        clause=seen,
        handling=handling.words,
    )
    return visit.go(way(visit), notice)


def way(visit: Visit) -> str:
    """Return the address of the text, or of the clause, that a form is about."""
    at = visit.request.path_params
    address = f"/c/{at['channel']}/texts/{at['text']}"
    return f"{address}/clauses/{at['place']}" if "place" in at else address


async def found(visit: Visit) -> TextPage:
    """Return the text that an address names. Raises: UsageError."""
    return await visit.run(lambda desk: find_text(visit, desk))


def find_text(visit: Visit, desk: Desk) -> TextPage:
    """Return the text that an address names. Raises: UsageError."""
    for each in session.texts(desk, visit.path("channel")):
        if each.key == visit.path("text"):
            return each
    raise UsageError("there is no such text here; go back to the texts")


def check_seen(visit: Visit, desk: Desk) -> TextPage:
    """Return the text if its last version is the one that the form stood beside.

    Raises: UsageError.
    """
    each = find_text(visit, desk)
    if visit.field("version") != str(len(each.versions)):
        raise UsageError(
            f"there is a newer version now, number {len(each.versions)}: read it, then say it "
            "again; nothing was done"
        )
    return each


def clause_at(visit: Visit, each: TextPage) -> tuple[int, Clause]:
    """Return the clause of the last version at the place named, from 1. Raises: UsageError."""
    place = number_in(visit.path("place"))
    if not 1 <= place <= len(each.words.clauses):
        raise UsageError("there is no such clause in the last version; go back to the text")
    return place, each.words.clauses[place - 1]


def changes_between(old: NegotiatingText, new: NegotiatingText) -> tuple[Changed, ...]:
    """Return the changes, with the words of clauses that are new or gone."""
    return tuple(Changed(change=c, wordings=_whole(c, old, new)) for c in differences(old, new))


def _whole(
    change: ClauseChange, old: NegotiatingText, new: NegotiatingText
) -> tuple[Rewording, ...]:
    if change.kind is Change.REWORDED:
        return change.rewordings
    if change.kind not in {Change.ADDED, Change.REMOVED}:
        return ()
    lone, kind = (new, Run.ADDED) if change.kind is Change.ADDED else (old, Run.REMOVED)
    return tuple(
        Rewording(wording.language, (WordChange(kind, wording.text),))
        for clause in lone.clauses
        if clause.id == change.clause
        for wording in clause.wordings
    )


def _brackets(clause: Clause) -> list[list[tuple[str, Bracket]]]:
    """Return each bracket in every language in which the clause has one at this place."""
    found: list[list[tuple[str, Bracket]]] = []
    for wording in clause.wordings:
        brackets = [part for part in parse_brackets(wording.text) if isinstance(part, Bracket)]
        found.extend([] for _ in brackets[len(found) :])
        for place, bracket in enumerate(brackets):
            found[place].append((wording.language, bracket))
    return found


def number_in(written: str) -> int:
    """Return the number in an address; 0 if there is none."""
    return (
        int(written) if written.isascii() and written.isdigit() and len(written) <= _DIGITS else 0
    )


def _parts(visit: Visit, each: TextPage) -> dict[str, object]:
    return {
        "channel": visit.path("channel"),
        "each": each,
        "live": each.life is not TextLife.DROPPED,
        "parts": parse_brackets,
        "accord_forms": list(AccordForm),
        "example": EXAMPLE,
    }


ROUTES: list[Address] = [
    ("/c/{channel}/texts", texts, False),
    ("/c/{channel}/texts/{text}", text, False),
    ("/c/{channel}/texts/{text}/changes", changes, False),
    ("/c/{channel}/texts/{text}/clauses/{place}", clause, False),
    ("/c/{channel}/texts/{text}/clauses/{place}/judge", posted(_judge, clause, way), False),
    (
        "/c/{channel}/texts/{text}/clauses/{place}/comment",
        posted(_comment, clause, way),
        False,
    ),
]

"""A negotiating text that is ready: shown to parties, dropped, or made an accord, on the page.

Promised: a version goes to parties only after a second look, held, each party confirmed by name.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from backchannel.channel.accord import AccordForm
from backchannel.channel.brackets import parse_brackets
from backchannel.channel.clauses import NegotiatingText
from backchannel.channel.differences import Run
from backchannel.channel.steps import Step, check_plan
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.session import AccordDraft, TextPage
from backchannel.desk.web.holding import confirming, hold, release
from backchannel.desk.web.reaching import mute_and_unverified
from backchannel.desk.web.step_lines import read_steps
from backchannel.desk.web.text_pages import (
    Changed,
    changes_between,
    check_seen,
    find_text,
    number_in,
    text,
    way,
)
from backchannel.desk.web.visit import Address, Visit, attempt, beside, posted

_FORMS = {each.value: each for each in AccordForm}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaching:
    """A version about to be shown. `changed`: for each party that was shown one, since that one."""

    each: TextPage
    version: int
    words: NegotiatingText
    parties: tuple[str, ...]
    by_mouth: tuple[str, ...]
    unverified: tuple[str, ...]
    changed: tuple[tuple[str, int, tuple[Changed, ...]], ...]


async def put(visit: Visit) -> Response:
    """Show a version to parties: looked at once more, each confirmed by name, held."""
    if visit.request.method == "GET":
        return visit.go(way(visit))
    if visit.field("step") == "do":
        return await attempt(visit, _put, _look)
    return await attempt(visit, _look, text)


async def _look(visit: Visit) -> Response:
    reaching = await visit.run(lambda desk: _reaching(visit, desk))
    return hold(
        visit,
        "text_look.html",
        channel=visit.path("channel"),
        mediates=True,
        each=reaching.each,
        reaching=reaching,
        runs=Run,
        parts=parse_brackets,
        confirm=confirming(reaching.parties),
    )


async def _put(visit: Visit) -> Response:
    reaching = await visit.run(lambda desk: _reaching(visit, desk))
    release(visit, confirming(reaching.parties))
    await visit.run(
        lambda desk: session.show_text(
            desk,
            visit.path("channel"),
            visit.path("text"),
            reaching.parties,
            version=reaching.version,
            override_unverified=visit.field("override").strip(),
        )
    )
    notice = visit.gettext(
        "Version %(number)s is shown to %(names)s. It goes out with the courier.",
        number=reaching.version,
        names=", ".join(reaching.parties),
    )
    return visit.go(way(visit), notice)


def _reaching(visit: Visit, desk: Desk) -> Reaching:
    """Return what would be shown to whom. Raises: UsageError."""
    key, each = visit.path("channel"), find_text(visit, desk)
    version, parties = number_in(visit.field("put_version")), tuple(visit.fields("party"))
    if not 1 <= version <= len(each.versions) or not parties:
        raise UsageError("choose a version, and the parties that are shown it")
    record = session.record(desk, key)  # refused at the desk of a party
    names = [seat.name for seat in record.seats.values() if not seat.closed]
    if unknown := [name for name in parties if name not in names]:
        raise UsageError(f"{unknown[0]!r} has no open seat here; choose parties of this channel")
    mute, unverified = mute_and_unverified(desk, key, parties)
    if unverified and not visit.field("override").strip():
        visit.faults["override"] = (
            f"The safety words of {', '.join(unverified)} were not compared: compare them, or say "
            "why it is shown nevertheless."
        )
        raise UsageError("not every party was verified; nothing was sent")
    words = each.versions[version - 1]
    return Reaching(
        each=each,
        version=version,
        words=words,
        parties=parties,
        by_mouth=mute,
        unverified=unverified,
        changed=_changed(each, words, parties),
    )


def _changed(
    each: TextPage, words: NegotiatingText, parties: Sequence[str]
) -> tuple[tuple[str, int, tuple[Changed, ...]], ...]:
    return tuple(
        (name, number, changes_between(each.versions[number - 1], words))
        for name, number in each.shown
        if name in parties
    )


async def _drop(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.path("text")
    with beside(visit, "sure"):
        if not visit.field("sure"):
            raise UsageError("tick that you want to drop it; nothing was done")
    await visit.run(lambda desk: session.drop_text(desk, key, which))
    return visit.go(way(visit), visit.gettext("The text is dropped. It goes out with the courier."))


async def _draft(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.path("text")
    form, steps = _FORMS.get(visit.field("form")), _steps(visit)
    if form is None:
        raise UsageError("choose the form of the accord")

    def act(desk: Desk) -> str:
        each = check_seen(visit, desk)
        title, editions = session.editions_of(desk, key, which)
        shown = tuple(name for name, _ in each.shown)
        writing = AccordDraft(title=title, editions=editions, parties=shown, form=form, steps=steps)
        return session.draft(desk, key, writing)

    made = await visit.run(act)
    notice = visit.gettext("Drafted from the text. Nobody is told before you put it.")
    return visit.go(f"/c/{key}/accords/{made}", notice)


def _steps(visit: Visit) -> tuple[Step, ...]:
    with beside(visit, "steps"):
        return check_plan(read_steps(visit.field("steps")))


ROUTES: list[Address] = [
    ("/c/{channel}/texts/{text}/put", put, False),
    ("/c/{channel}/texts/{text}/drop", posted(_drop, text, way), False),
    ("/c/{channel}/texts/{text}/accord", posted(_draft, text, way), False),
]

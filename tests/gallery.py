"""A mediation that has come to stand on every page: what all pages are looked at with.

Illustrative: nobody said any of it. `words` is what is done to whatever people write, and `names`
to names and to an accord's own lines, which are held shorter and plainer: so that the same
mediation can be played with words that try to be more than words.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from backchannel.channel.accord import Edition
from backchannel.channel.agenda import Item, Phase
from backchannel.channel.clauses_file import read_text
from backchannel.channel.handling import (
    AS_OURS,
    FOR_THE_MEDIATOR_ONLY,
    WITHOUT_ATTRIBUTION,
    Attribution,
)
from backchannel.channel.oral import How
from backchannel.channel.proposals import Answer
from backchannel.channel.said import Doing
from backchannel.channel.steps import Category, Step
from backchannel.channel.terms import Choice, Offer
from backchannel.channel.texts import Judgement
from backchannel.desk import session
from backchannel.desk.session import (
    AccordDraft,
    Aloud,
    Conveying,
    Hearing,
    Meeting,
    ProposalDraft,
    Topic,
    Wording,
)
from hostile_relay import MemoryRelay
from mediation import Mediation, begin
from page_desks import Leaf

TEXT = """\
# A pause (illustrative)
languages: en, ar, fa

## 1 operative
en: The pause lasts {days}.
ar: تستمر الهدنة {ayam}.
fa: آتش‌بس {ruz} ادامه دارد.

## 2 operative
en: It may be renewed once.
ar: يجوز تجديدها مرة واحدة.
fa: یک بار می‌توان آن را تمدید کرد.
"""
OPEN = {
    "days": "[ten days | thirty days]",
    "ayam": "[عشرة أيام | ثلاثين يوما]",
    "ruz": "[ده روز | سی روز]",
}
SETTLED = {"days": "thirty days", "ayam": "ثلاثين يوما", "ruz": "سی روز"}

Words = Callable[[str], str]
_LINK = re.compile(r'href="(/[^"#]*)"')
_DRAWN = re.compile(r"\b[0-9a-f]{8,}\b|\b[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}\b")
_SAFE = re.compile(r'<ol class="words".*?</ol>.*?</p>', re.DOTALL)
NOT_PAGES = ("/static", "/news", "/lock")
MOST_ALIKE = 2


def plain(text: str) -> str:
    """Return words as they are."""
    return text


def played(folder: Path, words: Words = plain, names: Words = plain) -> Mediation:
    """Return a mediation of Qatar between Iran and the US in which everything has happened once."""
    table = begin(folder, MemoryRelay(), "Iran", "US")
    table.clock.step = 1  # of what happens in one minute the order would be drawn at random
    _spoken(table, words, names)
    _agenda(table, words, names)
    _proposals(table, words)
    _text(table)
    _rounds(table, words, names)
    _accord(table, words, names)
    table.sync()
    table.clock.step = 0
    return table


def _spoken(table: Mediation, words: Words, names: Words) -> None:
    iran, qatar = table.parties["Iran"], table.mediator
    rows = (("name", "place"), (words("A. B."), words("Evin")))
    note = session.say(
        iran, text=words("پنج نفر می‌توانند به خانه بروند."), rows=rows, handling=WITHOUT_ATTRIBUTION
    )
    table.say("Iran", words("We could live with four."), FOR_THE_MEDIATOR_ONLY)
    ours = table.say("US", words("We ask for all five, and for Doha as the place."), AS_OURS)
    asks_first = session.say(
        iran,
        text=words("The funds may stay in Doha."),
        handling=replace(WITHOUT_ATTRIBUTION, ask_first=True),
    )
    table.clock.move(minutes=40)
    table.sync()
    for seat, basis, attribution in (
        ("US", note, Attribution.NOBODY),
        ("Iran", ours, Attribution.AUTHOR),
    ):
        conveying = Conveying(seat=seat, attribution=attribution, rests_on=[basis])
        session.convey(qatar, "", conveying)
    session.request_use(
        qatar,
        "",
        asks_first,
        attribution=Attribution.NOBODY,
        text=words("May we put it as a thought of our own?"),
    )
    session.ask(qatar, text=words("Which banks?"), seat="Iran")
    session.remark(qatar, "", "US", text=words("لا نستعجل."))
    aloud = Aloud(
        how=How.BY_TELEPHONE, spoken=table.clock() - timedelta(minutes=5), person=names("envoy")
    )
    hearing = Hearing(text=words("Seven, if it must be."), handling=WITHOUT_ATTRIBUTION)
    heard = session.heard(qatar, "", "US", hearing, aloud=aloud)
    telling = Conveying(seat="Iran", attribution=Attribution.NOBODY, rests_on=[heard])
    session.told_by_mouth(qatar, "", telling, aloud=aloud)
    table.sync()


def _agenda(table: Mediation, words: Words, names: Words) -> None:
    item = Item(
        item="pause",
        title=names("A pause"),
        phase=Phase.PROPOSALS,
        options=("10 days", "30 days"),
        text=words("Who pauses what."),
    )
    session.add_item(table.mediator, "", Topic(item=item, shown_to=("Iran", "US")))
    own = Item(item="funds", title=names("الأموال"), phase=Phase.EXPLORATION)
    session.add_item(table.mediator, "", Topic(item=own, shown_to=("Iran",), raised_by="Iran"))
    table.sync()
    session.raise_item(
        table.parties["US"], "", title=names("Overflights"), text=words("Over Iraq.")
    )
    session.propose(
        table.parties["US"],
        text=words("A first step."),
        offers=[Offer(choices=(Choice(issue="pause", option="10 days"),))],
        handling=WITHOUT_ATTRIBUTION,
    )
    table.sync()


def _proposals(table: Mediation, words: Words) -> None:
    for text, answers in (
        ("Thirty days, from Monday.", (Answer.ACCEPT, Answer.ACCEPT)),
        ("Sixty days.", (Answer.ACCEPT,)),
    ):
        draft = ProposalDraft(
            parties=("Iran", "US"),
            text=words(text),
            deadline=table.clock() + timedelta(days=2),
            choices=(Choice(issue="pause", option="30 days"),),
        )
        key = session.put_proposal(table.mediator, "", draft)
        table.sync()
        for party, answer in zip(("Iran", "US"), answers, strict=False):
            session.answer_proposal(table.parties[party], "", key, answer)
        table.sync()
        if len(answers) == len(table.parties):
            session.outcome(table.mediator, "", key)
    table.sync()


def _text(table: Mediation) -> None:
    key, _ = session.write_text(table.mediator, "", read_text(TEXT.format(**OPEN)))
    session.show_text(table.mediator, "", key, ("Iran", "US"))
    table.sync()
    session.judge_clause(table.parties["Iran"], "", key, "2", judgement=Judgement.AGREED)
    table.sync()
    session.write_text(table.mediator, "", read_text(TEXT.format(**SETTLED)), text=key)
    session.show_text(table.mediator, "", key, ("Iran", "US"))
    table.sync()


def _rounds(table: Mediation, words: Words, names: Words) -> None:
    meeting = Meeting(
        begins=table.clock() + timedelta(days=3), place=names("Doha"), text=words("Bring the list.")
    )
    key = session.call_round(table.mediator, "", ("Iran", "US"), meeting)
    wording = Wording(
        text=words("They are home."), credit=words("We thank Qatar."), holding_line="No comment."
    )
    told = session.put_communique(table.mediator, "", ("Iran", "US"), wording)
    table.sync()
    session.answer_round(
        table.parties["Iran"], "", key, coming=True, people=(names("A. B."),), text=words("Yes.")
    )
    session.answer_communique(table.parties["US"], "", told, agrees=True, text=words("Good."))
    table.sync()


def _accord(table: Mediation, words: Words, names: Words) -> None:
    editions = [
        Edition(language="en", text=names("Each side does its part.")),
        Edition(language="fa", text=names("هر طرف سهم خود را انجام می‌دهد.")),
    ]
    writing = AccordDraft(
        title=names("Exchange"),
        editions=editions,
        parties=["US", "Iran"],
        steps=[_step(1, "Iran", "US", names), _step(2, "US", "Iran", names)],
    )
    signed = session.draft(table.mediator, "", writing)
    session.put(table.mediator, "", signed)
    table.sync()
    for desk in table.parties.values():
        session.adhere(desk, "", signed)
    table.sync()
    session.release(table.mediator, "", signed)
    table.sync()
    session.report_step(
        table.parties["Iran"],
        "",
        signed,
        "s1",
        doing=Doing.DONE,
        done_on=date(2023, 9, 18),
        text=words("They left at noon."),
    )
    put = session.draft(table.mediator, "", replace(writing, title=names("Funds")))
    session.put(table.mediator, "", put)
    table.sync()


def _step(number: int, actor: str, beneficiary: str, names: Words) -> Step:
    return Step(
        id=f"s{number}",
        actor=actor,
        action=names("frees those on the list"),
        beneficiary=beneficiary,
        category=Category.PRISONER,
        requires=(),
        bargained=(),
        simultaneous_with=(),
        planned=date(2023, 9, 18),
    )


def paths(leaf: Leaf) -> dict[str, str]:
    """Return a way to every page that links lead to, by its address without what is drawn.

    Of pages that differ only in identifiers the first `MOST_ALIKE` are taken.
    """
    found: dict[str, str] = {}
    waiting = ["/"]
    while waiting:
        path = waiting.pop(0)
        alike = _DRAWN.sub("#", path)
        key = next((key for key in _numbered(alike) if key not in found), "")
        if not key or path in found.values() or path.startswith(NOT_PAGES):
            continue
        found[key] = path
        waiting += [each.replace("&amp;", "&") for each in _LINK.findall(leaf.get(path))]
    return found


def _numbered(alike: str) -> list[str]:
    return [alike, *(f"{alike} ({number})" for number in range(2, MOST_ALIKE + 1))]


def comparable(page: str) -> str:
    """Return a page without what is drawn at random: identifiers, marks, keys, safety words."""
    return _DRAWN.sub("#", _SAFE.sub("", page))

"""Negotiating texts in a caucus: the versions shown to this party, and what it says of clauses.

A clause can be agreed only where nothing is open in it: no bracket, and no number or date that one
language has and another lacks. A judgement holds for a clause as long as the clause stays as it is;
one that was changed since is unseen again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from backchannel.channel.clauses import Clause, ClauseId, NegotiatingText, brackets_of
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.history import History, at_seen
from backchannel.channel.names import TextId
from backchannel.channel.pairing import faults
from backchannel.channel.rules import TextLife, follow
from backchannel.channel.texts import (
    ClauseJudged,
    Commented,
    Judgement,
    TextDropped,
    TextShown,
    ToldOfText,
)


class Status(Enum):
    """Where a party stands on a clause."""

    UNSEEN = "unseen"
    OBJECTS = "objects"
    CAN_LIVE_WITH = "can live with"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A negotiating text as this party was shown it, version after version, and its judgements."""

    versions: tuple[TextShown, ...]
    seen: History[int]  # from which told event on, how many versions there were
    lives: History[TextLife]
    judged: tuple[ClauseJudged, ...] = ()

    @property
    def life(self) -> TextLife:
        """Whether it is worked on, as last told."""
        return self.lives[-1][1]

    @property
    def words(self) -> NegotiatingText:
        """The text as last shown."""
        return self.versions[-1].words


Texts = Mapping[TextId, Text]


def statuses(text: Text) -> dict[ClauseId, Status]:
    """Return where the party stands on each clause of the version last shown."""
    last = {judged.clause: judged for judged in text.judged}
    return {clause.id: _status(text, clause, last.get(clause.id)) for clause in text.words.clauses}


def _status(text: Text, clause: Clause, judged: ClauseJudged | None) -> Status:
    if judged is None:
        return Status.UNSEEN
    then = clause_of(text.versions[judged.version - 1].words, judged.clause)
    return Status(judged.judgement.value) if then == clause else Status.UNSEEN


def clause_of(words: NegotiatingText, clause: ClauseId) -> Clause:
    """Return a clause of the text. Raises: RuleBrokenError."""
    for each in words.clauses:
        if each.id == clause:
            return each
    raise RuleBrokenError(
        f"the text has no clause {clause}; its clauses are: "
        f"{', '.join(each.id for each in words.clauses)}"
    )


def enter_said(texts: dict[TextId, Text], event: ClauseJudged) -> None:
    """Enter the party's judgement."""
    old = texts[event.of_text]
    texts[event.of_text] = replace(old, judged=(*old.judged, event))


def enter_told(texts: dict[TextId, Text], event: ToldOfText, number: int) -> None:
    """Enter what the party is told, the mediator's event of this number."""
    old = texts.get(event.of_text)
    if old is None and isinstance(event, TextShown):
        texts[event.of_text] = Text(
            versions=(event,), seen=((number, 1),), lives=((number, TextLife.WORKED_ON),)
        )
    elif old is not None and isinstance(event, TextShown):
        seen = (*old.seen, (number, event.version))
        texts[event.of_text] = replace(old, versions=(*old.versions, event), seen=seen)
    elif old is not None:
        lives = (*old.lives, (number, follow(old.life, TextDropped)))
        texts[event.of_text] = replace(old, lives=lives)


def may_say(texts: Texts, event: ClauseJudged | Commented) -> None:
    """Raises: RuleBrokenError."""
    text = find(texts, event.of_text)
    if at_seen(text.lives, event.seen) is not TextLife.WORKED_ON:
        raise RuleBrokenError("the text is not worked on any more")
    there = at_seen(text.seen, event.seen)
    if event.version > there:
        raise RuleBrokenError(f"the text has no version {event.version}; the last is {there}")
    words = text.versions[event.version - 1].words
    clause = clause_of(words, event.clause)
    if isinstance(event, ClauseJudged) and event.judgement is Judgement.AGREED:
        may_be_agreed(words, clause)


def may_be_agreed(words: NegotiatingText, clause: Clause) -> None:
    """Raises: RuleBrokenError, for a clause in which something is open."""
    alone = replace(words, clauses=(clause,))
    if brackets_of(alone):
        raise RuleBrokenError(
            f"clause {clause.id} still has brackets: it can be agreed once they are settled"
        )
    unpaired = faults(alone)
    if unpaired:
        raise RuleBrokenError(
            f"clause {clause.id} does not say the same in each language: {unpaired[0].words}"
        )


def may_tell(texts: Texts, event: ToldOfText) -> None:
    """Raises: RuleBrokenError."""
    known = texts.get(event.of_text)
    if not isinstance(event, TextShown):
        follow(find(texts, event.of_text).life, type(event))
        return
    following = 1 if known is None else len(known.versions) + 1
    if event.version != following:
        raise RuleBrokenError(f"version {following} is to come next, not {event.version}")
    if known is not None:
        follow(known.life, type(event))


def find(texts: Texts, key: TextId) -> Text:
    """Return the text. Raises: RuleBrokenError."""
    if key not in texts:
        raise RuleBrokenError("no such text was shown in this caucus")
    return texts[key]

"""The negotiating text at the mediator's desk: its versions, who was shown which, who says what.

What a version rests on is checked when it is shown, for each seat: a party's wording goes into the
text for others only as its handling allows, and a bracket names a party only if that party allowed
its words to be conveyed as its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from backchannel.channel.brackets import Bracket, parse_brackets
from backchannel.channel.caucus_texts import Status, clause_of, may_be_agreed, statuses
from backchannel.channel.caucus_texts import Text as CaucusText
from backchannel.channel.clauses import ClauseId, NegotiatingText, brackets_of
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.handling import Attribution
from backchannel.channel.names import SeatId, TextId
from backchannel.channel.pairing import faults
from backchannel.channel.rules import Standing, TextLife, check_standing, follow
from backchannel.channel.seats import may_go_to
from backchannel.channel.tellable import Tellable
from backchannel.channel.texts import (
    HeardJudgement,
    Judgement,
    OnText,
    Resting,
    TextDropped,
    TextDropping,
    TextShowing,
    TextShown,
    TextVersion,
)

Told = TextShown | TextDropped
MayUse = Callable[[Resting, SeatId, TextShowing], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text at the mediator's desk; `shown` has the mediator's versions each seat was shown."""

    versions: tuple[TextVersion, ...]
    life: TextLife = TextLife.WORKED_ON
    shown: Mapping[SeatId, tuple[int, ...]] = field(default_factory=dict)
    heard: tuple[HeardJudgement, ...] = ()

    @property
    def words(self) -> NegotiatingText:
        """The text as the mediator wrote it last."""
        return self.versions[-1].words


def enter(texts: dict[TextId, Text], entry: OnText) -> None:
    """Enter what `may` has let pass."""
    if not isinstance(entry, TextVersion):
        texts[entry.of_text] = _changed(texts[entry.of_text], entry)
        return
    old = texts.get(entry.of_text)
    versions = (*old.versions, entry) if old is not None else (entry,)
    texts[entry.of_text] = (
        Text(versions=versions) if old is None else replace(old, versions=versions)
    )


def _changed(old: Text, entry: OnText) -> Text:
    match entry:
        case TextShowing(version=version, seats=seats):
            more = {seat: (*old.shown.get(seat, ()), version) for seat in seats}
            return replace(old, shown={**old.shown, **more})
        case HeardJudgement():
            return replace(old, heard=(*old.heard, entry))
        case _:
            return replace(old, life=follow(old.life, TextDropped))


def positions(channel: Tellable, key: TextId) -> dict[ClauseId, dict[SeatId, Status]]:
    """Return where each seat that was shown the text stands on each clause as it is now.

    For the mediator only. A seat that was shown an older wording of a clause has not seen it.
    """
    text = find(channel, key)
    # Seat by seat: a party may have judged as often as it liked, and is read through once.
    stands = {
        seat: _written(text, written) if (written := caucus.texts.get(key)) else _heard(text, seat)
        for seat, caucus in ((each, channel.caucuses[each]) for each in text.shown)
    }
    return {
        clause.id: {seat: there.get(clause.id, Status.UNSEEN) for seat, there in stands.items()}
        for clause in text.words.clauses
    }


def _written(text: Text, written: CaucusText) -> dict[ClauseId, Status]:
    now = {clause.id: clause for clause in text.words.clauses}
    stands = statuses(written)
    return {each.id: stands[each.id] for each in written.words.clauses if now.get(each.id) == each}


def _heard(text: Text, seat: SeatId) -> dict[ClauseId, Status]:
    now = {clause.id: clause for clause in text.words.clauses}
    last = {each.clause: each for each in text.heard if each.seat == seat}
    return {
        key: Status(said.judgement.value)
        for key, said in last.items()
        if clause_of(text.versions[said.version - 1].words, key) == now.get(key)
    }


def obstacles(channel: Tellable, key: TextId) -> tuple[str, ...]:
    """Return in words what keeps the text from being an accord: brackets, faults, who has not."""
    text = find(channel, key)
    open_ = [f"clause {clause} still has brackets" for clause in brackets_of(text.words)]
    unpaired = [
        f"clause {fault.clause}: {fault.words}" for fault in faults(text.words) if fault.clause
    ]
    not_agreed = [
        f"clause {clause}: {channel.seats[seat].name} {_words(status)}"
        for clause, stands in positions(channel, key).items()
        for seat, status in stands.items()
        if status is not Status.AGREED
    ]
    return (*open_, *unpaired, *not_agreed)


def _words(status: Status) -> str:
    return "has said nothing of it as it is now" if status is Status.UNSEEN else f"({status.value})"


def tell(channel: Tellable, entry: OnText) -> dict[SeatId, Told]:
    """Return what each seat with a desk is told."""
    if isinstance(entry, TextShowing):
        words = channel.texts[entry.of_text].versions[entry.version - 1].words
        there = (s for s in entry.seats if channel.caucuses[s].welcome is not None)
        return {seat: _shown(channel, entry, seat, words) for seat in there}
    if isinstance(entry, TextDropping):
        return {
            seat: TextDropped(at=entry.at, seen=caucus.said_count, of_text=entry.of_text)
            for seat, caucus in channel.caucuses.items()
            if entry.of_text in caucus.texts
        }
    return {}


def _shown(
    channel: Tellable, entry: TextShowing, seat: SeatId, words: NegotiatingText
) -> TextShown:
    caucus = channel.caucuses[seat]
    before = caucus.texts.get(entry.of_text)
    # Counted in this caucus: the mediator's own number would tell of versions shown elsewhere.
    number = 1 if before is None else len(before.versions) + 1
    return TextShown(
        at=entry.at, seen=caucus.said_count, of_text=entry.of_text, version=number, words=words
    )


def may(channel: Tellable, entry: OnText, standing: Standing, *, may_use: MayUse) -> None:
    """Raises: RuleBrokenError; HandlingForbidsError from `may_use`."""
    if isinstance(entry, TextVersion):
        _may_write(channel, entry)
        return
    text = find(channel, entry.of_text)
    match entry:
        case TextShowing():
            _may_show(channel, entry, text, standing, may_use=may_use)
        case HeardJudgement():
            _may_hear(channel, entry, text)
        case _:
            follow(text.life, TextDropped)


def find(channel: Tellable, key: TextId) -> Text:
    """Return the text. Raises: RuleBrokenError."""
    known = channel.texts.get(key)
    if not isinstance(known, Text):
        raise RuleBrokenError("there is no such text in this channel; write a first version")
    return known


def _may_write(channel: Tellable, entry: TextVersion) -> None:
    known = find(channel, entry.of_text) if entry.of_text in channel.texts else None
    following = 1 if known is None else len(known.versions) + 1
    if entry.version != following:
        raise RuleBrokenError(
            f"version {following} is to be written next, not {entry.version}: somebody of the team "
            "may have written one meanwhile; look at it first"
        )
    if known is not None:
        follow(known.life, TextShown)


def _may_show(
    channel: Tellable, entry: TextShowing, text: Text, standing: Standing, *, may_use: MayUse
) -> None:
    check_standing(standing, TextShown)
    follow(text.life, TextShown)
    if entry.version > len(text.versions):
        raise RuleBrokenError(
            f"the text has no version {entry.version}; the last is {len(text.versions)}"
        )
    version = text.versions[entry.version - 1]
    for seat in entry.seats:
        may_go_to(channel, seat)
        if text.shown.get(seat, ())[-1:] == (entry.version,):
            raise RuleBrokenError(f"{channel.seats[seat].name} was shown this version already")
        for resting in version.rests_on:
            if resting.basis.seat != seat:
                may_use(resting, seat, entry)
        _may_name(channel, version, seat)


def _may_name(channel: Tellable, version: TextVersion, seat: SeatId) -> None:
    """A bracket names a party to others only on the ground of a note that allows it."""
    allowed = {
        channel.seats[each.basis.seat].name
        for each in version.rests_on
        if each.attribution is Attribution.AUTHOR
    }
    own = {channel.seats[seat].name, channel.opened.mediator if channel.opened else ""}
    for name in sorted(named(version.words) - allowed - own):
        raise RuleBrokenError(
            f"a bracket names {name}, and the text rests on no note of it that may be conveyed as "
            "its own: name the note, or leave the name out"
        )


def named(words: NegotiatingText) -> frozenset[str]:
    """Return whose wordings the brackets name."""
    return frozenset(
        alternative.by
        for clause in words.clauses
        for wording in clause.wordings
        for part in parse_brackets(wording.text)
        if isinstance(part, Bracket)
        for alternative in part.alternatives
        if alternative.by
    )


def _may_hear(channel: Tellable, entry: HeardJudgement, text: Text) -> None:
    follow(text.life, TextShown)
    name = channel.seats[entry.seat].name if entry.seat in channel.seats else "this seat"
    if entry.version not in text.shown.get(entry.seat, ()):
        raise RuleBrokenError(f"{name} was not shown this version")
    if entry.of_text in channel.caucuses[entry.seat].texts:
        raise RuleBrokenError(f"{name} has a desk and judges there")
    words = text.versions[entry.version - 1].words
    clause = clause_of(words, entry.clause)
    if entry.judgement is Judgement.AGREED:
        may_be_agreed(words, clause)

"""What a mediator should look at before something is conveyed: shown to it alone, never blocking.

A handling is a rule and refuses. What stands here is judgement that a machine can only help: that
two tellings of one note differ, that words of another note have slipped in, that two parties who
compare what they were told would see whose it is. A text without warnings may still give everything
away; each warning says what was found and why it matters, in one sentence that may quote anybody
and therefore never leaves the mediator's desk.

Wording is compared by words, numbers and names (see `wording`), not by meaning.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from backchannel.channel.channel import Channel
from backchannel.channel.handling import Attribution
from backchannel.channel.knowledge import Fact, corrections, facts
from backchannel.channel.names import Rows, SeatId
from backchannel.channel.record import Conveyance
from backchannel.channel.rules import NoteState
from backchannel.channel.texts import TextShown
from backchannel.channel.wording import (
    common_runs,
    denies,
    figures,
    has_capitals,
    holds,
    mentions,
    names,
    without_denials,
    words,
)

RUN, RUN_WITHOUT_CAPITALS = 4, 3  # words in a row that two texts seldom share by chance
SAME_WORDING = 6  # words in a row by which two parties recognise one text
RARE_WORDS = 3  # words that of all notes one alone has, and that must be there together
LONG = 5  # letters of a word that can be rare
ALIKE = 0.5  # share of words from which on a "not" more or less turns the sense of a text
QUOTED = 3  # pieces that a warning quotes
TWO_PARTIES = 2


class Kind(Enum):
    """What is warned of."""

    FORBIDDEN = "gives away a note whose handling forbids it"
    GIVES_AWAY = "gives away a note it does not rest on"
    CONTRADICTS = "contradicts what it rests on, or what was told before"
    ATTRIBUTION = "shows whose words they are"
    NAMES = "names a party without attribution"


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """One thing to look at; `words` is one sentence, for the mediator only."""

    kind: Kind
    words: str


@dataclass(frozen=True, kw_only=True)  # no slots: what is costly is read when it is asked for
class _Text:
    """A text with its list."""

    text: str
    rows: Rows = ()

    @cached_property
    def words(self) -> tuple[str, ...]:
        return words("\n".join((self.text, *("; ".join(row) for row in self.rows))))

    @cached_property
    def figures(self) -> Mapping[str, str]:
        return figures(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What is to be conveyed, and all that it is compared with."""

    channel: Channel
    entry: Conveyance
    text: _Text
    facts: tuple[tuple[Fact, _Text], ...]
    earlier: tuple[tuple[Conveyance, _Text], ...]

    def name(self, seat: SeatId) -> str:
        return self.channel.seats[seat].name


def warnings(channel: Channel, entry: Conveyance) -> tuple[Warned, ...]:
    """Return what is to be looked at before the entry, or its text in a correction, is conveyed."""
    corrected = corrections(channel)
    last = {key: given[-1] for key, given in corrected.items()}
    case = _Case(
        channel=channel,
        entry=entry,
        text=_Text(text=entry.text, rows=entry.rows),
        facts=tuple(
            (fact, _Text(text=fact.text, rows=fact.rows))
            for fact in facts(channel)
            if fact.state is not NoteState.ERASED
        ),
        earlier=tuple(
            (known, _Text(text=now.text, rows=now.rows))
            for key, known in channel.conveyances.items()
            if key != entry.conveyance
            for now in [last.get(key, known)]
        ),
    )
    order = tuple(Kind)
    found = (*_given_away(case), *_contradicted(case), *_attributed(case), *_named(case))
    return tuple(sorted(dict.fromkeys(found), key=lambda warned: order.index(warned.kind)))


# -- contradicts ---------------------------------------------------------------------------------


def _contradicted(case: _Case) -> Iterator[Warned]:
    rested = set(case.entry.rests_on)
    for known, text in case.earlier:
        if rested & set(known.rests_on) and (what := _difference(case.text, text)):
            whom = case.name(known.seat)
            yield Warned(
                kind=Kind.CONTRADICTS,
                words=f"{whom} was told on {known.at:%Y-%m-%d}, resting on the same note, "
                f"otherwise: {what}; one of the two tellings is wrong, or they will be compared",
            )
    own = [text for fact, text in case.facts if fact.basis in rested]
    if own:
        whole = _Text(
            text="\n".join(text.text for text in own),
            rows=tuple(row for text in own for row in text.rows),
        )
        if what := _numbers(case.text, whole) or _rows(case.text, whole):
            yield Warned(
                kind=Kind.CONTRADICTS,
                words=f"the notes it rests on say otherwise: {what}; look whether this is meant",
            )


def _difference(here: _Text, there: _Text) -> str:
    return _numbers(here, there) or _rows(here, there) or _denial(here, there)


def _numbers(here: _Text, there: _Text) -> str:
    # Where one says all that the other says and more, neither is wrong.
    more = [here.figures[value] for value in here.figures if value not in there.figures]
    less = [there.figures[value] for value in there.figures if value not in here.figures]
    return f"{_list(more)} here, {_list(less)} there" if more and less else ""


def _rows(here: _Text, there: _Text) -> str:
    more, less = set(here.rows) - set(there.rows), set(there.rows) - set(here.rows)
    if not (here.rows and there.rows and more and less):
        return ""
    return f"the list has '{'; '.join(min(more))}' here, '{'; '.join(min(less))}' there"


def _denial(here: _Text, there: _Text) -> str:
    mine, theirs = without_denials(here.text), without_denials(there.text)
    alike = len(mine & theirs) >= ALIKE * len(mine | theirs)
    if not alike or denies(here.text) == denies(there.text):
        return ""
    return "denied here, not there" if denies(here.text) else "denied there, not here"


# -- gives away ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Free:
    """What the text may hold: what its notes say, and what the recipient said or was told."""

    texts: tuple[_Text, ...]
    words: frozenset[str]

    @property
    def figures(self) -> frozenset[str]:
        return frozenset(value for text in self.texts for value in text.figures)

    def holds(self, phrase: Sequence[str]) -> bool:
        return any(holds(text.words, phrase) for text in self.texts)


def _given_away(case: _Case) -> Iterator[Warned]:
    free = _free(case)
    shared = Counter(word for _, text in case.facts for word in set(text.words))
    for fact, text in case.facts:
        if fact.basis in case.entry.rests_on or fact.author == case.entry.seat:
            continue
        rare = frozenset(word for word in set(text.words) if shared[word] == 1)
        if pieces := _pieces(case.text, text, free, rare):
            yield _giving(case, fact, pieces)


def _free(case: _Case) -> _Free:
    seat, rested = case.entry.seat, case.entry.rests_on
    texts = [text for fact, text in case.facts if fact.author == seat or fact.basis in rested]
    texts += [text for known, text in case.earlier if known.seat == seat]
    for event in case.channel.caucuses[seat].entries.values():
        if isinstance(event, TextShown):
            wordings = (each.text for clause in event.words.clauses for each in clause.wordings)
            texts.append(_Text(text="\n".join((event.words.title, *wordings))))
        else:
            given = getattr(event, "text", "")
            texts.append(_Text(text=given, rows=getattr(event, "rows", ())))
    return _Free(
        texts=tuple(texts),
        words=frozenset(word for text in texts for word in text.words),
    )


def _pieces(here: _Text, note: _Text, free: _Free, rare: frozenset[str]) -> tuple[str, ...]:
    least = RUN if has_capitals(note.text) else RUN_WITHOUT_CAPITALS
    common = dict.fromkeys(common_runs(here.words, note.words, least))
    runs = [run for run in common if not free.holds(run)]
    shared = set(here.words) & set(note.words) - free.words
    named = sorted(names(note.text) & shared) if shared else []
    # A figure of one digit stands in every second sentence.
    telling = {value for value in here.figures if len(value) > 1}
    alike = telling & note.figures.keys() if telling else telling
    numbers = [here.figures[value] for value in sorted(alike - free.figures)] if alike else []
    cells = [cell for row in note.rows for cell in row if _slipped(here, cell, free)]
    few = sorted(word for word in rare & shared if len(word) >= LONG)
    found = [*(" ".join(run) for run in runs), *cells, *numbers, *named]
    if len(few) >= RARE_WORDS:
        found += few
    return tuple(dict.fromkeys(found))


def _slipped(here: _Text, cell: str, free: _Free) -> bool:
    phrase = words(cell)
    # Not a lone digit, which is no more than a number.
    return len("".join(phrase)) > 1 and holds(here.words, phrase) and not free.holds(phrase)


def _giving(case: _Case, fact: Fact, pieces: Sequence[str]) -> Warned:
    allowed = fact.handling.allows(case.entry.attribution) and fact.state is NoteState.LIVE
    what = f"{_list(pieces)} stands in a note of {case.name(fact.author)}"
    if allowed:
        return Warned(
            kind=Kind.GIVES_AWAY,
            words=f"{what} that this does not rest on: name that note too, or write it otherwise",
        )
    why = fact.handling.words if fact.state is NoteState.LIVE else fact.state.value
    return Warned(
        kind=Kind.FORBIDDEN,
        words=f"{what} ({why}), which may not be used so: {case.name(case.entry.seat)} would learn "
        "what its author keeps back",
    )


# -- shows whose words they are ------------------------------------------------------------------


def _attributed(case: _Case) -> Iterator[Warned]:
    entry = case.entry
    for known, text in case.earlier:
        if known.attribution is entry.attribution or not _same(case, known, text):
            continue
        then = f"on {known.at:%Y-%m-%d} {known.attribution.words}"
        here = entry.attribution.words
        if known.seat == entry.seat:
            sentence = f"{case.name(entry.seat)} was told the same {then}, and now {here}: it sees "
            yield Warned(kind=Kind.ATTRIBUTION, words=f"{sentence}that both are of one source")
        else:
            yield Warned(
                kind=Kind.ATTRIBUTION,
                words=f"{case.name(known.seat)} was told the same {then}, and "
                f"{case.name(entry.seat)} would be {here}: comparing, they see whose it is",
            )
    yield from _of_two(case)


def _same(case: _Case, known: Conveyance, text: _Text) -> bool:
    return bool(
        set(case.entry.rests_on) & set(known.rests_on)
        or common_runs(case.text.words, text.words, SAME_WORDING)
    )


def _of_two(case: _Case) -> Iterator[Warned]:
    entry = case.entry
    here = [seat for seat, known in case.channel.seats.items() if not known.closed]
    if len(here) != TWO_PARTIES or entry.attribution is not Attribution.NOBODY:
        return
    told = [
        known
        for known, _ in case.earlier
        if known.seat == entry.seat and known.attribution is entry.attribution and known.rests_on
    ]
    # Said once: it is so for every non-paper between two.
    if entry.rests_on and not told:
        author = case.name(entry.rests_on[0].seat)
        yield Warned(
            kind=Kind.ATTRIBUTION,
            words=f"there are two parties: {case.name(entry.seat)} will take any non-paper for "
            f"{author}'s, since it can come from nobody else",
        )


# -- names a party -------------------------------------------------------------------------------


def _named(case: _Case) -> Iterator[Warned]:
    if case.entry.attribution is Attribution.AUTHOR:
        return
    whole = "\n".join((case.entry.text, *("; ".join(row) for row in case.entry.rows)))
    for seat, known in case.channel.seats.items():
        if seat != case.entry.seat and not known.closed and mentions(whole, known.name):
            yield Warned(
                kind=Kind.NAMES,
                words=f"the text names {known.name} and goes {case.entry.attribution.words}: "
                "whoever reads it takes it for theirs, or for something they said",
            )


def _list(things: Sequence[str]) -> str:
    more = f" and {len(things) - QUOTED} more" if len(things) > QUOTED else ""
    return ", ".join(f"'{thing}'" for thing in things[:QUOTED]) + more

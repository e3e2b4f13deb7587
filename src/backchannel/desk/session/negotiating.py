"""The single negotiating text at a desk: written and shown by the mediator, judged by parties.

Promises: only the mediator writes; a version goes to a party only as the handlings of the notes it
rests on allow; what each party says of a clause is seen whole by the mediator alone; an accord is
drafted from a text only when nothing in it is open and every clause is agreed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from backchannel.channel import caucus_texts, channel_texts
from backchannel.channel.accord import Edition
from backchannel.channel.brackets import Bracket, parse_brackets
from backchannel.channel.caucus import Caucus
from backchannel.channel.caucus_texts import Status
from backchannel.channel.channel import Channel
from backchannel.channel.clauses import ClauseId, NegotiatingText, resolve, wording_in
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.handling import Attribution, Handling
from backchannel.channel.names import NoteId, TextId
from backchannel.channel.oral import How
from backchannel.channel.rules import TextLife
from backchannel.channel.texts import (
    ClauseJudged,
    Commented,
    HeardJudgement,
    Judgement,
    Resting,
    TextDropping,
    TextShowing,
    TextVersion,
)
from backchannel.desk import tables
from backchannel.desk.desk import Desk
from backchannel.desk.ledger import load_caucus, load_channel, record_entry
from backchannel.desk.session.conveying import find_note
from backchannel.desk.session.finding import find, find_channel
from backchannel.desk.session.mediating import require_verified, seat_names
from backchannel.desk.session.saying import When, speak


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPage:
    """A text as this desk may show it.

    `versions` are those of this desk: written here, or shown to this party. `stands` has, for each
    clause, who stands where: all parties at the mediator's desk, itself alone at a party's.
    `obstacles` say what keeps the text from being an accord; the mediator's desk alone has them.
    """

    key: str
    life: TextLife
    versions: tuple[NegotiatingText, ...]
    stands: dict[ClauseId, dict[str, Status]]
    obstacles: tuple[str, ...] = ()
    shown: tuple[tuple[str, int], ...] = ()

    @property
    def words(self) -> NegotiatingText:
        """The text as it is now."""
        return self.versions[-1]


def write_text(
    desk: Desk,
    channel: str,
    words: NegotiatingText,
    *,
    text: str = "",
    rests_on: Sequence[tuple[str, Attribution]] = (),
) -> tuple[str, int]:
    """Write a version, of a new text or of the one named; return its identifier and number.

    Notes that the version before rested on are kept; `rests_on` adds to them.
    """
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        key = _find(state, text) if text else TextId(desk.new_id())
        old = state.texts[key].versions if key in state.texts else ()
        bases = {each.basis: each for each in (old[-1].rests_on if old else ())}
        for note, attribution in rests_on:
            basis = find_note(state, note)
            bases[basis] = Resting(basis=basis, attribution=attribution)
        entry = TextVersion(
            at=desk.minute(),
            by=desk.person,
            of_text=key,
            version=len(old) + 1,
            words=words,
            rests_on=tuple(bases.values()),
        )
        record_entry(desk, connection, row, entry)
    return key, entry.version


def settle_bracket(
    desk: Desk, channel: str, text: str, clause: str, *, bracket: int, alternative: int
) -> int:
    """Write a version in which one bracket (counted from 1) is settled; return its number."""
    with desk.vault.read() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
    key = _find(state, text)
    words = state.texts[key].words
    old = caucus_texts.clause_of(words, ClauseId(clause))
    new = resolve(old, bracket=bracket - 1, alternative=alternative - 1)
    clauses = tuple(new if each is old else each for each in words.clauses)
    return write_text(desk, channel, replace(words, clauses=clauses), text=key)[1]


def show_text(
    desk: Desk,
    channel: str,
    text: str,
    parties: Sequence[str],
    *,
    version: int = 0,
    override_unverified: str = "",
) -> int:
    """Show a version (0: the last) to parties; return which it was.

    To a party without a desk the mediator shows it in person; that is recorded.

    Raises:
        HandlingForbidsError: a note it rests on may not be used so.
        UnverifiedError: a caucus is not verified, and no reason to go on is given.
    """
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        key = _find(state, text)
        seats = seat_names(state, parties)
        desks = {caucus.caucus: caucus for caucus in tables.caucuses(connection, row.channel)}
        for seat in seats:
            if seat in desks:
                require_verified(desk, connection, desks[seat], override=override_unverified)
        which = version or len(state.texts[key].versions)
        entry = TextShowing(
            at=desk.minute(), by=desk.person, of_text=key, version=which, seats=seats
        )
        record_entry(desk, connection, row, entry)
    return which


def drop_text(desk: Desk, channel: str, text: str) -> None:
    """Work on a text no longer; whoever was shown it is told that, and not why."""
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        key = _find(load_channel(desk, connection, row.channel), text)
        entry = TextDropping(at=desk.minute(), by=desk.person, of_text=key)
        record_entry(desk, connection, row, entry)


def judge_clause(desk: Desk, channel: str, text: str, clause: str, *, judgement: Judgement) -> None:
    """Say, as a party, where it stands on a clause of the version shown last."""

    def make(state: Caucus, when: When) -> ClauseJudged:
        key, known = _shown(state, text)
        return ClauseJudged(
            **when,
            of_text=key,
            version=len(known.versions),
            clause=ClauseId(clause),
            judgement=judgement,
        )

    speak(desk, channel, make)


def comment_on_clause(
    desk: Desk,
    channel: str,
    text: str,
    clause: str,
    *,
    comment: str,
    handling: Handling,
    not_before: datetime | None = None,
    expires: datetime | None = None,
) -> str:
    """Comment, as a party, on a clause under a handling; return the note's identifier."""
    note = NoteId(desk.new_id())

    def make(state: Caucus, when: When) -> Commented:
        key, known = _shown(state, text)
        return Commented(
            **when,
            note=note,
            text=comment,
            handling=handling,
            not_before=not_before,
            expires=expires,
            of_text=key,
            version=len(known.versions),
            clause=ClauseId(clause),
        )

    speak(desk, channel, make)
    return note


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenJudgement:
    """What a party without a desk said of a clause; `spoken` is when (UTC, full minute)."""

    party: str
    clause: str
    judgement: Judgement
    how: How
    spoken: datetime
    person: str = ""


def hear_judgement(desk: Desk, channel: str, text: str, said: SpokenJudgement) -> None:
    """Enter what a party without a desk said of a clause of the version it was shown last."""
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        key = _find(state, text)
        (seat,) = seat_names(state, [said.party])
        shown = state.texts[key].shown.get(seat, ())
        if not shown:
            raise RuleBrokenError(f"{said.party} was not shown this text")
        entry = HeardJudgement(
            at=desk.minute(),
            by=desk.person,
            of_text=key,
            seat=seat,
            version=shown[-1],
            clause=ClauseId(said.clause),
            judgement=said.judgement,
            how=said.how,
            spoken=said.spoken,
            person=said.person,
        )
        record_entry(desk, connection, row, entry)


def texts(desk: Desk, channel: str = "") -> tuple[TextPage, ...]:
    """Return the texts of a channel, as this desk may show them."""
    with desk.vault.read() as connection:
        row = find_channel(connection, channel)
        if row.mediates:
            state = load_channel(desk, connection, row.channel)
            return tuple(_written_page(state, key) for key in state.texts)
        own = load_caucus(desk, connection, row.channel)
    return tuple(_shown_page(own, key) for key in own.texts)


def _written_page(state: Channel, key: TextId) -> TextPage:
    known = state.texts[key]
    names = {seat: state.seats[seat].name for seat in known.shown}
    return TextPage(
        key=key,
        life=known.life,
        versions=tuple(each.words for each in known.versions),
        stands={
            clause: {names[seat]: status for seat, status in stands.items()}
            for clause, stands in channel_texts.positions(state, key).items()
        },
        obstacles=channel_texts.obstacles(state, key),
        shown=tuple((names[seat], versions[-1]) for seat, versions in known.shown.items()),
    )


def _shown_page(own: Caucus, key: TextId) -> TextPage:
    known = own.texts[key]
    us = own.welcome.party if own.welcome else ""
    return TextPage(
        key=key,
        life=known.life,
        versions=tuple(each.words for each in known.versions),
        stands={clause: {us: status} for clause, status in caucus_texts.statuses(known).items()},
    )


def editions_of(desk: Desk, channel: str, text: str) -> tuple[str, tuple[Edition, ...]]:
    """Return the title and the editions of an accord that the text has become.

    Raises:
        RuleBrokenError: something in it is open, or not agreed by all it was shown to.
    """
    with desk.vault.read() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
    key = _find(state, text)
    known = state.texts[key]
    obstacles = (*channel_texts.obstacles(state, key), *_lacking(known.words))
    if not known.shown or obstacles:
        what = "; ".join(obstacles[:5]) if known.shown else "it was shown to nobody yet"
        raise RuleBrokenError(f"the text is not ready to be an accord: {what}")
    return known.words.title, tuple(
        Edition(language=language, text=_edition(known.words, language))
        for language in known.words.languages
    )


def _lacking(words: NegotiatingText) -> Iterator[str]:
    """Yield which clauses lack a language: a recital may while it is drafted, no accord's may."""
    for clause in words.clauses:
        for language in words.languages:
            if wording_in(clause, language) is None:
                yield f"clause {clause.id} has no wording in {language}"


def _edition(words: NegotiatingText, language: str) -> str:
    """Return the clauses in one language, each after its id; escapes of brackets undone."""
    found = ((clause.id, wording_in(clause, language)) for clause in words.clauses)
    return "\n\n".join(f"{id_}. {_plain(each.text)}" for id_, each in found if each is not None)


def _plain(wording: str) -> str:
    return "".join(part for part in parse_brackets(wording) if not isinstance(part, Bracket))


def _find(state: Channel, reference: str) -> TextId:
    return find(reference, ((k, t.words.title, k) for k, t in state.texts.items()), "text")


def _shown(state: Caucus, reference: str) -> tuple[TextId, caucus_texts.Text]:
    key = find(reference, ((k, t.words.title, k) for k, t in state.texts.items()), "text")
    return key, state.texts[key]

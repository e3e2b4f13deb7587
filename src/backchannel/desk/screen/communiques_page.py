"""Communiques on the screen: the wording, when it may be said, and who agrees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from backchannel.channel.caucus_communiques import Communique
from backchannel.channel.channel import Channel
from backchannel.channel.communique import CommuniquePut, CommuniquePutting
from backchannel.channel.rules import CommuniqueLife, Consent
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.screen.moments import shown
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session.finding import SHOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreeing:
    """Whether a party agrees, and its word to the mediator."""

    name: str
    consent: Consent
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuniqueShown:
    """A communique as either desk shows it; a party knows its own consent alone."""

    key: str
    text: str
    credit: str
    holding_line: str
    not_before: datetime | None
    life: CommuniqueLife
    parties: tuple[Agreeing, ...]


def communiques(desk: Desk, channel: str) -> tuple[CommuniqueShown, ...]:
    """Return the communiques of a channel as this desk may show them."""
    if session.role(desk, channel) == "mediator":
        state = session.record(desk, channel)
        return tuple(
            _shown(known.putting, known.life, _all(state, known.putting))
            for known in state.communiques.values()
        )
    view = session.view(desk, channel)
    own = view.welcome.party if view.welcome else ""
    return tuple(
        _shown(known.put, known.life, (_agreeing(own, known),))
        for known in view.communiques.values()
    )


def _all(state: Channel, putting: CommuniquePutting) -> tuple[Agreeing, ...]:
    return tuple(
        _agreeing(state.seats[seat].name, state.caucuses[seat].communiques[putting.communique])
        for seat in putting.seats
    )


def _agreeing(name: str, known: Communique) -> Agreeing:
    return Agreeing(name=name, consent=known.consent, text=known.text)


def _shown(
    put: CommuniquePut | CommuniquePutting, life: CommuniqueLife, parties: tuple[Agreeing, ...]
) -> CommuniqueShown:
    return CommuniqueShown(
        key=put.communique,
        text=put.text,
        credit=put.credit,
        holding_line=put.holding_line,
        not_before=put.not_before,
        life=life,
        parties=parties,
    )


def show_communiques(
    paper: Paper, known: Sequence[CommuniqueShown], *, zone: tzinfo | None
) -> None:
    """Write each communique with what belongs to it."""
    if not known:
        paper.line("No communique was put yet.")
    for each in known:
        paper.head(f"{each.key[:SHOWN]}  communique: {each.life.value}", style="bold")
        paper.quote(each.text)
        if each.credit:
            paper.line("Credit:")
            paper.quote(each.credit)
        if each.holding_line:
            paper.line("Holding line, if something leaks:")
            paper.quote(each.holding_line)
        if each.not_before is not None:
            paper.line(f"Not to be said before {shown(each.not_before, zone)}.")
        rows = ((party.name, party.consent.value, party.text) for party in each.parties)
        paper.table(("party", "agrees", "says"), rows)

"""Rounds on the screen: the mediator's with everybody's answers, a party's with its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from backchannel.channel.caucus_rounds import Round
from backchannel.channel.channel import Channel
from backchannel.channel.channel_rounds import Round as CalledRound
from backchannel.channel.rounds import RoundAnswered
from backchannel.channel.rules import RoundLife
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.screen.moments import shown
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session.finding import SHOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Who was called, and what it answered to the round as it stands; None: nothing yet."""

    name: str
    answer: RoundAnswered | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundShown:
    """A round as either desk shows it; attendance and debrief are the mediator's alone."""

    key: str
    begins: datetime
    place: str
    text: str
    life: RoundLife
    guests: tuple[Guest, ...]
    attendance: tuple[str, ...] = ()
    debrief: str = ""
    held: bool = False


def rounds(desk: Desk, channel: str) -> tuple[RoundShown, ...]:
    """Return the rounds of a channel as this desk may show them, the earliest first."""
    if session.role(desk, channel) == "mediator":
        state = session.record(desk, channel)
        found = [_mediators(state, known) for known in state.rounds.values()]
    else:
        view = session.view(desk, channel)
        own = view.welcome.party if view.welcome else ""
        found = [_partys(own, known) for known in view.rounds.values()]
    return tuple(sorted(found, key=lambda known: known.begins))


def _mediators(state: Channel, known: CalledRound) -> RoundShown:
    call, held = known.call, known.held
    theirs = ((seat, state.caucuses[seat].rounds.get(call.round)) for seat in call.seats)
    return RoundShown(
        key=call.round,
        begins=call.begins,
        place=call.place,
        text=call.text,
        life=known.life,
        guests=tuple(
            Guest(name=state.seats[seat].name, answer=its.standing_answer if its else None)
            for seat, its in theirs
        ),
        attendance=held.attendance if held else (),
        debrief=held.debrief if held else "",
        held=held is not None,
    )


def _partys(own: str, known: Round) -> RoundShown:
    called = known.called
    return RoundShown(
        key=called.round,
        begins=called.begins,
        place=called.place,
        text=called.text,
        life=known.life,
        guests=(Guest(name=own, answer=known.standing_answer),),
    )


def show_rounds(paper: Paper, known: Sequence[RoundShown], *, zone: tzinfo | None) -> None:
    """Write each round with who comes to it."""
    if not known:
        paper.line("No round was called yet.")
    for each in known:
        state = "held" if each.held else each.life.value
        paper.head(
            f"{each.key[:SHOWN]}  {shown(each.begins, zone)}, {each.place}: {state}", style="bold"
        )
        if each.text:
            paper.quote(each.text)
        paper.table(("party", "comes", "who", "says"), (_row(guest) for guest in each.guests))
        if each.attendance:
            paper.head(f"Came: {', '.join(each.attendance)}")
        if each.debrief:
            paper.line("Debrief:")
            paper.quote(each.debrief)


def _row(guest: Guest) -> tuple[str, str, str, str]:
    answer = guest.answer
    if answer is None:
        return guest.name, "no answer yet", "", ""
    return guest.name, "yes" if answer.coming else "NO", ", ".join(answer.people), answer.text

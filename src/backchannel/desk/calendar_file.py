"""Deadlines as an iCalendar file, for the calendar program of a desk's own people.

The file leaves the desk and is not encrypted; a calendar is often copied to a telephone, a server,
a secretary. So a title says what kind of thing is due, the names of parties it is due from, a step
by its number, and nothing of what anybody said, proposed or agreed; a round has its place. A
*discreet* file has neutral titles alone, no names, no places, and does not say what wrote it.
Identifiers of entries are the same each time the file is written, so that a calendar program
replaces what it had; they are hashes over the channel's own random identifier, so that two desks'
files, or a file and a letter, cannot be matched by them.

Source: RFC 5545; RFC 7986 on identifiers that tell nothing.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from icalendar import Alarm, Calendar, Event

from backchannel.channel.deadlines import Deadline, What
from backchannel.desk.session.finding import SHOWN

_NAMED = "-//backchannel//deadlines//EN"
_NEUTRAL = "-//calendar//EN"
_TITLES = {
    What.ANSWER: "Answer to a proposal is due",
    What.OUTCOME: "Grace ends: outcome of a proposal can be entered",
    What.STEP: "Step is due",
    What.ROUND: "Round",
    What.USE_FROM: "Note may be used from now on",
    What.USE_UNTIL: "Note expires",
    What.RELEASE: "Communique may be released from now on",
    What.PUBLISH: "Accord may be published from now on",
    What.INVITATION: "Invitation expires",
}


def calendar_file(
    deadlines: Iterable[Deadline],
    *,
    channel: str,
    at: datetime,
    discreet: bool = False,
    alarm: int | None = None,
) -> bytes:
    """Return the file; what has no day is not in it.

    Args:
        deadlines: what is due.
        channel: the channel's identifier at this desk.
        at: when it is written (UTC).
        discreet: whether titles are neutral and nothing is named.
        alarm: minutes before each entry at which to be reminded, if at all.
    """
    calendar = Calendar()
    calendar.add("prodid", _NEUTRAL if discreet else _NAMED)
    calendar.add("version", "2.0")
    for deadline in deadlines:
        if deadline.when is not None:
            event = _event(deadline, deadline.when, discreet=discreet)
            event.add("uid", uid(channel, deadline))
            event.add("dtstamp", at)
            if alarm is not None:
                event.add_component(_alarm(alarm, title(deadline, discreet=discreet)))
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def uid(channel: str, deadline: Deadline) -> str:
    """Return the identifier of an entry: the same for the same thing at the same desk."""
    parts = (channel, deadline.what.value, deadline.key, deadline.step)
    return sha256("\0".join(parts).encode()).hexdigest()[:32]


def title(deadline: Deadline, *, discreet: bool = False) -> str:
    """Return the title of an entry, with nothing of what was said."""
    meets = deadline.what is What.ROUND
    if discreet:
        return "Appointment" if meets else "Deadline"
    words = _TITLES[deadline.what]
    if deadline.what is What.STEP:
        words = f"Step {deadline.step} is due"
    names = ", ".join(deadline.from_whom)
    if meets:
        return f"{words} with {names}" if names else words
    whose = f": {names}" if names else ""
    return f"{words}{whose} ({deadline.key[:SHOWN]})"


def _event(deadline: Deadline, when: datetime | date, *, discreet: bool) -> Event:
    meets = deadline.what is What.ROUND
    event = Event()
    event.add("summary", title(deadline, discreet=discreet))
    event.add("dtstart", when.astimezone(UTC) if isinstance(when, datetime) else when)
    # Other people who see this calendar are asked by it not to look closer; no more than asked.
    event.add("class", "CONFIDENTIAL")
    event.add("transp", "OPAQUE" if meets else "TRANSPARENT")
    if meets and deadline.about and not discreet:
        event.add("location", deadline.about)
    return event


def _alarm(minutes: int, words: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", -timedelta(minutes=minutes))
    return alarm

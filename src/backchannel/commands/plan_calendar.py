"""The days of a plan as an iCalendar file, for people's own calendar programs.

A title says which step is due from whom, and nothing of what it is; a *discreet* file has neutral
titles and names nothing. Identifiers of entries are hashes: over the plan's name and the step, so
that a calendar program replaces what it had; in a discreet file over all that the plan says, so
that nobody finds them by guessing names, and a plan that was changed makes new entries.

Source: RFC 5545; RFC 7986 on identifiers that tell nothing.
"""

from datetime import datetime
from hashlib import sha256

from icalendar import Calendar, Event

from backchannel.plan.days import due_days
from backchannel.plan.model import Plan
from backchannel.plan.own_writing import write_own
from backchannel.plan.real import Record

_NAMED = "-//backchannel//plan//EN"
_NEUTRAL = "-//calendar//EN"


def calendar(plan: Plan, record: Record | None, *, at: datetime, discreet: bool = False) -> bytes:
    """Return the file; what has no day, and what is done, is not in it. `at`: when (UTC)."""
    made = Calendar()
    made.add("prodid", _NEUTRAL if discreet else _NAMED)
    made.add("version", "2.0")
    secret = write_own(plan) if discreet else plan.name.encode()
    for step, day in due_days(plan, record.done if record else {}).items():
        event = Event()
        actor = plan.by_id[step].actor
        event.add("summary", "Deadline" if discreet else f"Step {step} is due: {actor}")
        event.add("dtstart", day)
        event.add("class", "CONFIDENTIAL")
        event.add("transp", "TRANSPARENT")
        event.add("uid", sha256(secret + b"\0" + step.encode()).hexdigest()[:32])
        event.add("dtstamp", at)
        made.add_component(event)
    return bytes(made.to_ical())

"""Reports and proposals for tests: one that says something, and a method that finds words."""

from datetime import UTC, date, datetime
from typing import Any

from backchannel.watch.claims import Basis, ClaimType, Direction, SpeakerType
from backchannel.watch.finding import Found
from backchannel.watch.proposals import Method, Proposal, proposed
from backchannel.watch.reports import Report

TEXT = "Qatar said the gap is smaller. It rained. A source said the list has nine names."


def a_report(**fields: object) -> Report:
    """Return a report, with other fields."""
    given: dict[str, Any] = {
        "outlet": "Gazette",
        "url": "https://gazette.example/1",
        "title": "Talks",
        "text": TEXT,
        "language": "en",
        "published": date(2026, 4, 7),
        "published_basis": Basis.PRINTED,
        "retrieved": datetime(2026, 4, 8, tzinfo=UTC),
    }
    return Report(**{**given, **fields})


def cut(text: str) -> list[tuple[int, int]]:
    """Return sentences, which end with a full stop."""
    found, start = [], 0
    for part in text.split(". "):
        end = start + len(part)
        if part.strip():
            found.append((start, end))
        start = end + 2
    return found


def extract(sentence: str) -> tuple[Found, ...]:
    """Find a claim in what somebody `said`: a leak if it was a source."""
    speaker, said, words = sentence.partition(" said ")
    if not said or not words:
        return ()
    leaked = speaker == "A source"
    return (
        Found(
            speaker=speaker,
            speaker_type=SpeakerType.ANONYMOUS_SOURCE if leaked else SpeakerType.BROKER,
            actor="" if leaked else speaker,
            claim_type=ClaimType.LEAK if leaked else ClaimType.PROGRESS_CLAIMED,
            direction=Direction.NEUTRAL if leaked else Direction.TOWARD,
            credited_to="",
            quoted=False,
            hedged=False,
            span=(len(speaker) + len(said), len(sentence)),
        ),
    )


WORDS = Method(name="words 1", cut=cut, extract=extract)


def proposals_of(report: Report, method: Method = WORDS) -> tuple[Proposal, ...]:
    """Return what the method finds."""
    return proposed(report, method)

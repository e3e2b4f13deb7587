"""Claims for tests: one that says something, and the public record where it is."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from backchannel.watch.claim_file import read_claims
from backchannel.watch.claims import Claim

RECORD = Path(__file__).parent.parent.parent / "shared/data/watch"
TODAY = date(2026, 7, 3)
NOON = datetime(2026, 7, 3, 12, tzinfo=UTC)


def a_line(**fields: object) -> dict[str, Any]:
    """Return a line of the code book, with other fields."""
    return {
        "id": "x-01",
        "case": "x",
        "published": "2026-04-07",
        "published_basis": "printed",
        "event_date": None,
        "outlet": "Gazette",
        "url": "https://gazette.example/1",
        "speaker_type": "broker",
        "speaker": "the foreign minister",
        "actor": "Qatar",
        "claim_type": "progress_claimed",
        "credited_to": None,
        "direction": "toward",
        "paraphrase": "The gap has become smaller.",
        "read": "excerpt",
        **fields,
    }


def written(*lines: object) -> bytes:
    """Return a file of these lines."""
    return b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in lines)


def a_claim(**fields: object) -> Claim:
    """Return a claim, with other fields."""
    (claim,) = read_claims(written(a_line(**fields)), today=TODAY).claims
    return claim

"""The log of forecasts: what was forecast when, on what, and how it was borne out.

Each entry is hashed together with the hash of the one before. Whoever changes, removes or moves an
entry must hash all that follow anew, and a hash noted elsewhere then no longer stands in the log.

Promises: `verified` never raises, whatever stands in the rows; it names the first entry that does
not fit. Not promised: the end cut off, or all hashed anew, shows only against a noted hash; the
day of an entry is what the clock of its machine said.

Source: Haber and Stornetta, "How to Time-Stamp a Digital Document" (1991), section 5.1 (linking).
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from backchannel.channel import errors as channel_errors
from backchannel.channel.strict_json import Part, read_json
from backchannel.watch.claims import Claim
from backchannel.watch.episodes import WEEK, Ending
from backchannel.watch.errors import MalformedError
from backchannel.watch.evaluation import brier, log_loss
from backchannel.watch.hazards import Shares
from backchannel.watch.outlook import Outlook

FIRST: Final = "0" * 64  # what the first entry follows
LONGEST_NOTE: Final = 2_000  # characters
_Fault = channel_errors.MalformedError
_FORMAT: Final = "backchannel-forecast-log/1"
_NUMBER: Final = {Ending.AGREEMENT: 0, Ending.BREAKDOWN: 1}
_LEAST: Final = 1e-12  # what is held impossible has no finite loss
_KINDS: Final = ("agreement", "breakdown", "goes_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of the log. `body` is JSON; `previous` the hash of the entry before."""

    number: int
    previous: str
    body: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What an entry says of a forecast. `weeks` and `base` begin with the first week ahead."""

    number: int
    case: str
    on: date
    weeks: tuple[Shares, ...]
    base: tuple[Shares, ...]
    said: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an entry says of how a case ended, and on which day."""

    number: int
    case: str
    ending: Ending
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The losses of a forecast so many weeks ahead, beside those of its base rate."""

    number: int
    ahead: int
    outcome: int
    log_loss: float
    base_log_loss: float
    brier: float
    base_brier: float


def link(number: int, previous: str, body: str) -> Entry:
    """Return the entry that follows."""
    return Entry(number=number, previous=previous, body=body, hash=_hash(number, previous, body))


def _hash(number: int, previous: str, body: str) -> str:
    # In ASCII, for a row that was tampered with may hold what UTF-8 cannot write.
    told = json.dumps([_FORMAT, number, previous, body], ensure_ascii=True)
    return hashlib.sha256(told.encode()).hexdigest()


def verified(entries: Sequence[Entry], head: str = "") -> tuple[str, ...]:
    """Return what is wrong with the log, a sentence for each place; nothing if it holds.

    `head`: a hash noted before, which must still stand in it.
    """
    faults = []
    before = link(0, "", "")
    previous = FIRST
    for each in entries:
        if each.number != before.number + 1:
            faults.append(
                f"entry {each.number} stands after {before.number}: what should stand between was "
                "removed, or entries were moved"
            )
        elif each.previous != previous:
            faults.append(
                f"entry {each.number} does not follow the entry before it as it now stands: that "
                "one was changed, or this one"
            )
        if each.hash != _hash(each.number, each.previous, each.body):
            faults.append(f"entry {each.number} was changed: it is not what was hashed")
        before, previous = each, each.hash
    if head and head not in {each.hash for each in entries}:
        faults.append(
            f"the hash {head[:12]} is not in the log: it was cut off behind an earlier entry, or "
            "hashed anew, or the hash is of another log"
        )
    return tuple(faults)


def state_of(claims: Iterable[Claim]) -> str:
    """Return what names these claims, in whatever order: SHA-256 over their digests, sorted."""
    digests = sorted({each.digest for each in claims})
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def forecast_body(
    found: Outlook, *, case: str, claims: Sequence[Claim], version: str, note: str
) -> str:
    """Return what is entered of an outlook. Raises: MalformedError."""
    if len(note) > LONGEST_NOTE:
        raise MalformedError(
            f"the note has {len(note):,} characters; at most {LONGEST_NOTE:,} are expected"
        )
    return _written(
        kind="forecast",
        case=case,
        on=found.on.isoformat(),
        first=found.first.isoformat(),
        known=found.known.value,
        age=found.age,
        decided=found.decided,
        claims=found.claims,
        pages=found.pages,
        ledger=state_of(claims),
        version=version,
        note=note,
        weeks=[
            [each.agreement.value, each.breakdown.value, each.goes_on.value] for each in found.weeks
        ],
        base=[
            [each.base_agreement.value, each.base_breakdown.value, each.base_goes_on.value]
            for each in found.weeks
        ],
    )


def outcome_body(*, case: str, ending: Ending, on: date, made: date) -> str:
    """Return what is entered of an outcome."""
    return _written(
        kind="outcome", case=case, outcome=ending.value, on=on.isoformat(), made=made.isoformat()
    )


def _written(**fields: object) -> str:
    return json.dumps(fields, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def read_entry(entry: Entry) -> Forecast | Outcome:
    """Return what an entry says. Raises: MalformedError."""
    try:
        parts = read_json(entry.body.encode("utf-8", "surrogatepass"), _Fault).mapping()
        kind = _part(parts, "kind").text()
        return _outcome(entry, parts) if kind == "outcome" else _forecast(entry, parts)
    except (channel_errors.MalformedError, ValueError) as fault:
        raise MalformedError(f"entry {entry.number} cannot be read: {fault}") from fault


def _outcome(entry: Entry, parts: dict[str, Part]) -> Outcome:
    return Outcome(
        number=entry.number,
        case=_part(parts, "case").text(),
        ending=Ending(_part(parts, "outcome").text()),
        on=_part(parts, "on").day(),
    )


def _forecast(entry: Entry, parts: dict[str, Part]) -> Forecast:
    weeks = tuple(map(_shares, _part(parts, "weeks").items()))
    base = tuple(map(_shares, _part(parts, "base").items()))
    if not weeks or len(weeks) != len(base):
        raise _Fault("one week at least is expected, and as many base rates")
    return Forecast(
        number=entry.number,
        case=_part(parts, "case").text(),
        on=_part(parts, "on").day(),
        weeks=weeks,
        base=base,
        said={name: part.value for name, part in parts.items()},
    )


def _part(parts: dict[str, Part], name: str) -> Part:
    if name not in parts:
        raise _Fault(f"the field {name!r} is missing")
    return parts[name]


def _shares(part: Part) -> Shares:
    values = [each.number(_LEAST, 1) for each in part.items()]
    if len(values) != len(_KINDS):
        raise part.fault(f"{len(values)} numbers came, one each of {', '.join(_KINDS)} expected")
    return values[0], values[1], values[2]


def to_score(read: Sequence[Forecast | Outcome], outcome: Outcome) -> tuple[Forecast, ...]:
    """Return the forecasts that an outcome, entered or about to be, decides.

    Those of its case, made before its day, and entered after the outcome before it.
    """
    last = max(
        (
            each.number
            for each in read
            if isinstance(each, Outcome)
            and each.case == outcome.case
            and each.number < outcome.number
        ),
        default=0,
    )
    return tuple(
        each
        for each in read
        if isinstance(each, Forecast)
        and each.case == outcome.case
        and last < each.number < outcome.number
        and each.on < outcome.on
    )


def scores(forecast: Forecast, outcome: Outcome) -> tuple[Score, ...]:
    """Return the losses of every week ahead, each as it then stood."""
    ended_in = (outcome.on - forecast.on).days // WEEK + 1
    made = []
    for ahead, (mine, base) in enumerate(zip(forecast.weeks, forecast.base, strict=True), start=1):
        stood = _NUMBER[outcome.ending] if ended_in <= ahead else len(_KINDS) - 1
        made.append(
            Score(
                number=forecast.number,
                ahead=ahead,
                outcome=stood,
                log_loss=log_loss(mine, stood),
                base_log_loss=log_loss(base, stood),
                brier=brier(mine, stood),
                base_brier=brier(base, stood),
            )
        )
    return tuple(made)

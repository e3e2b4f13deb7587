"""`watch add`, `list`, `correct`, `export` and `merge`: claims into the ledger, and out of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Final

import typer

from backchannel.commands.ledgers import DAY, Case, day, opened_ledger, require_known, today
from backchannel.commands.plans import AsJson
from backchannel.commands.saving import Force, require_free, save
from backchannel.desk.commands.setting import setting
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.paper import Paper
from backchannel.watch.claim_file import ClaimFile, read_claims
from backchannel.watch.claims import Claim, ClaimType, SpeakerType
from backchannel.watch.ledger import DEFAULT_CASE, Wanted
from backchannel.watch.report_store import Support
from backchannel.watch.review import corrected, settings_of
from backchannel.watch.table import as_json as fields_of
from backchannel.watch.table import to_csv, to_json

MAX_IMPORT: Final = 200_000_000  # bytes of one file, which is read as a whole
MAX_SHOWN: Final = 20  # refused lines of one file; the others are counted

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="JSON Lines in the form of the code book.")
]
Words = Annotated[str, typer.Option(help="Words, or their beginnings, that all stand in it.")]
Types = Annotated[list[ClaimType] | None, typer.Option("--type", help="What is claimed.")]
Speakers = Annotated[list[SpeakerType] | None, typer.Option("--speaker-type", help="By whom.")]
Since = Annotated[
    datetime | None, typer.Option("--from", formats=DAY, help="Published on this day or later.")
]
Until = Annotated[
    datetime | None, typer.Option("--to", formats=DAY, help="Published on this day or before.")
]
Actor = Annotated[str, typer.Option(help="Of this actor, under any of its names.")]
Outlet = Annotated[str, typer.Option(help="In this outlet, under any of its names.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="So many at most.")]
Page = Annotated[int, typer.Option("--page", min=1, max=1_000_000, help="Which page, from 1.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="A field as it should be.")
]
Withdraw = Annotated[bool, typer.Option("--withdraw", help="It was never said: nothing stands.")]
Reason = Annotated[str, typer.Option("--reason", help="Why it was coded wrongly.")]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to.")]


class Format(Enum):
    """How claims are written."""

    CSV = "csv"
    JSON = "json"


class Named(Enum):
    """What has several names."""

    ACTOR = "actor"
    OUTLET = "outlet"


def add(
    ctx: typer.Context, files: Files, *, case: Case = DEFAULT_CASE, as_json: AsJson = False
) -> None:
    """Add claims. Example: backchannel watch add us_iran_2026.jsonl. Exit 1 if none was read.

    A line that is refused is told with its number; the others are added.
    """
    # All are read before one is stored: a name with a slip in it must not leave half of them.
    read = {path: _read(ctx, path) for path in files}
    rows = []
    with opened_ledger(ctx) as ledger:
        for path, found in read.items():
            new = ledger.add(found.claims, case=case, at=setting(ctx).world.now())
            rows.append(_row(path, found, new))
            if not as_json:
                _tell(path, found, new, case)
    if as_json:
        Paper().json({"case": case, "files": rows})
    if not any(found.claims for found in read.values()):
        raise typer.Exit(1)


def _read(ctx: typer.Context, path: Path) -> ClaimFile:
    if not path.is_file():
        raise UsageError(f"{path} is no file; name claims as JSON Lines")
    if path.stat().st_size > MAX_IMPORT:
        raise UsageError(f"{path} is larger than {MAX_IMPORT:,} bytes; divide it between lines")
    return read_claims(path.read_bytes(), today=today(ctx))


def _row(path: Path, found: ClaimFile, new: int) -> dict[str, object]:
    refused = [{"line": each.line, "words": each.words} for each in found.refusals]
    return {"file": str(path), "read": len(found.claims), "new": new, "refused": refused}


def _tell(path: Path, found: ClaimFile, new: int, case: str) -> None:
    paper = Paper()
    for each in found.refusals[:MAX_SHOWN]:
        paper.warn(f"{path}, {each.words}")
    if len(found.refusals) > MAX_SHOWN:
        paper.warn(f"{path}: {len(found.refusals) - MAX_SHOWN:,} more lines; --json shows them all")
    paper.head(
        f"{path}: {len(found.claims):,} claims read, {new:,} of them new in the case {case}; "
        f"{len(found.refusals):,} lines refused."
    )


def list_claims(  # noqa: PLR0913 - each is an option
    ctx: typer.Context,
    *,
    case: Case = DEFAULT_CASE,
    words: Words = "",
    types: Types = None,
    speaker_types: Speakers = None,
    since: Since = None,
    until: Until = None,
    actor: Actor = "",
    outlet: Outlet = "",
    limit: Limit = 50,
    page: Page = 1,
    as_json: AsJson = False,
) -> None:
    """List claims. Example: backchannel watch list --words hormuz --type leak --from 2026-04-01.

    So many a page; `export` writes all of them.
    """
    wanted = Wanted(
        words=words,
        since=day(since),
        until=day(until),
        actor=actor,
        outlet=outlet,
        types=tuple(types or ()),
        speaker_types=tuple(speaker_types or ()),
    )
    with opened_ledger(ctx) as ledger:
        require_known(ledger, case)
        # One more than is shown tells whether there is another page.
        found = ledger.claims(wanted, case=case, limit=limit + 1, skip=(page - 1) * limit)
        shown, more = found[:limit], len(found) > limit
        digests = [each.digest for each in shown]
        support = ledger.reports.support(digests, case=case)
        behind = ledger.reports.behind(digests, case=case)
    if as_json:
        rows = [_claim_row(each, support) for each in shown]
        Paper().json({"case": case, "page": page, "more": more, "claims": rows})
    else:
        _show(shown, support)
        _close(behind, (page - 1) * limit, len(shown), next_page=page + 1 if more else 0)


def _close(behind: Support, before: int, shown: int, *, next_page: int) -> None:
    paper = Paper()
    if behind.reports:
        paper.line(_behind(behind, "Behind them stand"))
    if before or next_page:
        paper.line(f"Claims {before + 1:,} to {before + shown:,}.")
    else:
        paper.line(f"{shown:,} claims.")
    if next_page:
        paper.line(f"There are more: --page {next_page}.")


def _claim_row(claim: Claim, support: Mapping[str, Support]) -> dict[str, object]:
    rests = support.get(claim.digest)
    counts = {"reports": rests.reports, "stories": rests.stories} if rests else {}
    return {**fields_of(claim), **counts}


def _show(found: Iterable[Claim], support: Mapping[str, Support]) -> None:
    paper = Paper()
    for each in found:
        inferred = " (day inferred)" if each.published_basis.value == "inferred" else ""
        paper.head(
            f"{each.published}{inferred} {each.claim_type.value}, {each.direction.value}: "
            f"{each.speaker} ({each.speaker_type.value}), of {each.actor}"
        )
        paper.quote(each.paraphrase)
        rests = support.get(each.digest)
        told = f" {_behind(rests, 'It rests on')}" if rests else ""
        paper.head(f"   {each.digest[:12]} {each.outlet} {each.url}".rstrip() + told)


def _behind(support: Support, what: str) -> str:
    return f"{what} {support.reports:,} reports that tell {support.stories:,} stories."


def correct(
    ctx: typer.Context,
    digest: Annotated[str, typer.Argument(help="The claim, by the first 6 signs or more.")],
    *,
    reason: Reason,
    settings: Settings = None,
    withdraw: Withdraw = False,
    case: Case = DEFAULT_CASE,
    as_json: AsJson = False,
) -> None:
    """Correct a claim. Example: watch correct 3f2a91 --set claim_type=leak --reason misread."""
    if withdraw == bool(settings):
        raise UsageError("say what is wrong: --set FIELD=VALUE, or --withdraw, one of the two")
    with opened_ledger(ctx) as ledger:
        old = ledger.claim(digest, case=case)
        new = None if withdraw else corrected(old, settings_of(settings or ()), today=today(ctx))
        ledger.correct(old.digest, new, reason=reason, case=case, at=setting(ctx).world.now())
    if as_json:
        now = new and fields_of(new)
        Paper().json({"case": case, "old": old.digest, "new": now, "reason": reason})
        return
    stands = f"{new.digest[:12]} stands in its place" if new else "nothing stands in its place"
    Paper().head(f"{old.digest[:12]} no longer counts; {stands}. Both stay in the ledger.")


def export(
    ctx: typer.Context,
    out: Out,
    *,
    fmt: Annotated[Format, typer.Option("--format", help="For spreadsheets, or programs.")],
    case: Case = DEFAULT_CASE,
    force: Force = False,
) -> None:
    """Write a case as a file. Example: backchannel watch export --format csv --out claims.csv."""
    require_free(out, [], force=force)
    with opened_ledger(ctx) as ledger:
        require_known(ledger, case)
        found = ledger.claims(case=case)
    save(out, to_csv(found) if fmt is Format.CSV else to_json(found, case=case), force=force)


def merge(
    ctx: typer.Context,
    kind: Annotated[Named, typer.Argument(help="Of what they are names.")],
    alias: Annotated[str, typer.Argument(help="The other name.")],
    name: Annotated[str, typer.Argument(help="The name it is filed under.")],
) -> None:
    """Let two names be one. Example: backchannel watch merge actor USA "United States"."""
    with opened_ledger(ctx) as ledger:
        ledger.merge(kind.value, alias, name, at=setting(ctx).world.now())
    Paper().head(f"{alias} is {name} from now on, in every case of this ledger.")

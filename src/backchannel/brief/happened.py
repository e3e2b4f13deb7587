"""First question: what happened. Each report since the brief before, and what changed.

Promises: a claim is told as what its speaker said, never as what is so.
"""

from typing import Final

from backchannel.brief.material import Material, by_page, extent
from backchannel.brief.said import Part, Section, Statement, Table, fact, unknown
from backchannel.watch.claims import Claim, ClaimType, SpeakerType
from backchannel.watch.counting import of_types, reports
from backchannel.watch.signals import PAUSES

MOST_PAGES: Final = 15  # told one by one; the others are counted
_AS: Final = {
    SpeakerType.NAMED_OFFICIAL: "an official",
    SpeakerType.ANONYMOUS_SOURCE: "not named",
    SpeakerType.BROKER: "for the broker",
    SpeakerType.PARTY: "for a party",
    SpeakerType.THIRD: "neither party nor broker",
}


def happened(of: Material) -> Section:
    """Return what was reported since the brief before, and what is new in the record."""
    newest = by_page(of.new)
    told = tuple(_told(each) for page in newest[:MOST_PAGES] for each in page)
    parts = [Part(title="Changes since the brief before", statements=_changes(of))]
    if told:
        parts.append(Part(title="Reports, the newest first", statements=told))
    if len(newest) > MOST_PAGES:
        rest = [each for page in newest[MOST_PAGES:] for each in page]
        parts.append(Part(title="Older ones", statements=(_rest(rest),)))
    parts.append(Part(title="Pauses and exchanges", statements=_pauses(of)))
    return Section(
        title="What happened", parts=tuple(parts), tables=(_kinds(of),), pictures=("timeline",)
    )


def _rest(claims: list[Claim]) -> Statement:
    return fact(f"Counted, and not told one by one: {extent(claims)}.", claims)


def _changes(of: Material) -> tuple[Statement, ...]:
    if of.since is None:
        text = (
            f"This is the first brief: it rests on {extent(of.claims)}, "
            f"published from {of.first} to {of.claims[-1].published}."
        )
        return (fact(text, of.claims),)
    if not of.new:
        return (unknown(f"Nothing that was published since {of.since} is in the record."),)
    made = [
        fact(
            f"New since {of.since}: {extent(of.new)}. The whole record: {extent(of.claims)}.",
            of.new,
        )
    ]
    if of.gone:
        made.append(
            unknown(
                f"Of the claims that the brief before rested on, {of.gone} stand no longer: they "
                "were corrected or withdrawn, and what it said of them is not upheld."
            )
        )
    return tuple(made)


def _told(claim: Claim) -> Statement:
    inferred = ", day inferred" if claim.published_basis.value == "inferred" else ""
    return fact(
        f"{claim.published}{inferred}: {claim.speaker} ({_AS[claim.speaker_type]}), in "
        f"{claim.outlet}: {claim.paraphrase}",
        [claim],
    )


def _pauses(of: Material) -> tuple[Statement, ...]:
    new = of_types(of.new, *PAUSES)
    if not new:
        return (
            unknown(
                "No provisional pause and no exchange was announced in what is new here: the early "
                "test of credibility is not passed, nor failed."
            ),
        )
    kept = of_types(of.new, ClaimType.IMPLEMENTATION_REPORT)
    text = f"A pause or an exchange is announced in {extent(new)}."
    done = (
        fact(f"What became of promised steps is reported in {extent(kept)}.", kept)
        if kept
        else unknown("No claim reports whether what was promised was done.")
    )
    return (fact(text, new), done)


def _kinds(of: Material) -> Table:
    def row(kind: ClaimType) -> tuple[str, ...]:
        new, whole = of_types(of.new, kind), of_types(of.claims, kind)
        name = kind.value.replace("_", " ")
        return (name, str(len(new)), str(reports(new)), str(len(whole)), str(reports(whole)))

    return Table(
        caption="Claims by type: new ones, and in the whole record",
        heads=("type", "new", "pages", "whole", "pages"),
        rows=tuple(row(kind) for kind in ClaimType if of_types(of.claims, kind)),
    )

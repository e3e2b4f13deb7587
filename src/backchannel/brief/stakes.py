"""Fourth question: why it matters, and to whom who has no seat.

Promises: who is spoken of and never speaks is named; a series laid beside the claims is shown with
its figures, and nothing is said of what caused what.
"""

from datetime import date
from typing import Final

from backchannel.brief.cast import about
from backchannel.brief.material import Material, extent
from backchannel.brief.said import Part, Section, Standing, Statement, fact, inferred, unknown
from backchannel.brief.series import Series
from backchannel.channel.folding import fold
from backchannel.watch.claims import SpeakerType
from backchannel.watch.counting import by_speakers

_SPEAK: Final = (SpeakerType.PARTY, SpeakerType.NAMED_OFFICIAL, SpeakerType.BROKER)


def stakes(of: Material) -> Section:
    """Return what is at stake, and who is not heard."""
    heard, silent = _heard(of)
    seats = tuple(_affected(of, name) for name in of.affected) or (
        unknown(
            "Nobody was named as affected without a seat: name them (detainees' families, "
            "residents, crews) to see whether anybody speaks of them."
        ),
    )
    parts = [
        Part(title="Who is heard", statements=heard),
        Part(title="Spoken of, and perhaps not heard", statements=silent),
        Part(title="Affected, without a seat", statements=seats),
        *(Part(title=each.name, statements=_series(of, each)) for each in of.series),
    ]
    return Section(title="Why it matters", parts=tuple(parts), pictures=("series",))


def _heard(of: Material) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    told = [_one(of, name) for name in of.cast.everybody]
    spoke = tuple(each for each in told if each.standing is Standing.FACT)
    silent = tuple(each for each in told if each.standing is not Standing.FACT)
    return (
        spoke or (unknown("Nobody is heard in its own name."),),
        silent or (unknown("Every actor that is named is heard at least once."),),
    )


def _one(of: Material, name: str) -> Statement:
    """Return whether an actor is heard in its own name."""
    mine = about(of.claims, name)
    if own := by_speakers(mine, *_SPEAK):
        return fact(f"{name} is heard: {extent(own)}.", own)
    if others := by_speakers(mine, SpeakerType.THIRD):
        # The code book files other states and legislatures and whoever speaks about them as one.
        speakers = "; ".join(dict.fromkeys(each.speaker for each in others))
        return inferred(
            f"{name} may be heard or only spoken of.",
            f"speakers that are neither party nor broker: {speakers}",
            others,
        )
    return inferred(
        f"{name} is spoken of and not heard.", f"{extent(mine)}, all by unnamed sources", mine
    )


def _affected(of: Material, name: str) -> Statement:
    words = fold(name).split()
    found = [
        each
        for each in of.claims
        if all(word in fold(f"{each.speaker} {each.actor} {each.paraphrase}") for word in words)
    ]
    if not found:
        return unknown(f"No claim of the record names {name}.")
    return fact(f"{name}: named in {extent(found)}.", found)


def _series(of: Material, series: Series) -> tuple[Statement, ...]:
    known = series.until(of.on)
    if not known:
        return (unknown(f"No value is dated {of.on} or before."),)
    (last_day, last), start = known[-1], of.since or of.first
    before = [each for each in known if each[0] <= start]
    if not before:
        return (_figure(f"{last:g} on {last_day}; none is known from {start} or before."),)
    then_day, then = before[-1]
    return (_figure(f"{last:g} on {last_day}, {then:g} on {then_day}. {_age(of.on, last_day)}"),)


def _figure(text: str) -> Statement:
    return inferred(text, "the series was given with the brief; it shows no cause")


def _age(on: date, last: date) -> str:
    return f"The last value is {(on - last).days} days old."

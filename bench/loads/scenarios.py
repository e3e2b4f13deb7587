"""Profiles of others, to foretell: the public scenarios, brought to shares of each party's scale.

A scale runs from the worst to the best package of a party. The reservation value is what the file
gives; where it gives none, or one that refuses no package, there is nothing to foretell, and the
convention stands in its place: half of the scale, for OpenSpiel a quarter as well. Fixed before
anything was foretold.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backchannel.bargain.genius import read_genius
from backchannel.bargain.item_games import read_item_games
from backchannel.bargain.model import Issue, Space
from backchannel.bargain.negmas_file import read_negmas
from backchannel.bargain.own_file import read_space
from backchannel.bargain.scored_game import read_game
from test_bargain_published import DOMAINS, as_file

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = ROOT.parent / "shared/data/scenarios"
GAMES = SHARED / "llm_deliberation_mit/games_descriptions"
ITEMS = SHARED / "open_spiel_bargaining_apache2/bargaining_instances1000.txt"
HALF, QUARTER = 0.5, 0.25
# A range of real numbers is heard of at so many places: nobody orders a hundred amounts.
PARTS = 10

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """What one party truly makes of packages: shares of its scale for each issue's options."""

    party: str
    amounts: tuple[Vector, ...]
    reservation: float

    def worth(self, packages: NDArray[np.int32]) -> Vector:
        """Return what packages (m, issues) are worth, (m,)."""
        amounts = [row[packages[:, i]] for i, row in enumerate(self.amounts)]
        worth: Vector = np.sum(amounts, axis=0)
        return worth

    def accepts(self, packages: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether the party accepts each; sums of shares may be off by rounding, not by points."""
        return self.worth(packages) >= self.reservation - 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenario:
    """Issues, and the true sheets of its parties."""

    name: str
    issues: tuple[Issue, ...]
    sheets: tuple[Sheet, ...]


def collections(most: int, chance: np.random.Generator) -> Mapping[str, tuple[Scenario, ...]]:
    """Return the scenarios by collection; of the many OpenSpiel instances a sample."""
    items = read_item_games(ITEMS.read_bytes(), "OpenSpiel")
    drawn = sorted(chance.choice(len(items), min(most, len(items)), replace=False).tolist())
    few = [items[place] for place in drawn]
    return {
        "LLM-Deliberation": tuple(map(scenario, games())),
        "GENIUS, NegMAS, NegoLog": tuple(map(scenario, others())),
        "OpenSpiel, half": tuple(map(scenario, few)),
        "OpenSpiel, quarter": tuple(scenario(game, QUARTER) for game in few),
    }


def games() -> Iterator[Space]:
    """Yield the six scored games."""
    for folder in sorted(GAMES.iterdir()):
        sheets = {path.stem: path.read_bytes() for path in (folder / "scores_files").glob("*.txt")}
        yield read_game((folder / "config.txt").read_bytes(), sheets, folder.name)


def others() -> Iterator[Space]:
    """Yield the two harbours of the tests and the published domains of NegoLog."""
    genius, negmas = (ROOT / f"tests/scenarios/harbour_{name}" for name in ("genius", "negmas"))
    profiles = {path.name: path.read_bytes() for path in genius.glob("*th.xml")}
    domain = (genius / "harbour.xml").read_bytes()
    yield read_genius(domain, profiles, "harbour of GENIUS", parts=PARTS).space
    files = {path.name: path.read_bytes() for path in negmas.glob("*.yml")}
    yield read_negmas(files, "harbour of NegMAS", parts=PARTS).space
    for name, domain_of_it in DOMAINS.items():
        yield read_space(as_file(domain_of_it), f"NegoLog {name}").space


def scenario(space: Space, otherwise: float = HALF) -> Scenario:
    """Return a space on the scales of its parties."""
    sheets = []
    for profile in space.profiles:
        rows = [np.array(row, dtype=float) for row in profile.values]
        low, high = (float(sum(end(row) for row in rows)) for end in (np.min, np.max))
        if profile.terms or high == low:
            raise ValueError(f"{space.name}: {profile.party} is not additive, or all is alike")
        given = (float(profile.reservation) - low) / (high - low)
        sheets.append(
            Sheet(
                party=profile.party,
                amounts=tuple((row - row.min()) / (high - low) for row in rows),
                reservation=given if given > 0 else otherwise,
            )
        )
    return Scenario(name=space.name, issues=space.issues, sheets=tuple(sheets))

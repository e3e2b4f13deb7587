"""Whether packages would be accepted: how likely for each party and all, and what is certain.

Shares come from drawn preferences and carry their sampling error; they hold under the prior and no
other. What is certain does not: `standings` asks linear programs, so a package that is NECESSARILY
accepted is so with every preference that is consistent with what is known, and one that is
POSSIBLY accepted is so with at least one.

>>> from backchannel.bargain.model import Issue
>>> from backchannel.bargain.sampling import sample
>>> from backchannel.bargain.statements import Accepted, Ends, Knowledge
>>> pause = Issue(issue="pause", options=("10 days", "20 days", "30 days"))
>>> heard = (Ends(issue="pause", best="30 days"), Accepted(package=(("pause", "10 days"),)))
>>> known = Knowledge(issues=(pause,), parties={"north": heard})
>>> packages = np.array([(0,), (1,), (2,)])
>>> [standing.name for standing, in standings(known, packages)]
['NECESSARILY', 'POSSIBLY', 'NECESSARILY']
>>> found = acceptance(sample(known, 1_000, np.random.default_rng(1)), packages)
>>> [f"{share:.1f}" for share in found.shares[0]]
['1.0', '0.7', '1.0']
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from backchannel.bargain.blocks import Places, package
from backchannel.bargain.polytope import TOLERANCE, Program, Vector, polytope
from backchannel.bargain.sampling import Samples
from backchannel.bargain.statements import Knowledge

TOGETHER = 2_000  # packages looked at in one go

Standing = Enum("Standing", ["NECESSARILY", "POSSIBLY", "NEVER"])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Acceptance:
    """How likely packages are to be accepted, in the order they were asked for.

    `shares`, `errors`: (parties, packages), of each party, with the standard error of sampling.
    `together`, `together_errors`: (packages,), that all accept. Errors are never 0: that all draws
    agree does not mean that all preferences do.
    """

    parties: tuple[str, ...]
    shares: Vector
    errors: Vector
    together: Vector
    together_errors: Vector


def acceptance(samples: Samples, packages: Places) -> Acceptance:
    """Return how likely packages (m, issues) are to be accepted."""
    parts = [
        _judged(samples, packages[start : start + TOGETHER])
        for start in range(0, len(packages), TOGETHER)
    ]
    shares = np.concatenate([part[0] for part in parts], axis=1)
    errors = np.concatenate([part[1] for part in parts], axis=1)
    # Parties are independent, so the product of their shares errs less than counting draws would;
    # its error is that of a product of independent numbers.
    error = np.sqrt((shares**2 + errors**2).prod(axis=0) - (shares**2).prod(axis=0))
    return Acceptance(
        parties=samples.known.names,
        shares=shares,
        errors=errors,
        together=shares.prod(axis=0),
        together_errors=error,
    )


def accepts(samples: Samples, packages: Places) -> NDArray[np.bool_]:
    """Return who accepts what: (parties, n, packages)."""
    taken: NDArray[np.bool_] = samples.worth(packages) >= samples.reservations[:, :, None]
    return taken


def _judged(samples: Samples, packages: Places) -> tuple[Vector, Vector]:
    taken = accepts(samples, packages)
    worth = [found.effective for found in samples.diagnostics]
    errors = [standard_error(samples, one, n) for one, n in zip(taken, worth, strict=True)]
    return taken.mean(axis=1), np.stack(errors)


def standard_error(samples: Samples, held: NDArray[np.bool_], worth: float) -> Vector:
    """Return the standard error of the share of draws (n, k) in which something held, (k,).

    From how chains differ; at least what that many independent draws would have, one more of which
    had come out either way, so that agreement of all draws is not taken for certainty.
    """
    count, chains = len(held), samples.chains
    shares = held.mean(axis=0)
    pulled = (shares * worth + 1) / (worth + 2)
    least: Vector = np.sqrt(pulled * (1 - pulled) / worth)
    rounds = count // chains
    if rounds <= 1:  # each draw is from a chain of its own
        return least
    means = held[: rounds * chains].reshape(rounds, chains, -1).mean(axis=0)
    error: Vector = np.maximum(least, means.std(axis=0, ddof=1) / np.sqrt(chains))
    return error


def standings(
    known: Knowledge, packages: Places, samples: Samples | None = None
) -> tuple[tuple[Standing, ...], ...]:
    """Return for each package and each party whether it is necessarily or possibly accepted.

    Exact up to rounding: a ten-millionth of the scale counts as nothing. Draws, if given, spare
    work: where they differ, both answers are possible. What is known must be consistent.
    """
    asked: NDArray[np.bool_] = np.ones((len(known.names), len(packages)), dtype=bool)
    if samples is not None:
        taken = accepts(samples, packages)
        asked = np.equal(taken.all(axis=1), taken.any(axis=1))
    columns = []
    for party, name in enumerate(known.names):
        shape = polytope(known, name)
        program = Program(shape)
        columns.append([
            _standing(program, shape.gain(package(row))) if ask else Standing.POSSIBLY
            for row, ask in zip(packages, asked[party], strict=True)
        ])  # fmt: skip
    return tuple(zip(*columns, strict=True))


def preference(known: Knowledge, party: str, one: Places, other: Places) -> Standing:
    """Return whether a party necessarily, possibly or never prefers one package to another.

    To be indifferent with every consistent preference is never to prefer.
    """
    shape = polytope(known, party)
    program = Program(shape)
    row = shape.worth(package(one)) - shape.worth(package(other))
    if program.most(row) <= TOLERANCE:
        return Standing.NEVER
    return Standing.NECESSARILY if program.least(row) > TOLERANCE else Standing.POSSIBLY


def _standing(program: Program, gain: Vector) -> Standing:
    if program.least(gain) >= -TOLERANCE:
        return Standing.NECESSARILY
    return Standing.POSSIBLY if program.most(gain) >= -TOLERANCE else Standing.NEVER

"""Numbers that others published with their scenarios: Nash products and sums of utilities.

Source: NegoLog (Doğru and others, IJCAI 2024, https://www.ijcai.org/proceedings/2024/998), domains
0, 1, 20 and 30 of https://github.com/aniltrue/NegoLog: weights and values as in `profileA.json`
and `profileB.json`, results as in `specs.json`, computed there by trying all packages.
"""

import json
from string import ascii_uppercase
from typing import NamedTuple

import pytest

from backchannel.bargain.frontier import frontier
from backchannel.bargain.own_file import read_space
from backchannel.bargain.own_parts import FORMAT
from backchannel.bargain.solutions import solve

Values = list[list[float]]


class Domain(NamedTuple):
    """Two profiles, each weights and values, and what was published of them."""

    weights: tuple[list[float], list[float]]
    values: tuple[Values, Values]
    bids: int
    nash: tuple[float, float]
    nash_bid: str  # a letter for each issue
    nash_product: float
    social_welfare: float


THREE, FOUR = [0.2, 0.61, 1.0], [0.2, 0.47, 0.73, 1.0]
DOMAINS = {
    "0": Domain(
        weights=([0.17, 0.33, 0.5], [0.5, 0.33, 0.17]),
        values=([THREE] * 3, [THREE[::-1]] * 3),
        bids=27,
        nash=(0.7353, 0.7353),
        nash_bid="",  # several are as good
        nash_product=0.54066609,
        social_welfare=1.4706,
    ),
    "1": Domain(
        weights=([0.17, 0.33, 0.5], [0.5, 0.33, 0.17]),
        values=([FOUR] * 3, [FOUR[::-1]] * 3),
        bids=64,
        nash=(0.7749, 0.6891),
        nash_bid="",  # as above
        nash_product=0.53398359,
        social_welfare=1.464,
    ),
    "20": Domain(
        weights=([0.02, 0.19, 0.25, 0.54], [0.31, 0.3, 0.27, 0.12]),
        values=(
            [[1.0, 0.2, 0.48], [0.2, 0.7, 1.0], [0.2, 0.62, 1.0], [0.2, 0.31, 1.0]],
            [[1.0, 0.2, 0.41], [1.0, 0.22, 0.2], [1.0, 0.93, 0.2], [0.77, 0.2, 1.0]],
        ),
        bids=81,
        nash=(0.753, 0.9811),
        nash_bid="AABC",
        nash_product=0.7387683,
        social_welfare=1.7341,
    ),
    "30": Domain(
        weights=([0.1, 0.11, 0.12, 0.13, 0.3, 0.24], [0.38, 0.21, 0.15, 0.14, 0.11, 0.01]),
        values=(
            [
                [0.35, 0.2, 0.55, 1.0, 0.61],
                [0.46, 0.2, 0.98, 1.0, 1.0],
                [0.2, 0.21, 0.53, 0.76, 1.0],
                [0.2, 0.23, 0.37, 0.65, 1.0],
                [0.23, 0.2, 0.25, 0.51, 1.0],
                [0.2, 0.25, 0.56, 0.66, 1.0],
            ],
            [
                [1.0, 0.8, 0.34, 0.2, 0.25],
                [1.0, 0.6, 0.56, 0.2, 0.54],
                [1.0, 0.79, 0.45, 0.29, 0.2],
                [0.87, 1.0, 0.74, 0.34, 0.2],
                [0.99, 1.0, 0.6, 0.2, 0.43],
                [1.0, 0.55, 0.4, 0.48, 0.2],
            ],
        ),
        bids=15_625,
        nash=(0.7796, 0.8173),
        nash_bid="AAAEEE",
        nash_product=0.63716708,
        social_welfare=1.6088,
    ),
}


def as_file(domain: Domain) -> bytes:
    """Return the domain as the project's own file, each number the product that it is made of."""
    letters = ascii_uppercase[: len(domain.values[0])]
    issues = [
        {"issue": issue, "options": list(ascii_uppercase[: len(row)])}
        for issue, row in zip(letters, domain.values[0], strict=True)
    ]
    parties = [
        {
            "party": party,
            "reservation": 0,
            "values": {
                issue: {
                    option: round(weight * value, 6)
                    for option, value in zip(ascii_uppercase, row, strict=False)
                }
                for issue, weight, row in zip(letters, weights, rows, strict=True)
            },
        }
        for party, weights, rows in zip("AB", domain.weights, domain.values, strict=True)
    ]
    return json.dumps({"format": FORMAT, "issues": issues, "parties": parties}).encode()


@pytest.mark.parametrize("name", DOMAINS)
def test_published_nash_products_and_sums_are_found(name: str) -> None:
    domain = DOMAINS[name]
    space = read_space(as_file(domain), f"domain{name}.json").space
    assert space.count == domain.bids
    solved = solve(space, frontier(space))
    nash = solved["nash"]
    points = [p.points(u) for p, u in zip(space.profiles, nash.utilities, strict=True)]
    assert nash.exact
    assert points[0] * points[1] == pytest.approx(domain.nash_product, abs=1e-12)
    assert solved["utilitarian"].measure == pytest.approx(domain.social_welfare, abs=1e-12)
    # Where another package has the same product, the one published may be that one.
    assert sorted(points) == pytest.approx(sorted(domain.nash), abs=1e-12)
    if domain.nash_bid:
        assert "".join(space.named(nash.package).values()) == domain.nash_bid

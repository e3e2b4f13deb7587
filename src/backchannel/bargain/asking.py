"""The best next question to a party, where preferences are known in part.

Four kinds: would you accept this package; this one or that one; which of two issues matters more;
which of two options. An answer tells the more about the party the less it can be foreseen (`bits`,
at most 1); what counts is what it tells of the proposal to make: `relevant`, the information in the
answer on which package would be the best for all (in that draw's preferences, by the product of
gains); `gain`, by which share the highest expected product of gains is expected to rise with the
answer; `worth`, by how much the likeliest proposal is expected to become likelier. Ranked by
`relevant`, weighed by `gain`: one alone ranks high what is rare, the other sees one step ahead.

The wording of a question names packages, issues and options and nothing else: what other parties
have said does not enter it.

>>> from backchannel.bargain.model import Issue
>>> from backchannel.bargain.sampling import sample
>>> from backchannel.bargain.statements import Ends, Knowledge
>>> pause = Issue(issue="pause", options=("10 days", "20 days", "30 days"))
>>> heard = {"north": (Ends(issue="pause", best="30 days", worst="10 days"),)}
>>> known = Knowledge(issues=(pause,), parties=heard)
>>> best, *_ = questions(sample(known, 1_000, np.random.default_rng(1)))
>>> best.wording
'Would you accept pause 20 days?'
>>> len(answered(known, best, yes=True).parties["north"])
2

Source: expected value of sample information, Raiffa and Schlaifer (1961); bias of estimated
information: Miller (1955).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from backchannel.bargain.acceptance import accepts
from backchannel.bargain.blocks import Places, package
from backchannel.bargain.candidates import candidates
from backchannel.bargain.conflict import consistent
from backchannel.bargain.polytope import Vector
from backchannel.bargain.proposing import expected_products
from backchannel.bargain.sampling import Samples
from backchannel.bargain.statements import (
    Accepted,
    Knowledge,
    MattersMore,
    Prefers,
    PrefersPackage,
    Refused,
    Statement,
)

PACKAGES = 40  # that are asked about, the likeliest and the best by expected product
PAIRS = 8  # of them, every two of which are set against each other
BESTS = 25  # packages that are told apart as the best; all others are one
SOME = 0.05  # what a question weighs that by itself changes no expected product
CLOSE = 0.002  # of the party's scale: what is nearer on average is as good as the same
FORESEEN = 0.02  # an answer that is likelier than all but this is not asked for

Answers = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question to one party; `yes` and `no`: what is known once it is answered so."""

    party: str
    wording: str
    yes: Statement
    no: Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with what its answer is expected to tell.

    `likely`: the probability of yes. `bits`: what the answer tells of the party. `relevant`: bits
    on which package is best for all. `worth`: by how much the likeliest proposal becomes likelier.
    `gain`: by which share of itself the highest expected product of gains rises.
    """

    question: Question
    likely: float
    bits: float
    relevant: float
    worth: float
    gain: float

    @property
    def wording(self) -> str:
        """The question as it is put."""
        return self.question.wording

    @property
    def words(self) -> str:
        """Why to ask it, for the mediator."""
        told = (
            f'Ask {self.question.party}: "{self.wording}" Yes is {self.likely:.0%} likely; the '
            f"answer tells {self.bits:.2f} of at most 1 bit"
        )
        if self.worth >= FORESEEN / 4:
            return (
                f"{told}, and makes the best proposal likelier to be accepted by all by "
                f"{self.worth:.1%} on average."
            )
        return f"{told}; by itself it does not change what to propose."


def questions(samples: Samples, *, among: Places | None = None, most: int = 5) -> list[Asked]:
    """Return the questions most worth asking, best first. `among`: packages; else `candidates`."""
    known = samples.known
    found = _kept(samples, candidates(samples) if among is None else among)
    leads = samples.worth(found) - samples.reservations[:, :, None]
    taken, gains, best = leads >= 0, np.maximum(leads, 0), _best(leads)
    asked: list[Asked] = []
    for party, name in enumerate(known.names):
        put = list(_put(known, name, found))
        leanings = np.stack([_leanings(samples, party, each) for each in put])
        told = np.abs(leanings).mean(axis=1) > CLOSE
        put = [each for each, open_ in zip(put, told, strict=True) if open_]
        asked += _judged(put, leanings[told] >= 0, (taken, gains), (party, best))
    asked.sort(key=lambda each: (-each.relevant * (SOME + each.gain), -each.bits, each.wording))
    return asked[:most]


def answered(known: Knowledge, asked: Asked, *, yes: bool) -> Knowledge:
    """Return what is known with the answer. Raises: ContradictionError."""
    question = asked.question
    told = known.told(question.party, question.yes if yes else question.no)
    consistent(told)
    return told


def _kept(samples: Samples, found: Places) -> Places:
    """Return the packages that are asked about, the likeliest first."""
    together = accepts(samples, found).mean(axis=1).prod(axis=0)
    products = expected_products(samples, found)
    order = np.lexsort((-products, -together))[: PACKAGES // 2]
    better = np.argsort(-products, kind="stable")[: PACKAGES // 2]
    places = list(dict.fromkeys([*order.tolist(), *better.tolist()]))
    return found[places]


def _best(leads: Vector) -> NDArray[np.intp]:
    """Return for each draw which package is best for all; the last number: none, or a rare one.

    `leads`: (parties, n, m), by how much packages are worth more than the reservation values.
    """
    count = leads.shape[2]
    products = np.where((leads >= 0).all(axis=0), np.maximum(leads, 0).prod(axis=0), -1)
    best = np.where(products.max(axis=1) >= 0, products.argmax(axis=1), count)
    common = np.bincount(best[best < count], minlength=count).argsort()[::-1][:BESTS]
    renamed = np.full(count + 1, len(common))
    renamed[common] = np.arange(len(common))
    told: NDArray[np.intp] = renamed[best]
    return told


def _put(known: Knowledge, party: str, found: Places) -> Iterator[Question]:
    named = [known.choices(package(row)) for row in found]
    for each in named:
        words = ", ".join(f"{issue} {option}" for issue, option in each)
        yield Question(
            party=party,
            wording=f"Would you accept {words}?",
            yes=Accepted(package=each),
            no=Refused(package=each),
        )
    for one, other in combinations(named[:PAIRS], 2):
        mine = ", ".join(f"{i} {o}" for i, o in one if (i, o) not in other)
        theirs = ", ".join(f"{i} {o}" for i, o in other if (i, o) not in one)
        yield Question(
            party=party,
            wording=f"All else alike, would you rather have {mine} than {theirs}?",
            yes=PrefersPackage(package=one, to=other),
            no=PrefersPackage(package=other, to=one),
        )
    for first, second in combinations([issue.issue for issue in known.issues], 2):
        yield Question(
            party=party,
            wording=f"Does {first} matter more to you than {second}?",
            yes=MattersMore(issue=first, than=second),
            no=MattersMore(issue=second, than=first),
        )
    for issue in known.issues:
        for option, to in zip(issue.options, issue.options[1:], strict=False):
            yield Question(
                party=party,
                wording=f"On {issue.issue}, would you rather have {option} than {to}?",
                yes=Prefers(issue=issue.issue, option=option, to=to),
                no=Prefers(issue=issue.issue, option=to, to=option),
            )


def _leanings(samples: Samples, party: int, question: Question) -> Vector:
    """Return by how much each draw of the party leans to yes, (n,), in shares of its scale."""
    known, values = samples.known, samples.values[party]
    match question.yes:
        case Accepted(package=choices):
            asked = np.array([known.package(choices)])
            leaning: Vector = samples.worth(asked)[party, :, 0] - samples.reservations[party]
        case PrefersPackage(package=one, to=other):
            asked = np.array([known.package(one), known.package(other)])
            worth = samples.worth(asked)[party]
            leaning = worth[:, 0] - worth[:, 1]
        case MattersMore(issue=issue, than=than):
            weights = samples.weights[party]
            places = known.blank.place(issue), known.blank.place(than)
            leaning = weights[:, places[0]] - weights[:, places[1]]
        case Prefers(issue=issue, option=option, to=to):
            start = known.first[known.blank.place(issue)]
            columns = [start + known.blank.option(issue, each) for each in (option, to)]
            leaning = values[:, columns[0]] - values[:, columns[1]]
        case _:
            raise TypeError(f"{type(question.yes).__name__} answers no question")
    return leaning


def _judged(
    put: list[Question],
    answers: Answers,
    made: tuple[Answers, Vector],
    of: tuple[int, NDArray[np.intp]],
) -> Iterator[Asked]:
    """Judge questions to one party: answers (questions, n); who accepts and gains what."""
    taken, gains = made
    party, best = of
    likely = answers.mean(axis=1)
    worth, _ = _raised(answers, taken.astype(float), party)
    gain, now = _raised(answers, gains, party)
    for place, question in enumerate(put):
        if FORESEEN < likely[place] < 1 - FORESEEN:
            bits = entropy(np.array([likely[place], 1 - likely[place]]))
            yield Asked(
                question=question,
                likely=float(likely[place]),
                bits=bits,
                relevant=min(bits, information(answers[place], best)),
                worth=max(0.0, float(worth[place])),
                gain=max(0.0, float(gain[place]) / now) if now else 0.0,
            )


def _raised(answers: Answers, of: Vector, party: int) -> tuple[Vector, float]:
    """Return by how much the highest product of means is expected to rise with each answer.

    `of`: (parties, n, m), of which means are taken over draws and multiplied over parties, for
    parties are independent; with what the highest is now.
    """
    others = np.delete(of, party, axis=0).mean(axis=1).prod(axis=0)
    now = of[party].mean(axis=0) * others
    # With a yes and with a no, both times their probability.
    with_yes = answers.astype(float) @ of[party] / answers.shape[1] * others
    highest = with_yes.max(axis=1) + (now - with_yes).max(axis=1)
    return highest - now.max(), float(now.max())


def entropy(shares: Vector) -> float:
    """Return the entropy of shares that sum to 1, in bits."""
    positive = shares[shares > 0]
    return float(-(positive * np.log2(positive)).sum())


def information(answer: Answers, best: NDArray[np.intp]) -> float:
    """Return the information that an answer (n,) gives on which is best (n,), in bits, at least 0.

    Less what two independent columns of this length would show by chance.
    """
    count = len(answer)
    joint = np.bincount(best * 2 + answer, minlength=2 * (int(best.max()) + 1)) / count
    table = joint.reshape(-1, 2)
    found = entropy(table.sum(axis=0)) + entropy(table.sum(axis=1)) - entropy(joint)
    kinds = int((table.sum(axis=1) > 0).sum())
    return max(0.0, found - (kinds - 1) / (2 * count * math.log(2)))

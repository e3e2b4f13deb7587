"""`backchannel bargain ask` and `propose`: what to do next where preferences are known in part."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backchannel.commands.packages import AsJson, data_of, need_numbers
from backchannel.commands.saving import require_free, save
from backchannel.commands.watching import share_shown
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.paper import Paper

if TYPE_CHECKING:
    from backchannel.bargain.asking import Asked
    from backchannel.bargain.knowledge_file import KnowledgeFile
    from backchannel.bargain.proposing import Proposal
    from backchannel.bargain.sampling import Samples

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="What is known, as JSON; see docs/bargain.md.")
]
Draws = Annotated[int, typer.Option(min=100, max=20_000, help="How many preferences are drawn.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same draws.")]
Most = Annotated[int, typer.Option(min=1, help="How many are shown.")]
DRAWS, SEED = 1_000, 1


def propose(
    file: File, *, as_json: AsJson = False, draws: Draws = DRAWS, seed: Seed = SEED, most: Most = 3
) -> None:
    """The best next proposal. Example: backchannel bargain propose talks.json."""
    read, samples = _drawn(file, draws, seed)
    from backchannel.bargain.proposing import proposals  # noqa: PLC0415 - see need_numbers

    found = proposals(samples, most=most)
    if as_json:
        rows = [_proposal(samples, each) for each in found]
        Paper().json({**_given(read, draws, seed), "proposals": rows})
        return
    paper = _head(read, samples)
    for number, each in enumerate(found, start=1):
        paper.head(f"{number}. {each.words(samples.known)}")
        pairs = zip(each.parties, each.shares, each.errors, strict=True)
        told = ", ".join(f"{name} {share:.0%} +/- {error:.1%}" for name, share, error in pairs)
        paper.head(f"   Each alone: {told}.")


def ask(
    file: File,
    *,
    as_json: AsJson = False,
    draws: Draws = DRAWS,
    seed: Seed = SEED,
    most: Most = 3,
    question: Annotated[
        int | None, typer.Option(min=1, help="The number of the question that was answered.")
    ] = None,
    answer: Annotated[str, typer.Option(help="yes or no, with --question.")] = "",
    to: Annotated[
        Path | None, typer.Option(metavar="NEWFILE", help="Where to write what is known then.")
    ] = None,
) -> None:
    """The best next question. Example: backchannel bargain ask talks.json."""
    kept = (question is not None, bool(answer), to is not None)
    if any(kept) != all(kept) or answer not in {"", "yes", "no"}:
        raise UsageError(
            "to keep an answer give all three: --question with its number, --answer yes or no, and "
            "--to with a new file"
        )
    if to is not None:
        require_free(to, [file], force=False)
    read, samples = _drawn(file, draws, seed)
    from backchannel.bargain.asking import questions  # noqa: PLC0415 - see need_numbers

    found = questions(samples, most=max(most, question or 0))
    if to is not None and question is not None:
        _keep(read, found, (question, answer == "yes"), to)
        return
    if as_json:
        Paper().json(
            {**_given(read, draws, seed), "questions": [_question(each) for each in found]}
        )
        return
    paper = _head(read, samples)
    for number, each in enumerate(found, start=1):
        paper.head(f"{number}. {each.words}")
    if not found:
        paper.line("No question is left whose answer cannot be foreseen.")
    paper.line("To keep an answer: --question 1 --answer yes --to NEWFILE.")


def _keep(read: "KnowledgeFile", found: "list[Asked]", given: tuple[int, bool], to: Path) -> None:
    from backchannel.bargain.asking import answered  # noqa: PLC0415 - see need_numbers
    from backchannel.bargain.knowledge_writing import write_knowledge  # noqa: PLC0415

    number, yes = given
    if number > len(found):
        raise UsageError(f"there are {len(found)} questions, no number {number}")
    told = answered(read.knowledge, found[number - 1], yes=yes)
    save(to, write_knowledge(replace(read, knowledge=told)), force=False)
    party = found[number - 1].question.party
    Paper().head(f"It holds what is known with this answer of {party}.")


def _drawn(file: Path, draws: int, seed: int) -> "tuple[KnowledgeFile, Samples]":
    need_numbers()
    import numpy as np  # noqa: PLC0415

    from backchannel.bargain.knowledge_file import read_knowledge  # noqa: PLC0415
    from backchannel.bargain.sampling import sample  # noqa: PLC0415

    ((name, data),) = data_of([file]).items()
    read = read_knowledge(data, name)
    told = share_shown("drawing preferences")
    return read, sample(read.knowledge, draws, np.random.default_rng(seed), progress=told)


def _head(read: "KnowledgeFile", samples: "Samples") -> Paper:
    paper = Paper()
    paper.head(read.name or "Packages")
    paper.head(f"Scale: {read.scale or 'not told in the file; shares of each party by itself'}")
    paper.head(
        f"From {len(samples):,} preferences drawn for each party from those that fit what is "
        f"known. {samples.known.prior.words}"
    )
    for found in samples.diagnostics:
        if not found.settled:
            paper.warn(found.words)
    return paper


def _given(read: "KnowledgeFile", draws: int, seed: int) -> dict[str, Any]:
    prior = read.knowledge.prior.words
    return {"scale": read.scale, "prior": prior, "draws": draws, "seed": seed}


def _proposal(samples: "Samples", each: "Proposal") -> dict[str, Any]:
    pairs = zip(each.parties, each.shares, each.errors, each.standings, strict=True)
    better = each.better
    return {
        "package": samples.known.blank.named(each.package),
        "all_accept": {"probability": each.together, "standard_error": each.together_error},
        "parties": {
            name: {"probability": share, "standard_error": error, "standing": standing.name.lower()}
            for name, share, error, standing in pairs
        },
        "expected_product_of_gains": each.product,
        "least_sure": each.least_sure,
        "misses_most_on": each.costly,
        "likelier_with": None
        if better is None
        else {"issue": better.issue, "option": better.option, "more": better.more},
        "words": each.words(samples.known),
    }


def _question(each: "Asked") -> dict[str, Any]:
    return {
        "party": each.question.party,
        "wording": each.wording,
        "yes": {"probability": each.likely},
        "bits": each.bits,
        "bits_on_the_best_package": each.relevant,
        "likelier_by": each.worth,
        "product_of_gains_higher_by": each.gain,
        "words": each.words,
    }

"""The negotiating text on the screen: clauses, who stands where, and what changed.

Promised: the words are shown behind the bar as anything somebody wrote; at a party's desk nothing
stands here of where another party stands.
"""

from collections.abc import Sequence

from backchannel.channel.clauses import Clause, NegotiatingText, brackets_of
from backchannel.channel.differences import Change, ClauseChange, Run, differences
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session.finding import SHOWN
from backchannel.desk.session.negotiating import TextPage

_MARKS = {Run.REMOVED: ("{-", "-}"), Run.ADDED: ("{+", "+}"), Run.KEPT: ("", "")}


def list_texts(paper: Paper, known: Sequence[TextPage]) -> None:
    """Write one line for each text."""
    if not known:
        paper.line("There is no negotiating text here yet.")
        return
    rows = (
        (
            page.key[:SHOWN],
            page.words.title,
            page.life.value,
            str(len(page.versions)),
            str(len(page.words.clauses)),
            str(len(brackets_of(page.words))),
        )
        for page in known
    )
    paper.table(("id", "text", "state", "versions", "clauses", "with brackets"), rows)


def show_text(paper: Paper, page: TextPage) -> None:
    """Write the whole text, where whoever may be seen here stands, and what stands in the way."""
    paper.head(
        f"{page.key[:SHOWN]}  {page.words.title}: version {len(page.versions)}, {page.life.value}",
        style="bold",
    )
    for clause in page.words.clauses:
        _show_clause(paper, clause, page)
    for name, version in page.shown:
        paper.head(f"{name} was shown version {version}.")
    for words in page.obstacles:
        paper.warn(words)


def _show_clause(paper: Paper, clause: Clause, page: TextPage) -> None:
    paper.line()
    stands = ", ".join(
        f"{name} {status.value}" for name, status in page.stands.get(clause.id, {}).items()
    )
    kind = "operative" if clause.operative else "recital"
    paper.head(f"{clause.id}  {kind}" + (f": {stands}" if stands else ""))
    for wording in clause.wordings:
        paper.quote(f"{wording.language}: {wording.text}")


def show_changes(paper: Paper, old: NegotiatingText, new: NegotiatingText) -> None:
    """Write what changed: {-removed-} and {+added+} words, whole brackets, numbers and dates."""
    changes = differences(old, new)
    if not changes:
        paper.line("Nothing has changed between the two versions.")
    for change in changes:
        paper.line()
        paper.head(f"{change.clause}  {change.kind.value}")
        for line in _words_of(change, new):
            paper.quote(line)


def _words_of(change: ClauseChange, new: NegotiatingText) -> Sequence[str]:
    if change.kind is Change.ADDED:
        (clause,) = (each for each in new.clauses if each.id == change.clause)
        return [f"{wording.language}: {wording.text}" for wording in clause.wordings]
    return [
        f"{each.language}: "
        + "".join(f"{_MARKS[r.kind][0]}{r.text}{_MARKS[r.kind][1]}" for r in each.runs)
        for each in change.rewordings
    ]

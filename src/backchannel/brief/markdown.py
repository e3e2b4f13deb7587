"""The brief as Markdown, for mail and for other programs.

Promises: words of people are never marks of Markdown or HTML; an address stands as a link only if
it is one of the web.
"""

import re
from collections.abc import Iterable
from html import escape

from backchannel.brief.said import Standing, Statement, Table
from backchannel.brief.whole import Brief, day_of, said_by
from backchannel.watch.claims import Claim

_MARKS = re.compile(r"([\\`*_{}\[\]()#+|~!-])")


def plain(text: str) -> str:
    r"""Return text with every mark made plain, on one line.

    >>> plain("a *b* <i>")
    'a \\*b\\* &lt;i&gt;'
    """
    # As entities: not every reader of Markdown takes a backslash before a tag.
    return escape(_MARKS.sub(r"\\\1", " ".join(text.split())), quote=False)


def to_markdown(of: Brief) -> str:
    """Return the brief."""
    lines = [f"# {plain(of.title)}", ""]
    lines += [f"> {plain(each)}" for each in of.notes]
    for number, section in enumerate(of.sections, start=1):
        lines += ["", f"## {number}. {section.title}"]
        for part in section.parts:
            lines += ["", f"### {plain(part.title)}", ""]
            lines += [_statement(of, each) for each in part.statements]
        for table in section.tables:
            lines += ["", *_table(table)]
    lines += ["", "## Sources", ""]
    lines += [f"{n}. {_source(each)}" for n, each in enumerate(of.sources, start=1)]
    return "\n".join(lines) + "\n"


def _statement(of: Brief, statement: Statement) -> str:
    mark = "" if statement.standing is Standing.FACT else f"*{statement.standing.value}:* "
    because = f" *From:* {plain(statement.because)}." if statement.because else ""
    numbers = of.numbers(statement)
    sources = f" \\[{', '.join(map(str, numbers))}\\]" if numbers else ""
    return f"- {mark}{plain(statement.text)}{because}{sources}"


def _table(table: Table) -> Iterable[str]:
    yield f"{plain(table.caption)}:"
    yield ""
    yield _row(table.heads)
    yield _row("---" for _ in table.heads)
    for row in table.rows:
        yield _row(map(plain, row))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _source(claim: Claim) -> str:
    where = f" <{claim.url}>" if claim.url else ""
    day, who = day_of(claim), said_by(claim)
    return f"{day}, {plain(claim.outlet)}: {plain(who)}: {plain(claim.paraphrase)}{where}"

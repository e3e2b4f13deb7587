"""The brief as one page of HTML that loads nothing and runs nothing.

Promises: people's words are text in it, whatever they hold; an address is a link only if it is of
the web; it can be read in the dark, on a narrow screen, on paper, and with a screen reader.
"""

from collections.abc import Iterable
from html import escape
from typing import Final

from backchannel.brief.pictures import pictures
from backchannel.brief.said import Part, Section, Standing, Statement, Table
from backchannel.brief.strokes import Picture
from backchannel.brief.whole import Brief, day_of, said_by
from backchannel.watch.claims import Claim

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_MOST_NUMBERS: Final = 12  # beside one sentence; the others fold away


def to_html(of: Brief, *, style: str) -> str:
    """Return the whole page; `style`: what stands in `brief.css`."""
    drawn = pictures(of.material)
    sections = "".join(_section(of, n, s, drawn) for n, s in enumerate(of.sections, start=1))
    sources = "".join(_source(n, each) for n, each in enumerate(of.sources, start=1))
    ways = "".join(
        f'<li><a href="#q{n}">{escape(s.title)}</a></li>'
        for n, s in enumerate(of.sections, start=1)
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{escape(of.title)}</title><style>{style}</style></head><body>"
        f'<header><h1 dir="auto">{escape(of.title)}</h1>'
        f'<div class="notes">{"".join(_note(each) for each in of.notes)}</div>'
        f'<nav aria-label="The five questions"><ol>{ways}</ol></nav></header>'
        f'<main>{sections}<section id="sources"><h2>Sources</h2><ol class="sources">{sources}</ol>'
        "</section></main></body></html>\n"
    )


def _note(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _section(of: Brief, number: int, section: Section, drawn: dict[str, list[Picture]]) -> str:
    parts = "".join(_part(of, each) for each in section.parts)
    shown = "".join(_picture(found) for each in section.pictures for found in drawn[each])
    tables = "".join(_table(each) for each in section.tables if each.rows)
    return (
        f'<section id="q{number}"><h2>{number}. {escape(section.title)}</h2>'
        f"{shown}{parts}{tables}</section>"
    )


def _picture(picture: Picture) -> str:
    title, said = escape(picture.title), escape(picture.said)
    return (
        f'<figure><div class="picture" tabindex="0" role="region" aria-label="{title}">'
        f"{picture.drawn}</div><figcaption><b>{title}.</b> {said}</figcaption></figure>"
    )


def _part(of: Brief, part: Part) -> str:
    told = "".join(_statement(of, each) for each in part.statements)
    return f'<h3 dir="auto">{escape(part.title)}</h3><ul>{told}</ul>'


def _statement(of: Brief, statement: Statement) -> str:
    standing = statement.standing
    mark = "" if standing is Standing.FACT else f'<strong class="mark">{standing.value}:</strong> '
    because = (
        f' <span class="because">From: {escape(statement.because)}.</span>'
        if statement.because
        else ""
    )
    return (
        f'<li class="{standing.name.lower()}">{mark}<span dir="auto">{escape(statement.text)}'
        f"</span>{because}{_numbers(of.numbers(statement))}</li>"
    )


def _numbers(numbers: tuple[int, ...]) -> str:
    links = [f'<a href="#s{n}" aria-label="source {n}">{n}</a>' for n in numbers]
    if not links:
        return ""
    if len(links) <= _MOST_NUMBERS:
        return f' <span class="refs">[{", ".join(links)}]</span>'
    return (
        f'<details class="refs"><summary>{len(links)} sources</summary>{", ".join(links)}</details>'
    )


def _table(table: Table) -> str:
    heads = "".join(f'<th scope="col">{escape(each)}</th>' for each in table.heads)
    rows = "".join(_row(each) for each in table.rows)
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(table.caption)}">'
        f"<table><caption>{escape(table.caption)}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(cells: Iterable[str]) -> str:
    first, *others = cells
    told = "".join(f"<td>{escape(each)}</td>" for each in others)
    return f'<tr><th scope="row" dir="auto">{escape(first)}</th>{told}</tr>'


def _source(number: int, claim: Claim) -> str:
    outlet = escape(claim.outlet)
    # `Claim` lets no other address in than one of the web.
    where = f'<a href="{escape(claim.url)}" rel="noreferrer">{outlet}</a>' if claim.url else outlet
    return (
        f'<li id="s{number}">{day_of(claim)}, <bdi>{where}</bdi>: '
        f"<bdi>{escape(said_by(claim))}</bdi>: "
        f'<span dir="auto">{escape(claim.paraphrase)}</span></li>'
    )

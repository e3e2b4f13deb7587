r"""The single negotiating text as a file that a mediator writes in any editor.

    # A pause at the river
    languages: en, fr

    ## preamble recital
    en: The parties,

    ## 1 operative
    en: The pause lasts [Northland: ten days | Southland: thirty days].
        It begins at noon.
    fr: La pause dure [Northland : dix jours | Southland : trente jours].

A title, the languages, then for each clause its id, whether it is `operative` or a `recital`, and
its wording in each language; further lines of a wording are indented, empty ones may stand between.

Promises: `read_text(write_text(text)) == text`; every fault is one sentence with the number of its
line. Reading takes away what the eye cannot see (names.normalised) and spells brackets in the one
way, so that an editor's habits are no fault.

>>> source = "# A pause\nlanguages: en\n\n## 1 operative\nen: It lasts [ten|thirty] days.\n"
>>> print(write_text(read_text(source)), end="")
# A pause
languages: en
<BLANKLINE>
## 1 operative
en: It lasts [ten | thirty] days.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from backchannel.channel.brackets import tidied
from backchannel.channel.clauses import (
    Clause,
    ClauseId,
    NegotiatingText,
    Wording,
    check_languages,
    check_title,
)
from backchannel.channel.errors import MalformedError
from backchannel.channel.names import normalised

MAX_FILE = 200_000  # characters: the blanks of an editor may be many
_SHOWN = 40  # characters of a wrong line that an error repeats
_KINDS = {"operative": True, "recital": False}
_HEADING = re.compile(r"##\s+(\S+)(?:\s+(\S+))?\s*")
_WORDING = re.compile(r"([A-Za-z][A-Za-z0-9-]*):(.*)")


@dataclass(slots=True)
class _Written:
    """A wording as it stands in the file, with the number of its first line."""

    line: int
    language: str
    lines: list[str]


@dataclass(slots=True)
class _Section:
    """A clause as it stands in the file, with the number of its heading's line."""

    line: int
    id: str
    operative: bool
    wordings: list[_Written] = field(default_factory=list)


def write_text(text: NegotiatingText) -> str:
    """Return the file's content."""
    return "".join(f"{line}\n" for line in _lines(text))


def read_text(source: str) -> NegotiatingText:
    """Return the text that the file says. Raises: MalformedError, naming the line."""
    if len(source) > MAX_FILE:
        raise MalformedError(
            f"the file has {len(source):,} characters; at most {MAX_FILE:,} are allowed"
        )
    lines = source.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    numbered = [(number, line.rstrip()) for number, line in enumerate(lines, start=1)]
    title = _title(_take(numbered, "'# ' and the title"))
    languages = _languages(_take(numbered, "'languages: ' and their codes"))
    clauses = list[Clause]()
    text: NegotiatingText | None = None
    for section in _sections(numbered):
        clauses.append(_clause(section))
        # Checked as it grows, so that a fault is told with the line that brings it.
        with _at(section.line):
            text = NegotiatingText(title=title, languages=languages, clauses=tuple(clauses))
    if text is None:
        raise _fault(len(lines), "no clause follows; write '## 1 operative'")
    return text


def _lines(text: NegotiatingText) -> Iterator[str]:
    yield f"# {text.title}"
    yield f"languages: {', '.join(text.languages)}"
    for clause in text.clauses:
        yield ""
        yield f"## {clause.id} {'operative' if clause.operative else 'recital'}"
        for wording in clause.wordings:
            first, *further = wording.text.split("\n")
            indent = " " * (len(wording.language) + 2)
            yield f"{wording.language}: {first}"
            yield from (f"{indent}{line}".rstrip(" ") for line in further)


def _take(numbered: list[tuple[int, str]], expected: str) -> tuple[int, str]:
    """Return the next line that is not empty, and remove all up to it."""
    while numbered:
        number, line = numbered.pop(0)
        if line:
            return number, line
    raise MalformedError(f"the file ends where {expected} are expected")


def _title(numbered: tuple[int, str]) -> str:
    number, line = numbered
    if not line.startswith("# "):
        raise _fault(number, f"{line[:_SHOWN]!r} is no title; write '# ' and the title first")
    title = normalised(line[2:])
    with _at(number):
        check_title(title)
    return title


def _languages(numbered: tuple[int, str]) -> tuple[str, ...]:
    number, line = numbered
    label, colon, tags = line.partition(":")
    if label.strip().casefold() != "languages" or not colon:
        raise _fault(number, f"{line[:_SHOWN]!r} names no languages; write 'languages: en, ar'")
    languages = tuple(tag.strip() for tag in tags.split(","))
    with _at(number):
        check_languages(languages)
    return languages


def _sections(numbered: list[tuple[int, str]]) -> Iterator[_Section]:
    section: _Section | None = None
    for number, line in numbered:
        if line.startswith("#"):
            if section is not None:
                yield section
            section = _heading(number, line)
        elif section is None:
            if line:
                raise _fault(number, f"{line[:_SHOWN]!r} is no clause; write '## 1 operative'")
        else:
            _read_line(section, number, line)
    if section is not None:
        yield section


def _heading(number: int, line: str) -> _Section:
    heading = _HEADING.fullmatch(line)
    if heading is None:
        raise _fault(number, f"{line[:_SHOWN]!r} is no heading; write '## 1 operative'")
    kind = heading[2] or ""
    if kind not in _KINDS:
        raise _fault(
            number,
            f"clause {heading[1][:_SHOWN]} is to be 'operative' or 'recital', not "
            f"{kind[:_SHOWN]!r}",
        )
    return _Section(number, heading[1], _KINDS[kind])


def _read_line(section: _Section, number: int, line: str) -> None:
    if not line or line[0].isspace():
        if section.wordings:
            section.wordings[-1].lines.append(line)
            return
        if not line:
            return
    wording = _WORDING.fullmatch(line)
    if wording is None:
        raise _fault(
            number,
            f"{line[:_SHOWN]!r} is no wording; write 'en: ' and the words, or indent the line if "
            "it goes on from the one above",
        )
    section.wordings.append(_Written(number, wording[1], [wording[2]]))


def _clause(section: _Section) -> Clause:
    wordings = tuple(_wording(written) for written in section.wordings)
    with _at(section.line):
        return Clause(id=ClauseId(section.id), operative=section.operative, wordings=wordings)


def _wording(written: _Written) -> Wording:
    with _at(written.line):
        text = tidied(normalised("\n".join(written.lines)))
        return Wording(language=written.language, text=text)


@contextmanager
def _at(line: int) -> Iterator[None]:
    try:
        yield
    except MalformedError as error:
        raise _fault(line, str(error)) from error


def _fault(line: int, sentence: str) -> MalformedError:
    return MalformedError(f"line {line}: {sentence}")

r"""Scored games of several parties, as in LLM-Deliberation: a list of parties, a sheet for each.

The list has a line for each party: its name, the name of its sheet, and what only a simulation
needs. A sheet has a line of points for each issue, separated by commas, and the least that the
party accepts in the last line. Issues are named A, B, C and so on, options A1, A2.

>>> sheet = b"0, 5, 9\n4, 0\n6"
>>> space = read_game(b"Mayor,mayor,player", {"mayor": sheet}, "game")
>>> space.profiles[0].values, space.profiles[0].reservation, space.issues[1].options
(((0, 5, 9), (4, 0)), 6, ('B1', 'B2'))

Source: Abdelnabi and others, LLM-Deliberation (2023), the files of its games.
"""

import re
from collections.abc import Mapping
from string import ascii_uppercase

from backchannel.bargain.errors import FileFaultError, MalformedError
from backchannel.bargain.model import Issue, Profile, Space

_POINTS = re.compile(r"[0-9]{1,9}")


def read_game(parties: bytes, sheets: Mapping[str, bytes], file: str) -> Space:
    """Return the space of a game; `sheets` by the names that the list gives them.

    Raises:
        FileFaultError: with the sheet, the line, what came and what was expected.
    """
    profiles, shape = [], []
    for number, line in enumerate(_lines(parties, file), start=1):
        fields = [field.strip() for field in line.split(",")]
        if len(fields) < 2 or fields[1] not in sheets:  # noqa: PLR2004 - a name and a sheet
            known = ", ".join(sorted(sheets))
            raise FileFaultError(
                file, f"line {number}", f"a party and its sheet are expected, one of: {known}"
            )
        rows, least = _sheet(sheets[fields[1]], f"{file}, {fields[1]}")
        shape.append([len(row) for row in rows])
        if shape[-1] != shape[0]:
            raise FileFaultError(
                file, fields[1], f"has options {shape[-1]} in its lines, the first {shape[0]}"
            )
        profiles.append(Profile(party=fields[0], values=tuple(rows), reservation=least))
    if not profiles:
        raise FileFaultError(file, "", "names no party")
    names = ascii_uppercase[: len(shape[0])]
    issues = tuple(
        Issue(issue=name, options=tuple(f"{name}{place + 1}" for place in range(size)))
        for name, size in zip(names, shape[0], strict=True)
    )
    try:
        return Space(issues=issues, profiles=tuple(profiles), name=file)
    except MalformedError as error:
        raise FileFaultError(file, "", str(error)) from error


def _lines(data: bytes, file: str) -> list[str]:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise FileFaultError(file, "", f"is not UTF-8 text (byte {error.start + 1})") from error
    return [line for line in text.splitlines() if line.strip()]


def _sheet(data: bytes, file: str) -> tuple[list[tuple[int, ...]], int]:
    rows = [
        tuple(_points(field, file, number) for field in line.split(","))
        for number, line in enumerate(_lines(data, file), start=1)
    ]
    if not 1 <= len(rows) - 1 <= len(ascii_uppercase) or len(rows[-1]) != 1:
        raise FileFaultError(
            file, "", "a line of points for each issue, then the least accepted alone, are expected"
        )
    (least,) = rows.pop()
    if least > sum(map(max, rows)):
        raise FileFaultError(
            file, "the last line", f"{least} is more than any package gives; it is off the scale"
        )
    return rows, least


def _points(field: str, file: str, number: int) -> int:
    # Stripped once for both: `strip` takes away characters that `int` stumbles over.
    written = field.strip()
    if not _POINTS.fullmatch(written):
        raise FileFaultError(
            file, f"line {number}", f"{written[:40]!r} is no number of points, such as 15"
        )
    return int(written)

r"""Games of dividing items between two, as in OpenSpiel's bargaining: a line for each game.

A line has three groups: how many there are of each item, what one of it is worth to the first
party, and to the second. An issue is an item; its options say how many the first party gets, and
the second gets the others. Without a deal both have nothing: the reservation values are 0.

>>> (space,) = read_item_games(b"1,2 4,3 2,4\n", "games.txt")
>>> space.issues[1].options, space.profiles[0].values, space.profiles[1].values
(('0', '1', '2'), ((0, 4), (0, 3, 6)), ((2, 0), (8, 4, 0)))

Source: Lewis and others, Deal or No Deal? (2017); the instances that come with OpenSpiel.
"""

import re

from backchannel.bargain.errors import FileFaultError
from backchannel.bargain.model import Issue, Profile, Space

_GROUP = re.compile(r"[0-9]{1,6}(,[0-9]{1,6})*")
_MOST = 100  # of one item


def read_item_games(data: bytes, file: str) -> tuple[Space, ...]:
    """Return the games. Raises: FileFaultError, naming the line."""
    try:
        lines = data.decode().splitlines()
    except UnicodeDecodeError as error:
        raise FileFaultError(file, "", f"is not UTF-8 text (byte {error.start + 1})") from error
    return tuple(
        _game(line, f"line {number}", file)
        for number, line in enumerate(lines, start=1)
        if line.strip()
    )


def _game(line: str, place: str, file: str) -> Space:
    groups = line.split()
    numbers = [
        [int(number) for number in group.split(",")] for group in groups if _GROUP.fullmatch(group)
    ]
    if len(numbers) != len(groups) or [len(n) for n in numbers] != [len(numbers[0])] * 3:
        raise FileFaultError(
            file, place, f"{line[:60]!r} came; three groups of as many numbers, such as 1,2 4,3 2,4"
        )
    counts, *worths = numbers
    if max(counts) > _MOST:
        raise FileFaultError(file, place, f"{max(counts):,} of one item; at most {_MOST} can be")
    issues = tuple(
        Issue(issue=f"item {place}", options=tuple(map(str, range(count + 1))))
        for place, count in enumerate(counts, start=1)
    )
    first = tuple(
        tuple(w * n for n in range(c + 1)) for w, c in zip(worths[0], counts, strict=True)
    )
    second = tuple(
        tuple(w * (c - n) for n in range(c + 1)) for w, c in zip(worths[1], counts, strict=True)
    )
    return Space(
        issues=issues,
        profiles=(
            Profile(party="first", values=first, reservation=0),
            Profile(party="second", values=second, reservation=0),
        ),
        name=f"{file}, {place}",
    )

"""Files of a space in any format that is read here, told apart by their names and first character.

One file of the project's own; a GENIUS domain followed by its profiles; the files of a NegMAS
folder in any order; or a scored game: its `config.txt` and its sheets.

>>> read_files({"talks.json": b"{}"})
Traceback (most recent call last):
...
backchannel.bargain.errors.FileFaultError: talks.json: the field 'format' is missing
"""

from collections.abc import Mapping

from backchannel.bargain.errors import FileFaultError
from backchannel.bargain.genius import party_of, read_genius
from backchannel.bargain.negmas_file import read_negmas
from backchannel.bargain.own_file import SpaceFile, read_space
from backchannel.bargain.scored_game import read_game

GAME = "config.txt"
YAML = (".yml", ".yaml")


def read_files(files: Mapping[str, bytes]) -> SpaceFile:
    """Return the space of these files, by name, in the order in which they were given.

    Raises:
        FileFaultError: with the file, the place, what came and what was expected.
    """
    if not files:
        raise FileFaultError("no file", "", "at least one is expected")
    first, *others = files
    games = [name for name in files if name.replace("\\", "/").rpartition("/")[2] == GAME]
    if games:
        sheets = {party_of(name): data for name, data in files.items() if name != games[0]}
        space = read_game(files[games[0]], sheets, games[0])
        return SpaceFile(space=space, scale="points of each party's own sheet", table=None)
    if first.lower().endswith(YAML) or (others and not _is_xml(files[first])):
        return read_negmas(files, first)
    if _is_xml(files[first]):
        if not others:
            raise FileFaultError(
                first, "", "a GENIUS domain comes with a profile for each party; name them after it"
            )
        return read_genius(files[first], {name: files[name] for name in others}, first)
    return read_space(files[first], first)


def _is_xml(data: bytes) -> bool:
    return data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")

"""The outer shape of bytes, looked over before anything is built from them.

Promises: bytes that pass are one CBOR item made of nothing but integers, byte and text strings,
lists, `false`, `true` and `null`, of definite lengths and within the given depth. So the decoder
never meets what would make it run code of its own choice: tags (a regular expression, a mail, a
reference to another item), maps, floating-point numbers, lengths without end.

>>> check_shape(bytes.fromhex("820143616263"), max_depth=1)  # [1, b"abc"]
>>> check_shape(bytes.fromhex("d8236128"), max_depth=1)  # tag 35: a regular expression
Traceback (most recent call last):
...
backchannel.wire.errors.WireError: the bytes hold an item of a kind that no event has

Source: RFC 8949, section 3 (heads of items) and appendix B.
"""

from backchannel.wire.errors import WireError

_INTEGER, _NEGATIVE, _BYTES, _TEXT, _LIST, _SIMPLE = 0, 1, 2, 3, 4, 7
_FALSE, _TRUE, _NULL = 20, 21, 22
_LONGEST = 27  # additional information of a head: up to here it says how long the argument is
_DIRECT = 24  # below this the additional information is the argument itself


def check_shape(data: bytes, *, max_depth: int) -> None:
    """Look over the bytes once, from left to right. Raises: WireError."""
    position = 0
    left = [1]  # how many items each list that is still open, from the outermost, has to come
    while left:
        if left[-1] == 0:
            left.pop()
            continue
        left[-1] -= 1
        major, argument, position = _head(data, position)
        if major in {_BYTES, _TEXT}:
            position += argument
        elif major == _LIST:
            # Each item has a byte at least: a longer list is a lie, whatever comes later.
            if len(left) > max_depth or argument > len(data) - position:
                raise WireError("the bytes hold a list that is too deep or too long")
            left.append(argument)
    if position != len(data):
        raise WireError("the bytes end before or after their one item")


def _head(data: bytes, position: int) -> tuple[int, int, int]:
    """Return an item's major type, its argument, and where its content begins."""
    if position >= len(data):
        raise WireError("the bytes end within an item")
    major, info = data[position] >> 5, data[position] & 0x1F
    position += 1
    plain = major in {_INTEGER, _NEGATIVE, _BYTES, _TEXT, _LIST} and info <= _LONGEST
    if not plain and not (major == _SIMPLE and info in {_FALSE, _TRUE, _NULL}):
        raise WireError("the bytes hold an item of a kind that no event has")
    if info < _DIRECT:
        return major, info, position
    after = position + (1 << (info - _DIRECT))
    return major, int.from_bytes(data[position:after], "big"), after

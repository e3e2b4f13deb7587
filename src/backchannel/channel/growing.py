"""Maps that grow by a few entries at a time and keep every state they had.

A state of a caucus is never changed, so a letter makes another one; copying what is there for each
would make a long channel slower with every letter. A `Grown` map shares what was there with the one
before it. Promised: it equals the dictionary that the same steps would have made, in the same
order; a step costs what it adds, times the logarithm of what is there; a value that was replaced is
in no map made since (it may have been erased).

>>> before = Growing({"a": 1, "b": 2})
>>> first = before.grown()
>>> after = Growing(first)
>>> after["c"] = 3
>>> first == {"a": 1, "b": 2}, after.grown() == {"a": 1, "b": 2, "c": 3}
(True, True)

Source: Bentley and Saxe, Decomposable searching problems I (1980): layers of doubling size.
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Grown(Mapping[K, V]):
    """A map as it was at one time. Its layers share no key; each is smaller than the one below."""

    __slots__ = ("layers",)

    def __init__(self, layers: tuple[dict[K, V], ...]) -> None:
        self.layers = layers

    def __getitem__(self, key: K) -> V:
        for layer in self.layers:
            if key in layer:
                return layer[key]
        raise KeyError(key)

    def __iter__(self) -> Iterator[K]:
        return chain.from_iterable(self.layers)

    def __len__(self) -> int:
        return sum(map(len, self.layers))

    def __repr__(self) -> str:
        return repr(dict(self))


class Growing(Mapping[K, V]):
    """A map being changed, without changing the one that it began with."""

    __slots__ = ("_before", "_new")

    def __init__(self, before: Mapping[K, V]) -> None:
        # A map that somebody else may still change is copied, once.
        self._before = before if isinstance(before, Grown) else Grown((dict(before),))
        self._new: dict[K, V] = {}

    def __getitem__(self, key: K) -> V:
        return self._new[key] if key in self._new else self._before[key]

    def __setitem__(self, key: K, value: V) -> None:
        self._new[key] = value

    def __iter__(self) -> Iterator[K]:
        return chain(self._before, (key for key in self._new if key not in self._before))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def grown(self) -> Grown[K, V]:
        """Return the map as it is now; this one is not to be changed any more."""
        if not self._new:
            return self._before
        below, top = self._kept_apart(), self._new
        for layer in reversed(self._before.layers[below:]):
            top = {**layer, **top}
        return Grown((*self._before.layers[:below], top))

    def _kept_apart(self) -> int:
        """Return how many of the layers stay as they are, below the one that takes in the rest."""
        layers, size = self._before.layers, len(self._new)
        apart = len(layers)
        # Twice as large at least, so that an entry is copied a few times and not for each other.
        while apart and len(layers[apart - 1]) < 2 * size:
            apart -= 1
            size += len(layers[apart])
        for number, layer in enumerate(layers[:apart]):
            if any(key in layer for key in self._new):
                return number
        return apart

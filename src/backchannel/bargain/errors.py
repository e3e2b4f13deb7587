"""What can go wrong with packages and preferences.

Every message says what came, what is allowed, and what to do. They may quote the caller's own file:
whoever computes on preferences holds them.
"""


class BargainError(Exception):
    """The base of everything that this package refuses."""


class MalformedError(BargainError):
    """A value that cannot be one: an option twice, a weight that is no number."""


class FileFaultError(BargainError):
    """A file that cannot be read: names the file, the place in it, what came, what was expected."""

    def __init__(self, file: str, place: str, what: str) -> None:
        super().__init__(f"{file}, {place}: {what}" if place else f"{file}: {what}")
        self.file, self.place, self.what = file, place, what


class ContradictionError(BargainError):
    """Statements about a party that no preferences can satisfy together: a smallest set of them."""

    def __init__(self, party: str, statements: tuple[str, ...]) -> None:
        listed = "; ".join(statements)
        super().__init__(
            f"what is known of {party} contradicts itself: {listed}. "
            "Drop or correct one of these; without any one of them the others can hold"
        )
        self.party, self.statements = party, statements


class TooLargeError(BargainError):
    """Work that would not end, or not fit into memory; says which limit and what can be done."""

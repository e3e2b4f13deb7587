"""What keeps a relay from running, said in one sentence that tells what to do."""


class RelayError(Exception):
    """Base of all that this package raises on purpose."""


class StoreError(RelayError):
    """The database cannot be opened, or is not one of a relay of this version."""

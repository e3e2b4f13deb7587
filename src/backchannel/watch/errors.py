"""What can be wrong with a claim, a ledger of claims, or what is asked of them."""


class WatchError(Exception):
    """Base of all errors of this package. The message says what came and what is allowed."""


class MalformedError(WatchError):
    """Something that is no claim, episode or name: the message says what may stand there."""


class LedgerError(WatchError):
    """A ledger that cannot be opened, or cannot take what was given. It is left as it was."""


class TooLittleError(WatchError):
    """There is too little to compute on: the message says what is needed."""

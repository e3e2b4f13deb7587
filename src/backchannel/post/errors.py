"""What goes wrong between a desk and a relay, other than the relay's own refusals.

A refusal is an answer (`messages.Refused`), no error: the relay was reached and said no. These are
raised where a message cannot be made or understood, or where nobody answered.
"""


class PostError(Exception):
    """Base of all that this package raises."""


class MalformedError(PostError):
    """Bytes or values that are no message: too long, cut short, written another way, unknown."""


class TooLargeError(MalformedError):
    """A letter or bundle over the limit, or more bytes than any message may have."""


class OldProtocolError(MalformedError):
    """The other end speaks another version of the protocol; one of the two needs an update."""


class OrderError(PostError):
    """A count that cannot be: before the first letter, going back, or beyond what was sent."""


class RelayDownError(PostError):
    """Nobody answered, or not as a relay does. Whether the request arrived is not known."""


class WrongRelayError(RelayDownError):
    """Somebody answered with a certificate that is not the pinned one. Nothing was sent to it."""


class NotPushedError(RelayDownError):
    """The relay, or something on the way to it, does not do push. A long poll may serve."""

"""What the codec answers to bytes that are not an event."""


class WireError(Exception):
    """These bytes are not an event of a version and kind we know, in the one form it may have."""


class UnknownVersionError(WireError):
    """The bytes are of a version of the protocol that this desk does not speak."""


class TooLargeError(WireError):
    """The event does not fit into one letter."""

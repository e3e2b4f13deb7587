"""What `seal` answers when it refuses. Whatever is wrong with the input, it is one of these.

A function that raises has changed nothing: the caller goes on with the session it had.
"""


class SealError(Exception):
    """Base of all that this package raises; itself: a mistake of the caller's, or damaged state."""


class UnauthenticError(SealError):
    """Not from the peer of this session, or altered on the way."""


class RepeatedLetterError(UnauthenticError):
    """Exactly these bytes were opened not long ago: a letter sent again, or played again.

    The peer may have missed the receipt. Nothing is wrong with the session.
    """


class OldProtocolError(SealError):
    """A version, suite or kind of letter that this version does not know."""


class OldBundleError(SealError):
    """A handshake that names prekeys which are not those of this offer."""


class AttemptError(SealError):
    """Somebody who holds the invitation tried to join, and may not.

    `attempt` (32 bytes) is the same for every letter of one try and differs between two tries,
    also between two guesses of a spoken code. Count attempts, not letters: a relay that plays one
    wrong letter three times must not use up three tries.
    """

    def __init__(self, message: str, *, attempt: bytes) -> None:
        super().__init__(message)
        self.attempt = attempt


class WrongCodeError(AttemptError):
    """The peer knew the invitation but not the spoken code, or its handshake does not fit."""


class SecondJoinError(AttemptError):
    """A holder of the invitation tries another handshake on a session that is established.

    The invitation was used twice, or (an attempt seen before as a wrong code) played again.
    """


class InvitationError(SealError):
    """A line that is no invitation, or one that cannot be written. Says what is wrong with it."""

"""What the channel's rules answer when something may not be.

Every message is one sentence or two: what came, what is allowed, what to do. A message shown to a
party is made from that party's own caucus alone, so that no refusal can tell of another party.
"""


class ChannelError(Exception):
    """Base of all that this package raises."""


class MalformedError(ChannelError):
    """A value that cannot be: too long, empty, an id that is none, a time without a zone."""


class RuleBrokenError(ChannelError):
    """The rules do not allow this here and now. Nothing has changed."""


class HandlingForbidsError(RuleBrokenError):
    """The author of a note has not allowed this use of it."""

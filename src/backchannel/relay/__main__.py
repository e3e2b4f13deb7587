"""`python -m backchannel.relay` is the command `backchannel relay`."""

from backchannel.relay.commands import relay

relay()

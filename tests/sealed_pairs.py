"""Desks that share an invitation, for tests: sessions are bytes, made once and used again."""

from functools import cache

from backchannel.seal.session import Kind, Letter, join, offer, seal, unseal

SECRET = bytes(range(32))
OTHER_SECRET = bytes(range(1, 33))


def letter(counter: int = 1, body: bytes = b"We can move on timing.") -> Letter:
    return Letter(epoch=0, counter=counter, ack=0, kind=Kind.EVENT, body=body)


@cache
def offered() -> tuple[bytes, bytes]:
    """Return a mediator's session, offered, and its bundle."""
    return offer(invitation_secret=SECRET)


@cache
def joined() -> tuple[bytes, bytes]:
    """Return mediator and party; the party has not written yet."""
    mediator, bundle = offered()
    return mediator, join(invitation_secret=SECRET, sealed_bundle=bundle)


@cache
def established() -> tuple[bytes, bytes]:
    """Return mediator and party after one letter each way."""
    mediator, party = joined()
    party, first = seal(party, letter())
    mediator, _ = unseal(mediator, first)
    mediator, reply = seal(mediator, letter())
    party, _ = unseal(party, reply)
    return mediator, party

"""Joining a channel with an invitation, at a party's desk.

The session and the new secrets are in the vault before the relay is asked to replace the old ones:
whatever breaks in between, the desk goes on with what the vault holds, and nobody is locked out.
"""

from collections.abc import Callable
from contextlib import suppress

from backchannel.desk import tables
from backchannel.desk.desk import ID_BYTES, Desk
from backchannel.desk.errors import DeskError, UsageError
from backchannel.desk.ledger import seal_receipt
from backchannel.desk.tables import CaucusRow, ChannelRow
from backchannel.desk.vault_database import Connection
from backchannel.post.codec import encode_request
from backchannel.post.errors import RelayDownError
from backchannel.post.messages import (
    BundleIs,
    GetBundle,
    Put,
    Reason,
    Refused,
    Request,
    Rotate,
    Side,
    hashed,
)
from backchannel.post.relay_port import RelayPort
from backchannel.seal.errors import UnauthenticError
from backchannel.seal.invitation import Invitation, decode
from backchannel.seal.letters import BUCKETS
from backchannel.seal.session import join as join_session
from backchannel.seal.signatures import new_signing_key

SECRET_BYTES = 32


def join(
    desk: Desk,
    line: str,
    port_for: Callable[[ChannelRow], RelayPort],
    *,
    spoken_code: str = "",
    proxy: str = "",
) -> str:
    """Join a channel with an invitation and return the channel's identifier on this desk.

    Needs the relay. The session and the new secrets are in the vault before the relay is asked to
    replace the old ones, so that a crash in between locks nobody out.

    Raises:
        InvitationError, UsageError: what is wrong with the line, or with the code.
        DeskError: the relay does not let us in.
        RelayDownError: nobody answered; nothing has changed.
    """
    invitation = decode(line)
    _check_usable(desk, invitation, spoken_code)
    row = ChannelRow(
        channel=desk.new_id(),
        role="party",
        title=f"joined {desk.minute():%Y-%m-%d %H:%M} UTC",
        relay=invitation.relay,
        pin=invitation.pin,
        proxy=proxy,
        signing_key=new_signing_key(),
    )
    with desk.vault.read() as connection:
        _refuse_known(connection, invitation)
    bundle = _fetch_bundle(desk, port_for(row), invitation)
    session = _opened(invitation, bundle, spoken_code)
    caucus = _joining(desk, row, invitation, session)
    with desk.transaction() as connection:
        # Once more: another process of this desk may have joined meanwhile.
        _refuse_known(connection, invitation)
        tables.add_channel(connection, row)
        tables.add_caucus(connection, caucus)
        for request in _rotations(caucus):
            tables.add_errand(connection, caucus.caucus, encode_request(request))
    return row.channel


def _check_usable(desk: Desk, invitation: Invitation, spoken_code: str) -> None:
    if desk.now() >= invitation.expires:
        raise UsageError(
            f"this invitation expired {invitation.expires:%Y-%m-%d %H:%M} UTC: ask the mediator "
            "for another one"
        )
    if invitation.needs_code and not spoken_code:
        raise UsageError("this invitation needs the short code that the mediator says to you")


def _opened(invitation: Invitation, bundle: bytes, spoken_code: str) -> bytes:
    try:
        return join_session(
            invitation_secret=invitation.secret, sealed_bundle=bundle, spoken_code=spoken_code
        )
    except UnauthenticError as error:
        raise DeskError(
            "the keys that lie at the relay are not those of this invitation: the mediator has "
            "revoked it, or somebody has put others there; ask the mediator over another way"
        ) from error


def _refuse_known(connection: Connection, invitation: Invitation) -> None:
    known = {row.read_box for row in tables.caucuses(connection)}
    if invitation.down_mailbox in known:
        raise UsageError("this desk has joined with this invitation already")


def _fetch_bundle(desk: Desk, port: RelayPort, invitation: Invitation) -> bytes:
    answer = port.ask(GetBundle(mailbox=invitation.down_mailbox, read_secret=invitation.down_read))
    if isinstance(answer, BundleIs) and answer.bundle is not None:
        return answer.bundle
    if isinstance(answer, BundleIs):
        raise DeskError(
            "the mediator's desk has not laid down its keys yet: ask it to connect, then try again"
        )
    if isinstance(answer, Refused) and answer.reason is Reason.NOT_ADMITTED:
        _knock(desk, port, invitation)
        raise DeskError(
            "the relay does not let this invitation in: it was used or closed already, or the "
            "mediator's desk has not connected yet; if you have not used it, tell the mediator "
            "over another way, for somebody else may have"
        )
    raise DeskError("the relay gave no key bundle: try again later")


def _knock(desk: Desk, port: RelayPort, invitation: Invitation) -> None:
    """Show the mediator's desk that the invitation was tried, by using the secret it carries.

    The read secret that was just refused belongs to the mailbox of the party that joined before:
    only that one would be shown the attempt. The letter holds nothing.
    """
    letter = Put(
        mailbox=invitation.up_mailbox,
        send_secret=invitation.up_send,
        letter_id=desk.draw(ID_BYTES),
        letter=desk.draw(BUCKETS[0]),
    )
    with suppress(RelayDownError):
        port.ask(letter)


def _joining(desk: Desk, row: ChannelRow, invitation: Invitation, session: bytes) -> CaucusRow:
    caucus = CaucusRow(
        caucus=desk.new_id(),
        channel=row.channel,
        name="",
        state="joined",
        session=session,
        needs_code=int(invitation.needs_code),
        expires=0,
        send_box=invitation.up_mailbox,
        send_secret=invitation.up_send,
        new_send_secret=desk.draw(SECRET_BYTES),
        read_box=invitation.down_mailbox,
        read_secret=invitation.down_read,
        new_read_secret=desk.draw(SECRET_BYTES),
    )
    # An empty receipt greets the mediator's desk: the first letter that carries the handshake.
    seal_receipt(desk, caucus)
    return caucus


def _rotations(caucus: CaucusRow) -> list[Request]:
    pairs = (
        (caucus.send_box, Side.SEND, caucus.send_secret, caucus.new_send_secret),
        (caucus.read_box, Side.READ, caucus.read_secret, caucus.new_read_secret),
    )
    return [
        Rotate(mailbox=box, side=side, old_secret=old, new_hash=hashed(new))
        for box, side, old, new in pairs
        if new is not None
    ]

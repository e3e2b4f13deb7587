"""What a person decides about repairs: to make a session anew, to let the other side do so."""

from backchannel.desk import incarnation, repairs, tables
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.reclaiming import lose
from backchannel.desk.repairs import DOUBTED
from backchannel.desk.session.finding import find_caucus, find_channel


def repair(desk: Desk, channel: str = "", seat: str = "") -> None:
    """Make the session of a caucus anew in which this desk was shown to be an old copy.

    Raises:
        UsageError: nothing shows that.
    """
    with desk.transaction() as connection:
        row = find_channel(connection, channel)
        caucus = find_caucus(connection, row.channel, seat)
        if caucus.repair != DOUBTED:
            now = repairs.words(caucus, mediates=row.mediates) or "its session is in order"
            raise UsageError(f"there is nothing to decide about this caucus: {now}")
        kept = repairs.load(connection, caucus.caucus)
        incarnation.raise_above(connection, kept.ahead if kept else 0)
        lose(connection, caucus)
        words = "this desk's session was let go of, to be made anew"
        tables.write_journal(connection, caucus, desk.seconds(), kind="restored", words=words)


def allow_repair(desk: Desk, channel: str = "", seat: str = "") -> None:
    """Let the other side repair its session once more before a day has passed.

    Raises:
        UsageError: it has had no repair that would make this necessary.
    """
    with desk.transaction() as connection:
        row = find_channel(connection, channel)
        caucus = find_caucus(connection, row.channel, seat)
        kept = repairs.load(connection, caucus.caucus)
        if kept is None or not kept.accepted:
            raise UsageError("the other side has repaired nothing yet: its first needs no leave")
        kept.allowed = 1
        repairs.store(connection, kept)
        words = "a further repair by the other side was allowed"
        tables.write_journal(connection, caucus, desk.seconds(), kind="override", words=words)

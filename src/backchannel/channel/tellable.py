"""A channel, as far as telling needs it: what `disclosure` and its concepts may read of one.

The finished channel and the one being folded both fit. What is not named here cannot be told of.
"""

from collections.abc import Mapping
from typing import Protocol

from backchannel.channel import (
    caucus_communiques,
    caucus_proposals,
    caucus_rounds,
    caucus_texts,
    told,
)
from backchannel.channel.agenda import AgendaSet, Item
from backchannel.channel.caucus import Accord
from backchannel.channel.communique import CommuniquePutting
from backchannel.channel.history import History
from backchannel.channel.names import (
    AccordId,
    CommuniqueId,
    ConveyanceId,
    ProposalId,
    RoundId,
    SeatId,
    TextId,
)
from backchannel.channel.proposals import ProposalPutting
from backchannel.channel.record import Conveyance, Opened
from backchannel.channel.rounds import RoundCall
from backchannel.channel.texts import TextVersion


class HasName(Protocol):
    """A seat, as far as telling needs it."""

    @property
    def name(self) -> str:
        """The party's name."""
        ...

    @property
    def frozen(self) -> bool:
        """Whether nothing goes to it for now."""
        ...

    @property
    def closed(self) -> bool:
        """Whether nothing goes to it any more."""
        ...


class HasCount(Protocol):
    """A caucus, as far as telling needs it: how much its party had said, and its signature."""

    @property
    def said_count(self) -> int:
        """How many events the party had said."""
        ...

    @property
    def welcome(self) -> told.Welcomed | None:
        """What it was welcomed with, if it was."""
        ...

    @property
    def accords(self) -> Mapping[AccordId, Accord]:
        """The accords there are."""
        ...

    @property
    def agendas(self) -> History[tuple[Item, ...]]:
        """What it was shown of the agenda."""
        ...

    @property
    def proposals(self) -> caucus_proposals.Proposals:
        """The proposals put to it."""
        ...

    @property
    def rounds(self) -> caucus_rounds.Rounds:
        """The rounds it was called to."""
        ...

    @property
    def texts(self) -> caucus_texts.Texts:
        """The negotiating texts it was shown."""
        ...

    @property
    def communiques(self) -> caucus_communiques.Communiques:
        """The communiques put to it."""
        ...


class HasSeats(Protocol):
    """An accord, as far as telling needs it."""

    @property
    def text(self) -> str:
        """The canonical text."""
        ...

    @property
    def seats(self) -> tuple[SeatId, ...]:
        """The seats there are."""
        ...


class HasProposal(Protocol):
    """A mediator's proposal, as far as telling needs it."""

    @property
    def putting(self) -> ProposalPutting:
        """With what it was put."""
        ...


class HasCommunique(Protocol):
    """A communique, as far as telling needs it."""

    @property
    def putting(self) -> CommuniquePutting:
        """With what it was put."""
        ...


class HasVersions(Protocol):
    """A negotiating text, as far as telling needs it."""

    @property
    def versions(self) -> tuple[TextVersion, ...]:
        """The mediator's versions."""
        ...


class HasRound(Protocol):
    """A round, as far as telling needs it."""

    @property
    def call(self) -> RoundCall:
        """With what it was called last."""
        ...


class Tellable(Protocol):
    """A channel, as far as telling needs it."""

    @property
    def opened(self) -> Opened | None:
        """With what the channel was opened."""
        ...

    @property
    def seats(self) -> Mapping[SeatId, HasName]:
        """The seats there are."""
        ...

    @property
    def caucuses(self) -> Mapping[SeatId, HasCount]:
        """The caucus of each seat."""
        ...

    @property
    def conveyances(self) -> Mapping[ConveyanceId, Conveyance]:
        """What was conveyed."""
        ...

    @property
    def accords(self) -> Mapping[AccordId, HasSeats]:
        """The accords there are."""
        ...

    @property
    def agenda(self) -> AgendaSet | None:
        """The mediator's agenda."""
        ...

    @property
    def proposals(self) -> Mapping[ProposalId, HasProposal]:
        """The mediator's proposals."""
        ...

    @property
    def rounds(self) -> Mapping[RoundId, HasRound]:
        """The rounds."""
        ...

    @property
    def communiques(self) -> Mapping[CommuniqueId, HasCommunique]:
        """The communiques."""
        ...

    @property
    def texts(self) -> Mapping[TextId, HasVersions]:
        """The negotiating texts."""
        ...

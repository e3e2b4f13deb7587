"""What a desk answers when something cannot be done.

Every message is one sentence saying what is wrong and what to do. It names files and folders of
this machine, and never a passphrase, a key, or words that were said in a caucus. `exit_code` is
what the command line ends with: 1 when the request was understood and refused, 2 when it was put
wrongly.
"""

from typing import ClassVar


class DeskError(Exception):
    """Base of all that this package raises on purpose. What was asked has changed nothing."""

    exit_code: ClassVar[int] = 1


class UsageError(DeskError):
    """The request was put wrongly: a name that cannot be one, a file that may not be used."""

    exit_code = 2


class WrongPassphraseError(DeskError):
    """The passphrase does not open this vault. Asking again may help."""


class DamagedVaultError(DeskError):
    """A file of the vault is missing, cut short or altered. Only a backup helps."""


class VaultExistsError(DeskError):
    """There is a desk at this place already; nothing is ever written over one."""


class NoVaultError(DeskError):
    """There is no desk at this place. Creating one may be what was meant."""


class DiskFullError(DeskError):
    """The disk took no more. Nothing was half stored; the same can be tried again."""


class VaultBusyError(DeskError):
    """Another process kept the vault to itself for too long. The same can be tried again."""


class CourierBusyError(DeskError):
    """Another courier holds the lease on this vault; there is one at a time."""


class OldCopyError(DeskError):
    """This vault is an earlier state or a copy of a desk; what seals nothing can be read."""


class NoDeskError(DeskError):
    """The seat is without a desk: what concerns it is spoken, and recorded by the mediator."""


class NeedsRepairError(DeskError):
    """The session with the other side is lost or in doubt, and nothing can be sealed yet."""

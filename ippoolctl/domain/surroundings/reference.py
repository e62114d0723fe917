"""What names an object beside pools, and the addresses that one of its fields holds."""

from typing import NamedTuple

from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.antrea.pool import Origin, Path


class Reference(NamedTuple):
    """An object by its kind and name."""

    kind: str
    """Such as ``Node``; ``Pod CIDR`` and the like for a network that the user gave."""
    name: str
    namespace: str = ""
    """Empty for cluster-scoped objects."""
    origin: Origin | None = None
    """Its origin in the input; ``None`` for an object of the cluster."""
    stored: bool = True
    """Whether a cluster stores it: one of the input without a ``metadata.uid`` is only written, and
    controllers have not looked at it."""

    @property
    def full_name(self) -> str:
        """``NAMESPACE/NAME``, or the name if there is no namespace."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    @property
    def label(self) -> str:
        """Kind and name in messages."""
        return f"{self.kind} {self.full_name}"


class AddressField(NamedTuple):
    """One address, CIDR or range in a field of an object."""

    span: Span
    """Exactly the addresses; a start-end range is not rounded to a CIDR."""
    text: str
    """As typed."""
    path: Path
    """The field."""


class Held(NamedTuple):
    """Addresses that something beside ExternalIPPools holds."""

    by: Reference
    field: AddressField

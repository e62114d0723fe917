"""Egresses: the address that each requests, and what became of it."""

from typing import NamedTuple

from ippoolctl.domain.antrea.pool import Condition
from ippoolctl.domain.surroundings.detachment import Detachment
from ippoolctl.domain.surroundings.reference import AddressField, Reference


class Egress(NamedTuple):
    """An Egress."""

    reference: Reference
    pool: str
    """``spec.externalIPPool``; empty for a static address."""
    address: AddressField | None
    """``spec.egressIP``, which the controller fills in if there is a pool."""
    address_text: str
    """The same as typed, also if it is no address; empty without one."""
    has_plurals: bool
    """Whether it uses ``egressIPs`` or ``externalIPPools``: every release up to 2.7 denies it."""
    node: str
    """``status.egressNode``; empty while no Node has the address."""
    conditions: tuple[Condition, ...]
    """``IPAllocated`` and ``IPAssigned`` since Antrea 1.14."""
    detachment: Detachment | None = None
    """The run that has detached it; ``None`` if none has."""

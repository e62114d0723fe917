"""Ranges that are free only for a while: their pool is being replaced, and its consumers, which are
detached meanwhile, keep their addresses. Their annotation names the ranges.
"""

from typing import NamedTuple

from ippoolctl.domain.surroundings.reference import AddressField


class FreedRange(NamedTuple):
    """A range of a pool that is being replaced."""

    field: AddressField
    request: str
    """The request that replaces the pool, such as ``rename a b``."""
    pools: tuple[str, ...]
    """The pools that may have the range: the old one and those in place of it."""
    command: str
    """What finishes the request, without ``ippoolctl``."""

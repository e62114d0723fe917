"""Consumers that a run of ippoolctl has detached, and ranges that are free only for a while: their
pool is being replaced. The annotation of each consumer tells both.
"""

from typing import NamedTuple

from ippoolctl.domain.surroundings.reference import AddressField


class Detachment(NamedTuple):
    """What an Egress or a Service tells of the run that has detached it."""

    request: str
    """The request in words, such as ``rename a b``; empty if the annotation cannot be read."""
    command: str
    """What finishes the request, without ``ippoolctl``; empty if the annotation cannot be read."""
    pools: tuple[str, ...]
    """The pools concerned: those that are replaced and those in place of them."""
    freed: tuple[AddressField, ...]
    """The ranges of the pools that are replaced."""

"""Addresses that no new range should contain, although Antrea would assign them.

The gateways of pools count as taken by their pool, see :func:`.taken.taken_by`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ippoolctl.domain.addresses.ranges import Span, intersect, merge, size, span_of, subtract
from ippoolctl.domain.addresses.special import SPECIAL
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.domain.surroundings.networks import everything_held

NAMED: Final = 5
"""How many of the holders of space are named."""


class Reserved(NamedTuple):
    """Addresses, and what has them."""

    span: Span
    label: str
    """Such as ``Node node-1`` or ``Pod CIDR 10.244.1.0/24``."""


KINDS: Final = (
    Kind.NODE,
    Kind.EGRESS,
    Kind.SERVICE,
    Kind.SERVICE_CIDR,
    Kind.IP_POOL,
    Kind.METALLB_POOL,
    Kind.GATEWAY,
    Kind.API_SERVERS,
)
"""The kinds of objects whose addresses are reserved."""


def reserved(objects: Mapping[Kind, Iterable[Any]]) -> tuple[Reserved, ...]:
    """What these objects hold, and special space."""
    of_objects = (
        Reserved(held.field.span, name.format(label=held.by.label, text=held.field.text))
        for held, name in everything_held(objects)
    )
    return (*of_objects, *_SPECIAL)


def are_reserved(pools: Iterable[Pool], objects: Mapping[Kind, Iterable[Any]]) -> bool:
    """Whether these objects have an address of these pools."""
    own = merge(span for pool in pools for each in pool.ranges if (span := span_of(each)))
    return subtract(own, (held.field.span for held, _ in everything_held(objects))) != own


class Shortage(NamedTuple):
    """What is left of networks without room, and what has the rest."""

    free: int
    """Number of free addresses."""
    out_of: int
    """Number of all addresses of the networks."""
    largest: int
    """Number of addresses of the largest free block."""
    pools: tuple[str, ...]
    """Names of pools in the networks, at most :data:`NAMED`."""
    others: tuple[str, ...]
    """Labels of what else has addresses there, at most :data:`NAMED`."""
    more: int
    """How many of both are not named."""
    excluded: bool
    """Whether there are exclusions."""


def shortage(
    areas: Sequence[Span],
    pools: Iterable[Reserved],
    others: Iterable[Reserved],
    excluded: Sequence[Span],
) -> Shortage:
    """The shortage in these areas; ``pools`` are the spans of pools under their names."""
    pools, others = list(pools), list(others)
    left = subtract(areas, [*excluded, *(each.span for each in (*pools, *others))])
    names = sorted(set(_inside(areas, pools)))
    labels = list(dict.fromkeys(_inside(areas, others)))
    return Shortage(
        size(left),
        size(merge(areas)),
        max((each.last - each.first + 1 for each in left), default=0),
        tuple(names[:NAMED]),
        tuple(labels[:NAMED]),
        len(names[NAMED:]) + len(labels[NAMED:]),
        bool(excluded),
    )


def _inside(areas: Sequence[Span], held: Iterable[Reserved]) -> Iterator[str]:
    return (each.label for each in held if any(intersect(area, each.span) for area in areas))


_SPECIAL: Final = tuple(Reserved(each.span, f"{each.kind} addresses") for each in SPECIAL)

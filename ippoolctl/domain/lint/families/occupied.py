"""Addresses that a range should not make assignable, for rules that advise a start-end range."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from ippoolctl.domain.addresses.numbers import address_text
from ippoolctl.domain.addresses.range_index import Entry, RangeIndex
from ippoolctl.domain.addresses.ranges import Span, subtract
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.lint.fact import (
    API_SERVERS,
    EGRESSES,
    GATEWAYS,
    IP_POOLS,
    METALLB_POOLS,
    NODE_SUBNETS,
    NODES,
    POD_CIDRS,
    SERVICE_CIDRS,
    SERVICES,
    AnyFact,
)
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.families.conflicts import listed
from ippoolctl.domain.space.subnets import pool_subnets, unused_ends
from ippoolctl.domain.surroundings import networks
from ippoolctl.domain.surroundings.reference import Held

HOLDERS: Final[tuple[AnyFact, ...]] = (
    NODES,
    POD_CIDRS,
    SERVICE_CIDRS,
    EGRESSES,
    SERVICES,
    IP_POOLS,
    METALLB_POOLS,
    GATEWAYS,
    API_SERVERS,
    NODE_SUBNETS,
)
"""The facts that tell which addresses are held."""


class Occupied:
    """What has addresses that Antrea must not assign, as far as the facts tell: gateways of pools,
    the ends of subnets, and what objects and networks hold.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def of(self, pool: Pool, span: Span) -> list[str]:
        """The occupied addresses of a range of the pool, each with what has it, for people."""
        found = sorted(self._index.meeting(*span))
        texts = [f"{text} ({what})" for _, text, what in found]
        ends = [f"{address_text(end)} ({name})" for end, name in self._ends(pool, span)]
        return list(dict.fromkeys([*texts, *ends]))

    def left(self, pool: Pool, span: Span) -> list[Span]:
        """The other addresses of the range."""
        held = (each for each, *_ in self._index.meeting(*span))
        return subtract([span], [*held, *(Span(end, end) for end, _ in self._ends(pool, span))])

    def _ends(self, pool: Pool, span: Span) -> Iterator[tuple[int, str]]:
        """Ends of the subnet of the pool, with their names; without subnetInfo, of those of the
        Nodes.
        """
        nodes = self._facts.get(NODE_SUBNETS) or ()
        subnets = [(each.network.first, each.network.last) for each in pool_subnets([pool])]
        for first, last in subnets or [each.field.span for each in nodes]:
            for end, name in unused_ends(first, last).items():
                if span.first <= end <= span.last:
                    yield end, name

    @cached_property
    def _index(self) -> RangeIndex[tuple[Span, str, str]]:
        gateways = (
            (Span(gateway, gateway), address_text(gateway), f"gateway of pool {pool.label}")
            for pool, gateway, _ in self._facts.valid_subnets
        )
        held = ((each.field.span, each.field.text, each.by.label) for each in _held(self._facts))
        return RangeIndex(Entry(*each[0], each) for each in (*gateways, *held))


def _held(facts: Facts) -> Iterator[Held]:
    found: list[Iterable[Held]] = [
        networks.node_addresses(facts.get(NODES) or ()),
        facts.get(POD_CIDRS) or (),
        facts.get(SERVICE_CIDRS) or (),
        networks.static_egress_ips(facts.get(EGRESSES) or ()),
        networks.external_ips(facts.get(SERVICES) or ()),
        networks.ip_pool_ranges(facts.get(IP_POOLS) or ()),
        networks.metallb_addresses(facts.get(METALLB_POOLS) or ()),
        networks.gateway_addresses(facts.get(GATEWAYS) or (), facts.get(SERVICES) or ()),
        networks.endpoint_addresses(facts.get(API_SERVERS) or ()),
    ]
    return (each for holders in found for each in holders)


def start_end_hint(left: list[Span], occupied: list[str]) -> str:
    """The hint to write what is left of a range as start and end."""
    if not left:
        return other_addresses(occupied)
    ranges = [
        f"start: {address_text(each.first)} and end: {address_text(each.last)}" for each in left
    ]
    without = f", without {listed(occupied)}" if occupied else ""
    return f"use {' and '.join(ranges)}{without}"


def other_addresses(occupied: list[str]) -> str:
    """The hint about a range with occupied addresses."""
    return f"use addresses other than {listed(occupied)}"

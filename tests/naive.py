"""Clients without ippoolctl: list the pools, choose a free range, create."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from tests.builders import range_object
from tests.e2e.api import Answer

CLIENTS = 20
POOLS_OF_EACH = 3
"""One after the other."""
BLOCKS = tuple(f"10.0.{number}.0/24" for number in range(256))


class Cluster(Protocol):
    def pools(self) -> dict[str, Any]:
        """All pools by name."""
        ...

    def create(self, name: str, *ranges: str) -> Answer:
        """Ask for a pool, once."""
        ...


def allocate(cluster: Cluster, name: str) -> str:
    """Take the first block that is free in the list until one is admitted: that block."""
    while True:
        taken = [each["spec"]["ipRanges"] for each in cluster.pools().values()]
        block = next(each for each in BLOCKS if [range_object(each)] not in taken)
        if cluster.create(name, block).status == 201:
            return block


def race_of_all(cluster: Cluster) -> None:
    """Let all clients begin at one moment, and wait for all of them."""
    start = threading.Barrier(CLIENTS)

    def client(number: int) -> None:
        start.wait()
        for each in range(POOLS_OF_EACH):
            allocate(cluster, f"naive-{number}-{each}")

    with ThreadPoolExecutor(CLIENTS) as threads:
        list(threads.map(client, range(CLIENTS)))


def overlapping_pairs(pools: dict[str, Any]) -> int:
    """How many pairs of these pools overlap: blocks do only if they are the same."""
    blocks = Counter(str(each["spec"]["ipRanges"]) for each in pools.values())
    return sum(count * (count - 1) // 2 for count in blocks.values())

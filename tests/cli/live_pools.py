"""Pools of a cluster in memory."""

from typing import Any

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.antrea.capacity import counts
from tests.builders import pool_object
from tests.fakes import FakeCluster


def store(cluster: FakeCluster, name: str, *ranges: str, used: int = 0, **metadata: Any) -> None:
    """Store a pool with these ranges and a status that is up to date."""
    document = pool_object(name, *ranges)
    document["metadata"] |= metadata
    cluster.store(document)
    pool = document["spec"]["ipRanges"]
    if pool:
        total = counts(read_pool(pool_object(name, *ranges)).ranges).total
        if total:
            cluster.write_status(name, total, used)

"""Pools of a cluster in memory."""

from typing import Any

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.antrea.capacity import counts
from tests.builders import pool_object
from tests.fakes import FakeCluster


def consume(cluster: FakeCluster, pool: str, *addresses: str) -> None:
    """Store an Egress for each of these addresses of the pool; one with an empty one waits."""
    for address in addresses:
        spec = {"externalIPPool": pool, **({"egressIP": address} if address else {})}
        number = len(cluster.others["egresses"])
        metadata = {"name": f"e{number}", "uid": f"e{number}", "resourceVersion": "1"}
        cluster.others["egresses"].append(
            {
                "apiVersion": "crd.antrea.io/v1beta1",
                "kind": "Egress",
                "metadata": metadata,
                "spec": spec,
            }
        )


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

"""The real control plane as the probes of the parity suite see it."""

import time
from pathlib import Path

from tests.builders import pool_object
from tests.e2e.api import POOLS
from tests.e2e.cluster import Cluster
from tests.e2e.etcd_compaction import compact
from tests.e2e.waiting import until
from tests.parity.backend import HttpBackend


class RealBackend(HttpBackend):
    """A cluster of the end-to-end tests, with the rights of its admin."""

    def __init__(self, cluster: Cluster, directory: Path) -> None:
        plane = cluster.plane
        authority = plane.api._authority
        super().__init__(plane.server, authority, plane.api._tokens["admin"], directory)
        self._cluster = cluster

    def reset(self) -> None:
        self._cluster.reset()
        self._cluster.controller.pause()

    def kubeconfig(self) -> Path:
        return self._cluster.plane.kubeconfig()

    def token(self, user: str) -> str:
        return self._cluster.plane.api._tokens[user]

    def fault(self, word: str | None) -> None:
        self._cluster.webhook.fault = word
        if word == "down":
            # The server finds at its next use that a connection which it kept is broken.
            self._cluster.create("unasked", dryRun="All")

    def lag(self, seconds: float) -> None:
        self._cluster.webhook.lag = seconds

    def settle(self) -> None:
        webhook = self._cluster.webhook
        present = set(self._cluster.pools())

        def knows_them() -> bool:
            webhook.cache.catch_up()
            return webhook.knows() == present

        until(knows_them, "the webhook knows every pool")
        # A change of a pool that it knew before is no name to wait for.
        time.sleep(0.02)
        webhook.cache.catch_up()

    def count_addresses(self) -> None:
        self._cluster.controller.resume()

    def compact(self) -> None:
        plane = self._cluster.plane
        past = self._revision()
        plane.request("POST", POOLS, pool_object("forgotten"))
        plane.request("DELETE", f"{POOLS}/forgotten")
        compact(plane._etcd_url, int(self._revision()))
        exact = {"resourceVersion": past, "resourceVersionMatch": "Exact"}
        until(
            lambda: self.request("GET", POOLS, query=exact).status == 410, "the past is forgotten"
        )

    def _revision(self) -> str:
        revision: str = self.request("GET", POOLS).body["metadata"]["resourceVersion"]
        return revision

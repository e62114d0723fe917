"""A sandbox with pools, Egresses and Services, and who has which address."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import urllib3

from ippoolctl.domain.annotations.marks import DETACHED
from ippoolctl.domain.surroundings.service import POOL_ANNOTATION
from ippoolctl.sandbox.sandbox import Sandbox
from tests.builders import pool_object
from tests.cli.program import Program, Result
from tests.scenarios.processes import LONG, kubeconfig

ANTREA = "/apis/crd.antrea.io/v1beta1"
POOLS = f"{ANTREA}/externalippools"
EGRESSES = f"{ANTREA}/egresses"
SERVICES = "/api/v1/namespaces/default/services"
MERGE = "application/merge-patch+json"


class Consumer(NamedTuple):
    """The pool and the address of an Egress or a Service."""

    pool: str
    address: str
    fixed: str
    """``spec.loadBalancerIP``; of an Egress empty."""
    detached: bool


@dataclass
class Stage:
    """Speaks to the sandbox as kubectl does."""

    sandbox: Sandbox
    program: Program | None = None
    directory: Path = Path()
    _http: urllib3.PoolManager = field(default_factory=urllib3.PoolManager)

    def run(self, *arguments: str) -> Result:
        """Run the command in this process."""
        assert self.program is not None
        config = kubeconfig(self.directory, self.sandbox.url)
        return self.program(*arguments, "--kubeconfig", str(config))

    def pool(self, name: str, *ranges: str, **spec: Any) -> None:
        self.store(pool_object(name, *ranges, **spec))

    def store(self, pool: dict[str, Any]) -> None:
        self._ask("POST", POOLS, pool)

    def egress(self, name: str, pool: str, address: str = "") -> None:
        fixed = {"egressIP": address} if address else {}
        spec = {"appliedTo": {}, "externalIPPool": pool, **fixed}
        meta = {"name": name}
        version = "crd.antrea.io/v1beta1"
        self._ask(
            "POST",
            EGRESSES,
            {"apiVersion": version, "kind": "Egress", "metadata": meta, "spec": spec},
        )

    def service(self, name: str, pool: str, address: str = "", *, shared: bool = False) -> None:
        fixed = {"loadBalancerIP": address} if address else {}
        spec = {"type": "LoadBalancer", "ports": [{"port": 80}], **fixed}
        allow = {"service.antrea.io/allow-shared-load-balancer-ip": "true"} if shared else {}
        meta = {"name": name, "annotations": {POOL_ANNOTATION: pool, **allow}}
        self._ask(
            "POST",
            SERVICES,
            {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec},
        )

    def change_egress(self, name: str, **spec: Any) -> None:
        self._ask("PATCH", f"{EGRESSES}/{name}", {"spec": spec})

    def annotate_egress(self, name: str, **annotations: str) -> None:
        self._ask("PATCH", f"{EGRESSES}/{name}", {"metadata": {"annotations": annotations}})

    def delete(self, kind: str, name: str) -> None:
        path = {"pool": POOLS, "egress": EGRESSES, "service": SERVICES}[kind]
        self._ask("DELETE", f"{path}/{name}")

    def pools(self) -> dict[str, Any]:
        return {each["metadata"]["name"]: each for each in self._ask("GET", POOLS)["items"]}

    def ranges(self) -> dict[str, list[str]]:
        """The texts of the ranges of each pool."""
        return {
            name: [
                each.get("cidr") or f"{each['start']}-{each['end']}"
                for each in pool["spec"]["ipRanges"]
            ]
            for name, pool in self.pools().items()
        }

    def consumers(self) -> dict[str, Consumer]:
        """Egresses and Services by name."""
        found = {}
        for each in self._ask("GET", EGRESSES)["items"]:
            meta, spec = each["metadata"], each["spec"]
            pool, address = spec.get("externalIPPool", ""), spec.get("egressIP", "")
            found[meta["name"]] = Consumer(
                pool, address, "", DETACHED in meta.get("annotations", {})
            )
        for each in self._ask("GET", SERVICES)["items"]:
            meta = each["metadata"]
            annotations = meta.get("annotations", {})
            ingress = each.get("status", {}).get("loadBalancer", {}).get("ingress") or [{}]
            fixed = each["spec"].get("loadBalancerIP", "")
            found[meta["name"]] = Consumer(
                annotations.get(POOL_ANNOTATION, ""),
                ingress[0].get("ip", ""),
                fixed,
                DETACHED in annotations,
            )
        return found

    def addresses(self) -> dict[str, str]:
        return {name: each.address for name, each in self.consumers().items()}

    def rest(self) -> None:
        """Wait until the controller has done everything but retries."""
        ends = time.monotonic() + LONG
        while not self.sandbox.controller.at_rest:
            assert time.monotonic() < ends
            time.sleep(0.005)

    def fill(self, pool: str, network: str, egresses: int = 20, services: int = 5) -> None:
        """Consumers of a pool that is a /26, every other Egress and one Service pinned; waits
        until all have an address.
        """
        self.rest()  # the webhook for Egresses knows the pool
        for number in range(egresses):
            self.egress(
                f"{pool}-e{number:02}", pool, f"{network}.{60 - number}" if number % 2 else ""
            )
        for number in range(services):
            self.service(f"{pool}-s{number}", pool, f"{network}.31" if number == 3 else "")
        self.rest()
        assert all(each.address for each in self.consumers().values())

    def _ask(self, method: str, path: str, content: Any = None) -> Any:
        answer = self._http.request(
            method,
            self.sandbox.url + path,
            body=None if content is None else json.dumps(content),
            headers={"Content-Type": MERGE if method == "PATCH" else "application/json"},
        )
        assert answer.status < 300, (answer.status, answer.data)
        return json.loads(answer.data)

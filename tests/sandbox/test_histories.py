"""The sandbox, asked over HTTP, against recorded histories of a real Antrea (``tests/truth``)."""

from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from ippoolctl.domain.antrea.releases import parse_release
from ippoolctl.domain.surroundings.service import POOL_ANNOTATION, SHARED_ANNOTATION
from ippoolctl.sandbox.antrea import controller
from ippoolctl.sandbox.sandbox import Settings
from tests.builders import pool_object
from tests.e2e import api
from tests.e2e.api import EGRESSES, POOLS
from tests.sandbox.running import Running, running
from tests.truth.histories import FILES, Answer, State, differences, histories
from tests.truth.random_histories import random_replay
from tests.truth.test_histories import ModelBackend

SERVICES = "/api/v1/namespaces/default/services"
SHARED: dict[bool, dict[str, str]] = {True: {SHARED_ANNOTATION: "true"}, False: {}}
RECORDED = [each for file in FILES for each in histories(file)]


def answer(said: api.Answer) -> Answer:
    """The status, and the sentence of the webhook that refused it or the message of the server."""
    if said.status < 300:
        return Answer(said.status)
    message = said.body["message"]
    return Answer(said.status, message.partition("denied the request: ")[2] or message)


def allocated(egress: dict[str, Any]) -> list[str] | None:
    conditions = egress.get("status", {}).get("conditions", [])
    found = [each for each in conditions if each["type"] == "IPAllocated"]
    return [found[0][key] for key in ("status", "reason", "message")] if found else None


def _text(value: object) -> str | None:
    """The text of an annotation; ``None`` removes it."""
    return "true" if value is True else str(value) if value else None


@dataclass(frozen=True)
class SandboxBackend:
    """Pools, Egresses and Services of a sandbox."""

    at: Running

    def create_pool(self, name: str, ranges: list[dict[str, str]]) -> Answer:
        return self._post(POOLS, pool_object(name, ipRanges=ranges))

    def extend_pool(self, name: str, ranges: list[dict[str, str]]) -> Answer:
        patch = [{"op": "replace", "path": "/spec/ipRanges", "value": ranges}]
        return answer(self.at.api.request("PATCH", f"{POOLS}/{name}", patch))

    def delete_pool(self, name: str) -> Answer:
        return self._delete(f"{POOLS}/{name}")

    def create_egress(self, name: str, pool: str, address: str) -> Answer:
        wish = {"externalIPPool": pool, "egressIP": address}
        spec: dict[str, Any] = {key: value for key, value in wish.items() if value}
        about = {"apiVersion": "crd.antrea.io/v1beta1", "kind": "Egress"}
        spec = {"appliedTo": {}, **spec}
        return self._post(EGRESSES, {**about, "metadata": {"name": name}, "spec": spec})

    def update_egress(self, name: str, changed: dict[str, str | None]) -> Answer:
        return self._merge(f"{EGRESSES}/{name}", {"spec": changed})

    def delete_egress(self, name: str) -> Answer:
        return self._delete(f"{EGRESSES}/{name}")

    def create_service(self, name: str, pool: str, address: str, *, shared: bool) -> Answer:
        spec = {"type": "LoadBalancer", "ports": [{"port": 80}], "loadBalancerIP": address}
        if not address:
            del spec["loadBalancerIP"]
        meta = {"name": name, "annotations": {POOL_ANNOTATION: pool, **SHARED[shared]}}
        about = {"apiVersion": "v1", "kind": "Service"}
        return self._post(SERVICES, {**about, "metadata": meta, "spec": spec})

    def update_service(self, name: str, changed: dict[str, Any]) -> Answer:
        keys = {"pool": POOL_ANNOTATION, "shared": SHARED_ANNOTATION}
        annotations = {keys[key]: _text(value) for key, value in changed.items() if key in keys}
        spec = {key: value for key, value in changed.items() if key not in keys}
        return self._merge(
            f"{SERVICES}/{name}", {"metadata": {"annotations": annotations}, "spec": spec}
        )

    def delete_service(self, name: str) -> Answer:
        return self._delete(f"{SERVICES}/{name}")

    def state(self) -> State:
        self.at.settle()
        egresses = {each["metadata"]["name"]: each for each in self.at.items(EGRESSES)}
        services = {each["metadata"]["name"]: each for each in self.at.items(SERVICES)}
        return {
            "pools": {
                name: each.get("status", {}).get("usage") for name, each in self.at.pools().items()
            },
            "egresses": {
                name: {
                    "pool": each["spec"].get("externalIPPool", ""),
                    "ip": each["spec"].get("egressIP", ""),
                    "allocated": allocated(each),
                }
                for name, each in egresses.items()
            },
            "services": {
                name: next((first["ip"] for first in ingress), None)
                for name, each in services.items()
                for ingress in [each.get("status", {}).get("loadBalancer", {}).get("ingress", ())]
            },
        }

    def _post(self, path: str, document: dict[str, Any]) -> Answer:
        return answer(self.at.api.request("POST", path, document))

    def _merge(self, path: str, patch: dict[str, Any]) -> Answer:
        return answer(self.at.api.request("PATCH", path, patch))

    def _delete(self, path: str) -> Answer:
        return answer(self.at.api.request("DELETE", path))


@pytest.mark.parametrize("history", [pytest.param(each, id=each["id"]) for each in RECORDED])
def test_the_sandbox_goes_through_a_history_as_antrea_did(
    history: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The recorder looked before anything was tried again, however slow this machine is.
    monkeypatch.setattr(controller, "RETRY", 3600.0)
    settings = Settings(parse_release(history["antrea"]), status_delay=0.001)

    with running(settings) as at:
        assert not list(differences(history, SandboxBackend(at)))


@pytest.mark.parametrize("seed", range(8))
def test_the_sandbox_goes_through_a_random_history_as_the_model_does(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(controller, "RETRY", 3600.0)

    with running(Settings(status_delay=0.001)) as at:
        for ours, models in random_replay(Random(seed), 30, SandboxBackend(at), ModelBackend()):
            assert ours == models

"""The parts of a cluster with Antrea that matter to pools."""

from dataclasses import dataclass
from typing import Any

from tests.builders import pool_object
from tests.e2e.api import POOLS, Answer
from tests.e2e.control_plane import ControlPlane
from tests.e2e.pool_controller import PoolController
from tests.e2e.waiting import until
from tests.e2e.webhook import Webhook


@dataclass(frozen=True, slots=True)
class Cluster:
    """The cluster of a test: empty, healthy, with a lag of 0.05 s."""

    plane: ControlPlane
    webhook: Webhook
    controller: PoolController

    def create(self, name: str, *ranges: str, **query: str) -> Answer:
        """Create a pool with these ranges, as the admin; ``query`` is appended to the URL."""
        return self.plane.request("POST", POOLS, pool_object(name, *ranges), query=query)

    def create_and_tell(self, name: str, *ranges: str) -> None:
        """Create a pool, and wait until the webhook knows it."""
        answer = self.create(name, *ranges)
        assert answer.status == 201, answer
        until(lambda: name in self.webhook.knows(), f"the webhook knows {name}")

    def delete(self, name: str) -> Answer:
        """Ask for the end of a pool, as the admin."""
        return self.plane.request("DELETE", f"{POOLS}/{name}")

    def pools(self) -> dict[str, Any]:
        """All pools by name, as the API server has them now."""
        listed = self.plane.request("GET", POOLS)
        assert listed.status == 200, listed
        return {each["metadata"]["name"]: each for each in listed.body["items"]}

    def start(self) -> None:
        self.webhook.start()
        self.controller.start()

    def stop(self) -> None:
        self.plane.revive()
        self.controller.stop()
        self.webhook.stop()

    def reset(self) -> None:
        """Restore the initial state after any test."""
        self.plane.revive()
        self.controller.reset()
        # Finalizers go by an UPDATE, which a webhook might refuse.
        self.webhook.fault = "allow"
        self.plane.reset()
        self.webhook.reset()

"""Runs of the real relocation engine, request by request, in a cluster that another hand delays.

Clients take turns at their requests; before each of them the hand decides what Antrea notices, who
is killed, and what others do. A run of the hand is its seed: the same seed is the same story.
"""

import math
import random
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ippoolctl.crd.surroundings.egress import egress_spec
from ippoolctl.crd.surroundings.service import service_spec
from ippoolctl.domain.annotations.marks import DETACHED, is_pending
from ippoolctl.domain.antrea.ipam.allocation import Allocation, Referrers
from ippoolctl.domain.antrea.ipam.egress_allocation import EgressSpec
from ippoolctl.domain.protocol.request import conflicts
from ippoolctl.domain.surroundings.service import POOL_ANNOTATION
from ippoolctl.ports.faults import RejectedFault
from ippoolctl.ports.gateway import JsonPatch
from ippoolctl.sandbox.antrea.lagging_cache import Change, LaggingCache
from tests.builders import pool_object
from tests.consumers import egress, service
from tests.fakes import FakeClock, FakeCluster, FakeGateway

T = TypeVar("T")
Object = dict[str, Any]


class Killed(BaseException):
    """The client is dead: nothing it still asks for happens."""


class Antrea:
    """The controller: one watch of pools, one of Egresses, one of Services, in no common order."""

    def __init__(self, cluster: FakeCluster, hand: random.Random) -> None:
        self._cluster = cluster
        self._hand = hand
        self._allocation = Allocation()
        self._seen: dict[str, EgressSpec] = {}
        self._stale: list[Referrers] = []

    def pool_changed(self, change: Change) -> None:
        """An event of the watch that the webhook reads as well."""
        name = str(change.key)
        if change.pool is None:
            self._stale.append(self._allocation.drop_pool(name))
        else:
            self._stale.append(self._allocation.put_pool(name, change.pool.spellings))

    def refusal(self, new: Object, old: Object) -> str:
        """The answer of the webhook for Egresses."""
        name = new["metadata"]["name"]
        return self._allocation.egresses.refusal(egress_spec(new), egress_spec(old), name)

    def work(self, *, everything: bool = False) -> None:
        """Process some of the changes, in any order."""
        parts = [self._cluster.cache.catch_up, self._egresses, self._services, self._count]
        self._hand.shuffle(parts)
        for each in parts if everything else parts[: self._hand.randrange(len(parts) + 1)]:
            each()
            self._look_again()
        if everything and self._cluster.others:
            for each in (self._cluster.cache.catch_up, self._egresses, self._services):
                each()
                self._look_again()
            self._count()

    def _look_again(self) -> None:
        """Consumers of a changed pool, as they were last seen: they may have changed since."""
        while self._stale:
            who = self._stale.pop(0)
            for name in who.egresses:
                found = self._find("egresses", name)
                if found is not None:
                    self._reconcile(found, self._seen[name])
            for key in who.services:
                found = self._find("services", key.partition("/")[2])
                if found is not None:
                    self._serve(found)

    def _egresses(self) -> None:
        present = {each["metadata"]["name"] for each in self._cluster.others["egresses"]}
        for name in sorted({*self._seen} - present):
            self._allocation.egresses.drop(name)
            del self._seen[name]
        for each in self._cluster.others["egresses"]:
            self._reconcile(each, egress_spec(each))

    def _reconcile(self, found: Object, spec: EgressSpec) -> None:
        name = found["metadata"]["name"]
        answer = self._allocation.egresses.reconcile(name, spec)
        self._seen[name] = spec._replace(address=answer.address)
        if answer.address != spec.address:  # a merge patch, whatever is there by now
            found["spec"].pop("egressIP", None)
            if answer.address:
                found["spec"]["egressIP"] = answer.address
        condition = answer.allocated
        found["status"] = {"conditions": [condition._asdict()] if condition else []}

    def _services(self) -> None:
        for each in self._cluster.others["services"]:
            self._serve(each)

    def _serve(self, found: Object) -> None:
        key = f"{found['metadata']['namespace']}/{found['metadata']['name']}"
        answer = self._allocation.services.reconcile(key, service_spec(found))
        ingress = {"ingress": [{"ip": answer.ingress}]} if answer.ingress else {}
        found["status"] = {"loadBalancer": ingress}
        self._stale.append(Referrers(services=answer.again))

    def _count(self) -> None:
        for name in self._cluster.names:
            document = self._cluster.document(name)
            assert document is not None
            usage = self._allocation.usage(name)
            present = document.get("status", {}).get("usage")
            if usage is not None and usage._asdict() != present:
                self._cluster.write_status(name, *usage)

    def _find(self, plural: str, name: str) -> Object | None:
        found = self._cluster.others[plural]
        return next((each for each in found if each["metadata"]["name"] == name), None)


class Turns:
    """Lets one client run at a time, from request to request."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running: int | None = None
        self._waiting: set[int] = set()
        self._present: set[int] = set()

    def begin(self, client: int, act: Callable[[], None]) -> None:
        """A client that runs when it is its turn."""

        def run() -> None:
            self.hand_over(client)
            try:
                act()
            finally:
                with self._changed:
                    self._present.discard(client)
                    self._running = None
                    self._changed.notify_all()

        self._present.add(client)
        threading.Thread(target=run, daemon=True).start()
        with self._changed:
            self._changed.wait_for(lambda: client in self._waiting)

    @property
    def running(self) -> list[int]:
        """The clients that have not ended."""
        with self._changed:
            return sorted(self._present)

    def hand_over(self, client: int) -> None:
        """Called by a client before each request: wait for its turn."""
        with self._changed:
            self._waiting.add(client)
            if self._running == client:
                self._running = None
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._running == client)
            self._waiting.discard(client)

    def let(self, client: int) -> None:
        """Let a client run until its next request, or its end."""
        with self._changed:
            self._running = client
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._running is None)


class World:
    """A pool ``a`` with consumers, and the possible interference."""

    def __init__(self, seed: int) -> None:
        self.hand = random.Random(seed)
        self.clock = FakeClock()
        self.cluster = FakeCluster(self.clock)
        self.antrea = Antrea(self.cluster, self.hand)
        self.cluster.cache = LaggingCache(
            self.hand, math.inf, clock=self.clock.now, notice=self.antrea.pool_changed
        )
        self.story: list[str] = []
        self._checked = ""
        """The revision of which the pools were last checked."""
        self.cluster.store(pool_object("a", "10.0.0.0/29"))
        self._settle()
        for name, address in (("e1", ""), ("e2", "10.0.0.6"), ("e3", "")):
            self.cluster.put_other("egresses", egress(name, "a", address))
            self._settle()
        self.cluster.put_other("services", service("s1", "a"))
        self._settle()
        self.before = self.addresses()
        assert all(self.before.values())

    def addresses(self) -> dict[str, str]:
        found = {
            each["metadata"]["name"]: each["spec"].get("egressIP", "")
            for each in self.cluster.others["egresses"]
        }
        for each in self.cluster.others["services"]:
            ingress = each["status"]["loadBalancer"].get("ingress") or [{}]
            found[each["metadata"]["name"]] = ingress[0].get("ip", "")
        return found

    def rest(self) -> None:
        """Everything is noticed, and retries are due."""
        for _ in range(3):
            self._settle()

    def _settle(self) -> None:
        self.antrea.work(everything=True)

    # --- others ----------------------------------------------------------------------------------

    def newcomer(self, pool: str) -> None:
        """An Egress that refers to a pool, which may not exist."""
        name = f"new-{len(self.story)}"
        self.story.append(f"Egress {name} refers to {pool}")
        self.cluster.put_other("egresses", egress(name, pool))

    def foreign(self) -> None:
        """A pool in the range, if nothing is there: an up-to-date webhook admits no other."""
        if not self.cluster.names:
            self.story.append("a foreign pool takes the range")
            self.cluster.store(pool_object("thief", "10.0.0.0/30"))

    def leave(self) -> None:
        """Foreign pools and newcomers go."""
        for name in [each for each in self.cluster.names if each == "thief"]:
            self.cluster.remove(name)
        kept = [
            each
            for each in self.cluster.others["egresses"]
            if not each["metadata"]["name"].startswith("new-")
        ]
        self.cluster.others["egresses"][:] = kept

    # --- what must hold --------------------------------------------------------------------------

    def check_always(self) -> None:
        """No two settled pools overlap."""
        _, revision = self.cluster.snapshot(None)
        if revision == self._checked:  # every write of a pool makes another one
            return
        self._checked = revision
        pools = FakeGateway(self.cluster).list_pools().pools
        settled = [each for each in pools if not is_pending(each)]
        for position, pool in enumerate(settled):
            assert not conflicts(pool.ranges, settled[:position], pool.name), self.story

    def check_end(self, target: str) -> None:
        """All on their addresses, and nothing of ours is left."""
        story = "\n".join(self.story)
        after = self.addresses()
        assert {name: after[name] for name in self.before} == self.before, story
        for each in (*self.cluster.others["egresses"], *self.cluster.others["services"]):
            meta = each["metadata"]
            assert DETACHED not in meta.get("annotations", {}), story
            if meta["name"] in self.before:
                pool = each["spec"].get("externalIPPool") or meta["annotations"][POOL_ANNOTATION]
                assert pool == target, story
            assert "loadBalancerIP" not in each["spec"], story
        held = [text for text in after.values() if text]
        assert len(held) == len({*held}), story
        assert self.cluster.names == [target], story


class TurnGateway(FakeGateway):
    """A client's way to the cluster: each request waits for its turn."""

    def __init__(self, world: World, turns: Turns, client: int) -> None:
        super().__init__(world.cluster)
        self._world, self._turns, self._client = world, turns, client
        self.killed = self.dead = False

    def patch_egress(self, name: str, patch: JsonPatch, *, within: float | None = None) -> Object:
        def carry_out() -> Object:
            found = self.cluster.others["egresses"]
            old = next((each for each in found if each["metadata"]["name"] == name), None)
            changed = self.cluster.change_other("egresses", "", name, patch)
            refusal = self._world.antrea.refusal(changed, old or {})
            if refusal:
                found[found.index(changed)] = old or {}
                message = (
                    f'admission webhook "egressvalidator.antrea.io" denied the request: {refusal}'
                )
                raise RejectedFault(400, message)
            return changed

        return self._do("patch_egress", carry_out)

    def list_objects(
        self, resource: Any, read: Callable[[Mapping[str, Any]], T], *, within: float | None = None
    ) -> list[T]:
        return self._do("objects", lambda: [*map(read, self.cluster.objects_of(resource))])

    def _do(self, method: str, carry_out: Callable[[], T]) -> T:
        if self.dead:
            raise Killed
        self._turns.hand_over(self._client)
        self._world.story.append(f"client {self._client}: {method}")
        if self.killed:
            self.dead = True
            if self._world.hand.random() < 0.5:  # the server gets the request all the same
                super()._do(method, carry_out)
            self._world.story.append(f"client {self._client} is killed")
            raise Killed
        found = super()._do(method, carry_out)
        self._world.check_always()
        return found

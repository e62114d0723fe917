"""antrea-controller: gives addresses to consumers, and counts them in the status of pools.

Its decisions are :mod:`ippoolctl.domain.antrea.ipam.allocation`. This module queues changes in
their order, reads the objects as they are then, and writes.
"""

import math
import threading
from typing import Final

from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.crd.surroundings.egress import egress_spec
from ippoolctl.crd.surroundings.service import service_spec
from ippoolctl.domain.antrea.ipam.allocation import Allocation, Referrers
from ippoolctl.domain.antrea.known_pools import KnownPools, overlap_condition, overlapping
from ippoolctl.domain.antrea.pool import Condition, Pool
from ippoolctl.sandbox.antrea.admission_review import decoded
from ippoolctl.sandbox.antrea.tasks import Task, Tasks
from ippoolctl.sandbox.apiserver.kinds import SERVICES, JsonObject, Key, Kinds
from ippoolctl.sandbox.stamps import now
from ippoolctl.sandbox.store import ChangedError, Event, Store

RETRY: Final = 5.0
"""Seconds until a consumer without an address is tried again; twice as many each time."""
MAX_RETRY: Final = 300.0


class Controller:
    """Works in its own thread from :meth:`start` on.

    ``delay`` is the time in seconds between a change and the status that shows it; infinite for
    never. With ``conditions`` the status also names the pools that overlap, as Antrea pull request
    8413 proposes; no release does.
    """

    def __init__(self, store: Store, kinds: Kinds, delay: float, *, conditions: bool) -> None:
        self.delay = delay
        self._store = store
        self._pools, self._egresses = kinds.pools.resource, kinds.egresses.resource
        self._conditions = conditions
        self._allocation = Allocation()
        self._live = KnownPools()
        self._asked: dict[tuple[str, Key], str] = {}
        self._failures: dict[tuple[str, Key], float] = {}
        self.errors: list[Exception] = []
        """Bugs that tasks ran into; there should be none."""
        self._tasks = Tasks()
        # Taken before the store's lock, never under it: hear() is called there.
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the thread, with the objects of the store."""
        self.restart()
        threading.Thread(target=self._run, name="controller", daemon=True).start()

    def stop(self) -> None:
        """End the thread."""
        self._tasks.stop()

    def restart(self) -> None:
        """Forget all allocations, and restore them from the objects."""
        with self._lock:
            self._tasks.forget()
            self._allocation, self._live = Allocation(), KnownPools()
            self._failures.clear()
            pools = self._store.snapshot(self._pools)[0]
            for (_, name), each in pools.items():
                self._allocation.put_pool(name, decoded(each).spellings)
            egresses = self._store.snapshot(self._egresses)[0]
            services = self._store.snapshot(SERVICES.resource)[0]
            self._allocation.restore(
                {key[1]: egress_spec(each) for key, each in egresses.items()},
                {"/".join(key): service_spec(each) for key, each in services.items()},
            )
            for resource, found in (
                (self._pools, pools),
                (self._egresses, egresses),
                (SERVICES.resource, services),
            ):
                for key in found:
                    self._tasks.look(resource, key)

    def hear(self, event: Event) -> None:
        """Queue a change. One of an Egress counts only if its ``spec`` changes, as in Antrea."""
        before, after = event.before, event.after
        if event.resource == self._egresses and before and after:
            if before["metadata"]["generation"] != after["metadata"]["generation"]:
                self._tasks.look(event.resource, event.key)
        elif event.resource in (self._pools, self._egresses, SERVICES.resource):
            self._tasks.look(event.resource, event.key)

    def egress_refusal(self, new: JsonObject, old: JsonObject | None) -> str:
        """Why the webhook refuses an Egress; empty if it admits it."""
        name = new["metadata"]["name"]
        with self._lock:
            return self._allocation.egresses.refusal(egress_spec(new), egress_spec(old), name)

    @property
    def at_rest(self) -> bool:
        """Whether only retries are left to do."""
        return self._tasks.at_rest

    def _run(self) -> None:
        while (task := self._tasks.next()) is not None:
            try:
                with self._lock:
                    self._do(task)
            except ChangedError:  # another write came first
                if task.counts:
                    self._count_soon(task.key[1])
                else:
                    self._tasks.look(task.resource, task.key)
            except Exception as error:  # one odd object must not stop the others
                self.errors.append(error)

    def _count_soon(self, name: str) -> None:
        if name and self.delay < math.inf:
            self._tasks.count(self._pools, ("", name), self.delay)

    def _do(self, task: Task) -> None:
        found = self._store.get(task.resource, task.key)
        if task.counts:
            if found is not None:
                self._count(task.key, found)
        elif task.resource == self._pools:
            self._look_at_pool(task.key[1], found)
        else:
            before = self._asked.pop((task.resource, task.key), "")
            try:
                if task.resource == self._egresses:
                    self._look_at_egress(task.key, found)
                else:
                    self._look_at_service(task.key, found)
            finally:
                for name in {before, self._asked.get((task.resource, task.key), "")}:
                    self._count_soon(name)

    def _look_at_pool(self, name: str, found: JsonObject | None) -> None:
        if found is None:
            self._tell_overlapping(self._live.get(name))
            self._live.discard(name)
            self._look_again(self._allocation.drop_pool(name))
            return
        pool = decoded(found)
        if self._conditions and self._live.get(name) != pool:
            self._live.put(pool)
            self._tell_overlapping(pool)
        self._look_again(self._allocation.put_pool(name, pool.spellings))
        self._count_soon(name)

    def _look_again(self, who: Referrers) -> None:
        for name in who.egresses:
            self._tasks.look(self._egresses, ("", name))
        for each in who.services:
            namespace, _, name = each.partition("/")
            self._tasks.look(SERVICES.resource, (namespace, name))

    def _look_at_egress(self, key: Key, found: JsonObject | None) -> None:
        name = key[1]
        if found is None:
            self._allocation.egresses.drop(name)
            self._retry(self._egresses, key, again=False)
            return
        wish = egress_spec(found)
        answer = self._allocation.egresses.reconcile(name, wish)
        self._asked[self._egresses, key] = wish.pool
        self._retry(self._egresses, key, again=answer.retry)
        spec = {**found.get("spec", {}), "egressIP": answer.address}
        if not answer.address:
            del spec["egressIP"]
        status = dict(found.get("status", {}))
        status["conditions"] = _with(status, "IPAllocated", answer.allocated)
        if not status["conditions"]:
            del status["conditions"]
        self._write(self._egresses, key, found, spec=spec, status=status)

    def _look_at_service(self, key: Key, found: JsonObject | None) -> None:
        name = "/".join(key)
        if found is None:
            again = self._allocation.services.drop(name)
            self._retry(SERVICES.resource, key, again=False)
        else:
            wish = service_spec(found)
            answer = self._allocation.services.reconcile(name, wish)
            again = answer.again
            self._asked[SERVICES.resource, key] = wish.pool
            self._retry(SERVICES.resource, key, again=answer.retry)
            if answer.ingress != wish.present:
                balancer = {"ingress": [{"ip": answer.ingress}]} if answer.ingress else {}
                status = {**found.get("status", {}), "loadBalancer": balancer}
                self._write(SERVICES.resource, key, found, status=status)
        self._look_again(Referrers(services=again))

    def _retry(self, resource: str, key: Key, *, again: bool) -> None:
        if not again:
            self._failures.pop((resource, key), None)
            return
        after = self._failures.get((resource, key), RETRY)
        if self._tasks.retry(resource, key, after):
            self._failures[resource, key] = min(2 * after, MAX_RETRY)

    def _count(self, key: Key, found: JsonObject) -> None:
        status, live = dict(found.get("status", {})), read_live_pool(found).live
        usage = self._allocation.usage(key[1], live.usage if live else None)
        if usage is not None:
            status["usage"] = usage._asdict()
        pool = self._live.get(key[1])
        if pool is not None:
            overlap = overlap_condition(pool, self._live)
            status["conditions"] = _with(status, overlap.type, overlap)
        self._write(self._pools, key, found, status=status)

    def _tell_overlapping(self, pool: Pool | None) -> None:
        for name in overlapping(pool, self._live) if pool else ():
            self._count_soon(name)

    def _write(self, resource: str, key: Key, found: JsonObject, **parts: JsonObject) -> None:
        if all(found.get(part, {}) == value for part, value in parts.items()):
            return
        meta = found["metadata"]
        if "generation" in meta and parts.get("spec", found.get("spec")) != found.get("spec"):
            meta = {**meta, "generation": meta["generation"] + 1}
        self._store.commit(resource, key, found, {**found, **parts, "metadata": meta})


def _with(status: JsonObject, word: str, condition: Condition | None) -> list[JsonObject]:
    """The conditions with this one of that type, or without any; its time is kept while its status
    does not change.
    """
    found = status.get("conditions")
    known = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    others = [each for each in known if each.get("type") != word]
    if condition is None:
        return others
    old = next((each for each in known if each.get("type") == word), {})
    same = old.get("status") == condition.status
    moment = old.get("lastTransitionTime") if same else now()
    return [*others, {**condition._asdict(), "lastTransitionTime": moment}]

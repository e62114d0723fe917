"""Fakes at the ports, for tests of the engine: a cluster in memory, and a clock that tests move.

The fake gateway passes the same contract as the real one (``tests/engine/gateway_contract.py``).
"""

import copy
import heapq
import itertools
import random
import time
import uuid
from collections.abc import Callable, Generator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.domain.antrea.consumers import Consumer, Consumers
from ippoolctl.domain.antrea.messages import already_exists, denied
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.protocol.outcome import WaitEvent
from ippoolctl.engine.session import Session
from ippoolctl.ports.faults import Fault, RejectedFault
from ippoolctl.ports.gateway import EventKind, JsonPatch, MergePatch, PoolEvent, PoolList, Resource
from ippoolctl.sandbox.antrea.admission_review import decoded, review
from ippoolctl.sandbox.antrea.lagging_cache import LaggingCache

SERVED = {
    "nodes": ("v1",),
    "egresses": ("v1beta1",),
    "services": ("v1",),
    "ippools": ("v1beta1",),
    "antreacontrollerinfos": ("v1beta1",),
    "servicecidrs": ("v1",),
    "validatingwebhookconfigurations": ("v1",),
    "customresourcedefinitions": ("v1",),
    "deployments": ("v1",),
    "endpointslices": ("v1",),
}
"""The versions in which a cluster serves what it has beside pools, by the plural of the kind."""

Object = dict[str, Any]
T = TypeVar("T")


class FakeClock:
    """Time that passes only in ``sleep``, which runs every due action."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = itertools.count()

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        end = self._now + seconds
        while self._due and self._due[0][0] <= end:
            self._now, _, happen = heapq.heappop(self._due)
            happen()
        self._now = end

    def after(self, seconds: float, happen: Callable[[], object]) -> None:
        """Let something happen when that much time has passed."""
        heapq.heappush(self._due, (self._now + seconds, next(self._numbers), happen))


class Recorder:
    """Records the waits."""

    def __init__(self) -> None:
        self.events: list[WaitEvent] = []

    def waiting(self, event: WaitEvent) -> None:
        self.events.append(event)


class SkippingClock:
    """The real time, in which pauses take none: for a server that has nothing to do meanwhile."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def now(self) -> float:
        return time.monotonic() + self._skipped

    def sleep(self, seconds: float) -> None:
        self._skipped += seconds


class FakeCluster:
    """An API server with Antrea's webhook behind a lagging cache, in memory."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.cache = LaggingCache(random.Random(0), clock=clock.now)
        self.host = "api.example.com"
        self.webhook_registered = True
        self.webhook_fault: Fault | None = None
        self.forbidden: set[str] = set()
        self.consumers: list[Consumer] = []
        self.unseen: set[str] = set()
        self.others: dict[str, list[Object]] = {each: [] for each in SERVED}
        """The objects beside pools, by the plural of their kind."""
        self.compacted = False
        self._objects: dict[str, Object] = {}
        self._snapshots: dict[str, dict[str, Object]] = {}
        self._revision = 100
        self._events: list[PoolEvent] = []
        self._keep()

    @property
    def date(self) -> str:
        """The time of day at the server."""
        passed = timedelta(seconds=int(self.clock.now() - 1000))
        return (datetime(2026, 1, 1, tzinfo=UTC) + passed).strftime("%Y-%m-%dT%H:%M:%SZ")

    def store(self, document: Mapping[str, Any]) -> Object:
        """Write an object without validation."""
        stored = copy.deepcopy(dict(document))
        meta = stored["metadata"]
        before = self._objects.get(meta["name"])
        self._revision += 1
        meta["uid"] = before["metadata"]["uid"] if before else str(uuid.uuid4())
        meta.setdefault("creationTimestamp", self.date)
        meta["resourceVersion"] = str(self._revision)
        self._objects[meta["name"]] = stored
        self._keep()
        kind = EventKind.MODIFIED if before else EventKind.ADDED
        self._events.append(PoolEvent(kind, str(self._revision), read_live_pool(stored)))
        self.cache.put(decoded(stored))
        return stored

    def remove(self, name: str) -> None:
        """Delete an object, or mark it as terminating while finalizers hold it."""
        document = self._objects[name]
        meta = document["metadata"]
        if meta.get("finalizers"):
            if "deletionTimestamp" not in meta:
                terminating = {**meta, "deletionTimestamp": "2026-01-01T00:00:01Z"}
                self.store({**document, "metadata": terminating})
            return
        del self._objects[name]
        self._revision += 1
        gone = {**document, "metadata": {**meta, "resourceVersion": str(self._revision)}}
        self._keep()
        self._events.append(PoolEvent(EventKind.DELETED, str(self._revision), read_live_pool(gone)))
        self.cache.discard(name)

    def remove_but_for_the_cache(self, name: str, lag: float) -> None:
        """Delete an object that the webhook's cache holds for ``lag`` seconds more."""
        self.cache.catch_up()
        self.cache.lag = lag
        self.remove(name)

    def write_status(self, name: str, total: int, used: int) -> None:
        """Write a status as the pool controller does; it changes the resource version."""
        changed = {**self._objects[name], "status": {"usage": {"total": total, "used": used}}}
        self.store(changed)

    def unmark(self, name: str) -> None:
        """Settle a pool as a twin of the run would."""
        document = copy.deepcopy(self._objects[name])
        document["metadata"]["annotations"].pop("ippoolctl/state", None)
        self.store(document)

    def document(self, name: str) -> Object | None:
        return self._objects.get(name)

    @property
    def names(self) -> list[str]:
        return sorted(self._objects)

    def snapshot(self, at: str | None) -> tuple[dict[str, Object], str]:
        if at is None:
            return self._objects, str(self._revision)
        if self.compacted:
            raise RejectedFault(410, "The resourceVersion is too old", reason="Expired")
        if int(at) > self._revision:
            raise RejectedFault(504, "Timeout: Too large resource version", reason="Timeout")
        return self._snapshots[at], at

    def events(self, since: str) -> list[PoolEvent]:
        """The events after a revision."""
        if self.compacted:
            raise RejectedFault(410, f"too old resource version: {since}", reason="Expired")
        return [each for each in self._events if int(each.resource_version) > int(since)]

    def objects_of(self, resource: Resource) -> list[Object]:
        """The objects of a resource beside pools, as the API server lists them."""
        if f"list:{resource.plural}" in self.forbidden:
            message = f'{resource.plural} is forbidden: User "me" cannot list resource'
            raise RejectedFault(403, message, reason="Forbidden")
        found = self.others.get(resource.plural)
        if resource.plural == "externalippools":
            found = list(self._objects.values())
        if found is None or resource.version not in (*SERVED.get(resource.plural, ()), "v1beta1"):
            raise RejectedFault(404, f"{resource.path} not found")
        return [
            each
            for each in found
            if resource.name in ("", each["metadata"]["name"])
            and resource.namespace in ("", each["metadata"].get("namespace"))
        ]

    def put_other(self, plural: str, document: Object) -> None:
        """Store an object beside pools."""
        uid = {"uid": str(uuid.uuid4())}
        self.others[plural].append({**document, "metadata": {**document["metadata"], **uid}})

    def change_other(self, plural: str, namespace: str, name: str, patch: JsonPatch) -> Object:
        """Patch an object beside pools."""
        found = self.others[plural]
        for position, each in enumerate(found):
            meta = each["metadata"]
            if (meta.get("namespace", ""), meta["name"]) == (namespace, name):
                found[position] = _patched(each, patch)
                return found[position]
        raise RejectedFault(404, f'{plural} "{name}" not found', reason="NotFound")

    def admit(self, operation: str, document: Object, old: Object | None) -> None:
        """Call the webhook; raise the API server's fault for its answer."""
        if not self.webhook_registered:
            return
        if self.webhook_fault is not None:
            raise self.webhook_fault
        request = {"uid": "1", "operation": operation, "object": document, "oldObject": old}
        asked = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}
        with self.cache.known() as known:
            response = review(asked, known, LATEST, random.Random(0))["response"]
        if not response["allowed"]:
            raise RejectedFault(400, denied(response["status"]["message"]))

    def _keep(self) -> None:
        """Record the objects at this revision; a stored object never changes."""
        self._snapshots[str(self._revision)] = dict(self._objects)


class FakeGateway:
    """The port over a :class:`FakeCluster`; failures are injected beforehand."""

    def __init__(self, cluster: FakeCluster) -> None:
        self.cluster = cluster
        self.requests: list[tuple[float, str]] = []
        """When each request came, and its method's name."""
        self.listed: list[str] = []
        """The plural of each kind of objects beside pools that was listed."""
        self._faults: list[tuple[str, Fault, bool]] = []
        self._hooks: list[tuple[str, Callable[[], object]]] = []
        self.seconds = 0.0
        """How long each request takes."""
        self.closed = False

    def fail(self, method: str, fault: Fault, *, after: bool = False, times: int = 1) -> None:
        """Let the next requests of this method fail, before or after they took effect."""
        self._faults += [(method, fault, after)] * times

    def before(self, method: str, happen: Callable[[], object]) -> None:
        """Let something happen just before the next request of this method takes effect."""
        self._hooks.append((method, happen))

    @property
    def host(self) -> str:
        return self.cluster.host

    def close(self) -> None:
        self.closed = True

    def list_pools(
        self, *, at: str | None = None, selector: str = "", within: float | None = None
    ) -> PoolList:
        def carry_out() -> PoolList:
            objects, revision = self.cluster.snapshot(at)
            pools = (read_live_pool(objects[name]) for name in sorted(objects))
            chosen = tuple(each for each in pools if _matches(each, selector))
            return PoolList(chosen, revision, self.cluster.date)

        return self._do("list_exact" if at else "list", carry_out)

    def get_pool(self, name: str, *, within: float | None = None) -> Pool | None:
        def carry_out() -> Pool | None:
            document = self.cluster.document(name)
            return read_live_pool(document) if document else None

        return self._do("get", carry_out)

    def create_pool(
        self, pool: Mapping[str, Any], *, dry_run: bool = False, within: float | None = None
    ) -> Pool:
        def carry_out() -> Pool:
            document = copy.deepcopy(dict(pool))
            self.cluster.admit("CREATE", document, None)
            name = document["metadata"]["name"]
            if self.cluster.document(name):
                raise RejectedFault(409, already_exists(name), reason="AlreadyExists")
            if dry_run:
                uid = {"uid": "dry", "resourceVersion": ""}
                return read_live_pool({**document, "metadata": {**document["metadata"], **uid}})
            return read_live_pool(self.cluster.store(document))

        return self._do("create", carry_out)

    def patch_pool(
        self,
        name: str,
        patch: JsonPatch | MergePatch,
        *,
        dry_run: bool = False,
        within: float | None = None,
    ) -> Pool:
        def carry_out() -> Pool:
            document = self.cluster.document(name)
            if document is None:
                message = f'externalippools.crd.antrea.io "{name}" not found'
                raise RejectedFault(404, message, reason="NotFound")
            if isinstance(patch, Mapping):
                asked = patch.get("metadata", {}).get("resourceVersion")
                if asked not in (None, document["metadata"]["resourceVersion"]):
                    message = f'Operation cannot be fulfilled on externalippools "{name}"'
                    raise RejectedFault(409, message, reason="Conflict")
                changed = _merged(document, patch)
            else:
                changed = _patched(document, patch)
            self.cluster.admit("UPDATE", changed, document)
            if dry_run:
                return read_live_pool(changed)
            return read_live_pool(self.cluster.store(changed))

        return self._do("patch", carry_out)

    def delete_pool(self, pool: Pool, *, within: float | None = None) -> None:
        def carry_out() -> None:
            document = self.cluster.document(pool.name)
            if document is None:
                message = f'externalippools.crd.antrea.io "{pool.name}" not found'
                raise RejectedFault(404, message, reason="NotFound")
            meta, live = document["metadata"], pool.live
            assert live is not None
            if (meta["uid"], meta["resourceVersion"]) != (live.uid, live.resource_version):
                message = f'Operation cannot be fulfilled on externalippools "{pool.name}"'
                raise RejectedFault(409, message, reason="Conflict")
            self.cluster.remove(pool.name)

        self._do("delete", carry_out)

    def consumers(self, *, within: float | None = None) -> Consumers:
        unseen = tuple(sorted(self.cluster.unseen))
        known = (each for each in self.cluster.consumers if each.kind not in unseen)
        return self._do("consumers", lambda: Consumers(tuple(known), unseen))

    def patch_egress(self, name: str, patch: JsonPatch, *, within: float | None = None) -> Object:
        return self._do(
            "patch_egress", lambda: self.cluster.change_other("egresses", "", name, patch)
        )

    def patch_service(
        self, namespace: str, name: str, patch: JsonPatch, *, within: float | None = None
    ) -> Object:
        return self._do(
            "patch_service", lambda: self.cluster.change_other("services", namespace, name, patch)
        )

    def list_objects(
        self,
        resource: Resource,
        read: Callable[[Mapping[str, Any]], T],
        *,
        within: float | None = None,
    ) -> list[T]:
        self.listed.append(resource.plural)
        return self._do("objects", lambda: [*map(read, self.cluster.objects_of(resource))])

    def may(
        self,
        verb: str,
        name: str = "",
        *,
        of: Resource | None = None,
        within: float | None = None,
    ) -> bool:
        asked = f"{verb}:{of.plural}" if of else verb
        return self._do("may", lambda: asked not in self.cluster.forbidden)

    def webhook_registered(self, *, within: float | None = None) -> bool:
        return self._do("webhook", lambda: self.cluster.webhook_registered)

    def watch_pools(self, since: str, *, seconds: int) -> Generator[PoolEvent | None]:
        def begin() -> list[PoolEvent]:
            if "watch" in self.cluster.forbidden:
                message = "externalippools.crd.antrea.io is forbidden: cannot watch"
                raise RejectedFault(403, message, reason="Forbidden")
            return self.cluster.events(since)

        ends = self.cluster.clock.now() + seconds
        events = self._do("watch", begin)
        while True:
            for each in events:
                since = each.resource_version
                yield each
            left = ends - self.cluster.clock.now()
            if left <= 0:
                return
            self.cluster.clock.sleep(min(left, 1.0))
            yield None
            events = self.cluster.events(since)

    def _do(self, method: str, carry_out: Callable[[], T]) -> T:
        self.cluster.clock.sleep(self.seconds)
        self.requests.append((self.cluster.clock.now(), method))
        for hook in [each for each in self._hooks if each[0] == method][:1]:
            self._hooks.remove(hook)
            hook[1]()
        planned = next((each for each in self._faults if each[0] == method), None)
        if planned is None:
            return carry_out()
        self._faults.remove(planned)
        _, fault, after = planned
        if after:
            carry_out()
        raise fault


def _matches(pool: Pool, selector: str) -> bool:
    if not selector:
        return True
    key, _, value = selector.partition("=")
    return pool.labels.get(key) == value


def _patched(document: Object, patch: JsonPatch) -> Object:
    changed = copy.deepcopy(document)
    for step in patch:
        *parents, last = (
            each.replace("~1", "/").replace("~0", "~") for each in step["path"].split("/")[1:]
        )
        target: Any = changed
        for parent in parents:
            target = target.get(parent) if isinstance(target, dict) else None
        present = target.get(last) if isinstance(target, dict) else None
        if step["op"] == "test":
            if not isinstance(target, dict) or present != step["value"]:
                message = "the server rejected our request due to an error in our request"
                raise RejectedFault(422, message, reason="Invalid")
        elif step["op"] == "remove":
            del target[last]
        elif step["op"] == "add" and last == "-":
            target.append(step["value"])
        elif step["op"] == "add":
            target[last] = step["value"]
        else:
            raise NotImplementedError(step["op"])
    return changed


def _merged(target: Any, patch: Mapping[str, Any]) -> Object:
    changed = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            changed.pop(key, None)
        else:
            changed[key] = _merged(changed.get(key), value) if isinstance(value, Mapping) else value
    return changed


def run_of(
    gateway: FakeGateway, seconds: float = 60.0, *, patient: bool = True
) -> tuple[Session, Recorder]:
    """A run of the engine on the fake cluster's clock; chance is always in the middle."""
    recorder = Recorder()
    run = Session(gateway, gateway.cluster.clock, recorder, lambda: 0.5, seconds, patient=patient)
    return run, recorder

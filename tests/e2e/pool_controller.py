"""The pool statuses of antrea-controller: recalculated shortly after each change."""

import threading
import time
from typing import Any

import urllib3

from ippoolctl.domain.antrea.capacity import counts
from ippoolctl.sandbox.antrea.admission_review import decoded
from tests.e2e.api import EGRESSES, POOLS, Api
from tests.e2e.watch import Watch


class PoolController:
    """Writes ``status.usage`` of every pool whose numbers have changed, unless they are 0 of 0.

    ``used`` counts the Egresses that name the pool and have an address.
    """

    DELAY = 0.1

    def __init__(self, api: Api) -> None:
        self._api = api
        self.delay = self.DELAY
        """Seconds between a change and the write."""
        self._due: dict[str, float] = {}
        self._holders: dict[str, str] = {}
        self._paused = self._stopped = False
        self._changed = threading.Condition()
        self._watches = (Watch(api, POOLS, self._pool), Watch(api, EGRESSES, self._egress))
        self._thread = threading.Thread(target=self._run, name="pool controller", daemon=True)

    def start(self) -> None:
        for each in self._watches:
            each.start()
        self._thread.start()

    def stop(self) -> None:
        for each in self._watches:
            each.stop()
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._thread.join(5)

    def pause(self) -> None:
        """Write nothing; later changes are written after :meth:`resume`."""
        self._paused = True

    def resume(self) -> None:
        with self._changed:
            self._paused = False
            self._changed.notify()

    def reset(self) -> None:
        self.delay = self.DELAY
        self.resume()

    def _pool(self, kind: str, pool: dict[str, Any]) -> None:
        if kind != "DELETED":
            self._mark(pool["metadata"]["name"])

    def _egress(self, kind: str, egress: dict[str, Any]) -> None:
        name, spec = egress["metadata"]["name"], egress["spec"]
        before = self._holders.pop(name, "")
        after = spec.get("externalIPPool", "") if spec.get("egressIP") else ""
        if kind != "DELETED" and after:
            self._holders[name] = after
        for each in {before, after} - {""}:
            self._mark(each)

    def _mark(self, name: str) -> None:
        with self._changed:
            self._due.setdefault(name, time.monotonic() + self.delay)
            self._changed.notify()

    def _run(self) -> None:
        while (name := self._next()) is not None:
            try:
                self._write(name)
            except (urllib3.exceptions.HTTPError, OSError):
                # The API server is away.
                self._mark(name)

    def _next(self) -> str | None:
        """The next pool whose time has come; ``None`` at the end."""
        with self._changed:
            while not self._stopped:
                first = min(self._due, key=self._due.__getitem__, default="")
                left = self._due[first] - time.monotonic() if first else None
                if self._paused:
                    left = None
                elif left is not None and left <= 0:
                    del self._due[first]
                    return first
                self._changed.wait(left)
            return None

    def _write(self, name: str) -> None:
        answer = self._api.request("GET", f"{POOLS}/{name}")
        if answer.status == 404:
            return
        if answer.status == 200:
            pool = answer.body
            usage = {"total": counts(decoded(pool).ranges).total, "used": self._used(name)}
            if usage == pool.get("status", {}).get("usage") or not any(usage.values()):
                return
            pool["status"] = {"usage": usage}
            answer = self._api.request("PUT", f"{POOLS}/{name}/status", pool)
        if answer.status not in (200, 404):
            # Another write came first, or the API server failed: look again.
            self._mark(name)

    def _used(self, name: str) -> int:
        return tuple(self._holders.values()).count(name)

"""Antrea's webhook as a simulation: our model of it behind a lagging cache that a watch feeds."""

import json
import random
import ssl
import time
from typing import Any

import trustme

from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.sandbox.antrea.admission_review import decoded, review
from ippoolctl.sandbox.antrea.lagging_cache import Lag, LaggingCache
from ippoolctl.sandbox.antrea.webhook import InjectedFailure
from tests.builders import pool_object
from tests.e2e.api import POOLS, Api
from tests.e2e.child import free_port
from tests.e2e.waiting import until
from tests.e2e.watch import Watch
from tests.e2e.webhook_faults import OF_CONNECTIONS, Faults
from tests.e2e.webhook_history import Asked, Beliefs
from tests.e2e.webhook_registration import register, unregister
from tests.e2e.webhook_server import Reply, WebhookServer

PATH = "/validate/externalippool"
PAUSES = {InjectedFailure.SLOW: 4.9, InjectedFailure.TIMEOUT: 10.0}
"""Seconds before the answer; the API server waits for five."""
OURS = "harness-"
"""Name prefix of the harness's own pools, which it never reports."""


def _context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


class Webhook:
    """Answers the API server from :meth:`start` to :meth:`stop`."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._chance = random.Random()
        self._beliefs = Beliefs()
        self.cache = LaggingCache(self._chance, notice=self._beliefs.note)
        self.release = LATEST
        self.requests: list[Asked] = []
        """What was asked since the last reset, the oldest first."""
        self._harness: list[str] = []
        self._faults = Faults()
        self._authority = trustme.CA()
        self._good, self._bad = _context(self._authority), _context(trustme.CA())
        self._port = free_port()
        self._server = WebhookServer(self._port, self._respond)
        self.errors = self._server.errors
        """What went wrong inside of us while answering; nothing should."""
        self._watch = Watch(api, POOLS, self._hear)

    @property
    def lag(self) -> Lag:
        """Seconds, or a pair of them, between a change and its being known here."""
        return self.cache.lag

    @lag.setter
    def lag(self, lag: Lag) -> None:
        self.cache.lag = lag

    @property
    def fault(self) -> InjectedFailure | None:
        """The injected failure; set to a word, or to a word and a number of requests."""
        return self._faults.current

    @fault.setter
    def fault(self, fault: str | tuple[str, int] | None) -> None:
        word, times = fault if isinstance(fault, tuple) else (fault, None)
        before, after = self._faults.current, None if word is None else InjectedFailure(word)
        self._faults.set(after, times)
        if before == after or not {before, after} & OF_CONNECTIONS:
            return
        if after is InjectedFailure.DOWN:
            self._server.refuse()
        else:
            self._server.listen(self._bad if after is InjectedFailure.UNTRUSTED else self._good)

    def start(self) -> None:
        self._server.listen(self._good)
        self._watch.start()
        self.register()

    def stop(self) -> None:
        self._faults.set(None, None)
        self._server.refuse()
        self._watch.stop()

    def register(self) -> None:
        """Let the API server ask us, and wait until it does. There must be no fault."""
        register(self._api, f"https://127.0.0.1:{self._port}{PATH}", self._authority)
        until(self._is_asked, "the API server asks the webhook")

    def unregister(self) -> None:
        """Delete the configuration, and wait until the API server asks us no more."""
        unregister(self._api)
        until(lambda: not self._is_asked(), "the API server does not ask the webhook")

    def reset(self) -> None:
        """No fault, no lag but 0.05 s, nothing on record, and the cache as empty as the cluster."""
        self.fault = InjectedFailure.ALLOW.value
        self.register()
        self.wait_for_the_watch()
        self.cache.catch_up()
        with self.cache.known() as known:
            if len(known):
                raise RuntimeError(f"pools in an empty cluster: {[each.name for each in known]}")
            self._beliefs.clear()
        self._harness.clear()
        self.requests.clear()
        self.fault, self.lag, self.release = None, 0.05, LATEST

    def knows(self) -> set[str]:
        """Names of the pools that the cache holds now."""
        with self.cache.known() as known:
            return {each.name for each in known}

    def first_admissible(
        self, *ranges: str, by: str = "", since: float | None = None
    ) -> float | None:
        """The first moment (``time.monotonic()``), from ``since`` on, at which no other pool than
        ``by`` that the cache knew had an address of the ranges; ``None`` if there is none yet."""
        with self.cache.known():
            return self._beliefs.first_free(ranges, by, since)

    def _hear(self, kind: str, changed: dict[str, Any]) -> None:
        pool = decoded(changed)
        if kind == "DELETED":
            self.cache.discard(pool.key)
        else:
            self.cache.put(pool)
        if pool.name.startswith(OURS):
            self._harness.append(f"{kind} {pool.name}")

    def _respond(self, path: str, body: bytes) -> Reply | None:
        at, fault = time.monotonic(), self._faults.take()
        if path != PATH:
            return Reply(404, b"404 page not found\n")
        asked = json.loads(body)
        request = asked["request"]
        operation, name = request["operation"], request["name"]
        reply, sentence = self._answer(asked, fault)
        if name.startswith(OURS):
            self._harness.append(f"asked {name}")
        else:
            dry = bool(request.get("dryRun"))
            self.requests.append(Asked(at, operation, name, dry, fault, sentence))
        if fault in PAUSES:
            self._faults.wait(PAUSES[fault])
        return reply

    def _answer(
        self, asked: dict[str, Any], fault: InjectedFailure | None
    ) -> tuple[Reply | None, str | None]:
        match fault:
            case InjectedFailure.ERROR:
                return Reply(500, b"something is wrong\n"), None
            case InjectedFailure.GARBAGE:
                return Reply(200, b"<html>not what you asked for</html>"), None
            case (
                InjectedFailure.TIMEOUT
                | InjectedFailure.CUT
                | InjectedFailure.UNTRUSTED
                | InjectedFailure.DOWN
            ):
                return None, None
            case InjectedFailure.ALLOW:
                asked["request"]["operation"] = "DELETE"
        with self.cache.known() as known:
            answer = review(asked, known, self.release, self._chance)
        sentence = answer["response"].get("status", {}).get("message")
        return Reply(200, json.dumps(answer).encode()), sentence

    def _is_asked(self) -> bool:
        name = f"{OURS}{random.getrandbits(32):08x}"
        self._api.request("POST", POOLS, pool_object(name), query={"dryRun": "All"})
        return f"asked {name}" in self._harness

    def wait_for_the_watch(self) -> None:
        """Until it has seen everything that happened before now: it keeps the order."""
        name = f"{OURS}{random.getrandbits(32):08x}"
        self._api.request("POST", POOLS, pool_object(name))
        self._api.request("DELETE", f"{POOLS}/{name}")
        until(lambda: f"DELETED {name}" in self._harness, "the webhook's watch is up to date")

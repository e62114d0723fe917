"""Antrea's webhooks as the API server meets them: late, wrong, slow or not there at all."""

import threading
import time
from collections.abc import Callable
from enum import StrEnum
from random import Random
from typing import Final

from ippoolctl.domain.antrea.admission import Operation
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.sandbox.antrea.admission_review import API_VERSION, KIND, review
from ippoolctl.sandbox.antrea.lagging_cache import LaggingCache
from ippoolctl.sandbox.apiserver.kinds import WEBHOOKS, JsonObject, Key
from ippoolctl.sandbox.apiserver.request import Call
from ippoolctl.sandbox.apiserver.statuses import denied, timed_out, uncalled
from ippoolctl.sandbox.store import Store

CONFIGURATION: Final[Key] = ("", "crdvalidator.antrea.io")
"""Where the API server looks up whether to ask."""
AWAY: Final = 0.5
"""Seconds without a controller when it restarts, as seen live."""
_TIMEOUT: Final = 5.0
"""Seconds for which the API server waits, as Antrea's configuration asks it to."""
_SLOW: Final = 4.9
_WORDS: Final = {"externalippools": "externalippool", "egresses": "egress"}
_UNTRUSTED: Final = (
    "tls: failed to verify certificate: x509: certificate signed by unknown authority"
)


class Fault(StrEnum):
    """What can be wrong with a webhook."""

    DOWN = "down"
    """Connections are refused."""
    UNTRUSTED = "untrusted"
    """The certificate is another authority's, as after Antrea made a new one."""
    ERROR = "500"
    GARBAGE = "garbage"
    """Status 200 and no JSON."""
    CUT = "cut"
    """The connection ends after the request: EOF."""
    SLOW = "slow"
    """The answer comes 4.9 s late: the API server waits for 5 s."""
    TIMEOUT = "timeout"
    """No answer until the API server has given up."""
    ALLOW = "allow"
    """Everything is allowed, as by a webhook that looks at nothing."""


_POST: Final = 'Post "https://antrea.kube-system.svc:443/validate/{}?timeout=5s": '
_WHY: Final = {
    Fault.DOWN: f"{_POST}dial tcp 10.96.0.10:443: connect: connection refused",
    Fault.UNTRUSTED: f"{_POST}{_UNTRUSTED}",
    Fault.CUT: f"{_POST}EOF",
    Fault.TIMEOUT: f"{_POST}context deadline exceeded",
    Fault.ERROR: 'an error on the server ("unknown") has prevented the request from succeeding',
    Fault.GARBAGE: "couldn't get version/kind; json parse error: invalid character '<'",
}
_PATIENCE: Final = {Fault.SLOW: _SLOW, Fault.TIMEOUT: _TIMEOUT}


class Webhook:
    """Answers for Antrea, from a cache that lags behind the store.

    ``judge_egress`` says why an Egress is refused, if it is.
    """

    def __init__(
        self,
        store: Store,
        release: Release,
        cache: LaggingCache,
        judge_egress: Callable[[JsonObject, JsonObject | None], str],
        chance: Random,
    ) -> None:
        self._store = store
        self._release = release
        self._cache = cache
        self._judge_egress = judge_egress
        self._chance = chance
        self._fault: Fault | None = None
        self._changed = threading.Event()
        self._back_at = 0.0

    @property
    def fault(self) -> Fault | None:
        """What is wrong, beside a restart that is going on."""
        return self._fault

    @fault.setter
    def fault(self, fault: Fault | None) -> None:
        """Let this be wrong from now on."""
        self._fault = fault
        # Who waits because of the last fault shall not wait any longer.
        self._changed.set()
        self._changed = threading.Event()

    def restart(self) -> None:
        """As when antrea-controller starts anew: gone, then back with an empty cache."""
        self._back_at = time.monotonic() + AWAY
        self._cache.restart(AWAY)

    def judge(self, call: Call, new: JsonObject, old: JsonObject | None) -> None:
        """Raise :class:`StatusError` if a webhook refuses the write, or cannot be asked."""
        word = _WORDS.get(call.kind.plural)
        name = f"{word}validator.antrea.io"
        entry = self._entry(name) if word else None
        if entry is None:
            return
        self._wait(call)
        fault = Fault.DOWN if time.monotonic() < self._back_at else self._fault
        if fault in _WHY:
            if entry.get("failurePolicy") == "Ignore":
                return
            raise uncalled(name, _WHY[fault].format(word))
        ask = self._judge_egress if word == "egress" else self._judge_pool
        sentence = "" if fault is Fault.ALLOW else ask(new, old)
        if sentence:
            raise denied(name, sentence)

    def _entry(self, name: str) -> JsonObject | None:
        """How the webhook is registered, if it is."""
        configuration = self._store.get(WEBHOOKS.resource, CONFIGURATION) or {}
        entries = configuration.get("webhooks")
        for each in entries if isinstance(entries, list) else ():
            if isinstance(each, dict) and each.get("name") == name:
                return each
        return None

    def _judge_pool(self, new: JsonObject, old: JsonObject | None) -> str:
        operation = Operation.UPDATE if old else Operation.CREATE
        asked = {"uid": "", "operation": operation.name, "object": new, "oldObject": old}
        asking = {"apiVersion": API_VERSION, "kind": KIND, "request": asked}
        with self._cache.known() as known:
            answer = review(asking, known, self._release, self._chance)
        sentence: str = answer["response"].get("status", {}).get("message", "")
        return sentence

    def _wait(self, call: Call) -> None:
        patience = _PATIENCE.get(self._fault, 0.0) if self._fault else 0.0
        limit = call.request.timeout
        if patience and not self._changed.wait(min(patience, limit)) and limit < patience:
            asked = call.request.query["timeout"]
            raise timed_out(f"request did not complete within requested timeout {asked}")

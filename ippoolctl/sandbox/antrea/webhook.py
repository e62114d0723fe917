"""Antrea's webhooks as the API server sees them: with a stale cache, failing, slow or away."""

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
"""The configuration that registers the webhooks."""
AWAY: Final = 0.5
"""Seconds without a controller during a restart, as seen live."""
_TIMEOUT: Final = 5.0
"""Seconds for which the API server waits: ``timeoutSeconds`` of the configuration."""
_SLOW: Final = 4.9
_WORDS: Final = {"externalippools": "externalippool", "egresses": "egress"}
_UNTRUSTED: Final = (
    "tls: failed to verify certificate: x509: certificate signed by unknown authority"
)


class InjectedFailure(StrEnum):
    """The ways in which the webhook can be made to fail."""

    DOWN = "down"
    """Connections are refused."""
    UNTRUSTED = "untrusted"
    """The certificate is from an unknown authority, as after Antrea made a new one."""
    ERROR = "500"
    GARBAGE = "garbage"
    """Status 200, but not JSON."""
    CUT = "cut"
    """The connection ends after the request: EOF."""
    SLOW = "slow"
    """The answer takes 4.9 s: the API server waits for 5 s."""
    TIMEOUT = "timeout"
    """No answer until the API server gives up."""
    ALLOW = "allow"
    """All writes are admitted."""


_POST: Final = 'Post "https://antrea.kube-system.svc:443/validate/{}?timeout=5s": '
_ERROR: Final = 'an error on the server ("unknown") has prevented the request from succeeding'
_WHY: Final = {
    InjectedFailure.DOWN: f"{_POST}dial tcp 10.96.0.10:443: connect: connection refused",
    InjectedFailure.UNTRUSTED: f"{_POST}{_UNTRUSTED}",
    InjectedFailure.CUT: f"{_POST}EOF",
    InjectedFailure.TIMEOUT: f"{_POST}context deadline exceeded",
    InjectedFailure.ERROR: _ERROR,
    InjectedFailure.GARBAGE: "couldn't get version/kind; json parse error: invalid character '<'",
}
_PATIENCE: Final = {InjectedFailure.SLOW: _SLOW, InjectedFailure.TIMEOUT: _TIMEOUT}


class Webhook:
    """Admits and refuses writes as Antrea does, with a cache that lags behind the store.

    ``egress_refusal`` returns why an Egress is refused; an empty text admits it.
    """

    def __init__(
        self,
        store: Store,
        release: Release,
        cache: LaggingCache,
        egress_refusal: Callable[[JsonObject, JsonObject | None], str],
        random: Random,
    ) -> None:
        self._store = store
        self._release = release
        self._cache = cache
        self._egress_refusal = egress_refusal
        self._random = random
        self._failure: InjectedFailure | None = None
        self._changed = threading.Event()
        self._back_at = 0.0

    @property
    def failure(self) -> InjectedFailure | None:
        """The injected failure; a restart is none."""
        return self._failure

    @failure.setter
    def failure(self, failure: InjectedFailure | None) -> None:
        """Fail in this way from now on."""
        self._failure = failure
        # Requests that wait because of the last failure need not wait longer.
        self._changed.set()
        self._changed = threading.Event()

    def restart(self) -> None:
        """Restart antrea-controller: the webhook is away, then back with an empty cache."""
        self._back_at = time.monotonic() + AWAY
        self._cache.restart(AWAY)

    def admit(self, call: Call, new: JsonObject, old: JsonObject | None) -> None:
        """Raise :class:`StatusError` if a webhook refuses the write or cannot be called."""
        word = _WORDS.get(call.kind.plural)
        name = f"{word}validator.antrea.io"
        entry = self._entry(name) if word else None
        if entry is None:
            return
        self._wait(call)
        is_away = time.monotonic() < self._back_at
        failure = InjectedFailure.DOWN if is_away else self._failure
        if failure in _WHY:
            if entry.get("failurePolicy") == "Ignore":
                return
            raise uncalled(name, _WHY[failure].format(word))
        refusal = self._egress_refusal if word == "egress" else self._pool_refusal
        sentence = "" if failure is InjectedFailure.ALLOW else refusal(new, old)
        if sentence:
            raise denied(name, sentence)

    def _entry(self, name: str) -> JsonObject | None:
        """The registration of the webhook; ``None`` if it is not registered."""
        configuration = self._store.get(WEBHOOKS.resource, CONFIGURATION) or {}
        entries = configuration.get("webhooks")
        for each in entries if isinstance(entries, list) else ():
            if isinstance(each, dict) and each.get("name") == name:
                return each
        return None

    def _pool_refusal(self, new: JsonObject, old: JsonObject | None) -> str:
        operation = Operation.UPDATE if old else Operation.CREATE
        asked = {"uid": "", "operation": operation.name, "object": new, "oldObject": old}
        asking = {"apiVersion": API_VERSION, "kind": KIND, "request": asked}
        with self._cache.known() as known:
            answer = review(asking, known, self._release, self._random)
        sentence: str = answer["response"].get("status", {}).get("message", "")
        return sentence

    def _wait(self, call: Call) -> None:
        patience = _PATIENCE.get(self._failure, 0.0) if self._failure else 0.0
        limit = call.request.timeout
        if patience and not self._changed.wait(min(patience, limit)) and limit < patience:
            asked = call.request.query["timeout"]
            raise timed_out(f"request did not complete within requested timeout {asked}")

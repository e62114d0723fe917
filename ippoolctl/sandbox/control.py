"""The control endpoint: changes a sandbox while it runs, for clients with the token of the run."""

import math
from collections.abc import Callable, Mapping
from hmac import compare_digest
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from secrets import token_urlsafe
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from ippoolctl.sandbox.antrea.lagging_cache import Lag, LaggingCache
from ippoolctl.sandbox.antrea.webhook import InjectedFailure, Webhook
from ippoolctl.sandbox.apiserver.request import NOWHERE, Answer, Request, Stream, document, text
from ippoolctl.sandbox.server import Responder
from ippoolctl.sandbox.tls import client_context

HEADER: Final = "X-Sandbox-Token"
_PATH: Final = "/sandbox/"
_PATIENCE: Final = 5.0


class Control:
    """Answers requests for the sandbox itself, and passes the others to the API server."""

    def __init__(
        self, api: Responder, cache: LaggingCache, webhook: Webhook, restart: Callable[[], None]
    ) -> None:
        self.token = token_urlsafe(32)
        self._api, self._cache, self._webhook, self._restart = api, cache, webhook, restart

    def answer(self, request: Request) -> Answer | Stream:
        """The answer; no request makes it raise."""
        if not request.path.startswith(_PATH):
            return self._api.answer(request)
        word = request.path.removeprefix(_PATH)
        if request.method != "POST" or word not in ("lag", "restart", "fault"):
            return NOWHERE
        if not compare_digest((request.headers.get(HEADER) or "").encode(), self.token.encode()):
            return text(403, "invalid sandbox token\n")
        try:
            self._change(word, request)
        except (LookupError, TypeError, ValueError):
            return text(400, f"invalid {word}\n")
        return document(200, {"lag": self._cache.lag, "fault": self._webhook.failure})

    def _change(self, word: str, request: Request) -> None:
        if word == "restart":
            return self._restart()
        asked = orjson.loads(request.body)[word]
        if word == "lag":
            self._cache.lag = _lag(asked)
        else:
            self._webhook.failure = None if asked is None else InjectedFailure(asked)
        return None


def _lag(asked: Any) -> Lag:
    low, high = asked if isinstance(asked, list) else (asked, asked)
    if not 0 <= float(low) <= float(high) < math.inf:
        raise ValueError
    return (float(low), float(high)) if isinstance(asked, list) else float(asked)


def tell(control: Mapping[str, str], word: str, asked: Any) -> Any:
    """Change a sandbox by its ``url``, ``token`` and ``authority``; its settings after that.

    Raises :class:`OSError`.
    """
    where, authority = urlsplit(control["url"]).netloc, control["authority"]
    connection = HTTPConnection(where, timeout=_PATIENCE)
    if authority:
        connection = HTTPSConnection(where, timeout=_PATIENCE, context=client_context(authority))
    try:
        headers = {HEADER: control["token"]}
        connection.request("POST", _PATH + word, orjson.dumps({word: asked}), headers)
        response = connection.getresponse()
        body = response.read()
    except HTTPException as error:
        raise ConnectionError(0, f"not an HTTP response: {error!r}") from None
    finally:
        connection.close()
    if response.status != 200:
        raise ConnectionError(0, body.decode(errors="replace").strip())
    return orjson.loads(body)

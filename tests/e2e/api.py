"""A thin client of the API server for tests: it knows nothing of what it sends."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import urllib3

from tests.spelling import content_type_of, query_text

ANTREA = "/apis/crd.antrea.io/v1beta1"
POOLS = f"{ANTREA}/externalippools"
EGRESSES = f"{ANTREA}/egresses"


class Answer(NamedTuple):
    status: int
    body: Any
    """What the JSON says; plain text where it is none."""


class Api:
    """Requests with the token of a user. Nothing is retried; a transport error is urllib3's."""

    def __init__(self, server: str, authority: Path | None, tokens: Mapping[str, str]) -> None:
        self.server = server
        self._authority = authority
        self._tokens = tokens
        self._connections = self.connections()

    def connections(self) -> urllib3.PoolManager:
        """Connections of one's own."""
        authority = str(self._authority) if self._authority else None
        return urllib3.PoolManager(ca_certs=authority, retries=False, maxsize=32)

    def headers(self, user: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens[user]}", "Accept": "application/json"}

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        user: str = "admin",
        content_type: str = "",
        query: Mapping[str, str] | None = None,
        timeout: float = 30.0,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask once. ``body`` is an object, or text and bytes that are sent as they are."""
        sent = self.headers(user)
        if body is not None:
            sent["Content-Type"] = content_type or content_type_of(method, body)
            body = body if isinstance(body, str | bytes) else json.dumps(body)
        answer = self._connections.request(
            method,
            self.server + path + query_text(query),
            body=body,
            headers=sent | dict(headers or {}),
            timeout=timeout,
        )
        return Answer(answer.status, _parsed(answer.data))

    def close(self) -> None:
        self._connections.clear()


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return data.decode(errors="replace")

"""The interface of a server to the probes, and its part over plain HTTP."""

import json
import os
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import urllib3

from tests.spelling import content_type_of, query_text

KUBECTL = Path(sys.prefix) / "bin" / "kubectl"
HEADERS = ("Content-Type", "Warning", "Retry-After", "Allow", "Location")
"""Headers that a client can depend on."""


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    """Those of :data:`HEADERS` that there are."""
    body: Any
    """What the JSON says; text where it is none."""


class Stream(NamedTuple):
    """A watch from its beginning to its end."""

    status: int
    headers: dict[str, str]
    events: list[Any]
    """One for each line that is JSON; the whole answer where the status is not 200."""
    end: str
    """Who ended it: ``server``, ``count`` (we have seen enough) or ``time`` (we waited enough)."""


class Backend(Protocol):
    """A server with Antrea's webhook in front of its pools."""

    def reset(self) -> None:
        """No objects and no failure, a lag of 0.05 s, and a controller that writes no status."""

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        content_type: str = "",
        accept: str = "",
        user: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request, as the admin or as a user whom the admin impersonates."""

    def watch(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        count: int = 1000,
        seconds: float = 10.0,
        accept: str = "",
        user: str = "",
    ) -> Stream:
        """Follow a watch until it has ``count`` events, ends, or is silent for ``seconds``."""

    def kubectl(
        self,
        *arguments: str,
        input: str | None = None,  # noqa: A002 - as in subprocess
    ) -> subprocess.CompletedProcess[str]:
        """Run kubectl to its end, as the admin."""

    def kubeconfig(self) -> Path:
        """The admin's, for the official client."""

    def token(self, user: str) -> str:
        """The token of ``viewer``, ``editor``, ``nobody`` or ``admin``."""

    def fault(self, word: str | None) -> None:
        """Inject a failure of the webhook, by its value; ``None`` removes it."""

    def lag(self, seconds: float) -> None:
        """Seconds until the webhook sees a change."""

    def settle(self) -> None:
        """Wait until the webhook knows every pool."""

    def count_addresses(self) -> None:
        """Let the controller write ``status.usage``."""

    def compact(self) -> None:
        """Forget all revisions before the present one."""


class HttpBackend(ABC):
    """The part of a backend that asks a server whose URL, authority and token it knows."""

    def __init__(self, server: str, authority: Path | None, token: str, directory: Path) -> None:
        self.server = server
        self._token = token
        self._directory = directory
        """For the cache of kubectl and the kubeconfig."""
        self._connections = urllib3.PoolManager(
            ca_certs=str(authority) if authority else None, retries=False, maxsize=32
        )

    @abstractmethod
    def kubeconfig(self) -> Path: ...

    def close(self) -> None:
        self._connections.clear()

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        content_type: str = "",
        accept: str = "",
        user: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = self._headers(accept, user)
        if body is not None:
            sent["Content-Type"] = content_type or content_type_of(method, body)
            body = body if isinstance(body, str | bytes) else json.dumps(body)
        try:
            answer = self._connections.request(
                method,
                self.server + path + query_text(query),
                body=body,
                headers=sent | dict(headers or {}),
                timeout=30.0,
                redirect=False,
            )
        except urllib3.exceptions.ProtocolError:
            return Answer(0, {}, "the connection ends without an answer")
        return Answer(answer.status, _of_interest(answer), _parsed(answer.data))

    def watch(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        count: int = 1000,
        seconds: float = 10.0,
        accept: str = "",
        user: str = "",
    ) -> Stream:
        answer = self._connections.request(
            "GET",
            self.server + path + query_text({"watch": "1", **(query or {})}),
            headers=self._headers(accept, user),
            timeout=seconds,
            preload_content=False,
        )
        try:
            if answer.status != 200:
                return Stream(answer.status, _of_interest(answer), [_parsed(answer.data)], "server")
            events, end = _follow(answer, count, time.monotonic() + seconds)
            return Stream(200, _of_interest(answer), events, end)
        finally:
            # A stream that has not ended is no connection for another request.
            answer.close()

    def kubectl(
        self,
        *arguments: str,
        input: str | None = None,  # noqa: A002 - as in subprocess
    ) -> subprocess.CompletedProcess[str]:
        environment = {
            "KUBECONFIG": str(self.kubeconfig()),
            "KUBECACHEDIR": str(self._directory / "kubectl"),
            "HOME": str(self._directory),
            # kubectl diff starts the diff of the system.
            "PATH": os.defpath,
        }
        return subprocess.run(
            [KUBECTL, *arguments],
            env=environment,
            input=input,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def _headers(self, accept: str, user: str) -> dict[str, str]:
        login = {"Authorization": f"Bearer {self._token}"}
        whom = {"Impersonate-User": user} if user else {}
        return {"Accept": accept or "application/json", **login, **whom}


def _of_interest(answer: urllib3.BaseHTTPResponse) -> dict[str, str]:
    return {each: answer.headers[each] for each in HEADERS if each in answer.headers}


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return data.decode(errors="replace")


def _follow(answer: urllib3.BaseHTTPResponse, count: int, deadline: float) -> tuple[list[Any], str]:
    events: list[Any] = []
    rest = b""
    try:
        for piece in answer.stream():
            *lines, rest = (rest + piece).split(b"\n")
            events += [_parsed(each) for each in lines]
            if len(events) >= count:
                return events, "count"
            if time.monotonic() > deadline:
                return events, "time"
    except urllib3.exceptions.ReadTimeoutError:
        return events, "time"
    return events + ([_parsed(rest)] if rest else []), "server"

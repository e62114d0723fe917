"""A cluster to run scenarios on: the sandbox here, the real control plane in ``tests/e2e``."""

import json
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

from ippoolctl.sandbox.sandbox import Sandbox
from tests.builders import pool_object
from tests.history.history import Objects
from tests.proxy.fault_proxy import FaultProxy
from tests.proxy.faults import Rule

POOLS = "/apis/crd.antrea.io/v1beta1/externalippools"


class Way(NamedTuple):
    """A way to a cluster on which things go wrong."""

    proxy: FaultProxy
    login: Sequence[str]
    """The options that lead there."""


class Backend(Protocol):
    """The interface of a cluster to scenarios, without faults."""

    name: str

    def way(self, seed: int, rules: Iterable[Rule]) -> Any:
        """A context manager that gives a :class:`Way`."""
        ...

    def store(self, name: str, *ranges: str) -> None:
        """Create a foreign pool; nothing happens if the name exists."""
        ...

    def pools(self) -> Objects:
        """All pools as they are now."""
        ...


class SandboxBackend:
    """The embedded cluster."""

    name = "sandbox"

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    @contextmanager
    def way(self, seed: int, rules: Iterable[Rule]) -> Iterator[Way]:
        with FaultProxy(self.sandbox.url, seed=seed, rules=rules) as proxy:
            yield Way(proxy, ("--server", proxy.url))

    def store(self, name: str, *ranges: str) -> None:
        body = json.dumps(pool_object(name, *ranges)).encode()
        asked = urllib.request.Request(self.sandbox.url + POOLS, body, method="POST")
        asked.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(asked, timeout=30):
                pass
        except urllib.error.HTTPError as error:
            error.close()
            if error.code != 409:
                raise

    def pools(self) -> Objects:
        with urllib.request.urlopen(self.sandbox.url + POOLS, timeout=30) as answer:
            items = json.load(answer)["items"]
        return {each["metadata"]["name"]: each for each in items}

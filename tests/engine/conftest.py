"""A cluster in memory, and the engine's commands on it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import pytest

from ippoolctl.crd.created_object import pending_object, requested_object, with_range
from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.addresses.parsers import parse_prefix
from ippoolctl.domain.addresses.ranges import Spelling
from ippoolctl.domain.annotations.marks import request_id
from ippoolctl.domain.protocol.outcome import Outcome
from ippoolctl.domain.protocol.request import Request
from ippoolctl.domain.space.free_ranges import Block
from ippoolctl.domain.space.search import Search
from ippoolctl.engine.any_range import allocate
from ippoolctl.engine.pending_pool import create
from tests.builders import pool_object
from tests.fakes import FakeClock, FakeCluster, FakeGateway, Recorder, run_of


@dataclass
class World:
    """A cluster, a gateway to it, and the recorded waits."""

    cluster: FakeCluster
    gateway: FakeGateway

    @property
    def clock(self) -> FakeClock:
        return self.cluster.clock

    def store(self, name: str, *ranges: str, **metadata: Any) -> None:
        """Store a foreign pool."""
        document = pool_object(name, *ranges)
        document["metadata"] |= metadata
        self.cluster.store(document)

    def request(
        self, name: str, *ranges: str, if_not_exists: bool = False
    ) -> tuple[Request, dict[str, Any]]:
        document = requested_object(pool_object(name, *ranges))
        made = Request(read_pool(document), request_id(name, document), if_not_exists=if_not_exists)
        return made, pending_object(document, made.id)

    def create(
        self,
        name: str,
        *ranges: str,
        seconds: float = 60.0,
        patient: bool = True,
        if_not_exists: bool = False,
    ) -> Outcome:
        request, manifest = self.request(name, *ranges, if_not_exists=if_not_exists)
        run, self.recorder = run_of(self.gateway, seconds, patient=patient)
        return create(run, request, manifest)

    def allocate(
        self,
        name: str,
        network: str,
        ips: int = 6,
        seconds: float = 60.0,
        patient: bool = True,
        dry_run: bool = False,
        if_not_exists: bool = False,
        request_id: str = "",
        **search: Any,
    ) -> Outcome:
        """A pool with any range of a size inside a network."""
        document = requested_object(pool_object(name))
        id_ = request_id or f"{name}/1"
        made = Request(read_pool(document), id_, if_not_exists=if_not_exists)

        def writing(found: Spelling) -> dict[str, Any]:
            return pending_object(with_range(document, found), made.id)

        run, self.recorder = run_of(self.gateway, seconds, patient=patient)
        within = parse_prefix(network)
        assert within is not None
        wanted = Search(Block(ips=ips), (within,), **search)
        options = {"dry_run": True} if dry_run else {}
        return allocate(run, made, wanted, writing, **options)

    recorder: Recorder = None  # type: ignore[assignment]
    hold: Callable[[], AbstractContextManager[object]] = nullcontext
    """What keeps signals away for a moment, for runs that are told to use it."""

    def mark_of(self, name: str) -> str | None:
        """The state annotation of a pool that is there."""
        document = self.cluster.document(name)
        assert document is not None
        mark: str | None = document["metadata"].get("annotations", {}).get("ippoolctl/state")
        return mark


@pytest.fixture
def world() -> World:
    cluster = FakeCluster(FakeClock())
    return World(cluster, FakeGateway(cluster))


Act = Callable[[], object]

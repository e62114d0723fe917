"""A pool with consumers in memory, beside an Antrea that notices everything at once."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import pytest

from ippoolctl.crd.relocation import copied, recording_object
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.relocation import Appended, Deleted, Relocation
from ippoolctl.domain.protocol.relocated import Relocated
from ippoolctl.engine.relocation.run import relocate
from ippoolctl.engine.relocation.survey import Survey, survey
from tests.fakes import FakeGateway, Recorder, run_of
from tests.model.relocation_world import World

T = TypeVar("T")
REQUEST = "rename a b"


class PromptGateway(FakeGateway):
    """Antrea has noticed everything before each request, unless it is held up."""

    def __init__(self, world: World) -> None:
        super().__init__(world.cluster)
        self._world = world
        self.prompt = True

    def _do(self, method: str, carry_out: Callable[[], T]) -> T:
        if self.prompt:
            self._world.antrea.work(everything=True)
        return super()._do(method, carry_out)


@dataclass
class Relocating:
    """The consumers e1, e2 and e3 (Egresses) and s1 (a Service) of the pool a, 10.0.0.0/29."""

    world: World
    gateway: PromptGateway
    recorder: Recorder = field(default_factory=Recorder)

    @property
    def old(self) -> Pool:
        return self.pool("a")

    def pool(self, name: str) -> Pool:
        found = self.gateway.get_pool(name)
        assert found is not None
        return found

    def renamed(self, name: str = "a") -> Relocation:
        """Pool b with the ranges of a, or of another pool."""
        old = self.pool(name)
        assert old.live is not None
        created = (copied(old, "b", old.ranges),)
        return Relocation(REQUEST, (Deleted(name, old.live.uid, old.ranges),), created)

    def record_of_another(self) -> dict[str, Any]:
        """The record of another request that replaces a, as an object."""
        return recording_object(replace(self.renamed(), request="rename a c"), "")

    def merged(self) -> Relocation:
        """The ranges of a appended to b."""
        old = self.old
        assert old.live is not None
        deleted = (Deleted("a", old.live.uid, old.ranges),)
        return Relocation(REQUEST, deleted, (), (Appended("b", old.ranges),))

    def surveyed(self, relocation: Relocation) -> Survey:
        run, _ = run_of(self.gateway)
        found = survey(run, REQUEST, ("a", "b"), lambda view: None, lambda view: relocation)
        assert isinstance(found, Survey)
        return found

    def carried_out(
        self,
        relocation: Relocation,
        *,
        seconds: float = 60.0,
        save: Callable[[], None] = lambda: None,
        shield: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> Relocated:
        found = self.surveyed(relocation)
        run, self.recorder = run_of(self.gateway, seconds)
        run.shield = shield
        return relocate(run, found, None, save)


@pytest.fixture
def relocating() -> Relocating:
    world = World(1)
    return Relocating(world, PromptGateway(world))

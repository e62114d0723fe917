"""A cluster behind a trap, real processes, and the invariants at the end."""

import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ippoolctl.domain.annotations.claims import claim_of
from ippoolctl.domain.annotations.marks import is_pending
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.request import conflicts
from ippoolctl.ports.faults import RejectedFault
from ippoolctl.ports.gateway import Gateway
from tests.builders import pool_object
from tests.kills.forge import Child, Ended, Forge
from tests.kills.trap import Trap, When

PATIENCE = 30.0


@dataclass
class Kit:
    """The environment of a scenario: an empty, healthy cluster."""

    gateway: Gateway
    """Past the trap."""
    trap: Trap
    forge: Forge
    lag: Callable[[float], None]
    _numbers: list[int] = field(default_factory=lambda: [0])

    def network(self) -> str:
        """An unused network, as its first three bytes."""
        self._numbers[0] += 1
        return f"10.{self._numbers[0] // 250}.{self._numbers[0] % 250}"

    def pool(self, name: str) -> Pool | None:
        return self.gateway.get_pool(name)

    def pools(self) -> tuple[Pool, ...]:
        return self.gateway.list_pools().pools

    def make(self, name: str, *ranges: str) -> None:
        """Create a foreign pool."""
        self.gateway.create_pool(pool_object(name, *ranges))

    def delete(self, name: str) -> None:
        while (pool := self.gateway.get_pool(name)) is not None:
            try:
                self.gateway.delete_pool(pool)
            except RejectedFault as fault:  # the controller has just written its status
                if fault.status not in (404, 409):
                    raise

    def killed_at(
        self,
        number: int,
        when: When,
        *arguments: str,
        signum: signal.Signals = signal.SIGKILL,
    ) -> Ended:
        """Run the command, and kill it at that request."""
        started, child = threading.Event(), list[Child]()

        def kill() -> None:
            assert started.wait(PATIENCE)
            self.forge.kill(child[0], signum)

        self.trap.reset()
        self.trap.spring(number, when, kill)
        child.append(self.forge.start(*arguments))
        started.set()
        ended = self.forge.end(child[0])
        self.settle()
        return ended

    def killed_within(self, seconds: float, *arguments: str) -> Ended:
        """Kill it so many seconds after its first request."""
        self.trap.reset()
        child = self.forge.start(*arguments)
        deadline = time.monotonic() + PATIENCE
        while not self.trap.requests and time.monotonic() < deadline:
            time.sleep(0.0005)
        time.sleep(seconds)
        self.forge.kill(child)
        ended = self.forge.end(child)
        self.settle()
        return ended

    def settle(self) -> None:
        """Wait until nothing of the dead is on its way."""
        deadline = time.monotonic() + PATIENCE
        while not self.trap.is_quiet():
            assert time.monotonic() < deadline
            time.sleep(0.002)
        self.trap.reset()

    def counted(self, *arguments: str) -> int:
        """Run the command to its good end; how many requests it sent."""
        self.trap.reset()
        ended = self.forge(*arguments)
        assert ended.code == 0, ended
        return self.trap.requests


def clean(pools: tuple[Pool, ...]) -> None:
    """No overlaps, no marks, no claims."""
    for position, pool in enumerate(pools):
        assert not conflicts(pool.ranges, pools[:position], pool.name)
        assert not is_pending(pool), pool.name
        assert claim_of(pool) is None, pool.name


def seeded(record: Callable[[str, object], None], what: str) -> random.Random:
    """Chance that can be replayed: put the seed that is shown here."""
    seed = random.SystemRandom().getrandbits(32)
    record("shown at the end", f"{what}: seed {seed}")
    return random.Random(seed)

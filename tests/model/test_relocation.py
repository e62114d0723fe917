"""Renames and replacements of a pool under every kind of interference, with the real engine.

In each story one or two clients run the same request. Before every request a seeded hand decides
what Antrea notices, and at some of them a client is killed, a consumer appears that refers to the
old or the new pool, or a foreign pool takes the range. Afterwards a last run must finish, and all
consumers have their addresses.
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from ippoolctl.crd.relocation import copied
from ippoolctl.domain.annotations.marks import RELOCATION
from ippoolctl.domain.change.relocation import Deleted, Relocation
from ippoolctl.domain.protocol.relocated import EndKind, Relocated
from ippoolctl.engine.relocation.run import relocate
from ippoolctl.engine.relocation.survey import Survey, View, survey
from ippoolctl.engine.session import Session
from ippoolctl.errors import ExitCode
from ippoolctl.ports.gateway import Gateway
from tests.fakes import Recorder
from tests.model.relocation_world import Killed, TurnGateway, Turns, World

STORIES = int(os.environ.get("RELOCATION_STORIES", "20"))
SECONDS = 120.0


class Request:
    """One command, as several clients run it; the record is what they leave on the disk."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.words = f"rename a {target}" if target != "a" else "replace a"
        self._record: list[Relocation] = []

    def run(self, gateway: Gateway, world: World) -> Relocated:
        session = Session(gateway, world.clock, Recorder(), lambda: 0.5, SECONDS, patient=True)
        names = ("a", self.target)
        found = survey(session, self.words, names, self._begun, self._plan)
        if isinstance(found, Relocated):
            return found
        return relocate(session, found, None, lambda: self._save(found))

    def _save(self, found: Survey) -> None:
        self._record[:] = [found.relocation]

    def _begun(self, view: View) -> Relocation | None:
        return next((each for each in self._record if each.is_current(view.pools)), None)

    def _plan(self, view: View) -> Relocation | Relocated:
        live = {each.name: each for each in view.pools}
        made = live.get(self.target)
        if made is not None and made.annotations.get(RELOCATION) == self.words:
            return Relocated(self.words, EndKind.UNCHANGED, ExitCode.YES)
        pool = live["a"]
        assert pool.live is not None
        created = (copied(pool, self.target, pool.ranges),)
        return Relocation(self.words, (Deleted("a", pool.live.uid, pool.ranges),), created)


def told(seed: int, target: str, *, clients: int, kills: int, others: int) -> Counter[str]:
    """One story, and the results of its clients."""
    world, request, turns = World(seed), Request(target), Turns()
    gateways = [TurnGateway(world, turns, number) for number in range(clients)]
    ends: Counter[str] = Counter()

    def act(gateway: TurnGateway) -> None:
        try:
            ends[request.run(gateway, world).end.value] += 1
        except Killed:
            ends["killed"] += 1

    for number, each in enumerate(gateways):
        turns.begin(number, partial(act, each))
    hand = world.hand
    events: list[Callable[[], None]] = [
        lambda: world.newcomer("a"), lambda: world.newcomer(target), world.foreign
    ]  # fmt: skip
    while running := turns.running:
        chosen = hand.choice(running)
        world.antrea.work()
        if kills and hand.random() < 0.03:
            kills -= 1
            gateways[chosen].killed = True
        if others and hand.random() < 0.06:
            others -= 1
            hand.choice(events)()
        turns.let(chosen)
    return finished(world, request, ends)


def finished(world: World, request: Request, ends: Counter[str]) -> Counter[str]:
    """Other clients stop, and one more run finishes."""
    world.leave()
    world.rest()
    turns = Turns()
    gateway = TurnGateway(world, turns, 9)
    last: list[Relocated] = []
    turns.begin(9, lambda: last.append(request.run(gateway, world)))
    while turns.running:
        world.antrea.work()
        turns.let(9)
    world.rest()
    story = "\n".join(world.story)
    assert last, story
    assert last[0].code is ExitCode.YES, (last[0], story)
    world.check_end(request.target)
    return ends


SCOPES = {
    "one client, slow Antrea": {"clients": 1, "kills": 0, "others": 0},
    "one client that is killed": {"clients": 1, "kills": 1, "others": 0},
    "two clients": {"clients": 2, "kills": 0, "others": 0},
    "two clients, a kill and others": {"clients": 2, "kills": 1, "others": 2},
    "one client and others": {"clients": 1, "kills": 0, "others": 3},
}


@pytest.mark.parametrize("target", ["b", "a"], ids=["rename", "replace"])
@pytest.mark.parametrize("scope", SCOPES)
def test_all_consumers_end_on_their_addresses(
    scope: str, target: str, record_property: Callable[[str, object], None]
) -> None:
    first = random.SystemRandom().getrandbits(32)
    record_property("shown at the end", f"relocation model: {scope}: seeds from {first}")
    ends: Counter[str] = Counter()

    for seed in range(first, first + STORIES):
        ends += told(seed, target, **SCOPES[scope])

    record_property("shown at the end", f"relocation model: {scope}: {dict(ends)}")
    assert sum(ends.values()) >= STORIES

"""Runs of the real engine that the model follows, and what happens in them."""

import random
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ippoolctl.crd.created_object import pending_object, with_range
from ippoolctl.domain.addresses.ranges import Spelling
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.engine.any_range import allocate
from ippoolctl.engine.pending_pool import create
from ippoolctl.engine.range_claim import extend
from ippoolctl.engine.session import Session
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import Fault
from tests.builders import pool_object
from tests.fakes import FakeClock, Recorder
from tests.model.conformance import Follower
from tests.model.moment import Budget, Scope
from tests.model.runs import KEPT, LATE, STOPPED, UNKNOWN, Plan, extension_of, request_of, search_of
from tests.model.scopes import POOL_E, POOL_G, A, B, C, E, F, G, J, K
from tests.model.scripted_gateway import Choice, ScriptedGateway
from tests.model.world import network

SECONDS: Final = 60.0
MUCH: Final = Budget(silences=9, stops=9, kills=1, foreign=1, uses=1)

SCOPES: Final = {
    "a create and a create": Scope((A, B), MUCH, denials=True, expiry=True),
    "a create and two": Scope((A, B, C), MUCH, denials=True, expiry=True),
    "a create and its twin": Scope((A, A, B), MUCH, denials=True, expiry=True),
    "a create, finalizers": Scope(
        (A, A, B), MUCH._replace(removals=1, restores=1), denials=True, expiry=True, finalizers=True
    ),
    "a create and an extension": Scope((A, E), MUCH, objects=(POOL_E,), denials=True, expiry=True),
    "one that chooses": Scope((J, K, B), MUCH, denials=True, expiry=True),
    "one that chooses and its twin": Scope(
        (J, J, E), MUCH, objects=(POOL_E,), denials=True, expiry=True
    ),
    "an extension and a create": Scope((E, B), MUCH, objects=(POOL_E,), denials=True, expiry=True),
    "an extension and its twin": Scope(
        (E, E, B), MUCH, objects=(POOL_E,), denials=True, expiry=True
    ),
    "an extension and another": Scope(
        (E, G, F), MUCH, objects=(POOL_E, POOL_G), denials=True, expiry=True
    ),
    "an extension of what goes": Scope(
        (E, E, B),
        MUCH._replace(removals=1, restores=1),
        objects=(POOL_E,),
        denials=True,
        expiry=True,
        finalizers=True,
    ),
    "an extension of what cannot change": Scope(
        (E, E), MUCH, objects=(POOL_E,), foreign=(5,), denials=True, expiry=True
    ),
}

_RESULTS: Final[Mapping[State, set[str]]] = {
    State.CREATED: {"done"},
    State.EXTENDED: {"done"},
    State.REFUSED: {"refused"},
    State.LOST: {"lost", LATE},
    State.KEPT: {KEPT},
    State.NO_ROOM: {"no room"},
    State.ABSENT: {"absent"},
    State.UNKNOWN: {UNKNOWN, KEPT},
    State.FAILED: {LATE},
    State.STALE: {LATE},
}
"""Ends of the engine in the model's words, which do not say why the time was up."""
_NO_OUTCOME: Final = {
    "refused",
    "lost",
    "no room",
    "absent",
    "done",
    KEPT,
    LATE,
    STOPPED,
    UNKNOWN,
}
"""After a signal everything is reported in the message."""


def result_of(outcome: Outcome) -> set[str]:
    if outcome.state in (State.EXISTS, State.UNCHANGED):
        return {"done"} if outcome.code is ExitCode.YES else {LATE}
    return _RESULTS[outcome.state]


def carried_out(run: Session, plan: Plan) -> Outcome:
    """Run the command of a plan in the engine."""
    if plan.kind == "extend":
        return extend(run, extension_of(plan))
    wanted = pool_object(plan.name)

    def writing(found: Spelling) -> dict[str, Any]:
        return pending_object(with_range(wanted, found), plan.id)

    if len(plan.candidates) > 1:
        return allocate(run, request_of(plan, ()), search_of(plan), writing)
    (ranges,) = plan.candidates
    texts = [network(each).text for each in ranges]
    manifest = pending_object(pool_object(plan.name, *texts), plan.id)
    return create(run, request_of(plan, ranges), manifest)


def follow(scope: Scope, choose: Choice) -> Follower:
    """One run of the engine, which the model follows."""
    clock = FakeClock()
    follower = Follower(scope, clock, SECONDS)
    gateway = ScriptedGateway(follower, clock, choose, clock.now() + SECONDS)
    run = Session(gateway, clock, Recorder(), gateway.chance, SECONDS, patient=True)
    run.shield = gateway.hold
    try:
        results = result_of(carried_out(run, scope.plans[0]))
    except StoppedError:
        results = _NO_OUTCOME
    except Fault:
        results = {LATE}
    except AssertionError:
        raise
    except Exception as error:
        raise AssertionError(follower.told(repr(error))) from error
    found = follower.results()
    assert found & results, follower.told(f"the engine ends with {results}, the model with {found}")
    return follower


class Deviating:
    """Nothing fails except at the given decisions, by their number."""

    def __init__(self, deviations: dict[int, int]) -> None:
        self.deviations = deviations
        self.options: list[int] = []

    def __call__(self, options: int, what: str) -> int:
        chosen = self.deviations.get(len(self.options), 0)
        self.options.append(options)
        return chosen

    def more(self) -> Iterator[dict[int, int]]:
        """The same with one more deviation, later than all others."""
        for number in range(max(self.deviations, default=-1) + 1, len(self.options)):
            for chosen in range(1, self.options[number]):
                yield {**self.deviations, number: chosen}


def with_deviations(scope: Scope, most: int) -> int:
    """Follow every run with at most that many deviations; returns their number."""
    waiting: list[dict[int, int]] = [{}]
    for deviations in waiting:
        choose = Deviating(deviations)
        try:
            follow(scope, choose)
        except AssertionError as error:
            raise AssertionError(f"deviations {deviations}: {error}") from error
        if len(deviations) < most:
            waiting += choose.more()
    return len(waiting)


def at_random(seed: int) -> Choice:
    chance = random.Random(seed)
    odds = {"meanwhile": 0.4, "write": 0.35, "late": 0.5, "how": 0.6}

    def choose(options: int, what: str) -> int:
        return chance.randrange(options) if chance.random() < odds.get(what, 0.06) else 0

    return choose

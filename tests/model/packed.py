"""The states of a scope as integers, each transition as the difference that it makes.

Every world and every client that comes up gets a number, and a state is those numbers side by side,
with what is left of the budget. A client's steps are the same in all states with the same world,
client and numbers in use, and add the same to each of them: they are looked up, however many states
the other clients and the budget make of it.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final, Generic, TypeVar

from tests.model.machine import Machine
from tests.model.moment import Budget, Scope, State, World
from tests.model.runs import Client
from tests.model.world import numbers_in

T = TypeVar("T")

ENV: Final = 1
"""A fault or a foreign client."""
WROTE: Final = 2
"""A client created a pool or a claim."""
KINDS: Final = 2
"""How many bits the kind of an edge has."""
_CLIENT: Final = 20
"""How many bits of a state the number of a client has."""
_FAULT: Final = 4
"""How many bits each entry of the budget has."""
_BUDGET: Final = _FAULT * len(Budget._fields)


class _Numbered(Generic[T]):
    """Values by their numbers, in the order in which they came up."""

    def __init__(self) -> None:
        self.values: list[T] = []
        self._numbers: dict[T, int] = {}

    def number(self, value: T) -> int:
        known = self._numbers.setdefault(value, len(self.values))
        if known == len(self.values):
            self.values.append(value)
        return known


class PackedMachine:
    """The transitions of a scope, from integer to integer.

    From the lowest bits on, a state has the number of each client, the budget and the number of the
    world.
    """

    def __init__(self, scope: Scope) -> None:
        assert max(scope.budget) < 1 << _FAULT
        self._machine = Machine(scope)
        self._worlds: _Numbered[World] = _Numbered()
        self._clients: _Numbered[Client] = _Numbered()
        self._shifts = [_CLIENT * number for number in range(len(scope.plans))]
        self._budget_shift = _CLIENT * len(scope.plans)
        self._world_shift = self._budget_shift + _BUDGET
        self._steps, self._events = cache(self._packed_steps), cache(self._packed_events)
        self._spent = cache(self._packed_budget)
        self._faults = cache(lambda bits: self._spent(_budget(bits))[1])
        self._taken = cache(lambda client: numbers_in(self._clients.values[client]))
        self._creates = cache(lambda client: self._clients.values[client].creates)

    def start(self) -> int:
        world, budget, clients = self._machine.start()
        found = self._worlds.number(world) << self._world_shift | self._spent(budget)[0]
        for shift, client in zip(self._shifts, clients, strict=True):
            found |= self._clients.number(client) << shift
        return found

    def edges(self, state: int) -> Iterator[tuple[int, int]]:
        """The states that follow, and of what kind each edge is.

        Raises :class:`~tests.model.moment.ViolationError` for one that must not be.
        """
        clients = [state >> shift & (1 << _CLIENT) - 1 for shift in self._shifts]
        budget, world = state >> self._budget_shift & (1 << _BUDGET) - 1, state >> self._world_shift
        taken = 0
        for client in clients:
            taken |= self._taken(client)
        faults = self._faults(budget)
        for number, client in enumerate(clients):
            numbers = taken if self._creates(client) else 0
            for added, kind, needed in self._steps(number, client, world, numbers):
                if needed & faults == needed:
                    yield state + added, kind
        for added, kind in self._events(world, budget, taken):
            yield state + added, kind

    def unpacked(self, state: int) -> State:
        world = self._worlds.values[state >> self._world_shift]
        budget = _budget(state >> self._budget_shift & (1 << _BUDGET) - 1)
        return State(world, budget, self.clients(state))

    def clients(self, state: int) -> tuple[Client, ...]:
        return tuple(
            self._clients.values[state >> shift & (1 << _CLIENT) - 1] for shift in self._shifts
        )

    def what(self, state: int, following: int) -> str:
        """What leads from one state to another."""
        before, after = self.unpacked(state), self.unpacked(following)
        return next(
            each.what for each in self._machine.edges(before) if each.after(before) == after
        )

    def _packed_steps(
        self, number: int, client: int, world: int, taken: int
    ) -> tuple[tuple[int, int, int], ...]:
        """What the steps of a client add, their kinds, and the faults that they need."""
        around, before = self._worlds.values[world], self._clients.values[client]
        steps: list[tuple[int, int, int]] = []
        for each in self._machine.in_turn(around, number, before, taken):
            spent, needed = self._spent(each.spends)
            after = self._clients.number(each.client)
            assert after < 1 << _CLIENT, "the scope has more clients than expected"
            added = (after - client << self._shifts[number]) - spent
            moved = each.on(around)
            if moved is not around:
                added += self._worlds.number(moved) - world << self._world_shift
            steps.append((added, each.env * ENV | each.wrote * WROTE, needed))
        return tuple(steps)

    def _packed_events(self, world: int, budget: int, taken: int) -> tuple[tuple[int, int], ...]:
        """The same of what happens without a client's step."""
        events: list[tuple[int, int]] = []
        for each in self._machine.events(self._worlds.values[world], _budget(budget), taken):
            spent, _ = self._spent(each.spends)
            added = self._worlds.number(each.world) - world << self._world_shift
            events.append((added - spent, ENV))
        return tuple(events)

    def _packed_budget(self, budget: Budget) -> tuple[int, int]:
        """What an amount of faults is in a state, and which they are, each as a bit."""
        bits = sum(each << _FAULT * place for place, each in enumerate(budget))
        return bits << self._budget_shift, sum(1 << at for at, each in enumerate(budget) if each)


def _budget(bits: int) -> Budget:
    return Budget(*(bits >> _FAULT * at & (1 << _FAULT) - 1 for at in range(len(Budget._fields))))

"""The states of a scope as integers, each transition as the difference that it makes.

Every world and every client that comes up gets a number, and a state is those numbers side by side.
A client's step is the same in all states in which its :class:`~tests.model.moment.Turn` is, and
adds the same to each of them: it is computed once, however many states the other clients make of
it.
"""

from collections.abc import Iterable
from functools import cache
from typing import Final, Generic, TypeVar

from tests.model.machine import Machine
from tests.model.moment import Edge, Scope, State, Turn, World
from tests.model.runs import Client
from tests.model.world import numbers_in

T = TypeVar("T")
Steps = tuple[tuple[int, int], ...]
"""What is added to a state, and of what kind the edge is."""

ENV: Final = 1
"""A fault or a foreign client."""
WROTE: Final = 2
"""A client created a pool or a claim."""
KINDS: Final = 2
"""How many bits the kind of an edge has."""
_CLIENT: Final = 20
"""How many bits of a state the number of a client has; the rest is the number of the world."""


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
    """The transitions of a scope, from integer to integer."""

    def __init__(self, scope: Scope) -> None:
        self._machine = Machine(scope)
        self._worlds: _Numbered[World] = _Numbered()
        self._clients: _Numbered[Client] = _Numbered()
        self._shifts = [_CLIENT * place for place in range(len(scope.plans))]
        self._world_shift = _CLIENT * len(scope.plans)
        self._client_steps = cache(self._steps_of_client)
        self._other_steps = cache(self._steps_of_others)
        self._numbers_in = cache(lambda client: numbers_in(self._clients.values[client]))

    def start(self) -> int:
        world, clients = self._machine.start()
        found = self._worlds.number(world) << self._world_shift
        for shift, client in zip(self._shifts, clients, strict=True):
            found |= self._clients.number(client) << shift
        return found

    def unpacked(self, state: int) -> State:
        world = self._worlds.values[state >> self._world_shift]
        return State(world, tuple(self._clients.values[each] for each in self._parts(state)))

    def edges(self, state: int) -> tuple[list[Steps], Steps]:
        """The steps of each client, and those of none.

        Raises :class:`~tests.model.moment.ViolationError` for one that must not be.
        """
        clients, world, taken = self._parts(state), state >> self._world_shift, 0
        for each in clients:
            taken |= self._numbers_in(each)
        steps = [self._client_steps(*each, world, taken) for each in enumerate(clients)]
        return steps, self._other_steps(world, taken)

    def what(self, state: int, following: int) -> str:
        """What the edge from one state to another is called."""
        before, after = self.unpacked(state), self.unpacked(following)
        return next(
            each.what for each in self._machine.edges(before) if each.after(before) == after
        )

    def _parts(self, state: int) -> list[int]:
        """The numbers of the clients."""
        return [state >> shift & (1 << _CLIENT) - 1 for shift in self._shifts]

    def _steps_of_client(self, place: int, client: int, world: int, taken: int) -> Steps:
        before, around = self._clients.values[client], self._worlds.values[world]
        edges = self._machine.steps(Turn(around, place, before, taken))
        return self._packed(edges, world, client)

    def _steps_of_others(self, world: int, taken: int) -> Steps:
        return self._packed(self._machine.others(self._worlds.values[world], taken), world)

    def _packed(self, edges: Iterable[Edge], world: int, client: int = 0) -> Steps:
        steps: list[tuple[int, int]] = []
        for each in edges:
            added = (self._worlds.number(each.world) - world) << self._world_shift
            if each.client is not None:
                number = self._clients.number(each.client)
                assert number < 1 << _CLIENT, "the scope has more clients than expected"
                added += (number - client) << self._shifts[each.number]
            steps.append((added, each.env * ENV | each.wrote * WROTE))
        return tuple(steps)

"""The scope of an exploration, its states, and the edges between them.

A step of a client depends on the :class:`Turn` and on nothing else, above all on no other client;
a step of none depends on the :class:`World` and on the numbers in use.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from tests.model.runs import Client, Plan, Rules, Write
from tests.model.world import Objects, Ranges, numbers_in, unused


class ViolationError(AssertionError):
    """Something happened that must not."""


class Budget(NamedTuple):
    """How often each of these may still happen."""

    silences: int = 0
    """Writes that get no answer: they take effect at any later time, or never."""
    kills: int = 0
    stops: int = 0
    """Signals and deadlines; another one while a client cleans up ends it at once."""
    foreign: int = 0
    """Pools that foreign clients create on :attr:`Scope.foreign`, with or without an overlap."""
    removals: int = 0
    """Pools that foreign clients delete."""
    restores: int = 0
    """Deleted pools that foreign clients recreate from their manifests, with all annotations."""
    uses: int = 0
    """Pools of which an address is handed out."""


NOTHING: Final = Budget()
REAL: Final = Rules()


@dataclass(frozen=True)
class Scope:
    """The scope of an exploration."""

    plans: tuple[Plan, ...]
    budget: Budget = NOTHING
    objects: Objects = ()
    foreign: Ranges = (0,)
    denials: bool = False
    """Whether the webhook may refuse any write."""
    expiry: bool = False
    """Whether the server may have forgotten the revision of a write by the time it is verified."""
    finalizers: bool = False
    """Whether something holds deleted pools for a while."""
    dead: frozenset[int] = frozenset()
    """Clients that are not run again."""
    prompt: bool = False
    """Whether a killed command may be run again while a write of the dead one is on its way: then
    that may leave a mark behind a run that has ended, which no client can prevent."""
    rules: Rules = REAL


class Done(NamedTuple):
    """A pool that a client has reported as done."""

    uid: int
    name: str
    ranges: Ranges


class World(NamedTuple):
    """Everything but the clients, at one moment."""

    objects: Objects
    flights: tuple[Write, ...] = ()
    """Writes that got no answer."""
    done: tuple[Done, ...] = ()
    budget: Budget = NOTHING
    removed: Objects = ()
    """What foreign clients have deleted, as long as it may be restored."""


class State(NamedTuple):
    """Everything at one moment."""

    world: World
    clients: tuple[Client, ...]

    @property
    def taken(self) -> int:
        """The numbers that clients refer to (:func:`~tests.model.world.numbers_in`)."""
        return numbers_in(self.clients)


class Edge(NamedTuple):
    """A transition, of one client or of none, and the world after it."""

    what: str
    world: World
    number: int = 0
    client: Client | None = None
    """The client of this number, as it is afterwards; ``None`` if no client took part."""
    env: bool = False
    """Whether it was a fault or a foreign client, not a step of one of the clients."""
    wrote: bool = False
    """Whether a client created a pool or a claim."""
    request: str = ""
    """What a client asked: ``list``, ``exact``, ``get`` or ``write``; empty if nothing."""
    write: Write | None = None

    def after(self, state: State) -> State:
        """The state after it."""
        if self.client is None:
            return State(self.world, state.clients)
        before, after = state.clients[: self.number], state.clients[self.number + 1 :]
        return State(self.world, (*before, self.client, *after))


class Turn(NamedTuple):
    """A client whose turn it is, and all that its next step depends on."""

    world: World
    number: int
    client: Client
    taken: int
    """The numbers that any of the clients refers to."""

    def unused(self, bit: Callable[[int], int]) -> int:
        """The number that the next object or claim gets."""
        return unused(self.taken | numbers_in(self.world), bit)

    def edge(
        self,
        what: str,
        client: Client,
        *,
        world: World | None = None,
        env: bool = False,
        wrote: bool = False,
        request: str = "",
        write: Write | None = None,
    ) -> Edge:
        """A step to a client, and to a world if that changes."""
        after = self.world if world is None else world
        return Edge(f"{self.number} {what}", after, self.number, client, env, wrote, request, write)

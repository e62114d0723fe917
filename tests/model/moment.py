"""The scope of an exploration, its states, and the edges between them."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from tests.model.runs import Client, Plan, Rules, Write
from tests.model.world import Objects, Ranges


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


class State(NamedTuple):
    """Everything at one moment."""

    objects: Objects
    flights: tuple[Write, ...]
    clients: tuple[Client, ...]
    done: tuple[Done, ...]
    budget: Budget
    removed: Objects = ()
    """What foreign clients have deleted, as long as it may be restored."""


class Edge(NamedTuple):
    """A transition, and the state after it."""

    what: str
    state: State
    env: bool = False
    """Whether it was a fault or a foreign client, not a step of one of the clients."""
    wrote: bool = False
    """Whether a client created a pool or a claim."""
    request: str = ""
    """What a client asked: ``list``, ``exact``, ``get`` or ``write``; empty if nothing."""
    write: Write | None = None


def with_client(state: State, number: int, client: Client) -> State:
    clients = (*state.clients[:number], client, *state.clients[number + 1 :])
    return state._replace(clients=clients)

"""The scope of an exploration, its states, and the steps and events between them.

A step of a client depends on its :class:`Turn` and on nothing else, above all on no other client,
and a fault may come if the budget has one left.
"""

from dataclasses import dataclass
from operator import ge, sub
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

    def affords(self, spent: "Budget") -> bool:
        return spent == NOTHING or all(map(ge, self, spent))

    def less(self, spent: "Budget") -> "Budget":
        return self if spent == NOTHING else Budget(*map(sub, self, spent))


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
    removed: Objects = ()
    """What foreign clients have deleted, as long as it may be restored."""


class State(NamedTuple):
    """Everything at one moment."""

    world: World
    budget: Budget
    clients: tuple[Client, ...]


class Step(NamedTuple):
    """What a client does in its turn, or what interrupts it."""

    what: str
    number: int
    client: Client
    """The client afterwards."""
    objects: Objects | None = None
    """The objects afterwards, if they change."""
    done: tuple[Done, ...] | None = None
    """The reports afterwards, if they change."""
    unanswered: Write | None = None
    """A write that may take effect later."""
    spends: Budget = NOTHING
    """The fault, which may no longer happen so often."""
    env: bool = False
    """Whether it was a fault, not a step of the client."""
    wrote: bool = False
    """Whether the client created a pool or a claim."""
    request: str = ""
    """What the client asked: ``list``, ``exact``, ``get`` or ``write``; empty if nothing."""
    write: Write | None = None

    def on(self, world: World) -> World:
        """The world after it."""
        if self.objects is not None:
            world = world._replace(objects=self.objects)
        if self.done is not None:
            world = world._replace(done=self.done)
        if self.unanswered is not None:
            flights = tuple(sorted((*world.flights, self.unanswered), key=repr))
            world = world._replace(flights=flights)
        return world

    def after(self, state: State) -> State:
        before, after = state.clients[: self.number], state.clients[self.number + 1 :]
        clients = (*before, self.client, *after)
        return State(self.on(state.world), state.budget.less(self.spends), clients)


class Turn(NamedTuple):
    """A client whose turn it is, and all that its next step depends on."""

    number: int
    client: Client
    objects: Objects
    done: tuple[Done, ...]
    flights: tuple[Write, ...]
    """Its own writes that got no answer."""
    taken: int
    """The numbers in use (:func:`~tests.model.world.numbers_in`), for a step that creates."""

    def step(
        self,
        what: str,
        client: Client,
        *,
        objects: Objects | None = None,
        done: tuple[Done, ...] | None = None,
        unanswered: Write | None = None,
        spends: Budget = NOTHING,
        env: bool = False,
        wrote: bool = False,
        request: str = "",
        write: Write | None = None,
    ) -> Step:
        """A step to this client, and to these objects and reports if they change."""
        return Step(
            f"{self.number} {what}",
            self.number,
            client,
            None if objects is self.objects else objects,
            None if done is self.done else done,
            unanswered,
            spends,
            env,
            wrote,
            request,
            write,
        )


class Event(NamedTuple):
    """What happens without a client's step: a late write, or what foreign clients do."""

    what: str
    world: World
    spends: Budget = NOTHING

    def after(self, state: State) -> State:
        return State(self.world, state.budget.less(self.spends), state.clients)

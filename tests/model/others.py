"""Events without a client: late and lost writes, and foreign clients."""

from collections.abc import Iterator

from tests.model.invariants import check
from tests.model.moment import Budget, Event, Scope, World
from tests.model.runs import Write
from tests.model.server import carried_out
from tests.model.world import Obj, get, numbers_in, put, remove, uid_bit, unused


def flights_land(scope: Scope, world: World, taken: int) -> Iterator[Event]:
    """Each write that got no answer may be lost, or take effect now.

    ``taken`` are the numbers that clients refer to.
    """
    for position, write in enumerate(world.flights):
        flights = world.flights[:position] + world.flights[position + 1 :]
        left = world._replace(flights=flights)
        yield Event(f"{write.kind} of {write.client} is lost", left)
        landing = _numbered(write, world, taken)
        objects, written = carried_out(scope, world.objects, world.done, landing)
        if written is not None:
            check(objects, world.done)
            late = left._replace(objects=objects)
            yield Event(f"{write.kind} of {write.client} comes late", late)


def _numbered(write: Write, world: World, taken: int) -> Write:
    """With another number for its pool if that was given away while the POST was on its way."""
    known = taken | numbers_in((world.objects, world.removed))
    if write.kind != "post" or write.new is None or not known & uid_bit(write.new.uid):
        return write
    return write._replace(new=write.new._replace(uid=unused(taken | numbers_in(world), uid_bit)))


def others_act(scope: Scope, world: World, budget: Budget, taken: int) -> Iterator[Event]:
    """The possible actions of foreign clients and of consumers."""
    objects = world.objects
    if budget.foreign and get(objects, "foreign") is None:
        new = Obj("foreign", unused(taken | numbers_in(world), uid_bit), scope.foreign)
        after = world._replace(objects=put(objects, new)[0])
        yield Event("a foreign client creates a pool", after, Budget(foreign=1))
    for each in objects:
        if each.dying:
            gone = world._replace(objects=remove(objects, each.name))
            yield Event(f"{each.name} is removed", gone)
        elif budget.removals:
            yield _removal(scope, world, budget, each)
        if budget.uses and not each.used and not each.dying:
            used, _ = put(objects, each._replace(used=True))
            yield Event(f"{each.name} is used", world._replace(objects=used), Budget(uses=1))
    for each in world.removed:
        if get(objects, each.name) is None:
            new = each._replace(uid=unused(taken | numbers_in(world), uid_bit))
            after = world._replace(objects=put(objects, new)[0], removed=())
            yield Event(f"a foreign client restores {each.name}", after)


def _removal(scope: Scope, world: World, budget: Budget, found: Obj) -> Event:
    """A foreign client deletes a pool; nothing reported as done of it counts any longer."""
    objects = remove(world.objects, found.name)
    if scope.finalizers:
        objects, _ = put(world.objects, found._replace(dying=True))
    after = world._replace(
        objects=objects,
        done=tuple(each for each in world.done if each.uid != found.uid),
        removed=(found._replace(before=()),) if budget.restores else (),
    )
    spent = Budget(removals=1, restores=min(budget.restores, 1))
    return Event(f"a foreign client deletes {found.name}", after, spent)

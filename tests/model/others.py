"""Transitions without a client: late and lost writes, and foreign clients."""

from collections.abc import Iterator

from tests.model.invariants import check
from tests.model.moment import Edge, Scope, World
from tests.model.server import carried_out
from tests.model.world import Obj, get, numbers_in, put, remove, uid_bit, unused


def flights_land(scope: Scope, world: World, taken: int) -> Iterator[Edge]:
    """Each write that got no answer may be lost, or take effect now."""
    for position, write in enumerate(world.flights):
        flights = world.flights[:position] + world.flights[position + 1 :]
        left = world._replace(flights=flights)
        yield Edge(f"{write.kind} of {write.client} is lost", left, env=True)
        objects, written = carried_out(scope, world, write, taken)
        if written is not None:
            late = left._replace(objects=objects)
            check(late)
            yield Edge(f"{write.kind} of {write.client} comes late", late, env=True)


def others_act(scope: Scope, world: World, taken: int) -> Iterator[Edge]:
    """The possible actions of foreign clients and of consumers."""
    budget, objects = world.budget, world.objects
    if budget.foreign and get(objects, "foreign") is None:
        new = Obj("foreign", unused(taken | numbers_in(world), uid_bit), scope.foreign)
        less = budget._replace(foreign=budget.foreign - 1)
        after = world._replace(objects=put(objects, new)[0], budget=less)
        yield Edge("a foreign client creates a pool", after, env=True)
    for each in objects:
        if each.dying:
            gone = world._replace(objects=remove(objects, each.name))
            yield Edge(f"{each.name} is removed", gone, env=True)
        elif budget.removals:
            after = _removed(scope, world, each)
            yield Edge(f"a foreign client deletes {each.name}", after, env=True)
        if budget.uses and not each.used and not each.dying:
            less = budget._replace(uses=budget.uses - 1)
            used, _ = put(objects, each._replace(used=True))
            after = world._replace(objects=used, budget=less)
            yield Edge(f"{each.name} is used", after, env=True)
    for each in world.removed:
        if get(objects, each.name) is None:
            new = each._replace(uid=unused(taken | numbers_in(world), uid_bit))
            after = world._replace(objects=put(objects, new)[0], removed=())
            yield Edge(f"a foreign client restores {each.name}", after, env=True)


def _removed(scope: Scope, world: World, found: Obj) -> World:
    """A foreign client deletes a pool; nothing reported as done of it counts any longer."""
    budget, objects = world.budget, remove(world.objects, found.name)
    if scope.finalizers:
        objects, _ = put(world.objects, found._replace(dying=True))
    return world._replace(
        objects=objects,
        done=tuple(each for each in world.done if each.uid != found.uid),
        removed=(found._replace(before=()),) if budget.restores else (),
        budget=budget._replace(removals=budget.removals - 1, restores=max(budget.restores - 1, 0)),
    )

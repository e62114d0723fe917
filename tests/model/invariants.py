"""The invariants of every state, and of final states."""

from collections.abc import Iterable

from tests.model.moment import Done, Scope, State, ViolationError
from tests.model.runs import DEAD, ENDED, KEPT, UNKNOWN, Client, Plan
from tests.model.world import Obj, Objects, Ranges, get


def reported(
    scope: Scope, number: int, client: Client, objects: Objects, done: tuple[Done, ...]
) -> tuple[Done, ...]:
    """All reports, after a client came to this: it may have reported its pool as done."""
    plan = scope.plans[number]
    if client.result == "done":
        present = get(objects, plan.name)
        if present is None or present.pending or present.dying:
            raise ViolationError(f"client {number} reports as done what is not there")
        ranges = present.ranges if plan.kind == "create" else _asked(plan, client, present)
        if not {*ranges} <= {*present.ranges}:
            raise ViolationError(f"client {number} reports ranges that are not there")
        new = Done(present.uid, plan.name, ranges)
        done = tuple(sorted({*done, new}))
    check(objects, done)
    check_once(scope, objects)
    return done


def _asked(plan: Plan, client: Client, pool: Obj) -> Ranges:
    """The ranges of an extension; of one by a size those that it appended or is about to."""
    return dict(pool.appended).get(plan.id, plan.candidates[client.candidate])


def check_once(scope: Scope, objects: Objects) -> None:
    """An extension by a size appends one range, however often it is run."""
    for plan in scope.plans:
        if plan.kind == "create" or len(plan.candidates) == 1:
            continue
        before, found = get(scope.objects, plan.name), get(objects, plan.name)
        if not before or not found:
            continue
        known = [each for _, ranges in found.appended for each in ranges]
        if found.uid == before.uid and sorted((*before.ranges, *known)) != sorted(found.ranges):
            raise ViolationError(f"{plan.name} was extended twice by one request")


def check(objects: Objects, done: tuple[Done, ...]) -> None:
    """Pools reported as done exist, and no two of them overlap."""
    found = {each.uid: each for each in objects if not each.dying}
    for position, one in enumerate(done):
        if one.uid not in found:
            raise ViolationError(f"{one.name} was reported as done and is gone")
        for other in done[:position]:
            if one.uid != other.uid and set(one.ranges) & set(other.ranges):
                raise ViolationError(f"{one.name} and {other.name} overlap, both done")


def check_alone(scope: Scope, number: int, client: Client, objects: Objects) -> None:
    """What is settled or reported as done after a look at everything overlaps nothing settled
    in it."""
    plan = scope.plans[number]
    mine = get(objects, plan.name)
    if mine is None:  # without a pool there is nothing to check
        return
    wanted = set(mine.ranges if plan.kind == "create" else _asked(plan, client, mine))
    for each in objects:
        settled = not each.dying and (not each.pending or each.used)
        if each is not mine and settled and wanted & set(each.ranges):
            raise ViolationError(f"{mine.name} is taken as done beside {each.name}")


def check_full(scope: Scope, number: int, objects: Objects) -> None:
    """No room is only what settled pools leave none of; everything else may go away."""
    taken = {
        each
        for found in objects
        if not found.dying and (not found.pending or found.used)
        for each in found.ranges
    }
    if not all(taken & set(each) for each in scope.plans[number].candidates):
        raise ViolationError(f"client {number} finds no room where some may become free")


def is_over(scope: Scope, state: State) -> bool:
    """Whether nothing is left to be done."""
    return not state.world.flights and all(
        each.at == ENDED or (each.at == DEAD and number in scope.dead)
        for number, each in enumerate(state.clients)
    )


def is_told(clients: Iterable[Client]) -> bool:
    """Whether one reported that a mark or a claim may be left, so that its user has to act."""
    return any(each.result == UNKNOWN for each in clients)


def check_end(scope: Scope, state: State) -> None:
    """No mark or claim is left of clients that ended and said nothing of it.

    Restoring an old manifest restores its mark as well, which no client can prevent.
    """
    if scope.budget.restores:
        return
    excused = {
        plan.id
        for plan, client in zip(scope.plans, state.clients, strict=True)
        if client.result in (KEPT, UNKNOWN)
        or client.at == DEAD
        or (scope.prompt and client.life > 0)
    }
    check_once(scope, state.world.objects)
    for each in state.world.objects:
        if each.pending and not each.dying and each.owner not in excused:
            raise ViolationError(f"a mark is left on {each.name}")
        if each.claim is not None and each.claim.owner not in excused:
            raise ViolationError(f"a claim is left on {each.name}")

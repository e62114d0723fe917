"""The API server of the model: the effect of each write, and forbidden writes."""

from tests.model.moment import Scope, ViolationError, World
from tests.model.runs import Write
from tests.model.world import Obj, Objects, get, numbers_in, patched, put, remove, uid_bit, unused


def carried_out(scope: Scope, world: World, write: Write, taken: int) -> tuple[Objects, Obj | None]:
    """The objects afterwards, and the written object; ``None`` if the server refuses.

    ``taken`` are the numbers that clients refer to.
    """
    present = get(world.objects, write.name)
    if write.kind == "post":
        assert write.new is not None
        if present is not None:
            return world.objects, None
        return put(world.objects, _numbered(write.new, world, taken))
    if present is None:
        return world.objects, None
    if write.kind == "delete":
        return _deleted(scope, world, write, present)
    after = patched(present, write.patch)
    if after is None:
        return world.objects, None
    _check_ours(scope, write, present, after)
    return put(world.objects, after)


def _deleted(scope: Scope, world: World, write: Write, present: Obj) -> tuple[Objects, Obj | None]:
    if present != write.new or present.dying:
        return world.objects, None
    if not present.pending:
        raise ViolationError(f"a settled pool is cancelled: {present.name}")
    _check_ours(scope, write, present, present)
    if any(each.uid == present.uid for each in world.done):
        raise ViolationError(f"a pool reported as done is cancelled: {present.name}")
    if scope.finalizers:
        return put(world.objects, present._replace(dying=True))
    return remove(world.objects, present.name), present


def _check_ours(scope: Scope, write: Write, before: Obj, after: Obj) -> None:
    plan = scope.plans[write.client]
    if plan.kind == "create" and before.owner != plan.id:
        raise ViolationError(f"a foreign pool is changed: {before.name}")
    if before.claim is not None and before.claim.owner != plan.id:
        raise ViolationError(f"a foreign claim is changed: {before.name}")
    if not set(before.ranges) <= set(after.ranges):
        raise ViolationError(f"ranges are removed: {before.name}")


def _numbered(new: Obj, world: World, taken: int) -> Obj:
    """A new object, with another number if its own was given away while the POST was on its way."""
    if (taken | numbers_in((world.objects, world.removed))) & uid_bit(new.uid):
        return new._replace(uid=unused(taken | numbers_in(world), uid_bit))
    return new

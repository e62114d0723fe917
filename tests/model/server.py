"""The API server of the model: the effect of each write, and forbidden writes."""

from tests.model.moment import Done, Scope, ViolationError
from tests.model.runs import Write
from tests.model.world import Obj, Objects, get, patched, put, remove


def carried_out(
    scope: Scope, objects: Objects, done: tuple[Done, ...], write: Write
) -> tuple[Objects, Obj | None]:
    """The objects afterwards, and the written object; ``None`` if the server refuses."""
    present = get(objects, write.name)
    if write.kind == "post":
        assert write.new is not None
        if present is not None:
            return objects, None
        return put(objects, write.new)
    if present is None:
        return objects, None
    if write.kind == "delete":
        return _deleted(scope, objects, done, write, present)
    after = patched(present, write.patch)
    if after is None:
        return objects, None
    _check_ours(scope, write, present, after)
    return put(objects, after)


def _deleted(
    scope: Scope, objects: Objects, done: tuple[Done, ...], write: Write, present: Obj
) -> tuple[Objects, Obj | None]:
    if present != write.new or present.dying:
        return objects, None
    if not present.pending:
        raise ViolationError(f"a settled pool is canceled: {present.name}")
    _check_ours(scope, write, present, present)
    if any(each.uid == present.uid for each in done):
        raise ViolationError(f"a pool reported as done is canceled: {present.name}")
    if scope.finalizers:
        return put(objects, present._replace(dying=True))
    return remove(objects, present.name), present


def _check_ours(scope: Scope, write: Write, before: Obj, after: Obj) -> None:
    plan = scope.plans[write.client]
    if plan.kind == "create" and before.owner != plan.id:
        raise ViolationError(f"a foreign pool is changed: {before.name}")
    if before.claim is not None and before.claim.owner != plan.id:
        raise ViolationError(f"a foreign claim is changed: {before.name}")
    if not set(before.ranges) <= set(after.ranges):
        raise ViolationError(f"ranges are removed: {before.name}")

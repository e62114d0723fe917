"""The API server of the model: the effect of each write, and forbidden writes."""

from tests.model.moment import Scope, State, ViolationError
from tests.model.runs import Write
from tests.model.world import Obj, Objects, get, numbers_in, patched, put, remove


def carried_out(scope: Scope, state: State, write: Write) -> tuple[Objects, Obj | None]:
    """The objects afterwards, and the written object; ``None`` if the server refuses."""
    present = get(state.objects, write.name)
    if write.kind == "post":
        assert write.new is not None
        if present is not None:
            return state.objects, None
        number = unused(state, "uid") if _is_known(state, write.new.uid) else None
        new = write.new if number is None else write.new._replace(uid=number)
        return put(state.objects, new)
    if present is None:
        return state.objects, None
    if write.kind == "delete":
        return _deleted(scope, state, write, present)
    after = patched(present, write.patch)
    if after is None:
        return state.objects, None
    _check_ours(scope, write, present, after)
    return put(state.objects, after)


def _deleted(scope: Scope, state: State, write: Write, present: Obj) -> tuple[Objects, Obj | None]:
    if present != write.new or present.dying:
        return state.objects, None
    if not present.pending:
        raise ViolationError(f"a settled pool is cancelled: {present.name}")
    _check_ours(scope, write, present, present)
    if any(each.uid == present.uid for each in state.done):
        raise ViolationError(f"a pool reported as done is cancelled: {present.name}")
    if scope.finalizers:
        return put(state.objects, present._replace(dying=True))
    return remove(state.objects, present.name), present


def _check_ours(scope: Scope, write: Write, before: Obj, after: Obj) -> None:
    plan = scope.plans[write.client]
    if plan.kind == "create" and before.owner != plan.id:
        raise ViolationError(f"a foreign pool is changed: {before.name}")
    if before.claim is not None and before.claim.owner != plan.id:
        raise ViolationError(f"a foreign claim is changed: {before.name}")
    if not set(before.ranges) <= set(after.ranges):
        raise ViolationError(f"ranges are removed: {before.name}")


def _is_known(state: State, uid: int) -> bool:
    rest = state._replace(flights=())
    return ("uid", uid) in set(numbers_in(rest))


def unused(state: State, what: str) -> int:
    """The number that the next object or claim gets."""
    taken = {number for kind, number in numbers_in(state) if kind == what}
    return next(each for each in range(len(taken) + 1) if each not in taken)

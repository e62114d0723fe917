"""Replacing the pools of ``apply --replace`` that cannot be changed in place."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.relocation import Confirmation, relocated_result, replaced, settled_pool
from ippoolctl.cli.requests.wanted import Wanted
from ippoolctl.cli.result import Result
from ippoolctl.crd.created_object import applied_object
from ippoolctl.crd.externalippool import read_pool
from ippoolctl.crd.relocation import replacing
from ippoolctl.domain.annotations.applied import applied_keys
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.relocation import Relocation
from ippoolctl.domain.change.steps import Replacement
from ippoolctl.domain.protocol.relocated import EndKind, Relocated
from ippoolctl.errors import ExitCode

if TYPE_CHECKING:
    from ippoolctl.engine.relocation.survey import View

_NAMED: Final = 5


def replace_pools(
    app: AppContext, wanted: Wanted, found: Replacement | None, confirmation: Confirmation
) -> Result | None:
    """Replace pools, or finish what an earlier run began; ``None`` if there is nothing to replace.

    Raises the :class:`~ippoolctl.errors.InputError` of a manifest that cannot be created.
    """
    nothing = False

    def plan(view: "View") -> Relocation | Relocated:
        nonlocal nothing
        nothing = found is None
        if found is None:
            return Relocated(request, EndKind.UNCHANGED, ExitCode.YES)
        return _relocation(request, wanted, found.relocation, view)

    names = sorted(wanted.by_name)
    request = f"apply --replace PATH ({_listed(names)})"
    concerned = {*names, *(found.relocation.names if found else ())}
    result = relocated_result(app, request, sorted(concerned), plan, confirmation)
    return None if nothing and result.code is ExitCode.YES else result


def created_pools(wanted: Wanted, found: Relocation) -> list[Pool]:
    """The new pools as their manifests say, each with what records its labels.

    Raises the :class:`~ippoolctl.errors.InputError` of a manifest that cannot be created.
    """
    objects = {pool.name: each for pool, each in zip(wanted.pools, wanted.objects, strict=True)}
    pools = []
    for each in found.created:
        if each.name in wanted.unusable:
            raise wanted.unusable[each.name]
        keys = applied_keys(wanted.by_name[each.name])
        pools.append(read_pool(applied_object(objects[each.name], keys)))
    return pools


def _relocation(request: str, wanted: Wanted, found: Relocation, view: "View") -> Relocation:
    old = {each.name: settled_pool(view, each.name) for each in found.deleted}
    for each in found.appended:
        settled_pool(view, each.name)
    created = (
        replacing(old[each.name], each) if each.name in old else each
        for each in created_pools(wanted, found)
    )
    deleted = tuple(replaced(each) for each in old.values())
    return Relocation(request, deleted, tuple(created), found.appended)


def _listed(names: Sequence[str]) -> str:
    if len(names) <= _NAMED:
        return ",".join(names)
    digest = sha256(",".join(names).encode()).hexdigest()[:16]
    return f"{','.join(names[:_NAMED])} and {len(names) - _NAMED} more, {digest}"

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
from ippoolctl.domain.change.relocation import Appended, Deleted, Relocation
from ippoolctl.domain.change.steps import Refusal, RefusalKind
from ippoolctl.domain.protocol.relocated import EndKind, Relocated
from ippoolctl.errors import ExitCode

if TYPE_CHECKING:
    from ippoolctl.engine.relocation.survey import View

_NAMED: Final = 5


def replace_pools(
    app: AppContext, wanted: Wanted, refusals: Sequence[Refusal], confirmation: Confirmation
) -> Result | None:
    """Replace the pools of the refusals, or finish what an earlier run began; ``None`` if there is
    nothing to replace.
    """
    nothing = False

    def plan(view: "View") -> Relocation | Relocated:
        nonlocal nothing
        nothing = not refusals
        if nothing:
            return Relocated(request, EndKind.UNCHANGED, ExitCode.YES)
        return _relocation(request, wanted, refusals, view)

    names = sorted(wanted.by_name)
    request = f"apply --replace PATH ({_listed(names)})"
    result = relocated_result(app, request, names, plan, confirmation)
    return None if nothing and result.code is ExitCode.YES else result


def can_replace(refusals: Sequence[Refusal]) -> bool:
    """Whether every refused pool can become what it should by replacing pools."""
    return all(each.kind in (RefusalKind.IN_PLACE, RefusalKind.MOVED) for each in refusals)


def replacements(wanted: Wanted, refusals: Sequence[Refusal]) -> list[Pool]:
    """The new pools, as their manifests say.

    Raises the :class:`~ippoolctl.errors.InputError` of a manifest that cannot be created.
    """
    objects = {pool.name: each for pool, each in zip(wanted.pools, wanted.objects, strict=True)}
    found = []
    for each in refusals:
        if each.kind is RefusalKind.IN_PLACE or each.old is None:
            if each.pool in wanted.unusable:
                raise wanted.unusable[each.pool]
            keys = applied_keys(wanted.by_name[each.pool])
            found.append(read_pool(applied_object(objects[each.pool], keys)))
    return found


def _relocation(
    request: str, wanted: Wanted, refusals: Sequence[Refusal], view: "View"
) -> Relocation:
    deleted: list[Deleted] = []
    created, appended = [], []
    new = {each.name: each for each in replacements(wanted, refusals)}
    for each in refusals:
        if each.kind is RefusalKind.IN_PLACE:
            pool = settled_pool(view, each.pool)
            deleted.append(replaced(pool))
            created.append(replacing(pool, new[each.pool]))
        elif each.old is None:
            created.append(new[each.pool])
        else:
            pool = settled_pool(view, each.pool)
            ranges = wanted.by_name[each.pool].ranges
            more = tuple(one for one in ranges if one.text not in pool.texts)
            appended.append(Appended(pool.name, more))
    return Relocation(request, tuple(deleted), tuple(created), tuple(appended))


def _listed(names: Sequence[str]) -> str:
    if len(names) <= _NAMED:
        return ",".join(names)
    digest = sha256(",".join(names).encode()).hexdigest()[:16]
    return f"{','.join(names[:_NAMED])} and {len(names) - _NAMED} more, {digest}"

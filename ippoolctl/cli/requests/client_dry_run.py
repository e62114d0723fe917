"""``create --dry-run client``: the predicted answers, and the manifests that kubectl takes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.manifests import read_complete_input, read_input
from ippoolctl.cli.inputs.taken_space import read_reserved
from ippoolctl.cli.linting.prediction import predict
from ippoolctl.cli.requests.pool_request import (
    PoolOptions,
    PoolRequest,
    avoiding,
    requested_pools,
)
from ippoolctl.cli.result import Result
from ippoolctl.crd.created_object import requested_object, with_range
from ippoolctl.crd.externalippool import JsonObject, read_pool
from ippoolctl.domain.antrea.pool import Origin, Pool
from ippoolctl.errors import ExitCode
from ippoolctl.render.notes import info

if TYPE_CHECKING:
    from ippoolctl.manifests.read import Manifests


def predict_creation(
    app: AppContext,
    options: PoolOptions,
    files: list[str] | None,
    against: list[str] | None,
    *,
    recursive: bool,
) -> Result:
    """The predicted answers to the requested pools; no request is sent."""
    if options.sizes.given:
        asked = (
            read_complete_input(
                app, None, files, recursive=recursive, ignores_invalid=False, keep_objects=True
            )
            if files
            else None
        )
        requests = requested_pools(app, options, asked)
        existing = read_complete_input(app, against, None, recursive=recursive)
        return _predict_free_ranges(app, requests, existing)
    asked = read_input(app, None, files, recursive=recursive, keep_objects=True) if files else None
    if asked is None:
        documents = [each.document for each in requested_pools(app, options, None)]
        pools = [read_pool(each) for each in documents]
    else:
        documents = _documents(asked, options)
        pools = asked.pools
        if options.fields.labels or options.fields.annotations:
            pools = [
                read_pool(each, pool.origin)
                for each, pool in zip(documents, asked.pools, strict=True)
            ]
    existing = read_complete_input(app, against, None, recursive=recursive)
    read = [asked, existing] if asked else [existing]
    result = predict(app, pools, asked, existing.pools, read, always_create=True)
    return _with_manifests(result, documents)


def _documents(manifests: "Manifests", options: PoolOptions) -> list[JsonObject]:
    """The objects of the manifests as they were read, with the fields of the options."""
    from ippoolctl.manifests.read import object_of

    return [options.fields.added_to(object_of(manifests, each)) for each in manifests.pools]


def _predict_free_ranges(
    app: AppContext, requests: Sequence[PoolRequest], existing: "Manifests"
) -> Result:
    """The predicted answers to pools with free ranges of a size."""
    from ippoolctl.cli.outcomes import outcome_result
    from ippoolctl.domain.protocol.candidates import Candidate, choose
    from ippoolctl.domain.protocol.decisions import Tried
    from ippoolctl.engine.outcomes import no_room

    pools: list[Pool] = []
    documents: list[JsonObject] = []
    for each in avoiding(requests, read_reserved(app, existing, live=False)):
        assert each.search is not None
        name = each.pool.name
        step = choose(each.search, name, [*existing.pools, *pools], Tried())
        if not isinstance(step, Candidate):
            return outcome_result([no_room(name, step.cause)])
        documents.append(with_range(each.document, step.free_range.spelling))
        # The origin tells pools apart whose names the API server generates.
        pools.append(read_pool(documents[-1], Origin(len(pools), ())))
    found = [info(f"pool {pool.name} would have {', '.join(pool.texts)}") for pool in pools]
    result = predict(app, pools, None, existing.pools, [existing], always_create=True)
    return _with_manifests(replace(result, notes=(*found, *result.notes)), documents)


def _with_manifests(result: Result, documents: Sequence[JsonObject]) -> Result:
    """The result with the manifests to create; ``-o yaml`` prints them unless one is refused."""
    return replace(
        result,
        objects=lambda: [requested_object(each) for each in documents],
        objects_in_yaml=result.code == ExitCode.YES and bool(documents),
    )

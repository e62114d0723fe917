"""The pools that ``apply`` is to lead to, and the plan to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ippoolctl.crd.created_object import applied_object, pending_object, requested_object
from ippoolctl.crd.externalippool import JsonObject, read_pool
from ippoolctl.crd.group import VERSION
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.applied import applied_record
from ippoolctl.domain.antrea.consumers import Consumers
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.change.diff import PoolDiff, comparable, diff
from ippoolctl.domain.change.plan import plan
from ippoolctl.domain.change.steps import Plan
from ippoolctl.errors import InputError, RefusedError
from ippoolctl.render.documents.envelope import API_VERSION


@dataclass(frozen=True)
class Wanted:
    """What to make of the cluster."""

    objects: tuple[JsonObject, ...]
    """The Kubernetes objects, one for each pool."""
    pools: tuple[Pool, ...]
    """The same as values, in the same order."""
    complete: bool = False
    """Whether pools without an object are to be deleted."""
    ordered: bool = False
    """Whether a pool may take addresses of one that is deleted before."""
    replacing: bool = False
    """Whether pools that cannot be changed in place are deleted and created first."""
    unusable: Mapping[str, InputError] = field(default_factory=dict)
    """Why a pool cannot be created, by name; an existing one can be changed."""
    approved: Mapping[str, Any] | None = None
    """The document of a saved plan; ``None`` if there is none."""

    @cached_property
    def by_name(self) -> Mapping[str, Pool]:
        """The same by name."""
        return {each.name: each for each in self.pools}

    @cached_property
    def ids(self) -> Mapping[str, str]:
        """The request IDs of creates: those of ``create -f`` with the same manifests."""
        return {
            pool.name: marks.request_id(pool.name, object_)
            for pool, object_ in zip(self.pools, self.objects, strict=True)
        }

    def pending_objects(self) -> dict[str, JsonObject]:
        """What to create, by name."""
        return {
            pool.name: pending_object(
                applied_object(object_, applied_record(pool, pool.annotations)),
                self.ids[pool.name],
            )
            for pool, object_ in zip(self.pools, self.objects, strict=True)
        }

    def differences(self, live: Sequence[Pool], release: Release) -> tuple[PoolDiff, ...]:
        """What differs from the live pools."""
        there = comparable(live, self.ids)
        if self.complete:
            return diff(there, self.pools, release)
        names = self.by_name.keys()
        before = [each for each in there if each.name in names]
        beside = [each for each in live if each.name not in names]
        return diff(before, self.pools, release, beside)

    def plan(
        self,
        diffs: Sequence[PoolDiff],
        live: Sequence[Pool],
        release: Release,
        consumers: Consumers | None,
    ) -> Plan:
        """The plan for these differences."""
        return plan(
            diffs,
            live,
            release,
            consumers,
            manifests=self.by_name,
            ordered=self.ordered,
            replacing=self.replacing,
        )


def requested_pool(pool: Pool, requested: JsonObject) -> Pool:
    """The pool that an object describes which was requested for a manifest; most are like it."""
    if pool.version != VERSION or pool.violations or pool.pruned:
        return read_pool(requested)
    annotations = marks.without_ours(pool.annotations)
    return pool._replace(annotations=annotations, origin=None, stored=False)


def read_plan(file: str) -> Wanted:
    """The content of a saved plan. Raises :class:`InputError` if it is none, and
    :class:`RefusedError` if it cannot be carried out.
    """
    from ippoolctl.reading.files import UnreadableError, read_file
    from ippoolctl.reading.json_documents import JsonError, read_json

    try:
        text = read_file(file).decode("utf-8")
    except (UnreadableError, UnicodeDecodeError) as error:
        reason = error.reason if isinstance(error, UnreadableError) else "not UTF-8"
        raise InputError(f"{file}: {reason}", "check the file of --plan") from None
    try:
        found = read_json(text)
        ours = (found["apiVersion"], found["kind"]) == (API_VERSION, "Plan")
        objects = tuple(requested_object(each) for each in found["manifests"])
        pools = tuple(map(read_pool, objects))
        steps, replacement = map(dict, found["steps"]), dict(found.get("replacement", {}))
        approved = {**found, "steps": [*steps], "replacement": replacement}
        refused = found["result"] == "refused"
        wanted = Wanted(
            objects,
            pools,
            found["complete"] is True,
            found["ordered"] is True,
            found.get("replace") is True,
            approved=approved,
        )
    except (JsonError, ValueError, TypeError, KeyError, AttributeError):
        ours = False
    if not ours:
        raise InputError(
            f"{file} is not a plan of {API_VERSION}", "save one: ippoolctl apply PATH -o plan=FILE"
        )
    if refused:
        raise RefusedError(f"{file}: the plan was refused when it was saved", "save a new plan")
    return wanted

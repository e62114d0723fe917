"""The pools that a command line or files want to exist."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.declaration import require_one_of, split_values
from ippoolctl.cli.options.pools import parse_pool, pool_document
from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.errors import InputError
from ippoolctl.render.notes import warning

if TYPE_CHECKING:
    from ippoolctl.domain.space.search import Search
    from ippoolctl.manifests.read import Manifests


@dataclass(frozen=True)
class Wanted:
    """A pool that shall exist, and the object that says so."""

    pool: Pool
    """Without ranges where any of a size will do."""
    document: dict[str, Any]
    search: "Search | None" = None
    """Which ranges will do, where none is named."""
    asked: Mapping[str, Any] = field(default_factory=dict)
    """What was said of the size, for the request's id."""

    @property
    def arguments(self) -> Mapping[str, Any]:
        """All that was asked for; the same command asks for the same."""
        return self.asked if self.search else self.document


def wanted_pools(
    app: AppContext,
    name: str | None,
    ranges: list[str] | None,
    filename: list[str] | None,
    *,
    recursive: bool,
) -> list[Wanted]:
    """The pools of the files, or the one that is typed.

    Raises :class:`~ippoolctl.errors.UsageError` and :class:`InputError` for what cannot be wanted.
    """
    if filename:
        return _wanted_of_files(app.complete(None, filename, recursive=recursive))
    document = parse_pool(name or "", split_values(ranges))
    return [Wanted(read_pool(document), document)]


def wanted_sizes(names: Sequence[str], search: "Search", asked: Mapping[str, Any]) -> list[Wanted]:
    """Pools of these names, each with a range of the size; ``asked`` is how it was said."""
    documents = [pool_document(name, []) for name in names]
    return [Wanted(read_pool(each), each, search, asked) for each in documents]


def with_ttl(wanted: Sequence[Wanted], ttl: str | None) -> list[Wanted]:
    """The same pools, to be deleted by ``sweep`` that long after their creation."""
    if ttl is None:
        return list(wanted)
    from ippoolctl.crd.created_object import expiring_object

    documents = [expiring_object(each.document, ttl) for each in wanted]
    return [
        replace(each, pool=read_pool(document), document=document, asked={**each.asked, "ttl": ttl})
        for each, document in zip(wanted, documents, strict=True)
    ]


def _wanted_of_files(manifests: "Manifests") -> list[Wanted]:
    from ippoolctl.crd.created_object import wanted_object
    from ippoolctl.manifests.read import object_of

    if not manifests.pools:
        raise InputError("there are no ExternalIPPools in the input", "check what -f names")
    wanted = []
    for pool in manifests.pools:
        document = object_of(manifests, pool)
        meta = document.get("metadata")
        if isinstance(meta, dict) and meta.get("finalizers"):
            raise InputError(
                f"pool {pool.label} has finalizers, with which it could not be taken back",
                "remove metadata.finalizers, and add them when the pool is created",
            )
        if pool.generated:
            raise InputError(
                "a pool without a name could not be told from others if an answer gets lost",
                "give it metadata.name instead of generateName",
            )
        document = wanted_object(document)
        wanted.append(Wanted(read_pool(document), document))
    return wanted


def refuse_hazards(app: AppContext, pools: Sequence[Pool], allowed: Sequence[str]) -> None:
    """Raise for what Antrea admits and then breaks on, unless it is allowed; warn of the rest."""
    from ippoolctl.domain.lint.rules import BLOCKING, RULES
    from ippoolctl.domain.lint.simulation import creation_hazards
    from ippoolctl.errors import RefusedError

    allowed = [each.upper() for each in allowed]
    for each in allowed:
        require_one_of(each, BLOCKING, f"--allow {each}")
    for finding in creation_hazards(pools, app.release, RULES):
        if finding.rule in BLOCKING and finding.rule not in allowed:
            raise RefusedError(
                f"{finding.message} ({finding.rule})",
                f"{finding.hint}; --allow {finding.rule} creates it all the same",
            )
        note = warning(f"{finding.message} ({finding.rule}); {finding.hint}")
        app.presenter.note(note)

"""Facts about the surroundings of pools, out of the objects that were read."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ippoolctl.domain.antrea.releases import AssumedRelease
from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.domain.surroundings.known import Known, Unknown, Why

if TYPE_CHECKING:
    from ippoolctl.domain.lint.fact import AnyFact, Others
    from ippoolctl.domain.lint.rules import Entry
    from ippoolctl.domain.surroundings.networks import GivenNetworks

Objects: TypeAlias = Mapping[Kind, Known[tuple[Any, ...]] | Unknown]
"""The objects of each kind that was read; of a kind that is missing, none were read."""


def kinds_needed(rules: "Iterable[Entry]") -> frozenset[Kind]:
    """The kinds of objects that these rules look at."""
    return frozenset(
        kind
        for rule in (each.rule for each in rules)
        for fact in (*rule.needs, *rule.needs_one, *rule.in_part, *rule.uses)
        for kind in fact.kinds
    )


def after_apply(written: Mapping[Kind, Iterable[Any]], live: Objects) -> Objects:
    """The objects of a cluster to which written ones are applied.

    Written ones replace live ones of the same name, and are known even if live ones are not.
    """
    found = dict(live)
    for kind, objects in written.items():
        replaced = {_key(each): each for each in objects}
        before = live.get(kind)
        kept = before.value if isinstance(before, Known) else ()
        others = (each for each in kept if _key(each) not in replaced)
        found[kind] = Known((*others, *replaced.values()), whole=False)
    return found


def _key(value: Any) -> tuple[str, str]:
    return value.reference.namespace, value.reference.name


def known_objects(objects: Objects) -> dict[Kind, tuple[Any, ...]]:
    """The objects of the kinds that could be read."""
    return {kind: each.value for kind, each in objects.items() if isinstance(each, Known)}


def surrounding_facts(objects: Objects, given: "GivenNetworks") -> "Others":
    """The facts that objects and given networks tell."""
    # Who reads objects alone, as a list of pools does, judges no facts.
    from ippoolctl.domain.lint.fact import (
        ANTREA_CONFIG,
        GATEWAYS,
        NODE_SUBNETS,
        OF_ONE_KIND,
        POD_CIDRS,
        SERVICE_CIDRS,
    )
    from ippoolctl.domain.surroundings import networks

    found = {fact: objects.get(fact.kinds[0], _NOT_READ) for fact in OF_ONE_KIND}
    if not getattr(found[ANTREA_CONFIG], "value", True):
        found[ANTREA_CONFIG] = Unknown(Why.NOT_REPORTED)
    if getattr(found[GATEWAYS], "reason", None) is Why.NOT_SERVED:
        found[GATEWAYS] = Known(())
    nodes = _all(objects, Kind.NODE)
    found[POD_CIDRS] = _networks((*given.pod_cidrs, *networks.pod_cidrs(nodes)), objects, POD_CIDRS)
    objects_of_cidrs = networks.service_cidrs(_all(objects, Kind.SERVICE_CIDR))
    cidrs = (*given.service_cidrs, *objects_of_cidrs)
    in_use = () if cidrs else networks.cluster_ips(_all(objects, Kind.SERVICE))
    found[SERVICE_CIDRS] = _networks((*cidrs, *in_use), objects, SERVICE_CIDRS)
    if given.node_subnets:
        found[NODE_SUBNETS] = Known(given.node_subnets)
    return found


def release_in(objects: Objects) -> AssumedRelease | None:
    """The release that objects of Antrea tell; ``None`` if it is unknown."""
    kinds = (Kind.CONTROLLER_INFO, Kind.CONTROLLER, Kind.DEFINITION)
    if objects.keys().isdisjoint(kinds):
        return None
    from ippoolctl.domain.surroundings.installation.cluster_release import cluster_release

    return cluster_release(*(_all(objects, each) for each in kinds))


_NOT_READ: Final = Unknown(Why.NOT_READ)


def _all(objects: Objects, kind: Kind) -> Iterator[Any]:
    found = objects.get(kind)
    return iter(found.value if isinstance(found, Known) else ())


def _networks(held: tuple[Any, ...], objects: Objects, fact: "AnyFact") -> Known[Any] | Unknown:
    """The networks if there are any; else why there are none, by the kinds they are read from."""
    if held:
        return Known(held)
    read = [objects.get(kind, _NOT_READ) for kind in fact.kinds]
    unread = [each for each in read if isinstance(each, Unknown)]
    return min(unread, key=_order, default=Unknown(Why.NOT_REPORTED))


_ORDER: Final = (Why.FORBIDDEN, Why.FAILED, Why.NOT_SERVED, Why.NOT_READ)
"""Which of several reasons is named: one that the user can change."""


def _order(unknown: Unknown) -> int:
    return _ORDER.index(unknown.reason)

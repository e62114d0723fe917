"""Which pools have to be deleted and created together, where Antrea admits no edit that leads to
the wanted pools.

Two pools that swap ranges, or one that takes what another one frees, can only be changed in one
order: every pool that gives up addresses is deleted, then all are created or extended.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ippoolctl.domain.addresses.parsers import parse_addr
from ippoolctl.domain.addresses.ranges import IPRange
from ippoolctl.domain.antrea.consumers import Consumer, Consumers
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.messages import Reason
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.change.relocation import (
    Appended,
    Deleted,
    Ranges,
    Relocation,
    Targets,
    refusals,
)
from ippoolctl.domain.change.steps import Move, Refusal, RefusalKind, Replacement


def judged_replacement(
    refused: Iterable[Refusal],
    extra: Mapping[str, Pool],
    known: KnownPools,
    consumers: Consumers,
    release: Release,
) -> tuple[tuple[Refusal, ...], Replacement | None]:
    """The refusals, each with whether a replacement overcomes it, and that replacement, if any.

    ``extra`` are the live pools that are not wanted, by name: those are deleted whose addresses
    another pool takes. ``known`` are the pools after all steps that Antrea admits; a pool that it
    denies beside them even when others are deleted is refused for that.
    """
    refused = tuple(refused)
    while found := _replacement(refused, extra, consumers):
        reasons: dict[str, tuple[Reason, ...]] = {}
        for name, reason in refusals(found.relocation, known, release):
            reasons[name] = (*reasons.get(name, ()), reason)
        if not reasons:
            return tuple(_overcome(each, found) for each in refused), found
        refused = tuple(_denied(each, reasons.get(each.pool, ())) for each in refused)
    return refused, None


def _replacement(
    refused: Iterable[Refusal], extra: Mapping[str, Pool], consumers: Consumers
) -> Replacement | None:
    deleted, created, appended = list[Pool](), list[Pool](), list[Appended]()
    for each in refused:
        if each.new is None or each.kind not in (RefusalKind.IN_PLACE, RefusalKind.MOVED):
            continue
        # Ranges are appended in the subnet that the pool has: with another one it is created anew.
        same_subnet = each.old is not None and each.old.subnet == each.new.subnet
        if each.kind is RefusalKind.MOVED and same_subnet:
            appended.append(Appended(each.pool, each.appended))
            continue
        created.append(each.new)
        if each.old is not None:
            deleted.append(each.old)
    targets = [*((each.name, each.ranges) for each in created), *appended]
    if not targets:
        return None
    deleted += _in_the_way(targets, extra)
    gone = {each.name: each for each in deleted}
    users = sorted(each for each in consumers.known if each.pool in gone)
    counted = [each.live.usage for each in deleted if each.live and each.live.usage]
    olds = (Deleted(each.name, each.live.uid if each.live else "", each.ranges) for each in deleted)
    return Replacement(
        Relocation("", tuple(olds), tuple(created), tuple(appended)),
        _moves(targets, users),
        bool(users or consumers.unseen or any(each.used for each in counted)),
        consumers.unseen,
    )


def _in_the_way(targets: Sequence[tuple[str, Ranges]], extra: Mapping[str, Pool]) -> list[Pool]:
    known = KnownPools(extra.values())
    names = {
        met.pool.name
        for _, ranges in targets
        for each in ranges
        if isinstance(each, IPRange)
        for met in known.overlapping(each.first, each.last)
    }
    return [pool for name, pool in extra.items() if name in names]


def _moves(
    targets: Sequence[tuple[str, Ranges]], consumers: Sequence[Consumer]
) -> tuple[Move, ...]:
    found = Targets(targets)

    def target(consumer: Consumer) -> str:
        address = parse_addr(consumer.address)
        return (found.holding(address, consumer.pool) if address is not None else None) or ""

    return tuple(Move(each, target(each)) for each in consumers)


def _overcome(refusal: Refusal, found: Replacement) -> Refusal:
    """The refusal; if the replacement covers it, with the consumers that it costs the address."""
    match refusal.kind:
        case RefusalKind.MOVED:
            return replace(refusal, replaceable=True)
        case RefusalKind.IN_USE:
            gone = any(each.name == refusal.pool for each in found.relocation.deleted)
            return replace(refusal, replaceable=gone)
        case RefusalKind.IN_PLACE:
            own = [each for each in found.moves if each.consumer.pool == refusal.pool]
            return replace(
                refusal,
                losing=tuple(each.consumer for each in own if each.loses),
                keeping=tuple(each.consumer for each in own if not each.loses),
                replaceable=True,
            )
        case _:
            return refusal


def _denied(refusal: Refusal, reasons: Sequence[Reason]) -> Refusal:
    if not reasons:
        return refusal
    return replace(
        refusal,
        kind=RefusalKind.DENIED,
        sentences=tuple(sorted({each.message for each in reasons if each.nameable})),
        stage=reasons[0].stage,
        others=tuple(sorted({each.pool for each in reasons if each.pool})),
    )

"""Documents about a cluster: its pools, and what came of changes and waits."""

from collections.abc import Iterable, Sequence

from ippoolctl.crd.externalippool import write_range
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, span_of
from ippoolctl.domain.antrea import capacity
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.protocol.conflicts import Conflict
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.domain.space.listing import PoolRow
from ippoolctl.render.documents import Document, document, span_document, without_none


def pool_list_document(rows: Iterable[PoolRow], release: Release) -> Document:
    """Live pools, with what they can hand out and how things stand with them."""
    return document("PoolList", release=str(release), items=[_row(each) for each in rows])


def outcome_list_document(outcomes: Sequence[Outcome]) -> Document:
    """What came of each pool of a command, in order."""
    return document("OutcomeList", items=[_outcome(each) for each in outcomes])


def _row(row: PoolRow) -> Document:
    pool, live = row.pool, row.pool.live
    usage = live.usage if live else None
    return without_none(
        {
            "name": pool.name,
            "states": [each.value for each in row.states],
            "ranges": [_range(each) for each in pool.ranges],
            "usable": row.usable,
            "total": usage.total if usage else None,
            "used": row.used,
            "free": row.free,
            "nodeSelector": dict(pool.node_selector),
            "subnet": pool.subnet.text if pool.subnet else None,
            "vlan": pool.subnet.vlan if pool.subnet else None,
            "labels": dict(pool.labels) or None,
            "annotations": dict(pool.annotations) or None,
            "created": live.created if live else None,
            "deleted": live.deleted if live else None,
            "finalizers": list(live.finalizers) or None if live else None,
            "uid": live.uid if live else None,
            "resourceVersion": live.resource_version if live else None,
        }
    )


def _range(found: IPRange | BadRange) -> Document:
    span = span_of(found)
    return {
        "range": write_range(found.spelling),
        "text": found.text,
        **(span_document(span) if span else {}),
        "usable": capacity.capacity(found.spelling).usable,
    }


def _outcome(outcome: Outcome) -> Document:
    return without_none(
        {
            "pool": outcome.pool,
            "state": outcome.state.value,
            "code": None if outcome.state is State.NOT_TRIED else int(outcome.code),
            "created": outcome.created,
            "message": outcome.message or None,
            "hint": outcome.hint or None,
            "warning": outcome.warning or None,
            "answer": outcome.answer or None,
            "conflicts": [_conflict(each) for each in outcome.conflicts] or None,
            "requestId": outcome.request_id or None,
            "attempts": outcome.attempts or None,
            "seconds": round(outcome.waited, 3),
            "ranges": _texts(outcome.live),
            "uid": outcome.live.live.uid if outcome.live and outcome.live.live else None,
        }
    )


def _texts(pool: Pool | None) -> list[str] | None:
    return list(pool.texts) if pool else None


def _conflict(conflict: Conflict) -> Document:
    return {
        "pool": conflict.pool.name,
        "standing": conflict.hold_state.value,
        "range": conflict.own,
        "theirs": conflict.theirs,
        "intersection": span_document(conflict.intersection),
    }

"""Whether Antrea's controller and webhook are up to date with a pool."""

from collections.abc import Iterable, Sequence
from typing import Final

from ippoolctl.domain.addresses.numbers import address_text
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, Spelling, span_of, subtract
from ippoolctl.domain.annotations.marks import HoldState, hold_state, is_pending
from ippoolctl.domain.antrea.capacity import counts
from ippoolctl.domain.antrea.messages import Denial, DenialKind
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.causes import Cause, CauseKind

READY: Final = "Ready"


def not_ready(pool: Pool) -> Cause | None:
    """Why the pool is not ready; ``None`` if it is.

    The pool controller writes ``status.usage`` after it has processed the ranges. It never writes 0
    of 0, so a pool that computes to 0 is ready at once. Open change 8413 of Antrea adds conditions.
    """
    live = pool.live
    if live is None:
        return Cause(CauseKind.DOES_NOT_EXIST)
    if live.deleted is not None:
        return Cause(CauseKind.IS_TERMINATING)
    if is_pending(pool):
        return Cause(CauseKind.STILL_PENDING, pool=pool.name)
    for each in live.conditions:
        if each.type == READY and each.status == "False":
            return Cause(CauseKind.NOT_READY, reason=each.reason, text=each.message)
    expected = counts(pool.ranges).total
    if expected == 0:
        return None
    if live.usage is None:
        return Cause(CauseKind.STATUS_MISSING)
    if live.usage.total != expected:
        return Cause(CauseKind.STATUS_DIFFERS, count=live.usage.total, out_of=expected)
    return None


def probe_range(ranges: Iterable[IPRange | BadRange], others: Iterable[Pool]) -> Spelling | None:
    """A range of one address of these ranges that no other pool has, to probe the webhook with.

    ``None`` if other pools cover all of them.
    """
    spans = [span for each in ranges if (span := span_of(each)) is not None]
    taken = [span for pool in others for each in pool.ranges if (span := span_of(each)) is not None]
    free = subtract(spans, taken)
    if not free:
        return None
    text = address_text(free[0].first)
    return Spelling(None, text, text)


def held_for_now(ranges: Sequence[IPRange | BadRange], others: Iterable[Pool]) -> Cause | None:
    """The pools to wait for if other pools have all addresses of these ranges, but some of these
    pools may disappear soon: a pending pool that has lost a race, or a terminating one.
    """
    from ippoolctl.domain.protocol.request import conflicts

    pools = [(each, hold_state(each) is HoldState.SETTLED) for each in others]
    if probe_range(ranges, [each for each, stays in pools if stays]) is None:
        return None
    go = [each for each, stays in pools if not stays]
    found = sorted({(each.pool.name, each.hold_state) for each in conflicts(ranges, go, "")})
    return Cause(CauseKind.RANGES_TAKEN, holders=tuple(found))


def names(denial: Denial | None, pool: str) -> bool:
    """Whether a denial shows that the webhook's cache holds that pool."""
    return denial is not None and denial.kind is DenialKind.OVERLAP and denial.pool == pool


def covering(ranges: Sequence[IPRange | BadRange], pools: Iterable[Pool]) -> list[str]:
    """Names of the pools that overlap these ranges."""
    from ippoolctl.domain.protocol.request import conflicts

    return sorted({each.pool.name for each in conflicts(ranges, pools, "")})

"""The annotations by which runs of ippoolctl recognize their pools, and how firmly a pool holds a
range.

A pool is *pending* while it has our mark: its run can still cancel it. Removing the mark *settles*
the pool. Pools of other clients never have the mark and are always settled.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from ippoolctl.domain.antrea.pool import Pool

PREFIX: Final = "ippoolctl/"
"""The prefix of all our annotations."""

REQUEST_ID: Final = "ippoolctl/request-id"
"""The ID of the request that created the pool; the same command has the same ID."""

STATE: Final = "ippoolctl/state"
PENDING: Final = "pending"
"""The value of :data:`STATE` while its run can still cancel the pool."""

TTL: Final = "ippoolctl/ttl"
"""The lifetime of the pool, as a duration since its creation."""

CLAIM: Final = "ippoolctl/claim"
"""Ranges that are about to be appended: JSON, with the server time of the write as ``at``."""

RELOCATION: Final = "ippoolctl/relocation"
"""The request that created the pool in place of another one, such as ``rename a b``."""

APPLIED: Final = "ippoolctl/applied"
"""The labels and annotations that the last applied manifest had, see :mod:`.applied`."""

DETACHED: Final = "ippoolctl/detached"
"""On an Egress or a Service: its pool is being replaced, see :mod:`.detached`."""

UNFINISHED: Final = "ippoolctl/unfinished"
"""On a pool without ranges: what a run was about to do, see :mod:`.unfinished`."""

EXTENDED: Final = "ippoolctl/extended"
"""The ranges that extensions by a size have appended: JSON, by the ID of the request."""

FULL: Final = "ippoolctl/full"
"""Written by users: with :data:`EXPECTED`, the pool is full on purpose."""
EXPECTED: Final = "expected"


class HoldState(StrEnum):
    """How firmly a live pool holds a range."""

    SETTLED = "settled"
    """The pool stays until it is deleted."""
    PENDING = "pending"
    """The pool carries our mark and is not in use: its run will settle or delete it soon."""
    TERMINATING = "terminating"
    """The pool is being deleted, and gone as soon as its finalizers are."""
    CLAIMED = "claimed"
    """A claim on the pool reserves the range: its run will append it or remove the claim soon."""


def hold_state(pool: Pool) -> HoldState:
    """How firmly a live pool holds its ranges for all but its own run: one in use counts as
    settled.
    """
    if pool.live is not None and pool.live.deleted is not None:
        return HoldState.TERMINATING
    return HoldState.PENDING if is_pending(pool) and not in_use(pool) else HoldState.SETTLED


def is_pending(pool: Pool) -> bool:
    """Whether the pool has the mark."""
    return pool.annotations.get(STATE) == PENDING


def in_use(pool: Pool) -> bool:
    """Whether an address of the pool is in use, according to its status."""
    return pool.live is not None and pool.live.usage is not None and pool.live.usage.used > 0


def request_id(name: str, arguments: Mapping[str, Any]) -> str:
    """The ID of a request: the name of the pool, and 64 bits of a hash of its arguments."""
    import hashlib
    import json

    text = json.dumps([name, arguments], sort_keys=True, separators=(",", ":"))
    return f"{name}/{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def is_derived(id_: str, name: str) -> bool:
    """Whether the ID of a request for the pool is one of :func:`request_id`, not a given one."""
    import re

    return re.fullmatch("[0-9a-f]{16}", id_.removeprefix(f"{name}/")) is not None


def lease_id(name: str, nonce: str) -> str:
    """The ID of a request that no other run has: for a pool that lives as long as a command."""
    return f"{name}/lease-{nonce}"


def is_of_lease(id_: str, name: str) -> bool:
    """Whether the ID is one of :func:`lease_id`."""
    return id_.startswith(lease_id(name, ""))


def without_ours(annotations: Mapping[str, Any]) -> dict[str, Any]:
    """Annotations without ours, so that a copied manifest never counts as our request."""
    return {
        key: value
        for key, value in annotations.items()
        if key == FULL or not str(key).startswith(PREFIX)
    }


def is_full_on_purpose(pool: Pool) -> bool:
    """Whether an annotation of the pool says that it is expected to be full."""
    return pool.annotations.get(FULL) == EXPECTED

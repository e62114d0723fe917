"""The annotations by which runs of ippoolctl know their own pools, and how firmly a pool stands.

A pool is *pending* while it carries our mark: whoever created it may withdraw it, until taking the
mark off *settles* it. Pools of others never carry it and are settled always.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from ippoolctl.domain.antrea.pool import Pool

PREFIX: Final = "ippoolctl/"
"""What every annotation of ours begins with."""

REQUEST_ID: Final = "ippoolctl/request-id"
"""Which request a pool was created by; the same command makes the same one."""

STATE: Final = "ippoolctl/state"
PENDING: Final = "pending"
"""Value of :data:`STATE` while a pool may still be withdrawn."""

TTL: Final = "ippoolctl/ttl"
"""How long a pool is meant to live, as a duration that begins with its creation."""

CLAIM: Final = "ippoolctl/claim"
"""Ranges that an append has reserved: JSON, with the server's time of writing as ``at``."""


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
    """Whether the pool carries the mark."""
    return pool.annotations.get(STATE) == PENDING


def in_use(pool: Pool) -> bool:
    """Whether an address of the pool is handed out, as far as its status says."""
    return pool.live is not None and pool.live.usage is not None and pool.live.usage.used > 0


def request_id(name: str, arguments: Mapping[str, Any]) -> str:
    """The id of a request: its name, and 64 bits of a hash of all that was asked for."""
    import hashlib
    import json

    text = json.dumps([name, arguments], sort_keys=True, separators=(",", ":"))
    return f"{name}/{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def without_ours(annotations: Mapping[str, Any]) -> dict[str, Any]:
    """Annotations less ours, so that a copied manifest is never taken for a request of ours."""
    return {key: value for key, value in annotations.items() if not str(key).startswith(PREFIX)}

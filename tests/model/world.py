"""The cluster of the model: objects as small values, and the writes that change them.

What a client knows of an object is the object as it was; ``before`` is what an exact list at the
object's revision shows beside it, so that no history has to be kept. Numbers of objects and nonces
are used again once nothing refers to them: that keeps the number of states finite.
"""

import json
from collections.abc import Callable, Iterable
from functools import cache
from itertools import count
from typing import Any, NamedTuple

from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.crd.patches.json_patch import JsonPatch
from ippoolctl.domain.addresses.ranges import IPRange, read_range
from ippoolctl.domain.annotations.claims import Claim, claim_of, made_claim
from ippoolctl.domain.annotations.marks import CLAIM, EXTENDED, PENDING, REQUEST_ID, STATE
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.ports.faults import RejectedFault
from tests.fakes import _patched

Ranges = tuple[int, ...]
"""Numbers of disjoint networks."""


class Held(NamedTuple):
    """A claim."""

    owner: str
    nonce: int
    ranges: Ranges


class Obj(NamedTuple):
    """A pool on the server."""

    name: str
    uid: int
    ranges: Ranges
    owner: str = ""
    """The request-id; empty for a foreign pool."""
    pending: bool = False
    claim: Held | None = None
    used: bool = False
    dying: bool = False
    appended: tuple[tuple[str, Ranges], ...] = ()
    """What extensions by a size have appended, by the request-id."""
    before: "tuple[Obj, ...]" = ()
    """All others at the moment of the last write, without their own past."""


Objects = tuple[Obj, ...]
"""In the order of their names."""


def network(number: int) -> IPRange:
    found = read_range((f"10.0.{number}.0/24", None, None))
    assert isinstance(found, IPRange)
    return found


@cache
def claim_value(held: Held) -> Claim:
    """The claim as the engine writes it, where chance has its number in 2³²."""
    ranges = [network(each) for each in held.ranges]
    return made_claim(held.owner, f"{held.nonce:08x}" * 3, "", ranges)


def document(found: Obj) -> dict[str, Any]:
    """The object as the server has it, but for its revision."""
    annotations: dict[str, str] = {"kept": "yes"}
    if found.owner:
        annotations[REQUEST_ID] = found.owner
    if found.pending:
        annotations[STATE] = PENDING
    if found.claim is not None:
        annotations[CLAIM] = claim_value(found.claim).text
    if found.appended:
        listed = {owner: [network(each).text for each in those] for owner, those in found.appended}
        annotations[EXTENDED] = json.dumps(listed, separators=(",", ":"))
    meta: dict[str, Any] = {"name": found.name, "uid": str(found.uid), "annotations": annotations}
    if found.dying:
        meta["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    return {
        "apiVersion": "crd.antrea.io/v1beta1",
        "metadata": meta,
        "spec": {
            "ipRanges": [{"cidr": network(each).cidr} for each in found.ranges],
            "nodeSelector": {},
        },
        "status": {"usage": {"total": 254, "used": int(found.used)}},
    }


@cache
def pool_of(found: Obj) -> Pool:
    """The pool as the domain's functions take it."""
    return read_live_pool(document(found))


@cache
def bare(found: Objects) -> Objects:
    """The objects without their past, which their pools do not show."""
    return tuple(each._replace(before=()) for each in found)


@cache
def pools_of(found: Objects) -> tuple[Pool, ...]:
    return tuple(map(pool_of, bare(found)))


def held_of(pool: Pool) -> Held | None:
    claim = claim_of(pool)
    if claim is None:
        return None
    return Held(
        claim.request_id,
        int(claim.nonce[:8], 16),
        tuple(number_of(each.text) for each in claim.ranges),
    )


def number_of(text: str) -> int:
    return int(text.split(".")[2])


@cache
def patched(found: Obj, patch: str) -> Obj | None:
    """The object after a JSON patch, carried out to the letter; ``None`` if a test fails."""
    operations: JsonPatch = json.loads(patch)
    try:
        pool = read_live_pool(_patched(document(found), operations))
    except (RejectedFault, KeyError):  # a test fails, or there is nothing to remove
        return None
    return found._replace(
        ranges=tuple(number_of(each.text) for each in pool.ranges),
        pending=pool.annotations.get(STATE) == PENDING,
        claim=held_of(pool),
        appended=tuple(
            (owner, tuple(number_of(each) for each in texts))
            for owner, texts in json.loads(pool.annotations.get(EXTENDED, "{}")).items()
        ),
    )


def get(objects: Objects, name: str) -> Obj | None:
    for each in objects:
        if each.name == name:
            return each
    return None


def put(objects: Objects, new: Obj) -> tuple[Objects, Obj]:
    """Write an object, as it is to be; its revision is that of the write."""
    others = tuple(each for each in objects if each.name != new.name)
    new = new._replace(before=bare(others))
    return tuple(sorted((*others, new), key=lambda each: each.name)), new


def remove(objects: Objects, name: str) -> Objects:
    return tuple(each for each in objects if each.name != name)


def numbers_in(found: Iterable[Any]) -> int:
    """The numbers of objects and the nonces that are referred to, each as one bit."""
    if isinstance(found, Held):
        return nonce_bit(found.nonce)
    numbers = uid_bit(found.uid) if isinstance(found, Obj) else 0
    for each in found:
        if isinstance(each, tuple):
            numbers |= numbers_in(each)
    return numbers


def uid_bit(number: int) -> int:
    return 1 << 2 * number


def nonce_bit(number: int) -> int:
    return 2 << 2 * number


def unused(taken: int, bit: Callable[[int], int]) -> int:
    """The number that the next object or claim gets."""
    return next(each for each in count() if not taken & bit(each))

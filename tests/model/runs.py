"""The plans of the model's clients, their knowledge between two requests, and their rules.

A :class:`Rules` with something switched off stands for a program without it.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from ippoolctl.crd.patches.json_patch import JsonPatch
from ippoolctl.domain.addresses.parsers import parse_prefix
from ippoolctl.domain.antrea.messages import Denial, DenialKind
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.candidates import next_append
from ippoolctl.domain.protocol.candidates import next_step as next_choice
from ippoolctl.domain.protocol.creation import first_step
from ippoolctl.domain.protocol.extension import (
    Extension,
    after_failed_append,
    find_claim,
    next_step,
)
from ippoolctl.domain.protocol.request import Request
from ippoolctl.domain.protocol.verification import (
    after_adoption,
    after_conflict,
    after_unanswered_write,
    after_write,
    cancellation,
)
from ippoolctl.domain.space.free_ranges import Block
from ippoolctl.domain.space.search import Search
from tests.model.world import Held, Obj, Ranges, network

STALE = Denial(
    DenialKind.OVERLAP, "range [x] overlaps with range [y] of ExternalIPPool gone", "x", "y", "gone"
)
"""What the webhook may say at any time."""


@dataclass(frozen=True)
class Rules:
    """The functions that decide, and the paths that patches do not test."""

    first_step: Callable[..., Any] = first_step
    next_choice: Callable[..., Any] = next_choice
    next_append: Callable[..., Any] = next_append
    next_step: Callable[..., Any] = next_step
    after_write: Callable[..., Any] = after_write
    after_adoption: Callable[..., Any] = after_adoption
    after_conflict: Callable[..., Any] = after_conflict
    after_unanswered_write: Callable[..., Any] = after_unanswered_write
    find_claim: Callable[..., Any] = find_claim
    after_failed_append: Callable[..., Any] = after_failed_append
    cancellation: Callable[..., Any] = cancellation
    waits_out: bool = True
    """Whether no end comes before a write without an answer is over."""
    cancels: bool = True
    """Whether an end without success cancels what is pending or claimed."""
    verifies_again: bool = True
    """Whether a changed object is verified again."""
    fresh_nonces: bool = True
    untested: frozenset[tuple[str, str]] = frozenset()
    """Kinds of patches and paths that they do not test."""


class Plan(NamedTuple):
    """The command of a client."""

    kind: str
    """``create`` or ``extend``."""
    name: str
    id: str
    candidates: tuple[Ranges, ...]
    """Ranges to take; more than one as ``--ips`` finds them."""


class Client(NamedTuple):
    """One run, between two requests."""

    at: str = "look"
    life: int = 0
    """Which run of the command it is."""
    mine: Obj | None = None
    """Our pool, or the pool with our claim, as we know it."""
    base: Obj | None = None
    """The pool that a claim is to be written on."""
    candidate: int = 0
    tried: frozenset[int] = frozenset()
    silent: bool = False
    """Whether a write of ours got no answer and may still take effect."""
    then: str = ""
    """Where to go on after a cancellation."""
    lost: bool = False
    result: str = ""

    @property
    def creates(self) -> bool:
        """Whether its next write is a new pool or a new claim."""
        return self.at in ("post", "claim")


class Write(NamedTuple):
    """A write on its way."""

    client: int
    life: int
    kind: str
    name: str
    new: Obj | None = None
    """What a POST makes; what a DELETE expects to find."""
    patch: str = ""
    held: Held | None = None
    """The claim that the patch speaks of: its nonce is not free as long as the write may come."""


ENDED = "ended"
DEAD = "dead"
STOPPED = "stopped"
"""A signal ended it."""
LATE = "late"
"""The deadline ended it, or a fault for good; what a write without an answer makes is told of."""
UNKNOWN = "unknown"
"""It says that a mark or a claim may be left."""
KEPT = "kept"
"""Ours stays, be it with the mark, and it says so."""


def request_of(plan: Plan, ranges: Ranges) -> Request:
    return Request(Pool(plan.name, tuple(map(network, ranges))), plan.id)


@cache
def candidate_of(plan: Plan, candidate: int) -> Request:
    return request_of(plan, plan.candidates[candidate])


@cache
def search_of(plan: Plan) -> Search:
    """The candidates of ``--prefix``, each of one network."""
    within = (parse_prefix(network(each).spelling.cidr or "") for (each,) in plan.candidates)
    return Search(Block(prefix=24), tuple(each for each in within if each is not None))


@cache
def extension_of(plan: Plan, candidate: int = 0) -> Extension:
    ranges = tuple(map(network, plan.candidates[candidate]))
    return Extension(plan.name, ranges, plan.id, any_range=len(plan.candidates) > 1)


def text_of(kind: str, patch: JsonPatch | Sequence[dict[str, object]], rules: Rules) -> str:
    """The patch, less the tests that are switched off."""
    return json.dumps(
        [
            step
            for step in patch
            if step["op"] != "test"
            or not any(
                each_kind == kind and path in str(step["path"])
                for each_kind, path in rules.untested
            )
        ]
    )

"""Extensions of pools in the cluster in memory, and claims on them."""

import random
from typing import Any

from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.domain.annotations.claims import Claim, claim_of, made_claim
from ippoolctl.domain.annotations.marks import CLAIM
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.extension import Extension
from ippoolctl.domain.protocol.outcome import Outcome
from ippoolctl.engine.range_claim import extend
from tests.builders import pool
from tests.engine.conftest import World
from tests.fakes import run_of

OWN, MORE = "10.0.0.0/24", "10.0.1.0/24"
PENDING = {"ippoolctl/state": "pending"}


def extension(name: str, *ranges: str, request_id: str = "one") -> Extension:
    return Extension(name, pool(name, *ranges).ranges, request_id)


def extended(
    world: World, *ranges: str, seconds: float = 60.0, patient: bool = True, dry_run: bool = False,
    name: str = "a",
) -> Outcome:  # fmt: skip
    run, world.recorder = run_of(world.gateway, seconds, patient=patient)
    run.random = random.Random(1).random
    return extend(run, extension(name, *ranges), dry_run=dry_run)


def texts(world: World, name: str = "a") -> tuple[str, ...]:
    return live(world, name).texts


def live(world: World, name: str = "a") -> Pool:
    """The pool as stored, without the gateway and its injected failures."""
    document = world.cluster.document(name)
    assert document is not None
    return read_live_pool(document)


def claim_on(world: World, name: str = "a") -> Claim | None:
    return claim_of(live(world, name))


def put_claim(world: World, name: str, *ranges: str, request_id: str = "other") -> None:
    """A claim as a run of another process would write it."""
    claim = made_claim(request_id, "n", "2026-01-01T00:00:00Z", pool(name, *ranges).ranges)
    document: dict[str, Any] = dict(world.cluster.document(name) or {})
    meta = dict(document["metadata"])
    meta["annotations"] = {**meta.get("annotations", {}), CLAIM: claim.text}
    world.cluster.store({**document, "metadata": meta})


def drop_claim(world: World, name: str) -> None:
    document = dict(world.cluster.document(name) or {})
    meta = dict(document["metadata"])
    meta["annotations"] = {k: v for k, v in meta["annotations"].items() if k != CLAIM}
    world.cluster.store({**document, "metadata": meta})

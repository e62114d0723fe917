"""Small values for tests: pools from the text of their ranges."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.addresses.ranges import Spelling
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.claims import Claim, made_claim
from ippoolctl.domain.antrea.pool import NOTHING, Live, Origin, Pool, Usage

HERE = Path(__file__).parent
ROOT = HERE.parent


def range_object(text: str) -> dict[str, str]:
    """``10.0.0.0/24`` or ``10.0.0.1-10.0.0.9`` as an item of ``spec.ipRanges``."""
    if "/" in text:
        return {"cidr": text}
    start, _, end = text.partition("-")
    return {"start": start, "end": end}


def spelling(text: str) -> Spelling:
    return Spelling(**range_object(text))


def pool_object(name: str, *ranges: str, version: str = "v1beta1", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": f"crd.antrea.io/{version}",
        "kind": "ExternalIPPool",
        "metadata": {"name": name},
        "spec": {"ipRanges": [range_object(each) for each in ranges], "nodeSelector": {}, **spec},
    }


def pool(name: str, *ranges: str, origin: Origin | None = None, **spec: Any) -> Pool:
    return read_pool(pool_object(name, *ranges, **spec), origin)


def live_pool(
    name: str,
    *ranges: str,
    uid: str = "uid",
    request_id: str = "",
    pending: bool = False,
    claim: Claim | None = None,
    used: int | None = None,
    deleted: bool = False,
    annotations: Mapping[str, str] = NOTHING,
) -> Pool:
    """A pool as the API server lists it."""
    ours = {marks.REQUEST_ID: request_id} if request_id else {}
    ours |= {marks.STATE: marks.PENDING} if pending else {}
    ours |= {marks.CLAIM: claim.text} if claim is not None else {}
    usage = None if used is None else Usage(total=256, used=used)
    since = "2026-01-01T00:00:00Z" if deleted else None
    live = Live(uid, "7", deleted=since, usage=usage)
    return pool(name, *ranges)._replace(annotations={**ours, **annotations}, live=live)


def claim_on(*ranges: str, request_id: str = "other/1", nonce: str = "n") -> Claim:
    """A claim on these ranges."""
    return made_claim(request_id, nonce, "2026-01-01T00:00:00Z", pool("it", *ranges).ranges)


def json_lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)

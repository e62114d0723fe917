"""Small values for tests: pools from the text of their ranges."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.addresses.ranges import Spelling
from ippoolctl.domain.antrea.pool import Origin, Pool

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


def json_lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)

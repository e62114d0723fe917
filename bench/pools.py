"""The generated set: pools of ten disjoint ranges each, a tenth of the pools IPv6."""

import json
from pathlib import Path
from typing import Any

RANGES = 10


def pools(number: int, *, subnets: bool = False) -> list[dict[str, Any]]:
    """That many ExternalIPPools; none overlaps another, and check finds nothing in them.

    With ``subnets`` each has one range and subnetInfo.
    """
    if subnets:
        return [_with_subnet(index) for index in range(number)]
    return [
        {
            "apiVersion": "crd.antrea.io/v1beta1",
            "kind": "ExternalIPPool",
            "metadata": {"name": f"pool-{index}"},
            "spec": {
                "ipRanges": [_range(index * RANGES + each) for each in range(RANGES)],
                "nodeSelector": {"matchLabels": {"network-role": "egress-gateway"}},
            },
        }
        for index in range(number)
    ]


def _with_subnet(index: int) -> dict[str, Any]:
    network = f"10.{index >> 8}.{index & 255}"
    return {
        "apiVersion": "crd.antrea.io/v1beta1",
        "kind": "ExternalIPPool",
        "metadata": {"name": f"pool-{index}"},
        "spec": {
            "ipRanges": [{"start": f"{network}.10", "end": f"{network}.50"}],
            "subnetInfo": {"gateway": f"{network}.1", "prefixLength": 24, "vlan": index + 1},
            "nodeSelector": {"matchLabels": {"network-role": "egress-gateway"}},
        },
    }


def _range(number: int) -> dict[str, str]:
    high, middle, low = number >> 11 & 255, number >> 3 & 255, (number & 7) * 32
    if number // RANGES % 10 == 9:
        prefix = f"2001:db8:{number >> 8:x}:{(number & 255) + 1:x}"
        return {"start": f"{prefix}::1", "end": f"{prefix}::9"}
    if number % 3 == 0:
        return {"cidr": f"10.{high}.{middle}.{low}/28"}
    return {"start": f"10.{high}.{middle}.{low + 1}", "end": f"10.{high}.{middle}.{low + 20}"}


def write(directory: Path, number: int) -> tuple[Path, Path]:
    """The set as a JSON List and as a YAML stream of documents; the two paths."""
    import yaml

    objects = pools(number)
    as_json, as_yaml = directory / f"{number}.json", directory / f"{number}.yaml"
    as_json.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    with as_yaml.open("w") as file:
        yaml.dump_all(objects, file, Dumper=yaml.CSafeDumper, sort_keys=False)
    return as_json, as_yaml

"""``diff`` beside ``kubectl diff``, which asks the API server and Antrea's webhook."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.builders import pool_object
from tests.e2e.cluster import Cluster
from tests.e2e.command import Command


def edge(**metadata: Any) -> dict[str, Any]:
    document = pool_object("edge", "10.0.0.0/25", nodeSelector={"matchLabels": {"role": "gw"}})
    document["metadata"] |= {"labels": {"team": "net", "tier": "1"}, **metadata}
    return document


def changed(path: str, value: Any) -> dict[str, Any]:
    """The pool with another value of one field."""
    document = edge()
    *parts, last = path.split(".")
    parent = document
    for each in parts:
        parent = parent[each]
    parent[last] = value
    return document


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (edge(), 0),
        (changed("metadata.labels", {"team": "net"}), 1),
        (changed("metadata.labels", {"team": "core", "tier": "1"}), 1),
        (changed("metadata.annotations", {"note": "x"}), 1),
        (changed("metadata.annotations", {"other": "tool"}), 0),
        (changed("spec.nodeSelector", {"matchLabels": {"role": "egress"}}), 1),
        (changed("spec.subnetInfo", {"gateway": "10.0.0.1", "prefixLength": 24}), 1),
        (changed("spec.ipRanges", [{"cidr": "10.0.0.0/25"}, {"cidr": "10.0.1.0/24"}]), 1),
    ],
)
def test_diff_and_kubectl_diff_agree(
    cluster: Cluster, command: Command, tmp_path: Path, wanted: dict[str, Any], code: int
) -> None:
    kubectl = cluster.plane.kubectl
    assert kubectl("apply", "-f", "-", input=orjson.dumps(edge()).decode()).returncode == 0
    assert kubectl("label", "eip", "edge", "argocd.argoproj.io/instance=x").returncode == 0
    assert kubectl("annotate", "eip", "edge", "other=tool").returncode == 0
    file = tmp_path / "edge.json"
    file.write_bytes(orjson.dumps(wanted))

    theirs = kubectl("diff", "-f", str(file))
    ours = command("diff", str(file))

    assert (ours.code, theirs.returncode) == (code, code)


def test_a_webhook_that_denies_everything_does_not_break_a_diff(
    cluster: Cluster, command: Command, tmp_path: Path
) -> None:
    cluster.create("edge", "10.0.0.0/25")
    file = tmp_path / "edge.json"
    file.write_bytes(orjson.dumps(pool_object("edge", "10.0.0.0/26")))

    assert cluster.plane.kubectl("diff", "-f", str(file)).returncode > 1
    found = command("diff", str(file), "-o", "json")

    assert found.code == 1
    (change,) = found.document["items"][0]["changes"]
    assert (change["class"], change["lost"][0]["first"]) == ("shrink", "10.0.0.64")


def test_an_export_has_no_difference(cluster: Cluster, command: Command, tmp_path: Path) -> None:
    cluster.create("edge", "10.0.0.1/25", "10.0.1.5-10.0.1.9")
    cluster.create("lab", "fd00::/64")
    file = tmp_path / "all.yaml"
    file.write_text(command("export").out)

    assert command("diff", "-f", str(file), "--complete").code == 0

"""The bars on a real kube-apiserver, the one of ``make e2e``."""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.measuring import IPPOOLCTL, KUBECTL, Bar, in_turn
from bench.pools import pools
from tests.e2e.api import POOLS
from tests.e2e.build import binary
from tests.e2e.control_plane import ControlPlane

OFFICIAL = """
from kubernetes import client, config
config.load_kube_config()
api = client.CustomObjectsApi()
pools = api.list_cluster_custom_object("crd.antrea.io", "v1beta1", "externalippools")
for pool in pools["items"]:
    print(pool["metadata"]["name"], pool["spec"]["ipRanges"])
"""
"""A minimal script on the official Python client."""

LIST = [IPPOOLCTL, "list"]
GET = [KUBECTL, "get", "eip"]
VIEW = [KUBECTL, "config", "view"]
COMPLETE = [
    "/usr/bin/env", "_IPPOOLCTL_COMPLETE=complete_bash", "COMP_WORDS=ippoolctl show ",
    "COMP_CWORD=2", IPPOOLCTL,
]  # fmt: skip
KUBECTL_COMPLETE = [KUBECTL, "__complete", "get", "eip", ""]
SCRIPT = [sys.executable, "-c", OFFICIAL]


def live() -> list[Bar]:
    """Lists of 10 and of 10,000 pools, and the names that a shell is offered."""
    with ControlPlane(binary()) as plane, tempfile.TemporaryDirectory() as cache:
        os.environ |= {"KUBECONFIG": str(plane.kubeconfig()), "KUBECACHEDIR": cache}
        # In the form that programs write.
        written = subprocess.run([*VIEW, "--raw"], capture_output=True, check=True).stdout
        kubeconfig = Path(cache) / "config"
        kubeconfig.write_bytes(written)
        os.environ["KUBECONFIG"] = str(kubeconfig)
        create(plane, pools(10, subnets=True))
        bars = [listing("`list` of 10 pools with subnetInfo")]
        plane.reset()
        create(plane, pools(10))
        bars += [listing("`list` of 10 pools"), *few()]
        create(plane, pools(10_000)[10:])
        return [*bars, *many()]


def create(plane: ControlPlane, objects: list[dict[str, Any]]) -> None:
    def post(each: dict[str, Any]) -> None:
        answer = plane.request("POST", POOLS, each)
        assert answer.status == 201, answer

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(post, objects))


def listing(work: str) -> Bar:
    ours, theirs = in_turn(LIST, GET, runs=21)
    ratio = ours.seconds / theirs.seconds
    return Bar(
        f"{work} : `kubectl get eip`",
        f"{ours.seconds * 1000:.0f} ms : {theirs.seconds * 1000:.0f} ms = {ratio:.2f} x",
        "≤ 3 x",
        ratio <= 3,
    )


def few() -> list[Bar]:
    ours, script = in_turn(LIST, SCRIPT, runs=21)
    gain = script.seconds / ours.seconds
    names, theirs_names = in_turn(COMPLETE, KUBECTL_COMPLETE, runs=21)
    share = names.seconds / theirs_names.seconds
    return [
        Bar(
            "completion of live names : `kubectl __complete`",
            f"{names.seconds * 1000:.0f} ms : {theirs_names.seconds * 1000:.0f} ms = {share:.2f} x",
            "≤ 3 x",
            share <= 3,
        ),
        Bar(
            "a script on the official client : `list` of 10 pools",
            f"{script.seconds * 1000:.0f} ms : {ours.seconds * 1000:.0f} ms = {gain:.2f} x",
            "≥ 1.5 x",
            gain >= 1.5,
        ),
    ]


def many() -> list[Bar]:
    ours, theirs = in_turn(LIST, GET, runs=9)
    ratio = ours.elapsed / theirs.elapsed
    return [
        Bar(
            "`list` of 10,000 pools : `kubectl get eip`",
            f"{ours.elapsed:.2f} s : {theirs.elapsed:.2f} s = {ratio:.2f} x",
            "≤ 0.5 x",
            ratio <= 0.5,
        ),
        Bar("its memory", f"{ours.mebibytes:.0f} MiB", "≤ 250 MiB", ours.mebibytes <= 250),
    ]

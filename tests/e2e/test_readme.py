"""The README's tour of a cluster shows real output, and its rights are enough."""

import re
import subprocess
import sys
from pathlib import Path

import yaml

from tests.builders import ROOT
from tests.e2e.cluster import Cluster
from tests.e2e.control_plane import PATHS

README = (ROOT / "README.md").read_text(encoding="utf-8")
STEPS = [
    (command, shown)
    for block in re.findall(r"```sh-session\n(.*?)```", README, re.DOTALL)
    for command, shown in re.findall(r"\$ (.*)\n((?:[^$].*\n)*)", block)
]

AGE = re.compile(r"^(.* ok +)\d+s$", re.MULTILINE)
"""The last column of a list."""


def run(cluster: Cluster, command: str, user: str = "admin") -> str:
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "KUBECONFIG": str(cluster.plane.kubeconfig(user)),
        "HOME": "/nonexistent",
    }
    done = subprocess.run(
        ["sh", "-c", f"{command} 2>&1"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout


def test_the_tour_of_a_cluster_shows_real_output(cluster: Cluster) -> None:
    assert len(STEPS) >= 6
    for command, shown in STEPS:
        # In the tour the webhook is behind from the deletion on.
        cluster.webhook.lag = 8.0 if "delete" in command else cluster.webhook.lag

        assert AGE.sub(r"\1AGE", run(cluster, command)) == AGE.sub(r"\1AGE", shown)


def test_the_rights_of_the_examples_are_enough(cluster: Cluster) -> None:
    roles = list(yaml.safe_load_all((ROOT / "examples" / "rights.yaml").read_text()))
    made: list[str] = []
    for role, user in zip(roles, ("nobody", "nobody", "nobody"), strict=True):
        name = role["metadata"]["name"]
        binding = {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": name},
            "roleRef": {
                "apiGroup": "rbac.authorization.k8s.io",
                "kind": "ClusterRole",
                "name": name,
            },
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}],
        }
        for kind, each in (("ClusterRole", role), ("ClusterRoleBinding", binding)):
            assert cluster.plane.request("POST", PATHS[kind], each).status == 201
            made.append(f"{PATHS[kind]}/{name}")
    try:
        created = run(cluster, "ippoolctl create a --range 10.0.0.0/28 --until seen", "nobody")
        assert created.endswith("externalippool.crd.antrea.io/a created\n")
        renamed = run(cluster, "ippoolctl rename a b --yes", "nobody")
        assert renamed.endswith("externalippool.crd.antrea.io/b created\n")
        deleted = run(cluster, "ippoolctl delete b --until forgotten", "nobody")
        assert deleted.endswith("externalippool.crd.antrea.io/b forgotten by the webhook\n")
        assert "warning" not in deleted
    finally:
        for path in made:
            cluster.plane.request("DELETE", path)

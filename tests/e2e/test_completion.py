"""Completion offers the names of live pools, and nothing else."""

import os
import subprocess
import sys

import pytest

from tests.e2e.cluster import Cluster


def offered(cluster: Cluster, words: str, shell: str = "bash", user: str = "admin") -> list[str]:
    typed = f"ippoolctl {words}"
    environment = {
        **os.environ,
        "KUBECONFIG": str(cluster.plane.kubeconfig(user)),
        "_IPPOOLCTL_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(typed.split(" ")) - 1),
        "_TYPER_COMPLETE_ARGS": typed,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    done = subprocess.run(
        [sys.executable, "-c", "from ippoolctl.cli.start import run; run()"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize("command", ["show", "delete", "list", "wait"])
def test_names_of_live_pools_are_completed(cluster: Cluster, command: str) -> None:
    for number, name in enumerate(("edge", "extra", "lab")):
        cluster.create(name, f"10.{number}.0.0/24")

    assert offered(cluster, f"{command} e") == ["edge", "extra"]
    assert offered(cluster, f"{command} e", "fish") == ["edge", "extra"]
    assert "edge" in str(offered(cluster, f"{command} e", "zsh"))


def test_a_name_already_on_the_command_line_is_not_completed_again(cluster: Cluster) -> None:
    cluster.create("edge", "10.0.0.0/24")
    cluster.create("extra", "10.1.0.0/24")

    assert offered(cluster, "delete edge ") == ["extra"]


def test_completion_without_the_right_to_list_is_empty(cluster: Cluster) -> None:
    cluster.create("edge", "10.0.0.0/24")

    assert offered(cluster, "delete ", user="nobody") == []
    assert offered(cluster, "show --server https://127.0.0.1:9 ") == []

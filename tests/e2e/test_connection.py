"""Connection failures to a real API server: one line, a hint, the exit code, in time."""

import base64
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.cli.program import Result
from tests.e2e.cluster import Cluster
from tests.e2e.command import Command
from tests.noise import NOISE

COMMANDS = (
    ("list",),
    ("check",),
    ("show", "a"),
    ("create", "a", "--range", "10.0.0.0/24"),
    ("create", "a", "--range", "10.0.0.0/24", "--wait"),
    ("delete", "a"),
    ("wait", "a", "--timeout", "2s"),
    ("suggest", "--ips", "4", "--within", "10.0.0.0/16"),
)

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def kubeconfig(cluster: Cluster, tmp_path: Path) -> Callable[[Change], str]:
    """The admin's kubeconfig with something changed."""

    def changed(change: Change) -> str:
        content = json.loads(cluster.plane.kubeconfig().read_text())
        change(content)
        path = tmp_path / "kubeconfig"
        path.touch(mode=0o600)
        path.write_text(json.dumps(content))
        return str(path)

    return changed


def cluster_of(content: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = content["clusters"][0]["cluster"]
    return found


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def run(*arguments: str) -> tuple[Result, float]:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "ippoolctl", *arguments],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return Result(done.returncode, done.stdout, done.stderr), time.monotonic() - began


def is_one_line_and_a_hint(result: Result) -> bool:
    lines = result.err.rstrip("\n").split("\n")
    return len(lines) == 2 and lines[0].startswith("error: ") and lines[1].startswith("hint: ")


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("user", ["nobody", "stranger"])
def test_a_missing_permission_is_reported(
    cluster: Cluster, command: Command, user: str, arguments: tuple[str, ...]
) -> None:
    result = command(*arguments, user=user)

    assert result.code == 3
    assert is_one_line_and_a_hint(result), result.err
    expected = "cannot" if user == "nobody" else "Unauthorized"
    assert expected in result.err
    assert cluster.pools() == {}


def test_missing_verbs_are_named_before_anything_is_written(
    cluster: Cluster, command: Command
) -> None:
    result = command("create", "a", "--range", "10.0.0.0/24", "--wait", user="viewer")

    assert result.code == 3
    assert "create, patch, delete" in result.err
    assert [each for each in cluster.webhook.requests if each.operation == "CREATE"] == []


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_certificate_of_another_authority_is_not_trusted(
    kubeconfig: Callable[[Change], str], arguments: tuple[str, ...]
) -> None:
    other = base64.b64encode(trustme.CA().cert_pem.bytes()).decode()
    path = kubeconfig(
        lambda content: cluster_of(content).update({"certificate-authority-data": other})
    )

    result, seconds = run(*arguments, "--kubeconfig", path)

    assert result.code == 3
    assert is_one_line_and_a_hint(result), result.err
    assert "certificate" in result.err
    assert seconds < 2 + NOISE


def test_a_certificate_for_another_name_is_not_trusted(kubeconfig: Callable[[Change], str]) -> None:
    path = kubeconfig(
        lambda content: cluster_of(content).update({"tls-server-name": "elsewhere.example"})
    )

    result, _ = run("list", "--kubeconfig", path)

    assert result.code == 3
    assert is_one_line_and_a_hint(result), result.err
    assert "elsewhere.example" in result.err


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_refused_connection_ends_within_the_time_of_one_request(
    kubeconfig: Callable[[Change], str], arguments: tuple[str, ...]
) -> None:
    path = kubeconfig(lambda content: cluster_of(content).update(server="https://127.0.0.1:9"))

    result, seconds = run(*arguments, "--kubeconfig", path, "--request-timeout", "3s")

    assert result.code == 3
    assert is_one_line_and_a_hint(without_waits(result)), result.err
    assert "127.0.0.1:9" in result.err
    assert seconds < 3 + NOISE


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_server_that_never_answers_ends_within_the_time_of_one_request(
    kubeconfig: Callable[[Change], str], silent: int, arguments: tuple[str, ...]
) -> None:
    address = f"https://127.0.0.1:{silent}"
    path = kubeconfig(lambda content: cluster_of(content).update(server=address))

    result, seconds = run(*arguments, "--kubeconfig", path, "--request-timeout", "2s")

    assert result.code == 3
    assert is_one_line_and_a_hint(without_waits(result)), result.err
    assert seconds < 2 + NOISE


def without_waits(result: Result) -> Result:
    """With ``--wait`` each wait has a line."""
    lines = [each for each in result.err.splitlines() if not each.startswith("request failed: ")]
    return Result(result.code, result.out, "\n".join(lines) + "\n")


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_cluster_without_antrea_is_distinguished_from_an_empty_one(
    bare_cluster: str, arguments: tuple[str, ...]
) -> None:
    result, seconds = run(*arguments, "--kubeconfig", bare_cluster)

    assert result.code == 3
    assert is_one_line_and_a_hint(result), result.err
    assert "does not serve ExternalIPPools" in result.err
    assert seconds < 2 + NOISE


@pytest.mark.parametrize("verbosity", [[], ["-v"], ["-vv"], ["-vvv"], ["--debug", "-v"]])
def test_a_token_is_never_shown(
    cluster: Cluster,
    command: Command,
    kubeconfig: Callable[[Change], str],
    verbosity: list[str],
) -> None:
    canaries = {
        json.loads(cluster.plane.kubeconfig(user).read_text())["users"][0]["user"]["token"]
        for user in ("admin", "nobody", "stranger")
    }
    shown = ""
    for user in ("admin", "nobody", "stranger"):
        for arguments in (*COMMANDS, ("list", "-o", "json"), ("create", "b", "--range", "bad")):
            if "--wait" not in arguments or user == "admin":
                result = command(*arguments, *verbosity, user=user)
                shown += result.out + result.err
    unreachable = kubeconfig(
        lambda content: cluster_of(content).update(server="https://127.0.0.1:9")
    )
    broken = kubeconfig(lambda content: content["contexts"][0].update(context="nonsense"))
    for path in (unreachable, broken):
        result, _ = run("list", *verbosity, "--kubeconfig", path)
        shown += result.out + result.err

    assert len(shown) > 1000
    assert not [each for each in canaries if each in shown]
    assert not re.search(r"Bearer|Authorization", shown)


def test_a_client_certificate_authenticates(cluster: Cluster) -> None:
    path = str(cluster.plane.kubeconfig(certificate=True))

    result, _ = run("create", "a", "--range", "10.0.0.0/24", "--kubeconfig", path)

    assert result.code == 0, result.err


def test_impersonation_acts_as_the_named_user(command: Command) -> None:
    result = command("list", "--as", "nobody")

    assert result.code == 3
    assert 'User "nobody" cannot list' in result.err


def test_an_exec_plugin_logs_in_unless_plugins_are_forbidden(
    cluster: Cluster, kubeconfig: Callable[[Change], str], tmp_path: Path
) -> None:
    token = json.loads(cluster.plane.kubeconfig().read_text())["users"][0]["user"]["token"]
    plugin = tmp_path / "plugin"
    credential = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {"token": token},
    }
    plugin.write_text(f"#!/bin/sh\necho secret >&2\ncat <<'E'\n{json.dumps(credential)}\nE\n")
    plugin.chmod(0o700)
    login = {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": str(plugin),
            "interactiveMode": "Never",
        }
    }
    path = kubeconfig(lambda content: content["users"][0].update(user=login))

    allowed, _ = run("list", "--kubeconfig", path)
    forbidden, _ = run("list", "--kubeconfig", path, "--no-exec-auth")

    assert (allowed.code, "secret" in allowed.err) == (0, False)
    assert forbidden.code == 3
    assert is_one_line_and_a_hint(forbidden), forbidden.err

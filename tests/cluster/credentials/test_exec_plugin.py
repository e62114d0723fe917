"""Exec plugins: their input, their output and their limits."""

import base64
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ippoolctl.cluster.connection import ClientCertificate, Connection, ExecPlugin
from ippoolctl.cluster.credentials import exec_plugin
from ippoolctl.cluster.credentials.exec_plugin import ExecCredential, run_plugin
from ippoolctl.ports.faults import CredentialFault
from tests.cluster.kubeconfigs import CANARY

VERSION = "client.authentication.k8s.io/v1"
CONNECTION = Connection(
    "https://x:6443", certificate_authority=b"authority", tls_server_name="name"
)


def plugin(script: str, *args: str, **fields: Any) -> ExecPlugin:
    """A plugin that is a Python script."""
    return ExecPlugin(
        **{
            "command": sys.executable,
            "api_version": VERSION,
            "args": ("-c", script, *args),
            **fields,
        }
    )


def printing(**status: str) -> str:
    document = {"apiVersion": VERSION, "kind": "ExecCredential", "status": status}
    return f"print({json.dumps(document)!r})"


def run(
    asked: ExecPlugin, *, allowed: bool = True, seconds: float = 30, **more: Any
) -> ExecCredential:
    return run_plugin(asked, CONNECTION, allowed=allowed, seconds=seconds, **more)


def test_plugin_returns_token_and_expiration() -> None:
    found = run(plugin(printing(token="t", expirationTimestamp="1970-01-01T01:00:00Z")))

    assert found == ExecCredential("t", None, 3600.0)


def test_plugin_returns_certificate_and_key() -> None:
    found = run(plugin(printing(clientCertificateData="c", clientKeyData="k")))

    assert found == ExecCredential("", ClientCertificate(b"c", b"k"), None)


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_plugin_gets_cluster_information_on_request(version: str) -> None:
    script = """
import json, os
information = json.loads(os.environ["KUBERNETES_EXEC_INFO"])
text = json.dumps([information, os.environ["NAME"], os.environ["OTHER"]])
print(json.dumps({**information, "status": {"token": text}}))
"""
    asked = plugin(
        script,
        api_version=f"client.authentication.k8s.io/{version}",
        env=(("NAME", "value"),),
        provide_cluster_info=True,
        cluster_config={"audience": 7},
    )

    found = run(asked, environment={"OTHER": "kept", "PATH": os.environ["PATH"]})

    information, name, other = json.loads(found.token)
    assert information == {
        "apiVersion": f"client.authentication.k8s.io/{version}",
        "kind": "ExecCredential",
        "spec": {
            "interactive": False,
            "cluster": {
                "server": "https://x:6443",
                "tls-server-name": "name",
                "certificate-authority-data": base64.b64encode(b"authority").decode(),
                "config": {"audience": 7},
            },
        },
    }
    assert (name, other) == ("value", "kept")


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("print('hello')", "printed no ExecCredential"),
        ("print('[]')", "printed no ExecCredential"),
        ('print(\'{"kind": "Pod"}\')', "printed no ExecCredential"),
        (printing().replace("/v1", "/v1beta1"), "another version"),
        (printing(), "neither a token nor a certificate"),
        (printing(token=""), "neither a token nor a certificate"),
        (printing(clientKeyData="k"), "only one of certificate and key"),
        (printing(token="t", expirationTimestamp="soon"), "invalid expirationTimestamp"),
        (printing().replace("status", "other"), "no status"),
        ("raise SystemExit(7)", "ended with code 7"),
        ("print('x' * 2**21)", "printed more than 1 MiB"),
    ],
)
def test_invalid_plugin_output_is_a_one_line_fault(script: str, message: str) -> None:
    with pytest.raises(CredentialFault, match=message) as caught:
        run(plugin(script))

    assert "\n" not in caught.value.message
    assert caught.value.hint


def test_missing_plugin_shows_the_install_hint() -> None:
    asked = ExecPlugin("no-such-plugin", VERSION, install_hint="get it\nfrom a shop")

    with pytest.raises(CredentialFault, match="no-such-plugin was not found") as caught:
        run(asked)

    assert caught.value.hint == "get it from a shop"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"api_version": "client.authentication.k8s.io/v1alpha1"}, "has an unsupported apiVersion"),
        ({"interactive_mode": "Sometimes"}, "invalid interactiveMode: 'Sometimes'"),
        ({"interactive_mode": "Always"}, "needs a terminal"),
        (
            {"cluster_config": {"a": object()}, "provide_cluster_info": True},
            "cannot get its configuration",
        ),
        ({"command": "/"}, "does not start: permission denied"),
        ({"args": ("\0",)}, "NUL"),
    ],
)
def test_plugin_that_cannot_be_run(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(CredentialFault, match=message):
        run(plugin("", **fields))


def test_no_plugin_is_run_with_no_exec_auth(tmp_path: Path) -> None:
    witness = tmp_path / "ran"

    with pytest.raises(CredentialFault, match="is disabled by --no-exec-auth"):
        run(plugin("import sys; open(sys.argv[1], 'w')", str(witness)), allowed=False)

    assert not witness.exists()


def test_timeout_kills_the_plugin_and_its_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
with open(sys.argv[1] + ".new", "w") as file:
    file.write(f"{child.pid} {os.getpid()}")
os.rename(sys.argv[1] + ".new", sys.argv[1])
time.sleep(60)
"""
    began = time.monotonic()

    with pytest.raises(CredentialFault, match="timed out after 3s"):
        run(plugin(script, str(pids)), seconds=3)

    assert time.monotonic() - began < 30
    child, itself = map(int, pids.read_text().split())
    assert not is_running(itself)
    assert eventually_gone(child)


def is_running(pid: int) -> bool:
    try:
        # A zombie has ended; its parent has not waited for it yet.
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def eventually_gone(pid: int) -> bool:
    ends = time.monotonic() + 20
    while is_running(pid) and time.monotonic() < ends:
        time.sleep(0.01)
    return not is_running(pid)


def test_standard_error_of_a_plugin_is_not_shown(capfd: pytest.CaptureFixture[str]) -> None:
    script = f"import sys; sys.stderr.write({CANARY!r}); sys.exit(1)"

    with pytest.raises(CredentialFault) as caught:
        run(plugin(script))

    assert CANARY not in "".join(capfd.readouterr())
    assert CANARY not in caught.value.message + caught.value.hint


def test_interactive_plugin_shares_the_terminal(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exec_plugin, "_is_terminal", lambda *_: True)
    script = f"""
import json, os, sys
sys.stderr.write("open your browser")
{printing(token="t")}
assert json.loads(os.environ["KUBERNETES_EXEC_INFO"])["spec"]["interactive"]
"""

    found = run(plugin(script, interactive_mode="Always"))

    assert found.token == "t"
    assert "open your browser" in capfd.readouterr().err


def test_plugin_with_mode_never_gets_no_terminal(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exec_plugin, "_is_terminal", lambda *_: True)

    run(
        plugin(
            f"import sys; sys.stderr.write('x'); {printing(token='t')}", interactive_mode="Never"
        )
    )

    assert capfd.readouterr().err == ""


def test_closed_stream_is_not_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)

    assert run(plugin(printing(token="t"))).token == "t"

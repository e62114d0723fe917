"""F16: a token expires in the middle of a wait."""

import base64
import json
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from ippoolctl.sandbox.sandbox import Sandbox, Settings
from tests.builders import pool_object
from tests.cli.program import Program

RANGE = "10.0.0.0/24"
PLUGIN = """
import json, pathlib, sys
token = pathlib.Path(sys.argv[1])
calls = token.with_name("calls")
calls.write_text(calls.read_text() + "x" if calls.exists() else "x")
print(json.dumps({
    "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
    "status": {"token": token.read_text()},
}))
"""


@dataclass
class Login:
    """A cluster that wants a token, and where the client gets its own from."""

    sandbox: Sandbox
    tokens: dict[str, str]
    directory: Path
    authority: bytes

    @property
    def token(self) -> Path:
        return self.directory / "token"

    @property
    def calls(self) -> int:
        """How often the plugin ran."""
        path = self.directory / "calls"
        return len(path.read_text()) if path.exists() else 0

    def expire(self, *, renewed: bool) -> None:
        """Make the server accept another token only, which the plugin returns if ``renewed``."""
        if renewed:
            self.token.write_text("second")
        self.tokens["second"] = "admin"
        del self.tokens["first"]

    def kubeconfig(self, how: str) -> str:
        plugin = self.directory / "plugin.py"
        plugin.write_text(PLUGIN)
        command = {"command": sys.executable, "args": [str(plugin), str(self.token)]}
        version = "client.authentication.k8s.io/v1"
        users = {
            "exec": {"exec": {"apiVersion": version, "interactiveMode": "Never", **command}},
            "file": {"tokenFile": str(self.token)},
        }
        authority = base64.b64encode(self.authority).decode()
        cluster = {"server": self.sandbox.url, "certificate-authority-data": authority}
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "x",
            "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}],
            "clusters": [{"name": "x", "cluster": cluster}],
            "users": [{"name": "x", "user": users[how]}],
        }
        path = self.directory / "kubeconfig"
        path.write_text(json.dumps(content))
        return str(path)


@pytest.fixture
def login(tmp_path: Path) -> Iterator[Login]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    tokens = {"first": "admin"}
    with Sandbox(Settings(tokens=tokens, context=context)) as sandbox:
        login = Login(sandbox, tokens, tmp_path, authority.cert_pem.bytes())
        login.token.write_text("first")
        yield login


def meanwhile(*steps: Callable[[], object]) -> threading.Thread:
    """Let things happen one after the other while a command runs."""

    def run() -> None:
        for each in steps:
            time.sleep(1.0)
            each()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("how", ["exec", "file"])
@pytest.mark.parametrize(
    "command", ["wait mine", f"create mine --range {RANGE} --wait"], ids=["wait", "create"]
)
def test_a_token_that_expires_in_mid_wait_is_renewed_once(
    program: Program, login: Login, how: str, command: str
) -> None:
    sandbox = login.sandbox
    sandbox._put(pool_object("old", RANGE))
    sandbox.cache.catch_up()
    if command.startswith("create"):
        sandbox.cache.lag = 4.0
        gone = program("delete", "old", "--kubeconfig", login.kubeconfig(how))
        assert gone.code == 0
    before = login.calls
    thread = meanwhile(
        lambda: login.expire(renewed=True),
        lambda: None if sandbox.cache.lag else sandbox._put(pool_object("mine", "10.1.0.0/24")),
    )

    result = program(*command.split(), "--kubeconfig", login.kubeconfig(how))

    thread.join()
    assert result.code == 0, result.err
    assert "Unauthorized" not in result.err
    assert login.calls - before == (2 if how == "exec" else 0)


@pytest.mark.parametrize("how", ["exec", "file"])
def test_a_token_that_is_refused_twice_ends_it(program: Program, login: Login, how: str) -> None:
    thread = meanwhile(lambda: login.expire(renewed=False))

    result = program("wait", "mine", "--kubeconfig", login.kubeconfig(how))

    thread.join()
    assert result.code == 3
    assert "Unauthorized" in result.err
    assert login.calls == (2 if how == "exec" else 0)

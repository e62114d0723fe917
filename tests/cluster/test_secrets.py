"""No secret is shown: not by repr, in no log, warning, error or fault."""

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme
import yaml

from ippoolctl.cluster.connection import (
    ClientCertificate,
    Connection,
    RequestCredentials,
    Token,
)
from ippoolctl.cluster.credentials.exec_plugin import ExecCredential
from ippoolctl.cluster.kubeconfig.choose import ConnectionOptions, connect
from ippoolctl.cluster.kubeconfig.find import read_kubeconfig
from ippoolctl.errors import IppoolctlError
from tests.cluster.http.test_tls import server_context
from tests.cluster.kubeconfigs import CANARY, base64_of, config, write
from tests.cluster.servers import Server, answer, answering, transport

SECRET = base64_of(CANARY.encode())
USERS: list[dict[str, Any]] = [
    {"token": CANARY},
    {"tokenFile": "/t", "token": CANARY},
    {"username": "u", "password": CANARY},
    {"client-certificate-data": SECRET, "client-key-data": SECRET},
    {"auth-provider": {"name": "oidc", "config": {"refresh-token": CANARY}}},
    {
        "exec": {
            "command": "c",
            "apiVersion": "v",
            "args": [f"--secret={CANARY}"],
            "env": [{"name": "SECRET", "value": CANARY}],
        }
    },
]


@pytest.mark.parametrize("user", USERS)
def test_no_repr_shows_a_secret(user: dict[str, Any], tmp_path: Path) -> None:
    cluster = {
        "proxy-url": f"http://u:{CANARY}@p:1",
        "extensions": [{"name": "client.authentication.k8s.io/exec", "extension": {"key": CANARY}}],
    }
    path = write(tmp_path / "config", config(user, **cluster))

    connection = connect(ConnectionOptions(kubeconfig=path), {})

    shown = [repr(connection), str(connection), repr(read_kubeconfig(path, {}))]
    assert CANARY not in "".join(shown)
    assert CANARY in str([getattr(connection, name) for name in ("proxy_url",)])


def test_repr_of_request_credentials_shows_no_secret() -> None:
    certificate = ClientCertificate(CANARY.encode(), CANARY.encode())

    shown = repr(
        [RequestCredentials(CANARY, certificate), ExecCredential(CANARY, certificate, None)]
    )

    assert CANARY not in shown


@pytest.mark.parametrize(
    "text",
    [
        "users: [{name: a, user: {token: [%s]}}]",
        "users: [{name: a, user: {client-key-data: '%s!'}}]",
        "users: [{name: a, user: {token: '%s}}]",
        "users: [{name: a, user: {token: *%s}}]",
        "users: [{name: a, user: {token: !%s x}}]",
        "users: [{name: a, user: {token: {%s: {[]: }}}}]",
        "%s",
        "%%%s",
        "? [%s]\n: b",
    ],
)
def test_invalid_kubeconfig_is_not_quoted(text: str, tmp_path: Path) -> None:
    path = write(tmp_path / "config", text % CANARY)

    with pytest.raises(IppoolctlError) as caught:
        connect(ConnectionOptions(kubeconfig=path), {})

    assert CANARY not in caught.value.message + caught.value.hint


def test_log_and_warnings_show_no_secret(
    start: Callable[..., Server], authority: trustme.CA, capfd: pytest.CaptureFixture[str]
) -> None:
    secure = server_context(authority.issue_cert("127.0.0.1"))
    lines: list[str] = []
    for server in (start(answering(answer())), start(answering(answer()), secure)):
        connection = Connection(
            server.url, credentials=Token(CANARY), insecure_skip_tls_verify=True
        )
        asked = transport(connection, log=lines.append, warn=lines.append)
        asked.request("POST", "/x", query={"a": "b"}, body=CANARY.encode())
        lines.append(repr(asked))

    assert len(lines) == 6
    assert CANARY not in "".join([*lines, *capfd.readouterr()])


def test_reading_a_kubeconfig_imports_no_slow_package() -> None:
    script = """
import sys
import ippoolctl.cluster.kubeconfig.choose, ippoolctl.cluster.gateway
print(*{"urllib3", "kubernetes", "ssl", "subprocess", "urllib.request"} & set(sys.modules))
"""

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == []


NOISE = [
    "&a ", "*a", "<<: ", "- ", "? ", ": ", "[", "]", "{", "}", "'", '"', "|\n", "\t", "\n", "---\n",
    "%YAML 1.1\n", "!!int ", "!x ", "#", ",", ".inf ", "\x00", "\x1b", "*", "&", "!",
]  # fmt: skip


def test_no_error_of_a_mutated_kubeconfig_quotes_it(tmp_path: Path) -> None:
    rng = random.Random(12)
    shown: list[str] = []
    texts = [yaml.safe_dump(config(user)) for user in USERS]

    for _ in range(3_000):
        text = rng.choice(texts)
        for _ in range(rng.randrange(1, 4)):
            # Mostly just before a secret, which an error is then about.
            at = text.find(CANARY) if rng.random() < 0.7 else rng.randrange(len(text))
            at = max(at, 0)
            text = text[:at] + rng.choice(NOISE) + text[at + rng.choice((0, 0, 1, 5)) :]
        path = write(tmp_path / "config", text)
        try:
            connect(ConnectionOptions(kubeconfig=path), {})
        except IppoolctlError as error:
            shown.append(error.message + error.hint)

    assert len(shown) > 1_000
    assert not [each for each in shown if CANARY in each]

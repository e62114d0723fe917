"""The control endpoint: changes a running sandbox, for clients with its token."""

import ssl
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme

from ippoolctl.sandbox.antrea.webhook import InjectedFailure
from ippoolctl.sandbox.control import HEADER, tell
from ippoolctl.sandbox.sandbox import Sandbox, Settings


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def of(sandbox: Sandbox, authority: str = "") -> dict[str, str]:
    """The content of the control file."""
    return {"url": sandbox.url, "token": sandbox.control.token, "authority": authority}


def send(sandbox: Sandbox, path: str, method: str = "POST", body: Any = b"", **headers: str) -> int:
    connection = HTTPConnection(urlsplit(sandbox.url).netloc, timeout=5)
    headers = {HEADER: headers.get("token", sandbox.control.token)}
    connection.request(method, path, body, headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_the_lag_is_changed(sandbox: Sandbox) -> None:
    assert tell(of(sandbox), "lag", 2.5) == {"lag": 2.5, "fault": None}
    assert str(sandbox.cache.lag) == "2.5"
    assert tell(of(sandbox), "lag", (0.1, 3.0))["lag"] == [0.1, 3.0]
    assert str(sandbox.cache.lag) == "(0.1, 3.0)"


def test_a_webhook_failure_is_injected_and_removed(sandbox: Sandbox) -> None:
    for fault in InjectedFailure:
        assert tell(of(sandbox), "fault", fault)["fault"] == fault
        assert sandbox.webhook.failure is fault
    assert tell(of(sandbox), "fault", None)["fault"] is None


def test_a_restart_is_not_an_injected_failure(sandbox: Sandbox) -> None:
    assert tell(of(sandbox), "restart", None)["fault"] is None


@pytest.mark.parametrize("token", ["", "x", "ü", "{token}x"])
def test_a_wrong_token_is_403_and_changes_nothing(sandbox: Sandbox, token: str) -> None:
    token = token.replace("{token}", sandbox.control.token)

    assert send(sandbox, "/sandbox/fault", body=b'{"fault": "down"}', token=token) == 403
    assert sandbox.webhook.failure is None
    with pytest.raises(OSError, match="token"):
        tell({**of(sandbox), "token": "x"}, "lag", 1)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/sandbox/lag"),
        ("PUT", "/sandbox/lag"),
        ("POST", "/sandbox/"),
        ("POST", "/sandbox"),
        ("POST", "/sandbox/lag/x"),
        ("POST", "/sandbox/stop"),
    ],
)
def test_other_methods_and_paths_are_404(sandbox: Sandbox, method: str, path: str) -> None:
    assert send(sandbox, path, method) == 404


@pytest.mark.parametrize(
    ("word", "body"),
    [
        ("lag", b""),
        ("lag", b"5"),
        ("lag", b"{}"),
        *(("lag", b'{"lag": %b}' % each) for each in (b"-1", b"null", b"[1]", b"[2, 1]", b"{}")),
        *(("fault", b'{"fault": %b}' % each) for each in (b'"none"', b"5", b"[]", b"{}")),
        ("fault", b"[]"),
    ],
)
def test_an_invalid_body_is_400_and_changes_nothing(
    sandbox: Sandbox, word: str, body: bytes
) -> None:
    assert send(sandbox, f"/sandbox/{word}", body=body) == 400
    assert (sandbox.cache.lag, sandbox.webhook.failure) == (0.0, None)


@pytest.mark.parametrize("trusted", ["authority", "certificate"])
def test_a_sandbox_with_tls_is_reached_with_its_authority_or_certificate(trusted: str) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    leaf = certificate.cert_chain_pems[0]
    pem = (authority.cert_pem if trusted == "authority" else leaf).bytes().decode()

    with Sandbox(Settings(context=context, tokens={"a": "admin"})) as sandbox:
        assert tell(of(sandbox, pem), "lag", 1)["lag"] == 1
        with pytest.raises(OSError, match="certificate verify failed"):
            tell(of(sandbox, trustme.CA().cert_pem.bytes().decode()), "lag", 2)


def test_a_stopped_sandbox_is_an_os_error() -> None:
    with Sandbox() as sandbox:
        gone = of(sandbox)

    with pytest.raises(OSError, match="refused"):
        tell(gone, "lag", 1)

"""Servers, and proxies in front of them."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.proxy.fault_proxy import FaultProxy
from tests.proxy.recorder import Server


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls_server(authority: trustme.CA) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with Server(context) as running:
        yield running


@pytest.fixture
def proxy(server: Server) -> Iterator[FaultProxy]:
    with FaultProxy(server.url, seed=1) as running:
        yield running


@pytest.fixture
def secured(tls_server: Server, authority: trustme.CA, tmp_path: Path) -> Iterator[FaultProxy]:
    """TLS on both sides."""
    trusted = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(trusted))
    with FaultProxy(tls_server.url, seed=1, authority=trusted, tls=True) as running:
        yield running

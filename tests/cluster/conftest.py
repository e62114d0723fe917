"""Servers, and the authorities of their certificates."""

import os

import pytest
import trustme

from tests.cluster.servers import _close_transports, _start

__all__ = ["_close_transports", "_start"]

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "KUBERNETES_SERVICE_HOST")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.upper() in PROXIES:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()

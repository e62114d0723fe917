"""Clients that see the raw bytes of an answer."""

import http.client
from collections.abc import Iterator
from contextlib import closing, contextmanager

from tests.proxy.fault_proxy import FaultProxy
from tests.proxy.faults import Fault
from tests.proxy.recorder import EVENTS

PATH = "/apis/crd.antrea.io/v1beta1/externalippools"
WATCH = f"{PATH}?watch=true"
PATIENCE = 20.0


@contextmanager
def client(proxy: FaultProxy) -> Iterator[http.client.HTTPConnection]:
    port = int(proxy.url.rpartition(":")[2])
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        yield connection


def asked(
    proxy: FaultProxy, method: str = "POST", path: str = PATH, body: bytes | None = b"{}"
) -> tuple[int, bytes]:
    with client(proxy) as connection:
        connection.request(method, path, body)
        response = connection.getresponse()
        return response.status, response.read()


def said(proxy: FaultProxy, method: str = "POST", path: str = PATH) -> bytes:
    """All bytes up to the end of the connection; a reset is an error."""
    with client(proxy) as connection:
        connection.request(method, path)
        parts = []
        while part := connection.sock.recv(65_536):
            parts.append(part)
        return b"".join(parts)


def is_logged(proxy: FaultProxy, fault: Fault | None, server: int | None, seen: int | None) -> bool:
    entry = proxy.log[-1]
    return (entry.fault, entry.server_status, entry.client_status) == (fault, server, seen)


def watched(connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
    connection.request("GET", WATCH)
    response = connection.getresponse()
    assert response.readline() == EVENTS[0]
    return response

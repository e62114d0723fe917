"""Requests through proxies: tunnels for https, forwarding for http."""

import base64
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import trustme

from ippoolctl.cluster.connection import Connection, Token
from ippoolctl.ports.faults import UnansweredFault, UnreachableFault, UntrustedFault
from tests.cluster.servers import Server, answer, answering, once, transport

Start = Callable[..., Server]


def context_for(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def tunnel(server: Server, connection: socket.socket) -> None:
    """The smallest proxy that knows CONNECT."""
    request = server.receive(connection)
    host, _, port = request.split()[1].decode().rpartition(":")
    with socket.create_connection((host, int(port))) as target:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=pump, args=(target, connection), daemon=True)
        back.start()
        pump(connection, target)
        back.join(10)


def pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


def through(proxy: Server, server: Server, authority: trustme.CA, user: str = "") -> Connection:
    scheme, _, place = proxy.url.partition("://")
    return Connection(
        server.url,
        certificate_authority=authority.cert_pem.bytes(),
        proxy_url=f"{scheme}://{user}{place}",
        credentials=Token("t"),
    )


def test_https_uses_a_tunnel(start: Start, authority: trustme.CA) -> None:
    server, proxy = start(answering(answer()), context_for(authority)), start(tunnel)
    asked = transport(through(proxy, server, authority, "me:p%40ss@"))

    for _ in range(2):
        assert asked.request("GET", "/x").status == 200

    (request,) = proxy.requests
    assert request.startswith(f"CONNECT 127.0.0.1:{server.port} HTTP/1.".encode())
    identity = base64.b64encode(b"me:p@ss")
    assert b"Proxy-Authorization: Basic " + identity in request.replace(b"proxy-a", b"Proxy-A")
    assert b"Bearer" not in request
    assert server.requests[0].startswith(b"GET /x HTTP/1.1\r\n")
    assert identity not in server.requests[0]


def test_proxy_with_tls(
    start: Start, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = trustme.CA()
    other.cert_pem.write_to_path(str(tmp_path / "system.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "system.pem"))
    server = start(answering(answer()), context_for(authority))
    proxy = start(tunnel, context_for(other))

    assert transport(through(proxy, server, authority)).request("GET", "/").status == 200

    distrusted = start(tunnel, context_for(authority))
    with pytest.raises(UntrustedFault, match=f"the proxy 127.0.0.1:{distrusted.port}"):
        transport(through(distrusted, server, authority)).request("GET", "/")


def test_plain_http_is_forwarded(start: Start) -> None:
    proxy = start(answering(answer(b"from the proxy")))
    connection = Connection("http://x.invalid/root", proxy_url=f"http://u:p@127.0.0.1:{proxy.port}")

    assert transport(connection).request("GET", "/y").body == b"from the proxy"
    assert proxy.requests[0].startswith(b"GET http://x.invalid/root/y HTTP/1.1\r\n")
    assert b"\r\nHost: x.invalid\r\n" in proxy.requests[0]
    assert b"roxy-" in proxy.requests[0]


@pytest.mark.parametrize("status", ["403 Forbidden", "407 Proxy Authentication Required"])
def test_proxy_that_refuses_the_tunnel(status: str, start: Start, authority: trustme.CA) -> None:
    server = start(answering(answer()), context_for(authority))
    proxy = start(once(answer(b"", status)))

    with pytest.raises(UnreachableFault, match=rf"refused the conn.* to .*: {status}") as caught:
        transport(through(proxy, server, authority, "me:secret@")).request("POST", "/")

    assert "secret" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("data", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nX"])
def test_invalid_proxy_response(data: bytes, start: Start, authority: trustme.CA) -> None:
    server = start(answering(answer()), context_for(authority))

    with pytest.raises(UnreachableFault):
        transport(through(start(once(data)), server, authority)).request("POST", "/")


def test_unreachable_proxy(start: Start, authority: trustme.CA) -> None:
    server, proxy = start(answering(answer()), context_for(authority)), start(tunnel)
    proxy.close()

    with pytest.raises(UnreachableFault, match=f"the proxy 127.0.0.1:{proxy.port}: conn"):
        transport(through(proxy, server, authority)).request("GET", "/")


def test_certificate_for_another_name_behind_a_proxy(start: Start, authority: trustme.CA) -> None:
    server = start(answering(answer()), context_for(authority, "api.example.com"))

    with pytest.raises(UntrustedFault, match=r"is for api\.example\.com"):
        transport(through(start(tunnel), server, authority)).request("GET", "/")


def test_response_timeout_behind_a_proxy_with_tls(
    start: Start, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "system.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "system.pem"))
    server = start(lambda server, _: server.stopped.wait(), context_for(authority))
    proxy = start(tunnel, context_for(authority))

    with pytest.raises(UnansweredFault, match="did not respond"):
        transport(through(proxy, server, authority)).request("GET", "/", within=1)

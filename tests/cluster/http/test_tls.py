"""Trusted authorities, client certificates, and the fault of each failure of TLS."""

import datetime
import os
import socket
import ssl
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme

from ippoolctl.cluster.connection import (
    ClientCertificate,
    Connection,
    ExecPlugin,
    Token,
    TokenFile,
)
from ippoolctl.cluster.credentials import exec_plugin
from ippoolctl.cluster.credentials.exec_plugin import ExecCredential
from ippoolctl.ports.faults import (
    ConfigurationFault,
    CredentialFault,
    UnansweredFault,
    UnreachableFault,
    UntrustedFault,
)
from tests.cluster.servers import Server, answer, answering, once, transport

Start = Callable[..., Server]
HERE = "127.0.0.1"


def server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture
def server(start: Start, authority: trustme.CA) -> Server:
    return start(answering(answer()), server_context(authority.issue_cert(HERE)))


def trusting(authority: trustme.CA, url: str, **fields: Any) -> Connection:
    return Connection(url, certificate_authority=authority.cert_pem.bytes(), **fields)


def client_certificate(authority: trustme.CA, name: str = "me@example.com") -> ClientCertificate:
    issued = authority.issue_cert(name)
    chain = b"".join(each.bytes() for each in issued.cert_chain_pems)
    return ClientCertificate(chain, issued.private_key_pem.bytes())


def authorizations(server: Server) -> list[str]:
    return [
        line.split(": ")[1]
        for request in server.requests
        for line in request.decode().split("\r\n")
        if line.startswith("Authorization")
    ]


def test_trusted_authority(server: Server, authority: trustme.CA) -> None:
    asked = transport(trusting(authority, server.url, credentials=Token("t")))

    for _ in range(2):
        assert asked.request("GET", "/").status == 200

    assert authorizations(server) == ["Bearer t"] * 2
    assert server.connections == 1


def test_authorities_among_other_text_are_found(server: Server, authority: trustme.CA) -> None:
    mine = authority.cert_pem.bytes()
    broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    file = "# für alle\n".encode() + broken + trustme.CA().cert_pem.bytes() + mine + mine

    asked = transport(Connection(server.url, certificate_authority=file))

    assert asked.request("GET", "/").status == 200


def test_server_certificate_can_be_its_own_authority(start: Start, authority: trustme.CA) -> None:
    issued = authority.issue_cert(HERE)
    server = start(answering(answer()), server_context(issued))
    own = issued.cert_chain_pems[0].bytes()

    asked = transport(Connection(server.url, certificate_authority=own))

    assert asked.request("GET", "/").status == 200


def test_unknown_authority(server: Server) -> None:
    asked = transport(trusting(trustme.CA(), server.url, credentials=Token("t")))

    with pytest.raises(UntrustedFault, match="signed by an unknown authority") as caught:
        asked.request("POST", "/")

    assert "--certificate-authority" in caught.value.hint
    assert server.requests == []


def test_system_authorities_are_the_default(
    server: Server, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UntrustedFault):
        transport(Connection(server.url)).request("GET", "/")

    authority.cert_pem.write_to_path(str(tmp_path / "system.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "system.pem"))
    assert transport(Connection(server.url)).request("GET", "/").status == 200


@pytest.mark.parametrize("names", [("api.example.com", "10.0.0.1"), ("::1",)])
def test_certificate_for_another_name_lists_its_names(
    names: tuple[str, ...], start: Start, authority: trustme.CA
) -> None:
    server = start(answering(answer()), server_context(authority.issue_cert(*names)))

    with pytest.raises(UntrustedFault) as caught:
        transport(trusting(authority, server.url)).request("GET", "/")

    shown = ", ".join(names).replace("::1", "0:0:0:0:0:0:0:1")
    said = f"the certificate of {HERE}:{server.port} is for {shown}, not for {HERE}"
    assert caught.value.message == said
    assert "tls-server-name" in caught.value.hint
    assert server.requests == []


def test_tls_server_name_is_the_expected_name(start: Start, authority: trustme.CA) -> None:
    server = start(answering(answer()), server_context(authority.issue_cert("api.example.com")))
    connection = trusting(authority, server.url, tls_server_name="api.example.com")

    assert transport(connection).request("GET", "/").status == 200
    with pytest.raises(UntrustedFault, match=r"is for api\.example\.com"):
        transport(trusting(authority, server.url, tls_server_name="other")).request("GET", "/")


@pytest.mark.parametrize(("days", "message"), [(-1, "has expired"), (3, "is not valid yet")])
def test_expired_and_future_certificates(
    days: int, message: str, start: Start, authority: trustme.CA
) -> None:
    ends = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
    issued = authority.issue_cert(
        HERE, not_before=ends - datetime.timedelta(days=1), not_after=ends
    )
    server = start(answering(answer()), server_context(issued))

    with pytest.raises(UntrustedFault, match=message) as caught:
        transport(trusting(authority, server.url)).request("GET", "/")

    assert "clock" in caught.value.hint


def test_insecure_connection_is_warned_about_once(server: Server) -> None:
    warnings: list[str] = []
    connection = Connection(server.url, insecure_skip_tls_verify=True, credentials=Token("t"))
    asked = transport(connection, warn=warnings.append)

    for _ in range(2):
        assert asked.request("GET", "/").status == 200

    assert warnings == [f"the certificate of {server.url} is not verified"]


@pytest.mark.parametrize("in_memory", [True, False])
def test_client_certificate_leaves_no_file_behind(
    in_memory: bool,
    start: Start,
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    if not in_memory:
        monkeypatch.delattr(os, "memfd_create")
    context = server_context(authority.issue_cert(HERE))
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    server = start(answering(answer()), context)
    connection = trusting(authority, server.url, client_certificate=client_certificate(authority))

    assert transport(connection).request("GET", "/").status == 200
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_rejected_client_certificate(
    version: ssl.TLSVersion, start: Start, authority: trustme.CA
) -> None:
    context = server_context(authority.issue_cert(HERE))
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = version
    authority.configure_trust(context)
    server = start(answering(answer()), context)
    connection = trusting(
        authority, server.url, client_certificate=client_certificate(trustme.CA())
    )

    # With TLS 1.3 the alert may be lost in the reset of the connection.
    with pytest.raises((CredentialFault, UnansweredFault)):
        transport(connection).request("GET", "/")
    assert server.requests == []


@pytest.mark.parametrize(
    "certificate", [ClientCertificate(b"", b""), ClientCertificate(b"nonsense", b"\xff\0")]
)
def test_invalid_client_certificate(
    certificate: ClientCertificate, server: Server, authority: trustme.CA
) -> None:
    connection = trusting(authority, server.url, client_certificate=certificate)

    with pytest.raises(CredentialFault, match="cannot be used"):
        transport(connection).request("GET", "/")


def test_key_of_another_certificate(server: Server, authority: trustme.CA) -> None:
    one, other = client_certificate(authority), client_certificate(authority)
    mixed = ClientCertificate(one.certificate, other.key)

    with pytest.raises(CredentialFault, match="cannot be used"):
        transport(trusting(authority, server.url, client_certificate=mixed)).request("GET", "/")


@pytest.mark.parametrize("authority_file", [b"", b"nonsense", b"\xff"])
def test_invalid_authority(authority_file: bytes, server: Server) -> None:
    connection = Connection(server.url, certificate_authority=authority_file)

    with pytest.raises(ConfigurationFault, match="contains no certificate"):
        transport(connection).request("GET", "/")


def hang_up(server: Server, connection: socket.socket) -> None:
    connection.recv(1)


def test_incomplete_handshake(start: Start, authority: trustme.CA) -> None:
    url = start(hang_up).url.replace("http:", "https:")

    with pytest.raises(UnreachableFault):
        transport(trusting(authority, url)).request("POST", "/")


def test_handshake_timeout(start: Start, authority: trustme.CA) -> None:
    url = start(lambda server, _: server.stopped.wait()).url.replace("http:", "https:")

    with pytest.raises(UnreachableFault, match=r"within 1\.\ds|does not respond"):
        transport(trusting(authority, url), request_timeout=1.5).request("POST", "/")


def test_server_with_plain_http(start: Start, authority: trustme.CA) -> None:
    def serve(_: Server, connection: socket.socket) -> None:
        connection.recv(5)
        connection.sendall(answer(b"", "400 Bad Request"))
        while connection.recv(65_536):
            pass

    url = start(serve).url.replace("http:", "https:")

    with pytest.raises(UnreachableFault, match="does not speak TLS"):
        transport(trusting(authority, url)).request("GET", "/")


def test_response_timeout_over_tls(start: Start, authority: trustme.CA) -> None:
    context = server_context(authority.issue_cert(HERE))
    server = start(lambda server, _: server.stopped.wait(), context)
    asked = transport(trusting(authority, server.url))

    with pytest.raises(UnansweredFault, match="did not respond"):
        asked.request("POST", "/", body=b"x", within=1)


def test_incomplete_response_over_tls(start: Start, authority: trustme.CA) -> None:
    data = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"
    server = start(once(data), server_context(authority.issue_cert(HERE)))

    with pytest.raises(UnansweredFault, match="no readable response"):
        transport(trusting(authority, server.url)).request("GET", "/")


def refusing_first(start: Start, authority: trustme.CA) -> Server:
    refusal = answer(b"", "401 Unauthorized")
    return start(answering(refusal, answer()), server_context(authority.issue_cert(HERE)))


def test_token_file_is_read_again_after_status_401(
    start: Start, authority: trustme.CA, tmp_path: Path
) -> None:
    path = tmp_path / "token"
    path.write_text("old")
    server = refusing_first(start, authority)
    lines: list[str] = []

    def log(line: str) -> None:
        lines.append(line)
        path.write_text("new")

    asked = transport(trusting(authority, server.url, credentials=TokenFile(str(path))), log=log)

    assert asked.request("POST", "/", body=b"{}").status == 200
    assert authorizations(server) == ["Bearer old", "Bearer new"]
    assert [line.split()[2] for line in lines] == ["401", "200"]


def test_static_token_is_not_sent_again_after_status_401(
    start: Start, authority: trustme.CA
) -> None:
    server = refusing_first(start, authority)

    asked = transport(trusting(authority, server.url, credentials=Token("t")))

    assert asked.request("GET", "/").status == 401
    assert len(server.requests) == 1


def test_second_status_401_is_the_response(
    start: Start, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = answer(b"", "401 Unauthorized")
    server = start(answering(refusal), server_context(authority.issue_cert(HERE)))
    given = iter([ExecCredential("1", None, None), ExecCredential("2", None, None)])
    monkeypatch.setattr(exec_plugin, "run_plugin", lambda *_, **__: next(given))

    asked = transport(trusting(authority, server.url, credentials=ExecPlugin("c", "v")))

    assert asked.request("GET", "/").status == 401
    assert authorizations(server) == ["Bearer 1", "Bearer 2"]


def test_new_plugin_certificate_opens_a_new_connection(
    start: Start, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = refusing_first(start, authority)
    given = iter(ExecCredential("", client_certificate(authority), None) for _ in range(2))
    monkeypatch.setattr(exec_plugin, "run_plugin", lambda *_, **__: next(given))
    asked = transport(trusting(authority, server.url, credentials=ExecPlugin("c", "v")))

    for _ in range(2):
        assert asked.request("GET", "/").status == 200

    assert (server.connections, len(server.requests)) == (2, 3)

"""Without a fault the proxy passes every request unchanged over every kind of connection."""

import http.client
import json
import socket
import ssl
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import trustme
import yaml

from ippoolctl.cluster.connection import Connection, Token
from ippoolctl.cluster.credentials.cache import CredentialCache
from ippoolctl.cluster.http.transport import Transport
from tests.proxy.clients import PATH, PATIENCE, asked, client, is_logged, watched
from tests.proxy.fault_proxy import FaultProxy
from tests.proxy.faults import ResetBefore, Rule
from tests.proxy.recorder import BODY, Server


def test_a_request_passes_unchanged(server: Server, proxy: FaultProxy) -> None:
    with client(proxy) as connection:
        connection.putrequest("PATCH", f"{PATH}/a%2Fb?dryRun=All&x=%20", skip_accept_encoding=True)
        for name, value in (
            ("Authorization", "Bearer t"),
            ("Impersonate-Group", "one"),
            ("Impersonate-Group", "two"),
            ("Connection", "keep-alive, X-Hop"),
            ("X-Hop", "1"),
            ("Content-Length", "2"),
        ):
            connection.putheader(name, value)
        connection.endheaders(b"{}")
        response = connection.getresponse()
        body = response.read()

    reached = server.requests[0]
    assert (response.status, body) == (200, BODY)
    assert response.headers.get_all("X-Seen") == ["one", "two"]
    assert reached[:2] == ("PATCH", f"{PATH}/a%2Fb?dryRun=All&x=%20")
    assert reached.body == b"{}"
    assert sorted(reached.headers) == [
        ("Authorization", "Bearer t"),
        ("Content-Length", "2"),
        ("Host", server.url.removeprefix("http://")),
        ("Impersonate-Group", "one"),
        ("Impersonate-Group", "two"),
    ]


def test_the_log_has_an_entry_for_each_request(proxy: FaultProxy) -> None:
    asked(proxy, "DELETE", f"{PATH}/a?dryRun=All")

    (entry,) = proxy.log
    assert (entry.method, entry.path, entry.query) == ("DELETE", f"{PATH}/a", "dryRun=All")
    assert is_logged(proxy, None, 200, 200)


def test_a_chunked_body_passes(server: Server, proxy: FaultProxy) -> None:
    with client(proxy) as connection:
        connection.request("POST", PATH, iter([b"ab", b"cde"]), encode_chunked=True)
        assert connection.getresponse().read() == BODY

    assert server.requests[0].body == b"abcde"


def test_an_answer_without_a_body_passes(proxy: FaultProxy) -> None:
    with client(proxy) as connection:
        connection.request("HEAD", PATH)
        response = connection.getresponse()
        assert response.headers["Content-Length"] == str(len(BODY))
        assert response.read() == b""
        connection.request("GET", PATH)
        assert connection.getresponse().read() == BODY


def test_the_path_of_the_server_url_is_prepended(server: Server) -> None:
    with FaultProxy(f"{server.url}/clusters/c/", seed=1) as proxy:
        asked(proxy, "GET", "/version", None)

    assert server.requests[0].target == "/clusters/c/version"


def test_connections_are_kept_on_both_sides(server: Server, proxy: FaultProxy) -> None:
    with client(proxy) as connection:
        for _ in range(10):
            connection.request("GET", PATH)
            connection.getresponse().read()
    asked(proxy)

    assert len(server.requests) == 11
    assert server.connections == 1


def test_a_connection_closed_by_the_server_is_not_reused(server: Server, proxy: FaultProxy) -> None:
    server.hangs_up = True
    for _ in range(5):
        with client(proxy) as connection:
            connection.request("GET", PATH)
            assert connection.getresponse().read() == BODY
        # The end of the server's connection has to be there before the next request.
        assert server.closed.acquire(timeout=PATIENCE)

    assert server.connections == 5


def test_an_unreachable_server_is_a_reset(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with FaultProxy(f"http://127.0.0.1:{port}", seed=1) as proxy:
        with pytest.raises(ConnectionResetError):
            asked(proxy)
        assert is_logged(proxy, None, None, None)


def test_parallel_clients_are_served(server: Server, proxy: FaultProxy) -> None:
    together = threading.Barrier(20)

    def work(number: int) -> set[tuple[int, bytes]]:
        together.wait(PATIENCE)
        return {asked(proxy, "POST", f"{PATH}/{number}-{each}") for each in range(5)}

    with ThreadPoolExecutor(20) as pool:
        answers = set().union(*pool.map(work, range(20)))

    assert answers == {(201, BODY)}
    targets = {each.target for each in server.requests}
    assert len(server.requests) == len(targets) == len(proxy.log) == 100


@contextmanager
def transport(proxy: FaultProxy) -> Iterator[Transport]:
    connection = Connection(
        proxy.url, certificate_authority=proxy.authority or b"", credentials=Token("secret")
    )
    credentials = CredentialCache(connection, exec_allowed=False)
    with closing(Transport(connection, credentials, request_timeout=PATIENCE)) as made:
        yield made


def test_tokens_pass_through_tls_on_both_sides(tls_server: Server, secured: FaultProxy) -> None:
    with transport(secured) as asks:
        for _ in range(3):
            assert asks.request("POST", PATH, body=b"{}").status == 201

    assert tls_server.connections == 1
    assert all(("Authorization", "Bearer secret") in each.headers for each in tls_server.requests)


def test_resets_and_watches_work_with_tls(tls_server: Server, secured: FaultProxy) -> None:
    context = ssl.create_default_context(cadata=(secured.authority or b"").decode())
    port = int(secured.url.rpartition(":")[2])
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=PATIENCE)
    with closing(connection):
        watched(connection).close()
        connection.close()
        assert tls_server.left.wait(PATIENCE)
        secured.rules = [Rule(ResetBefore())]
        connection.request("GET", PATH)
        with pytest.raises(ConnectionResetError):
            connection.getresponse()


def test_an_untrusted_server_is_a_reset(tls_server: Server, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    with (
        FaultProxy(tls_server.url, seed=1, authority=other) as proxy,
        pytest.raises(ConnectionResetError),
    ):
        asked(proxy)

    assert tls_server.requests == []


def test_the_proxy_can_use_its_own_certificate(authority: trustme.CA, tmp_path: Path) -> None:
    trusted, own = tmp_path / "ca.pem", tmp_path / "own.pem"
    authority.cert_pem.write_to_path(str(trusted))
    authority.issue_cert("me@example.com").private_key_and_cert_chain_pem.write_to_path(str(own))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED

    with (
        Server(context) as server,
        FaultProxy(server.url, seed=1, authority=trusted, certificate=own) as proxy,
    ):
        assert asked(proxy) == (201, BODY)


def test_a_kubeconfig_leads_to_the_proxy(secured: FaultProxy, tmp_path: Path) -> None:
    cluster = {
        "server": "https://elsewhere:6443",
        "certificate-authority": "ca.crt",
        "insecure-skip-tls-verify": True,
        "extensions": [],
    }
    user = {"token": "t", "client-key": "key.pem"}
    original = tmp_path / "config"
    original.write_text(
        yaml.safe_dump(
            {
                "clusters": [{"name": "c", "cluster": cluster}],
                "users": [{"name": "u", "user": user}],
                "current-context": "x",
            }
        )
    )
    directory = tmp_path / "copies"
    directory.mkdir()

    copy = secured.kubeconfig(original, directory)

    content = json.loads(copy.read_text())
    found = content["clusters"][0]["cluster"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert list(directory.iterdir()) == [copy]
    assert found.keys() == {"server", "certificate-authority-data", "extensions"}
    assert found["server"] == secured.url
    assert content["users"][0]["user"] == {"token": "t", "client-key": str(tmp_path / "key.pem")}
    assert content["current-context"] == "x"

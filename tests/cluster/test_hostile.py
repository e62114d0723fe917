"""Any kubeconfig and any response of a server leads to a result or to one of our errors."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.cluster.connection import Connection
from ippoolctl.cluster.http.exchange import Response
from ippoolctl.cluster.kubeconfig.choose import ConnectionOptions, connect
from ippoolctl.errors import BugError, IppoolctlError
from ippoolctl.ports.faults import Fault
from tests.cluster.kubeconfigs import config
from tests.cluster.servers import Server, transport
from tests.examples import examples

_NAMES = (
    "apiVersion kind current-context contexts context clusters cluster users user name server token"
    " tokenFile certificate-authority certificate-authority-data insecure-skip-tls-verify"
    " tls-server-name proxy-url client-certificate client-certificate-data client-key-data exec"
    " command args env value interactiveMode auth-provider config as as-groups as-user-extra"
    " extensions extension username password"
)
KEYS = st.sampled_from(_NAMES.split())
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.sampled_from(["one", "v1", "Config", "https://x", "http://[", "/", "\0", "client.x/v1"]),
    st.text(st.characters(codec="utf-8"), max_size=10),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(KEYS, SCALARS), inner, max_size=4)
    ),
    max_leaves=20,
)


def mutated(draw: st.DrawFn, value: Any) -> Any:
    """The value with one of its parts replaced."""
    if isinstance(value, dict) and value and draw(st.booleans()):
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: mutated(draw, value[key])}
    if isinstance(value, list) and value and draw(st.booleans()):
        return [mutated(draw, value[0]), *value[1:]]
    return draw(VALUES)


@st.composite
def almost_right(draw: st.DrawFn) -> bytes:
    user = {"token": "t", "exec": {"command": "c", "args": [], "env": [{"name": "a"}]}}
    text: str = yaml.safe_dump(mutated(draw, config(user, extensions=[{"name": "e"}])))
    return text.encode()


@st.composite
def broken_text(draw: st.DrawFn) -> bytes:
    text = yaml.safe_dump(config({"token": "t"})).encode()
    start = draw(st.integers(0, len(text)))
    noise = draw(st.one_of(st.binary(max_size=5), st.sampled_from([b"&a ", b"*a", b"!!", b"<<: "])))
    return text[:start] + noise + text[start + draw(st.integers(0, 10)) :]


@examples(400)
@given(st.one_of(almost_right(), broken_text(), st.binary(max_size=40)))
def test_any_kubeconfig_is_a_connection_or_one_of_our_errors(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "config"
    path.write_bytes(data)
    options = ConnectionOptions(kubeconfig=str(path))
    with expecting(IppoolctlError) as failures:
        assert connect(options, {}).server

    assert all(each.hint and not isinstance(each, BugError) for each in failures)


@contextmanager
def expecting(kind: type[IppoolctlError]) -> Iterator[list[IppoolctlError]]:
    """Failures of this kind may happen, others may not."""
    failures: list[IppoolctlError] = []
    try:
        yield failures
    except kind as error:
        failures.append(error)


PLACES = st.one_of(
    st.text(max_size=12),
    st.text("a1.:-%[]@/?# \\xn--", max_size=12),
    st.sampled_from(["[::1%25e]:1", "a%zz", "x" * 64, "xn--a", "1.2.3", "[1.2.3.4]", "a..b"]),
)


def no_such_host(*_: object, **__: object) -> None:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@examples(300)
@given(scheme=st.sampled_from(["http", "https"]), server=PLACES, proxy=st.none() | PLACES)
def test_any_server_and_proxy_is_one_of_our_errors(
    monkeypatch: pytest.MonkeyPatch, scheme: str, server: str, proxy: str | None
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", no_such_host)
    options = ConnectionOptions(server=f"{scheme}://{server}", as_user=server)
    environment = {} if proxy is None else {f"{scheme.upper()}_PROXY": f"http://{proxy}"}

    with expecting(IppoolctlError) as failures:
        connection = connect(options, environment)
        transport(connection).request("GET", "/")

    assert failures
    assert all(each.hint and not isinstance(each, BugError) for each in failures)


@pytest.fixture
def said() -> list[bytes]:
    """The response to the next connection."""
    return [b""]


@pytest.fixture
def hostile(start: Callable[..., Server], said: list[bytes]) -> Server:
    def serve(_: Server, connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(said[0])
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65_536):
            pass

    return start(serve)


HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5\r\nhello\r\n0\r\n\r\n"
)
NOISE = st.one_of(
    st.binary(max_size=6),
    st.sampled_from([b"\r\n", b"\n", b"-1", b"\0", b"\r\n ", b":", b"100", b"gzip", b"\xff"]),
)


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    data = draw(st.sampled_from([HEAD, HEAD.replace(b"Transfer", b"X"), HEAD[:40] + b"\r\n"]))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        data = data[:start] + draw(NOISE) + data[start + draw(st.integers(0, 6)) :]
    return data


def ask(connection: Connection) -> None:
    asked = transport(connection)
    with expecting(Fault) as failures:
        assert isinstance(asked.request("GET", "/"), Response)

    asked.close()
    assert not any("\n" in each.message for each in failures)


@examples(200)
@given(data=st.one_of(answers(), st.binary(max_size=40)))
def test_any_response_is_a_response_or_a_fault(
    data: bytes, hostile: Server, said: list[bytes]
) -> None:
    said[0] = data

    ask(Connection(hostile.url))


@examples(50)
@given(data=st.one_of(st.binary(max_size=40), st.just(b"\x15\x03\x01\x00\x02\x02\x28")))
def test_any_handshake_is_a_fault(
    data: bytes, hostile: Server, said: list[bytes], authority: trustme.CA
) -> None:
    said[0] = data
    url = hostile.url.replace("http:", "https:")

    ask(Connection(url, certificate_authority=authority.cert_pem.bytes()))

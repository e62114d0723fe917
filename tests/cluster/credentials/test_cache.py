"""Credentials are kept while they are valid."""

import base64
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ippoolctl.cluster.connection import (
    Basic,
    ClientCertificate,
    Connection,
    Credentials,
    ExecPlugin,
    NoCredentials,
    RequestCredentials,
    Token,
    TokenFile,
)
from ippoolctl.cluster.credentials import exec_plugin
from ippoolctl.cluster.credentials.cache import CredentialCache
from ippoolctl.cluster.credentials.exec_plugin import ExecCredential
from ippoolctl.cluster.http.transport import RequestTime
from ippoolctl.ports.faults import CredentialFault


class Clocks:
    """A monotonic clock and a wall clock with the same time."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def now(self) -> float:
        return self.seconds


def cache(credentials: Credentials, clocks: Clocks, **fields: Any) -> CredentialCache:
    return CredentialCache(
        Connection("https://x", credentials=credentials, **fields),
        exec_allowed=True,
        now=clocks.now,
        wall_clock=clocks.now,
    )


def header(asked: CredentialCache) -> str:
    return asked.get(30, None).header


def test_static_credentials() -> None:
    basic = base64.b64encode("ü:p".encode()).decode()

    assert header(cache(NoCredentials(), Clocks())) == ""
    assert header(cache(Token("t"), Clocks())) == "Bearer t"
    assert header(cache(Basic("ü", "p"), Clocks())) == f"Basic {basic}"
    assert not cache(Token("t"), Clocks()).discard(RequestCredentials("Bearer t"))


@pytest.mark.parametrize("token", ["a b", "a\nb", "a\r\nX: y", "ü", "a\0b"])
def test_invalid_token_is_rejected_and_not_shown(token: str) -> None:
    with pytest.raises(CredentialFault, match="invalid characters") as caught:
        header(cache(Token(token), Clocks()))

    assert token not in caught.value.message + caught.value.hint


def test_token_file_is_read_again_after_a_minute_and_after_a_rejection(tmp_path: Path) -> None:
    path, clocks = tmp_path / "token", Clocks()
    path.write_text(" first\n")
    asked = cache(TokenFile(str(path)), clocks)

    assert header(asked) == "Bearer first"
    path.write_text("second")
    clocks.seconds += 59
    assert header(asked) == "Bearer first"
    clocks.seconds += 1
    assert header(asked) == "Bearer second"
    path.write_text("third")
    assert asked.discard(asked.get(30, None))
    assert header(asked) == "Bearer third"


def test_unreadable_token_file(tmp_path: Path) -> None:
    path, clocks = tmp_path / "token", Clocks()
    asked = cache(TokenFile(str(path)), clocks)

    with pytest.raises(CredentialFault, match="no such file"):
        header(asked)
    path.write_text("\n")
    with pytest.raises(CredentialFault, match="it is empty"):
        header(asked)
    path.write_text("first")
    assert header(asked) == "Bearer first"
    path.unlink()
    clocks.seconds += 60
    assert header(asked) == "Bearer first"
    assert header(cache(TokenFile(str(path), "fallback"), clocks)) == "Bearer fallback"
    os.mkfifo(path)
    with pytest.raises(CredentialFault, match="not a regular file"):
        header(cache(TokenFile(str(path)), clocks))


def test_plugin_credentials_are_kept_until_they_expire(monkeypatch: pytest.MonkeyPatch) -> None:
    clocks, runs = Clocks(), []

    def run(*_: object, seconds: float, **__: object) -> ExecCredential:
        runs.append(seconds)
        return ExecCredential(f"t{len(runs)}", None, clocks.seconds + 10)

    monkeypatch.setattr(exec_plugin, "run_plugin", run)
    own = ClientCertificate(b"c", b"k")
    asked = cache(ExecPlugin("c", "v"), clocks, client_certificate=own)

    assert [header(asked), header(asked)] == ["Bearer t1"] * 2
    clocks.seconds += 10
    assert header(asked) == "Bearer t2"
    assert asked.discard(asked.get(30, None))
    assert header(asked) == "Bearer t3"
    assert asked.get(30, None).certificate == own


def test_requests_that_were_rejected_at_the_same_time_run_the_plugin_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each of them ran it once more, a dozen times in ``check``, perhaps with a login."""
    runs = list[int]()

    def run(*_: object, **__: object) -> ExecCredential:
        runs.append(1)
        return ExecCredential("t", None, None)  # perhaps from a cache of its own

    monkeypatch.setattr(exec_plugin, "run_plugin", run)
    asked = cache(ExecPlugin("c", "v"), Clocks())
    sent = asked.get(30, None)

    for _ in range(3):
        assert asked.discard(sent)
        assert header(asked) == "Bearer t"

    assert len(runs) == 2


def test_plugin_limit_is_that_of_a_request_and_longer_for_a_login(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs: list[float] = []
    at_terminal = iter([False, True] * 3)

    def run(*_: object, seconds: float, **__: object) -> ExecCredential:
        runs.append(seconds)
        return ExecCredential("t", None, None)

    monkeypatch.setattr(exec_plugin, "run_plugin", run)
    monkeypatch.setattr(exec_plugin, "may_use_terminal", lambda _: next(at_terminal))

    def limits(within: float | None) -> tuple[float, float]:
        for _ in range(2):
            cache(ExecPlugin("c", "v"), Clocks()).get(30, within)
        return runs[-2], runs[-1]

    assert limits(None) == (30, 300)
    assert limits(10) == (10, 10)
    assert limits(100) == (30, 100)


def test_a_plugin_that_hangs_takes_its_time_limit_once_for_all_requests_that_wait_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """``list`` took three times the limit, ``lease`` five times: each request ran the plugin."""
    runs, asking = list[float](), threading.Barrier(4)

    def run(*_: object, seconds: float, **__: object) -> ExecCredential:
        runs.append(seconds)
        asking.wait(30)
        raise CredentialFault("the exec plugin c timed out", "run it")

    monkeypatch.setattr(exec_plugin, "run_plugin", run)
    clocks = Clocks()
    asked = cache(ExecPlugin("c", "v"), clocks)

    def ask(number: int) -> str:
        if number:
            asking.wait(30)
        with pytest.raises(CredentialFault) as caught:
            header(asked)
        return caught.value.message

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(ask, range(4))) == {"the exec plugin c timed out"}

    assert ask(0) == "the exec plugin c timed out"
    assert runs == [30]
    clocks.seconds += 1
    monkeypatch.setattr(exec_plugin, "run_plugin", lambda *_, **__: ExecCredential("t", None, None))
    assert header(asked) == "Bearer t"


def test_login_counts_against_the_limit_of_the_caller_only() -> None:
    clocks = Clocks()
    free, bound = RequestTime(30, None, clocks.now), RequestTime(30, 40, clocks.now)

    clocks.seconds += 35
    for each in (free, bound):
        each.exclude(35)

    assert (free.left(), bound.left()) == (30, 5)

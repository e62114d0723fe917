"""F13: SIGINT and SIGTERM to real processes, during a wait, a write and a cancel."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ippoolctl.sandbox.sandbox import Sandbox, Settings
from tests.builders import pool_object
from tests.noise import NOISE
from tests.proxy.fault_proxy import FaultProxy
from tests.proxy.faults import Latency, Rule, Status
from tests.scenarios.processes import Started, eventually, kubeconfig, start

RANGE = "10.0.0.0/24"
SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)]
SOON = 1.0
"""Seconds that stopping may take beyond the answer that is awaited."""
SLOW = 2.0
"""Seconds that the proxy holds a request back."""


class Scene:
    """A cluster, a proxy before it, and commands that go through that."""

    def __init__(self, directory: Path, sandbox: Sandbox, proxy: FaultProxy) -> None:
        self.sandbox = sandbox
        self.proxy = proxy
        self.config = kubeconfig(directory, proxy.url)

    def start(self, *arguments: str) -> Started:
        return start(self.config, *arguments)

    def slow(self, method: str) -> None:
        """Hold back the next request of that method."""
        rule = Rule(Latency(before=SLOW), methods=[method], path="externalippools", times=1)
        self.proxy.rules = [rule]

    def sent(self, method: str, count: int = 1) -> bool:
        found = [
            each
            for each in self.proxy.log
            if each.method == method and "externalippools" in each.path
        ]
        return len(found) >= count

    def answered(self, method: str) -> float:
        """When the request of that method was done that was held back."""
        return next(
            each.ended or 0.0
            for each in self.proxy.log
            if each.method == method and isinstance(each.fault, Latency)
        )

    @property
    def pools(self) -> list[str]:
        resource = self.sandbox.kinds.pools.resource
        return sorted(name for _, name in self.sandbox.store.snapshot(resource)[0])

    def store(self, name: str, text: str) -> None:
        self.sandbox._put(pool_object(name, text))


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with (
        Sandbox(Settings(lag=30.0)) as sandbox,
        FaultProxy(sandbox.url, seed=13) as proxy,
    ):
        yield Scene(tmp_path, sandbox, proxy)


@pytest.mark.parametrize(("signum", "code"), SIGNALS)
def test_a_signal_during_a_wait_leaves_nothing(
    scene: Scene, signum: signal.Signals, code: int
) -> None:
    scene.store("old", RANGE)
    scene.sandbox.cache.catch_up()
    start(scene.config, "delete", "old").ended()
    command = scene.start("create", "mine", "--range", RANGE, "--wait")
    eventually(lambda: scene.sent("POST", 3))

    began = command.send(signum)
    result, ended = command.ended()

    assert result.code == code
    assert ended - began < SOON + NOISE
    assert "pool mine was not created; nothing is left behind" in result.err
    assert scene.pools == []


@pytest.mark.parametrize(("signum", "code"), SIGNALS)
@pytest.mark.parametrize("wait", [[], ["--wait"]])
def test_a_signal_during_a_write_cancels_the_pool(
    scene: Scene, signum: signal.Signals, code: int, wait: list[str]
) -> None:
    scene.slow("POST")
    command = scene.start("create", "mine", "--range", RANGE, *wait)
    eventually(lambda: scene.sent("POST"))

    command.send(signum)
    result, ended = command.ended()

    assert result.code == code
    assert ended - scene.answered("POST") < SOON + NOISE
    assert "stopping after the current request" in result.err
    assert "nothing is left behind" in result.err
    assert scene.pools == []
    assert scene.sent("DELETE")


@pytest.mark.parametrize(("signum", "code"), SIGNALS)
def test_a_signal_during_a_cancel_finishes_the_cancel(
    scene: Scene, signum: signal.Signals, code: int
) -> None:
    scene.slow("PATCH")
    command = scene.start("create", "mine", "--range", RANGE, "--wait")
    eventually(lambda: scene.sent("PATCH"))
    # Another pool appears before the mark is removed: the run ends, and our pool is canceled.
    scene.store("foreign", RANGE)
    scene.sandbox.cache.catch_up()
    scene.slow("DELETE")
    eventually(lambda: scene.sent("DELETE"))

    command.send(signum)
    result, ended = command.ended()

    assert result.code == code
    assert ended - scene.answered("DELETE") < SOON + NOISE
    assert "pool mine was not created; nothing is left behind" in result.err
    assert scene.pools == ["foreign"]


def test_a_second_signal_ends_the_command_at_once(scene: Scene) -> None:
    scene.proxy.rules = [Rule(Latency(before=60.0), methods=["POST"], path="externalippools")]
    command = scene.start("create", "mine", "--range", RANGE)
    eventually(lambda: scene.sent("POST"))

    command.send(signal.SIGINT)
    assert command.process.stderr is not None
    assert "stopping" in command.process.stderr.readline()
    again = command.send(signal.SIGINT)
    result, ended = command.ended()

    assert result.code == -signal.SIGINT
    assert ended - again < SOON + NOISE


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGHUP])
def test_a_second_hangup_does_not_interrupt_the_cleanup(
    scene: Scene, first: signal.Signals
) -> None:
    busy = Rule(Status(503), methods=["PATCH"], path="externalippools")
    slow = Rule(Latency(before=0.5), methods=["DELETE"], path="externalippools", times=1)
    scene.proxy.rules = [busy, slow]
    command = scene.start("create", "mine", "--range", RANGE, "--wait")
    eventually(lambda: scene.sent("PATCH"))

    command.send(first)
    eventually(lambda: scene.sent("DELETE"))
    command.send(signal.SIGHUP)
    result, _ = command.ended()

    assert result.code == (130 if first == signal.SIGINT else 143)
    # A second is all that the cleaning up may take: a slow machine may need more.
    left = "pool mine may still exist as a pending pool" in result.err
    assert left or "pool mine was not created; nothing is left behind" in result.err
    assert left or scene.pools == []


@pytest.mark.parametrize(("signum", "code"), SIGNALS)
@pytest.mark.parametrize(
    "arguments", [["wait", "nothing"], ["delete", "held", "--wait"]], ids=" ".join
)
def test_a_signal_ends_wait_and_delete(
    scene: Scene, signum: signal.Signals, code: int, arguments: list[str]
) -> None:
    held = pool_object("held", RANGE)
    held["metadata"]["finalizers"] = ["example.com/held"]
    scene.sandbox._put(held)
    command = scene.start(*arguments, "-o", "json")
    eventually(lambda: scene.sent("GET", 4))

    began = command.send(signum)
    result, ended = command.ended()

    assert result.code == code
    assert ended - began < SOON + NOISE
    assert result.document["kind"] in ("Error", "OutcomeList")
    assert scene.pools == ["held"]

"""The engine on a real API server behind a proxy that injects faults, and under kills."""

import json
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.cluster import Cluster
from tests.history.history import Command, History, Objects
from tests.history.invariants import violations
from tests.proxy.fault_proxy import FaultProxy
from tests.proxy.faults import Rule
from tests.scenarios.backend import Way
from tests.scenarios.conftest import seed as seed  # a fixture
from tests.scenarios.streams import commands
from tests.scenarios.volume import Load, creates, deletes

Show = Callable[[str, object], None]


class ControlPlaneBackend:
    """The real API server, with the rights of the admin."""

    name = "control plane"

    def __init__(self, cluster: Cluster, directory: Path) -> None:
        self.cluster = cluster
        self._directory = directory

    @contextmanager
    def way(self, seed: int, rules: Iterable[Rule]) -> Iterator[Way]:
        plane = self.cluster.plane
        with FaultProxy(
            plane.server, seed=seed, rules=rules, authority=plane.authority, tls=True
        ) as proxy:
            login = proxy.kubeconfig(plane.kubeconfig(), self._directory)
            yield Way(proxy, ("--kubeconfig", str(login)))

    def store(self, name: str, *ranges: str) -> None:
        answer = self.cluster.create(name, *ranges)
        assert answer.status in (201, 409), answer

    def pools(self) -> Objects:
        return self.cluster.pools()


@pytest.mark.parametrize("part", range(4))
def test_creates_and_deletes_under_faults(
    cluster: Cluster, seed: int, part: int, tmp_path: Path, record_property: Show
) -> None:
    """F1, F2 and F3: a thousand of each, in four rounds."""
    backend = ControlPlaneBackend(cluster, tmp_path)
    # Handshakes of so many at once take seconds where another worker's tests run beside it.
    load = Load(pools=250, workers=48, seed=seed + part, request_timeout="10s")

    created = creates(backend, load, tmp_path)
    deleted = deletes(backend, load, tmp_path)

    for report in (created, deleted):
        record_property("shown at the end", f"control plane, {report.line}")
        assert not report.broken, (report.line, report.broken[:10])


def kill_the_api_server(cluster: Cluster) -> None:
    cluster.plane.stop_api_server()
    time.sleep(1)
    cluster.plane.revive()


def freeze_the_api_server(cluster: Cluster) -> None:
    cluster.plane.api_server.pause()
    time.sleep(6)
    cluster.plane.revive()


def freeze_etcd(cluster: Cluster) -> None:
    cluster.plane.etcd.pause()
    time.sleep(6)
    cluster.plane.revive()


@pytest.mark.parametrize("harm", [kill_the_api_server, freeze_the_api_server, freeze_etcd])
def test_creates_succeed_although_the_server_is_killed_or_paused(
    cluster: Cluster, seed: int, tmp_path: Path, harm: Callable[[Cluster], None],
    record_property: Show,
) -> None:  # fmt: skip
    """F17: harmed while forty creates are under way, some before it and some behind it."""
    login = ("--kubeconfig", str(cluster.plane.kubeconfig()), "--timeout", "90s", "-q")
    log, over, chance = tmp_path / "events", threading.Event(), random.Random(seed)

    def create(number: int) -> Command:
        over.wait(chance.uniform(0, 1.5))
        name, asked = f"p{number}", f"10.{number}.0.0/24"
        arguments = ("create", name, "--range", asked, "--wait", "-o", "json", *login)
        told = run(*arguments, "--events", str(log))
        document = json.loads(told.out)
        outcome = document["items"][0] if "items" in document else {"error": document}
        return Command("create", name, 90, told.code, outcome, (asked,))

    with commands() as run, ThreadPoolExecutor(40) as threads:
        running = threads.map(create, range(40))
        time.sleep(0.7)
        harm(cluster)
        ended = list(running)

    events = [json.loads(each) for each in log.read_text("ascii").splitlines()]
    history = History(ended, {}, cluster.pools(), (), events)
    met = sum(
        each.get("outcome") in ("unknown", "not-sent") or each.get("seconds", 0) > 3
        for each in events
    )
    record_property(
        "shown at the end", f"{harm.__name__}, seed {seed}: {met} requests of 40 creates were hit"
    )
    assert met
    assert [(each.code, each.outcome) for each in ended if each.code] == []
    assert [each for each in violations(history) if not each.startswith("log:")] == []

"""Twenty other clients write while plans are carried out: no update is lost, none is unapproved."""

import json
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ippoolctl.cli.app import main
from ippoolctl.cluster.gateway import gateway_to
from ippoolctl.cluster.kubeconfig.choose import ConnectionOptions, connect
from ippoolctl.ports.faults import RejectedFault
from ippoolctl.ports.gateway import Gateway
from ippoolctl.sandbox.sandbox import Sandbox
from tests.allocation.clients import kubeconfig
from tests.builders import pool_object

WRITERS = 20
ROUNDS = 6


@pytest.fixture
def config(tmp_path: Path) -> Iterator[str]:
    with Sandbox() as sandbox:
        yield kubeconfig(sandbox.url, tmp_path)


def connected(config: str) -> Gateway:
    connection = connect(ConnectionOptions(kubeconfig=config), {})
    return gateway_to(connection, request_timeout=10, exec_allowed=False)


class Writer(threading.Thread):
    """Labels the pool with a key of its own, again and again, as any controller does."""

    def __init__(self, config: str, number: int, stop: threading.Event) -> None:
        super().__init__()
        self._gateway, self._stop_event = connected(config), stop
        self.key = f"writer-{number}"
        self.last = ""
        """The last value that the server accepted."""

    def run(self) -> None:
        chance = random.Random(self.key)
        count = 0
        while not self._stop_event.wait(chance.uniform(0.1, 1.0)):
            count += 1
            try:
                self._gateway.patch_pool("p", {"metadata": {"labels": {self.key: str(count)}}})
            except RejectedFault as fault:  # the API server gives up after conflicts of its own
                if fault.status != 409:
                    raise
            else:
                self.last = str(count)
        self._gateway.close()


def test_no_update_is_lost_beside_twenty_writers(
    config: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    record_property: Callable[[str, object], None],
) -> None:
    gateway, stop = connected(config), threading.Event()
    gateway.create_pool(pool_object("p", "10.0.0.0/24"))
    writers = [Writer(config, number, stop) for number in range(WRITERS)]
    for each in writers:
        each.start()
    codes = []
    try:
        for number in range(1, ROUNDS + 1):
            file = tmp_path / f"{number}.json"
            file.write_text(json.dumps(wanted(number)), encoding="utf-8")
            codes.append(main(["apply", str(file), "--yes", "--kubeconfig", config]))
    finally:
        stop.set()
        for each in writers:
            each.join()
    found = gateway.get_pool("p")
    gateway.close()

    record_property("shown at the end", f"{ROUNDS} plans beside {WRITERS} writers: codes {codes}")
    assert codes == [0] * ROUNDS, capsys.readouterr().err
    assert found is not None
    ours = {"team": f"t{ROUNDS}"}
    assert found.labels == {**ours, **{each.key: each.last for each in writers if each.last}}
    assert found.texts == tuple(f"10.0.{each}.0/24" for each in range(ROUNDS + 1))
    assert any(each.last for each in writers)


def wanted(number: int) -> dict[str, Any]:
    made = pool_object("p", *(f"10.0.{each}.0/24" for each in range(number + 1)))
    made["metadata"]["labels"] = {"team": f"t{number}"}
    return made


def test_a_plan_is_given_up_if_another_client_changes_what_it_changes(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway, file = connected(config), tmp_path / "pools.json"
    plan = tmp_path / "plan.json"
    for number in range(10):
        gateway.create_pool(pool_object(f"p{number}", f"10.{number}.0.0/24"))
        made = pool_object(f"p{number}", f"10.{number}.0.0/24", f"10.{number}.1.0/24")
        made["metadata"]["labels"] = {"team": "net"}
        file.write_text(json.dumps(made), encoding="utf-8")
        saving = ["apply", str(file), "-o", f"plan={plan}", "--kubeconfig", config]
        assert main(saving) == 0
        gateway.patch_pool(f"p{number}", foreign(number))
        before = gateway.get_pool(f"p{number}")

        code = main(["apply", "--plan", str(plan), "--yes", "--kubeconfig", config])

        after = gateway.get_pool(f"p{number}")
        assert before is not None
        assert after is not None
        assert (code, after[:6]) == (6, before[:6]), capsys.readouterr().err
    gateway.close()


def foreign(number: int) -> dict[str, Any]:
    """Another team, or another range than the plan has."""
    if number % 2:
        return {"metadata": {"labels": {"team": "theirs"}}}
    ranges = [{"cidr": f"10.{number}.0.0/24"}, {"cidr": f"10.{number}.7.0/24"}]
    return {"spec": {"ipRanges": ranges}}

"""Leases as processes: many at once, ended by signals, killed, and longer than their lifetime."""

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ippoolctl.sandbox.sandbox import Sandbox, Settings
from tests.builders import json_lines
from tests.noise import NOISE
from tests.scenarios.leases import (
    FATES,
    LeaseProcess,
    Starter,
    age,
    end_at_any_moment,
    expire,
    names,
    overlaps,
    run_fates,
)
from tests.scenarios.processes import LONG, eventually, kubeconfig, start

COUNT = int(os.environ.get("LEASES", str(len(FATES))))
"""``LEASES=20`` runs as many at once."""
LAG = 2.0


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Settings(lag=LAG)) as sandbox:
        yield sandbox


@pytest.fixture
def config(sandbox: Sandbox, tmp_path: Path) -> Path:
    return kubeconfig(tmp_path, sandbox.url)


@pytest.fixture
def lease_of(config: Path, tmp_path: Path) -> Iterator[Starter]:
    started: list[LeaseProcess] = []

    def begin(command: str, *arguments: str, stops: int = 1) -> LeaseProcess:
        file = tmp_path / f"lease-{len(started)}"
        started.append(LeaseProcess(config, file, command, arguments, stops))
        return started[-1]

    yield begin
    for each in started:
        each.end_at_last()


def sweep(config: Path) -> None:
    result, _ = start(config, "sweep", "--yes").ended()
    assert result.code == 0, result


def test_leases_at_once_have_disjoint_ranges_and_leave_nothing(
    sandbox: Sandbox,
    config: Path,
    lease_of: Starter,
    record_property: Callable[[str, object], None],
) -> None:
    began = time.monotonic()

    codes, ranges = run_fates(lease_of, COUNT)

    seconds = time.monotonic() - began
    killed = codes.count(-signal.SIGKILL)
    assert len(ranges) == COUNT
    assert overlaps(ranges) == 0
    assert len(names(sandbox)) == killed
    expire()
    sweep(config)
    assert names(sandbox) == []
    shown = f"{COUNT} leases at once, lag {LAG} s: {seconds:.1f} s, codes {sorted(set(codes))}"
    record_property("shown at the end", shown)


def test_leases_that_end_at_any_moment_leave_nothing(
    sandbox: Sandbox, config: Path, lease_of: Starter, seed: int
) -> None:
    ends = end_at_any_moment(lease_of, COUNT, seed)

    # Ours, and those of a command that a forwarded hangup ended (129), or its own trap of SIGTERM
    # before it sleeps (5); by the signal itself before our handlers are there, and after the first
    # one.
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
    expected = {0, 5, 129, 130, 143, *(-each for each in signals)}
    started = [end for end in ends if "KeyboardInterrupt" not in end[1]]  # else Python had not
    assert [end for end in started if end[0] not in expected] == [], seed
    age(sandbox)
    sweep(config)
    assert names(sandbox) == [], seed


def test_a_lifetime_is_renewed_while_the_command_runs_and_others_sweep(
    sandbox: Sandbox, config: Path, lease_of: Starter, tmp_path: Path
) -> None:
    events = tmp_path / "events"
    lease = lease_of("sleep 6", "long", "--ttl", "2s", "--events", str(events))
    eventually(lambda: lease.runs)

    while lease.process.poll() is None:
        if "long" in names(sandbox):
            sweep(config)
        time.sleep(1.2)
    code, err = lease.ended()

    assert (code, names(sandbox)) == (0, [])
    assert "warning" not in err
    patches = [each for each in json_lines(events) if each.get("verb") == "patch"]
    assert len(patches) > 5, "one settles the pool, the others renew its lifetime"


def test_a_pool_deleted_during_a_lease_is_reported_once(
    sandbox: Sandbox, config: Path, lease_of: Starter, tmp_path: Path
) -> None:
    noticed = tmp_path / "noticed"
    wait = f"while [ ! -e {noticed} ]; do sleep 0.1; done; exit 4"
    lease = lease_of(wait, "lost", "--ttl", "2s")
    eventually(lambda: lease.runs)

    start(config, "delete", "lost").ended()
    said = lease.said_until("deleted")
    noticed.touch()
    code, err = lease.ended()

    err = said + err
    assert (code, names(sandbox)) == (4, [])
    assert err.count("warning: pool lost was deleted by another client") == 1
    assert "pool lost deleted" not in err


def test_a_lease_whose_command_deletes_the_pool_reports_it_once(
    config: Path, lease_of: Starter
) -> None:
    delete = f"{sys.executable} -m ippoolctl --kubeconfig {config} delete -q own-1"
    code, err = lease_of(delete, "own", "--count", "2").ended()

    assert code == 0
    assert err.count("own-1 was deleted") == 1
    assert err.endswith("pool own-2 deleted\n")


def test_a_failed_renewal_is_reported_once_and_retried(
    sandbox: Sandbox, config: Path, lease_of: Starter
) -> None:
    lease = lease_of("sleep 6", "shaky", "--ttl", "3s")
    eventually(lambda: lease.runs)

    sandbox.access.denied = {"patch:externalippools"}
    time.sleep(2.5)
    sandbox.access.denied = set()
    code, err = lease.ended()

    assert (code, names(sandbox)) == (0, [])
    assert err.count("warning: cannot renew the lifetime of pool shaky, retrying: ") == 1
    assert err.count("renewed the lifetime of pool shaky") == 1


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_before_the_command_ends_the_lease(
    sandbox: Sandbox, config: Path, lease_of: Starter, signum: signal.Signals, code: int
) -> None:
    sandbox.cache.lag = 30.0
    lease = lease_of("true", "early")
    eventually(lambda: "early" in names(sandbox))
    time.sleep(0.3)

    began = time.monotonic()
    lease.process.send_signal(signum)

    assert lease.ended()[0] == code
    assert time.monotonic() - began < 1 + NOISE
    assert (names(sandbox), lease.runs) == ([], False)


def test_a_signal_after_the_command_ends_the_wait_and_keeps_the_code(
    sandbox: Sandbox, config: Path, lease_of: Starter
) -> None:
    sandbox.cache.lag = 0.2
    lease = lease_of("sleep 1; exit 6", "late")
    eventually(lambda: lease.runs)
    sandbox.cache.lag = 30.0
    eventually(lambda: not names(sandbox))

    began = time.monotonic()
    lease.process.send_signal(signal.SIGTERM)
    code, err = lease.ended()

    assert code == 6
    assert time.monotonic() - began < 1 + NOISE
    assert "stopped: pool late was deleted; the webhook may not have forgotten it yet" in err


def test_a_second_signal_reaches_the_command_and_shortens_the_deletion(
    sandbox: Sandbox, config: Path, lease_of: Starter
) -> None:
    sandbox.cache.lag = 0.2
    loop = "while :; do sleep 0.1; done"
    lease = lease_of(loop, "twice", stops=2)
    eventually(lambda: lease.runs)
    sandbox.cache.lag = 30.0

    lease.process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    assert lease.process.poll() is None
    began = time.monotonic()
    lease.process.send_signal(signal.SIGTERM)

    assert lease.ended()[0] == 5
    assert time.monotonic() - began < 2 + NOISE
    assert names(sandbox) == []


COUNTS = """
import os, signal, sys, time
seen = []
signal.signal(signal.SIGINT, lambda *_: seen.append(1))
assert os.tcgetpgrp(0) == os.getpgrp()
print("begun", input(), flush=True)
while not seen:
    time.sleep(0.01)
time.sleep(0.3)  # a second one would be on its way already
sys.exit(40 + len(seen))
"""


def test_the_terminal_belongs_to_the_command_and_ctrl_c_reaches_it_once(
    sandbox: Sandbox, config: Path
) -> None:
    leader, follower = pty.openpty()
    # The first terminal that the leader of a session opens is the one that controls it.
    begin = f"import os; os.open({os.ttyname(follower)!r}, os.O_RDWR); os.execv(argv[1], argv[1:])"
    command = [sys.executable, "-m", "ippoolctl", "lease", "--ips", "6", "--within", "10.20.0.0/24"]
    with subprocess.Popen(
        [
            sys.executable, "-c", f"from sys import argv; {begin}", *command,
            "--kubeconfig", str(config), "--", sys.executable, "-c", COUNTS,
        ],
        start_new_session=True, stdin=follower, stdout=follower, stderr=follower,
    ) as process:  # fmt: skip
        os.write(leader, b"typed\n")
        seen = b""
        while b"begun typed" not in seen:
            seen += os.read(leader, 1024)
        os.write(leader, b"\x03")

        assert process.wait(LONG) == 41
    os.close(leader)
    os.close(follower)
    assert names(sandbox) == []

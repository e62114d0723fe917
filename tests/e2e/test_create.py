"""``create`` on a real API server: stale caches, real conflicts, races, a failing webhook."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from tests.allocation.regret import MOST, SHARE
from tests.builders import pool_object
from tests.cli.program import Result
from tests.e2e.cluster import Cluster
from tests.e2e.command import Command, ended, outcome_of
from tests.e2e.waiting import until
from tests.naive import CLIENTS, overlapping_pairs, race_of_all
from tests.noise import NOISE

RUNS = 10
WEBHOOK = "externalippoolvalidator.antrea.io"


def overlapping(cluster: Cluster) -> list[tuple[str, str]]:
    """Pairs of pools that have the same first range: in these tests they are all alike."""
    taken: dict[str, str] = {}
    pairs = []
    for name, each in cluster.pools().items():
        text = str(each["spec"]["ipRanges"][0])
        if text in taken:
            pairs.append((taken[text], name))
        taken[text] = name
    return pairs


def stale(cluster: Cluster, lag: float, number: int) -> str:
    """A range whose pool is deleted, while the webhook still believes in it for that long."""
    cidr = f"10.{number}.0.0/24"
    cluster.webhook.lag = 0.0
    cluster.webhook.cache.catch_up()
    cluster.create_and_tell(f"old-{number}", cidr)
    cluster.webhook.lag = lag
    assert cluster.delete(f"old-{number}").status == 200
    return cidr


@pytest.mark.parametrize("lag", [0.05, 0.3, 2.0])
def test_a_stale_denial_is_waited_out_with_little_regret(
    cluster: Cluster, command: Command, lag: float, record_property: Callable[[str, object], None]
) -> None:
    regrets = []
    for number in range(RUNS):
        cidr = stale(cluster, lag, number)

        run = command.timed("create", f"new-{number}", "--range", cidr, "--wait", "-o", "json")

        assert run.result.code == 0, run.result
        name = f"new-{number}"
        possible = cluster.webhook.first_admissible(cidr, by=name)
        began = run.ended - run.seconds
        regrets.append(run.ended - max(possible or began, began))

    regrets.sort()
    shown = f"lag {lag} s: median {statistics.median(regrets):.3f}, max {regrets[-1]:.3f} s"
    record_property("shown at the end", f"regret of {RUNS} creates, {shown}")
    assert {f"new-{number}" for number in range(RUNS)} <= cluster.pools().keys()
    assert regrets[-1] <= SHARE * lag + MOST + NOISE


def test_without_waiting_a_stale_denial_names_the_deleted_pool(
    cluster: Cluster, command: Command
) -> None:
    cidr = stale(cluster, 30.0, 1)

    run = command.timed("create", "new", "--range", cidr)

    assert run.result.code == 5
    assert run.seconds < 1 + NOISE
    assert "deleted pool old-1" in run.result.err
    assert "--wait" in run.result.err
    assert cluster.pools() == {}


def test_a_real_overlap_among_a_thousand_pools_names_all_of_them(
    cluster: Cluster, command: Command, record_property: Callable[[str, object], None]
) -> None:
    cluster.webhook.fault = "allow"
    for number in range(1000):
        cluster.create(f"p{number:04}", f"10.{number // 256}.{number % 256}.0/24")

    run = command.timed("create", "new", "--range", "10.1.0.0/22", "--wait", "-o", "json")

    record_property(
        "shown at the end", f"a real overlap with 4 of 1,000 pools: {run.seconds:.2f} s"
    )
    assert run.result.code == 4
    named = {each["pool"] for each in outcome_of(run.result)["conflicts"]}
    assert named == {"p0256", "p0257", "p0258", "p0259"}
    assert run.seconds < 2 + NOISE
    assert "new" not in cluster.pools()


def race(command: Command, number: int) -> tuple[Result, Result]:
    cidr = f"10.{number}.0.0/24"
    first, second = (
        command.start("create", f"{name}-{number}", "--range", cidr, "--wait", "--timeout", "20s")
        for name in ("left", "right")
    )
    return ended(first), ended(second)


@pytest.mark.parametrize("wait", [True, False])
def test_exactly_one_of_two_racing_creates_succeeds(
    cluster: Cluster,
    command: Command,
    record_property: Callable[[str, object], None],
    *,
    wait: bool,
) -> None:
    cluster.webhook.lag = 2.0
    rounds, both_posted = (50 if wait else 10), 0
    for number in range(rounds):
        if wait:
            results = race(command, number)
        else:
            left, right = (
                command.start("create", f"{name}-{number}", "--range", f"10.{number}.0.0/24")
                for name in ("left", "right")
            )
            results = ended(left), ended(right)
        codes = sorted(each.code for each in results)
        said = [each.err[-600:] for each in results]
        assert codes[0] == 0, (codes, said)
        assert codes[1] in ((4, 6) if wait else (4, 5, 6)), (codes, said)
        names = [name for name in cluster.pools() if name.endswith(f"-{number}")]
        assert len(names) == 1, (names, codes, said)
        posted = {each.name for each in cluster.webhook.requests if each.operation == "CREATE"}
        both_posted += {f"left-{number}", f"right-{number}"} <= posted

    assert overlapping(cluster) == []
    record_property(
        "shown at the end", f"{rounds} races: both had posted in {both_posted} of them, one stayed"
    )


def test_two_naive_clients_leave_overlaps_in_the_same_harness(cluster: Cluster) -> None:
    cluster.webhook.lag = 2.0
    for number in range(5):
        for name in ("left", "right"):
            cluster.create(f"{name}-{number}", f"10.{number}.0.0/24")

    assert len(overlapping(cluster)) == 5


def test_twenty_naive_clients_leave_overlaps(
    cluster: Cluster, record_property: Callable[[str, object], None]
) -> None:
    cluster.webhook.lag = 2.0

    race_of_all(cluster)

    pairs = overlapping_pairs(cluster.pools())
    record_property(
        "shown at the end", f"{CLIENTS} naive clients: {pairs} pairs of pools that overlap"
    )
    assert pairs > 0


@pytest.mark.parametrize("fault", ["down", "500", "garbage", "timeout"])
def test_a_failing_webhook_is_waited_for_until_the_deadline(
    cluster: Cluster, command: Command, fault: str
) -> None:
    cluster.webhook.fault = fault

    run = command.timed("create", "new", "--range", "10.0.0.0/24", "--wait", "--timeout", "8s")

    assert run.result.code == 5
    assert 7 <= run.seconds < 9 + NOISE
    assert WEBHOOK in run.result.err or "Timeout" in run.result.err
    cluster.webhook.fault = None
    assert cluster.pools() == {}


@pytest.mark.parametrize("fault", ["down", "500", "garbage", "timeout"])
def test_a_create_succeeds_when_the_webhook_recovers(
    cluster: Cluster, command: Command, fault: str
) -> None:
    cluster.webhook.fault = fault
    process = command.start("create", "new", "--range", "10.0.0.0/24", "--wait")
    time.sleep(3)
    cluster.webhook.fault = None

    assert ended(process).code == 0
    assert set(cluster.pools()) == {"new"}


def test_a_create_succeeds_with_a_slow_webhook(cluster: Cluster, command: Command) -> None:
    cluster.webhook.fault = "slow"

    run = command.timed("create", "new", "--range", "10.0.0.0/24", "--wait")

    assert run.result.code == 0
    assert set(cluster.pools()) == {"new"}


def test_a_webhook_that_is_down_without_waiting_is_code_5(
    cluster: Cluster, command: Command
) -> None:
    cluster.webhook.fault = "down"

    run = command.timed("create", "new", "--range", "10.0.0.0/24")

    assert run.result.code == 5
    assert run.seconds < 2 + NOISE
    assert "connection refused" in run.result.err


def test_the_same_command_again_changes_nothing(command: Command) -> None:
    first = outcome_of(command("create", "a", "--range", "10.0.0.0/24", "-o", "json"))
    again = outcome_of(command("create", "a", "--range", "10.0.0.0/24", "-o", "json"))

    assert (first["created"], again["created"]) == (True, False)
    assert first["uid"] == again["uid"]


def test_a_foreign_pool_with_the_same_name_is_left_alone(
    cluster: Cluster, command: Command
) -> None:
    cluster.create("a", "10.0.0.0/24")
    before = cluster.pools()["a"]

    assert command("create", "a", "--range", "10.0.0.0/24", "--wait").code == 4
    assert cluster.pools()["a"]["metadata"]["uid"] == before["metadata"]["uid"]


def test_a_server_side_dry_run_writes_nothing(cluster: Cluster, command: Command) -> None:
    result = command("create", "a", "--range", "10.0.0.0/24", "--dry-run", "server")

    assert (result.code, cluster.pools()) == (0, {})
    assert [each.dry_run for each in cluster.webhook.requests] == [True]


def test_create_waits_until_ready_and_seen(cluster: Cluster, command: Command) -> None:
    ready = command("create", "a", "--range", "10.0.0.0/24", "--until", "ready")
    assert ready.code == 0
    assert cluster.pools()["a"]["status"]["usage"]["total"] == 254
    cluster.webhook.lag = 1.0

    seen = command("create", "b", "--range", "10.1.0.0/24", "--until", "seen")

    assert seen.code == 0
    assert "b" in cluster.webhook.knows()


def test_a_stop_signal_while_waiting_leaves_nothing(cluster: Cluster, command: Command) -> None:
    cidr = stale(cluster, 60.0, 1)
    process = command.start("create", "new", "--range", cidr, "--wait")
    until(lambda: any(each.name == "new" for each in cluster.webhook.requests), "it is denied")

    process.terminate()
    began = time.monotonic()
    result = ended(process)

    assert result.code == 143
    assert time.monotonic() - began < 1 + NOISE
    assert "nothing is left behind" in result.err
    assert cluster.pools() == {}


def test_marks_in_a_file_are_dropped_on_create(
    cluster: Cluster, command: Command, tmp_path: Path
) -> None:
    document = pool_object("a", "10.0.0.0/24")
    document["metadata"]["annotations"] = {"ippoolctl/state": "pending", "kept": "yes"}
    document["metadata"]["ownerReferences"] = []
    path = tmp_path / "a.json"
    path.write_bytes(orjson.dumps(document))

    assert command("create", "-f", str(path)).code == 0
    annotations = cluster.pools()["a"]["metadata"]["annotations"]
    assert annotations.keys() == {"kept", "ippoolctl/request-id"}


TEMPLATE = """\
apiVersion: crd.antrea.io/v1beta1
kind: ExternalIPPool
metadata: {name: template, labels: {team: net}}
spec:
  nodeSelector: {matchLabels: {role: egress}}
  subnetInfo: {gateway: 10.5.0.1, prefixLength: 28, vlan: 7}
"""


def test_templates_and_fields_are_stored_as_requested(
    cluster: Cluster, command: Command, tmp_path: Path
) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE, encoding="utf-8")
    size = ("--ips", "3", "--wait", "--name-from", "Unit_Test #4", "-l", "ci=true")
    options = (
        "--node-selector", "zone in (a,b),!spot,role=egress,disk!=hdd,gpu", "--ttl", "2d",
        "--gateway", "fd00::1", "--prefix-length", "64", "--annotation", "example.com/note=a, b",
    )  # fmt: skip

    filled = command("create", "-f", str(template), *size, "-o", "name")
    made = command("create", "lab", "--range", "fd00::10-fd00::20", *options, "--wait")
    again = command("create", "lab", "--range", "fd00::10-fd00::20", *options, "--wait")

    assert (filled.code, made.code, again.code) == (0, 0, 0)
    assert "created by an earlier run" in again.out
    name = filled.out.strip().rpartition("/")[2]
    pool, lab = cluster.pools()[name], cluster.pools()["lab"]
    assert pool["metadata"]["labels"] == {"team": "net", "ci": "true"}
    assert pool["spec"]["subnetInfo"] == {"gateway": "10.5.0.1", "prefixLength": 28, "vlan": 7}
    assert lab["spec"]["nodeSelector"] == {
        "matchLabels": {"role": "egress"},
        "matchExpressions": [
            {"key": "zone", "operator": "In", "values": ["a", "b"]},
            {"key": "spot", "operator": "DoesNotExist"},
            {"key": "disk", "operator": "NotIn", "values": ["hdd"]},
            {"key": "gpu", "operator": "Exists"},
        ],
    }
    assert lab["metadata"]["annotations"]["example.com/note"] == "a, b"
    assert lab["metadata"]["annotations"]["ippoolctl/ttl"] == "2d"

"""``explain``: pages of rules, and pasted messages compared with the live pools."""

from pathlib import Path

import pytest

from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.lint.rules import RULES
from ippoolctl.ports.faults import UnreachableFault
from tests.cli.live_pools import store
from tests.cli.program import Program, run
from tests.fakes import FakeCluster, FakeGateway

REFUSAL = (
    "range [169.254.100.0/30] overlaps with range [169.254.100.0/30] of pool"
    " test-service-pool-86dtz"
)


def test_the_refusal_of_a_deleted_pool_is_stale_and_the_next_command_solves_it(
    program: Program, cluster: FakeCluster
) -> None:
    store(cluster, "other", "10.0.0.0/24")

    result = program("explain", REFUSAL)

    assert result.code == 0
    assert result.out.splitlines()[0] == REFUSAL
    assert "now: stale, harmless: pool test-service-pool-86dtz no longer exists; no live pool" in (
        result.out
    )
    assert "next: ippoolctl create NAME --range 169.254.100.0/30 --wait" in result.out


def test_a_real_conflict_names_the_pools_and_the_common_addresses(
    program: Program, cluster: FakeCluster
) -> None:
    store(cluster, "edge", "169.254.100.2-169.254.101.9")

    people = program("explain", REFUSAL)
    (item,) = program("explain", REFUSAL, "-o", "json").document["items"]

    assert "now: real conflict: pool edge has 169.254.100.2-169.254.101.9; common" in people.out
    assert (item["retry"], item["live"]["state"]) == ("no", "conflict")
    assert item["live"]["conflicts"] == [
        {
            "pool": "edge",
            "state": "settled",
            "range": "169.254.100.2-169.254.101.9",
            "intersection": {"first": "169.254.100.2", "last": "169.254.100.3", "addresses": "2"},
        }
    ]


def test_the_deletion_of_a_pool_in_use_is_not_offered(
    program: Program, cluster: FakeCluster
) -> None:
    """It offered a command that is refused."""
    store(cluster, "edge", "169.254.100.0/29", used=2)
    used = program("explain", REFUSAL)
    store(cluster, "edge", "169.254.100.0/29", used=0)
    unused = program("explain", REFUSAL)

    assert "pool edge is in use (2 addresses); list its consumers: ippoolctl show edge" in used.out
    assert "ippoolctl delete" not in used.out
    assert "or delete the pool: ippoolctl delete edge" in unused.out


def test_the_deletion_of_a_pool_whose_consumers_only_wait_is_not_offered(
    program: Program, cluster: FakeCluster
) -> None:
    """It offered what ``delete`` refuses: the status counts no address."""
    store(cluster, "edge", "169.254.100.2-169.254.101.9")
    cluster.consumers = [Consumer("Egress", "out", "edge")]

    waiting = program("explain", REFUSAL)

    assert "ippoolctl delete" not in waiting.out
    assert "pool edge is in use (1 consumer); list its consumers: ippoolctl show edge" in (
        waiting.out
    )
    cluster.unseen = {"Egress", "Service"}
    assert "or delete the pool: ippoolctl delete edge" in program("explain", REFUSAL).out


@pytest.mark.parametrize("words", [[REFUSAL], REFUSAL.split(), [f"Error from server: {REFUSAL}"]])
@pytest.mark.usefixtures("cluster")
def test_a_message_pasted_as_a_command_is_explained(program: Program, words: list[str]) -> None:
    assert program(*words).out == program("explain", *words).out != ""


@pytest.mark.parametrize(
    ("text", "retry", "following"),
    [
        ('externalippools.crd.antrea.io "gone" already exists', "yes", "run the command again"),
        ('externalippools.crd.antrea.io "here" already exists', "no", "ippoolctl show here"),
        ('externalippools.crd.antrea.io "here" not found', "yes", "run the command again"),
        ("ExternalIPPool here does not exist", "yes", "run the command again"),
        ("ExternalIPPool gone does not exist", "later", "create it: ippoolctl create gone"),
    ],
)
def test_the_live_pools_decide_what_to_do(
    program: Program, cluster: FakeCluster, text: str, retry: str, following: str
) -> None:
    store(cluster, "here", "10.0.0.0/24")

    (item,) = program("explain", text, "-o", "json").document["items"]

    assert item["retry"] == retry
    assert item["next"].startswith(following)


def test_without_a_reachable_cluster_the_message_is_explained_and_the_reason_given(
    program: Program, gateway: FakeGateway
) -> None:
    gateway.fail("list", UnreachableFault("connection refused"), times=9)

    result = program("explain", REFUSAL)

    assert result.code == 0
    assert "retry: yes if the denial is stale" in result.out
    assert result.err == "the live pools are unknown: connection refused\n"


def test_offline_reads_no_cluster(program: Program, gateway: FakeGateway) -> None:
    assert program("explain", "--offline", REFUSAL).code == 0
    assert not gateway.requests


def test_a_message_about_nodes_is_explained_without_requests(
    program: Program, gateway: FakeGateway
) -> None:
    assert program("explain", "no Node available").code == 0
    assert not gateway.requests


@pytest.mark.parametrize("rule", [each.rule for each in RULES], ids=lambda rule: rule.id)
def test_the_page_of_every_rule(program: Program, rule: Rule) -> None:
    by_id = program("explain", rule.id.lower())
    by_name = program("explain", rule.name)

    assert by_id.code == 0
    assert by_id.out == by_name.out
    assert by_id.out.startswith(f"{rule.id} {rule.name} ({rule.severity.value}): {rule.title}\n")
    assert rule.page.strip() in by_id.out


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ([], 2, "error: no text specified"),
        (["EIP999"], 2, "error: unknown rule: EIP999"),
        (["all is well"], 1, "error: the text contains no known message"),
        (["build.log"], 1, "hint: to explain a file, run: ippoolctl explain - < build.log"),
    ],
)
def test_explain_rejects_unknown_text(
    program: Program, here: Path, words: list[str], code: int, message: str
) -> None:
    (here / "build.log").write_text(REFUSAL, encoding="utf-8")

    result = program("explain", *words)

    assert result.code == code
    assert message in result.err


def test_the_first_line_of_a_log_has_its_number_too(program: Program) -> None:
    log = f"{REFUSAL}\nno Node available\n"

    rows = program("explain", "--offline", log).out.splitlines()
    alone = program("explain", "--offline", REFUSAL).out.splitlines()

    assert rows[0] == f"line 1: {alone[0]}"
    assert "line 2: no Node available" in rows


def test_a_log_on_standard_input_may_contain_any_bytes(here: Path) -> None:
    log = here / "build.log"
    log.write_bytes(
        b"\xff\xfe\n" + REFUSAL.encode() + b"\n" + b"x" * 100_000 + b"\nno Node available"
    )

    with log.open("rb") as given:
        result = run("explain", "--offline", "-", stdin=given)

    assert result.returncode == 0
    assert [each for each in result.stdout.splitlines() if each.startswith("line")] == [
        f"line 2: {REFUSAL}",
        "line 4: no Node available",
    ]


def test_a_long_word_is_no_known_message(program: Program) -> None:
    result = program("explain", "x" * 300)

    assert result.code == 1
    assert result.err.startswith("error: the text contains no known message\nhint: pass the whole")

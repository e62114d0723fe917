"""Several invalid pools in one ``create -f``: all are named before the first request."""

from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.fakes import FakeCluster, FakeGateway

INPUTS = Path(__file__).with_name("inputs")
MANY = INPUTS / "23-create-many"


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("m2.yaml", {"up1": ["EIP302"], "up2": ["EIP302"]}),
        ("many.yaml", {"up1": ["EIP302"], "up2": ["EIP302"], "bad": ["EIP104"]}),
    ],
)
def test_every_pool_that_cannot_exist_is_named_and_nothing_is_sent(
    program: Program, gateway: FakeGateway, name: str, refused: dict[str, list[str]]
) -> None:
    result = program("create", "-f", str(MANY / name))

    assert result.code == 4
    assert gateway.cluster.names == []
    assert "ignored" not in result.err
    for pool, rules in refused.items():
        [line] = [row for row in result.err.splitlines() if f"pool {pool} was not created" in row]
        assert all(rule in line for rule in rules)
    assert "good" not in result.err
    document = program("create", "-f", str(MANY / name), "-o", "json").document
    assert [(each["pool"], each["state"]) for each in document["items"]] == [
        (pool, "refused") for pool in refused
    ]


def test_an_allowed_hazard_does_not_hide_what_antrea_denies(
    program: Program, cluster: FakeCluster
) -> None:
    result = program("create", "-f", str(MANY / "many.yaml"), "--allow", "EIP302")

    assert result.code == 4
    assert "pool bad was not created: invalid CIDR: 10.44.2.0-10.44.2.9 (EIP104)" in result.err
    assert "hint: use start: 10.44.2.0 and end: 10.44.2.9" in result.err
    assert cluster.names == []


def test_a_selector_that_agents_panic_on_is_refused_with_every_reason(
    program: Program, cluster: FakeCluster
) -> None:
    path = str(INPUTS / "24-selector-panic/pool.yaml")
    result = program("create", "-f", path)

    assert (result.code, result.err.count("(EIP303)")) == (4, 6)
    assert "--allow EIP303" in result.err
    assert cluster.names == []
    assert program("create", "-f", path, "--allow", "EIP303").code == 0

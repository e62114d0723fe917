"""Sizes of all prefix lengths, long ranges, and totals beyond 64 bits."""

from pathlib import Path

import pytest

from ippoolctl.crd.externalippool import write_pool
from ippoolctl.domain.antrea.capacity import counts
from ippoolctl.domain.antrea.ipam.allocator import PoolAllocator
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.manifests.read import read_manifests
from tests.cli.program import Program
from tests.fakes import FakeCluster

INPUTS = Path(__file__).with_name("inputs")
MIN, MAX = -(2**63), 2**63 - 1


def pools_of(name: str) -> list[Pool]:
    return read_manifests([str(INPUTS / name)]).pools


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("13-int64/two.yaml", 0),
        ("13-int64/three.yaml", MAX),
        ("12-sizes/t1.yaml", MIN),
    ],
)
def test_totals_wrap_as_antrea_was_seen_to_wrap_them(name: str, expected: int) -> None:
    [pool] = pools_of(name)

    assert counts(pool.ranges).total == expected
    assert PoolAllocator(pool.spellings).total == expected


def test_a_range_that_is_appended_again_alternates_between_two_totals() -> None:
    [pool] = pools_of("12-sizes/s2.yaml")
    allocator = PoolAllocator(pool.spellings)

    totals = [allocator.total]
    for _ in range(3):
        allocator.extend(pool.spellings)
        totals.append(allocator.total)

    assert totals == [MIN, 0, MIN, 0]


@pytest.mark.parametrize(
    "name",
    [
        "12-sizes/s2.yaml",
        "12-sizes/sizes.yaml",
        "12-sizes/t1.yaml",
        "12-sizes/t2.yaml",
        "13-int64/two.yaml",
        "13-int64/three.yaml",
        "24-selector-panic/pool.yaml",
    ],
)
def test_a_pool_with_an_error_in_check_is_never_ok_in_list(
    program: Program, cluster: FakeCluster, name: str
) -> None:
    for pool in pools_of(name):
        cluster.store(write_pool(pool))
        number = counts(pool.ranges).total
        if number:
            cluster.write_status(pool.name, number, 0)

    findings = program("check", "-o", "json").document["items"]
    faulty = {each["pool"] for each in findings if each["severity"] == "error"}
    faulty |= {each["other"]["pool"] for each in findings if each.get("other")}
    states = {
        each["name"]: each["states"] for each in program("list", "-o", "json").document["items"]
    }

    assert faulty
    assert {name for name in faulty if "ok" in states[name]} == set()
    for name in faulty:
        [shown] = program("show", name, "-o", "json").document["items"]
        assert shown["states"] == states[name]

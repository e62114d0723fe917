"""``verdict``: predicted answers, in order, with every reason."""

from pathlib import Path

import pytest

from tests.cli.conftest import CONFLICT
from tests.cli.program import Program


@pytest.mark.usefixtures("conflict")
def test_verdict_names_the_sentence_of_the_release(program: Program) -> None:
    new = program("verdict", "lab.yaml", "--against", "edge.yaml", "-o", "json")
    old = program("verdict", "lab.yaml", "--against", "edge.yaml", "--antrea", "2.4.2")

    assert new.code == old.code == 4
    (item,) = new.document["items"]
    overlap = "range [10.0.0.250-10.0.1.9] overlaps with range [10.0.0.0/24] of"
    assert item["reasons"] == [
        {
            "rule": "EIP209",
            "message": f"{overlap} ExternalIPPool edge",
            "field": "spec.ipRanges[1]",
            "nameable": True,
        }
    ]
    assert (item["operation"], item["admitted"], item["stage"]) == ("create", False, "webhook")
    assert f"{overlap} pool edge (EIP209)" in old.out


@pytest.mark.usefixtures("conflict")
def test_an_admitted_pool_exists_for_the_next_one(program: Program) -> None:
    result = program("verdict", "edge.yaml", "lab.yaml")

    assert result.code == 4
    assert result.out.splitlines()[:3] == [
        "POOL   OPERATION   ANSWER     TOTAL   USABLE",
        "edge   create      admitted   254     254",
        "lab    create      refused    -       -",
    ]


def test_a_pool_that_exists_is_updated(program: Program, conflict: Path) -> None:
    text = CONFLICT["edge.yaml"].replace("10.0.0.0/24", "10.0.0.1/24")
    (conflict / "changed.yaml").write_text(text, encoding="utf-8")

    result = program("verdict", "changed.yaml", "--against", "edge.yaml", "-o", "json")

    (item,) = result.document["items"]
    assert (item["operation"], item["code"], result.code) == ("update", 400, 4)
    assert [each["rule"] for each in item["reasons"]] == ["EIP210"]


@pytest.mark.usefixtures("here")
def test_a_hazard_is_admitted_and_listed(program: Program) -> None:
    arguments = ["--range", "2001:DB8::1-2001:DB8::9", "--dry-run", "client"]

    people = program("create", "p", *arguments)
    machines = program("create", "p", *arguments, "-o", "json")

    (item,) = machines.document["items"]
    assert people.code == machines.code == 0
    assert "not detected by Antrea" in people.out
    assert (item["admitted"], item["total"], item["usable"]) == (True, None, 9)
    assert [each["rule"] for each in item["hazards"]] == ["EIP302"]


@pytest.mark.usefixtures("conflict")
def test_on_1_15_the_overlap_that_antrea_admits_is_a_hazard(program: Program) -> None:
    result = program("verdict", "edge.yaml", "lab.yaml", "--antrea", "1.15", "-o", "json")

    edge, lab = result.document["items"]
    assert result.code == 0
    assert (edge["hazards"], lab["admitted"]) == ([], True)
    assert [each["rule"] for each in lab["hazards"]] == ["EIP306"]


@pytest.mark.usefixtures("conflict")
def test_unreadable_existing_pools_are_an_error(program: Program) -> None:
    result = program("verdict", "lab.yaml", "--against", "nowhere.yaml", "-o", "json")

    assert result.code == 2
    assert result.document["kind"] == "Error"
    assert result.err.startswith("error: nowhere.yaml: no such file or directory")


@pytest.mark.usefixtures("conflict")
def test_an_unknown_newer_release_is_a_warning(program: Program) -> None:
    result = program("verdict", "edge.yaml", "--antrea", "9.9")

    assert "warning: Antrea 9.9.0 is newer than 2.7.0; using the rules of 2.7.0" in result.err
    assert result.out.splitlines()[-1] == (
        "Antrea 9.9.0 admits 1 of 1 pool without existing pools (add them with --against or --live)"
    )

"""The model of admission against every recorded answer of real Antrea (README.md beside this)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ippoolctl.crd.externalippool import read_pool, write_spec
from ippoolctl.domain.antrea.admission import Admitted, Operation, Refused, verdict
from ippoolctl.domain.antrea.capacity import counts
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import parse_release
from tests.builders import json_lines

HERE = Path(__file__).parent
RECORDINGS = {"1.15.1": 2_200, "2.4.2": 2_200, "2.7.0": 3_500}

# A pool's old total, not the new one's: the recorder had deleted a pool of the same name with the
# total 2 two requests before, and the controller took delete and create for one update. The same
# request has the total 62 in the recordings of 1.15.1 and 2.4.2 and in another one of 2.7.0.
TOTAL_OF_A_PREDECESSOR = "2.7.0-505-846"

SEED_WITH_STORED_SPECS = "-505-"
"""Only this generator's recordings say how the spec was stored."""


def as_pool(name: str, spec: dict[str, Any]) -> Pool:
    return read_pool(
        {
            "apiVersion": "crd.antrea.io/v1beta1",
            "kind": "ExternalIPPool",
            "metadata": {"name": name},
            "spec": spec,
        }
    )


def answer(case: dict[str, Any]) -> Admitted | Refused:
    existing = (
        as_pool(each["name"], {"ipRanges": each["ipRanges"], "nodeSelector": {}})
        for each in case["existing"]
    )
    old = as_pool("new", case["old"]) if "old" in case else None
    return verdict(
        Operation(case["op"]),
        as_pool("new", case["new"]),
        old,
        KnownPools(existing),
        parse_release(case["antrea"]),
    )


def difference(case: dict[str, Any]) -> str:
    """The differences of the model's answer from Antrea's; empty if there are none."""
    result = answer(case)
    admitted = 201 if case["op"] == "create" else 200
    code = result.code if isinstance(result, Refused) else admitted
    if code != case["code"]:
        return f"code {code}"
    if isinstance(result, Refused) and code == 400 and case["sentence"] not in result.sentences:
        return f"sentences {sorted(result.sentences)}"
    if isinstance(result, Refused) and code == 422:
        fields = sorted({reason.cause for reason in result.reasons if reason.nameable})
        return "" if fields == case["fields"] else f"fields {fields}"
    if code == 201:
        return admitted_difference(case)
    return ""


def admitted_difference(case: dict[str, Any]) -> str:
    new = as_pool("new", case["new"])
    total = counts(new.ranges).total
    if "total" in case and total != (case["total"] or 0) and case["id"] != TOTAL_OF_A_PREDECESSOR:
        return f"total {total}"
    if SEED_WITH_STORED_SPECS not in case["id"]:
        return ""
    stored = case.get("stored", case["new"])
    return "" if write_spec(new) == stored else f"stored {write_spec(new)}"


@pytest.mark.parametrize("release", RECORDINGS)
def test_every_recorded_answer_is_predicted(
    release: str, record_property: Callable[[str, object], None]
) -> None:
    cases = list(json_lines(HERE / f"antrea-{release}.jsonl"))

    wrong = {case["id"]: said for case in cases if (said := difference(case))}
    several = sum(
        isinstance(result := answer(case), Refused) and len(result.sentences) > 1
        for case in cases
        if case["code"] == 400
    )

    record_property(
        "shown at the end",
        f"Antrea {release}: {len(cases) - len(wrong)} of {len(cases)} answers predicted;"
        f" in {several} of them Antrea could name more than one reason",
    )
    assert len(cases) == RECORDINGS[release]
    assert not wrong


def test_the_only_total_left_out_belongs_to_a_predecessor() -> None:
    cases = {case["id"]: case for case in json_lines(HERE / "antrea-2.7.0.jsonl")}
    odd = cases[TOTAL_OF_A_PREDECESSOR]
    predecessor = as_pool("new", cases["2.7.0-505-844"]["new"])

    same_requests = [
        case["total"]
        for release in RECORDINGS
        for case in json_lines(HERE / f"antrea-{release}.jsonl")
        if case["new"] == odd["new"] and case["code"] == 201 and case is not odd
    ]

    assert odd["total"] == counts(predecessor.ranges).total == 2
    assert sorted(same_requests) == [2, 62, 62, 62]
    assert counts(as_pool("new", odd["new"]).ranges).total == 62

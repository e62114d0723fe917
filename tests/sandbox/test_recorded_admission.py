"""The sandbox, asked over HTTP, against recorded answers of real Antrea (``tests/truth``).

A sample of them, always the same; ``RECORDED_ANSWERS=9999`` asks for all.
"""

import math
import os
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ippoolctl.domain.antrea.admission import Refused
from ippoolctl.domain.antrea.releases import parse_release
from ippoolctl.sandbox.sandbox import Settings
from tests.builders import HERE, json_lines
from tests.e2e.api import POOLS, Answer
from tests.sandbox.running import Running, running
from tests.truth.test_admission_truth import RECORDINGS, TOTAL_OF_A_PREDECESSOR
from tests.truth.test_admission_truth import SEED_WITH_STORED_SPECS as WITH_STORED_SPECS
from tests.truth.test_admission_truth import answer as predicted

SAMPLE = int(os.environ.get("RECORDED_ANSWERS", "150"))
TRUTH: Path = HERE / "truth"


def sample(release: str) -> list[dict[str, Any]]:
    cases = list(json_lines(TRUTH / f"antrea-{release}.jsonl"))
    return Random(1).sample(cases, min(SAMPLE, len(cases)))


def document(name: str, spec: Any) -> dict[str, Any]:
    about = {"apiVersion": "crd.antrea.io/v1beta1", "kind": "ExternalIPPool"}
    return {**about, "metadata": {"name": name}, "spec": spec}


def ask(at: Running, case: dict[str, Any]) -> Answer:
    """The request to Antrea."""
    asked = document("new", case["new"])
    if case["op"] == "create":
        return at.api.request("POST", POOLS, asked)
    asked["metadata"] = at.pools()["new"]["metadata"]
    return at.api.request("PUT", f"{POOLS}/new", asked)


def difference(at: Running, case: dict[str, Any]) -> str:
    """The differences of the sandbox's answer from Antrea's; empty if there are none."""
    said = ask(at, case)
    if said.status != case["code"]:
        return f"{said.status} {said.body}"
    match said.status:
        case 400:
            return other_sentence(case, said)
        case 422:
            return other_causes(case, said)
        case 201:
            return other_pool(at, case, said)
    return ""


def other_sentence(case: dict[str, Any], said: Answer) -> str:
    """Antrea names one of several reasons, not always the same."""
    could_be_named = predicted(case)
    assert isinstance(could_be_named, Refused)
    assert case["sentence"] in could_be_named.sentences
    sentence = said.body["message"].partition(" denied the request: ")[2]
    return "" if sentence in could_be_named.sentences and "reason" not in said.body else sentence


def other_causes(case: dict[str, Any], said: Answer) -> str:
    fields = sorted({each["field"] for each in said.body["details"]["causes"]})
    same = (fields, said.body["reason"]) == (case["fields"], case["reason"])
    return "" if same else f"{said.body['reason']} {fields}"


def other_pool(at: Running, case: dict[str, Any], said: Answer) -> str:
    if WITH_STORED_SPECS in case["id"]:
        stored = case.get("stored", case["new"])
        if said.body["spec"] != stored:
            return f"stored {said.body['spec']}"
    if "total" in case and case["id"] != TOTAL_OF_A_PREDECESSOR:
        for each in case["existing"]:
            # Some never settle (EIP302), and would keep the controller busy.
            at.delete(each["name"])
        at.settle()
        total = at.pools()["new"].get("status", {}).get("usage", {}).get("total")
        if total != case["total"]:
            return f"total {total}"
    return ""


@pytest.mark.parametrize("release", RECORDINGS)
def test_the_sandbox_answers_over_http_as_recorded_of_antrea(release: str) -> None:
    differences = {}
    for case in sample(release):
        there = [
            document(each["name"], {"ipRanges": each["ipRanges"], "nodeSelector": {}})
            for each in case["existing"]
        ]
        if "old" in case:
            there.append(document("new", case["old"]))
        # No status is written between the GET and the PUT of an update.
        delay = 0.001 if case["op"] == "create" else math.inf
        with running(Settings(parse_release(release), status_delay=delay), there) as at:
            if said := difference(at, case):
                differences[case["id"]] = said

    assert not differences

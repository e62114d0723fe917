"""Answers to AdmissionReviews: the recorded ones of real Antrea, and their form."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.releases import LATEST, Release, parse_release
from ippoolctl.sandbox.antrea.admission_review import decoded, review
from tests.builders import HERE, json_lines, pool, pool_object

RECORDED: tuple[Path, ...] = tuple(sorted((HERE / "truth").glob("antrea-*.jsonl")))


def live(name: str, spec: dict[str, Any]) -> dict[str, Any]:
    """An object as the API server hands it to a webhook, its own fields included."""
    return {
        "apiVersion": "crd.antrea.io/v1beta1",
        "kind": "ExternalIPPool",
        "metadata": {
            "name": name,
            "uid": "5e2a0c0e-0001-4000-8000-000000000000",
            "generation": 1,
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "managedFields": [{"manager": "kubectl", "operation": "Update"}],
        },
        "spec": spec,
        "status": {"usage": {"total": 1, "used": 0}},
    }


def asked(operation: str, new: dict[str, Any] | None, old: dict[str, Any] | None = None) -> Any:
    return {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {"uid": "u-1", "operation": operation, "object": new, "oldObject": old},
    }


def response(
    request: Any, known: KnownPools | None = None, release: Release = LATEST, seed: int = 1
) -> Any:
    return review(request, known or KnownPools(), release, Random(seed))["response"]


@pytest.mark.parametrize("recording", RECORDED, ids=lambda path: path.stem)
def test_the_webhook_answers_as_recorded_of_antrea(recording: Path) -> None:
    checked = 0
    for case in json_lines(recording):
        if case["code"] not in (200, 201, 400) or (case["code"] == 400 and "sentence" not in case):
            continue
        old = live("new", case["old"]) if "old" in case else None
        request = asked(case["op"].upper(), live("new", case["new"]), old)
        known = KnownPools(
            decoded(live(each["name"], {"ipRanges": each["ipRanges"], "nodeSelector": {}}))
            for each in case["existing"]
        )
        release = parse_release(case["antrea"])

        # Antrea names one of several; so do we, and some throw of the dice is the recorded one.
        answers = (response(request, known, release, seed) for seed in range(200))

        if case["code"] == 400:
            named = (each["status"]["message"] for each in answers)
            assert case["sentence"] in named, case["id"]
        else:
            assert next(answers)["allowed"], case["id"]
        checked += 1
    assert checked > 1_000


def test_an_admission_has_the_uid_of_the_request_and_nothing_else() -> None:
    request = asked("CREATE", pool_object("a", "10.0.0.0/24"))

    assert review(request, KnownPools(), LATEST, Random(1)) == {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "response": {"uid": "u-1", "allowed": True},
    }


def test_a_denial_has_a_message_and_neither_code_nor_reason() -> None:
    known = KnownPools([pool("a", "10.0.0.0/24")])

    assert response(asked("CREATE", pool_object("b", "10.0.0.0/25")), known) == {
        "uid": "u-1",
        "allowed": False,
        "status": {
            "message": "range [10.0.0.0/25] overlaps with range [10.0.0.0/24] of ExternalIPPool a"
        },
    }


def test_any_of_several_denial_messages_may_be_answered() -> None:
    known = KnownPools([pool("a", "10.0.0.0/25"), pool("b", "10.0.0.128/25")])
    request = asked("CREATE", pool_object("c", "10.0.0.0/24"))

    named = {response(request, known, seed=seed)["status"]["message"][-1] for seed in range(20)}

    assert named == {"a", "b"}


def test_the_webhook_ignores_errors_of_the_schema() -> None:
    odd = pool_object("Not_A_Name", "10.0.0.0/24")

    assert response(asked("CREATE", odd))["allowed"]


def test_an_update_that_removes_a_range_is_denied() -> None:
    old, new = pool_object("a", "10.0.0.0/24"), pool_object("a", "10.0.1.0/24")

    assert response(asked("UPDATE", new, old))["status"]["message"] == (
        "existing IPRanges [10.0.0.0/24] cannot be updated or deleted"
    )


@pytest.mark.parametrize("operation", ["DELETE", "CONNECT"])
def test_other_operations_are_allowed(operation: str) -> None:
    assert response(asked(operation, None, pool_object("a", "10.0.0.0/24")))["allowed"]


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"},
        {"apiVersion": "admission.k8s.io/v1beta1", "kind": "AdmissionReview", "request": {}},
    ],
)
def test_other_documents_are_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="AdmissionReview"):
        review(broken, KnownPools(), LATEST, Random(1))

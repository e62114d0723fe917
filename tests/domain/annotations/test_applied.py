"""The labels and annotations of a pool that come from a manifest."""

import json
from hashlib import sha256
from typing import Any

import pytest

from ippoolctl.domain.annotations.applied import (
    KUBECTL_APPLIED,
    Keys,
    applied_record,
    keys_applied,
)
from ippoolctl.domain.annotations.marks import APPLIED
from ippoolctl.domain.antrea.pool import Pool
from tests.builders import pool

NOTHING = Keys()


def manifest(labels: str = "", annotations: str = "") -> Pool:
    """A manifest with these keys, of one letter each."""
    return pool("a")._replace(
        labels=dict.fromkeys(labels, "x"), annotations=dict.fromkeys(annotations, "x")
    )


def by_kubectl(labels: str = "", annotations: str = "") -> dict[str, str]:
    """The annotations of a pool that kubectl has applied."""
    metadata = {
        "labels": dict.fromkeys(labels, "x"),
        "annotations": dict.fromkeys(annotations, "x"),
    }
    return {KUBECTL_APPLIED: json.dumps({"metadata": metadata})}


def keys(labels: str = "", annotations: str = "") -> Keys:
    return Keys(frozenset(labels), frozenset(annotations))


@pytest.mark.parametrize(
    ("labels", "annotations"), [("ab", "c"), ("a", ""), ("", "c")], ids=["both", "label", "note"]
)
def test_the_keys_of_a_manifest_read_back_as_they_were_recorded(
    labels: str, annotations: str
) -> None:
    record = applied_record(manifest(labels, annotations), {})

    assert record is not None
    assert json.loads(record) == {"labels": sorted(labels), "annotations": sorted(annotations)}
    assert keys_applied({APPLIED: record}) == keys(labels, annotations)


def test_the_keys_are_recorded_in_their_order() -> None:
    assert applied_record(manifest("ba", "dc"), {}) == (
        '{"labels":["a","b"],"annotations":["c","d"]}'
    )


def test_a_manifest_without_labels_and_annotations_records_nothing() -> None:
    assert applied_record(manifest(), {}) is None
    assert applied_record(manifest(), by_kubectl()) is None


def test_annotations_of_ippoolctl_and_kubectl_are_not_recorded() -> None:
    mine = manifest()._replace(annotations={"ippoolctl/ttl": "2h", KUBECTL_APPLIED: "{}"})

    assert applied_record(mine, {}) is None
    assert keys_applied({KUBECTL_APPLIED: json.dumps({"metadata": {
        "annotations": {KUBECTL_APPLIED: "", "c": ""}
    }})}) == keys("", "c")  # fmt: skip


@pytest.mark.parametrize(
    ("labels", "annotations"), [("ab", "c"), ("a", "cd")], ids=["label", "annotation"]
)
def test_keys_recorded_by_kubectl_count_until_our_next_apply(labels: str, annotations: str) -> None:
    there = by_kubectl(labels, annotations)
    record = applied_record(manifest("a", "c"), there)

    assert record is not None
    assert keys_applied(there) == keys(labels, annotations)
    assert keys_applied({**there, APPLIED: record}) == keys("a", "c")
    again = {**by_kubectl(labels + "z", annotations), APPLIED: record}
    assert keys_applied(again) == keys(labels + "z", annotations)


def test_a_record_names_that_of_kubectl_by_half_of_a_digest() -> None:
    there = by_kubectl("b")
    record = applied_record(manifest("a"), there)

    # Written to clusters: another form would make keys of kubectl count again.
    digest = sha256(there[KUBECTL_APPLIED].encode()).hexdigest()[:16]
    assert record == f'{{"labels":["a"],"annotations":[],"kubectl":"{digest}"}}'


def test_the_last_key_that_kubectl_has_recorded_can_leave_the_manifest() -> None:
    there = by_kubectl("a")
    record = applied_record(manifest(), there)

    assert record is not None
    assert keys_applied({**there, APPLIED: record}) == NOTHING


def test_a_record_of_kubectl_without_other_keys_is_not_mentioned() -> None:
    record = applied_record(manifest("ab", "c"), by_kubectl("a", "c"))

    assert record == '{"labels":["a","b"],"annotations":["c"]}'


def test_the_keys_of_both_records_count() -> None:
    record = applied_record(manifest("a", "c"), {})

    assert keys_applied({**by_kubectl("b", "d"), APPLIED: str(record)}) == keys("ab", "cd")


@pytest.mark.parametrize(
    "value", ["", "{", "[1]", "null", 5, None, "[" * 100_000, '{"labels": 5}', '{"labels": null}']
)
def test_an_invalid_record_has_no_keys(value: Any) -> None:
    assert keys_applied({APPLIED: value}) == NOTHING
    assert keys_applied({KUBECTL_APPLIED: value}) == NOTHING
    assert keys_applied({KUBECTL_APPLIED: f'{{"metadata": {value}}}'}) == NOTHING

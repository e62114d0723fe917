"""Objects from the API server, and objects to be sent."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.crd.created_object import exported, pending_object, requested_object
from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.crd.surroundings.egress import read_egresses
from ippoolctl.crd.surroundings.service import read_services
from ippoolctl.domain.addresses.ranges import BadRange
from ippoolctl.domain.annotations.marks import PENDING, REQUEST_ID, STATE, request_id
from ippoolctl.domain.antrea.pool import Condition, Usage
from tests.builders import pool_object


def live_object(**metadata: Any) -> dict[str, Any]:
    document = pool_object("a", "10.0.0.0/24", "fd00::1-fd00::9")
    document["metadata"] |= {
        "uid": "u",
        "resourceVersion": "42",
        "creationTimestamp": "2026-01-02T03:04:05Z",
        "generation": 1,
        "managedFields": [{"manager": "kubectl"}],
        **metadata,
    }
    return document


def test_live_fields_are_read() -> None:
    document = live_object(
        labels={"team": "net"},
        annotations={"a": "b"},
        deletionTimestamp="2026-01-02T03:05:05Z",
        finalizers=["example.com/x"],
    )
    condition = {"type": "Ready", "status": "False", "reason": "R", "message": "m", "x": 1}
    document["status"] = {"usage": {"total": 263, "used": 2}, "conditions": [condition]}

    pool = read_live_pool(document)

    assert pool.texts == ("10.0.0.0/24", "fd00::1-fd00::9")
    assert (pool.labels, pool.annotations) == ({"team": "net"}, {"a": "b"})
    assert pool.violations == ()
    live = pool.live
    assert live is not None
    assert (live.uid, live.resource_version, live.finalizers) == ("u", "42", ("example.com/x",))
    assert live.deleted == "2026-01-02T03:05:05Z"
    assert live.usage == Usage(263, 2)
    assert live.conditions == (Condition("Ready", "False", "R", "m"),)


def test_invalid_live_pool_is_read_as_far_as_possible() -> None:
    document = live_object()
    document["spec"]["ipRanges"] += [{"cidr": "10.0.0.0/99"}, 5, {"start": "10.0.0.1"}]

    pool = read_live_pool(document)

    assert len(pool.ranges) == 5
    assert sum(isinstance(each, BadRange) for each in pool.ranges) == 3
    assert pool.violations
    assert pool.live is not None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(["metadata", "spec", "status", "apiVersion", "kind"]), json_values)
def test_odd_object_is_read(field: str, value: Any) -> None:
    document = live_object()
    document[field] = value

    assert read_live_pool(document).live is not None


@given(
    st.sampled_from(["uid", "labels", "annotations", "finalizers", "deletionTimestamp", "name"]),
    json_values,
)
def test_odd_metadata_is_read(field: str, value: Any) -> None:
    assert read_live_pool(live_object(**{field: value})).live is not None


@given(json_values)
def test_odd_status_is_read(value: Any) -> None:
    document = live_object()
    document["status"] = {"usage": value, "conditions": value}

    assert read_live_pool(document).live is not None


def test_export_leaves_out_our_annotations() -> None:
    annotations = {
        "kept": "yes",
        REQUEST_ID: "a/1",
        STATE: PENDING,
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
    }
    pool = read_live_pool(live_object(annotations=annotations))

    assert exported(pool) == {
        "apiVersion": "crd.antrea.io/v1beta1",
        "kind": "ExternalIPPool",
        "metadata": {"name": "a", "annotations": {"kept": "yes"}},
        "spec": pool_object("a", "10.0.0.0/24", "fd00::1-fd00::9")["spec"],
    }


def test_requested_object_has_no_fields_of_the_server() -> None:
    document = live_object(ownerReferences=[{"name": "x"}], annotations={STATE: PENDING})
    document["status"] = {"usage": {"total": 1, "used": 0}}
    document["apiVersion"] = "crd.antrea.io/v1alpha2"

    wanted = requested_object(document)

    assert wanted["metadata"] == {"name": "a", "ownerReferences": [{"name": "x"}]}
    assert "status" not in wanted
    assert wanted["apiVersion"] == "crd.antrea.io/v1beta1"


def test_pending_object_has_the_mark_and_the_request_id() -> None:
    sent = pending_object(requested_object(live_object(annotations={"kept": "yes"})), "a/1")

    assert sent["metadata"]["annotations"] == {"kept": "yes", REQUEST_ID: "a/1", STATE: PENDING}


def test_request_id_depends_on_everything_requested() -> None:
    document = requested_object(pool_object("a", "10.0.0.0/24"))

    assert request_id("a", document) == request_id("a", dict(reversed(document.items())))
    assert request_id("a", document) != request_id("b", document)
    other = requested_object(pool_object("a", "10.0.0.0/25"))
    assert request_id("a", document) != request_id("a", other)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"externalIPPool": "p", "egressIP": "10.0.0.1"}, [("p", "10.0.0.1")]),
        ({"externalIPPool": "p"}, [("p", "")]),
        ({"egressIP": "10.0.0.1"}, []),
        (
            {"externalIPPools": ["p", "q"], "egressIPs": ["fd00::1"]},
            [("p", "fd00::1"), ("q", "fd00::1")],
        ),
        (None, []),
    ],
)
def test_egresses_refer_to_pools(spec: Any, expected: list[tuple[str, str]]) -> None:
    found = read_egresses([{"metadata": {"name": "e"}, "spec": spec}])

    assert [(each.pool, each.address) for each in found] == expected


@given(json_values)
def test_odd_consumer_is_read(value: Any) -> None:
    objects = [{"metadata": {"name": "x", "annotations": value}, "spec": value, "status": value}]

    assert list(read_egresses(objects)) is not None
    assert list(read_services(objects)) is not None


def test_an_export_keeps_fields_that_only_a_newer_crd_knows() -> None:
    document = live_object()
    document["spec"] |= {"ipVersion": 4, "nodeSelector": {"matchLabels": {"a": "b"}, "new": [1]}}
    document["spec"]["ipRanges"][0]["reserve"] = {"first": 2}

    manifest = exported(read_live_pool(document))

    assert manifest["spec"] == document["spec"]
    assert exported(read_live_pool(document)) == manifest

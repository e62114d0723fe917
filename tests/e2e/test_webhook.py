"""The harness itself: a webhook that lags and fails on demand, asked by a real API server."""

import json
import time

import pytest

from tests.builders import pool_object
from tests.e2e.api import POOLS
from tests.e2e.waiting import until
from tests.noise import NOISE

DENIED = (
    'admission webhook "externalippoolvalidator.antrea.io" denied the request: '
    "range [10.0.0.0/25] overlaps with range [10.0.0.0/24] of ExternalIPPool a"
)


def test_an_overlapping_create_is_denied_in_antreas_words_without_a_reason(cluster) -> None:
    cluster.create_and_tell("a", "10.0.0.0/24")

    answer = cluster.create("b", "10.0.0.0/25")
    manifest = json.dumps(pool_object("b", "10.0.0.0/25"))
    printed = cluster.plane.kubectl("create", "-f", "-", input=manifest)

    assert answer.status == 400
    assert answer.body == {
        "apiVersion": "v1",
        "kind": "Status",
        "metadata": {},
        "status": "Failure",
        "message": DENIED,
        "code": 400,
    }
    assert printed.returncode == 1
    assert printed.stderr == f'Error from server: error when creating "STDIN": {DENIED}\n'


def test_a_deleted_pool_blocks_overlapping_pools_for_one_lag(cluster) -> None:
    cluster.create_and_tell("a", "10.0.0.0/24")
    cluster.webhook.lag = 1.0
    deleted = time.monotonic()
    cluster.delete("a")

    refused = cluster.create("a2", "10.0.0.0/25")
    until(lambda: cluster.create("a2", "10.0.0.0/25").status == 201, "the webhook forgets a")
    accepted = time.monotonic()

    assert (refused.status, refused.body["message"]) == (400, DENIED)
    free = cluster.webhook.first_admissible("10.0.0.0/25", by="a2")
    assert deleted + 1.0 <= free <= accepted
    assert accepted - free < 0.5
    assert [each.allowed for each in cluster.webhook.requests][-2:] == [False, True]


def test_two_overlapping_pools_are_admitted_within_one_lag(cluster) -> None:
    cluster.webhook.lag = 1.0

    answers = [cluster.create(name, "10.0.0.0/24").status for name in ("c1", "c2")]
    until(lambda: cluster.webhook.knows() == {"c1", "c2"}, "the webhook knows both")
    label = {"metadata": {"labels": {"any": "thing"}}}
    frozen = cluster.plane.request("PATCH", f"{POOLS}/c1", label)

    assert answers == [201, 201]
    assert frozen.status == 400
    assert frozen.body["message"].endswith("of ExternalIPPool c2")


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("down", "connect: connection refused"),
        ("untrusted", "x509: certificate signed by unknown authority"),
        ("500", "an error on the server"),
        ("garbage", "json parse error"),
        ("cut", "EOF"),
        ("timeout", "context deadline exceeded"),
    ],
)
def test_a_webhook_that_fails_is_an_internal_error(cluster, fault: str, cause: str) -> None:
    cluster.webhook.fault = fault
    if fault == "down":
        # The server finds at its next use that a connection which it kept is broken.
        cluster.create("a", "10.0.0.0/24")

    failed = cluster.create("a", "10.0.0.0/24")

    assert (failed.status, failed.body["reason"]) == (500, "InternalError")
    assert 'failed calling webhook "externalippoolvalidator.antrea.io"' in failed.body["message"]
    assert cause in failed.body["message"]
    cluster.webhook.fault = None
    assert cluster.create("a", "10.0.0.0/24").status == 201
    assert cluster.webhook.requests[-1].allowed


def test_a_slow_webhook_still_decides(cluster) -> None:
    cluster.webhook.fault = "slow"
    began = time.monotonic()

    assert cluster.create("a", "10.0.0.0/24").status == 201

    assert 4.9 <= time.monotonic() - began <= 5 + NOISE


def test_a_fault_can_be_limited_to_a_number_of_requests(cluster) -> None:
    cluster.webhook.fault = ("500", 2)

    answers = [cluster.create("a", "10.0.0.0/24").status for _ in range(3)]

    assert answers == [500, 500, 201]
    assert [each.fault for each in cluster.webhook.requests] == ["500", "500", None]


def test_an_unregistered_webhook_is_not_asked(cluster) -> None:
    cluster.create_and_tell("a", "10.0.0.0/24")
    cluster.webhook.unregister()

    assert cluster.create("b", "10.0.0.0/25").status == 201

    cluster.webhook.register()
    until(lambda: "b" in cluster.webhook.knows(), "the webhook knows b")
    assert cluster.create("c", "10.0.0.0/26").status == 400


def test_a_restarted_webhook_has_an_empty_cache_for_one_lag(cluster) -> None:
    cluster.create_and_tell("a", "10.0.0.0/24")
    cluster.webhook.lag = 0.5
    cluster.webhook.cache.restart()

    assert cluster.create("b", "10.0.0.0/25", dryRun="All").status == 201
    until(lambda: cluster.webhook.knows() == {"a"}, "the webhook knows a again")
    assert cluster.create("b", "10.0.0.0/25", dryRun="All").status == 400


def test_a_dry_run_reaches_the_webhook_and_creates_nothing(cluster) -> None:
    cluster.create_and_tell("a", "10.0.0.0/24")

    refused = cluster.create("b", "10.0.0.0/25", dryRun="All")
    allowed = cluster.create("c", "10.0.1.0/24", dryRun="All")

    assert (refused.status, refused.body["message"]) == (400, DENIED)
    assert allowed.status == 201
    assert [each.dry_run for each in cluster.webhook.requests] == [False, True, True]
    assert cluster.plane.request("GET", f"{POOLS}/c").status == 404

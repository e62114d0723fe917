"""A webhook that fails, is unavailable, has restarted, or is not registered."""

import time

import pytest

from ippoolctl.sandbox.antrea.webhook import InjectedFailure
from ippoolctl.sandbox.sandbox import Settings
from tests.builders import pool_object
from tests.e2e.api import EGRESSES, POOLS
from tests.e2e.waiting import until
from tests.sandbox.running import Running, running

FOR_EVER = 3600.0
A = pool_object("a", "10.0.0.0/24")
REFUSED = "connect: connection refused"
CONFIGURATION = (
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/crdvalidator.antrea.io"
)


def dry_run(at: Running) -> int:
    """The status of a dry run of a pool that overlaps with ``a``."""
    return at.create("b", "10.0.0.0/25", dryRun="All").status


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("down", REFUSED),
        ("untrusted", "x509: certificate signed by unknown authority"),
        ("500", "an error on the server"),
        ("garbage", "json parse error"),
        ("cut", "EOF"),
    ],
)
def test_a_webhook_that_fails_is_an_internal_error(fault: str, cause: str) -> None:
    with running() as at:
        at.sandbox.webhook.failure = InjectedFailure(fault)
        failed = at.create("b", "10.0.0.0/25")
        at.sandbox.webhook.failure = None

        assert (failed.status, failed.body["reason"]) == (500, "InternalError")
        assert (
            'failed calling webhook "externalippoolvalidator.antrea.io"' in (failed.body["message"])
        )
        assert cause in failed.body["message"]
        assert at.create("b", "10.0.0.0/25").status == 201


def test_without_a_webhook_pools_can_be_deleted_and_counted() -> None:
    with running(load=[A]) as at:
        at.sandbox.webhook.failure = InjectedFailure.DOWN
        at.settle()

        assert at.pools()["a"]["status"]["usage"] == {"total": 254, "used": 0}
        assert at.delete("a").status == 200


def test_the_failure_allow_admits_overlaps() -> None:
    with running(load=[A]) as at:
        at.sandbox.webhook.failure = InjectedFailure.ALLOW

        assert at.create("b", "10.0.0.0/25").status == 201


def test_a_restarted_webhook_is_unavailable_and_then_empty_for_one_lag() -> None:
    with running(Settings(lag=FOR_EVER), [A]) as at:
        assert dry_run(at) == 400
        restarted = time.monotonic()
        at.sandbox.restart_controller()
        away = at.create("b", "10.0.0.0/25", dryRun="All")
        until(lambda: dry_run(at) != 500, "the controller is back")
        back = time.monotonic()
        empty = dry_run(at)
        at.sandbox.cache.catch_up()

        assert away.status == 500
        assert REFUSED in away.body["message"]
        assert back - restarted >= 0.5
        assert (empty, dry_run(at)) == (201, 400)


def test_a_restart_without_a_lag_forgets_nothing() -> None:
    with running(load=[A]) as at:
        at.sandbox.restart_controller()

        until(lambda: dry_run(at) != 500, "the controller is back")
        assert dry_run(at) == 400


def test_without_a_configuration_no_webhook_is_called() -> None:
    with running(load=[A]) as at:
        at.sandbox.webhook.failure = InjectedFailure.DOWN
        there = at.api.request("GET", CONFIGURATION).body
        deleted = at.api.request("DELETE", CONFIGURATION)
        admitted = at.create("b", "10.0.0.0/25")
        egress = {
            "apiVersion": "crd.antrea.io/v1beta1",
            "kind": "Egress",
            "metadata": {"name": "e"},
            "spec": {"externalIPPool": "missing", "egressIP": "10.9.9.9", "appliedTo": {}},
        }
        unjudged = at.api.request("POST", EGRESSES, egress)

        assert {each["name"] for each in there["webhooks"]} == {
            "externalippoolvalidator.antrea.io",
            "egressvalidator.antrea.io",
        }
        assert (deleted.status, admitted.status, unjudged.status) == (200, 201, 201)
        assert at.label(f"{POOLS}/a").status == 200

"""Antrea's webhook: its requests, its answers, and the effect of its failures."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.builders import pool_object, range_object
from tests.parity.registry import probe
from tests.parity.transcript import POOLS, Transcript


def ranges(*texts: str) -> dict[str, Any]:
    return {"spec": {"ipRanges": [range_object(each) for each in texts]}}


@probe()
def an_overlapping_create_is_denied(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.create("b", "10.0.0.0/25")
    t.create("b", "10.1.0.0/24", "10.0.0.250-10.0.1.3")
    t.list()


@probe()
def a_dry_run_is_denied_too(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.ask("POST", POOLS, pool_object("b", "10.0.0.0/25"), query={"dryRun": "All"})


@probe()
def a_denial_comes_before_a_duplicate_name(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.given("b", "10.1.0.0/24")
    t.create("b", "10.0.0.0/25")


@probe()
def what_is_wrong_with_a_pool_itself_is_denied(t: Transcript) -> None:
    t.create("a", "10.0.0.0/24", "10.0.0.9-10.0.0.10")
    t.create("a", "10.0.0.9-10.0.0.1")
    t.create("a", "10.0.0.9-2001:db8::1")
    t.create("a", "010.0.0.0/24")
    t.create("a", "010.0.0.1-10.0.0.9")
    t.create("a", "10.0.0.0/24", subnetInfo={"gateway": "10.0.0.1", "prefixLength": 33})
    t.create("a", "10.9.0.0/24", subnetInfo={"gateway": "10.0.0.1", "prefixLength": 24})
    t.create("a", "10.9.0.1-10.9.0.2", subnetInfo={"gateway": "10.0.0.1", "prefixLength": 24})
    t.create("a", "10.9.0.1-10.9.0.2", subnetInfo={"gateway": "010.0.0.1", "prefixLength": 24})


@probe()
def the_schema_speaks_before_the_webhook(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.create("b", "10.0.0.0/25", subnetInfo={"gateway": "x"})
    t.create("Bad_name", "10.0.0.0/25")


@probe()
def ranges_may_be_added_but_not_changed(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24", "10.3.0.1-10.3.0.9")
    t.patch("a", ranges("10.3.0.1-10.3.0.9", "10.0.0.0/24", "10.1.0.0/24"))
    t.patch("a", ranges("10.0.0.0/16"))
    t.patch("a", ranges())
    t.patch("a", ranges("10.0.0.1/24", "10.1.0.0/24", "10.3.0.1-10.3.0.9"))


@probe()
def an_overlapping_update_is_denied(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    pool = t.given("b", "10.1.0.0/24")
    t.patch("b", ranges("10.1.0.0/24", "10.0.0.0/25"))
    pool["spec"] |= ranges("10.1.0.0/24", "10.0.0.0/25")["spec"]
    t.put("b", pool)
    t.put("b", pool, query={"dryRun": "All"})
    pool["metadata"]["resourceVersion"] = "1"
    t.put("b", pool)


@probe()
def a_pool_that_cannot_be_read_denies_all_others(t: Transcript) -> None:
    t.backend.fault("allow")
    t.given("bad", "010.0.0.0/24")
    t.backend.fault(None)
    t.create("a", "10.5.0.0/24")
    t.patch("bad", {"metadata": {"labels": {"x": "y"}}})
    t.delete("bad")
    t.backend.settle()
    t.create("a", "10.5.0.0/24")


@probe()
def an_update_that_changes_nothing_is_judged_too(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    t.backend.fault("500")
    t.put("a", pool, keep=lambda body: body.get("reason", body["kind"]))
    t.patch("a", {}, keep=lambda body: body.get("reason", body["kind"]))
    t.patch("a", [], keep=lambda body: body.get("reason", body["kind"]))


@probe()
def overlapping_pools_are_frozen(t: Transcript) -> None:
    t.backend.lag(30)
    for name in "ab":
        pool = pool_object(name, "10.0.0.0/24")
        pool["metadata"]["finalizers"] = ["x.io/hold"]
        assert t.quietly("POST", POOLS, pool).status == 201
    t.backend.settle()
    t.patch("a", {"metadata": {"labels": {"x": "y"}}})
    t.delete("a")
    t.patch("a", {"metadata": {"finalizers": None}})
    t.get("a")


@probe()
def a_status_is_not_judged(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.backend.fault("500")
    t.ask("PATCH", f"{POOLS}/a/status", {"status": {"usage": {"total": 254, "used": 0}}})
    t.ask("PATCH", f"{POOLS}/a", {"metadata": {"labels": {"x": "y"}}}, keep=reason)


def reason(body: Any) -> Any:
    return body.get("reason", body["kind"])


@probe()
def a_deletion_is_not_judged(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.backend.fault("500")
    t.delete("a")


@probe()
def a_webhook_that_answers_500_is_told(t: Transcript) -> None:
    t.backend.fault("500")
    t.create("a", "10.0.0.0/24")
    t.ask("POST", POOLS, pool_object("a", "10.0.0.0/24"), query={"dryRun": "All"})
    t.backend.fault(None)
    t.list()


@probe()
def a_webhook_that_answers_garbage_is_told(t: Transcript) -> None:
    t.backend.fault("garbage")
    t.create("a", "10.0.0.0/24")


@probe()
def a_webhook_that_cuts_the_connection_is_told(t: Transcript) -> None:
    t.backend.fault("cut")
    t.create("a", "10.0.0.0/24")


@probe()
def a_webhook_that_is_down_is_told(t: Transcript) -> None:
    t.backend.fault("down")
    t.create("a", "10.0.0.0/24")


@probe()
def a_webhook_that_is_not_trusted_is_told(t: Transcript) -> None:
    t.backend.fault("untrusted")
    t.create("a", "10.0.0.0/24")


@probe("slow")
def a_webhook_that_does_not_answer_is_told(t: Transcript) -> None:
    t.backend.fault("timeout")
    began = time.monotonic()
    t.create("a", "10.0.0.0/24")
    t.note("after about five seconds", 4.5 < time.monotonic() - began < 30)


@probe("slow")
def a_webhook_that_is_slow_is_waited_for(t: Transcript) -> None:
    t.backend.fault("slow")
    began = time.monotonic()
    t.create("a", "10.0.0.0/24")
    t.note("after about five seconds", 4.5 < time.monotonic() - began < 30)


@probe()
def a_request_with_a_timeout_of_its_own_ends_in_a_race(t: Transcript) -> None:
    t.backend.fault("slow")
    began = time.monotonic()
    answer = t.quietly("POST", POOLS, pool_object("a", "10.0.0.0/24"), query={"timeout": "1s"})
    # The first component to time out gives the reason; slower ones send no Status, or cut the
    # connection.
    t.note("refused or cut off", answer.status in (504, 500, 0))
    t.note("after about a second", 0.8 < time.monotonic() - began < 4.5)
    t.backend.fault(None)
    t.list()


@probe()
def schema_errors_and_missing_pools_never_reach_the_webhook(t: Transcript) -> None:
    t.backend.fault("500")
    t.create("a", "nonsense/24")
    t.patch("missing", {"metadata": {"labels": {"x": "y"}}})
    t.ask("POST", POOLS, "{", content_type="application/json")


@probe()
def a_bad_patch_never_reaches_the_webhook(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    t.backend.fault("500")
    t.patch("a", [{"op": "test", "path": "/metadata/name", "value": "b"}])
    t.patch("a", {"metadata": {"resourceVersion": "1"}}, keep=reason)
    pool["metadata"]["resourceVersion"] = "1"
    t.put("a", pool, keep=reason)
    pool["metadata"]["uid"] = "0c5a9d8e-0000-4000-8000-000000000000"
    t.put("a", pool, keep=reason)


@probe()
def two_pools_are_admitted_within_one_lag(t: Transcript) -> None:
    t.backend.lag(30)
    t.create("a", "10.0.0.0/24")
    t.create("b", "10.0.0.0/24")
    t.list()


@probe()
def a_deleted_pool_still_refuses_others(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.backend.lag(30)
    t.delete("a")
    t.create("b", "10.0.0.0/25")
    t.create("a", "10.0.0.0/25")


@probe()
def the_webhook_runs_outside_of_the_lock(t: Transcript) -> None:
    with ThreadPoolExecutor(10) as pool:
        pools = [pool_object(f"p{number}", "10.0.0.0/24") for number in range(10)]
        t.backend.lag(1)
        answers = list(pool.map(lambda each: t.quietly("POST", POOLS, each).status, pools))
    t.note("statuses of ten pools with one range", answers)


@probe()
def a_generated_name_is_denied_like_any_other(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    pool = pool_object("", "10.0.0.0/25")
    pool["metadata"] = {"generateName": "random-"}
    t.ask("POST", POOLS, pool)


@probe()
def the_controller_counts_addresses(t: Transcript) -> None:
    before = t.given("a", "10.0.0.0/24", "10.1.0.1-10.1.0.9")
    stream_query = {"resourceVersion": before["metadata"]["resourceVersion"]}
    t.backend.count_addresses()
    t.watch(stream_query, count=1, keep=lambda event: event)

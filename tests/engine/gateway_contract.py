"""The contract of every gateway, for the fake one and the one to a real API server.

Modules that provide a ``gateway`` fixture, empty and without lag, import all of it.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest

from ippoolctl.crd.created_object import pending_object
from ippoolctl.crd.patches.claims import appending_patch, claiming_patch, releasing_patch
from ippoolctl.crd.patches.json_patch import JsonPatch
from ippoolctl.crd.patches.settling import settling_patch
from ippoolctl.domain.annotations.claims import Claim, claim_of, made_claim
from ippoolctl.domain.annotations.marks import is_pending
from ippoolctl.domain.antrea.pool import NOTHING, Pool
from ippoolctl.domain.timestamps import parse_timestamp
from ippoolctl.engine.fault_policy import FaultClass, fault_class
from ippoolctl.ports.faults import Fault, RejectedFault
from ippoolctl.ports.gateway import Gateway, Resource
from tests.builders import pool, pool_object


def class_of(fault: pytest.ExceptionInfo[Fault]) -> FaultClass:
    return fault_class(fault.value)


def revision(pool: Pool) -> str:
    assert pool.live is not None
    return pool.live.resource_version


def test_a_created_pool_is_listed_and_found(gateway: Gateway) -> None:
    made = gateway.create_pool(pool_object("a", "10.0.0.0/24", "fd00::1-fd00::9"))

    listed = gateway.list_pools()
    found = gateway.get_pool("a")
    assert [each.name for each in listed.pools] == ["a"]
    assert found is not None
    assert found.texts == made.texts == ("10.0.0.0/24", "fd00::1-fd00::9")
    assert made.live is not None
    assert found.live is not None
    assert made.live.uid == found.live.uid != ""
    assert int(listed.resource_version) >= int(made.live.resource_version)


def test_a_list_has_the_servers_time(gateway: Gateway) -> None:
    made = gateway.create_pool(pool_object("a", "10.0.0.0/24"))

    assert made.live is not None
    now, created = parse_timestamp(gateway.list_pools().date), parse_timestamp(made.live.created)
    assert now is not None
    assert created is not None
    assert 0 <= (now - created).total_seconds() < 60


def test_an_absent_pool_is_none_and_an_empty_cluster_has_an_empty_list(gateway: Gateway) -> None:
    assert gateway.get_pool("a") is None
    assert gateway.list_pools().pools == ()


def test_a_selector_is_evaluated_by_the_server(gateway: Gateway) -> None:
    labelled = pool_object("a", "10.0.0.0/24")
    labelled["metadata"]["labels"] = {"team": "net"}
    gateway.create_pool(labelled)
    gateway.create_pool(pool_object("b", "10.0.1.0/24"))

    assert [each.name for each in gateway.list_pools(selector="team=net").pools] == ["a"]


def test_a_dry_run_changes_nothing(gateway: Gateway) -> None:
    gateway.create_pool(pool_object("a", "10.0.0.0/24"), dry_run=True)

    assert gateway.list_pools().pools == ()


def test_a_list_at_a_revision_shows_that_moment(gateway: Gateway) -> None:
    first = gateway.create_pool(pool_object("a", "10.0.0.0/24"))
    gateway.create_pool(pool_object("b", "10.0.1.0/24"))

    assert [each.name for each in gateway.list_pools(at=revision(first)).pools] == ["a"]


def test_a_future_revision_is_ahead(gateway: Gateway) -> None:
    at = str(int(gateway.list_pools().resource_version) + 1_000_000)

    with pytest.raises(RejectedFault) as fault:
        gateway.list_pools(at=at)

    assert class_of(fault) is FaultClass.AHEAD


def test_an_existing_name_is_distinguished_from_a_denial(gateway: Gateway) -> None:
    gateway.create_pool(pool_object("a", "10.0.0.0/24"))

    with pytest.raises(RejectedFault) as fault:
        gateway.create_pool(pool_object("a", "10.0.1.0/24"))

    assert class_of(fault) is FaultClass.EXISTS


def pending(gateway: Gateway) -> tuple[Pool, list[dict[str, Any]]]:
    made = gateway.create_pool(pending_object(pool_object("a", "10.0.0.0/24"), "a/1"))
    return made, settling_patch(made)


def test_the_settling_patch_removes_the_mark(gateway: Gateway) -> None:
    _, patch = pending(gateway)

    settled = gateway.patch_pool("a", patch)

    assert not is_pending(settled)
    assert settled.annotations["ippoolctl/request-id"] == "a/1"


def test_a_repeated_settling_patch_fails_on_the_changed_object(gateway: Gateway) -> None:
    _, patch = pending(gateway)
    gateway.patch_pool("a", patch)

    with pytest.raises(RejectedFault) as fault:
        gateway.patch_pool("a", patch)

    assert class_of(fault) is FaultClass.CHANGED


def test_a_settling_patch_never_changes_another_object_of_the_name(gateway: Gateway) -> None:
    made, patch = pending(gateway)
    gateway.delete_pool(made)
    pending(gateway)

    with pytest.raises(RejectedFault) as fault:
        gateway.patch_pool("a", patch)

    assert class_of(fault) is FaultClass.CHANGED


def test_a_patch_of_a_deleted_pool_is_missing(gateway: Gateway) -> None:
    made, patch = pending(gateway)
    gateway.delete_pool(made)

    with pytest.raises(RejectedFault) as fault:
        gateway.patch_pool("a", patch)

    assert class_of(fault) is FaultClass.MISSING


def claimed(gateway: Gateway, **annotations: str) -> tuple[Pool, Claim]:
    """A settled pool with a claim on it, and the claim."""
    document = pool_object("a", "10.0.0.0/24", "10.9.0.1-10.9.0.9")
    if annotations:
        document["metadata"]["annotations"] = annotations
    settled = gateway.create_pool(document)
    claim = made_claim("a/1", "1", "2026-01-01T00:00:00Z", pool("a", "10.0.1.0/24").ranges)
    return gateway.patch_pool("a", claiming_patch(settled, claim)), claim


@pytest.mark.parametrize("annotations", [{}, {"x": "y"}], ids=["none before", "one before"])
def test_a_claim_is_written_and_read(gateway: Gateway, annotations: dict[str, str]) -> None:
    made, claim = claimed(gateway, **annotations)

    assert claim_of(made) == claim == claim_of(gateway.list_pools(at=revision(made)).pools[0])


def test_a_claim_is_never_written_over_another(gateway: Gateway) -> None:
    made, claim = claimed(gateway)

    with pytest.raises(RejectedFault) as fault:
        gateway.patch_pool("a", claiming_patch(made, claim))

    assert class_of(fault) is FaultClass.CHANGED


def test_a_pending_pool_is_not_claimed(gateway: Gateway) -> None:
    made, _ = pending(gateway)

    with pytest.raises(RejectedFault) as fault:
        gateway.patch_pool("a", claiming_patch(made, made_claim("b/1", "1", "", made.ranges)))

    assert class_of(fault) is FaultClass.CHANGED


def test_ranges_are_claimed_for_the_pool_as_it_was_seen(gateway: Gateway) -> None:
    made, claim = claimed(gateway)
    gateway.patch_pool("a", appending_patch(made, claim))
    before = made._replace(annotations=NOTHING)

    with pytest.raises(RejectedFault) as fault:
        gateway.patch_pool("a", claiming_patch(before, claim))

    assert class_of(fault) is FaultClass.CHANGED


def test_an_append_removes_its_claim_and_applies_only_once(gateway: Gateway) -> None:
    made, claim = claimed(gateway)

    appended = gateway.patch_pool("a", appending_patch(made, claim))
    with pytest.raises(RejectedFault) as fault:
        gateway.patch_pool("a", appending_patch(made, claim))

    assert appended.texts == ("10.0.0.0/24", "10.9.0.1-10.9.0.9", "10.0.1.0/24")
    assert claim_of(appended) is None
    assert class_of(fault) is FaultClass.CHANGED


@pytest.mark.parametrize("patch", [appending_patch, releasing_patch])
def test_only_the_verified_claim_is_appended_or_canceled(
    gateway: Gateway, patch: Callable[[Pool, Claim], JsonPatch]
) -> None:
    made, claim = claimed(gateway)
    other = made_claim(claim.request_id, "2", claim.at, claim.ranges)

    with pytest.raises(RejectedFault) as fault:
        gateway.patch_pool("a", patch(made, other))

    assert class_of(fault) is FaultClass.CHANGED


def test_a_canceled_claim_leaves_the_ranges_unchanged(gateway: Gateway) -> None:
    made, claim = claimed(gateway)

    released = gateway.patch_pool("a", releasing_patch(made, claim))

    assert claim_of(released) is None
    assert released.texts == made.texts


def test_a_dry_run_of_a_patch_changes_nothing(gateway: Gateway) -> None:
    made, claim = claimed(gateway)

    judged = gateway.patch_pool("a", appending_patch(made, claim), dry_run=True)
    found = gateway.get_pool("a")

    assert "10.0.1.0/24" in judged.texts
    assert found is not None
    assert claim_of(found) == claim


def test_a_merge_patch_changes_only_what_it_names_of_the_revision_that_was_seen(
    gateway: Gateway,
) -> None:
    made = gateway.create_pool(pool_object("a", "10.0.0.0/24"))
    seen = made.live.resource_version if made.live else ""
    labels = {"resourceVersion": seen, "labels": {"a": "1", "b": "2"}}

    gateway.patch_pool("a", {"metadata": labels}, dry_run=True)
    changed = gateway.patch_pool("a", {"metadata": labels})
    with pytest.raises(RejectedFault) as fault:
        gateway.patch_pool("a", {"metadata": labels})
    again = gateway.patch_pool("a", {"metadata": {"labels": {"a": None}}})

    assert changed.labels == {"a": "1", "b": "2"}
    assert class_of(fault) is FaultClass.CHANGED
    assert (again.labels, again.texts) == ({"b": "2"}, ("10.0.0.0/24",))


def test_the_servers_time_of_a_list_is_in_utc(gateway: Gateway) -> None:
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", gateway.list_pools().date)


def test_a_deletion_removes_only_the_object_that_was_seen(gateway: Gateway) -> None:
    made, patch = pending(gateway)
    changed = gateway.patch_pool("a", patch)

    with pytest.raises(RejectedFault) as fault:
        gateway.delete_pool(made)
    gateway.delete_pool(changed)

    assert class_of(fault) is FaultClass.CHANGED
    assert gateway.get_pool("a") is None


def test_a_deletion_of_a_deleted_pool_is_missing(gateway: Gateway) -> None:
    made, _ = pending(gateway)
    gateway.delete_pool(made)

    with pytest.raises(RejectedFault) as fault:
        gateway.delete_pool(made)

    assert class_of(fault) is FaultClass.MISSING


def test_an_administrator_may_create_pools(gateway: Gateway) -> None:
    assert gateway.may("create")
    assert gateway.may("patch", of=Resource("", "v1", "services"))


def test_the_webhook_is_registered(gateway: Gateway) -> None:
    assert gateway.webhook_registered()


def names(objects: list[Any]) -> list[str]:
    return [each["metadata"]["name"] for each in objects]


def test_objects_of_any_kind_are_listed(gateway: Gateway) -> None:
    gateway.create_pool(pool_object("a", "10.0.0.0/24"))
    gateway.create_pool(pool_object("b", "10.0.1.0/24"))
    pools = Resource("crd.antrea.io", "v1beta1", "externalippools")

    assert names(gateway.list_objects(pools, dict)) == ["a", "b"]
    assert names(gateway.list_objects(pools._replace(name="b"), dict)) == ["b"]
    assert gateway.list_objects(Resource("", "v1", "nodes"), dict) == []
    assert gateway.list_objects(Resource("", "v1", "services", "nowhere"), dict) == []


def test_objects_of_an_unknown_kind_are_not_served(gateway: Gateway) -> None:
    for resource in (
        Resource("metallb.io", "v1beta1", "ipaddresspools"),
        Resource("crd.antrea.io", "v9", "ippools"),
    ):
        with pytest.raises(RejectedFault) as fault:
            gateway.list_objects(resource, dict)

        assert fault.value.status == 404


def test_an_empty_cluster_has_no_consumers(gateway: Gateway) -> None:
    assert gateway.consumers() == ((), ())

"""One relocation run: its writes and its result."""

import json
import os
import signal
from dataclasses import replace
from typing import Any

import pytest

from ippoolctl.cli.signals import stoppable
from ippoolctl.crd.relocation import copied, recording_object, write_relocation
from ippoolctl.domain.annotations.detached import made_detached
from ippoolctl.domain.annotations.marks import DETACHED
from ippoolctl.domain.change.relocation import Appended, Deleted, Relocation
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.outcome import State
from ippoolctl.domain.protocol.relocated import EndKind, PlaceState, Relocated
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import RejectedFault, UnansweredFault
from ippoolctl.render.sentences.relocation import end_hint, end_message
from tests.builders import pool, pool_object
from tests.consumers import egress
from tests.engine.relocation.conftest import Relocating


def states(found: Relocated) -> list[tuple[str, State]]:
    return [(each.pool, each.state) for each in found.pools]


def sent(relocating: Relocating, method: str) -> int:
    return [each for _, each in relocating.gateway.requests].count(method)


def stop() -> None:
    raise StoppedError(signal.SIGINT)


def shrink_detaches(relocating: Relocating, name: str, address: str) -> None:
    """Another request detaches an Egress after the first one that the run detaches."""
    text = made_detached("shrink a", "a", "a", address, {}).text

    def detach() -> None:
        egresses = relocating.world.cluster.others["egresses"]
        (one,) = (each for each in egresses if each["metadata"]["name"] == name)
        one["metadata"]["annotations"] = {DETACHED: text}
        del one["spec"]["externalIPPool"]

    relocating.gateway.before("patch_egress", list)
    relocating.gateway.before("patch_egress", detach)


def test_a_renamed_pool_has_the_same_consumers_on_the_same_addresses(
    relocating: Relocating,
) -> None:
    saved: list[list[str]] = []

    found = relocating.carried_out(
        relocating.renamed(), save=lambda: saved.append(relocating.world.cluster.names)
    )

    assert (found.end, found.code, found.request) == (EndKind.DONE, ExitCode.YES, "rename a b")
    assert states(found) == [("a", State.DELETED), ("b", State.CREATED)]
    assert [(each.name, each.state) for each in found.placed] == [
        (name, PlaceState.KEPT) for name in ("e1", "e2", "e3", "s1")
    ]
    assert saved == [["a"]]
    assert found.limit is None
    relocating.world.check_end("b")


def test_a_run_whose_time_is_up_before_its_first_request_writes_nothing(
    relocating: Relocating,
) -> None:
    relocating.gateway.before("may", lambda: relocating.world.cluster.clock.sleep(60))

    found = relocating.carried_out(relocating.renamed())

    assert (found.end, found.code) == (EndKind.TIMED_OUT, ExitCode.NOT_YET)
    assert relocating.world.cluster.names == ["a"]
    assert sent(relocating, "patch") == 0


def annotations_before_the_deletion(
    relocating: Relocating, relocation: Relocation
) -> dict[str, dict[str, Any]]:
    """The annotation of each detached consumer."""
    cluster, found = relocating.world.cluster, dict[str, dict[str, Any]]()

    def note() -> None:
        for each in (*cluster.others["egresses"], *cluster.others["services"]):
            text = each["metadata"].get("annotations", {}).get(DETACHED)
            found.update({each["metadata"]["name"]: json.loads(text)} if text else {})

    relocating.gateway.before("delete", note)
    assert relocating.carried_out(relocation).end is EndKind.DONE
    return found


def test_each_detached_consumer_tells_the_relocation_and_when_the_first_one_was_detached(
    relocating: Relocating,
) -> None:
    cluster, relocation = relocating.world.cluster, relocating.renamed()
    began = cluster.date

    def later() -> None:
        cluster.clock.sleep(5)
        cluster.put_other("egresses", egress("e9", "a", "10.0.0.5"))

    cluster.put_other("egresses", egress("e4", "a", "10.9.9.9"))  # it waits
    relocating.gateway.before("patch_service", later)

    found = annotations_before_the_deletion(relocating, relocation)

    assert {name: each["since"] for name, each in found.items()} == dict.fromkeys(
        ("e1", "e2", "e3", "e4", "e9", "s1"), began
    )
    assert all(each["relocation"] == write_relocation(relocation) for each in found.values())


def test_consumers_that_a_later_run_detaches_tell_when_the_earlier_one_began(
    relocating: Relocating,
) -> None:
    relocation, began = relocating.renamed(), "2025-12-31T23:00:00Z"
    plan = write_relocation(relocation)
    detached = made_detached(relocation.request, "a", "b", "10.0.0.1", plan, since=began)
    (e1, *_) = relocating.world.cluster.others["egresses"]
    e1["metadata"]["annotations"] = {DETACHED: detached.text}
    del e1["spec"]["externalIPPool"]

    found = annotations_before_the_deletion(relocating, relocation)

    assert {name: each["since"] for name, each in found.items()} == dict.fromkeys(
        ("e1", "e2", "e3", "s1"), began
    )


def test_no_traffic_stops_if_only_consumers_without_an_address_are_detached(
    relocating: Relocating,
) -> None:
    cluster = relocating.world.cluster
    cluster.store(pool_object("unused", "10.5.0.0/29"))
    relocating.world.rest()
    cluster.put_other("egresses", egress("e4", "unused", "10.9.9.9"))

    found = annotations_before_the_deletion(relocating, relocating.renamed("unused"))

    assert [(name, each.get("since")) for name, each in found.items()] == [("e4", None)]


def test_ranges_that_are_appended_keep_the_consumers(relocating: Relocating) -> None:
    relocating.world.cluster.store(pool_object("b", "10.9.0.0/29"))

    found = relocating.carried_out(relocating.merged())

    assert (found.end, found.code) == (EndKind.DONE, ExitCode.YES)
    assert states(found) == [("a", State.DELETED), ("b", State.EXTENDED)]
    relocating.world.check_end("b")


@pytest.mark.parametrize("how", ["create", "append"])
def test_a_pool_of_another_client_in_the_ranges_ends_the_run(
    relocating: Relocating, how: str
) -> None:
    cluster, gateway = relocating.world.cluster, relocating.gateway
    if how == "append":
        cluster.store(pool_object("b", "10.9.0.0/29"))
        relocation, write = relocating.merged(), "patch"
    else:
        relocation, write = relocating.renamed(), "create"
        gateway.before(write, list)  # the question whether the webhook has forgotten the old pool
    gateway.before(write, lambda: cluster.store(pool_object("c", "10.0.0.0/30")))

    found = relocating.carried_out(relocation)

    assert (found.end, found.code) == (EndKind.LOST_RACE, ExitCode.LOST_RACE)
    assert [each.pool for each in found.pools] == ["a", "b"]
    assert found.pools[-1].conflicts
    assert found.begun
    assert {each.name for each in found.still_detached} == {"e1", "e2", "e3", "s1"}


def test_a_pool_that_is_denied_ends_the_run_with_its_code(relocating: Relocating) -> None:
    policy = RejectedFault(403, "a policy denied the request: no", reason="Forbidden")
    relocating.gateway.before("create", list)
    relocating.gateway.before("create", lambda: relocating.gateway.fail("create", policy))

    found = relocating.carried_out(relocating.renamed())

    assert (found.end, found.code) == (EndKind.POOL_FAILED, ExitCode.REFUSED)


def test_a_terminating_pool_is_waited_for_and_deleted_once(relocating: Relocating) -> None:
    document = relocating.world.cluster.document("a")
    assert document is not None
    document["metadata"]["finalizers"] = ["example.com/held"]

    found = relocating.carried_out(relocating.renamed(), seconds=5.0)

    assert (found.end, found.code) == (EndKind.TIMED_OUT, ExitCode.NOT_YET)
    assert found.cause == Cause(CauseKind.IS_TERMINATING, finalizers=("example.com/held",))
    assert found.limit is not None
    assert sent(relocating, "delete") == 1
    assert found.pools == ()


def test_a_pool_is_deleted_only_after_antrea_has_released_its_addresses(
    relocating: Relocating,
) -> None:
    relocating.gateway.prompt = False

    found = relocating.carried_out(relocating.renamed(), seconds=5.0)

    assert found.end is EndKind.TIMED_OUT
    assert found.cause == Cause(CauseKind.STILL_USED, pool="a", count=3)  # s1 is pinned
    assert sent(relocating, "delete") == 0


def test_consumers_that_antrea_has_not_noticed_are_named_in_order(relocating: Relocating) -> None:
    world = relocating.world
    relocation = relocating.renamed()

    def hold_up() -> None:
        relocating.gateway.prompt = False
        relocating.gateway.before("patch_service", list)

    relocating.gateway.before("patch", hold_up)
    world.cluster.others["services"].append(
        {
            **world.cluster.others["services"][0],
            "metadata": {**world.cluster.others["services"][0]["metadata"], "name": "s0"},
        }
    )
    world.rest()

    found = relocating.carried_out(relocation, seconds=5.0)

    assert found.end is EndKind.TIMED_OUT
    assert found.cause is not None
    assert found.cause.kind is CauseKind.ADDRESSES_PENDING
    assert found.cause.others == tuple(sorted(found.cause.others)) != ()


def test_an_unavailable_server_before_the_first_write_is_a_fault(relocating: Relocating) -> None:
    gateway = relocating.gateway
    gateway.fail("patch_egress", RejectedFault(401, "Unauthorized"))
    gateway.fail("patch_service", RejectedFault(401, "Unauthorized"))

    with pytest.raises(RejectedFault):
        relocating.carried_out(relocating.renamed())


def test_a_fault_after_a_write_ends_with_what_is_detached(relocating: Relocating) -> None:
    relocating.gateway.fail("delete", RejectedFault(401, "Unauthorized"))

    found = relocating.carried_out(relocating.renamed())

    assert (found.end, found.text) == (EndKind.REJECTED, "Unauthorized")
    assert {each.name for each in found.still_detached} == {"e1", "e2", "e3", "s1"}


def test_a_relocation_has_begun_once_a_pool_is_deleted(relocating: Relocating) -> None:
    relocation = relocating.renamed()

    relocating.gateway.prompt = False  # the addresses of detached Services stay in use
    first, again = (relocating.carried_out(relocation, seconds=3.0) for _ in range(2))
    relocating.gateway.prompt = True
    relocating.gateway.fail("create", RejectedFault(401, "Unauthorized"))
    deleted = relocating.carried_out(relocation)

    assert [each.end for each in (first, again)] == [EndKind.TIMED_OUT] * 2
    assert [each.begun for each in (first, again, deleted)] == [False, False, True]


def test_a_write_without_an_answer_counts_as_a_write(relocating: Relocating) -> None:
    relocating.gateway.fail("patch_egress", UnansweredFault("reset"), after=True)
    relocating.gateway.before(
        "patch_egress",
        lambda: relocating.gateway.fail("objects", RejectedFault(401, "Unauthorized")),
    )

    found = relocating.carried_out(relocating.renamed())

    assert (found.end, found.text) == (EndKind.REJECTED, "Unauthorized")


def test_a_consumer_that_may_not_be_changed_ends_the_run_with_the_words_of_the_server(
    relocating: Relocating,
) -> None:
    policy = RejectedFault(422, "a policy denied the request: no", reason="Invalid")
    relocating.gateway.fail("patch_service", policy)

    found = relocating.carried_out(relocating.renamed())

    assert (found.end, found.code) == (EndKind.REJECTED, ExitCode.REFUSED)
    assert found.text == "a policy denied the request: no"


def test_a_webhook_that_does_not_know_the_new_pool_yet_is_asked_again(
    relocating: Relocating,
) -> None:
    late = RejectedFault(400, "a webhook denied the request: no pool b")
    create = "create"
    relocating.gateway.before(create, list)
    relocating.gateway.before(create, lambda: relocating.gateway.fail("patch_egress", late))

    found = relocating.carried_out(relocating.renamed())

    assert found.end is EndKind.DONE
    assert Cause(CauseKind.VERBATIM, text=late.message) in [
        each.cause for each in relocating.recorder.events
    ]
    relocating.world.check_end("b")


@pytest.mark.parametrize(
    ("method", "detached"), [("patch_egress", 2), ("delete", 4), ("create", 4)]
)
def test_a_signal_ends_the_run_with_what_is_detached(
    relocating: Relocating, method: str, detached: int
) -> None:
    relocating.gateway.before(method, stop)

    found = relocating.carried_out(relocating.renamed())

    assert (found.end, found.code) == (EndKind.STOPPED, ExitCode.INTERRUPTED)
    assert len(found.still_detached) == detached
    assert found.limit is None


def test_a_consumer_that_a_failing_webhook_keeps_attached_is_not_detached_after_a_signal(
    relocating: Relocating,
) -> None:
    """The signal came during the pause after the failure."""
    failing = RejectedFault(500, "Internal error occurred: failed calling webhook: refused")
    relocating.gateway.fail("patch_egress", failing)
    relocating.world.cluster.clock.after(0.001, stop)

    found = relocating.carried_out(relocating.renamed())

    assert (found.end, found.code) == (EndKind.STOPPED, ExitCode.INTERRUPTED)
    egresses = relocating.world.cluster.others["egresses"]
    assert not any(DETACHED in each["metadata"].get("annotations", {}) for each in egresses)
    assert [each.name for each in found.still_detached] == ["s1"]


def test_a_consumer_that_is_attached_while_a_signal_waits_is_not_still_detached(
    relocating: Relocating,
) -> None:
    gateway = relocating.gateway

    def kill() -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    gateway.before("create", lambda: gateway.before("patch_egress", kill))
    with stoppable() as hold:
        found = relocating.carried_out(relocating.renamed(), shield=hold)

    assert (found.end, found.code) == (EndKind.STOPPED, ExitCode.TERMINATED)
    assert [each.name for each in found.still_detached] == ["e2", "e3", "s1"]


@pytest.mark.parametrize(
    ("forbidden", "words"),
    [
        ("delete", "delete externalippools"),
        ("create", "create externalippools"),
        ("patch:egresses", "patch egresses.crd.antrea.io"),
        ("patch:services", "patch services; nothing"),
        ("patch:services patch:egresses", "patch services; nothing"),
    ],
)
def test_a_missing_permission_is_named_before_anything_is_written(
    relocating: Relocating, forbidden: str, words: str
) -> None:
    relocating.world.cluster.forbidden = {*forbidden.split()}

    with pytest.raises(RejectedFault, match=words):
        relocating.carried_out(relocating.renamed())

    assert sent(relocating, "patch_egress") == 0


def test_rights_on_pools_are_required_as_long_as_one_is_to_be_deleted_or_created(
    relocating: Relocating,
) -> None:
    cluster = relocating.world.cluster
    for each in ("b", "unused"):
        cluster.store(pool_object(each, f"10.{len(cluster.names)}.0.0/29"))
    renamed = relocating.renamed("unused")
    merged = replace(renamed, created=(), appended=(Appended("b", renamed.deleted[0].ranges),))
    renamed = replace(renamed, created=(renamed.created[0]._replace(name="c"),))
    cluster.forbidden = {"delete"}
    needed = "replacing a pool requires list, get, create, patch and delete on pools"

    with pytest.raises(RejectedFault, match="no permission to delete") as merging:
        relocating.carried_out(merged)
    cluster.remove("unused")
    with pytest.raises(RejectedFault, match="no permission to delete") as renaming:
        relocating.carried_out(renamed)

    assert [each.value.hint for each in (merging, renaming)] == [needed] * 2
    found = relocating.carried_out(merged)
    assert (found.end, found.begun) == (EndKind.DONE, False)


def test_a_server_that_never_answers_the_run_is_a_fault(relocating: Relocating) -> None:
    gateway = relocating.gateway
    gateway.before("may", lambda: gateway.fail("list", UnansweredFault("reset"), times=10_000))
    gateway.fail("may", UnansweredFault("reset"), times=10)

    with pytest.raises(UnansweredFault):
        relocating.carried_out(relocating.renamed())


def test_consumers_in_the_new_ranges_keep_theirs_and_others_get_new_addresses(
    relocating: Relocating,
) -> None:
    world = relocating.world
    old = relocating.old
    created = copied(old, "b", pool("b", "10.0.0.4-10.0.0.6", "10.7.0.0/28").ranges)
    relocation = replace(relocating.renamed(), created=(created,))

    found = relocating.carried_out(relocation)

    after = world.addresses()
    kept = [name for name, address in world.before.items() if address in ("10.0.0.4", "10.0.0.6")]
    assert found.end is EndKind.DONE
    assert {each.name for each in found.placed if each.state is PlaceState.KEPT} == {*kept}
    lost = [each for each in found.placed if each.state is PlaceState.LOST]
    assert {each.name: each.lost for each in lost} == {
        name: address for name, address in world.before.items() if name not in kept
    }
    assert {each.name: each.address for each in found.placed} == after
    # The new addresses are there at once.
    assert world.clock.now() == 1000


def test_new_addresses_are_waited_for_three_seconds(relocating: Relocating) -> None:
    old = relocating.old
    created = copied(old, "b", pool("b", "10.0.0.4-10.0.0.4").ranges)
    relocation = replace(relocating.renamed(), created=(created,))
    clock = relocating.world.clock

    found = relocating.carried_out(relocation)

    lost = [each for each in found.placed if each.state is PlaceState.LOST]
    assert found.end is EndKind.DONE
    assert sorted(each.address for each in lost) == ["", "", "", "10.0.0.4"]
    assert 1003 <= clock.now() <= 1003.2


def test_new_addresses_are_waited_for_half_of_the_time_that_is_left(
    relocating: Relocating,
) -> None:
    old = relocating.old
    created = copied(old, "b", pool("b", "10.0.0.4-10.0.0.4").ranges)
    relocation = replace(relocating.renamed(), created=(created,))
    clock = relocating.world.clock

    found = relocating.carried_out(relocation, seconds=2.0)

    assert found.end is EndKind.DONE
    assert 1001 <= clock.now() <= 1001.2


@pytest.mark.parametrize("recorded", [False, True])
def test_a_taken_address_is_reported_and_the_rest_is_attached(
    relocating: Relocating, *, recorded: bool
) -> None:
    cluster, relocation = relocating.world.cluster, relocating.renamed()
    if recorded:
        cluster.store(recording_object(relocation, ""))
    address = relocating.world.before["e1"]
    relocating.gateway.before("create", list)
    relocating.gateway.before(
        "create", lambda: cluster.put_other("egresses", egress("thief", "b", address))
    )

    found = relocating.carried_out(relocation)

    assert (found.end, found.code) == (EndKind.ADDRESSES_TAKEN, ExitCode.LOST_RACE)
    assert {each.name: (each.state, each.taken_by) for each in found.placed} == {
        "e1": (PlaceState.TAKEN, "Egress thief"),
        **dict.fromkeys(("e2", "e3", "s1"), (PlaceState.KEPT, "")),
    }
    # The record stays as long as there is something left to do.
    assert len(cluster.names) == 1 + recorded


def test_an_egress_that_is_given_another_address_meanwhile_is_reported(
    relocating: Relocating,
) -> None:
    cluster = relocating.world.cluster

    def change() -> None:
        patch = [{"op": "add", "path": "/spec/egressIP", "value": "10.7.7.7"}]
        cluster.change_other("egresses", "", "e1", patch)

    relocating.gateway.before("create", list)
    relocating.gateway.before("create", change)

    found = relocating.carried_out(relocating.renamed())

    assert (found.end, found.code) == (EndKind.ADDRESSES_TAKEN, ExitCode.LOST_RACE)
    assert {each.name: each.state for each in found.placed} == {
        "e1": PlaceState.CHANGED,
        **dict.fromkeys(("e2", "e3", "s1"), PlaceState.KEPT),
    }


def test_a_record_is_deleted_after_the_last_step(relocating: Relocating) -> None:
    cluster, relocation = relocating.world.cluster, relocating.renamed()
    cluster.store(recording_object(relocation, ""))

    assert relocating.carried_out(relocation).end is EndKind.DONE
    assert cluster.names == ["b"]


def test_the_record_of_another_request_stays(relocating: Relocating) -> None:
    cluster, relocation = relocating.world.cluster, relocating.renamed()
    old = Deleted("x", "uid-x", relocation.deleted[0].ranges)
    other = recording_object(Relocation("rename x y", (old,), ()), "")
    cluster.store(other)

    assert relocating.carried_out(relocation).end is EndKind.DONE
    assert cluster.names == ["b", other["metadata"]["name"]]


def test_two_requests_that_detach_consumers_of_one_pool_leave_it_and_give_them_back(
    relocating: Relocating,
) -> None:
    """Both deleted the pool; the one whose new pool came second left its consumers detached for
    good, with a hint to run the same command again.
    """
    cluster = relocating.world.cluster
    addresses = relocating.world.addresses()
    shrink_detaches(relocating, "e2", "10.0.0.6")

    found = relocating.carried_out(relocating.renamed())

    assert (found.end, found.code, found.text) == (
        EndKind.UNFINISHED,
        ExitCode.REFUSED,
        "shrink a",
    )
    assert cluster.names == ["a"]
    assert [each.name for each in found.still_detached] == ["e2"]
    assert {each.name for each in found.placed if each.state is PlaceState.KEPT} >= {"s1"}
    assert end_hint(found) == (
        "finish it first: ippoolctl shrink a;"
        " or abandon it: kubectl annotate egress e2 ippoolctl/detached-"
    )
    relocating.world.rest()
    after = relocating.world.addresses()
    assert {name: after[name] for name in ("e1", "e3", "s1")} == {
        name: addresses[name] for name in ("e1", "e3", "s1")
    }
    for kind in ("egresses", "services"):
        for each in cluster.others[kind]:
            is_theirs = each["metadata"]["name"] == "e2"
            assert (DETACHED in each["metadata"].get("annotations", {})) == is_theirs


def test_a_consumer_that_another_request_has_detached_is_not_said_to_be_given_back(
    relocating: Relocating,
) -> None:
    """It was listed twice, also as one that kept its address in the new pool."""
    relocating.world.cluster.put_other("egresses", egress("e4", "a", "10.9.9.9"))  # it waits
    shrink_detaches(relocating, "e2", "10.0.0.6")

    found = relocating.carried_out(relocating.renamed())

    assert found.end is EndKind.UNFINISHED
    assert [(each.name, each.state, each.target) for each in found.placed] == [
        ("e1", PlaceState.KEPT, "a"),
        ("e2", PlaceState.DETACHED, "a"),
        ("e3", PlaceState.KEPT, "a"),
        ("s1", PlaceState.KEPT, "a"),
    ]


def test_a_run_that_gives_way_before_it_has_detached_a_consumer_lists_none_of_its_own(
    relocating: Relocating,
) -> None:
    """All were listed as if they had been moved to the new pool."""
    cluster, relocation = relocating.world.cluster, relocating.renamed()
    other = relocating.record_of_another()
    relocating.gateway.before("may", lambda: cluster.store(other))

    found = relocating.carried_out(relocation)

    assert (found.end, found.placed, found.seconds) == (EndKind.UNFINISHED, (), 0)
    assert sent(relocating, "patch_egress") == 0


def test_a_run_that_has_deleted_a_pool_finishes_although_another_request_is_recorded(
    relocating: Relocating,
) -> None:
    cluster, relocation = relocating.world.cluster, relocating.renamed()
    other = relocating.record_of_another()
    relocating.gateway.before("delete", lambda: cluster.store(other))

    found = relocating.carried_out(relocation)

    assert (found.end, found.code) == (EndKind.DONE, ExitCode.YES)
    assert cluster.names == ["b", other["metadata"]["name"]]


def test_an_address_that_is_in_no_new_range_is_given_back_as_well(relocating: Relocating) -> None:
    addresses = relocating.world.addresses()
    created = (copied(relocating.old, "b", pool("b", "10.0.0.0/30").ranges),)
    shrink_detaches(relocating, "e1", "10.0.0.1")

    found = relocating.carried_out(replace(relocating.renamed(), created=created))

    assert found.end is EndKind.UNFINISHED
    relocating.world.rest()
    after = relocating.world.addresses()
    assert after["e2"] == addresses["e2"] == "10.0.0.6"


def test_a_consumer_that_a_twin_has_detached_is_given_back_too(relocating: Relocating) -> None:
    cluster = relocating.world.cluster
    other = relocating.record_of_another()

    def twin() -> None:
        cluster.store(other)
        one = egress("e9", "a", "10.0.0.5")
        text = made_detached("rename a b", "a", "b", "10.0.0.5", {}).text
        one["metadata"]["annotations"] = {DETACHED: text}
        del one["spec"]["externalIPPool"]
        cluster.others["egresses"].append(one)

    relocating.gateway.before("may", twin)

    found = relocating.carried_out(relocating.renamed())

    assert found.end is EndKind.UNFINISHED
    assert "e9" in {each.name for each in found.placed if each.state is PlaceState.KEPT}
    assert {each["spec"].get("externalIPPool") for each in cluster.others["egresses"]} == {"a"}


def test_of_two_requests_for_a_pool_without_consumers_the_later_one_gives_way(
    relocating: Relocating,
) -> None:
    """Both deleted the pool, and the record of the one that lost stayed for good."""
    cluster = relocating.world.cluster
    cluster.store(pool_object("unused", "10.5.0.0/29"))
    relocation = relocating.renamed("unused")
    other = recording_object(replace(relocation, request="rename unused c"), "")
    relocating.gateway.before("create", lambda: cluster.store(other))

    found = relocating.carried_out(relocation)

    assert (found.end, found.code) == (EndKind.UNFINISHED, ExitCode.REFUSED)
    record = other["metadata"]["name"]
    assert cluster.names == ["a", record, "unused"]
    assert end_message(found) == ("an unfinished run is recorded for these pools: rename unused c")
    assert end_hint(found) == (
        f"finish it first: ippoolctl rename unused c; or abandon it: ippoolctl delete {record}"
    )


def test_a_pool_that_another_request_has_just_deleted_is_left_to_that_request(
    relocating: Relocating,
) -> None:
    """It was taken for deleted by this run, which created the new pool in the ranges."""
    cluster = relocating.world.cluster
    cluster.store(pool_object("unused", "10.5.0.0/29"))
    relocation = relocating.renamed("unused")
    other = recording_object(replace(relocation, request="rename unused c"), "")

    def deleted() -> None:
        cluster.store(other)
        cluster.remove("unused")

    relocating.gateway.before("may", deleted)

    found = relocating.carried_out(relocation)

    assert (found.end, found.text) == (EndKind.UNFINISHED, "rename unused c")
    assert cluster.names == ["a", other["metadata"]["name"]]


def test_a_run_that_gives_way_keeps_the_record_of_a_twin_that_has_deleted_the_pool(
    relocating: Relocating,
) -> None:
    cluster = relocating.world.cluster
    cluster.store(pool_object("unused", "10.5.0.0/29"))
    relocation = relocating.renamed("unused")
    other = recording_object(replace(relocation, request="rename unused c"), "")
    own = recording_object(relocation, "")

    def deleted() -> None:
        for each in (other, own):
            cluster.store(each)
        cluster.remove("unused")

    relocating.gateway.before("may", deleted)

    found = relocating.carried_out(relocation)

    assert found.end is EndKind.UNFINISHED
    assert own["metadata"]["name"] in cluster.names


def test_a_pool_to_extend_that_is_gone_leaves_the_other_pool_and_its_consumers(
    relocating: Relocating,
) -> None:
    """The pool was deleted first, and its consumers stayed detached."""
    cluster = relocating.world.cluster
    cluster.store(pool_object("b", "10.9.0.0/29"))
    addresses = relocating.world.addresses()
    relocating.gateway.before("patch_egress", lambda: cluster.remove("b"))

    found = relocating.carried_out(relocating.merged())

    assert (found.end, found.code) == (EndKind.POOL_FAILED, ExitCode.NO)
    assert end_message(found) == "pool b not found"
    assert states(found) == [("b", State.ABSENT)]
    assert cluster.names == ["a"]
    relocating.world.rest()
    assert relocating.world.addresses() == addresses
    assert not found.still_detached


def test_a_pool_of_the_new_name_that_another_client_creates_leaves_the_old_one(
    relocating: Relocating,
) -> None:
    """The old pool was deleted first, also by the run that finishes a killed one."""
    cluster = relocating.world.cluster
    addresses = relocating.world.addresses()
    taken = pool_object("b", "10.7.0.0/29")
    relocating.gateway.before("patch_egress", lambda: cluster.store(taken))

    found = relocating.carried_out(relocating.renamed())

    assert (found.end, found.code) == (EndKind.POOL_FAILED, ExitCode.REFUSED)
    assert end_message(found).startswith("pool b was not created: a pool of this name exists")
    assert not found.still_detached
    assert cluster.names == ["a", "b"]
    relocating.world.rest()
    assert relocating.world.addresses() == addresses


def test_a_pool_of_the_new_name_that_is_gone_again_does_not_end_the_run(
    relocating: Relocating,
) -> None:
    cluster, gateway = relocating.world.cluster, relocating.gateway
    created = copied(relocating.old, "b", pool("b", "10.7.0.0/28").ranges)

    def come_and_go() -> None:
        cluster.store(pool_object("b", "10.8.0.0/29"))
        gateway.before("list", lambda: gateway.before("list", lambda: cluster.remove("b")))

    gateway.before("patch_egress", come_and_go)

    found = relocating.carried_out(replace(relocating.renamed(), created=(created,)))

    assert found.end is EndKind.DONE
    assert states(found) == [("a", State.DELETED), ("b", State.CREATED)]
    assert cluster.names == ["b"]


def test_a_pool_of_which_antrea_has_not_counted_the_addresses_is_unused(
    relocating: Relocating,
) -> None:
    cluster = relocating.world.cluster
    cluster.store(pool_object("unused", "10.5.0.0/29"))
    relocating.gateway.prompt = False

    found = relocating.carried_out(relocating.renamed("unused"))

    assert found.end is EndKind.DONE
    assert states(found) == [("unused", State.DELETED), ("b", State.CREATED)]


def test_a_timeout_before_the_webhook_has_forgotten_the_pool_names_the_webhook(
    relocating: Relocating,
) -> None:
    """It said "timed out after 5s: it still denies 10.0.0.0"."""
    words = "range [10.0.0.1-10.0.0.1] overlaps with range [10.0.0.0/29] of ExternalIPPool a"
    denied = 'admission webhook "externalippoolvalidator.antrea.io" denied the request: '
    relocating.gateway.fail("create", RejectedFault(400, denied + words), times=1000)

    found = relocating.carried_out(relocating.renamed(), seconds=5.0)

    assert found.end is EndKind.TIMED_OUT
    assert end_message(found).startswith(
        "timed out after 5s: the webhook has not forgotten pool a yet: it still denies 10.0.0."
    )


def test_a_permission_that_ends_after_the_first_write_is_not_said_to_prevent_all_writes(
    relocating: Relocating,
) -> None:
    forbidden = relocating.world.cluster.forbidden
    relocating.gateway.before("delete", lambda: forbidden.add("create"))

    found = relocating.carried_out(relocating.renamed())

    assert (found.end, found.code) == (EndKind.REJECTED, ExitCode.UNKNOWN)
    assert "no permission to create externalippools.crd.antrea.io" in end_message(found)
    assert "nothing was written" not in end_message(found)


@pytest.mark.parametrize(("ranges", "out"), [("10.0.0.0/29", ()), ("10.0.0.1-10.0.0.5", ("e2",))])
def test_consumers_of_a_pool_that_another_request_has_replaced_are_given_back(
    relocating: Relocating, ranges: str, out: tuple[str, ...]
) -> None:
    """They stayed detached for good: no later run could finish the request."""
    cluster, gateway = relocating.world.cluster, relocating.gateway
    relocation = relocating.renamed()
    cluster.store(recording_object(relocation, ""))

    def replaced() -> None:
        cluster.store(pool_object("a", ranges))

    gateway.before("create", list)  # the question whether the webhook has forgotten the old pool
    gateway.before("create", replaced)

    found = relocating.carried_out(relocation)

    assert (found.end, found.code) == (EndKind.LOST_RACE, ExitCode.LOST_RACE)
    assert not found.begun
    assert cluster.names == ["a"]
    assert {each.name for each in found.still_detached} == {*out}
    assert {
        each["metadata"]["name"]: each["spec"].get("externalIPPool")
        for each in cluster.others["egresses"]
    } == {name: None if name in out else "a" for name in ("e1", "e2", "e3")}


def test_several_pools_are_deleted_in_their_order_each_when_it_is_unused(
    relocating: Relocating,
) -> None:
    cluster = relocating.world.cluster
    cluster.store(pool_object("unused", "10.5.0.0/29"))
    one, other = relocating.renamed(), relocating.renamed("unused")

    found = relocating.carried_out(replace(one, deleted=(*one.deleted, *other.deleted)))

    assert found.end is EndKind.DONE
    assert states(found) == [
        ("a", State.DELETED), ("unused", State.DELETED), ("b", State.CREATED)
    ]  # fmt: skip


def test_a_run_that_finds_the_new_pool_does_not_ask_whether_the_old_one_is_forgotten(
    relocating: Relocating,
) -> None:
    gateway, relocation = relocating.gateway, relocating.renamed()
    gateway.before("create", list)
    gateway.before("create", lambda: gateway.before("patch_egress", stop))
    assert relocating.carried_out(relocation).end is EndKind.STOPPED
    before = sent(relocating, "create")

    found = relocating.carried_out(relocation)

    assert (found.end, states(found)) == (EndKind.DONE, [("b", State.EXISTS)])
    assert sent(relocating, "create") == before
    relocating.world.check_end("b")


def test_the_hint_for_a_permanent_failure_does_not_promise_that_a_repetition_finishes(
    relocating: Relocating,
) -> None:
    """Another pool had the new name, and the hint was to run the same command again."""
    cluster, gateway = relocating.world.cluster, relocating.gateway
    gateway.before("create", list)
    gateway.before("create", lambda: cluster.store(pool_object("b", "10.7.0.0/29")))

    found = relocating.carried_out(relocating.renamed())

    assert (found.end, found.code) == (EndKind.POOL_FAILED, ExitCode.REFUSED)
    assert {each.name for each in found.still_detached} == {"e1", "e2", "e3", "s1"}
    assert end_hint(found) == (
        "resolve this, then run the same command again to finish; nothing is done twice"
    )


def test_a_pool_without_consumers_is_replaced_with_a_record_in_the_cluster(
    relocating: Relocating,
) -> None:
    cluster = relocating.world.cluster
    cluster.store(pool_object("unused", "10.5.0.0/29"))
    names: list[list[str]] = []

    found = relocating.carried_out(
        relocating.renamed("unused"), save=lambda: names.append(cluster.names)
    )

    assert found.end is EndKind.DONE
    ((_, record, last),) = names
    assert record.startswith("ippoolctl-unfinished-")
    assert last == "unused"
    assert cluster.names == ["a", "b"]


def test_a_pool_is_replaced_without_a_record_where_none_can_be_written(
    relocating: Relocating,
) -> None:
    cluster = relocating.world.cluster
    cluster.store(pool_object("unused", "10.5.0.0/29"))
    policy = RejectedFault(422, "a policy denied the request: no ranges", reason="Invalid")
    relocating.gateway.fail("create", policy)
    names: list[list[str]] = []

    found = relocating.carried_out(
        relocating.renamed("unused"), save=lambda: names.append(cluster.names)
    )

    assert found.end is EndKind.DONE
    assert names == [["a", "unused"]]
    assert cluster.names == ["a", "b"]


@pytest.mark.parametrize("after", [False, True])
def test_a_record_without_an_answer_is_looked_for(relocating: Relocating, *, after: bool) -> None:
    cluster = relocating.world.cluster
    cluster.store(pool_object("unused", "10.5.0.0/29"))
    relocating.gateway.fail("create", UnansweredFault("reset"), after=after)

    assert relocating.carried_out(relocating.renamed("unused")).end is EndKind.DONE
    assert cluster.names == ["a", "b"]
    assert Cause(CauseKind.SERVER_FAILED, text="reset") in [
        each.cause for each in relocating.recorder.events
    ]


def test_a_consumer_that_waits_in_the_extended_pool_gets_no_address_of_a_detached_one(
    relocating: Relocating,
) -> None:
    world, cluster = relocating.world, relocating.world.cluster
    cluster.store(pool_object("b", "10.9.0.0-10.9.0.0"))
    cluster.put_other("egresses", egress("b1", "b"))
    world.rest()
    relocation = relocating.merged()
    # While the webhook is asked whether it has forgotten the old pool.
    relocating.gateway.before("create", lambda: cluster.put_other("egresses", egress("late", "b")))

    found = relocating.carried_out(relocation)

    world.rest()
    after = world.addresses()
    assert found.end is EndKind.DONE
    assert {name: after[name] for name in world.before} == world.before
    assert after["b1"] == "10.9.0.0"
    assert after["late"].startswith("10.0.0.")


def test_a_consumer_that_waits_for_the_new_pool_gets_no_address_of_a_detached_one(
    relocating: Relocating,
) -> None:
    world, cluster = relocating.world, relocating.world.cluster
    # While the webhook is asked whether it has forgotten the old pool.
    relocating.gateway.before("create", lambda: cluster.put_other("egresses", egress("late", "b")))

    found = relocating.carried_out(relocating.renamed())

    world.rest()
    after = world.addresses()
    assert found.end is EndKind.DONE
    assert {name: after[name] for name in world.before} == world.before
    assert after["late"].startswith("10.0.0.")

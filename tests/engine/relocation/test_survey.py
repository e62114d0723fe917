"""The survey before a relocation: earlier runs, other requests, missing permissions."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ippoolctl.crd.relocation import copied, recording_object, write_relocation
from ippoolctl.domain.annotations.detached import ConsumerState, Detached, made_detached
from ippoolctl.domain.annotations.marks import DETACHED
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.relocation import Relocation
from ippoolctl.domain.protocol.outcome import State
from ippoolctl.domain.protocol.relocated import EndKind, PlaceState, Relocated
from ippoolctl.engine.relocation.consumer_results import ConsumerResults
from ippoolctl.engine.relocation.consumers import list_consumers
from ippoolctl.engine.relocation.dry_run import dry_run
from ippoolctl.engine.relocation.survey import Survey, View, can_return, survey
from ippoolctl.errors import ExitCode
from ippoolctl.ports.faults import RejectedFault
from ippoolctl.render.sentences.relocation import end_hint
from tests import consumers
from tests.builders import live_pool, pool
from tests.engine.relocation.conftest import REQUEST, Relocating
from tests.fakes import run_of


def looked(
    relocating: Relocating,
    plan: Callable[[View], Relocation | Relocated],
    begun: Callable[[View], Relocation | None] = lambda view: None,
    names: tuple[str, ...] = ("a", "b"),
) -> Survey | Relocated:
    return survey(run_of(relocating.gateway)[0], REQUEST, names, begun, plan)


def found(relocating: Relocating) -> Survey:
    relocation = relocating.renamed()
    result = looked(relocating, lambda view: relocation)
    assert isinstance(result, Survey)
    return result


def never(view: View) -> Relocated:
    raise AssertionError("an earlier run has begun")


def egress(relocating: Relocating, name: str) -> dict[str, Any]:
    egresses = relocating.world.cluster.others["egresses"]
    return next(each for each in egresses if each["metadata"]["name"] == name)


def detach(relocating: Relocating, name: str, detached: Detached | str) -> None:
    text = detached if isinstance(detached, str) else detached.text
    egress(relocating, name)["metadata"]["annotations"] = {DETACHED: text}


def test_all_consumers_of_the_pool_are_to_be_detached(relocating: Relocating) -> None:
    result = found(relocating)

    assert not result.resumed
    assert [each.name for each in result.deletes] == ["a"]
    assert sorted(each.name for each in result.consumers) == ["e1", "e2", "e3", "s1"]
    assert [(each.name, each.state) for each in result.placed] == [
        (name, PlaceState.KEPT) for name in ("e1", "e2", "e3", "s1")
    ]
    assert (result.losing, result.since) == ((), "")
    end = result.end(EndKind.LOSES_ADDRESSES, ExitCode.REFUSED, "text")
    assert (end.request, end.placed, end.text) == (REQUEST, result.placed, "text")


def test_consumers_outside_the_new_ranges_lose_their_address(relocating: Relocating) -> None:
    created = copied(relocating.old, "b", pool("b", "10.7.0.0/28").ranges)
    relocation = replace(relocating.renamed(), created=(created,))

    result = looked(relocating, lambda view: relocation)

    assert isinstance(result, Survey)
    assert sorted(each.consumer.name for each in result.losing) == ["e1", "e2", "e3", "s1"]
    assert {each.state for each in result.placed} == {PlaceState.LOST}


def test_an_earlier_run_is_found_by_a_consumer_that_it_has_detached(
    relocating: Relocating,
) -> None:
    relocation = relocating.renamed()
    plan = write_relocation(relocation)
    early, late = "2026-01-01T00:00:01Z", "2026-01-01T00:00:09Z"
    detach(relocating, "e1", made_detached(REQUEST, "a", "b", "10.0.0.1", plan, since=late))
    last = "2026-01-01T00:00:10Z"
    detach(relocating, "e3", made_detached(REQUEST, "a", "b", "10.0.0.2", plan, since=last))
    waiting = made_detached(REQUEST, "a", "b", "", plan, waits=True, since=early)
    detach(relocating, "e2", waiting)

    result = looked(relocating, never)

    assert isinstance(result, Survey)
    assert result.resumed
    assert result.relocation == relocation
    assert [each.name for each, _ in result.detached] == ["e1", "e2", "e3"]
    assert {each.consumer.name for each in result.to_detach} == {"s1"}
    assert result.since == late
    assert [(each.name, each.state) for each in result.placed] == [
        ("e1", PlaceState.DETACHED),
        ("e2", PlaceState.WAITING),
        ("e3", PlaceState.DETACHED),
        ("s1", PlaceState.KEPT),
    ]


def test_an_earlier_run_is_found_by_its_record(relocating: Relocating) -> None:
    relocation = relocating.renamed()
    relocating.world.cluster.store(recording_object(relocation, ""))

    result = looked(relocating, never)

    assert isinstance(result, Survey)
    assert result.resumed
    assert result.relocation == relocation


def test_an_earlier_run_is_found_by_what_this_machine_has_recorded(
    relocating: Relocating,
) -> None:
    relocation = relocating.renamed()

    result = looked(relocating, never, lambda view: relocation)

    assert isinstance(result, Survey)
    assert result.resumed


def test_a_plan_with_nothing_to_do_is_the_result(relocating: Relocating) -> None:
    unchanged = Relocated(REQUEST, EndKind.UNCHANGED, ExitCode.YES)

    assert looked(relocating, lambda view: unchanged) is unchanged


@pytest.mark.parametrize("names", [("x",), ("y",), ("a",)], ids=["left", "entered", "attached"])
def test_the_unfinished_request_of_another_command_is_named_first(
    relocating: Relocating, names: tuple[str, ...]
) -> None:
    detach(relocating, "e2", made_detached("rename x y", "x", "y", "10.0.0.6", {}, command="z"))

    result = looked(relocating, never, names=names)

    assert isinstance(result, Relocated)
    assert (result.end, result.code) == (EndKind.UNFINISHED, ExitCode.REFUSED)
    assert (result.text, result.finishing_command) == ("rename x y", "z")
    assert [(each.name, each.state) for each in result.placed] == [("e2", PlaceState.DETACHED)]
    relocation = relocating.renamed()
    assert isinstance(looked(relocating, lambda view: relocation, names=("q",)), Survey)


def test_a_request_is_finished_beside_another_one_until_a_pool_is_deleted(
    relocating: Relocating,
) -> None:
    """Otherwise each of the two would be refused because of the other."""
    plan = write_relocation(relocating.renamed())
    detach(relocating, "e1", made_detached(REQUEST, "a", "b", "10.0.0.1", plan))
    detach(relocating, "e2", made_detached("rename a c", "a", "c", "10.0.0.2", {}))

    both = looked(relocating, never)
    relocating.world.cluster.remove("a")
    deleted = looked(relocating, never)

    assert isinstance(both, Survey)
    assert both.resumed
    assert isinstance(deleted, Relocated)
    assert (deleted.end, deleted.text) == (EndKind.UNFINISHED, "rename a c")


def test_a_pool_that_an_unfinished_request_is_to_extend_is_left_to_it(
    relocating: Relocating,
) -> None:
    """It was renamed meanwhile, so that the unfinished request could not append to it."""
    relocation = {"delete": {"x": {"uid": "1", "ranges": []}}, "create": [], "append": {"b": []}}
    detached = made_detached("move 10.0.0.1 --from x --to b", "x", "x", "10.0.0.6", relocation)
    detach(relocating, "e2", detached)

    result = looked(relocating, never, names=("b", "c"))

    assert isinstance(result, Relocated)
    assert (result.end, result.text) == (EndKind.UNFINISHED, detached.request)


def test_all_consumers_that_an_unfinished_request_has_detached_are_named(
    relocating: Relocating,
) -> None:
    """It named the first one only, and so the hint to abandon the run left the others."""
    detach(relocating, "e1", made_detached("rename x y", "x", "y", "10.0.0.5", {}))
    detach(relocating, "e2", made_detached("rename x y", "x", "y", "10.0.0.6", {}))
    detach(relocating, "e3", made_detached("rename v w", "v", "w", "10.0.0.2", {}))

    result = looked(relocating, never, names=("y",))

    assert isinstance(result, Relocated)
    assert [each.name for each in result.placed] == ["e1", "e2"]
    assert end_hint(result) == (
        "finish it first: ippoolctl rename x y;"
        " or abandon it: kubectl annotate egress e1 e2 ippoolctl/detached-"
    )


def test_a_request_without_a_command_finishes_itself(relocating: Relocating) -> None:
    detach(relocating, "e2", made_detached("rename x a", "x", "a", "10.0.0.6", {}))

    result = looked(relocating, never)

    assert isinstance(result, Relocated)
    assert (result.text, result.finishing_command) == ("rename x a", "rename x a")


def test_an_invalid_annotation_is_named_by_its_consumer(relocating: Relocating) -> None:
    detach(relocating, "e1", "{")
    detach(relocating, "e2", "{")

    result = looked(relocating, never)

    assert isinstance(result, Relocated)
    assert result.text == "Egress e1"
    assert [each.name for each in result.placed] == ["e1"]


@pytest.mark.parametrize(
    ("request_", "relocation"),
    [("rename x y", {"delete": {"x": {"uid": "1", "ranges": []}}}), (REQUEST, {})],
    ids=["of another request", "without a relocation"],
)
def test_the_annotation_of_a_consumer_that_tells_no_earlier_run_does_not_resume_one(
    relocating: Relocating, request_: str, relocation: dict[str, Any]
) -> None:
    planned = relocating.renamed()
    detach(relocating, "e2", made_detached(request_, "x", "y", "10.0.0.6", relocation))

    result = looked(relocating, lambda view: planned, names=("q",))

    assert isinstance(result, Survey)
    assert (result.relocation, result.resumed) == (planned, False)


@pytest.mark.parametrize("uid", ["", "another"], ids=["without a deletion", "of a replaced pool"])
def test_the_outdated_record_of_another_request_does_not_count(
    relocating: Relocating, uid: str
) -> None:
    relocation = relocating.renamed()
    deleted = (relocation.deleted[0]._replace(uid=uid),) if uid else ()
    other = replace(relocation, request="rename a c", deleted=deleted)
    relocating.world.cluster.store(recording_object(other, ""))

    result = looked(relocating, lambda view: relocation)

    assert isinstance(result, Survey)


def test_a_consumer_that_requests_the_address_of_another_one_waits(relocating: Relocating) -> None:
    cluster = relocating.world.cluster
    cluster.put_other("egresses", consumers.egress("e4", "a", "10.0.0.6"))

    result = found(relocating)

    (waiting,) = (each for each in result.placed if each.name == "e4")
    assert (waiting.state, waiting.address, waiting.target) == (PlaceState.WAITING, "", "b")


EGRESS = ConsumerState("Egress", "", "e", "uid-e", None, "10.0.0.2", "", True)
SERVICE = ConsumerState("Service", "prod", "s", "uid-s", "a", "10.0.0.2", "10.0.0.2", True)


@pytest.mark.parametrize(
    ("consumer", "source", "address", "waits", "returns"),
    [
        (EGRESS, "a", "10.0.0.2", False, True),
        (EGRESS, "a", "10.0.0.9", False, False),
        (EGRESS, "a", "x", False, False),
        (EGRESS, "b", "10.0.0.2", False, False),
        (EGRESS, "x", "10.0.0.2", False, False),
        (EGRESS, "a", "", True, True),
        (EGRESS, "x", "", True, False),
        (SERVICE, "a", "10.0.0.2", False, True),
        (SERVICE, "a", "10.0.0.3", False, False),
        (SERVICE, "a", "", True, True),
        (SERVICE._replace(held=""), "a", "10.0.0.2", False, False),
        (SERVICE._replace(held="10.0.0.9"), "a", "10.0.0.9", False, False),
    ],
)
def test_a_detached_consumer_can_return_to_a_pool_that_has_its_address(
    consumer: ConsumerState, source: str, address: str, *, waits: bool, returns: bool
) -> None:
    view = View((live_pool("b", "10.1.0.0/29"), live_pool("a", "10.0.0.0/29")), (consumer,))
    detached = made_detached(REQUEST, source, "c", address, {}, waits=waits)

    assert can_return(consumer, detached, view) is returns


def test_a_cluster_without_the_egress_api_has_no_egresses(relocating: Relocating) -> None:
    del relocating.world.cluster.others["egresses"]
    relocating.gateway.prompt = False

    consumers = list_consumers(run_of(relocating.gateway)[0])

    assert [each.label for each in consumers] == ["Service prod/s1"]


def test_consumers_that_may_not_be_listed_are_a_fault(relocating: Relocating) -> None:
    relocating.world.cluster.forbidden = {"list:services"}

    with pytest.raises(RejectedFault, match="services"):
        list_consumers(run_of(relocating.gateway)[0])


def test_the_time_without_traffic_begins_with_the_first_detached_consumer(
    relocating: Relocating,
) -> None:
    world = relocating.world
    world.clock.sleep(60)
    plan = write_relocation(relocating.renamed())
    since = "2026-01-01T00:00:10Z"

    def seconds(detached: Detached) -> float:
        detach(relocating, "e1", detached)
        return ConsumerResults(found(relocating), world.clock).seconds

    assert seconds(made_detached(REQUEST, "a", "b", "10.0.0.1", plan, since=since)) == 50
    later = "2026-01-01T00:02:00Z"
    assert seconds(made_detached(REQUEST, "a", "b", "10.0.0.1", plan, since=later)) == 0
    assert seconds(made_detached(REQUEST, "a", "b", "10.0.0.1", plan)) == 0
    assert seconds(made_detached(REQUEST, "a", "b", "", plan, waits=True, since=since)) == 0


@pytest.mark.parametrize(
    ("since", "date"), [("", "2026-01-01T00:01:00Z"), ("2026-01-01T00:00:10Z", "")]
)
def test_the_time_without_traffic_begins_with_the_survey_if_an_earlier_time_is_unknown(
    relocating: Relocating, since: str, date: str
) -> None:
    world = relocating.world
    world.clock.sleep(60)
    plan = write_relocation(relocating.renamed())
    detach(relocating, "e1", made_detached(REQUEST, "a", "b", "10.0.0.1", plan, since=since))
    result = found(relocating)
    results = ConsumerResults(replace(result, view=replace(result.view, date=date)), world.clock)
    world.clock.sleep(5)

    assert results.seconds == 5


@pytest.mark.parametrize("ranges", ["10.0.0.0/29", "10.7.0.0/28"], ids=["kept", "lost"])
def test_consumers_that_are_given_back_have_the_address_that_they_had_or_wait_again(
    relocating: Relocating, ranges: str
) -> None:
    created = copied(relocating.old, "b", pool("b", ranges).ranges)
    plan = write_relocation(replace(relocating.renamed(), created=(created,)))
    detach(relocating, "e2", made_detached(REQUEST, "a", "b", "", plan, waits=True))
    result = looked(relocating, never)
    assert isinstance(result, Survey)
    results = ConsumerResults(result, relocating.world.clock)
    for each in result.to_detach:
        results.detached(each)

    for consumer in result.consumers:
        results.given_back(consumer.uid)

    before = relocating.world.before
    assert [
        (each.name, each.target, each.address, each.state, each.lost) for each in results.all
    ] == [
        ("e1", "a", before["e1"], PlaceState.KEPT, ""),
        ("e2", "a", "", PlaceState.WAITING, ""),
        ("e3", "a", before["e3"], PlaceState.KEPT, ""),
        ("s1", "a", before["s1"], PlaceState.KEPT, ""),
    ]


def test_the_time_without_traffic_ends_when_all_are_attached(relocating: Relocating) -> None:
    result, clock = found(relocating), relocating.world.clock
    results = ConsumerResults(result, clock)
    clock.sleep(5)
    results.detached(result.to_detach[0])
    clock.sleep(5)
    results.detached(result.to_detach[1])
    assert results.seconds == 5
    clock.sleep(5)
    results.finish()
    clock.sleep(5)

    assert results.seconds == 10


def test_each_consumer_is_reported_with_its_result(relocating: Relocating) -> None:
    result = found(relocating)
    results = ConsumerResults(result, relocating.world.clock)
    by_name = {each.consumer.name: each for each in result.to_detach}
    e1, e2, s1 = (by_name[each].consumer for each in ("e1", "e2", "s1"))
    for each in result.to_detach:
        results.detached(each)

    assert results.lost == frozenset()

    results.attached(e1)
    results.taken(e2, s1)
    results.changed(s1)
    results.given([e1._replace(held="10.7.0.1")])

    assert {each.name: (each.state, each.taken_by) for each in results.all} == {
        "e1": (PlaceState.KEPT, ""),
        "e2": (PlaceState.TAKEN, "Service prod/s1"),
        "e3": (PlaceState.DETACHED, ""),
        "s1": (PlaceState.CHANGED, ""),
    }
    assert {each.address for each in results.all} == {*relocating.world.before.values()}


def test_a_consumer_that_lost_its_address_is_reported_with_the_new_one(
    relocating: Relocating,
) -> None:
    created = copied(relocating.old, "b", pool("b", "10.7.0.0/28").ranges)
    relocation = replace(relocating.renamed(), created=(created,))
    result = looked(relocating, lambda view: relocation)
    assert isinstance(result, Survey)
    results = ConsumerResults(result, relocating.world.clock)
    e1 = next(each.consumer for each in result.to_detach if each.consumer.name == "e1")
    assert results.lost == {each.consumer.uid for each in result.to_detach}
    assert [results.lost_by(each) for each in (e1.uid, "another")] == [e1.held, ""]

    results.given([e1._replace(held="10.7.0.1"), e1._replace(uid="another")])

    assert [each.address for each in results.all] == ["10.7.0.1", "", "", ""]


def test_a_dry_run_stops_at_the_first_denied_pool(relocating: Relocating) -> None:
    def dry_run_of(*created: Pool) -> Relocated:
        relocation = replace(relocating.renamed(), created=created)
        result = looked(relocating, lambda view: relocation)
        assert isinstance(result, Survey)
        return dry_run(run_of(relocating.gateway, patient=False)[0], result, None)

    good, taken = pool("b", "10.7.0.0/28"), pool("c", "10.0.0.0/30")

    done, failed = dry_run_of(good), dry_run_of(good, taken, good)

    assert (done.end, done.code) == (EndKind.DRY_RUN, ExitCode.YES)
    assert [each.state for each in done.pools] == [State.DRY_RUN]
    assert (failed.end, failed.code) == (EndKind.POOL_FAILED, ExitCode.REFUSED)
    assert [each.pool for each in failed.pools] == ["b", "c"]
    assert relocating.world.cluster.names == ["a"]

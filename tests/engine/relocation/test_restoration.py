"""Restoring a saved pool: its consumers get their addresses back."""

import json

from ippoolctl.domain.annotations.detached import made_detached
from ippoolctl.domain.annotations.marks import DETACHED
from ippoolctl.domain.change.restoration import LeftAlone, LeftReason, Restoration
from ippoolctl.domain.change.saved import SavedHolder, SavedPools
from ippoolctl.domain.protocol.outcome import State
from ippoolctl.domain.protocol.relocated import EndKind, PlaceState, Relocated
from ippoolctl.engine.relocation.run import relocate
from ippoolctl.engine.relocation.survey import Survey, survey_restoration
from ippoolctl.errors import ExitCode
from tests.builders import pool
from tests.engine.relocation.conftest import Relocating
from tests.fakes import run_of

GONE = SavedHolder("Egress", "", "gone", "a", "10.0.0.4", pinned=False)


def saved(relocating: Relocating) -> Restoration:
    """The pool and its consumers, and one that does not exist any more."""
    holders = [
        SavedHolder("Service", "prod", name, "a", address, pinned=False)
        if name == "s1"
        else SavedHolder("Egress", "", name, "a", address, pinned=False)
        for name, address in relocating.world.before.items()
    ]
    pools = (pool("a", "10.0.0.0/29"),)
    return Restoration(SavedPools(pools, (*holders, GONE), at="2026-01-01T00:00:00Z"))


def delete_the_pool(relocating: Relocating) -> None:
    relocating.world.cluster.remove("a")
    relocating.world.rest()
    assert set(relocating.world.addresses().values()) == {""}


def surveyed(relocating: Relocating) -> tuple[Survey | Relocated, tuple[LeftAlone, ...]]:
    return survey_restoration(run_of(relocating.gateway)[0], saved(relocating), "restore x.json")


def detach(relocating: Relocating, name: str, request: str) -> None:
    egresses = relocating.world.cluster.others["egresses"]
    (one,) = (each for each in egresses if each["metadata"]["name"] == name)
    address = relocating.world.before[name]
    text = made_detached(request, "a", "a", address, {}, command="finish it").text
    one["metadata"]["annotations"] = {DETACHED: text}
    one["spec"].pop("externalIPPool")


def restored(relocating: Relocating, found: Survey) -> Relocated:
    return relocate(run_of(relocating.gateway)[0], found, None, lambda: None)


def test_all_consumers_of_a_deleted_pool_get_their_addresses_back(relocating: Relocating) -> None:
    delete_the_pool(relocating)
    cluster, records = relocating.world.cluster, list[object]()

    def note() -> None:
        for each in (*cluster.others["egresses"], *cluster.others["services"]):
            record = json.loads(each["metadata"]["annotations"][DETACHED])
            records.append((record["command"], record["relocation"]))

    found, left = surveyed(relocating)
    assert isinstance(found, Survey)
    relocating.gateway.before("create", note)
    result = restored(relocating, found)

    assert left == (LeftAlone(GONE, LeftReason.MISSING),)
    assert not found.resumed
    assert (result.end, result.code) == (EndKind.DONE, ExitCode.YES)
    assert [(each.pool, each.state) for each in result.pools] == [("a", State.CREATED)]
    assert [(each.name, each.state) for each in result.placed] == [
        (name, PlaceState.KEPT) for name in ("e1", "e2", "e3", "s1")
    ]
    # The saved file tells the rest.
    assert records == [("restore x.json", {})] * 4
    relocating.world.check_end("a")


def test_consumers_that_an_earlier_run_has_detached_are_attached(relocating: Relocating) -> None:
    request = saved(relocating).request
    delete_the_pool(relocating)
    detach(relocating, "e2", request)

    found, _ = surveyed(relocating)
    assert isinstance(found, Survey)

    assert found.resumed
    assert [each.name for each, _ in found.detached] == ["e2"]
    assert sorted(each.consumer.name for each in found.to_detach) == ["e1", "e3", "s1"]
    assert restored(relocating, found).end is EndKind.DONE
    relocating.world.check_end("a")


def test_a_pool_whose_consumer_another_request_has_detached_is_left_to_it(
    relocating: Relocating,
) -> None:
    delete_the_pool(relocating)
    detach(relocating, "e2", "rename a b")

    found, left = surveyed(relocating)

    assert isinstance(found, Relocated)
    assert (found.end, found.code) == (EndKind.UNFINISHED, ExitCode.REFUSED)
    assert (found.text, found.finishing_command) == ("rename a b", "finish it")
    assert [(each.name, each.state) for each in found.placed] == [("e2", PlaceState.DETACHED)]
    assert left == (LeftAlone(GONE, LeftReason.MISSING),)


def test_a_pool_is_restored_beside_the_record_of_another_request(relocating: Relocating) -> None:
    record = relocating.record_of_another()
    delete_the_pool(relocating)
    found, _ = surveyed(relocating)
    assert isinstance(found, Survey)
    relocating.world.cluster.store(record)

    assert restored(relocating, found).end is EndKind.DONE
    assert relocating.world.cluster.names == ["a", record["metadata"]["name"]]

"""The model of allocation against recorded histories of a real Antrea (README.md beside this)."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import pytest

from ippoolctl.domain.antrea.admission import Admitted, Operation, verdict
from ippoolctl.domain.antrea.allocation import Allocation, Referrers
from ippoolctl.domain.antrea.egress_allocation import EgressResult, EgressSpec
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.pool import Pool, Usage
from ippoolctl.domain.antrea.releases import parse_release
from ippoolctl.domain.antrea.service_allocation import ServiceSpec
from tests.truth.histories import Answer, State, differences, histories, open_orders
from tests.truth.test_admission_truth import as_pool


class ModelBackend:
    """The model, with the objects that it decides on, in memory."""

    def __init__(self, antrea: str = "2.7.0") -> None:
        self._release = parse_release(antrea)
        self._allocation = Allocation()
        self._pools: dict[str, Pool] = {}
        self._usage: dict[str, Usage | None] = {}
        self._egresses: dict[str, EgressSpec] = {}
        self._answers: dict[str, EgressResult] = {}
        self._services: dict[str, ServiceSpec] = {}

    def create_pool(self, name: str, ranges: list[dict[str, str]]) -> Answer:
        return self._put_pool(Operation.CREATE, name, ranges)

    def extend_pool(self, name: str, ranges: list[dict[str, str]]) -> Answer:
        return self._put_pool(Operation.UPDATE, name, ranges)

    def delete_pool(self, name: str) -> Answer:
        del self._pools[name], self._usage[name]
        self._look_at(self._allocation.drop_pool(name))
        return Answer(200)

    def create_egress(self, name: str, pool: str, address: str) -> Answer:
        wish = EgressSpec(pool, address)
        if sentence := self._allocation.egresses.refusal(wish):
            return Answer(400, sentence)
        self._egresses[name] = wish
        self._look_at(Referrers(egresses=(name,)))
        return Answer(201)

    def delete_egress(self, name: str) -> Answer:
        del self._egresses[name], self._answers[name]
        self._allocation.egresses.drop(name)
        return Answer(200)

    def create_service(self, name: str, pool: str, address: str) -> Answer:
        self._services[name] = ServiceSpec(pool, address)
        self._look_at(Referrers(services=(name,)))
        return Answer(201)

    def delete_service(self, name: str) -> Answer:
        del self._services[name]
        self._look_at(Referrers(services=self._allocation.services.drop(name)))
        return Answer(200)

    def state(self) -> State:
        for name, present in self._usage.items():
            self._usage[name] = self._allocation.usage(name, present)
        return {
            "pools": {name: usage and usage._asdict() for name, usage in self._usage.items()},
            "egresses": {
                name: {
                    "pool": wish.pool,
                    "ip": wish.address,
                    "allocated": allocated and list(allocated[1:]),
                }
                for name, wish in self._egresses.items()
                for allocated in [self._answers[name].allocated]
            },
            "services": {name: wish.present or None for name, wish in self._services.items()},
        }

    def _put_pool(self, operation: Operation, name: str, ranges: list[dict[str, str]]) -> Answer:
        new = as_pool(name, {"ipRanges": ranges, "nodeSelector": {}})
        known = KnownPools(self._pools.values())
        result = verdict(operation, new, self._pools.get(name), known, self._release)
        if not isinstance(result, Admitted):
            return Answer(result.code, min(result.sentences))
        self._pools[name] = new
        self._usage.setdefault(name, None)
        self._look_at(self._allocation.put_pool(name, new.spellings))
        return Answer(201 if operation is Operation.CREATE else 200)

    def _look_at(self, due: Referrers) -> None:
        """Look at them until nothing changes any more: what is written is an event as well."""
        for name in due.egresses:
            self._look_at_egress(name)
        services = [*due.services]
        while services:
            services += self._look_at_service(services.pop(0))

    def _look_at_egress(self, name: str) -> None:
        while True:
            answer = self._allocation.egresses.reconcile(name, self._egresses[name])
            self._answers[name] = answer
            if answer.address == self._egresses[name].address:
                return
            self._egresses[name] = self._egresses[name]._replace(address=answer.address)

    def _look_at_service(self, name: str) -> Iterator[str]:
        wish = self._services[name]
        answer = self._allocation.services.reconcile(name, wish)
        self._services[name] = wish._replace(present=answer.ingress)
        yield from answer.again
        if answer.ingress != wish.present:
            yield name


@pytest.mark.parametrize("history", [pytest.param(each, id=each["id"]) for each in histories()])
def test_the_model_replays_a_history_like_antrea(history: dict[str, Any]) -> None:
    assert not list(differences(history, ModelBackend(history["antrea"])))


def test_the_number_of_compared_states(record_property: Callable[[str, object], None]) -> None:
    recorded = histories()
    steps = [step for history in recorded for step in history["steps"]]
    as_sets = sum(map(bool, chain.from_iterable(map(open_orders, recorded))))

    record_property(
        "shown at the end",
        f"Histories: {len(steps)} steps of {len(recorded)}, of those"
        f" {sum(step['code'] == 400 for step in steps)} refused; {len(steps) - as_sets} states"
        f" compared exactly, {as_sets} partly as sets",
    )
    assert (len(recorded), len(steps), as_sets) == (45, 460, 1)


def test_the_order_is_ambiguous_where_several_waited_and_one_was_served() -> None:
    refused = ["False", "AllocationError", "any"]
    waiting = {name: {"pool": "p", "ip": "", "allocated": refused} for name in ("e1", "e2")}
    given = {"pool": "p", "ip": "10.0.0.1", "allocated": ["True", "Allocated", "any"]}
    history = {
        "steps": [
            {"do": {}, "state": {"pools": {}, "services": {}, "egresses": waiting}},
            {"do": {}, "state": {"pools": {}, "services": {}, "egresses": {"e2": waiting["e2"]}}},
            {"do": {}, "state": {"pools": {}, "services": {}, "egresses": waiting}},
            {"do": {}, "state": {"pools": {}, "services": {}, "egresses": waiting | {"e1": given}}},
        ]
    }

    assert list(open_orders(history)) == [frozenset()] * 3 + [frozenset({"p"})]

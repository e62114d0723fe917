"""The model of allocation against recorded histories of a real Antrea (README.md beside this)."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import pytest

from ippoolctl.crd.definition import definition
from ippoolctl.crd.structural import validate
from ippoolctl.crd.surroundings.egress import egress_spec
from ippoolctl.domain.antrea.admission import Admitted, Operation, verdict
from ippoolctl.domain.antrea.ipam.allocation import Allocation, Referrers
from ippoolctl.domain.antrea.ipam.egress_allocation import EgressResult
from ippoolctl.domain.antrea.ipam.service_allocation import ServiceSpec
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.pool import Pool, Usage
from ippoolctl.domain.antrea.releases import parse_release
from ippoolctl.sandbox.apiserver.kinds import Kinds
from ippoolctl.sandbox.apiserver.statuses import invalid
from tests.truth.histories import FILES, Answer, State, differences, histories, open_orders
from tests.truth.test_admission_truth import as_pool

EGRESS = Kinds([definition("externalippools-2.0.yaml"), definition("egresses-2.0.yaml")]).egresses


def merged(document: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """The document after a merge patch of one of its parts."""
    ((part, fields),) = patch.items()
    after = {**document[part], **fields}
    return {**document, part: {key: value for key, value in after.items() if value is not None}}


class ModelBackend:
    """The model, with the objects that it decides on, in memory."""

    def __init__(self, antrea: str = "2.7.0") -> None:
        self._release = parse_release(antrea)
        self._allocation = Allocation()
        self._pools: dict[str, Pool] = {}
        self._usage: dict[str, Usage | None] = {}
        self._egresses: dict[str, dict[str, Any]] = {}
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
        wish = {"externalIPPool": pool, "egressIP": address}
        spec = {key: value for key, value in wish.items() if value}
        return self._put_egress(name, {"spec": {"appliedTo": {}, **spec}})

    def update_egress(self, name: str, changed: dict[str, str | None]) -> Answer:
        return self._put_egress(name, merged(self._egresses[name], {"spec": changed}))

    def delete_egress(self, name: str) -> Answer:
        del self._egresses[name], self._answers[name]
        self._allocation.egresses.drop(name)
        return Answer(200)

    def create_service(self, name: str, pool: str, address: str, *, shared: bool) -> Answer:
        self._services[name] = ServiceSpec(pool, address, shared=shared)
        self._look_at(Referrers(services=(name,)))
        return Answer(201)

    def update_service(self, name: str, changed: dict[str, Any]) -> Answer:
        fields = {"loadBalancerIP": "wanted"}
        wish: dict[str, Any] = {fields.get(key, key): it or "" for key, it in changed.items()}
        before = self._services[name]
        self._services[name] = before._replace(**wish)
        # A patch that changes nothing is no event.
        if self._services[name] != before:
            self._look_at(Referrers(services=(name,)))
        return Answer(200)

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
                for name, egress in self._egresses.items()
                for wish, allocated in [(egress_spec(egress), self._answers[name].allocated)]
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

    def _put_egress(self, name: str, egress: dict[str, Any]) -> Answer:
        """The answers of the API server, which come first, are those of the CRD's schema."""
        before = self._egresses.get(name)
        if causes := [
            (each.field, each.sentence) for each in validate(egress, EGRESS.schema or {})
        ]:
            return Answer(422, str(invalid(EGRESS, name, causes)))
        wish, old = egress_spec(egress), egress_spec(before)
        if sentence := self._allocation.egresses.refusal(wish, old, name):
            return Answer(400, sentence)
        self._egresses[name] = egress
        if egress != before:
            self._look_at(Referrers(egresses=(name,)))
        return Answer(200 if before else 201)

    def _look_at(self, due: Referrers) -> None:
        """Reconcile until nothing changes: a write is an event as well."""
        for name in due.egresses:
            self._look_at_egress(name)
        services = [*due.services]
        while services:
            services += self._look_at_service(services.pop(0))

    def _look_at_egress(self, name: str) -> None:
        while True:
            wish = egress_spec(self._egresses[name])
            answer = self._answers[name] = self._allocation.egresses.reconcile(name, wish)
            if answer.address == wish.address:
                return
            filled = {"spec": {"egressIP": answer.address or None}}
            self._egresses[name] = merged(self._egresses[name], filled)

    def _look_at_service(self, name: str) -> Iterator[str]:
        wish = self._services[name]
        answer = self._allocation.services.reconcile(name, wish)
        self._services[name] = wish._replace(present=answer.ingress)
        yield from answer.again
        if answer.ingress != wish.present:
            yield name


RECORDED = [each for file in FILES for each in histories(file)]


@pytest.mark.parametrize("history", [pytest.param(each, id=each["id"]) for each in RECORDED])
def test_the_model_replays_a_history_like_antrea(history: dict[str, Any]) -> None:
    assert not list(differences(history, ModelBackend(history["antrea"])))


def test_the_number_of_compared_states_is_reported(
    record_property: Callable[[str, object], None],
) -> None:
    steps = [step for history in RECORDED for step in history["steps"]]
    as_sets = sum(map(bool, chain.from_iterable(map(open_orders, RECORDED))))

    record_property(
        "shown at the end",
        f"Histories: {len(steps)} steps of {len(RECORDED)}, of those"
        f" {sum(step['code'] >= 400 for step in steps)} refused; {len(steps) - as_sets} states"
        f" compared exactly, {as_sets} partly as sets",
    )
    assert (len(RECORDED), len(steps), as_sets) == (89, 992, 6)


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

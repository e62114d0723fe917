"""Addresses of Egresses and Services: assigned, released, refused, and waited for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.antrea.ipam.allocation import Allocation, Referrers
from ippoolctl.domain.antrea.ipam.egress_allocation import (
    ALLOCATED,
    NO_EGRESS,
    Bandwidth,
    EgressResult,
    EgressSpec,
)
from ippoolctl.domain.antrea.ipam.service_allocation import ServiceResult, ServiceSpec
from ippoolctl.domain.antrea.pool import Usage
from tests.builders import spelling

WITHOUT_ADDRESS = "Cannot allocate EgressIP from ExternalIPPool: "
NONE_LEFT = f"{WITHOUT_ADDRESS}cannot allocate IP in any range"


def allocation(**pools: str) -> Allocation:
    """Pools by name, their ranges separated by white space."""
    made = Allocation()
    for name, texts in pools.items():
        put(made, name, texts)
    return made


def put(made: Allocation, name: str, texts: str) -> Referrers:
    return made.put_pool(name, [spelling(text) for text in texts.split()])


def egress(made: Allocation, name: str, pool: str = "p", address: str = "") -> tuple[str, str]:
    """The address and the message of the condition."""
    answer = made.egresses.reconcile(name, EgressSpec(pool, address))
    return answer.address, answer.allocated.message if answer.allocated else ""


def service(made: Allocation, key: str, **wish) -> ServiceResult:
    return made.services.reconcile(key, ServiceSpec(**{"pool": "p", **wish}))


# Egresses


def test_the_first_free_address_is_assigned_and_kept() -> None:
    made = allocation(p="10.0.0.0/29")

    assert made.egresses.reconcile("e", EgressSpec("p")) == EgressResult("10.0.0.1", ALLOCATED)
    assert egress(made, "e", address="10.0.0.1") == ("10.0.0.1", ALLOCATED.message)
    assert made.usage("p") == Usage(6, 1)


def test_a_static_egress_takes_nothing_and_has_no_condition() -> None:
    made = allocation(p="10.0.0.0/29")

    answer = made.egresses.reconcile("e", EgressSpec(address="10.0.0.1"))

    assert (answer, answer.retry) == (EgressResult("10.0.0.1", None), False)
    assert made.usage("p") == Usage(6, 0)


def test_a_chosen_address_is_assigned_as_typed() -> None:
    made = allocation(p="2001:db8::/120")

    for _ in range(2):
        assert egress(made, "e", address="2001:DB8::00A") == (
            "2001:DB8::00A",
            ALLOCATED.message,
        )
    assert made.usage("p") == Usage(255, 1)
    assert egress(made, "f", address="2001:db8::a")[1] != ALLOCATED.message


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        ("10.0.0.2", "10.0.0.2"),
        ("10.0.0.7", "10.0.0.7"),
        ("2001:DB8::A", "2001:db8::a"),
        ("10.0.0.02", "<nil>"),
    ],
)
def test_a_chosen_address_in_use_reserved_or_outside_fails(wanted, named) -> None:
    made = allocation(p="10.0.0.0/29")
    egress(made, "first", address="10.0.0.2")

    address, message = egress(made, "e", address=wanted)

    assert address == wanted
    assert message == (
        f"{WITHOUT_ADDRESS}error when allocating IP {named} for Egress e from ExternalIPPool p:"
        f" cannot allocate IP {named} in any range"
    )
    assert made.waiting("p").egresses == ("e",)


def test_a_missing_pool_removes_a_chosen_address() -> None:
    made = allocation()

    assert egress(made, "e", address="10.0.0.9") == (
        "",
        f"{WITHOUT_ADDRESS}ExternalIPPool p does not exist",
    )


def test_a_changed_egress_releases_its_address() -> None:
    made = allocation(p="10.0.0.0/29", q="10.0.1.0/29")
    egress(made, "e")

    assert egress(made, "e", address="10.0.0.5")[0] == "10.0.0.5"
    assert made.usage("p") == Usage(6, 1)
    assert egress(made, "e", "q", "10.0.1.3")[0] == "10.0.1.3"
    assert (made.usage("p"), made.usage("q")) == (Usage(6, 0), Usage(6, 1))
    assert egress(made, "e", "", "10.0.1.3") == ("10.0.1.3", "")
    assert made.usage("q") == Usage(6, 0)


def test_a_released_address_goes_to_the_next_request_or_retry() -> None:
    made = allocation(p="10.0.0.1-10.0.0.1")
    egress(made, "holder")
    assert egress(made, "waiter") == ("", NONE_LEFT)

    made.egresses.drop("holder")

    assert made.waiting("p") == Referrers(("waiter",))
    assert egress(made, "newcomer")[0] == "10.0.0.1"
    assert egress(made, "waiter") == ("", NONE_LEFT)


def test_an_assigned_or_deleted_egress_is_not_waiting() -> None:
    made = allocation()
    egress(made, "b")
    egress(made, "a")
    assert made.waiting("p") == Referrers(("a", "b"))

    put(made, "p", "10.0.0.0/29")
    egress(made, "a")
    made.egresses.drop("b")

    assert made.waiting("p") == Referrers()


# Pools


def test_all_consumers_are_reconciled_if_the_pool_is_new_changed_or_deleted() -> None:
    made = allocation(q="10.0.1.0/29")
    egress(made, "b")
    egress(made, "a")
    egress(made, "other", "q")
    service(made, "ns/s")
    concerned = Referrers(("a", "b"), ("ns/s",))

    assert put(made, "p", "10.0.0.0/29") == concerned
    assert put(made, "p", "10.0.0.0/29") == Referrers()
    assert put(made, "p", "10.0.0.0/29 10.0.2.0/29") == concerned
    assert made.drop_pool("p") == concerned


def test_a_pool_without_ranges_exists() -> None:
    made = allocation()
    egress(made, "e")

    assert made.put_pool("p", []) == Referrers(("e",))
    assert egress(made, "e") == ("", NONE_LEFT)


def test_a_deleted_pool_releases_all_addresses_and_a_new_one_assigns_them_again() -> None:
    made = allocation(p="10.0.0.0/28")
    egress(made, "a")
    egress(made, "pinned", address="10.0.0.9")
    service(made, "ns/s", wanted="10.0.0.7")

    made.drop_pool("p")
    assert egress(made, "pinned", address="10.0.0.9")[0] == ""
    assert egress(made, "a", address="10.0.0.1")[0] == ""
    assert service(made, "ns/s", wanted="10.0.0.7", present="10.0.0.7").ingress == ""

    put(made, "p", "10.0.0.0/28")
    assert egress(made, "pinned")[0] == "10.0.0.1"
    assert egress(made, "a")[0] == "10.0.0.2"
    assert service(made, "ns/s", wanted="10.0.0.7") == ServiceResult("10.0.0.7")


def test_detached_egresses_keep_their_addresses_over_a_new_pool() -> None:
    made = allocation(p="10.0.0.0/28")
    egress(made, "e", address="10.0.0.9")

    egress(made, "e", "", "10.0.0.9")
    made.drop_pool("p")
    put(made, "p", "10.0.0.0/24")

    assert egress(made, "e", "p", "10.0.0.9") == ("10.0.0.9", ALLOCATED.message)


@pytest.mark.parametrize(("ranges", "used"), [("10.0.0.0/24", 0), ("10.9.0.0/24", 1)])
def test_a_pool_replaced_before_a_reconcile(ranges: str, used: int) -> None:
    made = allocation(p="10.0.0.0/28")
    egress(made, "e")
    made.drop_pool("p")
    put(made, "p", ranges)

    address = "10.0.0.1" if used == 0 else "10.9.0.1"
    assert egress(made, "e", address="10.0.0.1") == (address, ALLOCATED.message)
    assert made.usage("p") == Usage(254, used)


def test_a_service_keeps_its_address_if_the_pool_is_replaced_before_a_reconcile() -> None:
    made = allocation(p="10.0.0.0/28")
    service(made, "ns/s")
    made.drop_pool("p")
    put(made, "p", "10.9.0.0/24")

    assert service(made, "ns/s", present="10.0.0.1") == ServiceResult("10.0.0.1", retry=True)
    assert made.waiting("p") == Referrers(services=("ns/s",))


@pytest.mark.parametrize(
    ("ranges", "present", "expected"),
    [
        ("10.0.0.4/31", None, None),
        ("10.0.0.4/31", Usage(1, 0), Usage(0, 0)),
        ("10.0.0.4/31", Usage(0, 0), Usage(0, 0)),
        ("10.0.0.4/32", None, Usage(-1, 0)),
        ("10.0.0.0/29", None, Usage(6, 0)),
        ("10.0.0.0/29", Usage(6, 0), Usage(6, 0)),
    ],
)
def test_a_status_of_zero_addresses_is_not_written_first(
    ranges: str, present: Usage | None, expected: Usage | None
) -> None:
    assert allocation(p=ranges).usage("p", present) == expected


def test_the_usage_of_an_unknown_pool_stays() -> None:
    assert allocation().usage("p", Usage(6, 1)) == Usage(6, 1)
    assert allocation().usage("p") is None


# Services


def test_the_first_free_or_the_requested_address_is_assigned_and_kept() -> None:
    made = allocation(p="10.0.0.0/29")

    assert service(made, "ns/a") == ServiceResult("10.0.0.1")
    assert service(made, "ns/a", present="10.0.0.1") == ServiceResult("10.0.0.1")
    assert service(made, "ns/b", wanted="10.0.0.6") == ServiceResult("10.0.0.6")
    assert made.usage("p") == Usage(6, 2)


@pytest.mark.parametrize("wanted", ["10.0.0.8", "10.0.0.0", "2001:db8::1", "x", "010.0.0.1"])
def test_an_address_outside_the_pool_is_not_retried(wanted: str) -> None:
    made = allocation(p="10.0.0.0/29")

    assert service(made, "ns/s", wanted=wanted) == ServiceResult("")
    assert made.waiting("p") == Referrers()


def test_reserved_addresses_and_those_of_egresses_are_retried() -> None:
    made = allocation(p="10.0.0.0/29")
    egress(made, "e")

    assert service(made, "ns/a", wanted="10.0.0.7") == ServiceResult("", retry=True)
    assert service(made, "ns/b", wanted="10.0.0.1") == ServiceResult("", retry=True)
    assert made.waiting("p") == Referrers(services=("ns/a", "ns/b"))


def test_a_missing_pool_is_not_retried() -> None:
    made = allocation()

    assert service(made, "ns/s", present="10.0.0.1") == ServiceResult("")
    assert made.waiting("p") == Referrers()


def test_an_address_is_shared_only_by_services_that_all_allow_it() -> None:
    made = allocation(p="10.0.0.0/29")
    five = {"wanted": "10.0.0.5"}

    assert service(made, "ns/a", **five, shared=True).ingress == "10.0.0.5"
    assert service(made, "ns/b", **five) == ServiceResult("")
    assert service(made, "ns/c", **five, shared=True).ingress == "10.0.0.5"
    assert made.usage("p") == Usage(6, 1)
    assert service(made, "ns/a", **five, present="10.0.0.5").ingress == "10.0.0.5"
    assert service(made, "ns/d", **five, shared=True) == ServiceResult("")


def test_a_shared_address_is_free_after_the_last_service() -> None:
    made = allocation(p="10.0.0.0/29")
    for key in ("ns/a", "ns/b"):
        service(made, key, wanted="10.0.0.5", shared=True)

    made.services.drop("ns/a")
    assert made.usage("p") == Usage(6, 1)
    made.services.drop("ns/b")
    assert made.usage("p") == Usage(6, 0)


def test_a_service_that_starts_sharing_reconciles_waiting_services() -> None:
    made = allocation(p="10.0.0.0/29")
    five = {"wanted": "10.0.0.5"}
    service(made, "ns/a", **five)
    service(made, "ns/b", **five, shared=True)

    answer = service(made, "ns/a", **five, present="10.0.0.5", shared=True)

    assert answer == ServiceResult("10.0.0.5", again=("ns/b",))
    assert service(made, "ns/b", **five, shared=True).ingress == "10.0.0.5"


@pytest.mark.parametrize("shared", [False, True])
def test_a_service_that_shares_as_before_reconciles_no_other(*, shared: bool) -> None:
    made = allocation(p="10.0.0.0/29")
    five = {"wanted": "10.0.0.5"}
    service(made, "ns/a", **five, shared=shared)
    service(made, "ns/b", **five)

    answer = service(made, "ns/a", **five, present="10.0.0.5", shared=shared)

    assert answer == ServiceResult("10.0.0.5")


def test_a_deleted_service_reconciles_waiting_services_but_no_egresses() -> None:
    made = allocation(p="10.0.0.1-10.0.0.1")
    service(made, "ns/holder")
    egress(made, "waiter")
    for key in ("ns/b", "ns/a"):
        assert service(made, key) == ServiceResult("", retry=True)

    assert made.services.drop("ns/holder") == ("ns/a", "ns/b")
    assert service(made, "ns/a").ingress == "10.0.0.1"
    assert made.services.drop("ns/b") == ()


def test_a_deleted_egress_reconciles_no_consumer() -> None:
    made = allocation(p="10.0.0.1-10.0.0.1")
    egress(made, "holder")
    service(made, "ns/s")

    made.egresses.drop("holder")

    assert made.waiting("p") == Referrers(services=("ns/s",))


def test_a_moved_service_releases_its_address_and_reconciles_waiting_services() -> None:
    made = allocation(p="10.0.0.1-10.0.0.1", q="10.0.1.1-10.0.1.1")
    service(made, "ns/s")
    service(made, "ns/waiter")

    assert service(made, "ns/s", pool="q", present="10.0.0.1") == ServiceResult(
        "10.0.1.1", again=("ns/waiter",)
    )
    assert service(made, "ns/s", pool="", present="10.0.1.1") == ServiceResult("")
    assert (made.usage("p"), made.usage("q")) == (Usage(1, 0), Usage(1, 0))


def test_the_status_of_other_services_does_not_change() -> None:
    assert service(allocation(), "ns/s", pool="", present="1.2.3.4").ingress == "1.2.3.4"


def test_a_status_of_another_writer_is_corrected() -> None:
    made = allocation(p="10.0.0.0/29")
    service(made, "ns/s")

    assert service(made, "ns/s", present="9.9.9.9").ingress == "10.0.0.1"
    assert made.usage("p") == Usage(6, 1)


def test_an_address_released_without_a_replacement_stays_in_the_status() -> None:
    made = allocation(p="10.0.0.0/29")
    service(made, "ns/s")
    egress(made, "e")

    answer = service(made, "ns/s", wanted="10.0.0.2", present="10.0.0.1")

    assert answer == ServiceResult("10.0.0.1", retry=True)
    assert made.usage("p") == Usage(6, 1)


def test_a_service_of_a_deleted_pool_restores_no_address() -> None:
    made = allocation(p="10.0.0.0/29")

    made.services.restore(
        {"ns/a": ServiceSpec("gone", present="10.0.0.5"), "ns/b": ServiceSpec("p")}
    )

    assert made.usage("p") == Usage(6, 0)
    assert service(made, "ns/c", wanted="10.0.0.5") == ServiceResult("10.0.0.5")


# The webhook of Egresses


@pytest.mark.parametrize(
    ("pool", "address", "sentence"),
    [
        ("p", "10.0.0.1", ""),
        ("p", "10.0.0.7", ""),
        ("p", "10.0.0.0", "IP 10.0.0.0 is not within the IP range"),
        ("p", "2001:DB8::1", "IP 2001:DB8::1 is not within the IP range"),
        ("p", "010.0.0.1", "IP 010.0.0.1 is not valid"),
        ("q", "10.0.0.1", "ExternalIPPool q does not exist"),
        ("q", "x", "IP x is not valid"),
        ("q", "", ""),
        ("", "x", ""),
    ],
)
def test_the_webhook_checks_an_address_with_a_pool(pool, address, sentence) -> None:
    made = allocation(p="10.0.0.0/29")

    assert made.egresses.refusal(EgressSpec(pool, address)) == sentence


def test_the_webhook_does_not_check_unchanged_fields() -> None:
    made, wish = allocation(), EgressSpec("gone", "10.0.0.1")

    assert made.egresses.refusal(wish, wish) == ""
    assert made.egresses.refusal(wish, NO_EGRESS) == "ExternalIPPool gone does not exist"
    assert made.egresses.refusal(wish, EgressSpec("", "10.0.0.1")) != ""
    assert made.egresses.refusal(wish, EgressSpec("gone", "10.0.0.2")) != ""
    assert made.egresses.refusal(wish, EgressSpec("gone", "10.0.0.1", ("egressIPs",))) == ""


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"unsupported": ("egressIPs",)}, "spec.egressIPs is not supported yet"),
        ({"unsupported": ("externalIPPools",)}, "spec.externalIPPools is not supported yet"),
        ({"bandwidth": Bandwidth("500M", "1Gi")}, ""),
        ({"bandwidth": Bandwidth("1kk", "")}, "Rate 1kk in Egress e is invalid: unable to parse"),
        ({"bandwidth": Bandwidth("1", "x")}, "Burst x in Egress e is invalid: quantities must"),
    ],
)
def test_the_webhook_always_checks_lists_and_bandwidth(more, sentence) -> None:
    made, wish = allocation(p="10.0.0.0/29"), EgressSpec("p", "10.0.0.1", **more)

    refused = made.egresses.refusal(wish, wish, "e")
    assert refused.startswith(sentence)
    assert bool(refused) is bool(sentence)


def test_the_webhook_does_not_check_whether_the_address_is_free() -> None:
    made = allocation(p="10.0.0.0/29")
    egress(made, "e")

    assert made.egresses.refusal(EgressSpec("p", "10.0.0.1")) == ""


# Restart of the controller


def test_restored_addresses_are_kept_in_any_order_of_reconciles() -> None:
    made = allocation(p="10.0.0.0/29")
    made.restore(
        {
            "a": EgressSpec("p"),
            "z": EgressSpec("p", "10.0.0.1"),
            "static": EgressSpec("", "10.0.0.3"),
            "lost": EgressSpec("gone", "10.0.0.4"),
        },
        {"ns/z": ServiceSpec("p", present="10.0.0.2"), "ns/new": ServiceSpec("p")},
    )
    assert made.usage("p") == Usage(6, 2)

    assert egress(made, "a")[0] == "10.0.0.3"
    assert egress(made, "z", address="10.0.0.1") == ("10.0.0.1", ALLOCATED.message)
    assert service(made, "ns/z", present="10.0.0.2").ingress == "10.0.0.2"


@pytest.mark.parametrize("shared", [True, False])
def test_all_services_with_one_address_keep_it(shared: bool) -> None:
    made = allocation(p="10.0.0.0/29")
    wish = ServiceSpec("p", present="10.0.0.5", shared=shared)
    made.restore({}, {"ns/a": wish, "ns/b": wish})

    assert made.usage("p") == Usage(6, 1)
    assert made.services.reconcile("ns/a", wish) == ServiceResult("10.0.0.5")
    assert made.services.reconcile("ns/b", wish) == ServiceResult("10.0.0.5")
    made.services.drop("ns/a")
    assert made.usage("p") == Usage(6, 1)


def test_of_two_egresses_with_one_address_the_first_by_name_keeps_it() -> None:
    made = allocation(p="10.0.0.0/29")
    made.restore({each: EgressSpec("p", "10.0.0.5") for each in "ba"}, {})

    assert egress(made, "b", address="10.0.0.5")[1] != ALLOCATED.message
    assert egress(made, "a", address="10.0.0.5") == ("10.0.0.5", ALLOCATED.message)


def test_two_consumers_with_one_address_do_not_both_keep_it() -> None:
    made = allocation(p="10.0.0.0/29")
    made.restore({"e": EgressSpec("p", "10.0.0.1")}, {"ns/s": ServiceSpec("p", present="10.0.0.1")})

    assert service(made, "ns/s", present="10.0.0.1") == ServiceResult("10.0.0.2")
    assert egress(made, "e", address="10.0.0.1")[1] == ALLOCATED.message


consumers = st.lists(
    st.tuples(
        st.sampled_from("abcdefg"), st.sampled_from(["come", "go", "pool goes", "pool comes"])
    ),
    max_size=30,
)


@given(consumers)
def test_no_address_is_assigned_twice_and_all_are_counted(events) -> None:
    made = allocation(p="10.0.0.0/29")
    exists = True
    present: dict[str, str] = {}

    def reconcile(names: tuple[str, ...]) -> None:
        for name in names:
            present[name] = egress(made, name, address=present.get(name, ""))[0]

    for name, event in events:
        if event == "come":
            reconcile((name,))
        elif event == "go" and present.pop(name, None) is not None:
            made.egresses.drop(name)
        elif event == "pool goes":
            exists = False
            reconcile(made.drop_pool("p").egresses)
        elif event == "pool comes":
            exists = True
            reconcile(put(made, "p", "10.0.0.0/29").egresses)

        held = [each for each in present.values() if each]
        assert len(held) == len(set(held))
        assert made.usage("p") == (Usage(6, len(held)) if exists else None)
        assert exists or not held

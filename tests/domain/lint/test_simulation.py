"""The predicted answers of a cluster to pools that are applied in sequence."""

from ippoolctl.domain.antrea.admission import Operation, Refused
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import LATEST, Release
from ippoolctl.domain.lint.simulation import Prediction, simulate_admission
from tests.builders import pool


def simulated(
    *pools: Pool,
    known: tuple[Pool, ...] = (),
    release: Release = LATEST,
    always_create: bool = False,
) -> list[Prediction]:
    return list(simulate_admission(pools, KnownPools(known), release, always_create=always_create))


def test_an_admitted_pool_is_known_to_the_next_ones_and_a_refused_one_is_not() -> None:
    refused = pool("b", "10.0.0.0/25", "10.1.0.0/24")

    found = simulated(pool("a", "10.0.0.0/24"), refused, pool("c", "10.1.0.0/24"))

    assert [each.admitted for each in found] == [True, False, True]
    assert [(each.total, each.usable) for each in found] == [(254, 254), (None, None), (254, 254)]


def test_a_known_name_is_an_update_or_a_name_that_exists() -> None:
    old = pool("a", "10.0.0.0/24")
    new = pool("a", "10.0.0.0/24", "10.1.0.0/24")

    (update,) = simulated(new, known=(old,))
    (create,) = simulated(new, known=(old,), always_create=True)
    (first,) = simulated(new, always_create=True)

    assert (update.operation, update.admitted, update.old) == (Operation.UPDATE, True, old)
    assert (create.operation, create.old) == (Operation.CREATE, None)
    assert isinstance(create.result, Refused)
    assert [each.rule for each in create.result.reasons] == ["EIP112"]
    assert (first.operation, first.admitted) == (Operation.CREATE, True)


def test_a_pool_without_a_stable_total_has_no_total() -> None:
    mapped, spelled, special = simulated(
        pool("a", "::ffff:10.0.0.0/120"), pool("b", "fd00:0::1-fd00::9"), pool("c", "127.0.0.0/24")
    )

    assert [each.rule for each in mapped.hazards][:1] == ["EIP301"]
    assert [each.rule for each in spelled.hazards] == ["EIP302"]
    assert [mapped.total, spelled.total, special.total] == [None, None, 254]
    assert (spelled.usable, special.usable) == (9, 254)


def test_antrea_1_15_admits_an_overlap_as_a_hazard() -> None:
    found = simulated(
        pool("a", "10.0.0.0/24"), pool("b", "10.0.0.128/25"), release=Release(1, 15, 1)
    )

    assert [each.admitted for each in found] == [True, True]
    assert [[one.rule for one in each.hazards] for each in found] == [[], ["EIP306"]]

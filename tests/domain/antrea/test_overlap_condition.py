from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.overlap_condition import overlap_condition
from tests.builders import pool


def test_a_pool_is_ready_unless_it_overlaps_others() -> None:
    a, b = pool("a", "10.0.0.0/24", "10.9.0.0/24"), pool("b", "10.1.0.0/24")
    c, d = pool("c", "10.0.0.9-10.0.0.10"), pool("d", "10.9.0.128/25")
    known = KnownPools([a, b, c, d])

    condition = overlap_condition(a, known)

    assert (condition.status, condition.reason) == ("False", "IPRangeOverlap")
    assert condition.message.endswith("c, d")
    assert overlap_condition(b, known).status == "True"


def test_a_pool_does_not_overlap_itself() -> None:
    a = pool("a", "10.0.0.0/24", "10.0.0.0/25")

    assert overlap_condition(a, KnownPools([a])).status == "True"

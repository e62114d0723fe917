"""The index of known pools against a plain list, and the condition of overlapping pools."""

from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.addresses.ranges import IPRange, read_range
from ippoolctl.domain.antrea.known_pools import KnownPools, overlap_condition
from ippoolctl.domain.antrea.pool import Condition, Pool
from tests.builders import pool
from tests.domain.addresses.test_ranges import as_span
from tests.domain.strategies import any_spelling
from tests.examples import examples

steps = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.one_of(st.none(), st.lists(any_spelling, max_size=3))),
    max_size=25,
)


@examples(500)
@given(steps, any_spelling)
def test_overlapping_ranges_are_those_of_the_remaining_pools(steps, asked) -> None:
    known = KnownPools()
    left: dict[str, Pool] = {}
    for name, texts in steps:
        if texts is None:
            known.discard(name)
            left.pop(name, None)
        else:
            left[name] = Pool(name, tuple(read_range(text) for text in texts))
            known.put(left[name])
    span = as_span(asked)

    found = {(each.pool.name, each.position) for each in known.overlapping(*span)}

    assert found == {
        (name, position)
        for name, each in left.items()
        for position, other in enumerate(each.ranges)
        if isinstance(other, IPRange) and other.first <= span.last and span.first <= other.last
    }
    assert len(known) == len(left)


def test_an_invalid_pool_is_listed_until_it_is_replaced() -> None:
    known = KnownPools([pool("a", "10.0.0.9-10.0.0.1"), pool("b", "10.0.0.0/24")])

    assert [each.name for each in known.faulty()] == ["a"]

    known.put(pool("a", "10.1.0.0/24"))

    assert not list(known.faulty())
    assert known.get("a") is not None


def test_many_replacements_keep_the_index_small() -> None:
    known = KnownPools()
    for number in range(2_000):
        known.put(pool("same", f"10.0.{number % 256}.0/24"))

    assert len(known._index) < 200
    assert [each.pool.name for each in known.overlapping(0, 2**32)] == ["same"]


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


def test_an_invalid_range_overlaps_nothing() -> None:
    a, b = pool("a", "10.0.0.0/08", "10.9.0.0/24"), pool("b", "10.0.0.0/24")

    assert overlap_condition(a, KnownPools([a, b])).status == "True"


def test_a_pool_without_overlaps_has_the_condition_ready() -> None:
    a = pool("a", "10.0.0.0/24")

    assert overlap_condition(a, KnownPools([a])) == Condition("Ready", "True", "Ready", "")

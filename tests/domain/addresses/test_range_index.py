"""The index of ranges against a plain list, for single and bulk insertions."""

from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.addresses.range_index import Entry, RangeIndex, meeting_each

ends = st.tuples(st.integers(0, 20), st.integers(0, 20))
"""Also in reverse: those take part by the same comparison."""


@given(st.lists(st.lists(ends, max_size=5), max_size=8), ends)
def test_overlapping_ranges_are_found_once_each(batches, asked) -> None:
    entries = [
        [Entry(first, last, (batch, number)) for number, (first, last) in enumerate(each)]
        for batch, each in enumerate(batches)
    ]
    index = RangeIndex(entries[0] if entries else ())
    for each in entries[1:]:
        index.add(iter(each))
    first, last = asked

    found = list(index.meeting(first, last))

    everything = [entry for each in entries for entry in each]
    assert sorted(found) == sorted(
        entry.item for entry in everything if entry.first <= last and first <= entry.last
    )
    assert len(index) == len(everything)


in_order = ends.map(lambda pair: tuple(sorted(pair)))


@given(st.lists(in_order), st.lists(in_order))
def test_many_lookups_at_once_find_the_same(ranges, asked) -> None:
    entries = [Entry(first, last, number) for number, (first, last) in enumerate(ranges)]
    index = RangeIndex(entries)

    found = meeting_each(asked, entries)

    assert [sorted(each) for each in found] == [sorted(index.meeting(*each)) for each in asked]
    assert all([*each] == sorted(each, key=lambda item: ranges[item][0]) for each in found)


def test_single_insertions_end_up_in_few_runs() -> None:
    index: RangeIndex[int] = RangeIndex()
    for number in range(1_000):
        index.add([Entry(number, number, number)])

    assert [len(run.entries) for run in index._runs] == [512, 256, 128, 64, 32, 8]
    assert list(index.meeting(700, 700)) == [700]


def test_a_lookup_visits_few_ranges() -> None:
    """A wide range beside many narrow ones costs a path to it, not a walk over all of them."""
    looked_at = 0

    class Counting(int):
        def __lt__(self, other: int) -> bool:
            nonlocal looked_at
            looked_at += 1
            return int(self) < other

    narrow = [Entry(number, Counting(number), number) for number in range(1_024)]
    index = RangeIndex([Entry(0, Counting(2_000), -1), *narrow])
    looked_at = 0

    assert list(index.meeting(1_500, 1_600)) == [-1]
    assert looked_at < 50

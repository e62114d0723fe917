"""All pairs of spans that overlap, by a sweep: O(n log n + pairs)."""

from bisect import bisect_left, insort
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter, lt

Numbered = tuple[int, int, int]
"""First and last ordinal of a span, and the caller's number for it."""

Pair = tuple[Numbered, Numbered]


def overlapping_pairs(
    spans: Iterable[Numbered],
    matters: Callable[[int, int], bool] = lambda one, other: True,
    partners: int | None = None,
) -> Iterator[Pair]:
    """Every pair of spans that have addresses in common, once each, in the order of addresses.

    ``matters`` decides by their numbers which pairs count. With ``partners`` each span is paired
    with at most that many spans that begin before it: every span that overlaps another is still in
    some pair, since all spans that are active at one address overlap each other.

    A long span stays in the active set of the sweep, but each comparison there is either a pair or
    the end of a span, so the work is bounded by the number of pairs. With ``partners`` no span
    looks further than to the last one that it is paired with.
    """
    active: deque[Numbered] = deque()
    reach = -1
    for span in sorted(spans):
        first, last, number = span
        if first > reach:
            # The usual case: disjoint ranges cost only the sorting.
            active, reach = deque((span,)), last
            continue
        live: list[Numbered] = []
        met: list[Pair] = []
        while active and len(met) != partners:
            each = active.popleft()
            if each[1] >= first:
                live.append(each)
                if matters(each[2], number):
                    met.append((each, span))
        active.extendleft(reversed(live))
        yield from met
        active.append(span)
        reach = max(reach, last)


def pairs_between(
    spans: Iterable[Numbered], groups: Sequence[int], partners: int
) -> Iterator[Pair]:
    """Pairs of spans of two groups that have addresses in common, in O(n log n + pairs).

    ``groups`` has the group of each span by its number. Each span is paired with those of at most
    ``partners`` earlier ones that reach furthest; every span that overlaps one of another group is
    in some pair. Any number of overlaps within a group costs nothing.
    """
    reaching: list[tuple[int, Numbered]] = []  # by last address; of each group the furthest
    of_group: dict[int, list[tuple[int, Numbered]]] = defaultdict(list)  # the same
    unpaired: list[Numbered] = []  # all of one group, and since then no span of another one
    reach = -1
    for span in sorted(spans):
        first, last, number = span
        own = groups[number]
        if first > reach:
            reaching, unpaired = [], []
            of_group.clear()
        reach = max(reach, last)
        met: list[Numbered] = []
        for end, each in reversed(reaching):
            if end < first or len(met) == partners:
                break
            if groups[each[2]] != own:
                met.append(each)
        if unpaired and groups[unpaired[0][2]] != own:
            # A span that this one does not reach has no partner at all: all others begin later.
            met += [each for each in unpaired if each[1] >= first and each not in met]
            unpaired = []
        yield from ((each, span) for each in sorted(met))
        if not met:
            unpaired.append(span)
        insort(reaching, (last, span))
        insort(of_group[own], (last, span))
        if len(of_group[own]) > partners:
            del reaching[bisect_left(reaching, of_group[own].pop(0))]


def are_disjoint(firsts: Iterable[int], lasts: Iterable[int]) -> bool:
    """Whether no two spans have addresses in common; each iterable in any order."""
    # If no span but the first n ones has begun when n of them have ended, they are the same.
    return all(map(lt, sorted(lasts), sorted(firsts)[1:]))


def overlapping_groups(spans: Iterable[Numbered], groups: Sequence[int]) -> set[int]:
    """The groups with a span that has addresses in common with one of another group.

    ``groups`` has the group of each span by its number. O(n log n) for any number of overlaps: of
    all earlier spans only the one that reaches furthest counts. Another one that is met as well
    overlaps that one, and was found with it unless both are of one group.
    """
    found: set[int] = set()
    ordered = sorted(spans)
    if all(map(lt, map(itemgetter(1), ordered), map(itemgetter(0), ordered[1:]))):
        return found  # the usual case: all are disjoint
    reach = furthest = -1
    for first, last, number in ordered:
        own = groups[number]
        if own != furthest and reach >= first:
            found |= {own, furthest}
        if last > reach:
            reach, furthest = last, own
    return found


def count_pairs(spans: Iterable[Numbered]) -> int:
    """The number of all pairs, in O(n log n) for any number of them."""
    spans = list(spans)
    lasts = sorted(last for _, last, _ in spans)
    # In the order of first addresses, a span overlaps all earlier ones that have not ended.
    return sum(
        index - bisect_left(lasts, first)
        for index, first in enumerate(sorted(first for first, _, _ in spans))
    )

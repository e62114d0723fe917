"""How many ranges the strategies of ``suggest`` place before the first one has no room:
``python -m bench.fragmentation``.

A sequence takes ranges of random sizes in a /16 and gives some back; each strategy gets the same
seeds.
"""

import random
import statistics
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Final

from bench.measuring import Bar
from ippoolctl.domain.addresses.numbers import Network
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.space.free_ranges import Block
from ippoolctl.domain.space.free_space import FreeSpace, free_space
from ippoolctl.domain.space.placement import placements
from ippoolctl.domain.space.placement_strategies import Order, PlacementStrategy

SEQUENCES: Final = 1_000
WITHIN: Final = Network(10 << 24, 16, 32)
GIVEN_BACK: Final = 0.3
"""The share of steps that give a range back."""

Draw = Callable[[random.Random], Block]


def prefixes(source: random.Random) -> Block:
    """``--prefix``, each length as likely as another."""
    return Block(prefix=source.randint(20, 29))


def numbers(source: random.Random) -> Block:
    """``--ips``, each order of magnitude as likely as another."""
    return Block(ips=int(2 ** source.uniform(0, 12)))


def both(source: random.Random) -> Block:
    """One of the two."""
    return source.choice((prefixes, numbers))(source)


def served(seed: int, strategy: PlacementStrategy, draw: Draw) -> int:
    """How many requests of a sequence are served before the first that is not."""
    source = random.Random(seed)  # noqa: S311
    space, live, count = free_space([WITHIN], ()), list[Span](), 0
    while True:
        if live and source.random() < GIVEN_BACK:
            span = live.pop(source.randrange(len(live)))
            space = FreeSpace(space.networks, _with(space.gaps, span), space.ends)
            continue
        (found,) = placements(draw(source), space, Order(strategy), 1)
        if not found.placed:
            return count
        count += 1
        live.append(found.placed[0].suggestion.span)
        space = space.without([live[-1]])


def _with(gaps: tuple[Span, ...], span: Span) -> tuple[Span, ...]:
    before = [gap for gap in gaps if gap.last < span.first]
    after = [gap for gap in gaps if gap.first > span.last]
    first, last = span
    if before and before[-1].last + 1 == first:
        first = before.pop().first
    if after and after[0].first - 1 == last:
        last = after.pop(0).last
    return (*before, Span(first, last), *after)


def fragmentation(sequences: int = SEQUENCES) -> list[Bar]:
    """The means of ``best`` and ``first`` for each kind of request."""
    bars = []
    with ProcessPoolExecutor() as processes:
        for name, draw in (("both", both), ("--prefix", prefixes), ("--ips", numbers)):
            best, first = (
                statistics.mean(
                    processes.map(
                        served,
                        range(sequences),
                        [strategy] * sequences,
                        [draw] * sequences,
                        chunksize=10,
                    )
                )
                for strategy in (PlacementStrategy.BEST, PlacementStrategy.FIRST)
            )
            figure = f"{best:.1f} : {first:.1f} requests = {best / first:.3f} x"
            work = f"{sequences:,} sequences in a /16, {name}: mean of `best` : of `first`"
            bars.append(Bar(work, figure, "≥ 1 x", best >= first))
    return bars


def main() -> int:
    """Print the means; 1 if ``best`` serves fewer."""
    bars = fragmentation(*map(int, sys.argv[1:2]))
    for bar in bars:
        print(f"| {bar.work} | {bar.figure} | {bar.bar} | {'met' if bar.met else 'MISSED'} |")
    return 0 if all(bar.met for bar in bars) else 1


if __name__ == "__main__":
    sys.exit(main())

"""How long beyond the webhook's lag a create takes that met a stale denial, and what is allowed."""

import math
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

RUNS = 50
SHORTEST, LONGEST = 0.05, 10.0
"""Seconds of lag."""
SHARE = 0.18
"""Of the lag, that a create may take beyond it."""
MOST, USUAL = 0.4, 0.15
"""Seconds more that any create, and that 95 of 100 may take."""


@dataclass(frozen=True)
class Regrets:
    """Seconds from the webhook's first possible admission to the command's end, for each lag."""

    seed: int
    lags: Sequence[float]
    seconds: Sequence[float]

    @property
    def beyond(self) -> list[float]:
        """Seconds beyond the share of the lag, the least first."""
        pairs = zip(self.seconds, self.lags, strict=True)
        return sorted(each - SHARE * lag for each, lag in pairs)

    @property
    def most(self) -> float:
        return self.beyond[-1]

    @property
    def usual(self) -> float:
        """The 95th percentile."""
        return self.beyond[math.ceil(0.95 * len(self.lags)) - 1]

    @property
    def text(self) -> str:
        within = sum(each <= MOST for each in self.beyond)
        return (
            f"regret of {len(self.lags)} creates, seed {self.seed}:"
            f" median {statistics.median(self.seconds):.3f} s;"
            f" beyond {SHARE:.0%} of the lag at most {self.most:.3f} s,"
            f" {within} within {MOST} s, 95 of 100 within {self.usual:.3f} s"
        )


def regrets(measured: Callable[[Sequence[float]], Sequence[float]]) -> Regrets:
    """What is ``measured`` with lags by chance, whose logarithms are spread evenly."""
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    logarithms = [chance.uniform(math.log(SHORTEST), math.log(LONGEST)) for _ in range(RUNS)]
    lags = [math.exp(each) for each in sorted(logarithms, reverse=True)]
    return Regrets(seed, lags, measured(lags))

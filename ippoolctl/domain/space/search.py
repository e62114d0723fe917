"""What size of range is looked for, where, and in which order."""

from dataclasses import dataclass
from enum import StrEnum

from ippoolctl.domain.addresses.numbers import Network, network_text
from ippoolctl.domain.addresses.ranges import Span, Spelling
from ippoolctl.domain.antrea.capacity import capacity, usable
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.space.suggest import Block


class Strategy(StrEnum):
    """In which order free ranges are tried."""

    RANDOM = "random"
    """In an order of the request's own, always the same for the same request."""
    FIRST = "first"
    """Lowest addresses first."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for, and where."""

    block: Block
    within: tuple[Network, ...]
    excluded: tuple[Span, ...] = ()
    """Addresses to keep away from, whoever has them."""
    strategy: Strategy = Strategy.RANDOM

    @property
    def least(self) -> int:
        """How many addresses a pool must be able to hand out to do."""
        if self.block.ips:
            return self.block.ips
        # How many a prefix length hands out differs by family.
        fitting = [each for each in self.within if self.block.prefix <= each.width]
        return min((_handed_out(self.block.prefix, each) for each in fitting), default=0)

    @property
    def text(self) -> str:
        """The size and the networks in words."""
        wanted = f"{self.block.ips} addresses" if self.block.ips else f"a /{self.block.prefix}"
        return f"{wanted} in {', '.join(network_text(each) for each in self.within)}"


def lacks(search: Search, pool: Pool) -> str:
    """How a pool falls short of what was asked for; empty if it does not."""
    has = usable(pool.spellings)
    if has >= search.least:
        return ""
    return f"its ranges {', '.join(pool.texts)} have {has} usable addresses, not {search.least}"


def _handed_out(bits: int, within: Network) -> int:
    base = "10.0.0.0" if within.width == 32 else "fd00::"
    return capacity(Spelling(cidr=f"{base}/{bits}")).usable

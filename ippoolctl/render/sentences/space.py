"""The space of networks, in words."""

from ippoolctl.domain.space.reserved import Shortage


def shortage_text(found: Shortage) -> str:
    """How many addresses of networks are free, and what has the others."""
    takers = [*found.pools, *found.others, *([f"{found.more} more"] if found.more else [])]
    takers += ["what is excluded"] if found.excluded else []
    return (
        f"{found.free} of {found.out_of} addresses are free, largest free block:"
        f" {found.largest}; taken by {', '.join(takers) or 'none'}"
    )

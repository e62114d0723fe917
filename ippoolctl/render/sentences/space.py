"""The space of networks, in words."""

from ippoolctl.domain.addresses.numbers import network_text, span_text
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.space.free_ranges import Block
from ippoolctl.domain.space.free_space import FreeSpace, minimal_cover
from ippoolctl.domain.space.placement import Placed, Placement
from ippoolctl.domain.space.placement_strategies import Order, ReasonKind
from ippoolctl.domain.space.reserved import Shortage
from ippoolctl.render.quantities import counted, short_number


def shortage_text(found: Shortage) -> str:
    """How many addresses of networks are free, and what has the others."""
    takers = [*found.pools, *found.others, *([f"{found.more} more"] if found.more else [])]
    takers += ["what is excluded"] if found.excluded else []
    return (
        f"{found.free} of {found.out_of} addresses are free, largest free block:"
        f" {found.largest}; taken by {', '.join(takers) or 'none'}"
    )


def free_text(space: FreeSpace) -> str:
    """How many addresses of networks are free, and where most of them are."""
    if space.largest is None:
        return f"0 of {short_number(space.total)} addresses are free"
    largest = f"{span_text(*space.largest)} ({short_number(space.largest.size)})"
    return (
        f"{short_number(space.free)} of {short_number(space.total)} addresses are free in"
        f" {counted(len(space.gaps), 'gap')}; largest: {largest}"
    )


def family_text(width: int) -> str:
    """The family of addresses of that many bits."""
    return "IPv4" if width == 32 else "IPv6"


def short_text(placement: Placement, why: Shortage, *, family: bool) -> str:
    """Why there are fewer free ranges than wanted; ``family`` to name it."""
    of_family = f"{family_text(placement.space.networks[0].width)} " if family else ""
    largest = placement.largest
    if largest:
        usable = counted(largest.usable, "usable address", "usable addresses")
        room = f"largest: {largest.spelling.text} with {usable}"
    else:
        room = "none of any size"
    return (
        f"found {len(placement.placed)} of {placement.wanted} free {of_family}ranges ({room}):"
        f" {shortage_text(why)}"
    )


def left_out_text(width: int, block: Block) -> str:
    """Why no range of a family was wanted."""
    size = f"/{block.prefix}" if block.prefix else f"CIDR with {block.ips} usable addresses"
    return f"no {family_text(width)} network is large enough for a {size}"


def reason_text(placed: Placed, order: Order) -> str:
    """Why a range was placed where it is."""
    span, space = placed.suggestion.span, placed.space
    no_cidr = f"; no /{placed.no_cidr} is free" if placed.no_cidr else ""
    return f"{_place_text(placed.reason, span, space, order)}{no_cidr}"


def _place_text(reason: ReasonKind, span: Span, space: Span, order: Order) -> str:
    match reason:
        case ReasonKind.SMALLEST_BLOCK:
            if space == span:
                return "free block of exactly this size"
            return f"smallest free block that fits: {network_text(next(minimal_cover([space])))}"
        case ReasonKind.SMALLEST_GAP:
            if space == span:
                return "gap of exactly this size"
            return f"smallest gap that fits: {span_text(*space)}"
        case ReasonKind.LOWEST:
            return "lowest free addresses"
        case ReasonKind.HIGHEST:
            return "highest free addresses"
        case ReasonKind.RANDOM:
            return f"random (--seed {order.seed})"
        case ReasonKind.LARGEST_GAP:
            place = "start" if span.first - space.first <= 1 else "middle"
            return f"{place} of the largest gap: {span_text(*space)}"
        case ReasonKind.NEAREST:
            return _distance_text(span, space, order.near_label)


def _distance_text(span: Span, near: Span, label: str) -> str:
    between = max(span.first - near.last, near.first - span.last) - 1
    if between < 0:
        return f"contains {label}"
    side = "after" if span.first > near.last else "before"
    how_far = counted(between, "address", "addresses") if between else "directly"
    return f"{how_far} {side} {label}"

"""The steps of Antrea's webhook: what it checks, and in which order, in every line of releases.

Each reason comes with its step. The webhook returns its first denial, so only a reason of the
earliest step can be returned; the reasons of later steps are listed, too.

Source: ``pkg/controller/externalippool/validate.go`` of Antrea v1.15.1, v2.4.2 and v2.7.0, and
``pkg/controller/validation/ippool.go`` of v2.7.0; seen on each of them (``tests/truth/``).
"""

from collections.abc import Iterator
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final

from ippoolctl.domain.addresses.numbers import Network, as_ipv4, is_ipv4, masked
from ippoolctl.domain.addresses.parsers import parse_addr, parse_cidr, parse_ip
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, RangeError, Spelling
from ippoolctl.domain.antrea import messages
from ippoolctl.domain.antrea.messages import Reason, Stage
from ippoolctl.domain.antrea.pool import Path, Pool, SubnetInfo
from ippoolctl.domain.antrea.releases import Line

if TYPE_CHECKING:
    from ippoolctl.domain.antrea.known_pools import KnownPools, KnownRange

Step = tuple[int, ...]
"""The step of the webhook at which a reason is found. The earliest one ends the check; each of its
reasons can be the one in the denial."""

_DECODING, _SUBNET, _OWN, _POISON, _OTHERS, _REMOVED = range(6)
_ANY: Final = 0
"""The place of each overlap of a range where the webhook can return any of them."""

ReasonAt = tuple[Step, Reason]

MAX_OVERLAPS: Final = 1_000
"""How many overlaps are listed: n ranges can have n² of them."""

MAX_POISON: Final = 100
"""How many faulty pools are listed: one of them is enough to deny everything."""

RULE_OF_ERROR: Final = {
    RangeError.CIDR: "EIP201",
    RangeError.START: "EIP202",
    RangeError.END: "EIP202",
    RangeError.FAMILY: "EIP203",
    RangeError.ORDER: "EIP204",
}
"""Which rule explains a range that Antrea 2.0 and later denies by itself."""


def reasons_alone(new: Pool, line: Line, *, overlaps: bool = True) -> Iterator[ReasonAt]:
    """The reasons to deny a pool by itself; without overlaps of its own ranges on request."""
    yield from _undecodable(new)
    if line is Line.V1_15:
        yield from _subnet_of_1_15(new)
        return
    yield from _subnet(new)
    yield from _own_ranges(new, line)
    if overlaps:
        yield from _own_overlaps(new, line)


def reasons_beside_others(new: Pool, known: "KnownPools", line: Line) -> Iterator[ReasonAt]:
    """The reasons to deny a pool because of the other pools."""
    if line is Line.V2_4_3:
        yield from _poison(new, known)
    if line is not Line.V1_15:
        yield from _other_pools(new, known, line)


def reasons_of_update(new: Pool, old: Pool, line: Line) -> Iterator[ReasonAt]:
    """The reasons to deny the change of the old pool to the new one, the same in every release."""
    if new.ranges[: len(old.ranges)] == old.ranges:
        return  # as nearly always: ranges are appended, or none changes
    gone = set(old.texts).difference(new.texts)
    if gone:
        yield (_REMOVED,), _denial("EIP210", messages.removed(gone, line), ("spec", "ipRanges"))


def _denial(rule: str, message: str, path: Path = (), pool: str = "") -> Reason:
    return Reason(Stage.WEBHOOK, rule, message, path, pool=pool)


def _range_path(position: int) -> Path:
    return ("spec", "ipRanges", position)


_GATEWAY: Final[Path] = ("spec", "subnetInfo", "gateway")
_PREFIX_LENGTH: Final[Path] = ("spec", "subnetInfo", "prefixLength")


def _undecodable(new: Pool) -> Iterator[ReasonAt]:
    for each in new.violations:
        if each.is_the_webhooks:
            yield (_DECODING,), _denial(each.rule, each.sentence, each.path)


def _prefix_length(subnet: SubnetInfo, *, ipv4: bool) -> Iterator[ReasonAt]:
    if not 1 <= subnet.prefix_length <= (31 if ipv4 else 127):
        sentence = messages.invalid_prefix_length(subnet.prefix_length)
        yield (_SUBNET,), _denial("EIP206", sentence, _PREFIX_LENGTH)


def _subnet(new: Pool) -> Iterator[ReasonAt]:
    if new.subnet is None:
        return
    gateway = parse_addr(new.subnet.gateway)
    if gateway is None:
        sentence = messages.invalid_gateway(new.subnet.gateway)
        yield (_SUBNET,), _denial("EIP202", sentence, _GATEWAY)
        return
    yield from _prefix_length(new.subnet, ipv4=is_ipv4(gateway))


def _own_ranges(new: Pool, line: Line) -> Iterator[ReasonAt]:
    subnet = new.subnet and masked(parse_addr(new.subnet.gateway), new.subnet.prefix_length)
    for position, own in enumerate(new.ranges):
        if isinstance(own, BadRange):
            if own.error in RULE_OF_ERROR:
                rule = RULE_OF_ERROR[own.error]
                yield (
                    (_OWN, position),
                    _denial(rule, messages.unreadable(own), _range_path(position)),
                )
        elif new.subnet and subnet and not (subnet.first <= own.first and own.last <= subnet.last):
            sentence = messages.outside_subnet(own.spelling, new.subnet, line)
            yield (_OWN, position), _denial("EIP207", sentence, _range_path(position))


def _own_overlaps(new: Pool, line: Line) -> Iterator[ReasonAt]:
    spans = sorted((each.first, each.last) for each in new.ranges if isinstance(each, IPRange))
    if all(last < first for (_, last), (first, _) in pairwise(spans)):
        return  # as nearly always; an index takes several times as long
    from ippoolctl.domain.addresses.range_index import Entry, RangeIndex

    earlier: RangeIndex[int] = RangeIndex()
    listed = 0
    for position, own in enumerate(new.ranges):
        if isinstance(own, BadRange):
            continue
        for index in sorted(earlier.meeting(own.first, own.last)):
            other = new.ranges[index]
            assert isinstance(other, IPRange)
            # From 2.4.3 on always the first of them; before, any, and any other pool as well.
            step = (_OWN, position, index if line is Line.V2_4_3 else _ANY)
            sentence = messages.overlaps_own(own, other)
            yield step, _denial("EIP208", sentence, _range_path(position))
            listed += 1
        if listed >= MAX_OVERLAPS:
            return
        earlier.add([Entry(own.first, own.last, position)])


def _other_pools(new: Pool, known: "KnownPools", line: Line) -> Iterator[ReasonAt]:
    listed = 0
    for position, own in enumerate(new.ranges if len(known) else ()):
        if isinstance(own, BadRange):
            continue
        found = _overlapping(own, new, known, line)
        first_of = {other.pool.key: other.position for other in reversed(found)}
        for other in found:
            if line is Line.V2_0:
                step: Step = (_OWN, position, _ANY)
            elif other.position == first_of[other.pool.key]:
                step = (_OTHERS, position)
            else:
                step = (_OTHERS, position, 1)
            text = other.pool.ranges[other.position].text
            sentence = messages.overlaps_other(own.text, text, other.pool.name, line)
            yield step, _denial("EIP209", sentence, _range_path(position), other.pool.name)
        listed += len(found)
        if listed >= MAX_OVERLAPS:
            return


def _overlapping(own: IPRange, new: Pool, known: "KnownPools", line: Line) -> "list[KnownRange]":
    found = [
        other
        for other in known.overlapping(own.first, own.last)
        if other.pool.key != new.key
        # Faulty ranges are compared as typed before 2.4.3; from then on they are poison instead.
        and (line is Line.V2_0 or isinstance(other.pool.ranges[other.position], IPRange))
    ]
    return sorted(found, key=lambda other: (other.pool.name, other.position))


def _poison(new: Pool, known: "KnownPools") -> Iterator[ReasonAt]:
    for pool in islice(known.faulty(), MAX_POISON):
        if pool.key == new.key:
            continue
        step: Step = (_POISON,)
        for each in pool.ranges:
            if isinstance(each, BadRange) and each.error in RULE_OF_ERROR:
                yield step, _denial("EIP211", messages.unreadable(each), pool=pool.name)
                step = (_POISON, 1)


def _subnet_of_1_15(new: Pool) -> Iterator[ReasonAt]:
    """The rules of 1.15, which has older parsers and reads ranges only with a subnet."""
    subnet = new.subnet
    if subnet is None:
        return
    gateway = parse_ip(subnet.gateway)
    # An invalid gateway gets the limits of IPv6.
    yield from _prefix_length(subnet, ipv4=gateway is not None and is_ipv4(gateway))
    network = masked(gateway, subnet.prefix_length)
    for position, own in enumerate(new.ranges):
        if isinstance(own, BadRange) and own.error is RangeError.SCHEMA:
            continue
        sentence = _refusal_of_1_15(own.spelling, subnet, network)
        if sentence:
            rule = "EIP201" if sentence.startswith("invalid") else "EIP207"
            yield (_OWN, position), _denial(rule, sentence, _range_path(position))


def _refusal_of_1_15(spelling: Spelling, subnet: SubnetInfo, network: Network | None) -> str:
    if spelling.cidr:
        cidr = parse_cidr(spelling.cidr)
        if cidr is None:
            return messages.invalid_network(spelling.cidr)
        ends: tuple[int | None, ...] = (as_ipv4(cidr.first), as_ipv4(cidr.last))
    else:
        ends = (parse_ip(spelling.start or ""), parse_ip(spelling.end or ""))
    if network is None:
        # Go: a network without an address contains every invalid address.
        inside = all(end is None for end in ends)
    else:
        inside = all(end is not None and network.first <= end <= network.last for end in ends)
    if inside:
        return ""
    return messages.outside_subnet(spelling, subnet, Line.V1_15)

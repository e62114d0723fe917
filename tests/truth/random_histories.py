"""Random histories of consumers, of the kinds that are recorded, replayed on several backends."""

from collections.abc import Iterator
from random import Random
from typing import Any

from tests.truth.histories import Backend, Replayed, act

POOLS = ("p1", "p2", "p3")
RANGES: tuple[dict[str, str], ...] = (
    {"cidr": "10.40.0.0/30"},
    {"cidr": "10.40.0.8/29"},
    {"cidr": "10.40.3.4/31"},
    {"cidr": "10.40.4.9/32"},
    {"start": "10.40.1.5", "end": "10.40.1.7"},
    {"start": "10.40.2.0", "end": "10.40.2.1"},
    {"cidr": "2001:db8:40::/126"},
    {"start": "2001:db8:41::1:0", "end": "2001:db8:41::1:1"},
)
ADDRESSES = (
    *(f"10.40.0.{last}" for last in (0, 1, 2, 3, 9, 10, 15)),
    *("10.40.1.5", "10.40.1.7", "10.40.2.0", "10.40.2.1", "10.40.3.5", "10.40.4.9"),
    *("2001:db8:40::1", "2001:db8:40::3", "2001:DB8:41::1:0", "fd00::1"),
)


def random_replay(random: Random, number: int, *backends: Backend) -> Iterator[list[Replayed]]:
    """Random actions on empty backends: the result of each for every action."""
    there: dict[str, set[str]] = {kind: set() for kind in ("pool", "egress", "service")}
    ranges: dict[str, list[dict[str, str]]] = {}
    for count in range(number):
        do = _action(random, f"{count}", there, ranges)
        if do is None:
            continue
        made = [Replayed({"do": do}, act(do, each), each.state()) for each in backends]
        yield made
        state = made[0].state
        there = {"pool": set(state["pools"]), "egress": set(state["egresses"])}
        there["service"] = set(state["services"])


def _action(
    random: Random,
    number: str,
    there: dict[str, set[str]],
    ranges: dict[str, list[dict[str, str]]],
) -> dict[str, Any] | None:
    """An action that makes sense now; ``ranges`` are those of the pools."""
    kind = random.choice(("egress", "egress", "service", "service", "pool"))
    names = sorted(there[kind])
    if kind == "pool":
        return _pool(random, random.choice(POOLS), names, ranges)
    if not names or random.random() < 0.4:
        wish = _egress(random) if kind == "egress" else _service(random)
        return {f"create {kind}": f"{kind[0]}{number}", **wish}
    if random.random() < 0.2:
        return {f"delete {kind}": random.choice(names)}
    return {f"update {kind}": random.choice(names), "set": _changed(random, kind)}


def _pool(
    random: Random, name: str, names: list[str], ranges: dict[str, list[dict[str, str]]]
) -> dict[str, Any] | None:
    taken = [each for pool in names for each in ranges[pool]]
    free = [each for each in RANGES if each not in taken]
    if name in names and (not free or random.random() < 0.4):
        return {"delete pool": name}
    if not free:
        return None
    before = ranges[name] if name in names else []
    ranges[name] = [*before, random.choice(free)]
    return {f"{'extend' if before else 'create'} pool": name, "ipRanges": ranges[name]}


def _egress(random: Random) -> dict[str, Any]:
    wish = {"externalIPPool": random.choice(POOLS), "egressIP": random.choice(ADDRESSES)}
    return {key: value for key, value in wish.items() if random.random() < 0.6}


def _service(random: Random) -> dict[str, Any]:
    wish: dict[str, Any] = {"pool": random.choice(POOLS)}
    if random.random() < 0.5:
        wish["loadBalancerIP"] = random.choice(ADDRESSES)
    return wish | ({"shared": True} if random.random() < 0.4 else {})


def _changed(random: Random, kind: str) -> dict[str, Any]:
    pool = random.choice((*POOLS, None))
    address = random.choice((*ADDRESSES, None))
    if kind == "egress":
        both = {"externalIPPool": pool, "egressIP": address}
        some = random.choice((("externalIPPool",), ("egressIP",), tuple(both)))
        return {key: both[key] for key in some}
    each = random.choice(("pool", "loadBalancerIP", "shared"))
    return {each: {"pool": pool, "loadBalancerIP": address, "shared": True}[each]}

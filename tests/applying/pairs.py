"""Pairs of a live and a wanted set of pools: seeded, legal and not, with what users change."""

import random
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Any, NamedTuple

from tests.builders import pool_object, range_object

Object = dict[str, Any]

SUBNET = {"gateway": "10.20.15.254", "prefixLength": 20}
"""A subnet that every generated range lies in."""


class Pair(NamedTuple):
    """The pools in the cluster, and those of the manifests."""

    live: list[Object]
    wanted: list[Object]
    complete: bool
    """Whether pools without a manifest are to be deleted."""


class _Space:
    """Disjoint blocks of 10.20.0.0/20, in random order."""

    def __init__(self, chance: random.Random) -> None:
        self._free = list(IPv4Network("10.20.0.0/20").subnets(new_prefix=25))
        chance.shuffle(self._free)
        self._chance = chance

    def block(self) -> IPv4Network:
        return self._free.pop()

    def range(self) -> str:
        """A range in a block of its own, in one of the spellings that people use."""
        block = self.block()
        half = next(block.subnets())
        match self._chance.randrange(4):
            case 0:
                return str(half)
            case 1:
                return f"{half[1]}/{half.prefixlen}"
            case 2:
                return f"{half[0]}-{half[self._chance.randrange(9, 40)]}"
            case _:
                return str(block)


def pairs(seed: int, number: int) -> Iterator[Pair]:
    """That many pairs, always the same for a seed."""
    for each in range(number):
        yield pair(random.Random(seed * 1_000_003 + each))


def pair(chance: random.Random) -> Pair:
    space = _Space(chance)
    live = [_pool(f"p{number}", space, chance) for number in range(chance.randrange(1, 5))]
    complete = chance.random() < 0.4
    wanted = []
    for each in live:
        if chance.random() < (0.25 if complete else 0.1):
            continue
        changed = _copy(each)
        for _ in range(chance.choice((0, 1, 1, 2))):
            chance.choice(_EDITS)(changed, space, chance)
        wanted.append(changed)
    wanted += [_pool(f"n{number}", space, chance) for number in range(chance.choice((0, 0, 1, 2)))]
    if chance.random() < 0.2:
        _divide(live, wanted, space, chance)
    if complete and chance.random() < 0.5:
        _move(live, wanted, chance)
    chance.shuffle(wanted)
    return Pair(live, wanted, complete)


def _pool(name: str, space: _Space, chance: random.Random) -> Object:
    ranges = [space.range() for _ in range(chance.choice((1, 1, 2, 3)))]
    made = pool_object(name, *ranges)
    if chance.random() < 0.3:
        made["spec"]["subnetInfo"] = dict(SUBNET)
    if chance.random() < 0.5:
        made["metadata"]["labels"] = {"team": chance.choice("ab")}
    return made


def _copy(document: Object) -> Object:
    meta, spec = document["metadata"], document["spec"]
    return {
        **document,
        "metadata": {**meta, **({"labels": dict(meta["labels"])} if "labels" in meta else {})},
        "spec": {**spec, "ipRanges": [dict(each) for each in spec["ipRanges"]]},
    }


def _append(document: Object, space: _Space, chance: random.Random) -> None:
    document["spec"]["ipRanges"].append(range_object(space.range()))


def _prepend(document: Object, space: _Space, chance: random.Random) -> None:
    document["spec"]["ipRanges"].insert(0, range_object(space.range()))


def _grow(document: Object, space: _Space, chance: random.Random) -> None:
    """A /26 becomes the /25 whose other half is free, or a range ends later in its block."""
    found = chance.choice(document["spec"]["ipRanges"])
    if "cidr" in found and found["cidr"].endswith("/26"):
        whole = IPv4Network(found.pop("cidr"), strict=False).supernet()
        if chance.random() < 0.3:
            found |= {"start": str(whole[0]), "end": str(whole[-1])}
        else:
            found["cidr"] = str(whole) if chance.random() < 0.7 else f"{whole[1]}/25"
    elif "end" in found:
        found["end"] = str(IPv4Address(found["end"]) + chance.randrange(1, 80))


def _label(document: Object, space: _Space, chance: random.Random) -> None:
    document["metadata"].setdefault("labels", {})[chance.choice(("team", "tier"))] = "x"


def _annotate(document: Object, space: _Space, chance: random.Random) -> None:
    document["metadata"].setdefault("annotations", {})["example.com/owner"] = chance.choice("xy")


def _select(document: Object, space: _Space, chance: random.Random) -> None:
    document["spec"]["nodeSelector"] = chance.choice(
        (
            {"matchLabels": {"kubernetes.io/os": "linux"}},
            {"matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}]},
            {},
        )
    )


def _subnet(document: Object, space: _Space, chance: random.Random) -> None:
    if chance.random() < 0.4:
        document["spec"].pop("subnetInfo", None)
    else:
        document["spec"]["subnetInfo"] = {**SUBNET, "vlan": chance.randrange(1, 9)}


def _narrow_subnet(document: Object, space: _Space, chance: random.Random) -> None:
    """One that some of the ranges are outside of."""
    document["spec"]["subnetInfo"] = {"gateway": "10.20.0.1", "prefixLength": 23}


def _reverse(document: Object, space: _Space, chance: random.Random) -> None:
    document["spec"]["ipRanges"].reverse()


def _respell(document: Object, space: _Space, chance: random.Random) -> None:
    found = chance.choice(document["spec"]["ipRanges"])
    if "cidr" in found:
        network = IPv4Network(found.pop("cidr"), strict=False)
        found |= {"start": str(network[0]), "end": str(network[-1])}


def _shrink(document: Object, space: _Space, chance: random.Random) -> None:
    found = chance.choice(document["spec"]["ipRanges"])
    if "cidr" in found:
        found["cidr"] = str(next(IPv4Network(found["cidr"], strict=False).subnets()))


def _remove(document: Object, space: _Space, chance: random.Random) -> None:
    ranges = document["spec"]["ipRanges"]
    if len(ranges) > 1:
        ranges.pop(chance.randrange(len(ranges)))


_EDITS = (
    *(_append, _append, _prepend, _grow, _grow, _label, _annotate, _select, _subnet),
    *(_append, _label, _annotate, _select, _narrow_subnet, _reverse, _respell, _shrink, _remove),
)


def _divide(live: list[Object], wanted: list[Object], space: _Space, chance: random.Random) -> None:
    """A live pool has a range of its manifest in pieces, of which one may be missing."""
    found = {name_of(each): each for each in live}
    both = [(found[name_of(each)], each) for each in wanted if name_of(each) in found]
    if not both:
        return
    old, new = chance.choice(both)
    block = space.block()
    pieces = [str(each) for each in block.subnets(prefixlen_diff=chance.choice((1, 2)))]
    chance.shuffle(pieces)
    for each in pieces[: chance.choice((len(pieces), len(pieces) - 1))]:
        ranges = old["spec"]["ipRanges"]
        ranges.insert(chance.randrange(len(ranges) + 1), range_object(each))
    ranges = new["spec"]["ipRanges"]
    whole = chance.choice((str(block), f"{block[0]}-{block[-1]}"))
    ranges.insert(chance.randrange(len(ranges) + 1), range_object(whole))


def name_of(document: Object) -> str:
    return str(document["metadata"]["name"])


def _move(live: list[Object], wanted: list[Object], chance: random.Random) -> None:
    """A pool of another name, or one of the others, takes the ranges of one that is deleted."""
    names = {each["metadata"]["name"] for each in wanted}
    deleted = [each for each in live if each["metadata"]["name"] not in names]
    if not deleted:
        return
    ranges = [dict(each) for each in chance.choice(deleted)["spec"]["ipRanges"]]
    if wanted and chance.random() < 0.5:
        chance.choice(wanted)["spec"]["ipRanges"] += ranges
    else:
        taker = pool_object("renamed")
        taker["spec"]["ipRanges"] = ranges
        wanted.append(taker)

"""F6 and F29 of the reliability bars, on either backend."""

import json
import random
import time
from collections import Counter
from collections.abc import Callable

from ippoolctl.domain.addresses.ranges import IPRange
from ippoolctl.domain.annotations.claims import claim_of
from ippoolctl.domain.annotations.marks import is_pending
from ippoolctl.domain.antrea.pool import Pool
from tests.kills.forge import Child
from tests.kills.kit import Kit, clean
from tests.kills.trap import When
from tests.proxy.faults import Request


def is_a_post(request: Request) -> bool:
    return request.method == "POST" and request.path.endswith("/externalippools")


def is_a_patch(request: Request) -> bool:
    return request.method == "PATCH"


def create_killed_at_each_request(kit: Kit, whens: tuple[When, ...] = tuple(When)) -> int:
    """Of a plain create; how many kills."""
    steps = kit.counted("create", "count", "--range", f"{kit.network()}.0/24", "--wait")
    for number in range(1, steps + 1):
        for when in whens:
            name, cidr = f"c-{number}-{when.name.lower()}", f"{kit.network()}.0/24"
            arguments = ("create", name, "--range", cidr, "--wait")
            assert kit.killed_at(number, when, *arguments).code == -9
            _runs_again(kit, arguments, name, (cidr,))
    return steps * len(whens)


def picking_killed_at_each_request(kit: Kit, whens: tuple[When, ...] = tuple(When)) -> int:
    """Of a create that picks its range itself, beside a pool in its way; how many kills."""

    def arguments(name: str) -> tuple[str, ...]:
        net = f"{kit.network()}.0/24"
        kit.make(f"beside-{name}", f"{net[:-5]}.0/28")
        return ("create", name, "--ips", "8", "--within", net, "--wait")

    steps = kit.counted(*arguments("count-p"))
    for number in range(1, steps + 1):
        for when in whens:
            name = f"p-{number}-{when.name.lower()}"
            picking = arguments(name)
            assert kit.killed_at(number, when, *picking).code == -9
            again = kit.forge(*picking)
            assert again.code == 0, (name, again)
            found = kit.pool(name)
            assert found is not None
            (picked,) = found.ranges
            assert isinstance(picked, IPRange)
            assert picked.span.size == 8
            clean(kit.pools())
    return steps * len(whens)


def extend_killed_at_each_request(kit: Kit, whens: tuple[When, ...] = tuple(When)) -> int:
    """Of a plain extend; how many kills."""
    own, net = f"{kit.network()}.0/24", kit.network()
    kit.make("count-e", own)
    steps = kit.counted("extend", "count-e", "--range", f"{net}.0/24", "--wait")
    for number in range(1, steps + 1):
        for when in whens:
            name = f"e-{number}-{when.name.lower()}"
            own, more = f"{kit.network()}.0/24", f"{kit.network()}.0/24"
            kit.make(name, own)
            arguments = ("extend", name, "--range", more, "--wait")
            assert kit.killed_at(number, when, *arguments).code == -9
            _runs_again(kit, arguments, name, (own, more))
    return steps * len(whens)


def growing_killed_at_each_request(kit: Kit, whens: tuple[When, ...] = tuple(When)) -> int:
    """Of an extend that picks its range itself; how many kills."""

    def arguments(name: str) -> tuple[str, ...]:
        net = kit.network()
        kit.make(name, f"{net}.0/29")
        return ("extend", name, "--ips", "6", "--within", f"{net}.0/24", "--wait")

    steps = kit.counted(*arguments("count-g"))
    for number in range(1, steps + 1):
        for when in whens:
            name = f"g-{number}-{when.name.lower()}"
            growing = arguments(name)
            assert kit.killed_at(number, when, *growing).code == -9
            again = kit.forge(*growing)
            assert again.code == 0, (name, again)
            found = kit.pool(name)
            assert found is not None
            own, added = found.ranges
            assert isinstance(own, IPRange)
            assert isinstance(added, IPRange)
            # Nothing was in the way: the first run and the next one choose the nearest range.
            assert added.span.first == own.span.last + 1, found
            assert claim_of(found) is None
            clean(kit.pools())
    return steps * len(whens)


def _runs_again(kit: Kit, arguments: tuple[str, ...], name: str, ranges: tuple[str, ...]) -> None:
    again = kit.forge(*arguments)
    assert again.code == 0, (name, again)
    found = kit.pool(name)
    assert found is not None
    assert found.texts == ranges
    clean(kit.pools())


def killed_in_a_wait(kit: Kit, chance: random.Random, times: int) -> None:
    """While the webhook's cache holds a deleted pool."""
    for number in range(times):
        cidr, name = f"{kit.network()}.0/24", f"w-{number}"
        kit.lag(0.0)
        kit.make(f"old-{number}", cidr)
        kit.make(f"pool-{number}", f"{kit.network()}.0/24")
        kit.lag(50.0)
        kit.delete(f"old-{number}")
        if number % 2:
            arguments = ("create", name, "--range", cidr, "--wait")
        else:
            name = f"pool-{number}"
            arguments = ("extend", name, "--range", cidr, "--wait")
        at = chance.randrange(10, 16)
        assert kit.killed_at(at, chance.choice(list(When)), *arguments).code == -9
        kit.lag(0.0)
        again = kit.forge(*arguments)
        assert again.code == 0, again
        found = kit.pool(name)
        assert found is not None
        assert cidr in found.texts
        clean(kit.pools())


def killed_in_a_rollback(kit: Kit, command: str, whens: tuple[When, ...] = tuple(When)) -> int:
    """After a race that was lost: a foreign pool comes first, past a webhook that does not know.

    From the write on, each request is one at which the run is killed.
    """
    kit.lag(30.0)
    write, kills = (is_a_post, 0) if command == "create" else (is_a_patch, 0)
    first = 7 if command == "create" else 5
    for number in range(first, first + 5):
        for when in whens:
            name, cidr = f"r-{command}-{number}-{when.name.lower()}", f"{kit.network()}.0/24"
            rival = f"rival-{name}"
            if command == "extend":
                kit.make(name, f"{kit.network()}.0/24")
            arguments = (command, name, "--range", cidr, "--wait", "--timeout", "20s")
            code = _killed_after_losing(kit, number, when, (rival, cidr), write, arguments)
            kills += code == -9
            again = kit.forge(*arguments)
            assert again.code in (4, 6), again
            clean(kit.pools())
            kit.delete(rival)
            kit.lag(0.0)
            _has_it(kit, arguments, name, cidr)
            kit.lag(30.0)
    kit.lag(0.0)
    return kills


def _killed_after_losing(
    kit: Kit, number: int, when: When, rival: tuple[str, str], write: Callable[[Request], bool],
    arguments: tuple[str, ...],
) -> int:  # fmt: skip
    child: list[Child] = []
    kit.trap.reset()
    kit.trap.spring(number, when, lambda: kit.forge.kill(child[0]))
    kit.trap.before(write, lambda: kit.make(*rival))
    child.append(kit.forge.start(*arguments))
    ended = kit.forge.end(child[0])
    kit.settle()
    return ended.code


def _has_it(kit: Kit, arguments: tuple[str, ...], name: str, cidr: str) -> None:
    done = kit.forge(*arguments)
    assert done.code == 0, done
    found = kit.pool(name)
    assert found is not None
    assert cidr in found.texts
    clean(kit.pools())


def killed_at_random(kit: Kit, chance: random.Random, times: int) -> Counter[str]:
    """At any request of a create or an extend; the leftovers of the killed runs."""
    left: Counter[str] = Counter()
    longest = min(_seconds_of_a_create(kit, number) for number in range(4))
    for number in range(times):
        cidr, name = f"{kit.network()}.0/24", f"x-{number}"
        ranges: tuple[str, ...] = (cidr,)
        arguments = ("create", name, "--range", cidr, "--wait")
        if number % 2:
            own = f"{kit.network()}.0/24"
            kit.make(name, own)
            arguments, ranges = ("extend", *arguments[1:]), (own, cidr)
        kit.killed_within(chance.uniform(0.0, longest), *arguments)
        left[_state(kit.pool(name), cidr)] += 1
        _runs_again(kit, arguments, name, ranges)
    return left


def _seconds_of_a_create(kit: Kit, number: int) -> float:
    """From its first request to its end, as good as it gets."""
    before = len(kit.trap.log)
    kit.counted("create", f"measure-{number}", "--range", f"{kit.network()}.0/24", "--wait")
    return time.monotonic() - kit.trap.log[before].began


def _state(pool: Pool | None, cidr: str) -> str:
    if pool is None:
        return "nothing"
    if is_pending(pool):
        return "a mark"
    if claim_of(pool) is not None:
        return "a claim"
    return "all done" if cidr in pool.texts else "nothing"


def twins(kit: Kit, chance: random.Random, rounds: int) -> Counter[tuple[int, ...]]:
    """Two runs of one request at once, one of them with little time, or killed."""
    codes: Counter[tuple[int, ...]] = Counter()
    for number in range(rounds):
        name, cidr = f"t-{number}", f"{kit.network()}.0/24"
        kit.lag(0.0)
        kit.make(f"before-{number}", cidr)
        kit.lag(chance.uniform(0.0, 0.6))
        kit.delete(f"before-{number}")
        both = [
            kit.forge.start("create", name, "--range", cidr, "--wait", "--timeout", timeout)
            for timeout in (f"{chance.randrange(50, 700)}ms", "20s")
        ]
        if number % 4 == 0:
            kit.killed_within(chance.uniform(0.0, 0.3), "create", name, "--range", cidr, "--wait")
        ended = [kit.forge.end(each) for each in both]
        codes[tuple(each.code for each in ended)] += 1
        found = kit.pool(name)
        assert ended[1].code == 0, ended
        assert found is not None, ended
        assert not is_pending(found), ended
        assert all(each.code != 70 for each in ended), ended
        clean(kit.pools())
    kit.lag(0.0)
    return codes


def extensions_and_creates(kit: Kit, count: int, lag: float) -> Counter[str]:
    """That many extensions of one pool at once, and a racing create on each of their ranges."""
    own, nets = f"{kit.network()}.0/24", [kit.network() for _ in range(count)]
    kit.make("shared", own)
    kit.lag(lag)
    more = ("--wait", "--timeout", "100s", "-o", "json")
    extensions, creates = [], []
    for number, net in enumerate(nets):
        creates.append(kit.forge.start("create", f"own-{number}", "--range", f"{net}.0/25", *more))
        extensions.append(kit.forge.start("extend", "shared", "--range", f"{net}.0/24", *more))
    codes = [(kit.forge.end(a), kit.forge.end(b)) for a, b in zip(extensions, creates, strict=True)]
    kit.lag(0.0)
    shared = kit.pool("shared")
    assert shared is not None
    won: Counter[str] = Counter()
    for number, (net, (extension, create)) in enumerate(zip(nets, codes, strict=True)):
        said = [json.loads(each.out)["items"][0] for each in (extension, create)]
        winner, loser = sorted((extension.code, create.code))
        assert (winner, loser in (4, 6)) == (0, True), said
        assert (extension.code == 0) == (f"{net}.0/24" in shared.texts), said
        assert (create.code == 0) == (kit.pool(f"own-{number}") is not None), said
        won["extend" if extension.code == 0 else "create"] += 1
    assert len(shared.texts) == 1 + won["extend"]
    clean(kit.pools())
    return won

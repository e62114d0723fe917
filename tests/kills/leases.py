"""A lease that is stopped at any of its requests."""

import signal
from collections import Counter
from datetime import UTC, datetime
from typing import Final

from ippoolctl.domain.annotations.expiry import leftovers
from tests.kills.kit import Kit
from tests.kills.trap import When

SIZE: Final = ("--ips", "6", "--within", "10.20.0.0/24")
COMMAND: Final = ("--", "true")


def stopped_at_each_request(kit: Kit, signum: signal.Signals) -> Counter[int]:
    """The codes of leases that get the signal at each of their requests.

    After a signal that can be heard nothing is left, or an error says what; after a kill, what is
    left is what ``sweep`` deletes later.
    """
    codes = Counter[int]()
    steps = kit.counted("lease", "count", *SIZE, *COMMAND)
    for number in range(1, steps + 1):
        when = When.AFTER if signum is signal.SIGKILL or number % 2 else When.BEFORE
        name = f"l-{number}"
        ended = kit.killed_at(number, when, "lease", name, *SIZE, *COMMAND, signum=signum)
        codes[ended.code] += 1
        pools = kit.pools()
        if signum is signal.SIGKILL:
            assert ended.code in (-signum, 0), (name, ended)  # it may need fewer requests
            found = leftovers(pools, datetime(9999, 1, 1, tzinfo=UTC))
            assert [each.pool for each in found if each.deletes] == [*pools], name
        else:
            assert ended.code in (0, 143), (name, ended)
            assert not pools or "may still exist" in ended.err, (name, ended)
        for each in pools:
            kit.delete(each.name)
    return codes

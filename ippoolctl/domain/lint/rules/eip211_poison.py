"""A pool that exists has a range that the webhook cannot read: every other pool is refused.

From 2.4.3 on the webhook reads all pools of its cache before it compares; one range that fails
EIP201 to EIP204 makes it refuse every CREATE and UPDATE of every *other* pool, with a sentence that
does not name the pool at fault. Such pools come from Antrea 1.15, which let them in.

What to do: delete or replace the pool at fault; a DELETE is never refused.

Source: Antrea v2.7.0 `pkg/controller/validation/ippool.go`; antrea-io/antrea PR 7319.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.ranges import BadRange, RangeError
from ippoolctl.domain.antrea.messages import unreadable
from ippoolctl.domain.antrea.releases import Line, Release
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.inventory import Inventory
from ippoolctl.domain.lint.rule import Rule


def find(inventory: Inventory, release: Release) -> Iterator[Finding]:
    """Live pools that the webhook of 2.4.3 and later cannot read."""
    if release.line is not Line.V2_4_3:
        return
    for pool in inventory.live or ():
        faulty = next((each for each in pool.ranges if isinstance(each, BadRange)), None)
        if faulty is not None and faulty.error is not RangeError.SCHEMA:
            sentence = unreadable(faulty)
            yield Finding(
                RULE.id,
                RULE.severity,
                f"pool {pool.name} exists and cannot be read, so that every other pool is refused",
                Subject(pool, ("spec", "ipRanges", pool.ranges.index(faulty)), faulty.text),
                hint=f"delete it: ippoolctl delete {pool.name}",
                answer=sentence,
            )


RULE = Rule(
    "EIP211",
    "a pool that exists makes Antrea refuse all others",
    Severity.ERROR,
    __doc__,
    find,
    needs="files alone do not tell which pools exist",
)

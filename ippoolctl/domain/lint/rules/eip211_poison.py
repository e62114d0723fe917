"""An existing pool has a range that the webhook cannot read, so it denies all other pools.

The webhook of 2.4.3 and later reads all pools of its cache before it compares; one range that
fails EIP201 to EIP204 makes it deny every CREATE and UPDATE of every *other* pool, with a message
that does not name the pool at fault. Such pools come from Antrea 1.15, which admits them.

What to do: delete or replace the pool at fault; a DELETE is never denied.

Source: Antrea v2.7.0 `pkg/controller/validation/ippool.go`; antrea-io/antrea PR 7319.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.ranges import BadRange, RangeError
from ippoolctl.domain.antrea.messages import unreadable
from ippoolctl.domain.antrea.releases import Line, Release
from ippoolctl.domain.lint.fact import LIVE_POOLS
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Live pools that the webhook of 2.4.3 and later cannot read."""
    if facts.release.line is not Line.V2_4_3:
        return
    for pool in facts.live_pools:
        faulty = next((each for each in pool.ranges if isinstance(each, BadRange)), None)
        if faulty is not None and faulty.error is not RangeError.SCHEMA:
            yield RULE.finding(
                f"pool {pool.name} has an invalid range, so the webhook denies all other pools",
                Subject(pool, ("spec", "ipRanges", pool.ranges.index(faulty)), faulty.text),
                hint=f"delete it: ippoolctl delete {pool.name}",
                answer=unreadable(faulty),
            )


def _follows(finding: Finding, release: Release) -> bool:
    # A release that admits an invalid range passes it on to the later ones that cannot read it.
    in_range = finding.subject.path[:2] == ("spec", "ipRanges")
    return in_range and finding.severity is Severity.WARNING


RULE = Rule(
    id="EIP211",
    name="poison",
    severity=Severity.ERROR,
    title="an existing pool makes Antrea deny all other pools",
    page=__doc__,
    find=find,
    needs=(LIVE_POOLS,),
    from_admission=True,
    concerns_every_pool=True,
    follows_from=("EIP201", "EIP202", "EIP203", "EIP204"),
    follows=_follows,
)

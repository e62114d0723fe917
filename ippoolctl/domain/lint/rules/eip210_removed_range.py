"""An update removes a range or changes its text.

Antrea only allows adding ranges. It compares their text: `10.0.0.1/24` and `10.0.0.0/24` are
two ranges, and so are `10.0.0.0/24` and `10.0.0.0/16`. The order does not matter. To remove a
range, delete and recreate the pool.

Source: `validate.go`, every Antrea release; antrea-io/antrea issues 6874, 7143 and 7191.
"""

from collections.abc import Iterator

from ippoolctl.domain.antrea.messages import removed
from ippoolctl.domain.lint.facts import LIVE_POOLS, Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Written pools without ranges of the live pool of their name."""
    live = {each.name: each for each in facts.live_pools}
    for pool in facts.pools:
        old = live.get(pool.name)
        gone = [] if old is None else [text for text in old.texts if text not in pool.texts]
        if gone:
            yield RULE.finding(
                f"pool {pool.name}: the update removes {', '.join(sorted(set(gone)))}",
                Subject(pool, ("spec", "ipRanges")),
                hint="keep these ranges unchanged, or delete and recreate the pool",
                answer=removed(gone, facts.release.line),
            )


RULE = Rule(
    id="EIP210",
    name="removed-range",
    severity=Severity.ERROR,
    title="an update removes or rewrites a range",
    page=__doc__,
    find=find,
    needs=(LIVE_POOLS,),
    from_admission=True,
)

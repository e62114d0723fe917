"""An update removes a range or changes its text.

Antrea only allows adding ranges. It compares their text: `10.0.0.1/24` and `10.0.0.0/24` are
two ranges, and so are `10.0.0.0/24` and `10.0.0.0/16`. The order does not matter. To remove a
range, delete and recreate the pool.

Source: `validate.go`, every Antrea release; antrea-io/antrea issues 6874, 7143 and 7191.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.addresses.range_change import Effect, RangeChange, range_change
from ippoolctl.domain.antrea.messages import removed
from ippoolctl.domain.lint.fact import LIVE_POOLS
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Written pools without ranges of the live pool of their name."""
    live = {each.name: each for each in facts.live_pools}
    for pool in facts.pools:
        old = live.get(pool.name)
        if old is None:
            continue
        kept = set(pool.texts)
        gone = [text for text in old.texts if text not in kept]
        if gone:
            change = range_change(old.ranges, pool.ranges)
            yield RULE.finding(
                f"pool {pool.name}: the update removes {', '.join(sorted(set(gone)))}"
                f" ({_effect(change)})",
                Subject(pool, ("spec", "ipRanges")),
                hint=_fix(change),
                answer=removed(gone, facts.release.line),
            )


def _effect(change: RangeChange) -> str:
    if change.effect is Effect.RESPELLED:
        return "no address changes, only the text"
    if change.appendable:
        return "it only adds addresses"
    noun = "address" if change.lost_size == 1 else "addresses"
    return f"{change.lost_size} {noun} would go"


def _fix(change: RangeChange) -> str:
    if change.appendable:
        added = ", ".join(span_text(*each) for each in change.appendable)
        return f"keep these ranges unchanged, and append {added}"
    if change.effect is Effect.RESPELLED:
        return "keep the text of these ranges"
    return "keep these ranges unchanged, or delete and recreate the pool"


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

"""A pool is deleted but not gone: it waits for finalizers.

Antrea sets no finalizer, so another program did and has not removed it yet. Until then the pool
exists for the webhook: its ranges cannot be used by another pool, and no pool of its name can be
created.

Example:
    metadata:
      deletionTimestamp: "2026-01-01T00:00:00Z"
      finalizers: [example.com/cleanup]

What to do: find out why the program that owns the finalizer does not remove it. If that program is
gone, remove the finalizer with `kubectl edit`; the pool is then gone at once. After:

    metadata:
      finalizers: []

Source: Kubernetes v1.36 documentation "Finalizers"; Antrea v2.7.0 sets none on ExternalIPPools.

"""

from collections.abc import Iterator

from ippoolctl.domain.lint.fact import LIVE_POOLS
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Live pools with a deletion timestamp."""
    for pool in facts.known(LIVE_POOLS):
        if pool.live and pool.live.deleted:
            by = ", ".join(pool.live.finalizers) or "none"
            yield RULE.finding(
                f"pool {pool.label} has been terminating since {pool.live.deleted} and still has"
                f" its ranges; finalizers: {by}",
                Subject(pool),
                hint="see why the owner of the finalizer does not remove it",
            )


RULE = Rule(
    id="EIP702",
    name="terminating",
    severity=Severity.WARNING,
    title="a pool is terminating and still has its ranges",
    page=__doc__,
    find=find,
    needs=(LIVE_POOLS,),
)

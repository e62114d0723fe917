"""A Service refers to a pool that does not exist: it stays pending without a word.

Antrea writes neither a condition nor an event for such a Service. It gets an address as soon as the
pool exists.

Example: the pool is called edge, and a Service of type LoadBalancer has

    metadata:
      annotations:
        service.antrea.io/external-ip-pool: egde

What to do: correct the name, or create the pool. Before, as above; after:

    metadata:
      annotations:
        service.antrea.io/external-ip-pool: edge

Source: Antrea v2.7.0 `pkg/controller/serviceexternalip/controller.go`, `syncService`; no issue is
known.
"""

from collections.abc import Iterator

from ippoolctl.domain.lint.facts import LIVE_POOLS, SERVICES, Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.surroundings.waiting import Cause


def find(facts: Facts) -> Iterator[Finding]:
    """Services of missing pools."""
    for request, cause, _ in facts.waiting:
        if cause is Cause.NO_POOL and request.by.kind == "Service":
            yield RULE.finding(
                f"{request.by.label} refers to pool {request.pool}, which does not exist",
                Subject(request.by, request.pool_path),
                hint="create the pool, or correct the annotation",
            )


RULE = Rule(
    id="EIP602",
    name="service-without-pool",
    severity=Severity.ERROR,
    title="a Service refers to a pool that does not exist",
    page=__doc__,
    find=find,
    needs=(LIVE_POOLS, SERVICES),
)

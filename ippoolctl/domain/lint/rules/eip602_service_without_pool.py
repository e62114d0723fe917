"""A Service refers to a pool that does not exist: it silently stays pending.

Antrea writes neither a condition nor an event for such a Service. It gets an address as soon as the
pool exists.

Example: the pool is called edge, and a Service of type LoadBalancer has

    metadata:
      annotations:
        service.antrea.io/external-ip-pool: egde

What to do: fix the name, or create the pool. After:

    metadata:
      annotations:
        service.antrea.io/external-ip-pool: edge

Source: Antrea v2.7.0 `pkg/controller/serviceexternalip/controller.go` (`syncService` logs the error
and waits for an event of the pool); no issue is known.
"""

from ippoolctl.domain.lint.fact import LIVE_POOLS, SERVICES
from ippoolctl.domain.lint.families.requests import without_pool
from ippoolctl.domain.lint.finding import Severity
from ippoolctl.domain.lint.rule import Rule

RULE = Rule(
    id="EIP602",
    name="service-without-pool",
    severity=Severity.ERROR,
    title="a Service refers to a pool that does not exist",
    page=__doc__,
    find=without_pool("EIP602", "Service", "create the pool, or fix the annotation"),
    needs=(LIVE_POOLS, SERVICES),
)

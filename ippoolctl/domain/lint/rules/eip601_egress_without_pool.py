"""An Egress refers to a pool that does not exist.

The webhook admits it as long as `egressIP` is empty. The Egress gets no address, and the traffic of
its Pods leaves with the address of their Node. If the pool existed before, the controller has also
removed `egressIP` of the Egress.

Example: the pool is called edge, and an Egress has

    spec:
      externalIPPool: egde

What to do: correct the name, or create the pool; the controller then assigns an address at once.
Before, as above; after:

    spec:
      externalIPPool: edge

Source: Antrea v2.7.0 `pkg/controller/egress/validate.go` and `pkg/controller/egress/controller.go`
(condition `ExternalIPPool egde does not exist`); antrea-io/antrea issue 6718.
"""

from collections.abc import Iterator

from ippoolctl.domain.lint.facts import EGRESSES, LIVE_POOLS, Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.surroundings.waiting import Cause


def find(facts: Facts) -> Iterator[Finding]:
    """Egresses of missing pools."""
    for request, cause, _ in facts.waiting:
        if cause is Cause.NO_POOL and request.by.kind == "Egress":
            yield RULE.finding(
                f"{request.by.label} refers to pool {request.pool}, which does not exist",
                Subject(request.by, request.pool_path),
                hint="create the pool, or correct externalIPPool",
            )


RULE = Rule(
    id="EIP601",
    name="egress-without-pool",
    severity=Severity.ERROR,
    title="an Egress refers to a pool that does not exist",
    page=__doc__,
    find=find,
    needs=(LIVE_POOLS, EGRESSES),
)

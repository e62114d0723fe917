"""An Egress refers to a pool that does not exist.

The webhook admits it as long as `egressIP` is empty. The Egress gets no address, and the traffic of
its Pods leaves with the address of their Node. If the pool existed before, the controller has also
removed `egressIP` of the Egress.

Example: the pool is called edge, and an Egress has

    spec:
      externalIPPool: egde

What to do: fix the name, or create the pool; the controller then assigns an address at once. After:

    spec:
      externalIPPool: edge

Source: Antrea v2.7.0 `pkg/controller/egress/validate.go` and `pkg/controller/egress/controller.go`
(condition `ExternalIPPool egde does not exist`); antrea-io/antrea issue 6718.
"""

from ippoolctl.domain.lint.fact import EGRESSES, LIVE_POOLS
from ippoolctl.domain.lint.families.requests import without_pool
from ippoolctl.domain.lint.finding import Severity
from ippoolctl.domain.lint.rule import Rule

RULE = Rule(
    id="EIP601",
    name="egress-without-pool",
    severity=Severity.ERROR,
    title="an Egress refers to a pool that does not exist",
    page=__doc__,
    find=without_pool("EIP601", "Egress", "create the pool, or fix externalIPPool"),
    needs=(LIVE_POOLS, EGRESSES),
)

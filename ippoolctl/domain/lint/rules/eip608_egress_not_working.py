"""An Egress does not work: it has no address, or no Node has its address.

The traffic of its Pods then leaves with the address of their Node. Antrea reports it in the
conditions `IPAllocated` and `IPAssigned` (since 1.14) and in `status.egressNode`. An Egress is not
repeated here if another rule reports the cause: a missing pool (EIP601), an address outside the
pool (EIP603), of another consumer (EIP605) or reserved (EIP607), and a full pool (EIP411).

A static address, of an Egress without a pool, has to be configured on a Node by other means.

Example: no Node of the pool is ready:

    status:
      egressIP: 10.0.0.5
      egressNode: ""
      conditions:
      - type: IPAssigned
        status: "False"
        message: "Failed to assign the IP to EgressNode: no Node available"

What to do: look at the message, at the Nodes that `nodeSelector` of the pool selects (EIP508) and
at their antrea-agents. Afterwards:

    status:
      egressIP: 10.0.0.5
      egressNode: node-1

Source: Antrea v2.7.0 `pkg/controller/egress/controller.go` and
`pkg/agent/controller/egress/egress_controller.go`; antrea-io/antrea issues 6228 and 6310.
"""

from collections.abc import Iterator
from typing import Final

from ippoolctl.domain.lint.fact import EGRESSES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.surroundings.egress import Egress
from ippoolctl.domain.surroundings.waiting import Cause


def find(facts: Facts) -> Iterator[Finding]:
    """Egresses whose status says that they do not work."""
    full = {id(each.request.by) for each in facts.waiting if each.cause is Cause.FULL}
    live = {pool.name: pool for pool in facts.live_pools}
    for egress in facts.known(EGRESSES):
        found = _problem(egress) if egress.reference.stored and not egress.has_plurals else None
        if found:
            pool = live.get(egress.pool) if id(egress.reference) in full else None
            yield RULE.finding(
                f"{egress.reference.label} does not work: {found[0]}",
                Subject(egress.reference, ("status",)),
                Subject(pool, ("spec", "ipRanges")) if pool else None,
                hint=found[1],
            )


_NO_ADDRESS: Final = "it has no address"
_LOOK_AT_LOG: Final = "see the log of antrea-controller"
_LOOK_AT_NODES: Final = "check the Nodes that the pool selects, and their antrea-agents"


def _problem(egress: Egress) -> tuple[str, str] | None:
    """What the status says, and what to look at."""
    failed = {each.type: each.message for each in egress.conditions if each.status == "False"}
    if "IPAllocated" in failed:
        return failed["IPAllocated"] or _NO_ADDRESS, _LOOK_AT_LOG
    if not egress.address_text:
        return (_NO_ADDRESS, _LOOK_AT_LOG) if egress.pool else None
    if "IPAssigned" in failed or not egress.node:
        text = failed.get("IPAssigned") or f"no Node has {egress.address_text}"
        static = "configure the address on a Node, or set externalIPPool"
        return text, _LOOK_AT_NODES if egress.pool else static
    return None


RULE = Rule(
    id="EIP608",
    name="egress-not-working",
    severity=Severity.ERROR,
    title="an Egress has no address, or no Node has it",
    page=__doc__,
    find=find,
    needs=(EGRESSES,),
    explained_by=("EIP411", "EIP601", "EIP603", "EIP605", "EIP607"),
)

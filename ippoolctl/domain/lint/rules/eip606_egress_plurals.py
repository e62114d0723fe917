"""An Egress uses `egressIPs` or `externalIPPools`, which no release supports.

The CRD has both fields since Antrea 1.12, and the webhook of every release up to 2.7 denies an
Egress with one of them (`spec.egressIPs is not supported yet`).

Example:
    spec:
      externalIPPools: [edge-v4, edge-v6]

What to do: one Egress for each address. After:

    spec:
      externalIPPool: edge-v4
    ---
    spec:
      externalIPPool: edge-v6

Source: Antrea v1.12.0 to v2.7.0 `pkg/controller/egress/validate.go`; antrea-io/antrea issue 4532.

"""

from collections.abc import Iterator

from ippoolctl.domain.lint.fact import EGRESSES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Egresses with a plural field."""
    for egress in facts.known(EGRESSES):
        if egress.has_plurals:
            yield RULE.finding(
                f"{egress.reference.label} uses egressIPs or externalIPPools, which the webhook"
                " denies",
                Subject(egress.reference, ("spec",)),
                hint="use egressIP and externalIPPool, and one Egress for each address",
            )


RULE = Rule(
    id="EIP606",
    name="egress-plurals",
    severity=Severity.ERROR,
    title="an Egress uses egressIPs or externalIPPools",
    page=__doc__,
    find=find,
    needs=(EGRESSES,),
)

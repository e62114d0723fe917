"""Egress and ServiceExternalIP are both disabled: no pool can be created or updated.

The webhook is registered in any case, but antrea-controller serves it only if one of the two
feature gates is enabled. Every create and update of a pool then fails with `the server could not
find the requested resource`. ServiceExternalIP is enabled by default since Antrea 2.3.

Example, in the ConfigMap `antrea-config`:

    antrea-controller.conf: |
      featureGates:
        Egress: false
        ServiceExternalIP: false

What to do: enable one of the two and restart antrea-controller. After:

    antrea-controller.conf: |
      featureGates:
        Egress: true
        ServiceExternalIP: false

Source: Antrea v2.7.0 `pkg/apiserver/apiserver.go` and `pkg/features/antrea_features.go`; no issue
is known.
"""

from collections.abc import Iterator

from ippoolctl.domain.lint.fact import ANTREA_CONFIG
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.surroundings.installation.feature_gates import (
    EGRESS,
    SERVICE_EXTERNAL_IP,
    is_on,
)


def find(facts: Facts) -> Iterator[Finding]:
    """The configuration, if both gates are disabled."""
    for config in facts.known(ANTREA_CONFIG):
        gates = config.controller_gates
        if not any(is_on(each, gates, facts.release) for each in (EGRESS, SERVICE_EXTERNAL_IP)):
            yield RULE.finding(
                "the feature gates Egress and ServiceExternalIP of antrea-controller are disabled:"
                " every create and update of a pool fails",
                Subject(config.reference, ("data",)),
                hint="enable one of them, and restart antrea-controller",
            )


RULE = Rule(
    id="EIP704",
    name="webhook-not-served",
    severity=Severity.ERROR,
    title="no pool can be created: both feature gates are disabled",
    page=__doc__,
    find=find,
    needs=(ANTREA_CONFIG,),
    concerns_every_pool=True,
)

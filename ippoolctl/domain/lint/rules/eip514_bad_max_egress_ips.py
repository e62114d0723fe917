"""The annotation `node.antrea.io/max-egress-ips` of a Node is invalid.

Nothing checks it when it is set. Agents ignore text that is not an integer and use the limit of
their configuration. They accept a negative number, and then the Node silently gets no Egress
address; and they accept a number above 255, although no more than 255 addresses of a Node can work.
Agents after Antrea 2.7.0 ignore such numbers too.

Example:
    metadata:
      annotations:
        node.antrea.io/max-egress-ips: "1000"

What to do: use an integer from 0 to 255. After:

    metadata:
      annotations:
        node.antrea.io/max-egress-ips: "255"

Source: Antrea v2.7.0 `pkg/agent/controller/egress/ip_scheduler.go`
(`getMaxEgressIPsFromAnnotation` uses `strconv.Atoi`); antrea-io/antrea issue 8115, and pull request
4593 about the 255 packet marks of a Node.

"""

from collections.abc import Iterator

from ippoolctl.domain.characters import quoted
from ippoolctl.domain.lint.fact import NODES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.surroundings.node import MAX_EGRESS_IPS, MOST_EGRESS_IPS, go_integer


def find(facts: Facts) -> Iterator[Finding]:
    """Nodes with such an annotation."""
    for node in facts.known(NODES):
        text = node.max_egress_ips
        if text is None:
            continue
        number = go_integer(text)
        if number is None:
            effect = "is not an integer and is ignored"
        elif number < 0:
            effect = "is negative; the Node gets no Egress address"
        elif number > MOST_EGRESS_IPS:
            effect = f"is above {MOST_EGRESS_IPS}; no more than {MOST_EGRESS_IPS} addresses work"
        else:
            continue
        yield RULE.finding(
            f"{node.reference.label}: {MAX_EGRESS_IPS} {quoted(text)} {effect}",
            Subject(node.reference, ("metadata", "annotations", MAX_EGRESS_IPS)),
            hint=f"use an integer from 0 to {MOST_EGRESS_IPS}",
        )


RULE = Rule(
    id="EIP514",
    name="bad-max-egress-ips",
    severity=Severity.WARNING,
    title="the annotation max-egress-ips of a Node is invalid",
    page=__doc__,
    find=find,
    needs=(NODES,),
)

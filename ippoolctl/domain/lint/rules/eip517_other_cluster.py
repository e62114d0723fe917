"""A range of a pool has addresses in common with a range of a pool of another cluster.

Antrea and its webhook look at one cluster only. If the Nodes of both clusters are in the same
network, two of them answer for one address, and its traffic arrives now at one cluster, now at the
other.

Clusters are compared by `ippoolctl check --context a --context b`, and directories of manifests,
one for each cluster, by `ippoolctl check a/ b/ --group-by dir`. Whole ranges are compared, also
those of pools with the same name. Overlaps within a cluster are findings of EIP208 and EIP209.

What to do: change the range of one of the two pools. If the two networks never meet, or only one of
the clusters is active at a time, accept the overlap in the configuration:

    acceptedOverlaps:
      - pools: [a/edge, b/edge]   # a/* stands for all pools of cluster a
        reason: only one of the two is active
        expires: 2027-01-31

Source: Antrea v2.7.0 `pkg/controller/externalippool/validate.go`, which lists the pools of its own
cluster; RFC 5227, on two hosts that answer for one IPv4 address.
"""

from collections.abc import Iterator

from ippoolctl.domain.lint.fact import GROUPS
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.lookups import GroupSide
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Overlapping ranges of two clusters, or of two directories."""
    groups = facts.get(GROUPS) or ()

    def side(found: GroupSide) -> tuple[Subject, str]:
        number, (pool, position, _) = found
        group, own_facts = groups[number]
        subject = own_facts.subject(pool, position)._replace(group=group)
        return subject, f"range {subject.text} of pool {subject.holder} in {group.label}"

    for earlier, later, common in facts.group_overlaps.pairs:
        own, text = side(later)
        other, other_text = side(earlier)
        yield RULE.finding(
            f"{text} overlaps with {other_text}",
            own,
            other,
            common,
            hint="change the range of one of the two pools, or accept the overlap if their"
            " networks never meet",
        )


RULE = Rule(
    id="EIP517",
    name="other-cluster",
    severity=Severity.ERROR,
    title="ranges of pools of two clusters overlap",
    page=__doc__,
    find=find,
    uses=(GROUPS,),
    between_groups=True,
    can_be_accepted=True,
    solved_by_free_range=True,
)

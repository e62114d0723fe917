"""Two existing pools overlap, and neither can be updated.

Antrea validates every update of a pool like a new pool, with all its ranges. So a change of labels
or of the nodeSelector, even the removal of a finalizer, is denied for both pools until one of them
is deleted. A consequence of EIP209, listed in its findings.

Source: Antrea v2.7.0 `validate.go`: UPDATE validates all ranges against all other pools.
"""

from ippoolctl.domain.antrea.releases import Line, Release
from ippoolctl.domain.lint.families.consequences import consequence_rule
from ippoolctl.domain.lint.finding import Finding


def _follows(finding: Finding, release: Release) -> bool:
    of_two_pools = finding.other is not None and finding.other.about is not finding.subject.about
    return of_two_pools and release.line is not Line.V1_15


RULE = consequence_rule(
    "EIP212",
    "frozen",
    "overlapping pools cannot be updated",
    "cannot be updated if both exist",
    __doc__,
    follows_from=("EIP209",),
    follows=_follows,
)

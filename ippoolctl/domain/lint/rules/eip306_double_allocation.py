"""An address of overlapping ranges can be assigned twice.

Each range has its own allocator, and allocators are not compared. Two Egresses or Services can get
the same address, and traffic is misdirected. A consequence of EIP208 and EIP209, listed in their
findings.

Source: Antrea v2.7.0 `pkg/ipam/ipallocator/allocator.go`; antrea-io/antrea issue 2946.
"""

from ippoolctl.domain.antrea.releases import Line, Release
from ippoolctl.domain.lint.families.consequences import consequence_rule
from ippoolctl.domain.lint.finding import Finding


def _follows(finding: Finding, release: Release) -> bool:
    # Only 1.15 admits a pool whose own ranges overlap.
    of_one_pool = finding.other is not None and finding.other.about is finding.subject.about
    return not of_one_pool or release.line is Line.V1_15


RULE = consequence_rule(
    "EIP306",
    "double-allocation",
    "an address can be assigned twice",
    "can assign the same addresses twice if both exist",
    __doc__,
    follows_from=("EIP208", "EIP209"),
    follows=_follows,
    undetected=True,
)

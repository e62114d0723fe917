"""Antrea's feature gates for external addresses, and their defaults.

Source: ``pkg/features/antrea_features.go`` of v1.15.0 to v2.7.0 (``docs/feature-gates.md`` of v2.7
is wrong about ServiceExternalIP), and ``SetFromMap`` in ``k8s.io/component-base/featuregate``.
"""

from collections.abc import Mapping
from typing import Final

from ippoolctl.domain.antrea.releases import Release

EGRESS: Final = "Egress"
SERVICE_EXTERNAL_IP: Final = "ServiceExternalIP"
EGRESS_SEPARATE_SUBNET: Final = "EgressSeparateSubnet"

_ON_SINCE: Final = {
    EGRESS: Release(1, 6, 0),
    SERVICE_EXTERNAL_IP: Release(2, 3, 0),
    EGRESS_SEPARATE_SUBNET: Release(2, 3, 0),
}
"""The first release in which a gate is beta, and on by default; before, it is alpha and off."""


def is_on(gate: str, configured: Mapping[str, bool], release: Release) -> bool:
    """Whether a gate is on, with these gates in the configuration.

    The gate itself counts more than ``AllAlpha`` and ``AllBeta``, which set all of a stage.
    """
    by_default = release >= _ON_SINCE[gate]
    return configured.get(gate, configured.get("AllBeta" if by_default else "AllAlpha", by_default))

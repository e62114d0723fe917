"""The enabled feature gates of Antrea."""

import pytest

from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.surroundings.installation.feature_gates import (
    EGRESS,
    EGRESS_SEPARATE_SUBNET,
    SERVICE_EXTERNAL_IP,
    is_on,
)

LATER, EARLIER = Release(2, 3, 0), Release(2, 2, 0)


@pytest.mark.parametrize("gate", [SERVICE_EXTERNAL_IP, EGRESS_SEPARATE_SUBNET])
def test_all_alpha_and_all_beta_set_the_gates_of_their_stage(gate: str) -> None:
    assert is_on(gate, {"AllAlpha": True}, EARLIER)
    assert not is_on(gate, {"AllBeta": True}, EARLIER)
    assert not is_on(gate, {"AllBeta": False}, LATER)
    assert is_on(gate, {"AllAlpha": False}, LATER)
    assert not is_on(EGRESS, {"AllBeta": False}, EARLIER)


def test_a_feature_gate_overrides_the_gate_of_its_stage() -> None:
    assert not is_on(SERVICE_EXTERNAL_IP, {"AllAlpha": True, SERVICE_EXTERNAL_IP: False}, EARLIER)
    assert is_on(EGRESS, {EGRESS: True, "AllBeta": False}, LATER)

"""The recorded answers for the sandbox are those of the real control plane."""

from collections.abc import Iterator

import pytest

from tests.e2e.parity_backend import RealBackend
from tests.parity.conformance import EXEMPT, PROBES
from tests.parity.registry import Probe
from tests.parity.runner import ANSWERS, known, recorded, run


@pytest.fixture(scope="session")
def backend(whole_cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealBackend]:
    real = RealBackend(whole_cluster, tmp_path_factory.mktemp("parity"))
    yield real
    real.close()


@pytest.mark.parametrize("probe", PROBES, ids=str)
def test_the_real_server_answers_as_recorded(backend, whole_cluster, probe: Probe) -> None:
    assert run(probe, backend) == recorded(probe)
    assert not whole_cluster.webhook.errors


def test_every_answer_on_record_has_its_probe() -> None:
    probes: dict[str, list[str]] = {}
    for each in PROBES:
        probes.setdefault(each.subject, []).append(each.name)

    assert EXEMPT.keys() <= {each.name for each in PROBES}
    assert {each.stem: list(known(each.stem)) for each in ANSWERS.glob("*.json")} == probes

"""The sandbox against the recorded answers of a real API server.

What a real API server answered to every probe is in ``answers/``; ``tests/e2e/test_parity.py``
holds that recording against the real server, and this module holds the sandbox against it.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.parity.comparison import comparable
from tests.parity.conformance import EXEMPT, PROBES
from tests.parity.registry import Probe
from tests.parity.runner import recorded, run
from tests.parity.sandbox_backend import SandboxBackend

CLAIMED = [each for each in PROBES if each.name not in EXEMPT]
OTHERS = [each for each in PROBES if each.name in EXEMPT]


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxBackend]:
    sandbox = SandboxBackend(tmp_path_factory.mktemp("parity"))
    yield sandbox
    sandbox.close()


@pytest.mark.parametrize("probe", CLAIMED, ids=str)
def test_the_sandbox_answers_as_the_real_server_does(backend, probe: Probe) -> None:
    assert comparable(run(probe, backend)) == comparable(recorded(probe))


@pytest.mark.parametrize("probe", OTHERS, ids=str)
def test_the_sandbox_refuses_the_exempt_probes(backend, probe: Probe) -> None:
    answers = run(probe, backend)

    assert answers
    assert all(_is_unsupported(each) for each in answers), answers


def _is_unsupported(answer: dict[str, Any]) -> bool:
    match answer:
        case {"exit": 1, "stderr": [line]}:
            return "the sandbox does not serve server-side apply" in line
        case {"status": 415, "body": {"reason": "UnsupportedMediaType"}}:
            return True
    return False

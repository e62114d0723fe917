"""A sandbox, and the seed of this run."""

import os
import random
from collections.abc import Iterator

import pytest

from ippoolctl.sandbox.sandbox import Sandbox, Settings
from tests.scenarios.backend import SandboxBackend

SEED = "SCENARIO_SEED"
"""The variable that replays a run."""


@pytest.fixture
def seed() -> int:
    """A new one each time, printed by a failing test; ``SCENARIO_SEED=… make test`` replays it."""
    said = os.environ.get(SEED)
    return int(said) if said else random.SystemRandom().randrange(10**6)


@pytest.fixture
def backend() -> Iterator[SandboxBackend]:
    with Sandbox(Settings(lag=0.2)) as sandbox:
        yield SandboxBackend(sandbox)

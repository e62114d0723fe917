"""The fake gateway keeps the contract."""

import pytest

from tests.engine.gateway_contract import *  # noqa: F403 - the contract's tests
from tests.fakes import FakeClock, FakeCluster, FakeGateway


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway(FakeCluster(FakeClock()))

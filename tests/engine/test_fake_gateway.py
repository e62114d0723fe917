"""The fake gateway keeps the contract."""

import pytest

from tests.engine.consumer_contract import *  # noqa: F403
from tests.engine.gateway_contract import *  # noqa: F403 - the contract's tests
from tests.engine.watch_contract import *  # noqa: F403
from tests.fakes import FakeClock, FakeCluster, FakeGateway


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway(FakeCluster(FakeClock()))


@pytest.fixture
def put(gateway: FakeGateway) -> Put:  # noqa: F405
    return gateway.cluster.put_other

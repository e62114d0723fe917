"""How a request knows its own pool again."""

import pytest

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.request import Request
from tests.builders import live_pool, pool

REQUEST = Request(pool("mine", "10.0.0.0/24"), "mine/1")
MORE = live_pool("mine", "10.0.0.0/24", "10.1.0.0/24", request_id="mine/1")


def test_a_request_owns_live_pools_with_its_id() -> None:
    assert REQUEST.owns(live_pool("mine", request_id="mine/1"))
    assert REQUEST.owns(live_pool("mine", request_id="mine/1", pending=True, used=3))
    assert not REQUEST.owns(live_pool("mine", request_id="mine/2"))
    assert not REQUEST.owns(live_pool("mine"))
    assert not REQUEST.owns(live_pool("mine", request_id="mine/1", deleted=True))
    assert not REQUEST.owns(MORE._replace(live=None))


def test_all_ranges_of_our_own_pool_are_verified() -> None:
    request = REQUEST.as_it_stands([live_pool("other", "10.7.0.0/24", request_id="mine/1"), MORE])

    assert request.pool == MORE
    assert (request.id, request.name) == (REQUEST.id, REQUEST.name)


@pytest.mark.parametrize(
    "there",
    [
        live_pool("mine", "10.0.0.0/24", "10.1.0.0/24", request_id="mine/2"),
        live_pool("mine", "10.1.0.0/24", request_id="mine/1"),
        live_pool("other", "10.0.0.0/24", "10.1.0.0/24", request_id="mine/1"),
    ],
)
def test_a_request_is_not_replaced_by_another_pool(there: Pool) -> None:
    assert REQUEST.as_it_stands([there]) is REQUEST
    assert REQUEST.as_it_stands([]) is REQUEST

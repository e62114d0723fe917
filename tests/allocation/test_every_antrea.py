"""Parallel commands get ranges without overlaps with every Antrea release and without a webhook."""

from collections.abc import Callable

import pytest

from ippoolctl.domain.antrea.releases import parse_release
from ippoolctl.sandbox.antrea.webhook import CONFIGURATION, InjectedFailure
from ippoolctl.sandbox.apiserver.kinds import WEBHOOKS
from ippoolctl.sandbox.sandbox import Settings
from tests.allocation.clients import CLIENTS, commands_at_once, fresh, marked, overlaps
from tests.allocation.conftest import Field

MakeField = Callable[[Settings], Field]


def all_have_their_own(where: Field) -> None:
    ends = commands_at_once(where.config, fresh(0))

    pools = where.server.pools()
    assert [each.code for each in ends] == [0] * CLIENTS
    assert (len(pools), overlaps(pools), marked(pools)) == (CLIENTS, 0, [])


@pytest.mark.parametrize("release", ["1.15", "2.4.2", "2.7"])
def test_stale_denials_of_every_release_are_recognised(field: MakeField, release: str) -> None:
    where = field(Settings(release=parse_release(release), lag=0.0))
    for block in range(0, 64, 8):
        assert where.server.create(f"old-{block}", f"10.0.0.{block}/29") == 201
    where.sandbox.cache.lag = 3.0
    for block in range(0, 64, 8):
        assert where.server.delete(f"old-{block}") == 200

    all_have_their_own(where)


@pytest.mark.parametrize("lag", [0.0, 2.0])
def test_ranges_do_not_overlap_without_a_webhook(field: MakeField, lag: float) -> None:
    where = field(Settings(lag=lag))
    before = where.sandbox.store.get(WEBHOOKS.resource, CONFIGURATION)
    where.sandbox.store.commit(WEBHOOKS.resource, CONFIGURATION, before, None)

    all_have_their_own(where)


def test_ranges_do_not_overlap_when_the_webhook_admits_everything(field: MakeField) -> None:
    where = field(Settings())
    where.sandbox.webhook.failure = InjectedFailure.ALLOW

    all_have_their_own(where)

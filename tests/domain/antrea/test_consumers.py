"""Consumers of a pool, and whether it is in use."""

import pytest

from ippoolctl.domain.antrea.consumers import Consumer, Consumers, InUse, users_of
from tests.builders import live_pool, pool

WEB = Consumer("Service", "shop/web", "a", "10.0.0.1")
OUT = Consumer("Egress", "out", "a")
OTHER = Consumer("Egress", "other", "b", "10.1.0.1")


def test_a_consumer_has_a_text_with_kind_name_and_address() -> None:
    assert [each.text for each in (WEB, OUT)] == [
        "Service shop/web holds 10.0.0.1",
        "Egress out has no address yet",
    ]


@pytest.mark.parametrize(
    ("used", "known", "unseen", "expected"),
    [
        (None, (), (), None),
        (3, (), (), None),
        (3, (OTHER,), (), None),
        (0, (), ("Service",), None),
        (None, (), ("Service",), None),
        (1, (), ("Service",), InUse((), 1)),
        (None, (WEB,), (), InUse((WEB,), 0)),
        (5, (WEB, OTHER, OUT), (), InUse((OUT, WEB), 5)),
    ],
)
def test_a_pool_is_in_use_by_its_consumers_or_without_permission_by_its_status(
    used: int | None, known: tuple[Consumer, ...], unseen: tuple[str, ...], expected: InUse | None
) -> None:
    pool = live_pool("a", "10.0.0.0/28", used=used)

    assert users_of(pool, Consumers(known, unseen)) == expected


def test_an_egress_object_does_not_show_a_requested_address() -> None:
    assert not Consumer("Egress", "out", "a", "10.0.0.1").pinned


def test_a_pool_that_is_not_live_is_in_use_by_its_consumers_alone() -> None:
    asked = pool("a", "10.0.0.0/28")

    assert users_of(asked, Consumers((WEB,), ("Egress",))) == InUse((WEB,), 0)
    assert users_of(asked, Consumers((), ("Egress", "Service"))) is None

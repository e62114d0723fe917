"""Causes, reports, outcomes and the result of replacing pools as values."""

from dataclasses import fields
from typing import Any

import pytest

from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.outcome import Outcome, Report, ReportKind, State, WaitEvent
from ippoolctl.domain.protocol.relocated import EndKind, Placed, PlaceState, Relocated
from ippoolctl.errors import ExitCode

MESSAGE = Cause(CauseKind.VERBATIM)


@pytest.mark.parametrize(
    ("value", "given"),
    [
        (MESSAGE, {"kind"}),
        (Report(ReportKind.TEXT), {"kind"}),
        (Outcome("a", State.REFUSED, ExitCode.REFUSED), {"pool", "state", "code"}),
        (WaitEvent(MESSAGE), {"cause"}),
        (Relocated("rename a b", EndKind.DONE, ExitCode.REFUSED), {"request", "end", "code"}),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_field_that_is_not_given_is_empty(value: Any, given: set[str]) -> None:
    told = {each.name for each in fields(value) if getattr(value, each.name)}

    assert told == given


def placed(state: PlaceState, namespace: str = "") -> Placed:
    return Placed("Service", namespace, state.value, "a", "b", "10.0.0.5", state)


def test_a_consumer_is_named_with_its_namespace() -> None:
    assert placed(PlaceState.KEPT, "shop").label == "Service shop/kept"
    assert placed(PlaceState.KEPT).label == "Service kept"


def test_a_consumer_is_detached_until_its_pool_has_its_address_or_another_one() -> None:
    every = tuple(map(placed, PlaceState))
    found = Relocated("rename a b", EndKind.DONE, ExitCode.YES, placed=every)

    assert {each.state for each in found.still_detached} == {
        PlaceState.DETACHED,
        PlaceState.TAKEN,
        PlaceState.CHANGED,
    }

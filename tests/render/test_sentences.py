"""Every report and every cause has words, and hints follow from values and not from words."""

import dataclasses
import enum
import types
import typing
from collections.abc import Iterator

import pytest

from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.protocol import causes, reports
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.domain.protocol.reports import Kind, Limit
from ippoolctl.errors import ExitCode
from ippoolctl.render.sentences import cause_text, hint_of, message_of, report_text, stopped_text

NO_ROOM = causes.NoRoomLeft("6 addresses", 4, 4, 4, (), 0, excluded=False)
SAMPLES: dict[object, object] = {
    str: "created",
    int: 1,
    float: 60.0,
    bool: True,
    Kind: Kind.EXTEND,
    Limit: Limit(60.0, waits=True),
    causes.Cause: causes.OutOfTime(),
    reports.Report: reports.Gone(),
    causes.NoRoomLeft: NO_ROOM,
    HoldState: HoldState.PENDING,
}


def sample(hint: object) -> object:
    """A value of that type."""
    if isinstance(hint, types.UnionType):
        return sample(typing.get_args(hint)[0])
    if typing.get_origin(hint) is tuple:
        inner = [each for each in typing.get_args(hint) if each is not Ellipsis]
        several = Ellipsis in typing.get_args(hint)
        values = tuple(sample(each) for each in inner)
        return values * 2 if several else values
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return next(iter(hint))
    return SAMPLES[hint]


def made(kind: type) -> typing.Any:
    hints = typing.get_type_hints(kind)
    return kind(**{each.name: sample(hints[each.name]) for each in dataclasses.fields(kind)})


def kinds(module: types.ModuleType, base: type) -> Iterator[type]:
    for each in vars(module).values():
        if isinstance(each, type) and issubclass(each, base) and each is not base:
            yield each


@pytest.mark.parametrize("kind", [*kinds(causes, causes.Cause)], ids=lambda kind: kind.__name__)
def test_a_cause_has_words(kind: type) -> None:
    assert cause_text(made(kind))


@pytest.mark.parametrize("kind", [*kinds(reports, reports.Report)], ids=lambda kind: kind.__name__)
def test_a_report_has_words(kind: type) -> None:
    report = made(kind)
    if isinstance(report, reports.DoneAndStopped | reports.DoneBut):
        report = dataclasses.replace(report, done="created")

    assert report_text("lab", report)
    hint_of(Outcome("lab", State.FAILED, ExitCode.NOT_YET, report))


@pytest.mark.parametrize("state", HoldState)
def test_a_pool_that_may_stay_pending_leads_to_sweep(state: HoldState) -> None:
    taken = causes.RangesTaken((("it", state),))
    outcome = Outcome("lab", State.BUSY, ExitCode.NOT_YET, reports.Busy(Kind.CREATE, taken))

    expected = state in (HoldState.PENDING, HoldState.CLAIMED)
    assert ("ippoolctl sweep" in hint_of(outcome)) is expected
    assert hint_of(outcome).startswith("use --wait to retry")


def test_a_time_limit_is_named() -> None:
    waited = reports.TimedOut(Kind.CREATE, causes.OutOfTime(), Limit(60.0, waits=True))
    outcome = Outcome("lab", State.FAILED, ExitCode.NOT_YET, waited)

    assert message_of(outcome) == "timed out after 60s: pool lab was not created: timed out"
    assert hint_of(outcome) == "run the same command again, or increase --timeout"


def test_what_a_signal_leaves_is_unknown_unless_it_was_looked_at() -> None:
    assert stopped_text("lab", None) == "the state of pool lab is unknown"
    assert stopped_text("lab", reports.Stays(Kind.CREATE)) == "pool lab exists and stays"

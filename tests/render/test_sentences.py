"""Every report and every cause has a text; hints depend on values and not on text."""

from dataclasses import replace

import pytest

from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.protocol.causes import Cause, CauseKind, Command
from ippoolctl.domain.protocol.outcome import Limit, Outcome, Report, ReportKind, State
from ippoolctl.errors import ExitCode
from ippoolctl.render.sentences.causes import CAUSES, cause_hint, cause_text
from ippoolctl.render.sentences.outcome import (
    REPORTS,
    hint_of,
    message_of,
    report_text,
    stopped_text,
)


def full_cause(kind: CauseKind) -> Cause:
    """A cause with a value in every field; with braces, as in a template."""
    return Cause(
        kind,
        pool="{other}",
        pools=("a", "b"),
        ranges=("10.0.0.0/24",),
        missing=("10.1.0.0/24",),
        holders=(("c", HoldState.PENDING),),
        finalizers=("d/e",),
        text="{text}",
        reason="EIP209",
        count=1,
        out_of=2,
        largest=3,
        more=4,
        excluded=True,
        cause=Cause(CauseKind.OUT_OF_TIME),
        command=Command.EXTEND,
    )


def full_report(kind: ReportKind, command: Command) -> Report:
    """A report with a value in every field."""
    return Report(
        kind,
        command=command,
        cause=full_cause(CauseKind.STILL_PENDING),
        causes=(full_cause(CauseKind.NAME_TAKEN),),
        limit=Limit(60.0, waits=True),
        rest=Report(ReportKind.GONE),
        names=("a", "lab"),
        count=1,
        text="created",
        hint="{hint}",
    )


def test_every_kind_has_a_row() -> None:
    assert [*CAUSES] == [*CauseKind]
    assert [*REPORTS] == [*ReportKind]


@pytest.mark.parametrize("kind", CauseKind)
def test_every_cause_has_a_text(kind: CauseKind) -> None:
    for cause in (Cause(kind, text="text"), full_cause(kind)):
        assert cause_text(cause)
        cause_hint(cause)


# The pools of a shortage are cut before.
@pytest.mark.parametrize("kind", sorted({*CauseKind} - {CauseKind.NO_ROOM_LEFT}))
def test_no_cause_names_thousands_of_pools_or_ranges(kind: CauseKind) -> None:
    texts = tuple(f"10.0.0.0/{each}" for each in range(5_000))
    holders = tuple((each, HoldState.PENDING) for each in texts)
    many = replace(full_cause(kind), pools=texts, ranges=texts, missing=texts, holders=holders)

    assert len(cause_text(many)) < 1_000
    assert len(cause_hint(many)) < 1_000


@pytest.mark.parametrize("command", Command)
@pytest.mark.parametrize("kind", ReportKind)
def test_every_report_has_a_text(kind: ReportKind, command: Command) -> None:
    report = full_report(kind, command)

    assert report_text("lab", report)
    hint_of(Outcome("lab", State.FAILED, ExitCode.NOT_YET, report))


@pytest.mark.parametrize("state", HoldState)
def test_a_pool_that_may_stay_pending_leads_to_sweep(state: HoldState) -> None:
    taken = Cause(CauseKind.RANGES_TAKEN, holders=(("it", state),))
    outcome = Outcome(
        "lab",
        State.BUSY,
        ExitCode.NOT_YET,
        Report(ReportKind.BUSY, command=Command.CREATE, cause=taken),
    )

    expected = state in (HoldState.PENDING, HoldState.CLAIMED)
    assert ("ippoolctl sweep" in hint_of(outcome)) is expected
    assert hint_of(outcome).startswith("use --wait to retry")


def test_a_timeout_report_names_its_limit() -> None:
    waited = Report(
        ReportKind.TIMED_OUT,
        command=Command.CREATE,
        cause=Cause(CauseKind.OUT_OF_TIME),
        limit=Limit(60.0, waits=True),
    )
    outcome = Outcome("lab", State.FAILED, ExitCode.NOT_YET, waited)

    assert message_of(outcome) == "timed out after 60s: pool lab was not created: timed out"
    assert hint_of(outcome) == "run the same command again, or increase --timeout"


def test_the_state_after_a_signal_is_unknown_without_a_report() -> None:
    assert stopped_text("lab", None) == "the state of pool lab is unknown"
    assert (
        stopped_text("lab", Report(ReportKind.STAYS, command=Command.CREATE))
        == "pool lab exists and was kept"
    )


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (ReportKind.POOL_IN_USE, "pool lab is in use: 1 address"),
        (ReportKind.LEASE_IN_USE, "pool lab is in use and was not deleted: 1 address"),
        (ReportKind.DELETED_WHILE_IN_USE, "deleted while in use: 1 address"),
        (ReportKind.WOULD_DELETE_IN_USE, "pool lab is in use: 1 address"),
    ],
)
def test_a_pool_in_use_without_known_consumers_has_a_number_of_addresses(
    kind: ReportKind, text: str
) -> None:
    assert report_text("lab", Report(kind, count=1)) == text
    assert report_text("lab", Report(kind, count=2)) == f"{text}es".replace("1", "2")


@pytest.mark.parametrize(
    ("cause", "text"),
    [
        (
            Cause(CauseKind.LACKS_ADDRESSES, ranges=("10.0.0.1-10.0.0.1",), count=1, out_of=6),
            "its ranges 10.0.0.1-10.0.0.1 have 1 usable address, not 6",
        ),
        (
            Cause(CauseKind.STILL_IN_USE, pool="lab", count=1),
            "pool lab is still in use: 1 address",
        ),
        (
            Cause(CauseKind.STATUS_DIFFERS, count=1, out_of=14),
            "status reports 1 address, expected 14",
        ),
        (
            Cause(
                CauseKind.NAME_TAKEN,
                ranges=("::1-::1",),
                count=1,
                cause=Cause(CauseKind.OTHER_FIELDS, missing=("a.b",)),
            ),
            "a pool of this name exists with ::1-::1 (1 usable address), but with different a.b",
        ),
    ],
)
def test_one_address_is_singular(cause: Cause, text: str) -> None:
    assert cause_text(cause) == text


def test_the_hint_for_a_webhook_that_does_not_know_a_pool_names_states_of_the_command() -> None:
    """``create`` and ``lease`` have no ``--until gone``."""
    rest = Report(ReportKind.NOT_REACHED, text="seen", cause=Cause(CauseKind.NOT_IN_CACHE))
    report = Report(ReportKind.DONE_BUT, text="created", rest=rest)

    created = hint_of(Outcome("lab", State.CREATED, ExitCode.NOT_YET, report))
    waited = hint_of(Outcome("lab", State.FAILED, ExitCode.NOT_YET, rest))

    old = "its webhook does not compare pools"
    assert created == f"increase --timeout; on Antrea 1.15, use --until ready: {old}"
    assert waited == f"increase --timeout; on Antrea 1.15, use --until ready or --until gone: {old}"

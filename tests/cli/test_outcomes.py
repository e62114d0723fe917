"""The pools of a command in turn, and signals between them."""

import signal

from ippoolctl.cli.outcomes import InTurn, outcome_result
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.errors import ExitCode, StoppedError
from tests.fakes import FakeClock, FakeCluster, FakeGateway, run_of


def test_a_signal_after_the_outcome_of_a_turn_stops_before_the_next() -> None:
    run, _ = run_of(FakeGateway(FakeCluster(FakeClock())))
    turns = InTurn(run, ["a", "b", "c"])

    for position in turns:
        with turns:
            turns.outcomes.append(Outcome(turns.names[position], State.CREATED, ExitCode.YES))
            raise StoppedError(signal.SIGTERM)

    result = outcome_result(turns.outcomes)
    assert [each.state for each in turns.outcomes] == [
        State.CREATED, State.STOPPED, State.NOT_TRIED
    ]  # fmt: skip
    assert result.code == ExitCode.TERMINATED
    assert "stopped: pool b was not checked, and nothing was sent" in str(result.notes)


def test_a_signal_after_the_last_outcome_changes_nothing() -> None:
    run, _ = run_of(FakeGateway(FakeCluster(FakeClock())))
    turns = InTurn(run, ["a"])

    for _ in turns:
        with turns:
            turns.outcomes.append(Outcome("a", State.CREATED, ExitCode.YES))
            raise StoppedError(signal.SIGTERM)

    assert outcome_result(turns.outcomes).code == ExitCode.YES

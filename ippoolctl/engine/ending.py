"""However a request ends, nothing of it is left behind that its outcome does not name."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.engine.attempt import Attempt
from ippoolctl.engine.run import OutOfTimeError, Run
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import Fault


class Ending(Protocol):
    """How one kind of request ends badly: each way cleans up, then says what exists."""

    def out_of_time(self, end: OutOfTimeError) -> Outcome:
        """The deadline came."""

    def failed(self, fault: Fault) -> Outcome:
        """Nothing more can be done; raises the fault if nothing of ours is there to be told of."""

    def stopped(self) -> str:
        """A signal came, or nobody reads the output any more: be quick."""


def to_the_end(
    attempt: Attempt, request_id: str, course: Callable[[], Outcome], ending: Ending
) -> Outcome:
    """Follow a course, which may raise all that the engine raises, to its end.

    Raises a :class:`~ippoolctl.ports.faults.Fault` if nothing could be found out, and passes
    :class:`StoppedError` on after it has cleaned up.
    """
    attempt.run.request_id = request_id
    try:
        outcome = _in_order(attempt, course, ending)
    except StoppedError as stop:
        stop.message = ending.stopped() if attempt.looked else _not_looked_at(attempt.request.name)
        raise
    return replace(
        outcome,
        request_id=request_id,
        attempts=attempt.sent,
        waited=attempt.run.elapsed,
        answer=outcome.answer or attempt.answer,
    )


def _not_looked_at(name: str) -> str:
    """What a signal before the first look leaves: perhaps what an earlier run has left."""
    return f"pool {name} was not looked at, and nothing was sent"


def nothing_known(run: Run, name: str, end: OutOfTimeError) -> Outcome:
    """The outcome for a pool that was not even looked at.

    Raises the :class:`~ippoolctl.ports.faults.Fault` if the server has not answered at all.
    """
    run.raise_unheard(end)
    message = f"pool {name} could not be looked at before the time was up: {end.reason}"
    return Outcome(name, State.UNKNOWN, ExitCode.NOT_YET, message, run.more_time)


def _in_order(attempt: Attempt, course: Callable[[], Outcome], ending: Ending) -> Outcome:
    try:
        return _outcome(attempt, course, ending)
    except (StoppedError, Fault):
        raise
    except BaseException:  # such as an output that nobody reads any more
        ending.stopped()
        raise


def _outcome(attempt: Attempt, course: Callable[[], Outcome], ending: Ending) -> Outcome:
    try:
        return course()
    except OutOfTimeError as end:
        if not (attempt.run.contacted and attempt.looked):
            return nothing_known(attempt.run, attempt.request.name, end)
        return ending.out_of_time(end)
    except Fault as fault:
        return ending.failed(fault)

"""The pools of a lease: created before the command, deleted after it."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.taken_space import read_reserved
from ippoolctl.cli.outcomes import InTurn, outcome_result
from ippoolctl.cli.requests.pool_creation import CreateOptions, create_pool
from ippoolctl.cli.requests.pool_request import PoolRequest, avoiding
from ippoolctl.cli.result import Result
from ippoolctl.cli.running.renewals import Renewals
from ippoolctl.cli.running.wrapped_process import Ended
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.outcome import Outcome, ReportKind, State
from ippoolctl.domain.protocol.until import Until
from ippoolctl.engine.await_state import afterwards, unable_to_probe
from ippoolctl.engine.leases.end import Lease, delete_leases, end_leases
from ippoolctl.engine.session import Session
from ippoolctl.errors import ExitCode
from ippoolctl.render.notes import Note
from ippoolctl.render.text.lease import (
    deleted_note,
    leased_note,
    may_remain_note,
    not_awaited_note,
)

PATIENCE: Final = 10.0
"""Seconds after the command in which consumers may disappear: their deletion takes some time."""


@dataclass(frozen=True)
class LeaseRequest:
    """The pools to create for a command."""

    pools: Sequence[PoolRequest]
    ttl: str
    lifetime: float
    """Seconds of ``ttl``."""
    until: Until | None
    """The state to wait for; ``None`` for seen, if the webhook can be asked."""
    seconds: float
    """How long to wait before the command, and again after it."""

    @property
    def names(self) -> list[str]:
        """The names of the pools."""
        return [each.pool.name for each in self.pools]


class LeasedPools:
    """The pools of one run. Its request IDs are its own: no two runs share a pool."""

    def __init__(self, app: AppContext, request: LeaseRequest) -> None:
        self._app = app
        self._request = request
        self._outcomes: list[Outcome] = []
        nonce, release = os.urandom(8).hex(), app.known_release
        self._leases = [Lease(name, marks.lease_id(name, nonce), release) for name in request.names]

    def claim(self, renewals: Renewals) -> list[Pool] | None:
        """Create the pools, and wait for their state; ``None`` if that failed, see
        :meth:`cancel`.
        """
        request = self._request
        until, unable = request.until or Until.SEEN, None
        with self._app.engine_session(seconds=request.seconds) as session:
            wanted = avoiding(request.pools, read_reserved(self._app, None, live=True))
            turns = InTurn(session, request.names)
            for position in turns:
                with turns:
                    if position == 0 and until is Until.SEEN:
                        unable = unable_to_probe(session, self._leases[0].subject)
                    if unable is not None and request.until is not None:
                        turns.outcomes.append(unable)
                        continue
                    outcome = self._create(session, wanted[position], position, renewals)
                    turns.outcomes.append(outcome)
            self._keep(turns)
            if unable is None and self._succeeded:
                self._wait(session, until)
        if not self._succeeded:
            return None
        if unable is not None and unable.report is not None and unable.report.cause is not None:
            self._app.presenter.note(not_awaited_note(unable.report.cause))
        return [each.pool for each in self._leases if each.pool is not None]

    def cancel(self, *, hurry: bool = False) -> Result:
        """Delete what exists although the command did not run, and say why it did not."""
        may_exist = {
            each.pool
            for each in self._outcomes
            if each.state in _MAY_EXIST
            and (each.report is None or each.report.kind is not ReportKind.NOT_CHECKED)
        }
        leases = [each for each in self._leases if each.pool or each.name in may_exist]
        stopped = any(each.code in _BY_SIGNAL for each in self._outcomes)
        deleted = list[Outcome]()
        if leases:
            with self._app.engine_session(seconds=self._request.seconds) as session:
                deleted = delete_leases(session, leases, hurry=hurry or stopped)
        result = outcome_result([each for each in self._outcomes if each.code is not ExitCode.YES])
        return replace(result, notes=(*result.notes, *_ended_notes(deleted)))

    def end(self, ended: Ended, lost: Collection[str]) -> Result:
        """Delete the pools after the command, and wait until they are forgotten.

        ``lost`` are the pools that were reported as deleted by other clients.
        """
        with self._app.engine_session(seconds=self._request.seconds) as session:
            if ended.stops > 1:
                outcomes = delete_leases(session, self._leases, hurry=True)
            else:
                outcomes = end_leases(session, self._leases, PATIENCE)
        told = [replace(each, warning=None) if each.pool in lost else each for each in outcomes]
        result = outcome_result(told)
        code = ended.code or result.code
        return Result(code=code, notes=(*result.notes, *_ended_notes(outcomes)))

    @property
    def _succeeded(self) -> bool:
        return all(each.code is ExitCode.YES for each in self._outcomes)

    def _create(
        self, session: Session, wanted: PoolRequest, position: int, renewals: Renewals
    ) -> Outcome:
        lease = self._leases[position]
        options = CreateOptions(
            until=None,
            dry_run=False,
            if_not_exists=False,
            request_id=lease.request_id,
            several=False,
            release=lease.release,
        )
        outcome = create_pool(session, wanted, options, ())
        if outcome.code is ExitCode.YES and outcome.live is not None:
            self._leases[position] = replace(lease, pool=outcome.live)
            renewals.add(outcome.live)
            self._app.presenter.note(leased_note(outcome.live))
        return outcome

    def _wait(self, session: Session, until: Until) -> None:
        turns = InTurn(session, self._request.names)
        for position in turns:
            with turns:
                lease, outcome = self._leases[position], self._outcomes[position]
                outcome = afterwards(session, outcome, until, lease.subject)
                turns.outcomes.append(outcome)
                seen = until is Until.SEEN and outcome.code is ExitCode.YES
                self._leases[position] = replace(lease, seen=seen)
        self._keep(turns)

    def _keep(self, turns: InTurn) -> None:
        self._outcomes = turns.outcomes
        if turns.stop is not None:  # the command does not run
            raise turns.stop


_BY_SIGNAL: Final = (ExitCode.INTERRUPTED, ExitCode.TERMINATED)
_DELETED: Final = (State.DELETED, State.TERMINATING, State.GONE, State.FORGOTTEN)
_MAY_EXIST: Final = (State.UNKNOWN, State.STOPPED, State.KEPT)
"""The states of a pool that was not created, and may exist all the same."""


def _ended_notes(outcomes: Sequence[Outcome]) -> list[Note]:
    """Which pools this run deleted, and which may remain, beside the errors and warnings."""
    deleted = [
        each.pool
        for each in outcomes
        if each.code is ExitCode.YES
        and each.state in _DELETED
        and (each.warning is None or each.warning.kind is not ReportKind.DELETED_BY_OTHERS)
    ]
    remain = [
        each.pool for each in outcomes if each.state in (State.UNKNOWN, State.FAILED, State.STOPPED)
    ]
    notes = [deleted_note(deleted)] if deleted else []
    return [*notes, may_remain_note(remain)] if remain else notes

"""The pools of a lease: created before the command, deleted after it."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.taken_space import read_reserved
from ippoolctl.cli.options.pools import pool_document
from ippoolctl.cli.outcomes import InTurn, outcome_result
from ippoolctl.cli.result import Result
from ippoolctl.cli.running.renewals import Renewals
from ippoolctl.cli.running.wrapped_process import Ended
from ippoolctl.crd.created_object import expiring_object, pending_object, with_range
from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.domain.protocol.request import Request
from ippoolctl.domain.space.search import Search
from ippoolctl.engine.any_range import allocate
from ippoolctl.engine.await_state import Until, afterwards, unable_to_probe
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

    names: Sequence[str]
    search: Search
    ttl: str
    lifetime: float
    """Seconds of ``ttl``."""
    until: Until | None
    """The state to wait for; ``None`` for seen, if the webhook can be asked."""
    seconds: float
    """How long to wait before the command, and again after it."""


class LeasedPools:
    """The pools of one run. Its request IDs are its own: no two runs share a pool."""

    def __init__(self, app: AppContext, request: LeaseRequest) -> None:
        self._app = app
        self._request = request
        self._outcomes: list[Outcome] = []
        nonce, release = os.urandom(8).hex(), app.known_release
        self._leases = [
            Lease(name, marks.request_id(name, {"lease": nonce}), release) for name in request.names
        ]

    def claim(self, renewals: Renewals) -> list[Pool] | None:
        """Create the pools, and wait for their state; ``None`` if that failed, see
        :meth:`withdraw`.
        """
        with self._app.engine_session(seconds=self._request.seconds) as session:
            reserved = read_reserved(self._app, None, live=True)
            search = replace(self._request.search, reserved=reserved)
            turns = InTurn(session, self._request.names)
            until = self._request.until or Until.SEEN
            unable: Outcome | None = None
            for position in turns:
                with turns:
                    if position == 0 and until is Until.SEEN:
                        unable = unable_to_probe(session, self._leases[0].subject)
                    if unable is not None and self._request.until is not None:
                        turns.outcomes.append(unable)
                        continue
                    outcome = self._create(session, self._leases[position], search)
                    self._keep(position, outcome, renewals)
                    turns.outcomes.append(outcome)
            self._outcomes = turns.outcomes
            if unable is None and self._succeeded:
                self._wait(session, until)
            elif unable is not None and unable.report is not None and unable.report.cause:
                self._app.presenter.note(not_awaited_note(unable.report.cause))
        return [each.pool for each in self._leases if each.pool] if self._succeeded else None

    def withdraw(self, *, hurry: bool = False) -> Result:
        """Delete what exists although the command did not run, and say why it did not."""
        may_exist = {each.pool for each in self._outcomes if each.state in _MAY_EXIST}
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

    def _create(self, session: Session, lease: Lease, search: Search) -> Outcome:
        document = expiring_object(pool_document(lease.name, []), self._request.ttl)
        return allocate(
            session,
            Request(read_pool(document), lease.request_id, lease.release),
            search,
            lambda spelling: pending_object(with_range(document, spelling), lease.request_id),
        )

    def _keep(self, position: int, outcome: Outcome, renewals: Renewals) -> None:
        pool = outcome.live
        if outcome.code is ExitCode.YES and pool is not None:
            self._leases[position] = replace(self._leases[position], pool=pool)
            renewals.add(pool)
            self._app.presenter.note(leased_note(pool))

    def _wait(self, session: Session, until: Until) -> None:
        turns = InTurn(session, self._request.names)
        for position in turns:
            with turns:
                lease, outcome = self._leases[position], self._outcomes[position]
                outcome = afterwards(session, outcome, until, lease.subject)
                turns.outcomes.append(outcome)
                seen = until is Until.SEEN and outcome.code is ExitCode.YES
                self._leases[position] = replace(lease, seen=seen)
        self._outcomes = turns.outcomes


_BY_SIGNAL: Final = (ExitCode.INTERRUPTED, ExitCode.TERMINATED)
_DELETED: Final = (State.DELETED, State.TERMINATING, State.GONE, State.FORGOTTEN)
_MAY_EXIST: Final = (State.UNKNOWN, State.STOPPED, State.KEPT)
"""The states of a pool that was not created, and may exist all the same."""


def _ended_notes(outcomes: Sequence[Outcome]) -> list[Note]:
    """Which pools are deleted, and which may remain, beside the errors."""
    done = [each for each in outcomes if each.code is ExitCode.YES]
    deleted = [each.pool for each in done if each.state in _DELETED]
    remain = [
        each.pool for each in outcomes if each.state in (State.UNKNOWN, State.FAILED, State.STOPPED)
    ]
    notes = [deleted_note(deleted)] if deleted else []
    return [*notes, may_remain_note(remain)] if remain else notes

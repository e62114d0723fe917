"""Carrying out a relocation; a run that is killed at any step is finished by another one.

Every step looks first: what is done stays done, and what other clients did meanwhile is seen. What
an earlier run did is told by the objects alone: annotations of consumers, pools and their uids.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ippoolctl.crd.relocation import creating_object, write_relocation
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.detached import made_detached
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.change.relocation import pinned_addresses
from ippoolctl.domain.protocol.causes import Cause, CauseKind, Command
from ippoolctl.domain.protocol.extension import Extension
from ippoolctl.domain.protocol.outcome import Outcome, Report, ReportKind, State
from ippoolctl.domain.protocol.relocated import EndKind, Relocated
from ippoolctl.domain.protocol.request import Request
from ippoolctl.domain.protocol.until import Until
from ippoolctl.engine.await_state import Subject, await_state
from ippoolctl.engine.pending_pool import create
from ippoolctl.engine.range_claim import extend
from ippoolctl.engine.relocation.attaching import Attaching
from ippoolctl.engine.relocation.consumer_results import ConsumerResults
from ippoolctl.engine.relocation.consumers import detach, require_rights_to_patch
from ippoolctl.engine.relocation.record import Record
from ippoolctl.engine.relocation.run_writer import RejectedError, RunWriter
from ippoolctl.engine.relocation.survey import Survey, View, look, other_run
from ippoolctl.engine.session import NOTHING_WRITTEN, Session, TimedOutError
from ippoolctl.engine.steps import NEEDED_VERBS
from ippoolctl.engine.writer import Changed, Denied, Effect, NotDone, Refused, Write
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import Fault

_WITHOUT_EFFECT: Final = (NotDone, Changed, Denied, Refused)
_NEEDS: Final = "replacing a pool requires list, get, create, patch and delete on pools"


def relocate(
    session: Session, surveyed: Survey, release: Release | None, save: Callable[[], None]
) -> Relocated:
    """Carry it out, or finish what an earlier run began.

    ``save`` is called before the first pool is deleted. Raises a
    :class:`~ippoolctl.ports.faults.Fault` if nothing was written, and what ``save`` raises.
    """
    if surveyed.deletes or surveyed.relocation.created:
        session.require_rights(NEEDED_VERBS[Command.CREATE], _NEEDS)
    require_rights_to_patch(session, surveyed.consumers)
    run = _Run(session, surveyed, release, save)
    try:
        return run.carry_out()
    except TimedOutError as end:
        session.raise_if_never_contacted(end)
        return run.ended(EndKind.TIMED_OUT, ExitCode.NOT_YET, cause=end.cause)
    except StoppedError as stop:
        return run.ended(EndKind.STOPPED, stop.exit_code)
    except Fault as fault:
        if not run.wrote:
            raise
        # Permissions are checked again before a pool is created.
        text = fault.message.removesuffix(NOTHING_WRITTEN)
        return run.ended(EndKind.REJECTED, fault.exit_code, text=text)


class _Run:
    """One run."""

    def __init__(
        self, session: Session, surveyed: Survey, release: Release | None, save: Callable[[], None]
    ) -> None:
        self._session = session
        self._surveyed = surveyed
        self._relocation = surveyed.relocation
        self._release = release
        self._save = save
        self._writer = writer = RunWriter(session)
        self._results = ConsumerResults(surveyed, session.clock)
        self._record = Record(surveyed, writer.writer, writer.pauses)
        self._attaching = Attaching(session, surveyed, writer, self._results, self._record)
        self._pools: list[Outcome] = []
        self._since = surveyed.since
        # The saved file of a restoration tells the rest.
        self._json = {} if surveyed.restoration else write_relocation(self._relocation)
        untouched = self._relocation.is_untouched(surveyed.pools)
        self._begun = surveyed.resumed and not untouched
        """Whether this run or an earlier one has deleted a pool."""

    @property
    def wrote(self) -> bool:
        """Whether anything was written, or may have been."""
        return self._writer.wrote

    def ended(
        self, end: EndKind, code: ExitCode, text: str = "", cause: Cause | None = None
    ) -> Relocated:
        """The result."""
        return Relocated(
            self._relocation.request,
            end,
            code,
            tuple(self._pools),
            self._results.all,
            self._results.seconds,
            text,
            cause,
            self._session.limit if end is EndKind.TIMED_OUT else None,
            begun=self._begun,
        )

    def carry_out(self) -> Relocated:
        """Carry out every step that is left."""
        try:
            failed = self._delete() or self._forget() or self._create()
            if failed:
                return failed
            if self._attaching.attach():
                return self.ended(EndKind.DONE, ExitCode.YES)
            return self.ended(EndKind.ADDRESSES_TAKEN, ExitCode.LOST_RACE)
        except RejectedError as rejected:
            return self.ended(EndKind.REJECTED, ExitCode.REFUSED, text=str(rejected))

    def _delete(self) -> Relocated | None:
        """Detach every consumer, then delete each pool as it was when none was left; the result if
        the run ends before that.
        """
        while True:
            view = look(self._session)
            if (ended := self._give_way(view)) is not None:
                return ended
            if self._clear(view):
                continue
            old = self._relocation.still_there(view.pools)
            if not old:
                return None
            if not self._record.ensure_written(view):
                continue
            pinned = pinned_addresses(self._relocation, view.consumers, old[0].name)
            self._delete_one(old[0], pinned)

    def _give_way(self, view: View) -> Relocated | None:
        """Undo what is done if this run must not delete the pools; ``None`` to go on, as after its
        first deletion.

        That is if the run of another request concerns them as well, a pool to extend does not exist
        any more, or another client has created a pool of a new name.
        Every run detaches its first consumer or writes its record before it looks again, so of two
        runs at most one deletes a pool.
        """
        relocation, pools = self._relocation, view.pools
        if self._surveyed.restoration is not None or self._begun:
            return None
        # Without the pool, which the other run may have deleted, not all can return; if a twin has
        # deleted it, the record is still needed.
        untouched = relocation.is_untouched(pools)
        if (other := other_run(relocation.request, relocation.names, view)) is not None:
            self._attaching.undo(every=untouched, forget=untouched)
            placed = tuple(sorted([*other.placed, *self._results.kept_by_giving_back]))
            return replace(other, placed=placed, seconds=self._results.seconds)
        live = {each.name for each in pools}
        missing = next((name for name, _ in relocation.appended if name not in live), None)
        taken = relocation.taken_names(pools)
        if missing is not None:
            report = Report(ReportKind.NOT_FOUND)
            outcome = Outcome(missing, State.ABSENT, ExitCode.NO, report)
        elif taken:
            outcome = self._create_one(taken[0], dry_run=True)
        else:
            return None
        if outcome.code is ExitCode.YES:  # the other pool is gone
            return None
        self._attaching.undo(every=untouched, forget=untouched)
        self._pools.append(outcome)
        return self.ended(EndKind.POOL_FAILED, outcome.code)

    def _delete_one(self, pool: Pool, pinned: int) -> None:
        assert pool.live is not None
        if marks.hold_state(pool) is HoldState.TERMINATING:
            cause = Cause(CauseKind.IS_TERMINATING, finalizers=pool.live.finalizers)
            self._writer.pauses.for_others(cause)
            return
        used = pool.live.usage.used if pool.live.usage is not None else 0
        if used != pinned:
            # Antrea takes the address of an Egress that it has not seen detached yet.
            cause = Cause(CauseKind.STILL_USED, pool=pool.name, count=used - pinned)
            self._writer.pauses.for_others(cause)
            return
        self._save()
        self._begun = True
        self._writer.send(Write.delete(pool, Effect.CHANGE))
        if self._session.get_pool(pool.name) is None:
            self._pools.append(Outcome(pool.name, State.DELETED, ExitCode.YES, live=pool))

    def _clear(self, view: View) -> bool:
        """Detach the consumers of pools that are due; whether there were any."""
        found = self._surveyed.to_detach_in(view)
        self._since = self._since or (view.date if any(not each.waits for each in found) else "")
        for each in found:
            detached = made_detached(
                self._relocation.request,
                each.source,
                each.target,
                each.address,
                self._json,
                waits=each.waits,
                since=self._since,
                command=self._surveyed.command,
            )
            try:
                if self._writer.send(detach(each.consumer, detached)):
                    self._results.detached(each)
            except StoppedError:
                # A request that a signal cuts off can still take effect.
                if not isinstance(self._writer.writer.ledger.result, _WITHOUT_EFFECT):
                    self._results.detached(each)
                raise
        return bool(found)

    def _forget(self) -> Relocated | None:
        """Wait until the webhook has forgotten the pools; then their deletion and the creation of
        another one are two events for Antrea's controller as well.
        """
        if self._relocation.has_begun_to_reserve(self._session.list_pools().pools):
            return None
        for each in self._relocation.deleted:
            subject = Subject(each.name, each.uid, each.ranges, self._release)
            outcome = await_state(self._session, Until.FORGOTTEN, subject)
            if outcome.code is ExitCode.NOT_YET:
                why = outcome.report.cause if outcome.report else None
                kind, until = CauseKind.NOT_YET, Until.FORGOTTEN.value
                cause = Cause(kind, pool=each.name, text=until, cause=why) if why else None
                return self.ended(EndKind.TIMED_OUT, outcome.code, cause=cause)
        return None

    def _create(self) -> Relocated | None:
        """Create and extend; the result if one of them fails."""
        for pool in self._relocation.created:
            self._clear_all()
            self._pools.append(self._create_one(pool))
            if self._pools[-1].code is not ExitCode.YES:
                return self._failed(self._pools[-1])
        for name, ranges in self._relocation.appended:
            self._clear_all()
            id_ = self._relocation.request_id(name)
            extension = Extension(name, ranges, id_, self._release)
            self._pools.append(extend(self._session, extension))
            if self._pools[-1].code is not ExitCode.YES:
                return self._failed(self._pools[-1])
        return None

    def _create_one(self, pool: Pool, *, dry_run: bool = False) -> Outcome:
        request = Request(pool, self._relocation.request_id(pool.name), self._release)
        manifest = creating_object(self._relocation, pool)
        return create(self._session, request, manifest, dry_run=dry_run)

    def _clear_all(self) -> None:
        """No consumer may wait for an address when the new ranges appear."""
        while self._clear(look(self._session)):
            pass

    def _failed(self, outcome: Outcome) -> Relocated:
        """A pool of another client is in the way, or another failure."""
        if not self._relocation.is_current(self._session.list_pools().pools):
            # No later run can finish it.
            self._attaching.undo(every=False)
            self._begun = False
        lost = outcome.code in (ExitCode.LOST_RACE, ExitCode.REFUSED)
        if lost and outcome.conflicts:
            return self.ended(EndKind.LOST_RACE, ExitCode.LOST_RACE)
        return self.ended(EndKind.POOL_FAILED, outcome.code)

"""Carrying out an approved plan: step by step, and nothing that was not approved.

Creates and appends go through the reservation protocol. A change carries the revision that was
seen; if the pool has another one, the pools are listed again, and the run goes on only if the new
plan has the steps that are left of the approved one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ippoolctl.crd.patches.changes import change_patch
from ippoolctl.domain.antrea.consumers import Consumers
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.change.steps import Action, Plan, Step
from ippoolctl.domain.protocol.causes import Cause, CauseKind, Command
from ippoolctl.domain.protocol.decisions import Refuse
from ippoolctl.domain.protocol.extension import Extension
from ippoolctl.domain.protocol.outcome import Outcome, Report, ReportKind, State
from ippoolctl.domain.protocol.request import Request
from ippoolctl.engine.deleting.delete import Deletion, delete
from ippoolctl.engine.pending_pool import create
from ippoolctl.engine.range_claim import extend
from ippoolctl.engine.session import Session, TimedOutError
from ippoolctl.engine.steps import NEEDED_VERBS, Context
from ippoolctl.engine.writer import (
    Applied,
    Changed,
    Denied,
    Effect,
    Failed,
    NotDone,
    Refused,
    Unknown,
    Write,
)
from ippoolctl.errors import ExitCode, StoppedError

_VERBS = {
    Action.CREATE: NEEDED_VERBS[Command.CREATE],
    Action.APPEND: NEEDED_VERBS[Command.EXTEND],
    Action.CHANGE: ("list", "patch"),
    Action.REORDER: ("list", "patch"),
    Action.DELETE: ("list", "get", "delete"),
}
"""Verbs that a step may need."""


@dataclass(frozen=True, slots=True)
class Approved:
    """A plan to carry out, and how to make it anew."""

    steps: tuple[Step, ...]
    replan: Callable[[Sequence[Pool]], Plan]
    """The plan for other live pools, with the same manifests and options."""
    objects: Mapping[str, Mapping[str, Any]]
    """What to create, by name: with the mark and the request ID."""
    ids: Mapping[str, str]
    """Request IDs of the creates, by the name of the pool."""
    append_ids: Mapping[str, str]
    """Request IDs of the appends."""
    release: Release | None
    """As for a create or an extension."""
    dry_run: bool
    """Send server-side dry runs."""


class Application:
    """One run over the steps of an approved plan."""

    def __init__(self, session: Session, approved: Approved) -> None:
        self._session = session
        self._approved = approved
        self._written: dict[str, Pool] = {}
        """The pools as this run last wrote them."""
        self.is_outdated = False
        """Whether the last plan that was made anew is not what is left of the approved one."""

    def require_rights(self) -> None:
        """Raise a :class:`~ippoolctl.ports.faults.RejectedFault` if a permission is missing, before
        anything is written.
        """
        if self._approved.dry_run:
            return
        verbs = sorted({verb for each in self._approved.steps for verb in _VERBS[each.action]})
        self._session.require_rights(verbs, f"this plan requires the verbs {', '.join(verbs)}")

    def carry_out(self, position: int) -> Outcome:
        """Carry out a step; those before it are done.

        Raises a :class:`~ippoolctl.ports.faults.Fault`, a
        :class:`~ippoolctl.engine.session.TimedOutError`, or a
        :class:`~ippoolctl.errors.StoppedError` with a report, if the step failed.
        """
        approved, session = self._approved, self._session
        step = approved.steps[position]
        if approved.dry_run and self._depends_on_earlier(position):
            return Outcome(step.pool, State.SKIPPED, ExitCode.YES, Report(ReportKind.PLANNED))
        match step.action:
            case Action.CREATE:
                request = Request(_wanted(step), approved.ids[step.pool], approved.release)
                object_ = approved.objects[step.pool]
                outcome = create(session, request, object_, dry_run=approved.dry_run)
            case Action.APPEND:
                outcome = self._append(position)
            case Action.DELETE:
                outcome = self._delete(step)
            case Action.CHANGE | Action.REORDER:
                outcome = self._change(position)
        if outcome.live is not None:
            self._written[step.pool] = outcome.live
        return outcome

    def _depends_on_earlier(self, position: int) -> bool:
        step, earlier = self._approved.steps[position], self._approved.steps[:position]
        return bool(step.takes_from) or any(each.pool == step.pool for each in earlier)

    def _append(self, position: int) -> Outcome:
        approved, step = self._approved, self._approved.steps[position]
        assert step.before is not None
        extension = Extension(
            step.pool,
            step.ranges,
            approved.append_ids[step.pool],
            approved.release,
            approved=(step.uid, step.before.texts),
        )
        outcome = extend(self._session, extension, dry_run=approved.dry_run)
        report = outcome.report
        if report and any(each.kind is CauseKind.NOT_AS_APPROVED for each in report.causes):
            approved.replan(self._session.list_pools().pools)
            return self._stop(step)
        return outcome

    def _delete(self, step: Step) -> Outcome:
        before = step.before
        assert before is not None

        def unless(pool: Pool, consumers: Consumers) -> Outcome | None:
            assert pool.live is not None
            if (pool.live.uid, pool.texts) == (step.uid, before.texts):
                return None
            self._approved.replan(self._session.list_pools().pools)
            return self._stop(step)

        deletion = Deletion(step.pool, dry_run=self._approved.dry_run, unless=unless)
        return delete(self._session, deletion)

    def _change(self, position: int) -> Outcome:
        step = self._approved.steps[position]
        context = Context(self._session, dry_run=self._approved.dry_run)
        try:
            return self._changed(position, context)
        except TimedOutError as end:
            self._session.raise_if_never_contacted(end)
            unknown = context.ledger.late_write_deadline is not None
            report = Report(
                ReportKind.CHANGE_UNKNOWN if unknown else ReportKind.CHANGE_NOT_YET,
                cause=end.cause,
                limit=self._session.limit,
            )
            state = State.UNKNOWN if unknown else State.FAILED
            return Outcome(step.pool, state, ExitCode.NOT_YET, report)
        except StoppedError as stop:
            result = context.ledger.result
            if isinstance(result, Applied) and not context.dry_run:
                report = Report(ReportKind.DONE_AND_STOPPED, text=State.CHANGED.value)
                return Outcome(step.pool, State.CHANGED, stop.exit_code, report, live=result.pool)
            stop.report = Report(
                ReportKind.CHANGE_MAY_COME
                if context.writer.late_write_may_commit
                else ReportKind.NOT_CHANGED
            )
            raise

    def _changed(self, position: int, context: Context) -> Outcome:
        approved, session, pauses = self._approved, self._session, context.pauses
        step = approved.steps[position]
        first = 0 if approved.dry_run else position  # a dry run leaves all steps to do
        seen = self._written.get(step.pool, step.before)
        while True:
            assert seen is not None
            patch = change_patch(step, seen)
            effect = Effect.DRY_RUN if approved.dry_run else Effect.CHANGE
            result = context.writer.write(Write.patch(step.pool, patch, effect))
            match result:
                case Applied(made):
                    state = State.DRY_RUN if approved.dry_run else State.CHANGED
                    return Outcome(step.pool, state, ExitCode.YES, live=made)
                case Denied():
                    request = Request(_wanted(step), "", approved.release)
                    decision = context.judge(request, result)
                    if isinstance(decision, Refuse):
                        return _refused(step, decision)
                    pauses.for_denial(decision)
                case Refused(fault):
                    return _refused(step, Refuse((Cause(CauseKind.VERBATIM, text=fault.message),)))
                case Changed(fault):
                    pauses.for_change(fault)
                case NotDone(fault) | Unknown(fault):
                    pauses.for_server(fault)
                case Failed(fault):
                    raise fault
            plan = approved.replan(session.list_pools().pools)
            left = [each.identity for each in approved.steps[first:]]
            others = [each for each in left if each != step.identity]
            found = [each.identity for each in plan.steps]
            if plan.is_legal and found == others and isinstance(result, Changed | Unknown):
                # An unanswered write has come, or another run of the same plan was faster.
                return Outcome(step.pool, State.UNCHANGED, ExitCode.YES)
            if not plan.is_legal or found != left:
                return self._stop(step)
            seen = plan.steps[position - first].before

    def _stop(self, step: Step) -> Outcome:
        """The outcome if the cluster is no longer as it was when the plan was approved."""
        self.is_outdated = True
        report = Report(ReportKind.PLAN_OUTDATED)
        return Outcome(step.pool, State.FAILED, ExitCode.LOST_RACE, report)


def _wanted(step: Step) -> Pool:
    assert step.after is not None
    return step.after._replace(live=None)


def _refused(step: Step, refuse: Refuse) -> Outcome:
    report = Report(ReportKind.CHANGE_REFUSED, causes=refuse.causes)
    return Outcome(step.pool, State.REFUSED, ExitCode.REFUSED, report, refuse.conflicts)

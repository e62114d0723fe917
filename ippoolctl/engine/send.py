"""Posting a pool, and finding out what came of it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ippoolctl.domain.annotations.marks import is_pending
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.backoff import between_polls
from ippoolctl.domain.protocol.creation import Refuse, Wait, not_as_asked
from ippoolctl.domain.protocol.denials import Stale
from ippoolctl.domain.protocol.outcome import Outcome
from ippoolctl.domain.protocol.unanswered_write import Silence, after_silence
from ippoolctl.engine import reports
from ippoolctl.engine.attempt import Attempt
from ippoolctl.engine.nature import MAY_HAVE_HAPPENED, Nature, Step, Verb, nature, step_after
from ippoolctl.engine.rights import require_rights
from ippoolctl.engine.settle import end_with, settle
from ippoolctl.engine.withdraw import withdraw
from ippoolctl.ports.faults import Fault

NEEDED_VERBS: Final = ("list", "get", "create", "patch", "delete")
"""What a create may have to do; asked before the first write."""
_NEEDS: Final = "create needs the verbs list, get, create, patch and delete"


class Sender:
    """Posts the pool, and finds out what came of it."""

    def __init__(self, attempt: Attempt, manifest: Mapping[str, Any], *, dry_run: bool) -> None:
        self.attempt = attempt
        self._run = attempt.run
        self.manifest = manifest
        """The object to post."""
        self.dry_run = dry_run
        self._allowed = dry_run

    def send(self, seen: Sequence[Pool]) -> Outcome | None:
        """Post it once, verify and settle it; ``None`` to look again."""
        self._require_rights()
        if not self.attempt.may_send():
            return None
        attempt, within = self.attempt, self._run.within()
        until = self._run.clock.now() + within
        if not self.dry_run:
            attempt.sent += 1
            attempt.unanswered_until = until
        made = self._posted(within)
        if isinstance(made, Fault):
            return self._after(made, until, seen)
        changed = not_as_asked(attempt.request, made)
        if changed is not None:
            return end_with(attempt, reports.refused(attempt.request, changed), withdraw(attempt))
        if self.dry_run:
            return reports.judged(attempt.request, made)
        return settle(attempt, made, adopted=False)

    def _posted(self, within: float) -> Pool | Fault:
        """The answer to the write. A signal waits for it: it tells what there is to take back."""
        with self._run.hold():
            gateway, attempt = self._run.gateway, self.attempt
            try:
                made = gateway.create_pool(self.manifest, dry_run=self.dry_run, within=within)
            except Fault as fault:
                if step_after(fault, Verb.CREATE) not in MAY_HAVE_HAPPENED:
                    attempt.unanswered_until = None
                return fault
            if not self.dry_run:
                attempt.made(made)
            return made

    def adopt(self, pool: Pool) -> Outcome | None:
        """Go on with a pending pool of this request, which somebody else left or is at."""
        if self.dry_run:
            return reports.judged(self.attempt.request, pool)
        with self.attempt.holding(pool):
            self._require_rights()
        return settle(self.attempt, pool, adopted=True)

    def wait(self, wait: Wait) -> Outcome | None:
        """Let others finish, if we may wait."""
        if not self.attempt.patient:
            return reports.busy(self.attempt.request, wait)
        self.attempt.wait_for_others(wait.reason)
        return None

    def _after(self, fault: Fault, until: float, seen: Sequence[Pool]) -> Outcome | None:
        attempt, step = self.attempt, step_after(fault, Verb.CREATE)
        if step is Step.LOOK and not self.dry_run and self._happened(fault, until):
            attempt.untold = True
            return None
        if step is not Step.LOOK_AND_STOP:
            attempt.unanswered_until = None
        if step is Step.JUDGE:
            return self._after_denial(fault, seen)
        attempt.answer = fault.message
        match step:
            case Step.DECIDE_AGAIN:
                # The next look says whose it is; a pause, should it be gone again by then.
                attempt.wait_for_others(f"a pool {attempt.request.name} has just appeared")
                return None
            case Step.REFUSE:
                return reports.refused(attempt.request, Refuse((fault.message,)))
            case Step.REPEAT | Step.LOOK:
                if nature(fault) is Nature.NOT_SENT and not self._run.patient:
                    raise fault
                return self._again_after(fault)
            case _:
                raise fault

    def _again_after(self, fault: Fault) -> Outcome | None:
        if not self._run.patient:
            return reports.unavailable(self.attempt.request, fault)
        self.attempt.wait_for_server(fault)
        return None

    def _happened(self, fault: Fault, until: float) -> bool:
        """Whether a write that got no answer took effect; looks until it cannot any more."""
        attempt, clock, polls = self.attempt, self._run.clock, 0
        while True:
            over = clock.now() >= until
            present = attempt.get()
            if after_silence(there=present is not None, over=over) is not Silence.WAIT:
                break
            seconds = min(between_polls(polls), until - clock.now())
            reason = f"no answer to the create request: {fault.message}"
            self._run.pause(reason, max(seconds, 0.0), cause=fault)
            polls += 1
        if present is not None and attempt.request.owns(present) and is_pending(present):
            # A twin may have made it: then our own write can still take effect until its time.
            attempt.mine = present
        return present is not None

    def _after_denial(self, fault: Fault, seen: Sequence[Pool]) -> Outcome | None:
        request = self.attempt.request
        match self.attempt.judge(fault, seen):
            case Refuse() as decision:
                return reports.refused(request, decision, lost_to=self.attempt.lost_to)
            case Wait() as wait:
                return self.wait(wait)
            case Stale() as stale if self.attempt.patient:
                self.attempt.wait_for_cache(stale)
                return None
            case Stale() as stale:
                return reports.stale(request, stale)

    def _require_rights(self) -> None:
        """Raise if a verb is missing that this may need; asked once, before the first write."""
        if not self._allowed:
            require_rights(self._run, NEEDED_VERBS, _NEEDS, self.attempt.request.name)
            self._allowed = True

"""Writing a claim, and finding out what came of it."""

from collections.abc import Sequence
from typing import Final

from ippoolctl.crd.claim_patches import claiming_patch, rehearsing_patch
from ippoolctl.domain.addresses.ranges import BadRange, IPRange
from ippoolctl.domain.annotations.claims import Claim, made_claim
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.backoff import between_polls
from ippoolctl.domain.protocol.creation import Refuse, Wait
from ippoolctl.domain.protocol.denials import Stale
from ippoolctl.domain.protocol.extension import Extension, Vanished, of_the_claim
from ippoolctl.domain.protocol.outcome import Outcome
from ippoolctl.domain.protocol.unanswered_write import Silence, after_silence
from ippoolctl.engine import extend_reports as reports
from ippoolctl.engine.append import append, give_up
from ippoolctl.engine.attempt import Attempt
from ippoolctl.engine.nature import MAY_HAVE_HAPPENED, Nature, Step, Verb, nature, step_after
from ippoolctl.engine.rights import require_rights
from ippoolctl.ports.faults import Fault

NEEDED_VERBS: Final = ("list", "get", "patch")
"""What an extension may have to do; asked before the first write."""
_NEEDS: Final = "extend needs the verbs list, get and patch"

Ranges = Sequence[IPRange | BadRange]


class Claimer:
    """Claims ranges, and has them appended once it is plain that nobody was there before."""

    def __init__(self, attempt: Attempt, extension: Extension, *, dry_run: bool) -> None:
        self.attempt = attempt
        self.extension = extension
        self._run = attempt.run
        self.dry_run = dry_run
        self._allowed = dry_run

    def claim(self, pool: Pool, ranges: Ranges, date: str) -> Outcome | None:
        """Claim them once, verify and append; ``None`` to look again."""
        self._require_rights()
        claim = made_claim(self.extension.id, self._nonce(), date, ranges)
        if self.dry_run:
            return self._rehearse(pool, claim)
        if not self.attempt.may_send():
            return None
        attempt, within = self.attempt, self._run.within()
        until = self._run.clock.now() + within
        attempt.sent += 1
        attempt.unanswered_until = until
        made = self._claimed(pool, claim, within)
        if isinstance(made, Fault):
            return self._after_claim(made, until, pool)
        return append(self.attempt, self.extension, made, claim, adopted=False)

    def adopt(self, pool: Pool, claim: Claim) -> Outcome | None:
        """Go on with a claim of this request, which somebody else left or is at."""
        if self.dry_run:
            return reports.judged(self.extension, pool)
        with self.attempt.holding(pool):
            self._require_rights()
        return append(self.attempt, self.extension, pool, claim, adopted=True)

    def give_up(self, pool: Pool) -> Outcome | None:
        """Take a claim of this request away that is good for nothing any more."""
        if self.dry_run:
            return reports.judged(self.extension, pool)
        return give_up(self.attempt, self.extension, pool)

    def wait(self, wait: Wait) -> Outcome | None:
        """Let others finish, if we may wait."""
        if not self._run.patient:
            return reports.busy(self.extension, wait)
        self.attempt.wait_for_others(wait.reason)
        return None

    def _nonce(self) -> str:
        return "".join(f"{int(self._run.chance() * 2**32):08x}" for _ in range(3))

    def _rehearse(self, pool: Pool, claim: Claim) -> Outcome | None:
        gateway, patch = self._run.gateway, rehearsing_patch(pool, claim)
        try:
            made = gateway.patch_pool(pool.name, patch, dry_run=True, within=self._run.within())
        except Fault as fault:
            return self._refusal_or_wait(fault)
        return reports.judged(self.extension, made)

    def _claimed(self, pool: Pool, claim: Claim, within: float) -> Pool | Fault:
        """The answer to the claim. A signal waits for it: it tells what there is to give up."""
        patch = claiming_patch(pool, claim)
        with self._run.hold():
            try:
                made = self._run.gateway.patch_pool(pool.name, patch, within=within)
            except Fault as fault:
                if step_after(fault, Verb.PATCH) not in MAY_HAVE_HAPPENED:
                    self.attempt.unanswered_until = None
                return fault
            self.attempt.made(made)
            return made

    def _after_claim(self, fault: Fault, until: float, pool: Pool) -> Outcome | None:
        step = step_after(fault, Verb.PATCH)
        if step is Step.LOOK and self._happened(fault, until, pool):
            return None
        if step is not Step.LOOK_AND_STOP:
            self.attempt.unanswered_until = None
        return self._refusal_or_wait(fault)

    def _refusal_or_wait(self, fault: Fault) -> Outcome | None:
        """The end that a refused write means, or ``None`` to look again after a while."""
        attempt, step = self.attempt, step_after(fault, Verb.PATCH)
        if step is Step.JUDGE:
            return self._after_denial(fault)
        attempt.answer = fault.message
        match step:
            case Step.DECIDE_AGAIN:
                attempt.wait_for_others(f"pool {self.extension.name} has just changed")
                return None
            case Step.REFUSE:
                return reports.refused(self.extension, Refuse((fault.message,)))
            case Step.REPEAT | Step.LOOK:
                if nature(fault) is Nature.NOT_SENT and not self._run.patient:
                    raise fault
                if not self._run.patient:
                    return reports.unavailable(self.extension, fault)
                attempt.wait_for_server(fault)
                return None
            case _:
                raise fault

    def _happened(self, fault: Fault, until: float, pool: Pool) -> bool:
        """Whether a claim that got no answer took effect; looks until it cannot any more."""
        attempt, clock, polls = self.attempt, self._run.clock, 0
        while True:
            over = clock.now() >= until
            present = attempt.get()
            there = self._is_there(pool, present)
            if after_silence(there=there, over=over) is not Silence.WAIT:
                break
            seconds = min(between_polls(polls), until - clock.now())
            reason = f"no answer to the claim: {fault.message}"
            self._run.pause(reason, max(seconds, 0.0), cause=fault)
            polls += 1
        # A twin may have written it: then our own can still take effect until its time.
        attempt.mine = present if there else None
        return there

    def _is_there(self, pool: Pool, present: Pool | None) -> bool:
        assert pool.live is not None
        found = of_the_claim(self.extension, pool.live.uid, present)
        return not isinstance(found, Vanished)

    def _after_denial(self, fault: Fault) -> Outcome | None:
        decision = self.attempt.judge(fault)
        match decision:
            case Refuse():
                return reports.refused(self.extension, decision, lost_to=self.attempt.lost_to)
            case Wait() as wait:
                return self.wait(wait)
            case Stale() as stale if self._run.patient:
                self.attempt.wait_for_cache(stale)
                return None
            case Stale() as stale:
                return reports.stale(self.extension, stale)

    def _require_rights(self) -> None:
        """Raise if a verb is missing that this may need; asked once, before the first write."""
        if not self._allowed:
            require_rights(self._run, NEEDED_VERBS, _NEEDS, self.extension.name)
            self._allowed = True

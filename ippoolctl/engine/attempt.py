"""What a run of ``create`` knows and has done so far."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from ippoolctl.domain.antrea.messages import recognise
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol import backoff
from ippoolctl.domain.protocol.conflicts import Rival
from ippoolctl.domain.protocol.creation import Refuse, Wait
from ippoolctl.domain.protocol.denials import Stale, after_denial
from ippoolctl.domain.protocol.request import Request
from ippoolctl.domain.protocol.unanswered_write import Silence, after_silence
from ippoolctl.engine.nature import Step
from ippoolctl.engine.run import Run
from ippoolctl.ports.faults import Fault
from ippoolctl.ports.gateway import PoolList


@dataclass
class Attempt:
    """One request on its way."""

    run: Run
    request: Request
    elsewhere: bool = False
    """Whether any range of a size will do: then another one is tried before anything is waited for.
    """
    mine: Pool | None = None
    """A pending pool of this request: withdrawn if this ends badly."""
    unanswered_until: float | None = None
    """Until when a write that got no answer may still take effect; ``None`` if there is none."""
    looked: bool = False
    """Whether this run has seen what is there: before, somebody else's leavings may be."""
    sent: int = 0
    """How often it was posted."""
    untold: bool = False
    """Whether a pool appeared after a post of ours that got no answer: nobody can tell whose it is.
    """
    answer: str = ""
    """What the server said last."""
    lost_to: tuple[Rival, ...] = ()
    """Who was first, once ours has lost."""
    settled: Pool | None = None
    """Our pool, once this run has settled it: nobody takes it back."""
    exists: Pool | None = None
    """Our pool, where it is settled and we have yet to see that nothing overlaps it."""
    _made: set[str] = field(init=False, default_factory=set)
    _denied_since: float | None = field(init=False, default=None)
    _failures: int = field(init=False, default=0)
    _polls: int = field(init=False, default=0)
    _conflicts: int = field(init=False, default=0)

    @contextmanager
    def holding(self, pool: Pool) -> Iterator[None]:
        """What another run of this request has left is ours from here on, whatever end comes.

        Unless we may not write at all: then nothing is written.
        """
        self.mine = pool
        try:
            yield
        except Fault:
            self.mine = None
            raise

    @property
    def patient(self) -> bool:
        """Whether to wait for these very ranges."""
        return self.run.patient and not self.elsewhere

    @property
    def denied(self) -> bool:
        """Whether a stale cache has refused it before."""
        return self._denied_since is not None

    def survey(self) -> PoolList:
        """All pools, by a consistent read, and the server's time."""
        found = self.run.list_pools()
        self.looked = True
        return found

    def look(self) -> Sequence[Pool]:
        """All pools, by a consistent read."""
        return self.survey().pools

    def get(self) -> Pool | None:
        """The pool of that name as it is now."""
        gateway, name = self.run.gateway, self.request.name
        return self.run.ask(lambda within: gateway.get_pool(name, within=within))

    def judge(self, denial: Fault, seen: Sequence[Pool] | None = None) -> Refuse | Wait | Stale:
        """What a denial means, by a look at what is really there.

        A sentence that came before is judged by what was ``seen`` just before the write: there is
        another look before the next one, and large lists are not read twice each time.
        """
        recognised = recognise(denial.message)
        assert recognised is not None
        known = denial.message == self.answer
        self.answer = denial.message
        if self._denied_since is None:
            self._denied_since = self.run.clock.now()
        pools = seen if known and seen is not None else self.look()
        return after_denial(self.request, recognised, pools)

    def wait_for_cache(self, stale: Stale) -> None:
        """Let the cache catch up a little."""
        assert self._denied_since is not None
        since = self.run.clock.now() - self._denied_since
        seconds = backoff.after_denial(since, self.run.chance())
        self.run.pause(f"webhook still refuses: {stale.reason}", seconds)

    def wait_for_denial(self, decision: Wait | Stale) -> None:
        """Let what stands behind a denial pass."""
        if isinstance(decision, Stale):
            self.wait_for_cache(decision)
        else:
            self.wait_for_others(decision.reason)

    def wait_for_server(self, fault: Fault) -> None:
        """Let a fault pass; the more of them came in a row, the longer."""
        self.answer = fault.message
        self._failures += 1
        self.run.pause_after(fault, self._failures)

    def wait_for_change(self, fault: Fault) -> None:
        """Let other writers of the object finish, should there be more than one conflict."""
        self._conflicts += 1
        self.run.pause_after_conflict(fault, self._conflicts)

    def wait_to_look(self, fault: Fault, step: Step) -> None:
        """Before a look at what became of a write: let a fault pass, or a conflict."""
        if step is Step.LOOK:
            self.wait_for_server(fault)
        else:
            self.wait_for_change(fault)

    def may_send(self) -> bool:
        """Whether no earlier write of this run may still take effect, nor has since the last look;
        else lets time pass.

        That what it should make was seen in the meantime says nothing: a twin may have made that
        and taken it away again.
        """
        until, now = self.unanswered_until, self.run.clock.now()
        if until is None:
            return True
        if after_silence(there=False, over=now >= until) is not Silence.WAIT:
            self.unanswered_until = None
            return False
        reason = "an earlier request got no answer and may still take effect"
        self.run.pause(reason, min(backoff.between_polls(self._polls), until - now))
        self._polls += 1
        return False

    def wait_for_others(self, reason: str) -> None:
        """Let other writers finish."""
        self.run.pause(reason, backoff.between_polls(self._polls))
        self._polls += 1

    def made(self, pool: Pool) -> None:
        """The write was answered: the pool is ours to settle or to withdraw."""
        self.mine = pool
        self._made.add(_uid(pool))
        self.unanswered_until = None
        self._failures = self._polls = self._conflicts = 0

    def created(self, pool: Pool) -> bool:
        """Whether this run made the pool, as far as anybody can tell, and not a twin of it."""
        return _uid(pool) in self._made or (self.untold and not self._made)

    def done(self, pool: Pool) -> None:
        """The pool is settled, and stays."""
        self.settled = pool
        self.mine = None


def _uid(pool: Pool) -> str:
    return pool.live.uid if pool.live is not None else ""

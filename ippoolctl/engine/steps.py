"""The values that the reservation protocol works with: its state, its steps, and what is held."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.antrea.messages import parse_denial
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.cancellation import Committed, Gone, Held, InUse
from ippoolctl.domain.protocol.candidates import Exhausted, NoRoom, Tried
from ippoolctl.domain.protocol.conflicts import Conflict
from ippoolctl.domain.protocol.creation import Adopt, Done, Keep, Refuse, Reserve, Wait
from ippoolctl.domain.protocol.denials import Stale, after_denial
from ippoolctl.domain.protocol.extension import Absent, UnusableClaim
from ippoolctl.domain.protocol.if_not_exists import Enough
from ippoolctl.domain.protocol.outcome import Outcome
from ippoolctl.domain.protocol.reports import Command
from ippoolctl.domain.protocol.request import Request
from ippoolctl.engine.session import Session
from ippoolctl.engine.writer import Denied, Effect, Ledger, Pauses, Write, Writer
from ippoolctl.ports.faults import Fault
from ippoolctl.ports.gateway import PoolList

Decision = (
    Reserve | Adopt | UnusableClaim | Done | Enough | Keep | Wait | Refuse | Absent
    | Exhausted | NoRoom
)  # fmt: skip
"""What to do in view of all pools."""


class Holding(Protocol):
    """One way to hold ranges until they are committed: a pending pool, or a claim.

    Frozen; each method that returns a :class:`~ippoolctl.engine.writer.Write` sends nothing.
    """

    @property
    def command(self) -> Command:
        """Which command it is for."""

    @property
    def name(self) -> str:
        """The pool."""

    @property
    def request_id(self) -> str:
        """The request that it is for."""

    def as_it_stands(self, pools: Sequence[Pool]) -> "Holding":
        """With all that an earlier run of this request has reserved."""

    def decide(self, pools: Sequence[Pool]) -> Decision:
        """What to do in view of all pools."""

    def beside(self, held: Pool, pools: Sequence[Pool]) -> Decision:
        """The same as if ``held``, which is ours, were not reserved: for a dry run."""

    def contested(self, held: Pool) -> Request:
        """What the verification of ``held`` is about."""

    def judged(self, effect: Effect, pool: Pool | None) -> Request:
        """What the webhook judges when ``pool`` is written to; ``None`` where it is to be made."""

    def reserve(self, base: Pool | None, date: str, random: Callable[[], float]) -> Write:
        """The write that makes the reservation, on ``base`` if it is a claim."""

    def rehearse(self, base: Pool | None) -> Write:
        """A dry run of all that is to be written."""

    def commit(self, held: Pool) -> Write:
        """The write that makes the reservation last."""

    def cancel(self, held: Pool) -> Write:
        """The write that removes the reservation."""

    def not_as_asked(self, effect: Effect, asked: Pool | None, made: Pool) -> Refuse | None:
        """Why what the server has stored will not do; ``asked`` is what was written to."""

    def lacks(self, pool: Pool) -> bool:
        """Whether more is to be reserved after a commit that left the pool like this."""

    def what_is_left(self, uid: str, present: Pool | None) -> Held | Gone | Committed | InUse:
        """What is left of the reservation in the pool of that uid."""

    def after_commit(
        self, uid: str, present: Pool | None
    ) -> Held | Gone | Committed | UnusableClaim | Refuse:
        """The same after a commit that failed or was not answered."""

    def appeared(self, base: Pool | None, present: Pool | None) -> bool:
        """Whether an unanswered reservation on ``base`` seems to have been applied."""

    def ours(self, present: Pool | None) -> Pool | None:
        """The pool, if an unanswered reservation may have made it what it is."""

    def can_not_appear(self, present: Pool | None) -> bool:
        """Whether an unanswered reservation has come to nothing for good."""


UNTRIED: Final = Tried()


@dataclass(frozen=True, slots=True)
class State:
    """What a run knows; a step replaces it. What is lost with it costs a sentence, no object."""

    holding: Holding
    tried: Tried = UNTRIED
    """What has been tried since the last pause, where any range of a size will do."""
    candidate: tuple[Span, ...] = ()
    """The range being tried where any range of a size will do: no other run is waited for."""
    looked: bool = False
    """Whether this run has seen what is there."""
    exists: Pool | None = None
    """Our pool, where it is committed and may yet overlap another one."""
    lost_to: tuple[Conflict, ...] = ()
    """What was there first, once ours has lost."""
    ownership_unknown: bool = False
    """Whether a pool appeared after an unanswered write of ours: a twin may have made it."""


@dataclass(frozen=True, slots=True)
class Look:
    """List all pools and decide."""


@dataclass(frozen=True, slots=True)
class Take:
    """Carry out a decision."""

    decision: Decision
    seen: PoolList
    """What it was made by."""


@dataclass(frozen=True, slots=True)
class Verify:
    """Find out what was there first."""

    held: Pool
    adopted: bool
    """Whether the revision of ``held`` may be later than its reservation."""


@dataclass(frozen=True, slots=True)
class Commit:
    """Nothing was there before: make it last."""

    held: Pool


@dataclass(frozen=True, slots=True)
class Lose:
    """Something was there before: cancel."""


@dataclass(frozen=True, slots=True)
class Outlast:
    """Ours lost and is in use: it stays, and is committed if all others go."""

    pool: Pool


@dataclass(frozen=True, slots=True)
class End:
    """It ends without success: cancel first."""

    outcome: Outcome


Step = Look | Take | Verify | Commit | Lose | Outlast | End | Outcome
Next = tuple[State, Step]


class Context:
    """What the steps of one run work with."""

    def __init__(self, session: Session, *, dry_run: bool) -> None:
        self.session = session
        self.writer = Writer(session)
        self.pauses = Pauses(session)
        self.dry_run = dry_run
        self._allowed = dry_run

    @property
    def ledger(self) -> Ledger:
        """What this run may have left in the cluster."""
        return self.writer.ledger

    def patient(self, state: State) -> bool:
        """Whether to wait for these very ranges."""
        return self.session.patient and not state.candidate

    def judge(
        self, request: Request, denied: Denied, seen: Sequence[Pool] | None = None
    ) -> Refuse | Wait | Stale:
        """What a denial means, by a new list: what it names may have come just before it.

        A repeated sentence is judged by what was ``seen`` before the write, since large lists are
        not to be read twice each time.
        """
        parsed = parse_denial(denied.fault.message)
        assert parsed is not None
        self.pauses.note_denial()
        pools = seen if denied.repeated and seen is not None else self.session.list_pools().pools
        return after_denial(request, parsed, pools)

    def created(self, state: State, pool: Pool) -> bool:
        """Whether this run made the pool and not a twin, as far as that can be known."""
        uid = pool.live.uid if pool.live is not None else ""
        return uid in self.ledger.made or (state.ownership_unknown and not self.ledger.made)

    def require_rights(self, holding: Holding) -> None:
        """Raise if a verb is missing that this may need; asked once, before the first write."""
        if self._allowed:
            return
        verbs = NEEDED_VERBS[holding.command]
        words = f"{', '.join(verbs[:-1])} and {verbs[-1]}"
        hint = f"{holding.command} requires the verbs {words}"
        self.session.require_rights(verbs, hint, holding.name)
        self._allowed = True

    def adopt(self, holding: Holding, pool: Pool) -> None:
        """What another run of this request has left is ours from here on, whatever end comes.

        Unless a right is missing: then nothing is written.
        """
        self.ledger.mine = pool
        try:
            self.require_rights(holding)
        except Fault:
            self.ledger.mine = None
            raise


NEEDED_VERBS = {
    Command.CREATE: ("list", "get", "create", "patch", "delete"),
    Command.EXTEND: ("list", "get", "patch"),
}
"""What a run may have to do; asked before the first write."""

"""The values of the reservation protocol: its state, its steps, and what is held."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.antrea.messages import parse_denial
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.causes import Command
from ippoolctl.domain.protocol.decisions import (
    Committed,
    Enough,
    Exhausted,
    ExtensionStep,
    FirstStep,
    Gone,
    Held,
    InUse,
    NoRoom,
    Refuse,
    Stale,
    Tried,
    UnusableClaim,
    Wait,
)
from ippoolctl.domain.protocol.denials import after_denial
from ippoolctl.domain.protocol.outcome import Outcome
from ippoolctl.domain.protocol.request import Conflict, Request
from ippoolctl.engine.session import Session
from ippoolctl.engine.writer import Denied, Effect, Pauses, Write, Writer
from ippoolctl.ports.faults import Fault
from ippoolctl.ports.gateway import PoolList

Decision = FirstStep | ExtensionStep | Enough | Exhausted | NoRoom
"""The next step, given all pools."""


class Holding(Protocol):
    """A way to hold ranges until they are committed: a pending pool, or a claim.

    Frozen; methods that return a :class:`~ippoolctl.engine.writer.Write` send nothing.
    """

    @property
    def command(self) -> Command:
        """The command."""

    @property
    def name(self) -> str:
        """The name of the pool."""

    @property
    def request_id(self) -> str:
        """The request ID."""

    def with_existing_ranges(self, pools: Sequence[Pool]) -> "Holding":
        """With all ranges that an earlier run of this request reserved."""

    def decide(self, pools: Sequence[Pool]) -> Decision:
        """The next step, given all pools."""

    def decide_without(self, held: Pool, pools: Sequence[Pool]) -> Decision:
        """The next step as if our ``held`` were not reserved: for a dry run."""

    def contested(self, held: Pool) -> Request:
        """The request to verify ``held`` with."""

    def validated_request(self, effect: Effect, pool: Pool | None) -> Request:
        """What the webhook validates when ``pool`` is written to; ``None`` for a new pool."""

    def reserve(self, base: Pool | None, date: str, random: Callable[[], float]) -> Write:
        """The write that reserves, on ``base`` if it is a claim."""

    def dry_run(self, base: Pool | None) -> Write:
        """A dry run of the complete change."""

    def commit(self, held: Pool) -> Write:
        """The write that commits the reservation."""

    def cancel(self, held: Pool) -> Write:
        """The write that removes the reservation."""

    def not_as_asked(self, effect: Effect, asked: Pool | None, made: Pool) -> Refuse | None:
        """Why the stored result cannot be used; ``asked`` is the object that was written to."""

    def lacks(self, pool: Pool) -> bool:
        """Whether the committed pool still lacks requested ranges."""

    def what_is_left(self, uid: str, present: Pool | None) -> Held | Gone | Committed | InUse:
        """What is left of the reservation in the pool of that uid."""

    def after_commit(
        self, uid: str, present: Pool | None
    ) -> Held | Gone | Committed | UnusableClaim | Refuse:
        """What is left after a commit that failed or got no response."""

    def appeared(self, base: Pool | None, present: Pool | None) -> bool:
        """Whether an unanswered reservation on ``base`` seems to have been applied."""

    def ours(self, present: Pool | None) -> Pool | None:
        """The pool, if it may be the result of an unanswered reservation."""

    def cannot_appear(self, present: Pool | None) -> bool:
        """Whether an unanswered reservation can no longer take effect."""


UNTRIED: Final = Tried()


@dataclass(frozen=True, slots=True)
class State:
    """What a run knows; each step replaces it. Losing it affects a message, never an object."""

    holding: Holding
    tried: Tried = UNTRIED
    """Attempts since the last pause, if any range of a size is accepted."""
    candidate: tuple[Span, ...] = ()
    """The range being tried, if any range of a size is accepted: the run waits for no other run."""
    looked: bool = False
    """Whether this run has listed the pools."""
    exists: Pool | None = None
    """Our committed pool, which may still overlap another one."""
    lost_to: tuple[Conflict, ...] = ()
    """What was first, after ours lost."""
    ownership_unknown: bool = False
    """Whether a pool appeared after our unanswered write: a twin may have created it."""
    verified: str = ""
    """The uid of the last pool that this run created or adopted."""

    def has_verified(self, pools: Sequence[Pool]) -> bool:
        """Whether that pool exists: it is not compared with the request again."""
        return any(each.live is not None and each.live.uid == self.verified for each in pools)


@dataclass(frozen=True, slots=True)
class Look:
    """List all pools and decide."""


@dataclass(frozen=True, slots=True)
class Take:
    """Carry out a decision."""

    decision: Decision
    seen: PoolList
    """The pools that the decision is based on."""


@dataclass(frozen=True, slots=True)
class Verify:
    """Verify what was first."""

    held: Pool
    adopted: bool
    """Whether the revision of ``held`` may be later than its reservation."""


@dataclass(frozen=True, slots=True)
class Commit:
    """Ours was first: commit."""

    held: Pool


@dataclass(frozen=True, slots=True)
class Lose:
    """Another one was first: cancel."""


@dataclass(frozen=True, slots=True)
class Outlast:
    """Ours lost and is in use: it stays, and is committed if the conflict ends."""

    pool: Pool


@dataclass(frozen=True, slots=True)
class End:
    """End without success: cancel first."""

    outcome: Outcome


Step = Look | Take | Verify | Commit | Lose | Outlast | End | Outcome
Next = tuple[State, Step]


class Context:
    """The objects that the steps of one run share."""

    def __init__(self, session: Session, *, dry_run: bool) -> None:
        self.session = session
        self.writer = Writer(session)
        self.ledger = self.writer.ledger
        self.pauses = Pauses(session)
        self.dry_run = dry_run
        self._allowed = dry_run

    def patient(self, state: State) -> bool:
        """Whether to wait for these very ranges."""
        return self.session.patient and not state.candidate

    def judge(
        self, request: Request, denied: Denied, seen: Sequence[Pool] | None = None
    ) -> Refuse | Wait | Stale:
        """What a denial means, by a new list: the pool it names may have just been created.

        A repeated denial is judged by the list ``seen`` before the write, to avoid reading large
        lists twice each time.
        """
        parsed = parse_denial(denied.fault.message)
        assert parsed is not None
        pools = seen if denied.repeated and seen is not None else self.session.list_pools().pools
        decision = after_denial(request, parsed, pools)
        if isinstance(decision, Stale):
            self.pauses.note_denial()
        return decision

    def created(self, state: State, pool: Pool) -> bool:
        """Whether this run and not a twin created the pool, as far as known."""
        assert pool.live is not None
        made = self.ledger.made
        return pool.live.uid in made or (state.ownership_unknown and not made)

    def require_rights(self, holding: Holding) -> None:
        """Raise if a required permission is missing; checked once, before the first write."""
        if self._allowed:
            return
        verbs = NEEDED_VERBS[holding.command]
        words = f"{', '.join(verbs[:-1])} and {verbs[-1]}"
        hint = f"{holding.command} requires the verbs {words}"
        self.session.require_rights(verbs, hint, holding.name)
        self._allowed = True

    def adopt(self, holding: Holding, pool: Pool) -> None:
        """Record the reservation of another run of this request as ours, to commit or to cancel.

        Raises before that if a permission is missing: then nothing is written.
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
"""Verbs that a run may need; checked before the first write."""

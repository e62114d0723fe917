"""The clients of the model: what the engine does between two requests, decided by its functions.

Each step is one request, its effect and what follows from the answer. Nothing is decided here that
the domain decides; a :class:`Rules` with something switched off stands for a program without it.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from ippoolctl.crd.claim_patches import JsonPatch, appending_patch, claiming_patch, releasing_patch
from ippoolctl.domain.claims import claim_of
from ippoolctl.domain.creation import Adopt, Done, Keep, Refuse, Send, Wait, first_step
from ippoolctl.domain.denials import after_denial
from ippoolctl.domain.extension import (
    Absent,
    AdoptClaim,
    Extension,
    GiveUp,
    Holding,
    Reserve,
    Vanished,
    next_step,
    of_the_claim,
)
from ippoolctl.domain.messages import Denial, Kind
from ippoolctl.domain.pool import Pool
from ippoolctl.domain.request import Request
from ippoolctl.domain.silence import Silence, after_silence
from ippoolctl.domain.verification import (
    Lost,
    Settle,
    Won,
    after_adoption,
    after_conflict,
    after_write,
    settling_patch,
)
from ippoolctl.domain.withdrawal import Delete, StillUsed, Withdrawn, withdrawal
from tests.model.world import (
    Held,
    Obj,
    Objects,
    Ranges,
    claim_value,
    network,
    pool_of,
    pools_of,
)

STALE = Denial(
    Kind.OVERLAP, "range [x] overlaps with range [y] of ExternalIPPool gone", "x", "y", "gone"
)
"""What the webhook may say at any time."""


@dataclass(frozen=True)
class Rules:
    """The functions that decide, and the paths that patches do not test."""

    first_step: Callable[..., Any] = first_step
    next_step: Callable[..., Any] = next_step
    after_write: Callable[..., Any] = after_write
    after_adoption: Callable[..., Any] = after_adoption
    after_conflict: Callable[..., Any] = after_conflict
    after_silence: Callable[..., Any] = after_silence
    of_the_claim: Callable[..., Any] = of_the_claim
    withdrawal: Callable[..., Any] = withdrawal
    outlives: bool = True
    """Whether no end comes before a write without an answer is over."""
    withdraws: bool = True
    """Whether an end without success takes back what is pending or claimed."""
    verifies_again: bool = True
    """Whether a changed object is verified again."""
    fresh_nonces: bool = True
    tries_all: bool = True
    """Whether no candidate is tried again before all others were."""
    untested: frozenset[tuple[str, str]] = frozenset()
    """Kinds of patches and paths that they do not test."""


class Plan(NamedTuple):
    """What a client is told to do."""

    kind: str
    """``create`` or ``extend``."""
    name: str
    id: str
    candidates: tuple[Ranges, ...]
    """Ranges to take; more than one as ``--ips`` finds them."""


class Client(NamedTuple):
    """One run, between two requests."""

    at: str = "look"
    life: int = 0
    """Which run of the command it is."""
    mine: Obj | None = None
    """Our pool, or the pool with our claim, as we know it."""
    candidate: int = 0
    tried: frozenset[int] = frozenset()
    silent: bool = False
    """Whether a write of ours got no answer and may still take effect."""
    then: str = ""
    """Where to go on after a withdrawal."""
    lost: bool = False
    result: str = ""


class Write(NamedTuple):
    """A write on its way."""

    client: int
    life: int
    kind: str
    name: str
    new: Obj | None = None
    """What a POST makes; what a DELETE expects to find."""
    patch: str = ""
    held: Held | None = None
    """The claim that the patch speaks of: its nonce is not free as long as the write may come."""


ENDED = "ended"
DEAD = "dead"


def request_of(plan: Plan, ranges: Ranges) -> Request:
    return Request(Pool(plan.name, tuple(map(network, ranges))), plan.id)


@cache
def _request(plan: Plan, candidate: int) -> Request:
    return request_of(plan, plan.candidates[candidate])


@cache
def extension_of(plan: Plan) -> Extension:
    return Extension(plan.name, tuple(map(network, plan.candidates[0])), plan.id)


def text_of(kind: str, patch: JsonPatch | list[dict[str, object]], rules: Rules) -> str:
    """The patch, less the tests that are switched off."""
    return json.dumps(
        [
            step
            for step in patch
            if step["op"] != "test"
            or not any(
                each_kind == kind and path in str(step["path"])
                for each_kind, path in rules.untested
            )
        ]
    )


def ended(client: Client, result: str) -> Client:
    """An end without success; a write without an answer is outlived first."""
    if client.silent:
        return client._replace(at="outlive", then=result)
    return Client(ENDED, client.life, result=result)


def done(client: Client) -> Client:
    return Client(ENDED, client.life, result="done")


class Decider:
    """What a client does with an answer; one for all states, so answers are remembered."""

    def __init__(self, plan: Plan, rules: Rules) -> None:
        self.plan, self.rules = plan, rules
        self.look = lru_cache(maxsize=None)(self._look)
        self.adopted = lru_cache(maxsize=None)(self._adopted)
        self.denied = lru_cache(maxsize=None)(self._denied)

    def request(self, client: Client) -> Request:
        return _request(self.plan, client.candidate)

    # --- a look at everything --------------------------------------------------------------------

    def _look(self, client: Client, objects: Objects) -> Client:
        if self.plan.kind == "extend":
            return self._look_to_extend(client, objects)
        pools = pools_of(objects)
        candidate = self._own_candidate(objects)
        if candidate is None and len(self.plan.candidates) > 1:
            return self._look_for_room(client, pools)
        client = client._replace(candidate=candidate or 0)
        return self._take(client, self.rules.first_step(self.request(client), pools), objects)

    def _own_candidate(self, objects: Objects) -> int | None:
        for each in objects:
            if each.name == self.plan.name and each.ranges in self.plan.candidates:
                return self.plan.candidates.index(each.ranges)
        return None

    def _look_for_room(self, client: Client, pools: Sequence[Pool]) -> Client:
        """As ``--ips`` does it: another candidate at once; wait only when all were tried."""
        number = len(self.plan.candidates)
        steps = {
            each: self.rules.first_step(_request(self.plan, each), pools) for each in range(number)
        }
        left = [each for each in range(number) if each not in client.tried]
        if not self.rules.tries_all:
            left = [0]
        for each in left:
            if isinstance(steps[each], Send):
                return client._replace(at="post", candidate=each, tried=client.tried | {each})
        if any(isinstance(each, Send | Wait) for each in steps.values()):
            return client._replace(at="look", tried=frozenset())
        return ended(client, "no room")

    def _take(self, client: Client, step: Any, objects: Objects) -> Client:
        match step:
            case Send():
                return client._replace(at="post")
            case Adopt(pool):
                return client._replace(at="adopt", mine=_obj(objects, pool))
            case Done(pool):
                return done(client._replace(mine=_obj(objects, pool)))
            case Keep():
                return ended(client._replace(mine=None), "kept")
            case Refuse():
                return ended(client, "lost" if client.lost else "refused")
            case _:
                return client._replace(at="look")

    def _look_to_extend(self, client: Client, objects: Objects) -> Client:
        step = self.rules.next_step(extension_of(self.plan), pools_of(objects))
        match step:
            case Reserve(pool, _):
                return client._replace(at="claim", mine=_obj(objects, pool))
            case AdoptClaim(pool, _):
                return client._replace(at="adopt", mine=_obj(objects, pool))
            case GiveUp(pool):
                return client._replace(at="withdraw", then="look", mine=_obj(objects, pool))
            case Absent():
                return ended(client, "absent")
            case _:
                return self._take(client._replace(mine=None), step, objects)

    # --- after an answer -------------------------------------------------------------------------

    def written(self, client: Client, made: Obj) -> Client:
        """The POST or the claim was answered: who was first, at our own revision."""
        client = client._replace(mine=made, silent=False)
        return self._verified(
            client, self.rules.after_write(self.asked(client), pools_of(made.before))
        )

    def _adopted(self, client: Client, objects: Objects) -> Client:
        mine = client.mine
        assert mine is not None
        result = self.rules.after_adoption(
            self.asked(client), pools_of(objects), pools_of(mine.before)
        )
        return self._verified(client, result)

    def asked(self, client: Client) -> Request:
        """What the verification is about."""
        if self.plan.kind == "create":
            return self.request(client)
        assert client.mine is not None
        assert client.mine.claim is not None
        return request_of(self.plan, client.mine.claim.ranges)

    def _verified(self, client: Client, result: Won | Lost) -> Client:
        if isinstance(result, Won):
            return client._replace(at="finish")
        return client._replace(at="withdraw", then="look", lost=True)

    def _denied(self, client: Client, objects: Objects) -> Client:
        """A denial in view of all pools; ``then`` says which write it was."""
        if self.plan.kind == "create":
            request = self.request(client)
        else:
            assert client.mine is not None
            request = extension_of(self.plan).whole(pool_of(client.mine._replace(before=())))
        decision = after_denial(request, STALE, pools_of(objects))
        if client.then == "look":
            return client._replace(at="look", then="")
        if isinstance(decision, Refuse):
            if not self.rules.withdraws:
                return ended(client, "refused")
            return client._replace(at="withdraw", then="refused")
        return client._replace(at="finish", then="")

    def changed(self, client: Client, present: Obj | None) -> Client:
        """The settling or appending patch met a changed object, or got no answer."""
        mine = client.mine
        assert mine is not None
        if not self.rules.verifies_again and present is not None:
            ours = present.pending if self.plan.kind == "create" else present.claim is not None
            if ours:
                return client._replace(at="finish", mine=present)
        pool = _pool(present)
        if self.plan.kind == "create":
            after = self.rules.after_conflict(self.request(client), str(mine.uid), pool)
            if isinstance(after, Settle):
                return client._replace(at="adopt", mine=present)
        else:
            after = self.rules.of_the_claim(extension_of(self.plan), str(mine.uid), pool)
            if isinstance(after, Holding):
                return client._replace(at="adopt", mine=present)
        return client._replace(at="look", mine=None)

    def heard(self, client: Client, present: Obj | None, *, over: bool) -> Client:
        """A look after a POST or a claim that got no answer."""
        after = self.rules.after_silence(there=self._there(client, present), over=over)
        match after:
            case Silence.WAIT:
                return client
            case Silence.AGAIN:
                return client._replace(at="look", silent=False, mine=None)
            case _:
                return client._replace(at="look", mine=self._ours(present))

    def again(self, client: Client, *, over: bool) -> Client:
        """Nothing is in the way of another write, but an earlier one got no answer."""
        if self.rules.after_silence(there=False, over=over) is Silence.WAIT:
            return client._replace(at="look", mine=None)
        return client._replace(silent=False)

    def _there(self, client: Client, present: Obj | None) -> bool:
        if self.plan.kind == "create":
            return present is not None
        assert client.mine is not None
        found = self.rules.of_the_claim(
            extension_of(self.plan), str(client.mine.uid), _pool(present)
        )
        return not isinstance(found, Vanished)

    def _ours(self, present: Obj | None) -> Obj | None:
        """What is ours to take back of what is there."""
        if present is None:
            return None
        if self.plan.kind == "create":
            owned = present.owner == self.plan.id and present.pending and not present.dying
            return present if owned else None
        return (
            present if present.claim is not None and present.claim.owner == self.plan.id else None
        )

    # --- taking back -----------------------------------------------------------------------------

    def may_take_back(self, client: Client) -> bool:
        """Whether the next request of a withdrawal is a write."""
        return isinstance(self._withdrawal(client, client.mine), Delete | Holding)

    def taken_back(self, client: Client, present: Obj | None) -> Client:
        """What to do with the pool, or the claim, as it is now."""
        after = self._withdrawal(client, present)
        match after:
            case Delete() | Holding():
                return client._replace(at="withdraw", mine=present)
            case Withdrawn() | Vanished():
                return self.gone(client)
            case StillUsed():
                return client._replace(at="outlast", mine=present)
            case _:  # settled or appended, by a twin or by a patch without an answer
                if client.then in ("stopped", "unknown"):
                    return ended(client._replace(mine=None, silent=False), "stopped")
                return client._replace(at="look", mine=None)

    def _withdrawal(self, client: Client, present: Obj | None) -> Any:
        mine = client.mine
        assert mine is not None
        if self.plan.kind == "create":
            return self.rules.withdrawal(str(mine.uid), _pool(present))
        return self.rules.of_the_claim(extension_of(self.plan), str(mine.uid), _pool(present))

    def gone(self, client: Client) -> Client:
        """Nothing of ours is there any more."""
        if client.then == "look":
            return client._replace(at="look", mine=None, then="")
        return ended(client._replace(mine=None), client.then)

    def outlived(self, client: Client, present: Obj | None) -> Client:
        """The write without an answer is over: whatever it made is taken back."""
        client = client._replace(silent=False)
        ours = self._ours(present)
        if ours is None:
            return Client(ENDED, client.life, result=client.then)
        return client._replace(at="withdraw", mine=ours)

    def outlasting(self, client: Client, objects: Objects) -> Client:
        """Ours lost and is in use."""
        found = self.request(client).rivals(pools_of(objects))
        if not found:
            return client._replace(at="adopt")
        if any(each.standing.value == "settled" for each in found):
            return ended(client._replace(mine=None), "kept")
        return client

    def stopped(self, client: Client) -> Client:
        """A signal or the deadline."""
        if client.mine is not None and self._ours(client.mine) is not None and self.rules.withdraws:
            return client._replace(at="withdraw", then="stopped")
        return ended(client._replace(mine=None), "stopped")

    # --- the writes ------------------------------------------------------------------------------

    def new_pool(self, client: Client, uid: int) -> Obj:
        ranges = self.plan.candidates[client.candidate]
        return Obj(self.plan.name, uid, ranges, self.plan.id, pending=True)

    def claiming(self, client: Client, nonce: int) -> tuple[Held, str]:
        assert client.mine is not None
        pool, extension = pool_of(client.mine._replace(before=())), extension_of(self.plan)
        ranges = tuple(int(each.text.split(".")[2]) for each in extension.missing(pool))
        held = Held(self.plan.id, nonce, ranges)
        return held, text_of("claim", claiming_patch(pool, claim_value(held)), self.rules)

    def finishing(self, client: Client) -> str:
        assert client.mine is not None
        pool = pool_of(client.mine._replace(before=()))
        if self.plan.kind == "create":
            return text_of("settle", settling_patch(pool), self.rules)
        claim = claim_of(pool)
        assert claim is not None
        return text_of("append", appending_patch(pool, claim), self.rules)

    def releasing(self, client: Client) -> str:
        assert client.mine is not None
        pool = pool_of(client.mine._replace(before=()))
        claim = claim_of(pool)
        assert claim is not None
        return text_of("release", releasing_patch(pool, claim), self.rules)


def _pool(found: Obj | None) -> Pool | None:
    return None if found is None else pool_of(found._replace(before=()))


def _obj(objects: Objects, pool: Pool) -> Obj:
    return next(each for each in objects if each.name == pool.name)

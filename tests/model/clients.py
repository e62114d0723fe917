"""The clients of the model: what the engine does between two requests, decided by its functions.

Each step is one request, its effect and what follows from the answer. Nothing is decided here that
the domain decides; that the order of requests is the engine's own is tested by the real engine
(:mod:`tests.model.conformance`).
"""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from ippoolctl.crd.patches.claims import appending_patch, claiming_patch, releasing_patch
from ippoolctl.crd.patches.settling import settling_patch
from ippoolctl.domain.addresses.ranges import Span, span_of
from ippoolctl.domain.annotations.claims import claim_of
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.candidates import Candidate, Own, OwnAppend
from ippoolctl.domain.protocol.decisions import (
    Absent,
    Adopt,
    Done,
    Exhausted,
    Gone,
    Held,
    InUse,
    Keep,
    Lost,
    NoRoom,
    Refuse,
    Reserve,
    Tried,
    UnusableClaim,
    Won,
)
from ippoolctl.domain.protocol.denials import after_denial
from ippoolctl.domain.protocol.extension import Extension
from ippoolctl.domain.protocol.request import Request, held_as
from ippoolctl.domain.protocol.verification import Unanswered
from tests.model.runs import (
    ENDED,
    KEPT,
    LATE,
    STALE,
    STOPPED,
    UNKNOWN,
    Client,
    Plan,
    Rules,
    candidate_of,
    extension_of,
    request_of,
    search_of,
    text_of,
)
from tests.model.world import Held as Reserved
from tests.model.world import Obj, Objects, bare, claim_value, number_of, pool_of, pools_of

_SEEDS = 6
"""How many numbers of tries are asked for the next candidate: enough to be given each."""


def ended(client: Client, result: str) -> Client:
    """An end without success; a write without an answer is waited out first."""
    if client.silent:
        return client._replace(at="wait out", then=result)
    return Client(ENDED, client.life, result=result)


def done(client: Client) -> Client:
    return Client(ENDED, client.life, result="done")


class Decider:
    """A client's reaction to an answer; one for all states, so that answers are cached."""

    def __init__(self, plan: Plan, rules: Rules) -> None:
        self.plan, self.rules = plan, rules
        self.look = lru_cache(maxsize=None)(self._look)
        self._choices = lru_cache(maxsize=None)(self._choose)
        self.adopted = lru_cache(maxsize=None)(self._adopted)
        self.denied = lru_cache(maxsize=None)(self._denied)

    @property
    def chooses(self) -> bool:
        """Whether any of several ranges will do."""
        return len(self.plan.candidates) > 1

    def request(self, client: Client) -> Request:
        return candidate_of(self.plan, client.candidate)

    def extension(self, client: Client) -> Extension:
        return extension_of(self.plan, client.candidate)

    # --- a look at everything --------------------------------------------------------------------

    def _look(self, client: Client, objects: Objects) -> tuple[Client, ...]:
        """The possible results: several where the request ID decides."""
        if self.plan.kind == "extend" and self.chooses:
            return self._look_to_grow(client, objects)
        if self.plan.kind == "extend":
            step = self.rules.next_step(self.extension(client), pools_of(objects))
            return (self._take_append(client, step, objects),)
        if self.chooses:
            return self._look_for_room(client, objects)
        step = self.rules.first_step(self.request(client), pools_of(objects))
        return (self._take(client, step, objects),)

    def _look_for_room(self, client: Client, objects: Objects) -> tuple[Client, ...]:
        steps = self._choices(client.tried, bare(objects))
        return tuple(dict.fromkeys(self._try(client, each, objects) for each in steps))

    def _choose(self, tried: frozenset[int], objects: Objects) -> list[Any]:
        """The possible next steps: by the number of tries."""
        search, pools = search_of(self.plan), pools_of(objects)
        spans = tuple(self._span(each) for each in sorted(tried))
        every = [Tried(times, spans) for times in range(_SEEDS)]
        if self.plan.kind == "create":
            request = request_of(self.plan, ())
            steps = [self.rules.next_choice(request, search, pools, each) for each in every]
        else:
            extension = replace(extension_of(self.plan), ranges=())
            steps = [self.rules.next_append(extension, search, pools, each) for each in every]
        return [each for at, each in enumerate(steps) if each not in steps[:at]]

    def _span(self, candidate: int) -> Span:
        (found,) = candidate_of(self.plan, candidate).pool.ranges
        span = span_of(found)
        assert span is not None
        return span

    def _try(self, client: Client, step: Any, objects: Objects) -> Client:
        match step:
            case Candidate(suggestion):
                spans = [self._span(each) for each in range(len(self.plan.candidates))]
                return client._replace(
                    at="post", lost=False, candidate=spans.index(suggestion.span)
                )
            case Own(pool, own):
                ranges = _obj(objects, pool).ranges
                candidate = client._replace(candidate=self.plan.candidates.index(ranges))
                return self._take(candidate, own, objects)
            case Exhausted():
                return client._replace(at="look", tried=frozenset())
            case NoRoom():
                return ended(client, "no room")
            case _:
                return self._take(client, step, objects)

    def _take(self, client: Client, step: Any, objects: Objects) -> Client:
        match step:
            case Reserve():
                return client._replace(at="post", lost=False)
            case Adopt(pool):
                return client._replace(at="pin", mine=_obj(objects, pool))
            case Done():
                return done(client)
            case Keep():
                return ended(client, KEPT)
            case Refuse(_, found):
                return ended(client, "lost" if client.lost and found else "refused")
            case _:
                return client._replace(at="look")

    def _look_to_grow(self, client: Client, objects: Objects) -> tuple[Client, ...]:
        steps = self._choices(client.tried, bare(objects))
        return tuple(dict.fromkeys(self._grow(client, each, objects) for each in steps))

    def _grow(self, client: Client, step: Any, objects: Objects) -> Client:
        match step:
            case Candidate(suggestion):
                spans = [self._span(each) for each in range(len(self.plan.candidates))]
                chosen = client._replace(candidate=spans.index(suggestion.span))
                first = self.rules.next_step(self.extension(chosen), pools_of(objects))
                return self._take_append(chosen, first, objects)
            case OwnAppend(extension, own):
                ranges = tuple(number_of(each.text) for each in extension.ranges)
                chosen = client._replace(candidate=self.plan.candidates.index(ranges))
                return self._take_append(chosen, own, objects)
            case Exhausted():
                return client._replace(at="look", tried=frozenset())
            case NoRoom():
                return ended(client, "no room")
            case _:
                return self._take_append(client, step, objects)

    def _take_append(self, client: Client, step: Any, objects: Objects) -> Client:
        match step:
            case Reserve(Pool() as pool):
                return client._replace(at="claim", lost=False, base=_obj(objects, pool))
            case Adopt(pool):
                return client._replace(at="pin", mine=_obj(objects, pool))
            case UnusableClaim(pool):
                return client._replace(at="cancel", then="look", mine=_obj(objects, pool))
            case Absent():
                return ended(client, "absent")
            case _:
                return self._take(client, step, objects)

    # --- after an answer -------------------------------------------------------------------------

    def written(self, client: Client, made: Obj) -> Client:
        """The POST or the claim was answered."""
        return client._replace(at="verify", mine=made, base=None, silent=False)

    def verified(self, client: Client) -> Client:
        """Who was first, at our own revision."""
        mine = _known(client)
        return self._decided(
            client, self.rules.after_write(self.asked(client), pools_of(mine.before))
        )

    def _adopted(self, client: Client, objects: Objects) -> Client:
        before = None if client.at == "forgotten" else pools_of(_known(client).before)
        result = self.rules.after_adoption(self.asked(client), pools_of(objects), before)
        return self._decided(client, result)

    def asked(self, client: Client) -> Request:
        """The request to verify."""
        if self.plan.kind == "create":
            return self.request(client)
        claim = _known(client).claim
        assert claim is not None
        return request_of(self.plan, claim.ranges)

    def _decided(self, client: Client, result: Won | Lost) -> Client:
        if isinstance(result, Won):
            return client._replace(at="finish")
        return client._replace(at="cancel", then="look", lost=not self.chooses)

    def _denied(self, client: Client, objects: Objects) -> Client:
        """A denial in view of all pools."""
        decision = after_denial(self._validated_request(client), STALE, pools_of(objects))
        refused = isinstance(decision, Refuse)
        if client.at == "denied release":
            return _left(client) if refused else client._replace(at="cancel")
        if client.at == "denied finish" and refused and self.rules.cancels:
            return client._replace(at="cancel", then="elsewhere" if self.chooses else "refused")
        grows = self.chooses and self.plan.kind == "extend"
        if client.at == "denied finish" and not refused and grows:
            return client._replace(at="cancel", then="elsewhere")
        if client.at == "denied finish" and not refused:
            return client._replace(at="finish")
        if grows and not refused:  # a claim is denied for any range of its pool
            return client._replace(at="look", base=None)
        if self.chooses:
            return self.elsewhere(client)
        if refused:
            return ended(client, "lost" if client.lost else "refused")
        return client._replace(at="look", base=None)

    def _validated_request(self, client: Client) -> Request:
        """The request that the webhook is assumed to have decided on."""
        if self.plan.kind == "create":
            return self.request(client)
        extension = self.extension(client)
        if client.at == "denied release":
            return extension.as_it_is(_bare(_known(client)))
        found = client.base if client.at == "denied" else client.mine
        assert found is not None
        return extension.whole(_bare(found))

    def elsewhere(self, client: Client) -> Client:
        """Another candidate, before this one is tried again."""
        return client._replace(at="look", tried=client.tried | {client.candidate})

    def changed(self, client: Client, present: Obj | None) -> Client:
        """The settling or appending patch met a changed object, or got no answer."""
        uid = str(_known(client).uid)
        if not self.rules.verifies_again and present is not None:
            ours = present.pending if self.plan.kind == "create" else present.claim is not None
            if ours:
                return client._replace(at="finish", mine=present)
        if self.plan.kind == "create":
            after = self.rules.after_conflict(self.request(client), uid, _pool(present))
        else:
            after = self.rules.after_failed_append(self.extension(client), uid, _pool(present))
        if isinstance(after, Held):
            return client._replace(at="pin", mine=present)
        if isinstance(after, Refuse):
            return client._replace(at="cancel", then="refused", mine=present)
        return client._replace(at="look", mine=None)

    def heard(self, client: Client, present: Obj | None, *, over: bool) -> Client:
        """A look after a POST or a claim that got no answer."""
        there = self._there(client, present)
        match self.rules.after_unanswered_write(there=there, over=over):
            case Unanswered.WAIT:
                return client
            case Unanswered.AGAIN:
                return client._replace(at="look", silent=False, base=None)
            case _:
                return client._replace(at="look", base=None)

    def again(self, client: Client, *, over: bool) -> Client:
        """Nothing is in the way of another write, but an earlier one got no answer."""
        if self.rules.after_unanswered_write(there=False, over=over) is Unanswered.WAIT:
            return client._replace(at="look", base=None)
        return client._replace(at="look", base=None, silent=False)

    def _there(self, client: Client, present: Obj | None) -> bool:
        if self.plan.kind == "create":
            return present is not None
        assert client.base is not None
        found = self.rules.find_claim(self.extension(client), str(client.base.uid), _pool(present))
        return not isinstance(found, Gone)

    def _owns(self, present: Obj | None) -> bool:
        if present is None:
            return False
        if self.plan.kind == "create":
            return present.owner == self.plan.id and not present.dying
        return present.claim is not None and present.claim.owner == self.plan.id

    # --- canceling -------------------------------------------------------------------------------

    def may_cancel(self, client: Client) -> bool:
        """Whether the next request of a cancellation is a write."""
        return isinstance(self._what_is_left(client, client.mine), Held)

    def canceling(self, client: Client, present: Obj | None) -> Client:
        """What to do with the pool, or the claim, as it is now."""
        match self._what_is_left(client, present):
            case Held():
                return client._replace(at="cancel", mine=present)
            case Gone():
                return self.gone(client)
            case InUse() if client.then == "look":
                return client._replace(at="outlast", mine=present)
            case InUse() if client.then in (STOPPED, LATE):
                return Client(ENDED, client.life, result=KEPT)
            case InUse():
                return ended(client._replace(mine=None), KEPT)
            case _ if client.then == STOPPED:
                return Client(ENDED, client.life, result=STOPPED)
            case _ if client.then == LATE:
                return client._replace(at="verdict", mine=None)
            case _:  # settled or appended, by a twin or by a patch without an answer
                return client._replace(at="look", mine=None)

    def _what_is_left(self, client: Client, present: Obj | None) -> Any:
        uid = str(_known(client).uid)
        if self.plan.kind == "create":
            return self.rules.cancellation(self.request(client), uid, _pool(present))
        return self.rules.find_claim(self.extension(client), uid, _pool(present))

    def gone(self, client: Client) -> Client:
        """Nothing of ours is there any more."""
        client = client._replace(mine=None)
        if client.then in ("look", "elsewhere"):
            looking = client._replace(at="look", then="")
            return self.elsewhere(looking) if self.chooses else looking
        if client.then == LATE and client.silent:
            return client._replace(at="expire")
        return ended(client, client.then)

    def appeared(self, client: Client, present: Obj | None) -> Client | None:
        """A look for what a write without an answer makes, at the end; ``None`` to look again."""
        if self._owns(present):
            return client._replace(at="cancel", mine=present)
        nothing_to_come = (present is None) is (self.plan.kind == "extend")
        return self.gone(client) if nothing_to_come else None

    def waited_out(self, client: Client, present: Obj | None) -> Client:
        """The write without an answer is over: anything it made is canceled."""
        client = client._replace(silent=False)
        if self._owns(present):
            return client._replace(at="cancel", mine=present)
        return Client(ENDED, client.life, result=client.then)

    def outlasting(self, client: Client, objects: Objects) -> Client:
        """Ours lost and is in use."""
        found = self.request(client).conflicts(pools_of(objects))
        if not found:
            return client._replace(at="pin", then="", lost=False)
        if held_as(found, HoldState.SETTLED):
            return ended(client._replace(mine=None), KEPT)
        return client._replace(at="cancel again")

    def late_verdict(self, client: Client, objects: Objects) -> Client:
        """Time is up, and ours is there: settled or appended by another client."""
        if self.plan.kind == "extend":
            step = self.rules.next_step(self.extension(client), pools_of(objects))
        else:
            there = next((each for each in objects if each.name == self.plan.name), None)
            if self.chooses and there is not None and there.ranges in self.plan.candidates:
                client = client._replace(candidate=self.plan.candidates.index(there.ranges))
            step = self.rules.first_step(self.request(client), pools_of(objects))
        result = {Done: "done", Keep: KEPT}.get(type(step), LATE)
        return Client(ENDED, client.life, result=result)

    def stopped(self, client: Client, then: str) -> Client:
        """A signal or the deadline."""
        if not self.rules.cancels:
            return ended(client._replace(mine=None), then)
        if client.mine is not None:
            return client._replace(at="cancel", then=then, base=None)
        if client.silent and self.rules.waits_out:
            return client._replace(at="watch", then=then, base=None)
        return Client(ENDED, client.life, result=then)

    # --- the writes ------------------------------------------------------------------------------

    def new_pool(self, client: Client, uid: int) -> Obj:
        ranges = self.plan.candidates[client.candidate]
        return Obj(self.plan.name, uid, ranges, self.plan.id, pending=True)

    def claiming(self, client: Client, nonce: int) -> tuple[Reserved, str]:
        assert client.base is not None
        pool, extension = _bare(client.base), self.extension(client)
        ranges = tuple(int(each.text.split(".")[2]) for each in extension.missing(pool))
        held = Reserved(self.plan.id, nonce, ranges)
        return held, text_of("claim", claiming_patch(pool, claim_value(held)), self.rules)

    def finishing(self, client: Client) -> str:
        pool = _bare(_known(client))
        if self.plan.kind == "create":
            return text_of("settle", settling_patch(pool), self.rules)
        claim = claim_of(pool)
        assert claim is not None
        return text_of("append", appending_patch(pool, claim, remember=self.chooses), self.rules)

    def releasing(self, client: Client) -> str:
        pool = _bare(_known(client))
        claim = claim_of(pool)
        assert claim is not None
        return text_of("release", releasing_patch(pool, claim), self.rules)


def _left(client: Client) -> Client:
    """Our write cannot be canceled, and the client reports it."""
    if client.then in (STOPPED, LATE):
        return Client(ENDED, client.life, result=UNKNOWN)
    return ended(client._replace(mine=None), UNKNOWN)


def _known(client: Client) -> Obj:
    assert client.mine is not None
    return client.mine


def _bare(found: Obj) -> Pool:
    return pool_of(found._replace(before=()))


def _pool(found: Obj | None) -> Pool | None:
    return None if found is None else _bare(found)


def _obj(objects: Objects, pool: Pool) -> Obj:
    return next(each for each in objects if each.name == pool.name)

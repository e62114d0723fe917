"""All that can happen next: a client's step, a fault, somebody else's write; and what must not."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from tests.model.clients import DEAD, ENDED, Client, Decider, Plan, Rules, Write
from tests.model.world import Obj, Objects, Ranges, get, numbers_in, patched, put, remove


class ViolationError(AssertionError):
    """Something happened that must not."""


class Budget(NamedTuple):
    """How often each of these may still happen."""

    silences: int = 0
    """Writes that get no answer: they take effect at any later time, or never."""
    kills: int = 0
    stops: int = 0
    foreign: int = 0
    """Pools that somebody else makes on :attr:`Scope.foreign`, whatever is there."""
    removals: int = 0
    """Pools that somebody else deletes."""
    restores: int = 0
    """Deleted pools that somebody else makes anew of their manifests, annotations and all."""
    uses: int = 0
    """Pools of which an address is handed out."""


NOTHING: Final = Budget()
REAL: Final = Rules()


@dataclass(frozen=True)
class Scope:
    """What is explored."""

    plans: tuple[Plan, ...]
    budget: Budget = NOTHING
    objects: Objects = ()
    foreign: Ranges = (0,)
    denials: bool = False
    """Whether the webhook may refuse any write."""
    finalizers: bool = False
    """Whether something holds deleted pools for a while."""
    dead: frozenset[int] = frozenset()
    """Clients that nobody runs again."""
    prompt: bool = False
    """Whether a killed command may be run again while a write of the dead one is on its way: then
    that may leave a mark behind a run that has ended, which no client can prevent."""
    rules: Rules = REAL


class Done(NamedTuple):
    """What a client has reported as done."""

    uid: int
    name: str
    ranges: Ranges


class State(NamedTuple):
    """Everything at one moment."""

    objects: Objects
    flights: tuple[Write, ...]
    clients: tuple[Client, ...]
    done: tuple[Done, ...]
    budget: Budget
    removed: Objects = ()
    """What somebody else has deleted, as long as it may be restored."""


class Edge(NamedTuple):
    """What happened, and what came of it."""

    what: str
    state: State
    env: bool = False
    """Whether it was a fault or somebody else, and no client going on by itself."""
    wrote: bool = False
    """Whether a client wrote a pool or a claim anew."""


class Machine:
    """The transitions of a scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.deciders = [Decider(plan, scope.rules) for plan in scope.plans]

    def start(self) -> State:
        clients = tuple(Client() for _ in self.scope.plans)
        return State(self.scope.objects, (), clients, (), self.scope.budget)

    def edges(self, state: State) -> Iterator[Edge]:
        """Every transition. Raises :class:`ViolationError` for one that must not be."""
        for number, client in enumerate(state.clients):
            if client.at == DEAD:
                on_its_way = any(each.client == number for each in state.flights)
                if number not in self.scope.dead and (self.scope.prompt or not on_its_way):
                    fresh = Client(life=client.life + 1)
                    yield Edge(f"{number} runs again", _with(state, number, fresh), env=True)
            elif client.at != ENDED:
                yield from getattr(self, f"_{client.at}")(state, number, client)
                yield from self._interrupted(state, number, client)
        yield from self._flights(state)
        yield from self._others(state)

    # --- clients ---------------------------------------------------------------------------------

    def _step(self, state: State, number: int, after: Client, what: str) -> Iterator[Edge]:
        """A read, or a decision; nothing if all stays as it is."""
        if after != state.clients[number]:
            if after.result == "done":
                self._stands_alone(state, number)
            yield Edge(f"{number} {what}", self._reported(_with(state, number, after), number))

    def _look(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        yield from self._step(
            state, number, self.deciders[number].look(client, state.objects), "lists"
        )

    def _adopt(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        after = self.deciders[number].adopted(client, state.objects)
        if after.at == "finish":
            self._stands_alone(state, number)
        yield from self._step(state, number, after, "lists to adopt")

    def _denied(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        after = self.deciders[number].denied(client, state.objects)
        yield from self._step(state, number, after, "lists after a denial")

    def _outlast(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        after = self.deciders[number].outlasting(client, state.objects)
        yield from self._step(state, number, after, "lists to outlast")

    def _silent(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        over = not self._in_flight(state, number)
        present = get(state.objects, self.scope.plans[number].name)
        after = self.deciders[number].heard(client, present, over=over)
        yield from self._step(state, number, after, "gets after silence")

    def _recheck(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        present = get(state.objects, self.scope.plans[number].name)
        after = self.deciders[number].changed(client, present)
        yield from self._step(state, number, after, "gets a changed object")

    def _retake(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        present = get(state.objects, self.scope.plans[number].name)
        after = self.deciders[number].taken_back(client, present)
        yield from self._step(state, number, after, "gets to withdraw")

    def _outlive(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        if not self.scope.rules.outlives:
            after = Client(ENDED, client.life, result=client.then)
            yield from self._step(state, number, after, "ends")
        elif not self._in_flight(state, number):
            present = get(state.objects, self.scope.plans[number].name)
            after = self.deciders[number].outlived(client, present)
            yield from self._step(state, number, after, "gets at the end")

    def _in_flight(self, state: State, number: int) -> bool:
        life = state.clients[number].life
        return any(
            (each.client, each.life) == (number, life) and each.kind in ("post", "claim")
            for each in state.flights
        )

    def _post(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        if client.silent:
            yield from self._not_yet(state, number, client)
            return
        new = self.deciders[number].new_pool(client, self._unused(state, "uid"))
        yield from self._send(state, number, Write(number, client.life, "post", new.name, new))

    def _not_yet(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        """An earlier write of the same run got no answer: is it over?"""
        after = self.deciders[number].again(client, over=not self._in_flight(state, number))
        yield from self._step(state, number, after, "looks at the time")

    def _claim(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        if client.silent:
            yield from self._not_yet(state, number, client)
            return
        nonce = self._unused(state, "nonce") if self.scope.rules.fresh_nonces else 0
        held, patch = self.deciders[number].claiming(client, nonce)
        name = self.scope.plans[number].name
        write = Write(number, client.life, "claim", name, patch=patch, held=held)
        yield from self._send(state, number, write)

    def _finish(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        patch, name = self.deciders[number].finishing(client), self.scope.plans[number].name
        held = client.mine.claim if client.mine is not None else None
        write = Write(number, client.life, "finish", name, patch=patch, held=held)
        yield from self._send(state, number, write)

    def _withdraw(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        decider, plan = self.deciders[number], self.scope.plans[number]
        if not decider.may_take_back(client):
            after = decider.taken_back(client, client.mine)
            yield from self._step(state, number, after, "leaves it")
        elif plan.kind == "create":
            write = Write(number, client.life, "delete", plan.name, client.mine)
            yield from self._send(state, number, write)
        else:
            patch = decider.releasing(client)
            held = client.mine.claim if client.mine is not None else None
            write = Write(number, client.life, "release", plan.name, patch=patch, held=held)
            yield from self._send(state, number, write)

    def _send(self, state: State, number: int, write: Write) -> Iterator[Edge]:
        """A write that is answered, refused by the webhook, or not answered."""
        client, decider, what = state.clients[number], self.deciders[number], write.kind
        objects, written = self._carried_out(state, write)
        state_after = state._replace(objects=objects)
        fresh = written is not None and what in ("post", "claim")
        after = self._answered(decider, client, what, written)
        moved = _with(state_after, number, after)
        yield Edge(f"{number} {what}", self._reported(moved, number), wrote=fresh)
        if self.scope.denials and what in ("post", "claim", "finish"):
            then = "finish" if what == "finish" else "look"
            refused = client._replace(at="denied", then=then)
            yield Edge(f"{number} {what} is denied", _with(state, number, refused), env=True)
        if state.budget.silences:
            yield self._unanswered(state, number, write)

    @staticmethod
    def _answered(decider: Decider, client: Client, what: str, written: Obj | None) -> Client:
        match what:
            case "post" | "claim" if written is None:
                return client._replace(at="look", mine=None)
            case "post" | "claim":
                assert written is not None
                return decider.written(client, written)
            case "finish" if written is None:
                return client._replace(at="recheck")
            case "finish":
                return Client(ENDED, client.life, result="done")
            case _ if written is None:
                return client._replace(at="retake")
            case _:
                return decider.gone(client)

    def _unanswered(self, state: State, number: int, write: Write) -> Edge:
        client, what = state.clients[number], write.kind
        at = {"post": "silent", "claim": "silent", "finish": "recheck"}.get(what, "retake")
        waiting = client._replace(at=at, silent=client.silent or at == "silent")
        budget = state.budget._replace(silences=state.budget.silences - 1)
        flights = tuple(sorted((*state.flights, write), key=repr))
        moved = _with(state, number, waiting)._replace(flights=flights, budget=budget)
        return Edge(f"{number} {what} gets no answer", moved, env=True)

    def _interrupted(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        budget = state.budget
        if budget.kills:
            left = budget._replace(kills=budget.kills - 1)
            killed = _with(state, number, Client(DEAD, client.life))
            yield Edge(f"{number} is killed", killed._replace(budget=left), env=True)
        begun = client != Client(life=client.life)
        if begun and budget.stops and client.then not in ("stopped", "unknown"):
            left = budget._replace(stops=budget.stops - 1)
            after = self.deciders[number].stopped(client)
            if after != client:
                stopped = _with(state, number, after)
                yield Edge(f"{number} is stopped", stopped._replace(budget=left), env=True)

    # --- everything else -------------------------------------------------------------------------

    def _flights(self, state: State) -> Iterator[Edge]:
        for position, write in enumerate(state.flights):
            flights = state.flights[:position] + state.flights[position + 1 :]
            left = state._replace(flights=flights)
            yield Edge(f"{write.kind} of {write.client} is lost", left, env=True)
            objects, written = self._carried_out(state, write)
            if written is not None:
                late = left._replace(objects=objects)
                self._check(late)
                yield Edge(f"{write.kind} of {write.client} comes late", late, env=True)

    def _others(self, state: State) -> Iterator[Edge]:
        budget, objects = state.budget, state.objects
        if budget.foreign and get(objects, "foreign") is None:
            new = Obj("foreign", self._unused(state, "uid"), self.scope.foreign)
            less = budget._replace(foreign=budget.foreign - 1)
            after = state._replace(objects=put(objects, new)[0], budget=less)
            yield Edge("somebody else creates a pool", after, env=True)
        for each in objects:
            if each.dying:
                gone = state._replace(objects=remove(objects, each.name))
                yield Edge(f"{each.name} goes", gone, env=True)
            elif budget.removals:
                after = self._removed(state, each)
                yield Edge(f"somebody else deletes {each.name}", after, env=True)
            if budget.uses and not each.used and not each.dying:
                less = budget._replace(uses=budget.uses - 1)
                used, _ = put(objects, each._replace(used=True))
                after = state._replace(objects=used, budget=less)
                yield Edge(f"{each.name} is used", after, env=True)
        for each in state.removed:
            if get(objects, each.name) is None:
                new = each._replace(uid=self._unused(state, "uid"))
                after = state._replace(objects=put(objects, new)[0], removed=())
                yield Edge(f"somebody else restores {each.name}", after, env=True)

    def _removed(self, state: State, found: Obj) -> State:
        """Somebody else deletes a pool; what was reported as done of it is over."""
        budget, objects = state.budget, remove(state.objects, found.name)
        if self.scope.finalizers:
            objects, _ = put(state.objects, found._replace(dying=True))
        return state._replace(
            objects=objects,
            done=tuple(each for each in state.done if each.uid != found.uid),
            removed=(found._replace(before=()),) if budget.restores else (),
            budget=budget._replace(
                removals=budget.removals - 1, restores=max(budget.restores - 1, 0)
            ),
        )

    # --- what a write does -----------------------------------------------------------------------

    def _carried_out(self, state: State, write: Write) -> tuple[Objects, Obj | None]:
        """The objects afterwards, and what was written; ``None`` if the server refuses."""
        present = get(state.objects, write.name)
        if write.kind == "post":
            assert write.new is not None
            if present is not None:
                return state.objects, None
            number = self._unused(state, "uid") if self._is_known(state, write.new.uid) else None
            new = write.new if number is None else write.new._replace(uid=number)
            return put(state.objects, new)
        if present is None:
            return state.objects, None
        if write.kind == "delete":
            return self._deleted(state, write, present)
        after = patched(present, write.patch)
        if after is None:
            return state.objects, None
        self._is_ours(state, write, present, after)
        return put(state.objects, after)

    def _deleted(self, state: State, write: Write, present: Obj) -> tuple[Objects, Obj | None]:
        if present != write.new or present.dying:
            return state.objects, None
        if not present.pending:
            raise ViolationError(f"a settled pool is withdrawn: {present.name}")
        self._is_ours(state, write, present, present)
        if any(each.uid == present.uid for each in state.done):
            raise ViolationError(f"what was reported as done is withdrawn: {present.name}")
        if self.scope.finalizers:
            return put(state.objects, present._replace(dying=True))
        return remove(state.objects, present.name), present

    def _is_ours(self, state: State, write: Write, before: Obj, after: Obj) -> None:
        plan = self.scope.plans[write.client]
        if plan.kind == "create" and before.owner != plan.id:
            raise ViolationError(f"a pool of somebody else is touched: {before.name}")
        if before.claim is not None and before.claim.owner != plan.id:
            raise ViolationError(f"a claim of somebody else is touched: {before.name}")
        if not set(before.ranges) <= set(after.ranges):
            raise ViolationError(f"ranges are taken away: {before.name}")

    def _is_known(self, state: State, uid: int) -> bool:
        rest = state._replace(flights=())
        return ("uid", uid) in set(numbers_in(rest))

    @staticmethod
    def _unused(state: State, what: str) -> int:
        taken = {number for kind, number in numbers_in(state) if kind == what}
        return next(each for each in range(len(taken) + 1) if each not in taken)

    # --- what must hold --------------------------------------------------------------------------

    def _reported(self, state: State, number: int) -> State:
        """The state with what this client has just reported as done."""
        plan, client = self.scope.plans[number], state.clients[number]
        if client.result == "done":
            present = get(state.objects, plan.name)
            if present is None or present.pending or present.dying:
                raise ViolationError(f"client {number} reports as done what is not there")
            ranges = present.ranges if plan.kind == "create" else plan.candidates[0]
            new = Done(present.uid, plan.name, ranges)
            state = state._replace(done=tuple(sorted({*state.done, new})))
        self._check(state)
        return state

    def _check(self, state: State) -> None:
        found = {each.uid: each for each in state.objects if not each.dying}
        for position, one in enumerate(state.done):
            if one.uid not in found:
                raise ViolationError(f"{one.name} was reported as done and is gone")
            for other in state.done[:position]:
                if one.uid != other.uid and set(one.ranges) & set(other.ranges):
                    raise ViolationError(f"{one.name} and {other.name} overlap, both done")

    def _stands_alone(self, state: State, number: int) -> None:
        """What is settled or reported as done after a look at everything overlaps nothing settled
        in it."""
        plan = self.scope.plans[number]
        mine = get(state.objects, plan.name)
        if mine is None:  # then nothing comes of it
            return
        wanted = set(mine.ranges if plan.kind == "create" else plan.candidates[0])
        for each in state.objects:
            settled = not each.dying and (not each.pending or each.used)
            if each is not mine and settled and wanted & set(each.ranges):
                raise ViolationError(f"{mine.name} is taken as done beside {each.name}")

    def is_over(self, state: State) -> bool:
        """Whether nothing is left to be done."""
        return not state.flights and all(
            each.at == ENDED or (each.at == DEAD and number in self.scope.dead)
            for number, each in enumerate(state.clients)
        )

    def check_end(self, state: State) -> None:
        """No mark or claim is left of clients that ended and said nothing of it.

        Whoever restores an old manifest restores its mark as well, which no client can prevent.
        """
        if self.scope.budget.restores:
            return
        excused = {
            plan.id
            for plan, client in zip(self.scope.plans, state.clients, strict=True)
            if client.result in ("kept", "unknown")
            or client.at == DEAD
            or (self.scope.prompt and client.life > 0)
        }
        for each in state.objects:
            if each.pending and not each.dying and each.owner not in excused:
                raise ViolationError(f"a mark is left on {each.name}")
            if each.claim is not None and each.claim.owner not in excused:
                raise ViolationError(f"a claim is left on {each.name}")


def _with(state: State, number: int, client: Client) -> State:
    clients = (*state.clients[:number], client, *state.clients[number + 1 :])
    return state._replace(clients=clients)

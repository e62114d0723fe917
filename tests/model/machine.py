"""All that can happen next: a client's step, a fault, somebody else's write; and what must not."""

from collections.abc import Iterator
from typing import Final

from tests.model.clients import Decider
from tests.model.moment import Done, Edge, Scope, State, ViolationError, with_client
from tests.model.runs import (
    DEAD,
    ENDED,
    KEPT,
    LATE,
    STOPPED,
    UNKNOWN,
    Client,
    Write,
)
from tests.model.world import Obj, Objects, get, numbers_in, patched, put, remove

_ENDS_BY: Final = {STOPPED: (), LATE: (STOPPED,)}
"""What may still interrupt a client that cleans up; a second signal leaves no time for that."""


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
                    yield Edge(f"{number} runs again", with_client(state, number, fresh), env=True)
            elif client.at != ENDED:
                yield from getattr(self, f"_{client.at.replace(' ', '_')}")(state, number, client)
                yield from self._interrupted(state, number, client)
        yield from self._flights(state)
        yield from self._others(state)

    # --- clients ---------------------------------------------------------------------------------

    def _step(
        self, state: State, number: int, after: Client, what: str, request: str = ""
    ) -> Iterator[Edge]:
        """A read, or a decision; nothing if all stays as it is."""
        if after != state.clients[number]:
            if after.result == "done":
                self._stands_alone(state, number)
            moved = self._reported(with_client(state, number, after), number)
            yield Edge(f"{number} {what}", moved, request=request)

    def _look(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        for after in self.deciders[number].look(client, state.objects):
            if "no room" in (after.result, after.then):
                self._is_full(state, number)
            what = f"lists and takes {after.candidate}" if after.at == "post" else "lists"
            yield from self._step(state, number, self._pinned(after), what, "list")

    def _pinned(self, client: Client) -> Client:
        """An exact list shows the same at any time, as long as the server knows the revision."""
        if client.at == "pin" and not self.scope.expiry:
            return client._replace(at="adopt")
        return client

    def _verify(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        after = self.deciders[number].verified(client)
        yield from self._step(state, number, after, "lists at its revision", "exact")
        yield self._expired(state, number, client)

    def _pin(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        after = client._replace(at="adopt")
        yield from self._step(state, number, after, "lists at its revision", "exact")
        yield self._expired(state, number, client)

    @staticmethod
    def _expired(state: State, number: int, client: Client) -> Edge:
        after = with_client(state, number, client._replace(at="forgotten"))
        return Edge(f"{number} asks for a revision that is forgotten", after, True, False, "exact")

    def _adopt(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        after = self.deciders[number].adopted(client, state.objects)
        if after.at == "finish":
            self._stands_alone(state, number)
        yield from self._step(state, number, after, "lists to verify", "list")

    _forgotten = _adopt

    def _denied(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        after = self.deciders[number].denied(client, state.objects)
        yield from self._step(state, number, after, "lists after a denial", "list")

    def _outlast(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        after = self._pinned(self.deciders[number].outlasting(client, state.objects))
        yield from self._step(state, number, after, "lists to outlast", "list")

    def _verdict(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        after = self.deciders[number].judged_late(client, state.objects)
        yield from self._step(state, number, after, "lists in the end", "list")
        unseen = Client(ENDED, client.life, result=LATE)
        yield from self._step(state, number, unseen, "has no time to look")

    def _silent(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        for over in self._whether_over(state, number):
            after = self.deciders[number].heard(client, self._present(state, number), over=over)
            what = "gets after silence" if after.silent else "gets in vain"
            yield from self._step(state, number, after, what, "get")

    def _recheck(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        after = self.deciders[number].changed(client, self._present(state, number))
        yield from self._step(state, number, self._pinned(after), "gets a changed object", "get")

    def _retake(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        after = self.deciders[number].taken_back(client, self._present(state, number))
        yield from self._step(state, number, after, "gets to withdraw", "get")

    def _watch(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        """Cleaning up: what a write without an answer makes is withdrawn as soon as it appears."""
        decider = self.deciders[number]
        after = decider.appeared(client, self._present(state, number))
        if after is not None:
            yield from self._step(state, number, after, "gets to clean up", "get")
        elif client.then == LATE or not self._in_flight(state, number):
            yield from self._step(state, number, decider.gone(client), "gets in vain", "get")

    def _expire(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        """The time is up, and a write got no answer: whether that is over says the clock."""
        for over in self._whether_over(state, number):
            unknown = Client(ENDED, client.life, result=UNKNOWN)
            after = client._replace(at="outlive") if over else unknown
            yield from self._step(state, number, after, "looks at the time")

    def _outlive(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        if not self.scope.rules.outlives:
            after = Client(ENDED, client.life, result=client.then)
            yield from self._step(state, number, after, "ends")
        elif not self._in_flight(state, number):
            after = self.deciders[number].outlived(client, self._present(state, number))
            yield from self._step(state, number, after, "gets at the end", "get")

    def _present(self, state: State, number: int) -> Obj | None:
        return get(state.objects, self.scope.plans[number].name)

    def _whether_over(self, state: State, number: int) -> tuple[bool, ...]:
        """What a client may think of its write without an answer: its time lasts longer than the
        write, and how long nobody can tell."""
        return (False,) if self._in_flight(state, number) else (True, False)

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
        new = self.deciders[number].new_pool(client, self.unused(state, "uid"))
        yield from self._send(state, number, Write(number, client.life, "post", new.name, new))

    def _not_yet(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        """An earlier write of the same run got no answer: is it over?"""
        for over in self._whether_over(state, number):
            after = self.deciders[number].again(client, over=over)
            yield from self._step(state, number, after, "looks at the time")

    def _claim(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        if client.silent:
            yield from self._not_yet(state, number, client)
            return
        nonce = self.unused(state, "nonce") if self.scope.rules.fresh_nonces else 0
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
        objects, written = self._carried_out(state, write)
        fresh = written is not None and write.kind in ("post", "claim")
        after = self._answered(state.clients[number], self.deciders[number], write.kind, written)
        moved = self._reported(with_client(state._replace(objects=objects), number, after), number)
        yield Edge(f"{number} {write.kind}", moved, False, fresh, "write", write)
        if self.scope.denials:
            yield from self._refused(state, number, write)
        if state.budget.silences:
            yield self._unanswered(state, number, write)

    def _refused(self, state: State, number: int, write: Write) -> Iterator[Edge]:
        """The webhook says no, or nothing was done."""
        client, decider, what = state.clients[number], self.deciders[number], write.kind

        def edge(how: str, after: Client) -> Edge:
            moved = with_client(state, number, after)
            return Edge(f"{number} {what} is {how}", moved, True, False, "write", write)

        if what in ("finish", "release"):
            yield edge("denied", client._replace(at=f"denied {what}"))
        elif what != "delete":
            yield edge("denied", client._replace(at="denied"))
            looking = client._replace(at="look", base=None)
            yield edge("put off", looking)
            if decider.chooses:  # in words that are known: what was seen before is enough
                yield edge("denied again", decider.elsewhere(looking))

    _denied_finish = _denied
    _denied_release = _denied

    def _answered(self, client: Client, decider: Decider, what: str, written: Obj | None) -> Client:
        match what:
            case "post" | "claim" if written is None:
                return client._replace(at="look", base=None)
            case "post" | "claim":
                assert written is not None
                after = decider.written(client, written)
                return after if self.scope.expiry else decider.verified(after)
            case "finish" if written is None:
                return client._replace(at="recheck")
            case "finish":
                return Client(ENDED, client.life, result="done")
            case _ if written is None:
                return client._replace(at="retake")
            case _:
                return decider.gone(client)

    @staticmethod
    def _unanswered(state: State, number: int, write: Write) -> Edge:
        client, what = state.clients[number], write.kind
        at = {"post": "silent", "claim": "silent", "finish": "recheck"}.get(what, "retake")
        waiting = client._replace(at=at, silent=client.silent or at == "silent")
        budget = state.budget._replace(silences=state.budget.silences - 1)
        flights = tuple(sorted((*state.flights, write), key=repr))
        moved = with_client(state, number, waiting)._replace(flights=flights, budget=budget)
        return Edge(f"{number} {what} gets no answer", moved, True, False, "write", write)

    def _interrupted(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        budget = state.budget
        if budget.kills:
            left = budget._replace(kills=budget.kills - 1)
            killed = with_client(state, number, Client(DEAD, client.life))
            yield Edge(f"{number} is killed", killed._replace(budget=left), env=True)
        begun = client != Client(life=client.life)
        if not begun or not budget.stops:
            return
        less = state._replace(budget=budget._replace(stops=budget.stops - 1))
        if client.then in (STOPPED, LATE):
            after = Client(ENDED, client.life, result=UNKNOWN)
            yield Edge(f"{number} gives up", with_client(less, number, after), env=True)
        for then in _ENDS_BY.get(client.then, (STOPPED, LATE)):
            after = self.deciders[number].stopped(client, then)
            yield Edge(f"{number} is {then}", with_client(less, number, after), env=True)

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
            new = Obj("foreign", self.unused(state, "uid"), self.scope.foreign)
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
                new = each._replace(uid=self.unused(state, "uid"))
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
            number = self.unused(state, "uid") if self._is_known(state, write.new.uid) else None
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
    def unused(state: State, what: str) -> int:
        """The number that the next object or claim gets."""
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

    def _is_full(self, state: State, number: int) -> None:
        """No room is only what settled pools leave none of; everything else may go away."""
        taken = {
            each
            for found in state.objects
            if not found.dying and (not found.pending or found.used)
            for each in found.ranges
        }
        if not all(taken & set(each) for each in self.scope.plans[number].candidates):
            raise ViolationError(f"client {number} finds no room where some may become free")

    def is_over(self, state: State) -> bool:
        """Whether nothing is left to be done."""
        return not state.flights and all(
            each.at == ENDED or (each.at == DEAD and number in self.scope.dead)
            for number, each in enumerate(state.clients)
        )

    @staticmethod
    def is_told(state: State) -> bool:
        """Whether somebody was told that a mark or a claim may be left, and has to act."""
        return any(each.result == UNKNOWN for each in state.clients)

    def check_end(self, state: State) -> None:
        """No mark or claim is left of clients that ended and said nothing of it.

        Whoever restores an old manifest restores its mark as well, which no client can prevent.
        """
        if self.scope.budget.restores:
            return
        excused = {
            plan.id
            for plan, client in zip(self.scope.plans, state.clients, strict=True)
            if client.result in (KEPT, UNKNOWN)
            or client.at == DEAD
            or (self.scope.prompt and client.life > 0)
        }
        for each in state.objects:
            if each.pending and not each.dying and each.owner not in excused:
                raise ViolationError(f"a mark is left on {each.name}")
            if each.claim is not None and each.claim.owner not in excused:
                raise ViolationError(f"a claim is left on {each.name}")

"""The possible transitions of a state, above all the steps of each client."""

from collections.abc import Iterator
from typing import Final

from tests.model.clients import Decider
from tests.model.invariants import check_alone, check_full, reported
from tests.model.moment import Edge, Scope, State, with_client
from tests.model.others import flights_land, others_act
from tests.model.runs import (
    DEAD,
    ENDED,
    LATE,
    STOPPED,
    UNKNOWN,
    Client,
    Write,
)
from tests.model.server import carried_out, unused
from tests.model.world import Obj, get

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
        yield from flights_land(self.scope, state)
        yield from others_act(self.scope, state)

    def _step(
        self, state: State, number: int, after: Client, what: str, request: str = ""
    ) -> Iterator[Edge]:
        """A read, or a decision; nothing if all stays as it is."""
        if after != state.clients[number]:
            if after.result == "done":
                check_alone(self.scope, state, number)
            moved = reported(self.scope, with_client(state, number, after), number)
            yield Edge(f"{number} {what}", moved, request=request)

    def _look(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        for after in self.deciders[number].look(client, state.objects):
            if "no room" in (after.result, after.then):
                check_full(self.scope, state, number)
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
            check_alone(self.scope, state, number)
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
        """Cleaning up: the result of an unanswered write is cancelled as soon as it appears."""
        decider = self.deciders[number]
        after = decider.appeared(client, self._present(state, number))
        if after is not None:
            yield from self._step(state, number, after, "gets to clean up", "get")
        elif client.then == LATE or not self._in_flight(state, number):
            yield from self._step(state, number, decider.gone(client), "gets in vain", "get")

    def _expire(self, state: State, number: int, client: Client) -> Iterator[Edge]:
        """The deadline has passed without an answer: the clock decides whether it may commit."""
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
        write, by an unknown amount."""
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
        new = self.deciders[number].new_pool(client, unused(state, "uid"))
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
        nonce = unused(state, "nonce") if self.scope.rules.fresh_nonces else 0
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
        objects, written = carried_out(self.scope, state, write)
        fresh = written is not None and write.kind in ("post", "claim")
        after = self._answered(state.clients[number], self.deciders[number], write.kind, written)
        moved = reported(
            self.scope, with_client(state._replace(objects=objects), number, after), number
        )
        yield Edge(f"{number} {write.kind}", moved, False, fresh, "write", write)
        if self.scope.denials:
            yield from self._refused(state, number, write)
        if state.budget.silences:
            yield self._unanswered(state, number, write)

    def _refused(self, state: State, number: int, write: Write) -> Iterator[Edge]:
        """The webhook denies, or nothing was written."""
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

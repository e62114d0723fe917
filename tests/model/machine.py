"""The possible transitions of a state, above all the steps of each client."""

from collections.abc import Iterator
from functools import cache
from typing import Final

from tests.model.clients import Decider
from tests.model.invariants import check_alone, check_full, reported
from tests.model.moment import Budget, Event, Scope, State, Step, Turn, World
from tests.model.others import flights_land, others_act
from tests.model.runs import DEAD, ENDED, LATE, STOPPED, UNKNOWN, Client, Write
from tests.model.server import carried_out
from tests.model.world import Held, Obj, get, nonce_bit, numbers_in, uid_bit, unused

_ENDS_BY: Final = {STOPPED: (), LATE: (STOPPED,)}
"""What may still interrupt a client that cleans up; a second signal leaves no time for that."""
_SILENCE: Final = Budget(silences=1)
_KILL: Final = Budget(kills=1)
_STOP: Final = Budget(stops=1)


class Machine:
    """The transitions of a scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.deciders = [Decider(plan, scope.rules) for plan in scope.plans]
        self._in_turn = cache(self._steps)
        self._interruptions = cache(self._interrupted)

    def start(self) -> State:
        clients = tuple(Client() for _ in self.scope.plans)
        return State(World(self.scope.objects), self.scope.budget, clients)

    def edges(self, state: State) -> Iterator[Step | Event]:
        """Every transition. Raises :class:`ViolationError` for one that must not be."""
        for number in range(len(state.clients)):
            yield from self.steps(state, number)
        yield from self.events(state.world, state.budget, numbers_in(state.clients))

    def steps(self, state: State, number: int) -> Iterator[Step]:
        """The possible steps of one client."""
        client = state.clients[number]
        taken = numbers_in(state.clients) if client.creates else 0
        for each in self.in_turn(state.world, number, client, taken):
            if state.budget.affords(each.spends):
                yield each

    def in_turn(self, world: World, number: int, client: Client, taken: int) -> tuple[Step, ...]:
        """The steps of one client with every fault, where clients refer to these numbers."""
        flights = tuple(each for each in world.flights if each.client == number)
        taken = taken | numbers_in(world) if client.creates else 0
        return self._in_turn(Turn(number, client, world.objects, world.done, flights, taken))

    def events(self, world: World, budget: Budget, taken: int) -> Iterator[Event]:
        """Those without a client's step, where clients refer to these numbers."""
        yield from flights_land(self.scope, world, taken)
        yield from others_act(self.scope, world, budget, taken)

    def _steps(self, turn: Turn) -> tuple[Step, ...]:
        return tuple(self._each_step(turn))

    def _each_step(self, turn: Turn) -> Iterator[Step]:
        number, client = turn.number, turn.client
        if client.at == DEAD:
            if number not in self.scope.dead and (self.scope.prompt or not turn.flights):
                yield turn.step("runs again", Client(life=client.life + 1), env=True)
        elif client.at != ENDED:
            yield from getattr(self, f"_{client.at.replace(' ', '_')}")(turn)
            yield from self._interruptions(number, client)

    def _step(self, turn: Turn, after: Client, what: str, request: str = "") -> Iterator[Step]:
        """A read, or a decision; nothing if all stays as it is."""
        if after != turn.client:
            if after.result == "done":
                check_alone(self.scope, turn.number, turn.client, turn.objects)
            done = reported(self.scope, turn.number, after, turn.objects, turn.done)
            yield turn.step(what, after, done=done, request=request)

    def _look(self, turn: Turn) -> Iterator[Step]:
        for after in self.deciders[turn.number].look(turn.client, turn.objects):
            if "no room" in (after.result, after.then):
                check_full(self.scope, turn.number, turn.objects)
            what = f"lists and takes {after.candidate}" if after.at == "post" else "lists"
            yield from self._step(turn, self._pinned(after), what, "list")

    def _pinned(self, client: Client) -> Client:
        """An exact list shows the same at any time, as long as the server knows the revision."""
        if client.at == "pin" and not self.scope.expiry:
            return client._replace(at="adopt")
        return client

    def _verify(self, turn: Turn) -> Iterator[Step]:
        after = self.deciders[turn.number].verified(turn.client)
        yield from self._step(turn, after, "lists at its revision", "exact")
        yield self._expired(turn)

    def _pin(self, turn: Turn) -> Iterator[Step]:
        after = turn.client._replace(at="adopt")
        yield from self._step(turn, after, "lists at its revision", "exact")
        yield self._expired(turn)

    @staticmethod
    def _expired(turn: Turn) -> Step:
        after = turn.client._replace(at="forgotten")
        what = "asks for a revision that is forgotten"
        return turn.step(what, after, env=True, request="exact")

    def _adopt(self, turn: Turn) -> Iterator[Step]:
        after = self.deciders[turn.number].adopted(turn.client, turn.objects)
        if after.at == "finish":
            check_alone(self.scope, turn.number, turn.client, turn.objects)
        yield from self._step(turn, after, "lists to verify", "list")

    _forgotten = _adopt

    def _denied(self, turn: Turn) -> Iterator[Step]:
        after = self.deciders[turn.number].denied(turn.client, turn.objects)
        yield from self._step(turn, after, "lists after a denial", "list")

    def _outlast(self, turn: Turn) -> Iterator[Step]:
        after = self.deciders[turn.number].outlasting(turn.client, turn.objects)
        yield from self._step(turn, self._pinned(after), "lists to outlast", "list")

    def _verdict(self, turn: Turn) -> Iterator[Step]:
        after = self.deciders[turn.number].late_verdict(turn.client, turn.objects)
        yield from self._step(turn, after, "lists in the end", "list")
        unseen = Client(ENDED, turn.client.life, result=LATE)
        yield from self._step(turn, unseen, "has no time to look")

    def _silent(self, turn: Turn) -> Iterator[Step]:
        for over in self._whether_over(turn):
            after = self.deciders[turn.number].heard(turn.client, self._present(turn), over=over)
            what = "gets after silence" if after.silent else "gets in vain"
            yield from self._step(turn, after, what, "get")

    def _recheck(self, turn: Turn) -> Iterator[Step]:
        after = self.deciders[turn.number].changed(turn.client, self._present(turn))
        yield from self._step(turn, self._pinned(after), "gets a changed object", "get")

    def _cancel_again(self, turn: Turn) -> Iterator[Step]:
        after = self.deciders[turn.number].canceling(turn.client, self._present(turn))
        yield from self._step(turn, after, "gets to cancel", "get")

    def _watch(self, turn: Turn) -> Iterator[Step]:
        """Cleaning up: the result of an unanswered write is canceled as soon as it appears."""
        decider = self.deciders[turn.number]
        after = decider.appeared(turn.client, self._present(turn))
        if after is not None:
            yield from self._step(turn, after, "gets to clean up", "get")
        elif turn.client.then == LATE or not self._in_flight(turn):
            yield from self._step(turn, decider.gone(turn.client), "gets in vain", "get")

    def _expire(self, turn: Turn) -> Iterator[Step]:
        """The deadline has passed without an answer: the clock decides whether it may commit."""
        for over in self._whether_over(turn):
            unknown = Client(ENDED, turn.client.life, result=UNKNOWN)
            after = turn.client._replace(at="wait out") if over else unknown
            yield from self._step(turn, after, "looks at the time")

    def _wait_out(self, turn: Turn) -> Iterator[Step]:
        client = turn.client
        if not self.scope.rules.waits_out:
            after = Client(ENDED, client.life, result=client.then)
            yield from self._step(turn, after, "ends")
        elif not self._in_flight(turn):
            after = self.deciders[turn.number].waited_out(client, self._present(turn))
            yield from self._step(turn, after, "gets at the end", "get")

    def _present(self, turn: Turn) -> Obj | None:
        return get(turn.objects, self.scope.plans[turn.number].name)

    def _whether_over(self, turn: Turn) -> tuple[bool, ...]:
        """What a client may think of its write without an answer: its time lasts longer than the
        write, by an unknown amount."""
        return (False,) if self._in_flight(turn) else (True, False)

    @staticmethod
    def _in_flight(turn: Turn) -> bool:
        return any(
            each.life == turn.client.life and each.kind in ("post", "claim")
            for each in turn.flights
        )

    def _post(self, turn: Turn) -> Iterator[Step]:
        if turn.client.silent:
            yield from self._not_yet(turn)
            return
        new = self.deciders[turn.number].new_pool(turn.client, unused(turn.taken, uid_bit))
        yield from self._send(turn, Write(turn.number, turn.client.life, "post", new.name, new))

    def _not_yet(self, turn: Turn) -> Iterator[Step]:
        """An earlier write of the same run got no answer: is it over?"""
        for over in self._whether_over(turn):
            after = self.deciders[turn.number].again(turn.client, over=over)
            yield from self._step(turn, after, "looks at the time")

    def _claim(self, turn: Turn) -> Iterator[Step]:
        if turn.client.silent:
            yield from self._not_yet(turn)
            return
        nonce = unused(turn.taken, nonce_bit) if self.scope.rules.fresh_nonces else 0
        held, patch = self.deciders[turn.number].claiming(turn.client, nonce)
        yield from self._send(turn, self._patch(turn, "claim", patch, held))

    def _finish(self, turn: Turn) -> Iterator[Step]:
        patch = self.deciders[turn.number].finishing(turn.client)
        yield from self._send(turn, self._patch(turn, "finish", patch, _held(turn.client)))

    def _cancel(self, turn: Turn) -> Iterator[Step]:
        client, decider, plan = (
            turn.client,
            self.deciders[turn.number],
            self.scope.plans[turn.number],
        )
        if not decider.may_cancel(client):
            after = decider.canceling(client, client.mine)
            yield from self._step(turn, after, "leaves it")
        elif plan.kind == "create":
            write = Write(turn.number, client.life, "delete", plan.name, client.mine)
            yield from self._send(turn, write)
        else:
            patch = decider.releasing(client)
            yield from self._send(turn, self._patch(turn, "release", patch, _held(client)))

    def _patch(self, turn: Turn, kind: str, patch: str, held: Held | None) -> Write:
        name = self.scope.plans[turn.number].name
        return Write(turn.number, turn.client.life, kind, name, patch=patch, held=held)

    def _send(self, turn: Turn, write: Write) -> Iterator[Step]:
        """A write that is answered, refused by the webhook, or not answered."""
        objects, written = carried_out(self.scope, turn.objects, turn.done, write)
        fresh = written is not None and write.kind in ("post", "claim")
        after = self._answered(turn, write.kind, written)
        done = reported(self.scope, turn.number, after, objects, turn.done)
        yield turn.step(
            write.kind,
            after,
            objects=objects,
            done=done,
            wrote=fresh,
            request="write",
            write=write,
        )
        if self.scope.denials:
            yield from self._refused(turn, write)
        if self.scope.budget.silences:
            yield self._unanswered(turn, write)

    def _refused(self, turn: Turn, write: Write) -> Iterator[Step]:
        """The webhook denies, or nothing was written."""
        client, decider, what = turn.client, self.deciders[turn.number], write.kind

        def refused(how: str, after: Client) -> Step:
            return turn.step(f"{what} is {how}", after, env=True, request="write", write=write)

        if what in ("finish", "release"):
            yield refused("denied", client._replace(at=f"denied {what}"))
        elif what != "delete":
            yield refused("denied", client._replace(at="denied"))
            looking = client._replace(at="look", base=None)
            yield refused("put off", looking)
            if decider.chooses:  # in words that are known: what was seen before is enough
                yield refused("denied again", decider.elsewhere(looking))

    _denied_finish = _denied
    _denied_release = _denied

    def _answered(self, turn: Turn, what: str, written: Obj | None) -> Client:
        client, decider = turn.client, self.deciders[turn.number]
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
                return client._replace(at="cancel again")
            case _:
                return decider.gone(client)

    @staticmethod
    def _unanswered(turn: Turn, write: Write) -> Step:
        client, what = turn.client, write.kind
        at = {"post": "silent", "claim": "silent", "finish": "recheck"}.get(what, "cancel again")
        return turn.step(
            f"{what} gets no answer",
            client._replace(at=at, silent=client.silent or at == "silent"),
            unanswered=write,
            spends=_SILENCE,
            env=True,
            request="write",
            write=write,
        )

    def _interrupted(self, number: int, client: Client) -> tuple[Step, ...]:
        """What ends a client, or makes it clean up, whatever the world is like."""
        budget, steps = self.scope.budget, []

        def interrupted(how: str, after: Client, spends: Budget) -> None:
            steps.append(Step(f"{number} {how}", number, after, spends=spends, env=True))

        if budget.kills:
            interrupted("is killed", Client(DEAD, client.life), _KILL)
        begun = client != Client(life=client.life)
        if begun and budget.stops:
            if client.then in (STOPPED, LATE):
                after = Client(ENDED, client.life, result=UNKNOWN)
                interrupted("gives up", after, _STOP)
            for then in _ENDS_BY.get(client.then, (STOPPED, LATE)):
                after = self.deciders[number].stopped(client, then)
                interrupted(f"is {then}", after, _STOP)
        return tuple(steps)


def _held(client: Client) -> Held | None:
    return client.mine.claim if client.mine is not None else None

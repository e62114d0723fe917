"""The real engine as a client of the model: every run of it must be a way through the model.

The gateway here answers the engine out of the model's state. Each request of the engine must be one
that the model's first client may send there, a write to the letter; its result is one of the
model's own transitions, and so is every event in between. Differences that are inherent are
handled in :class:`Follower` only.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final

from tests.fakes import FakeClock
from tests.model.machine import Machine
from tests.model.moment import Event, Scope, State, Step
from tests.model.runs import ENDED, LATE, STOPPED, Client, Write

ENGINE: Final = 0
"""Which of the model's clients the engine is."""
_ASKS: Final = {
    **dict.fromkeys(("look", "adopt", "forgotten", "outlast", "verdict"), "list"),
    **dict.fromkeys(("denied", "denied finish", "denied release"), "list"),
    **dict.fromkeys(("silent", "recheck", "cancel again", "watch", "wait out"), "get"),
    **dict.fromkeys(("verify", "pin"), "exact"),
    **dict.fromkeys(("post", "claim", "finish", "cancel"), "write"),
}
"""What is asked next at each place, unless nothing has to be asked."""

_ENDLESS: Final = 2_000
"""More lines of a story than any run has that pauses."""


class Follower:
    """The model's states in which its first client may be, as far as the engine has shown.

    What is put right here:

    * Reads that change nothing are no step of the model, and pauses never are: the engine may
      repeat them.
    * Steps of the model that ask nothing are made when the engine's next request shows which.
    * The end by the deadline is such a step, once the clock has passed it, and so is the end of a
      clean-up that takes too long.
    * A run that is interrupted before it has written or adopted anything has not begun, nor has one
      that nothing is left of: what an earlier one left is not its own yet.
    * A signal after the last request changes only the report.
    """

    def __init__(self, scope: Scope, clock: FakeClock, seconds: float) -> None:
        self.machine = _machine(scope)
        self.states = [self.machine.start()]
        self.story: list[str] = []
        self._clock = clock
        self._begun = False
        self._deadline = clock.now() + seconds
        self.hopeless = False
        """Whether a clean-up takes longer than there is time."""

    @property
    def now(self) -> State:
        """One of the states; they differ in the first client alone."""
        return self.states[0]

    def others(self) -> list[str]:
        """All that may happen without the engine."""
        return [each.what for each in self._others(self.now)]

    def happens(self, number: int) -> None:
        """One of those, by its number."""
        self.story.append(f"- {self.others()[number]}")
        self._set(self._others(state)[number].after(state) for state in self.states)

    def asks(self, kind: str, content: object = None) -> None:
        """The engine asks: those states remain in which the client would."""
        self.story.append(f"engine: {kind} {content or ''}")
        assert len(self.story) < _ENDLESS, "the engine comes to no end"
        found = [
            each
            for each in self._reachable()
            if _ASKS.get(each.clients[ENGINE].at) == kind
            and (content is None or content in (content_of(write) for write in self._writes(each)))
        ]
        assert found, self.told("the model would not ask that")
        self._begun |= kind in ("exact", "write")
        self._set(found)

    def still_asks(self, content: object) -> bool:
        """Whether the engine's write is unchanged by the events so far."""
        writes = (write for state in self.states for write in self._writes(state))
        return content is None or content in map(content_of, writes)

    def answers(self) -> list[str]:
        """The possible results of the engine's write."""
        edges = (edge for state in self.states for edge in self._steps(state))
        return list(dict.fromkeys(edge.what for edge in edges if edge.write is not None))

    def answered(self, *what: str) -> None:
        """Record the result of the engine's write."""
        self.story.append(f"  {what[0]}")
        self._set(
            edge.after(state)
            for state in self.states
            for edge in self._steps(state)
            if edge.what in what
        )

    def read(self, kind: str, *, forgotten: bool = False) -> None:
        """A read of the engine is answered."""
        after: list[State] = []
        for state in self.states:
            edges = [
                each
                for each in self._steps(state)
                if each.request == kind and ("forgotten" in each.what) is forgotten
            ]
            after += (each.after(state) for each in edges)
            if all("in vain" in each.what for each in edges):
                after.append(state)
        self._set(after)

    def interrupted(self, how: str) -> None:
        """A signal, or a fault that nothing helps against."""
        self.story.append(f"  {how}")
        if not self._begun:
            return
        after: list[State] = []
        for state in self._reachable():
            client = state.clients[ENGINE]
            if client.at == ENDED or client == Client():
                after.append(state)
            edges = (each for each in self._steps(state) if each.what == f"{ENGINE} is {how}")
            after += (each.after(state) for each in edges)
        self._set(after)

    def results(self) -> set[str]:
        """The ends at which the model's client may be."""
        clients = [each.clients[ENGINE] for each in self._reachable()]
        found = {each.result for each in clients if each.at == ENDED}
        return {*found, LATE, STOPPED} if self._has_not_begun else found

    @property
    def _has_not_begun(self) -> bool:
        return not self._begun or any(each.clients[ENGINE] == Client() for each in self.states)

    def told(self, what: str) -> str:
        """The violation, and the steps to it."""
        clients = [str(each.clients[ENGINE]) for each in self.states]
        return "\n".join([what, *self.story, *clients, str(self.now.world.objects)])

    def _steps(self, state: State) -> Iterator[Step]:
        """The possible steps of the engine."""
        return self.machine.steps(state, ENGINE)

    def _others(self, state: State) -> list[Step | Event]:
        edges = self.machine.edges(state)
        return [each for each in edges if isinstance(each, Event) or each.number != ENGINE]

    def _writes(self, state: State) -> Iterator[Write]:
        return (each.write for each in self._steps(state) if each.write is not None)

    def _reachable(self) -> list[State]:
        """With all steps that ask nothing."""
        found = dict.fromkeys(self.states)
        waiting = list(found)
        while waiting:
            state = waiting.pop()
            for edge in self._steps(state):
                after = edge.after(state)
                if self._may_come(edge) and after not in found:
                    found[after] = None
                    waiting.append(after)
        return list(found)

    def _may_come(self, edge: Step) -> bool:
        if edge.what == f"{ENGINE} is {LATE}":
            return self._clock.now() >= self._deadline
        if edge.what == f"{ENGINE} gives up":
            return self.hopeless
        return not edge.request and not edge.env

    def _set(self, states: Iterable[State]) -> None:
        found = list(dict.fromkeys(states))
        assert found, self.told("the model is nowhere")
        self.states = found
        worlds = {(each.world.objects, each.world.flights) for each in found}
        assert len(worlds) == 1, self.told("the model is in two worlds")


_machine = cache(Machine)
"""One for all runs of a scope: the steps that one meets are known to the next."""


def content_of(write: Write) -> Any:
    """The content of a write, for comparison with that of the engine."""
    if write.kind == "post":
        assert write.new is not None
        return write.new._replace(uid=0)
    return write.new if write.kind == "delete" else write.patch

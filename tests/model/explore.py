"""Explores every reachable state, and checks that some client can always finish."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from tests.model.invariants import check_end, is_over, is_told
from tests.model.machine import Machine
from tests.model.moment import Edge, Scope, State, ViolationError


@dataclass(frozen=True)
class Explored:
    """How large a scope was."""

    states: int
    edges: int


class Search:
    """Breadth first, so that a violation is shown in as few steps as possible."""

    def __init__(self, scope: Scope, most: int) -> None:
        self._machine = Machine(scope)
        self._most = most
        start = self._machine.start()
        self._numbers: dict[State, int] = {start: 0}
        self._from: list[tuple[int, str]] = [(0, "")]
        self._next: list[list[tuple[int, bool, bool]]] = []
        """For each state the states that follow, whether by a fault, and whether by a write."""

    def run(self) -> Explored:
        waiting = deque(self._numbers)
        over: list[int] = []
        while waiting:
            state = waiting.popleft()
            number = self._numbers[state]
            try:
                if is_over(self._machine.scope, state):
                    check_end(self._machine.scope, state)
                    over.append(number)
                self._next.append(
                    [self._arrive(number, each, waiting) for each in self._edges(state)]
                )
            except ViolationError as violation:
                raise ViolationError(f"{violation}\n{self._story(number)}") from None
        self._a_client_can_always_finish(over)
        self._no_clients_retry_forever()
        return Explored(len(self._numbers), sum(map(len, self._next)))

    def _edges(self, state: State) -> Iterator[Edge]:
        return self._machine.edges(state)

    def _arrive(self, number: int, edge: Edge, waiting: deque[State]) -> tuple[int, bool, bool]:
        known = self._numbers.get(edge.state)
        if known is None:
            known = self._numbers[edge.state] = len(self._numbers)
            assert known < self._most, "the scope has more states than expected"
            self._from.append((number, edge.what))
            waiting.append(edge.state)
        return known, edge.env, edge.wrote

    def _story(self, number: int) -> str:
        """The edges that lead to a state."""
        steps: list[str] = []
        while number:
            number, what = self._from[number]
            steps.append(what)
        return "\n".join(reversed(steps))

    def _a_client_can_always_finish(self, over: list[int]) -> None:
        if self._machine.scope.budget.restores:
            return  # a restored claim has no owner, and blocks ranges until it is swept
        before: list[list[int]] = [[] for _ in self._next]
        for number, following in enumerate(self._next):
            for each, *_ in following:
                before[each].append(number)
        told = (number for state, number in self._numbers.items() if is_told(state))
        seen = {*over, *told}
        waiting = list(seen)
        while waiting:
            for each in before[waiting.pop()]:
                if each not in seen:
                    seen.add(each)
                    waiting.append(each)
        for number in range(len(self._next)):
            if number not in seen:
                raise ViolationError(f"no client can finish\n{self._story(number)}")

    def _no_clients_retry_forever(self) -> None:
        """No cycle without a fault in which a client writes repeatedly."""
        component = self._components()
        for number, following in enumerate(self._next):
            for each, env, wrote in following:
                if wrote and not env and component[each] == component[number]:
                    raise ViolationError(
                        f"clients retry against each other forever\n{self._story(number)}"
                    )

    def _components(self) -> list[int]:
        """Strongly connected components without faults (Tarjan, without recursion)."""
        index = [-1] * len(self._next)
        low, component = index.copy(), index.copy()
        stack: list[int] = []
        count = 0
        for root in range(len(index)):
            if index[root] != -1:
                continue
            work = [(root, iter(self._next[root]))]
            index[root] = low[root] = count
            count += 1
            stack.append(root)
            while work:
                node, following = work[-1]
                for each, env, _ in following:
                    if env:
                        continue
                    if index[each] == -1:
                        index[each] = low[each] = count
                        count += 1
                        stack.append(each)
                        work.append((each, iter(self._next[each])))
                        break
                    if component[each] == -1:
                        low[node] = min(low[node], index[each])
                else:
                    work.pop()
                    if work:
                        low[work[-1][0]] = min(low[work[-1][0]], low[node])
                    if low[node] == index[node]:
                        while True:
                            each = stack.pop()
                            component[each] = node
                            if each == node:
                                break
        return component


def explore(scope: Scope, most: int = 400_000) -> Explored:
    """Explore a scope. Raises :class:`ViolationError` with the shortest path to a violation."""
    return Search(scope, most).run()

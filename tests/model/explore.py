"""Explores every reachable state, and checks that some client can always finish."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from tests.model.invariants import check_end, is_over, is_told
from tests.model.moment import Scope, ViolationError
from tests.model.packed import ENV, KINDS, WROTE, PackedMachine


@dataclass(frozen=True)
class Explored:
    """How large a scope was."""

    states: int
    edges: int


class Search:
    """Breadth first, so that a violation is shown in as few steps as possible.

    States are numbered in the order in which they are found.
    """

    def __init__(self, scope: Scope, most: int) -> None:
        self._scope = scope
        self._machine = PackedMachine(scope)
        self._most = most
        self._states = [self._machine.start()]
        self._numbers = {self._states[0]: 0}
        self._from = array("I", [0])
        """From which state each was found."""
        self._edges = array("I")
        """The state that follows and the kind of each edge, those of one state after another."""
        self._ends = array("I", [0])
        """Where the edges of each state end, those of the first at the second number."""
        self._over: list[int] = []

    def run(self) -> Explored:
        for number, state in enumerate(self._states):  # which grows meanwhile
            try:
                if self._follow(number, state):
                    self._check_end(number)
            except ViolationError as violation:
                raise ViolationError(f"{violation}\n{self._story(number)}") from None
        self._a_client_can_always_finish()
        self._no_clients_retry_forever()
        return Explored(len(self._states), len(self._edges))

    def _follow(self, number: int, state: int) -> bool:
        """Whether no client goes on by itself."""
        kinds = ENV
        for following, kind in self._machine.edges(state):
            known = self._numbers.get(following)
            if known is None:
                known = self._numbers[following] = len(self._states)
                assert known < self._most, "the scope has more states than expected"
                self._states.append(following)
                self._from.append(number)
            self._edges.append(known << KINDS | kind)
            kinds &= kind
        self._ends.append(len(self._edges))
        return kinds == ENV

    def _check_end(self, number: int) -> None:
        state = self._machine.unpacked(self._states[number])
        if is_over(self._scope, state):
            check_end(self._scope, state)
            self._over.append(number)

    def _following(self, number: int) -> "array[int]":
        """The edges of a state: of each the state after it, then what kind it is."""
        return self._edges[self._ends[number] : self._ends[number + 1]]

    def _story(self, number: int) -> str:
        """The edges that lead to a state."""
        steps: list[str] = []
        while number:
            before = self._from[number]
            steps.append(self._machine.what(self._states[before], self._states[number]))
            number = before
        return "\n".join(reversed(steps))

    def _a_client_can_always_finish(self) -> None:
        """From every state some way leads to the end, or to a client that tells what it leaves."""
        if self._scope.budget.restores:
            return  # a restored claim has no owner, and blocks ranges until it is swept
        finishes = bytearray(len(self._states))
        for number in self._over:
            finishes[number] = True
        for number in self._left(finishes):
            finishes[number] = is_told(self._machine.clients(self._states[number]))
        left = self._left(finishes)
        if left:
            raise ViolationError(f"no client can finish\n{self._story(min(left))}")

    def _left(self, finishes: bytearray) -> list[int]:
        """Mark the states from which a way leads to one that is marked, and return the others."""
        before: list[int] = []
        left = [number for number, each in enumerate(finishes) if not each]
        left.reverse()  # most edges lead to a later state: each round finds almost all
        while len(left) != len(before):
            before, left = left, []
            for number in before:
                if any(finishes[each >> KINDS] for each in self._following(number)):
                    finishes[number] = True
                else:
                    left.append(number)
        return left

    def _no_clients_retry_forever(self) -> None:
        """No cycle without a fault in which a client writes repeatedly."""
        component = self._components()
        for number in range(len(self._states)):
            for each in self._following(number):
                wrote = each & WROTE and not each & ENV
                if wrote and component[each >> KINDS] == component[number]:
                    raise ViolationError(
                        f"clients retry against each other forever\n{self._story(number)}"
                    )

    def _components(self) -> "array[int]":
        """Strongly connected components without faults (Tarjan, without recursion)."""
        index = array("i", [-1]) * len(self._states)
        low, component = index[:], index[:]
        stack: list[int] = []
        count = 0

        def enter(node: int) -> tuple[int, Iterator[int]]:
            nonlocal count
            index[node] = low[node] = count
            count += 1
            stack.append(node)
            return node, (each >> KINDS for each in self._following(node) if not each & ENV)

        for root in range(len(index)):
            work = [enter(root)] if index[root] == -1 else []
            while work:
                node, following = work[-1]
                for each in following:
                    if index[each] == -1:
                        work.append(enter(each))
                        break
                    if component[each] == -1:
                        low[node] = min(low[node], index[each])
                else:
                    work.pop()
                    if work:
                        low[work[-1][0]] = min(low[work[-1][0]], low[node])
                    if low[node] == index[node]:
                        while component[node] == -1:
                            component[stack.pop()] = node
        return component


def explore(scope: Scope, most: int = 400_000) -> Explored:
    """Explore a scope. Raises :class:`ViolationError` with the shortest path to a violation."""
    return Search(scope, most).run()

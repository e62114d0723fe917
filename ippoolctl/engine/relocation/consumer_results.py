"""What a run knows of each consumer, for its result."""

from collections.abc import Iterable

from ippoolctl.domain.annotations.detached import ConsumerState, Detached
from ippoolctl.domain.change.relocation import Reassignment
from ippoolctl.domain.protocol.relocated import Placed, PlaceState
from ippoolctl.domain.timestamps import parse_timestamp
from ippoolctl.engine.relocation.survey import Survey, placed_attached, placed_detached
from ippoolctl.ports.clock import Clock


class ConsumerResults:
    """The result of each consumer, and how long traffic may have stopped."""

    def __init__(self, surveyed: Survey, clock: Clock) -> None:
        self._clock = clock
        self._results = {each.consumer.uid: placed_attached(each) for each in surveyed.to_detach}
        self._results |= {each.uid: placed_detached((each, one)) for each, one in surveyed.detached}
        cut_off = any(not one.waits for _, one in surveyed.detached)
        self._began = _first_detached(surveyed) if cut_off else None
        self._ended: float | None = None
        self._given_back: set[str] = set()

    @property
    def all(self) -> tuple[Placed, ...]:
        """The consumers, sorted."""
        return tuple(sorted(self._results.values()))

    @property
    def kept_by_giving_back(self) -> list[Placed]:
        """Those that have their address again in the pool that they left, in any order."""
        back = (self._results[uid] for uid in self._given_back)
        return [each for each in back if each.state is PlaceState.KEPT]

    @property
    def seconds(self) -> float:
        """From the first detached consumer to the last attached one, or to now."""
        if self._began is None:
            return 0.0
        return (self._clock.now() if self._ended is None else self._ended) - self._began

    @property
    def lost(self) -> frozenset[str]:
        """The uids of those that lose their address."""
        return frozenset(uid for uid, each in self._results.items() if each.lost)

    def detached(self, one: Reassignment) -> None:
        """A consumer that was detached just now."""
        result = placed_attached(one)
        if result.state is PlaceState.KEPT:
            result = result._replace(state=PlaceState.DETACHED)
            self._began = self._clock.now() if self._began is None else self._began
        self._results[one.consumer.uid] = result

    def know(self, found: Iterable[tuple[ConsumerState, Detached]]) -> None:
        """Consumers that are detached, perhaps by another run of the request."""
        for each, detached in found:
            self._results.setdefault(each.uid, placed_detached((each, detached)))

    def attached(self, consumer: ConsumerState) -> None:
        """A consumer that was attached just now."""
        self._set(consumer, PlaceState.KEPT)

    def given_back(self, uid: str) -> None:
        """A consumer that is attached again to the pool that it left."""
        self._given_back.add(uid)
        result = self._results[uid]
        address = result.address or result.lost
        state = PlaceState.KEPT if address else PlaceState.WAITING
        self._results[uid] = result._replace(
            target=result.source, address=address, state=state, lost=""
        )

    def lost_by(self, uid: str) -> str:
        """The address that a consumer loses; empty if it keeps its own or that is unknown."""
        result = self._results.get(uid)
        return result.lost if result else ""

    def finish(self) -> None:
        """All that could be attached is attached."""
        self._ended = self._clock.now()

    def changed(self, consumer: ConsumerState) -> None:
        """Another client has given it another address."""
        self._set(consumer, PlaceState.CHANGED)

    def taken(self, consumer: ConsumerState, by: ConsumerState) -> None:
        """Another consumer has its address."""
        self._set(consumer, PlaceState.TAKEN, by.label)

    def given(self, consumers: Iterable[ConsumerState]) -> None:
        """The addresses of those that Antrea chose one for."""
        for each in consumers:
            result = self._results.get(each.uid)
            if result and result.state in (PlaceState.LOST, PlaceState.WAITING):
                self._results[each.uid] = result._replace(address=each.held)

    def _set(self, consumer: ConsumerState, state: PlaceState, by: str = "") -> None:
        self._results[consumer.uid] = self._results[consumer.uid]._replace(state=state, taken_by=by)


def _first_detached(surveyed: Survey) -> float:
    """When an earlier run detached the first consumer, by the clock of the session; without a
    record of that, when this run saw it.
    """
    view = surveyed.view
    since, seen = parse_timestamp(surveyed.since), parse_timestamp(view.date)
    if since is None or seen is None:
        return view.at
    return view.at - max((seen - since).total_seconds(), 0.0)

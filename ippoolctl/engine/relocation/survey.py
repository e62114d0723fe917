"""What a relocation would do, and what an earlier run of it has done; nothing is written."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from ippoolctl.crd.relocation import read_relocation, recorded
from ippoolctl.crd.surroundings.detachment import pools_of
from ippoolctl.domain.addresses.parsers import parse_ip
from ippoolctl.domain.annotations.detached import ConsumerState, Detached, read_detached
from ippoolctl.domain.annotations.unfinished import read_unfinished
from ippoolctl.domain.antrea.membership import Membership, PoolAddresses
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.relocation import Reassignment, Relocation, reassignments, to_clear
from ippoolctl.domain.change.restoration import LeftAlone, Restoration
from ippoolctl.domain.protocol.relocated import EndKind, Placed, PlaceState, Relocated
from ippoolctl.engine.relocation.consumers import list_consumers
from ippoolctl.engine.session import Session, timeout_as_fault
from ippoolctl.errors import ExitCode


@dataclass(frozen=True, slots=True)
class View:
    """Pools, and consumers listed after them, so that no consumer of a deleted pool is missed."""

    pools: tuple[Pool, ...]
    consumers: tuple[ConsumerState, ...]
    date: str = ""
    """When the server listed the pools, by its own clock, RFC 3339; empty if it did not say."""
    at: float = 0.0
    """The same by the clock of the session."""

    def detached_by(self, relocation: Relocation) -> list[tuple[ConsumerState, Detached]]:
        """The consumers that runs of this request have detached."""
        found = ((each, read_detached(each.detached)) for each in self.consumers)
        return [(each, one) for each, one in found if one and relocation.owns(one)]


@dataclass(frozen=True, slots=True)
class Survey:
    """A relocation before it is confirmed."""

    relocation: Relocation
    to_detach: tuple[Reassignment, ...]
    """The consumers that are still to be detached."""
    detached: tuple[tuple[ConsumerState, Detached], ...]
    """Those that an earlier run has detached."""
    resumed: bool
    """Whether an earlier run has begun it."""
    view: View
    """What was seen."""
    restoration: Restoration | None = None
    """The saved addresses to give back; ``None`` if every consumer keeps its own."""
    command: str = ""
    """What finishes it, without ``ippoolctl``; empty if that is the request itself."""

    def to_detach_in(self, view: View) -> tuple[Reassignment, ...]:
        """The consumers that are still to be detached."""
        if self.restoration is not None:
            return self.restoration.find(view.pools, view.consumers).to_detach
        due = to_clear(self.relocation, view.pools)
        return reassignments(self.relocation, view.consumers, due)

    @property
    def pools(self) -> tuple[Pool, ...]:
        """All live pools."""
        return self.view.pools

    @property
    def deletes(self) -> tuple[Pool, ...]:
        """The pools that are still to be deleted."""
        return self.relocation.still_there(self.pools)

    @property
    def consumers(self) -> list[ConsumerState]:
        """All consumers concerned."""
        return [*(each.consumer for each in self.to_detach), *(each for each, _ in self.detached)]

    @property
    def losing(self) -> tuple[Reassignment, ...]:
        """Those that would lose their address."""
        return tuple(each for each in self.to_detach if each.lost)

    @property
    def placed(self) -> tuple[Placed, ...]:
        """All of them, as they are now and will be."""
        attached = map(placed_attached, self.to_detach)
        return tuple(sorted([*attached, *map(placed_detached, self.detached)]))

    @property
    def since(self) -> str:
        """When an earlier run detached the first consumer that had an address; empty if none has
        or that is unknown.
        """
        return min((each.since for _, each in self.detached if not each.waits), default="")

    def end(self, end: EndKind, code: ExitCode, text: str = "") -> Relocated:
        """A result without a write."""
        return Relocated(self.relocation.request, end, code, placed=self.placed, text=text)


def look(session: Session) -> View:
    """All pools, then all consumers.

    Raises a :class:`~ippoolctl.ports.faults.RejectedFault` without permission to list them all.
    """
    listed, at = session.list_pools(), session.clock.now()
    return View(listed.pools, list_consumers(session), listed.date, at)


def survey(
    session: Session,
    request: str,
    names: Collection[str],
    begun: Callable[[View], Relocation | None],
    plan: Callable[[View], Relocation | Relocated],
    command: str = "",
) -> Survey | Relocated:
    """What is to be done; the result if there is nothing to do, or a reason against it.

    An earlier run is found by the annotations of its consumers, else by its record in the cluster
    or by ``begun``, which knows what this machine has recorded; without one ``plan`` makes the
    relocation. ``names`` are the pools that the request names. ``command`` finishes it, if it is
    not the request itself. Raises what :func:`look` raises, and the fault behind a timeout.
    """
    with timeout_as_fault():
        view = look(session)
    earlier = _earlier(request, view.consumers) or recorded(request, view.pools) or begun(view)
    other = other_run(request, names, view)
    # Otherwise each of two runs that have both begun would be refused because of the other.
    if other and not (earlier and earlier.is_untouched(view.pools)):
        return other
    found = earlier or plan(view)
    if isinstance(found, Relocated):
        return found
    return Survey(
        found,
        reassignments(found, view.consumers, to_clear(found, view.pools)),
        tuple(view.detached_by(found)),
        earlier is not None,
        view,
        command=command,
    )


def survey_restoration(
    session: Session, restoration: Restoration, command: str = ""
) -> tuple[Survey | Relocated, tuple[LeftAlone, ...]]:
    """What is to be done to restore saved pools, and the consumers that are left alone.

    Raises what :func:`look` raises, and the fault behind a timeout.
    """
    with timeout_as_fault():
        view = look(session)
    request, names = restoration.request, restoration.saved.names
    relocation = restoration.relocation(view.pools)
    found = restoration.find(view.pools, view.consumers)
    other = _other_request(request, names, view.consumers)
    if other:
        return _unfinished(request, other), found.left
    detached = tuple(view.detached_by(relocation))
    resumed = bool(detached)
    surveyed = Survey(relocation, found.to_detach, detached, resumed, view, restoration, command)
    return surveyed, found.left


def other_run(request: str, names: Collection[str], view: View) -> Relocated | None:
    """The result for a request if an unfinished run of another one concerns these pools; ``None``
    if there is none. A record that is outdated does not count.
    """
    by = _other_request(request, names, view.consumers)
    if by:
        return _unfinished(request, by)
    for pool in view.pools:
        record = read_unfinished(pool)
        if record is None or record.request == request:
            continue
        other = read_relocation(record.request, record.relocation)
        concerned = not {*names}.isdisjoint(other.names)
        if concerned and other.deleted and other.is_current(view.pools):
            return Relocated(
                request,
                EndKind.UNFINISHED,
                ExitCode.REFUSED,
                text=record.request,
                finishing_command=record.command,
                record=pool.name,
            )
    return None


def can_return(consumer: ConsumerState, detached: Detached, view: View) -> bool:
    """Whether a detached consumer gets its address back in the pool that it left, or in another
    one of that name.
    """
    pool = next((each for each in view.pools if each.name == detached.source), None)
    if pool is None:
        return False
    if detached.waits:
        return True
    address = parse_ip(detached.address)
    if address is None or not (consumer.is_egress or parse_ip(consumer.held) == address):
        return False
    return PoolAddresses(pool.spellings).membership(address) is Membership.MEMBER


def placed_attached(found: Reassignment) -> Placed:
    """A consumer that is still attached."""
    one = found.consumer
    state = PlaceState.LOST if found.lost else PlaceState.KEPT
    state = PlaceState.WAITING if found.waits and not found.lost else state
    address = "" if found.waits else found.address
    where = (found.source, found.target)
    return Placed(one.kind, one.namespace, one.name, *where, address, state, found.lost)


def placed_detached(found: tuple[ConsumerState, Detached]) -> Placed:
    """A consumer that is still detached."""
    one, detached = found
    state = PlaceState.WAITING if detached.waits else PlaceState.DETACHED
    where = (detached.source, detached.target)
    return Placed(one.kind, one.namespace, one.name, *where, detached.address, state)


def _earlier(request: str, consumers: Iterable[ConsumerState]) -> Relocation | None:
    for each in consumers:
        found = read_detached(each.detached)
        if found is not None and found.request == request and found.relocation:
            return read_relocation(request, found.relocation)
    return None


def _other_request(
    request: str, names: Collection[str], consumers: Iterable[ConsumerState]
) -> list[tuple[ConsumerState, Detached]]:
    """All consumers that another request which concerns one of these pools has detached; of several
    such requests the first one. Empty if there is none.

    Also one that is attached to such a pool all the same, as after a manifest of a detached one was
    applied: it cannot be detached, so the pool would never be unused.
    """
    read = ((each, read_detached(each.detached)) for each in consumers)
    others = [(each, one) for each, one in read if one is not None and one.request != request]
    for each, found in others:
        concerned = {found.source, found.target, each.pool, *pools_of(found.relocation)}
        if not concerned.isdisjoint(names):
            # An annotation that cannot be read is of a request of its own.
            same = [one for one in others if one[1].request == found.request]
            return same if found.request else [(each, found)]
    return []


def _unfinished(request: str, by: Sequence[tuple[ConsumerState, Detached]]) -> Relocated:
    first, found = by[0]
    other = found.request or first.label
    placed = tuple(map(placed_detached, by))
    finish = found.command or other
    return Relocated(
        request,
        EndKind.UNFINISHED,
        ExitCode.REFUSED,
        placed=placed,
        text=other,
        finishing_command=finish,
    )

"""A scripted gateway that answers the real engine from the model."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.domain.annotations.marks import PENDING, REQUEST_ID, STATE
from ippoolctl.domain.antrea.consumers import Consumers
from ippoolctl.domain.antrea.messages import already_exists, denied
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.errors import StoppedError
from ippoolctl.ports.faults import Fault, RejectedFault, UnansweredFault, UnreachableFault
from ippoolctl.ports.gateway import JsonPatch, MergePatch, PoolList, Resource
from tests.fakes import FakeClock
from tests.model.conformance import ENGINE, Follower
from tests.model.runs import LATE, STALE, STOPPED
from tests.model.world import (
    Obj,
    Objects,
    document,
    get,
    nonce_bit,
    number_of,
    numbers_in,
    unused,
)

T = TypeVar("T")
Choice = Callable[[int, str], int]
"""Decides what happens: a number below the first argument, and 0 if nothing goes wrong. The second
says what it is about."""

_MEANWHILE: Final = 4
"""How much may happen between two requests."""
_PUT_OFF: Final[tuple[Fault, ...]] = (
    RejectedFault(429, "later", retry_after=1),
    UnreachableFault("refused"),
    RejectedFault(500, "Internal error occurred: failed calling webhook: refused"),
)
_SILENCE: Final[tuple[Fault, ...]] = (
    UnansweredFault("reset"),
    RejectedFault(504, "Timeout: request did not complete within the allotted time"),
)


class ScriptedGateway:
    """The port of the engine over the model."""

    host = ""

    def __init__(self, follower: Follower, clock: FakeClock, choose: Choice, late: float) -> None:
        self._follower, self._clock, self._choose = follower, clock, choose
        self._late = late
        """When the deadline has passed."""
        self._revisions: dict[Obj, str] = {}
        self._known: dict[str, Obj] = {}
        self._due: list[tuple[float, str]] = []
        self._ending = self._holding = self._signalled = False

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Within it a signal waits until the end."""
        self._holding = True
        try:
            yield
        finally:
            self._holding = False
            if self._signalled and not self._ending:
                self._stop()

    def chance(self) -> float:
        """The random number that makes the engine's next nonce equal that of the model."""
        state = self._follower.now
        return unused(numbers_in((state.world, state.clients)), nonce_bit) / 2**32

    def list_pools(
        self, *, at: str | None = None, selector: str = "", within: float | None = None
    ) -> PoolList:
        self._read("exact" if at else "list")
        shown = self._follower.now.world.objects
        if at is not None:
            kept = self._known[at]
            shown = tuple(sorted((kept, *kept.before), key=lambda each: each.name))
        return PoolList(tuple(self._live(each) for each in shown), "0")

    def get_pool(self, name: str, *, within: float | None = None) -> Pool | None:
        self._read("get")
        found = get(self._follower.now.world.objects, name)
        return None if found is None else self._live(found)

    def create_pool(
        self, pool: Mapping[str, Any], *, dry_run: bool = False, within: float | None = None
    ) -> Pool:
        meta = pool["metadata"]
        ranges = tuple(number_of(each["cidr"]) for each in pool["spec"]["ipRanges"])
        marks = meta["annotations"]
        new = Obj(meta["name"], 0, ranges, marks[REQUEST_ID], marks[STATE] == PENDING)
        before = self._write(new, within)
        if get(before, new.name) is not None:
            raise RejectedFault(409, already_exists(new.name), reason="AlreadyExists")
        return self._written(new.name)

    def patch_pool(
        self,
        name: str,
        patch: JsonPatch | MergePatch,
        *,
        dry_run: bool = False,
        within: float | None = None,
    ) -> Pool:
        before = self._write(json.dumps(list(patch)), within)
        if get(before, name) is None:
            raise RejectedFault(404, "not found", reason="NotFound")
        if before == self._follower.now.world.objects:
            message = "the server rejected our request due to an error in our request"
            raise RejectedFault(422, message, reason="Invalid")
        return self._written(name)

    def delete_pool(self, pool: Pool, *, within: float | None = None) -> None:
        assert pool.live is not None
        before = self._write(self._known[pool.live.resource_version], within)
        if get(before, pool.name) is None:
            raise RejectedFault(404, "not found", reason="NotFound")
        if before == self._follower.now.world.objects:
            raise RejectedFault(409, "Operation cannot be fulfilled", reason="Conflict")

    def consumers(self, *, within: float | None = None) -> Consumers:
        raise NotImplementedError

    def patch_egress(
        self, name: str, patch: JsonPatch, *, within: float | None = None
    ) -> Mapping[str, Any]:
        raise NotImplementedError

    def patch_service(
        self, namespace: str, name: str, patch: JsonPatch, *, within: float | None = None
    ) -> Mapping[str, Any]:
        raise NotImplementedError

    def list_objects(
        self,
        resource: Resource,
        read: Callable[[Mapping[str, Any]], T],
        *,
        within: float | None = None,
    ) -> list[T]:
        raise NotImplementedError

    def may(
        self,
        verb: str,
        name: str = "",
        *,
        of: Resource | None = None,
        within: float | None = None,
    ) -> bool:
        return True

    def close(self) -> None:
        pass

    def webhook_registered(self, *, within: float | None = None) -> bool:
        raise NotImplementedError

    # --- answers ---------------------------------------------------------------------------------

    def _read(self, kind: str) -> None:
        self._begin(kind)
        ways = ["answered", "slow", "signal", "fault", *(["forgotten"] if kind == "exact" else [])]
        way = ways[self._choose(len(ways), kind)]
        self._follower.story.append(f"  {way}")
        if way == "fault":
            self._lose_time()
            raise UnansweredFault("reset")
        if way == "signal" and not self._ending:
            self._stop()
        self._follower.read(kind, forgotten=way == "forgotten")
        if way == "forgotten":
            raise RejectedFault(410, "The resourceVersion is too old", reason="Expired")
        if way == "slow":
            self._be_slow()

    def _write(self, content: object, within: float | None) -> Objects:
        """Have it answered; gives the objects before it took effect."""
        self._begin("write", content)
        follower = self._follower
        before, (answered, *faults) = follower.now.world.objects, follower.answers()
        ways = ["answered", "slow", "signal", "put off", *faults]
        if answered.split()[1] in ("post", "claim", "finish"):
            ways += ["forbidden", "unexpected"]
        way = ways[self._choose(len(ways), "write")]
        follower.story.append(f"  {way}")
        self._go_wrong(way, faults, within)
        follower.answered(answered)
        if way == "slow":
            self._be_slow()
        return before

    def _go_wrong(self, way: str, faults: list[str], within: float | None) -> None:
        """Raise the fault of a write that is neither admitted nor answered with the state."""
        follower = self._follower
        off = [each for each in faults if "is put off" in each]
        (silence,) = [each for each in faults if "gets no answer" in each]
        if way == "signal" and not self._ending:
            if not self._holding:
                self._stop()
            self._signalled = True
        if "is denied" in way:
            denials = [each for each in faults if "is denied" in each]
            follower.answered(*denials, *off)
            self._lose_time()
            raise RejectedFault(400, denied(STALE.sentence))
        if "put off" in way:
            if off:
                follower.answered(*off)
            self._lose_time()
            raise _PUT_OFF[self._choose(len(_PUT_OFF), "how")]
        if way in (silence, "unexpected"):
            follower.answered(silence)
            over = self._clock.now() + (within or 0.0)
            self._due.append((over, f"{silence.split()[1]} of {ENGINE}"))
            if way == "unexpected":
                self._fail(520)
            raise _SILENCE[self._choose(len(_SILENCE), "how")]
        if way == "forbidden":
            self._fail(403)

    def _begin(self, kind: str, content: object = None) -> None:
        """What is over when the engine asks, what it asks, and what happens before the answer."""
        for due, what in self._due:
            if due <= self._clock.now():
                others = self._follower.others()
                left = [number for number, each in enumerate(others) if each.startswith(what)]
                if left:
                    self._follower.happens(left[self._choose(len(left), "late")])
        self._due = [each for each in self._due if each[0] > self._clock.now()]
        self._follower.asks(kind, content)
        for _ in range(_MEANWHILE):
            others = self._follower.others()
            number = self._choose(len(others) + 1, "meanwhile")
            if number == 0:
                break
            before = self._follower.states
            self._follower.happens(number - 1)
            if not self._follower.still_asks(content):
                self._follower.states = before  # the number in the claim is taken

    def _fail(self, status: int) -> None:
        self._ending = True
        self._follower.interrupted(LATE)
        raise RejectedFault(status, f"the server answered with status {status}")

    def _stop(self) -> None:
        self._ending = True
        self._follower.interrupted(STOPPED)
        raise StoppedError(15)

    def _be_slow(self) -> None:
        """Take until after the deadline, or until after the time to clean up."""
        self._lose_time()
        left = self._late - self._clock.now()
        self._clock.sleep(max(left, 2.0 if self._follower.hopeless else 0.0))

    def _lose_time(self) -> None:
        self._follower.hopeless |= self._ending or self._clock.now() >= self._late

    def _live(self, found: Obj) -> Pool:
        revision = self._revisions.setdefault(found, str(len(self._revisions) + 1))
        self._known[revision] = found
        written = document(found)
        written["metadata"]["resourceVersion"] = revision
        return read_live_pool(written)

    def _written(self, name: str) -> Pool:
        found = get(self._follower.now.world.objects, name)
        assert found is not None
        return self._live(found)

"""From the differences of two sets of pools to the writes that Antrea admits one after the other.

Pure: the plan is made against the live pools, and every step is judged by the rules of the release
in the state that the steps before it lead to.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ippoolctl.domain.addresses.ranges import common, span_of
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.marks import APPLIED, HoldState
from ippoolctl.domain.antrea.admission import Admitted, Operation, Refused, verdict
from ippoolctl.domain.antrea.consumers import Consumers, users_of
from ippoolctl.domain.antrea.known_pools import KnownPools, overlapping
from ippoolctl.domain.antrea.messages import Stage
from ippoolctl.domain.antrea.pool import NOTHING, Pool
from ippoolctl.domain.antrea.releases import Line, Release
from ippoolctl.domain.change.diff import Change, PoolDiff
from ippoolctl.domain.change.range_plan import Impossible, range_plan
from ippoolctl.domain.change.replacement import judged_replacement
from ippoolctl.domain.change.steps import (
    Action,
    InPieces,
    Plan,
    Refusal,
    RefusalKind,
    Step,
)
from ippoolctl.domain.change.value_changes import range_fields, record_change, value_changes

_REMOVED: Final = "EIP210"
_OVERLAP: Final = "EIP209"


def needs_consumers(diffs: Iterable[PoolDiff]) -> bool:
    """Whether the plan depends on who has which address."""
    return any(each.change is Change.REMOVED or each.ranges.texts_removed for each in diffs)


def plan(
    diffs: Sequence[PoolDiff],
    live: Iterable[Pool],
    release: Release,
    consumers: Consumers | None = None,
    *,
    manifests: Mapping[str, Pool] = NOTHING,
    ordered: bool = False,
    replacing: bool = False,
) -> Plan:
    """The steps that make the differences, or why they cannot be made.

    ``live`` are all pools of the cluster; ``consumers`` are known if :func:`needs_consumers`. With
    ``ordered``, a pool can take addresses of another one that is deleted before; with
    ``replacing``, what cannot be changed in place is deleted and created before all steps.
    Deletions come late, but for those that other steps depend on; last comes the record of labels
    and annotations in pools that are like their ``manifests`` (by name) otherwise.
    """
    ordered = ordered or replacing
    planning = _Planning(live, release, consumers or Consumers(()), manifests, ordered=ordered)
    later = [each for each in diffs if not planning.add(each)]
    for each in later:
        planning.add_after_deletions(each)
    planning.delete_the_rest()
    planning.record_the_rest({each.name for each in diffs if each.change is not Change.UNCHANGED})
    return planning.result(replacing=replacing)


@dataclass(frozen=True, slots=True)
class _Way:
    """The steps of one pool, and what of its manifest stays otherwise."""

    steps: tuple[Step, ...]
    in_pieces: InPieces | None = None


class _Planning:
    """A plan in the making, and the pools as its steps leave them."""

    def __init__(
        self,
        live: Iterable[Pool],
        release: Release,
        consumers: Consumers,
        manifests: Mapping[str, Pool],
        *,
        ordered: bool,
    ) -> None:
        held = {HoldState.SETTLED: list[Pool](), HoldState.PENDING: [], HoldState.TERMINATING: []}
        for each in live:
            held[marks.hold_state(each)].append(each)
        self._known = KnownPools(held[HoldState.SETTLED])
        self._records = {
            each.name: change
            for each in held[HoldState.SETTLED]
            if each.name in manifests and (change := record_change(manifests[each.name], each))
        }
        self._pending = {each.name for each in held[HoldState.PENDING]}
        self._release = release
        self._consumers = consumers
        self._ordered = ordered
        self._deletions: dict[str, Step] = {}
        """Not in the plan yet."""
        self._extra: dict[str, Pool] = {}
        """Live pools that are not wanted."""
        self._giving_up: set[str] = set()
        """Pools with ranges that cannot be removed in place."""
        self._steps: list[Step] = []
        self._refusals: list[Refusal] = []
        self._in_pieces: list[InPieces] = []

    def add(self, diff: PoolDiff) -> bool:
        """Plan the pool by itself; False if it has to be looked at again after the others."""
        if diff.change is Change.REMOVED:
            self._plan_deletion(diff)
            return True
        if diff.change is Change.UNCHANGED:
            assert diff.old is not None
            texts = diff.old.texts
            self._in_pieces.append(InPieces(diff.name, diff.in_pieces, texts, diff.refusals))
            return True
        if diff.old is not None and diff.name in self._pending:
            self._refusals.append(Refusal(RefusalKind.PENDING, diff.old, diff.new))
            return True
        way = self._way(diff)
        if isinstance(way, Refusal):
            self._giving_up.add(way.pool)
            self._refusals.append(way)
            return True
        if self._first_refused(diff, way) is not None:
            return False
        self._take(way)
        return True

    def add_after_deletions(self, diff: PoolDiff) -> None:
        """Plan the pool, deleting first what it depends on."""
        way = self._way(diff)
        assert isinstance(way, _Way)
        refused = self._first_refused(diff, way)
        freed: list[str] = []
        while refused is not None:
            blockers = sorted({each.pool for each in refused.reasons if each.pool})
            blocked = [each for each in blockers if each in self._deletions]
            if not blocked:
                more = tuple(one for step in way.steps for one in step.ranges)
                self._refusals.append(replace(self._denied(diff, refused, blockers), appended=more))
                return
            takes = [each for each in blocked if self._takes(diff, each)]
            if takes and not self._ordered:
                self._refusals.append(
                    Refusal(RefusalKind.FREED, diff.old, diff.new, others=tuple(takes))
                )
                return
            freed += takes
            for each in blocked:
                self._delete(each)
            refused = self._first_refused(diff, way)
        self._take(way, tuple(freed))

    def delete_the_rest(self) -> None:
        """Add the deletions that no other step depends on."""
        for name in list(self._deletions):
            self._delete(name)

    def record_the_rest(self, changed: Collection[str]) -> None:
        """Record what the manifests of the other pools have, in those that are not frozen."""
        for name, change in self._records.items():
            before = None if name in changed else self._known.get(name)
            if before is None:
                continue
            after = before._replace(annotations={**before.annotations, APPLIED: change.new})
            answer = verdict(Operation.UPDATE, after, before, self._known, self._release)
            if isinstance(answer, Admitted):
                self._steps.append(Step(Action.CHANGE, before, after, (change,)))

    def result(self, *, replacing: bool) -> Plan:
        """The plan."""
        refused, found = judged_replacement(
            self._refusals, self._extra, self._known, self._consumers, self._release
        )
        steps, pieces = self._steps, tuple(self._in_pieces)
        if found is None or not replacing:
            return Plan(tuple(steps), refused, pieces, found)
        left = tuple(each for each in refused if not each.replaceable)
        gone = {each.name for each in found.relocation.deleted}
        after = (each for each in steps if each.pool not in gone)
        return Plan(tuple(after), left, pieces, None if left else found)

    def _plan_deletion(self, diff: PoolDiff) -> None:
        pool = diff.old
        assert pool is not None
        self._extra[pool.name] = pool
        users = users_of(pool, self._consumers)
        if users is None:
            self._deletions[pool.name] = Step(Action.DELETE, pool, None)
            return
        refusal = Refusal(
            RefusalKind.IN_USE,
            pool,
            None,
            losing=users.consumers,
            used=users.used,
            unseen=self._consumers.unseen,
        )
        self._giving_up.add(pool.name)
        self._refusals.append(refusal)

    def _way(self, diff: PoolDiff) -> "_Way | Refusal":
        new, old = diff.new, diff.old
        assert new is not None
        if old is None:
            return _Way((Step(Action.CREATE, None, new),))
        found = range_plan(old.ranges, new.ranges)
        if isinstance(found, Impossible):
            return self._in_place(diff, found)
        if fields := range_fields(diff):
            return Refusal(RefusalKind.RANGE_FIELDS, old, new, fields=fields)
        steps, now = [], old
        record = self._records.get(new.name)
        values = (*value_changes(diff), *((record,) if record else ()))
        if values:
            now = new._replace(ranges=old.ranges, live=old.live)
            steps.append(Step(Action.CHANGE, old, now, values))
        if found.appended:
            before = now
            now = now._replace(ranges=(*now.ranges, *found.appended))
            steps.append(Step(Action.APPEND, before, now, ranges=found.appended))
        if found.final is not None:
            before = now
            now = now._replace(ranges=found.final)
            steps.append(Step(Action.REORDER, before, now))
        if not found.in_pieces:
            return _Way(tuple(steps))
        answer = self._answer(diff)
        assert isinstance(answer, Refused)
        sentences = tuple(sorted(answer.sentences))
        return _Way(tuple(steps), InPieces(new.name, found.in_pieces, now.texts, sentences))

    def _first_refused(self, diff: PoolDiff, way: _Way) -> Refused | None:
        """What the server denies first: of the manifest as it is, else of the steps to it."""
        answer = self._answer(diff)
        if isinstance(answer, Refused) and {each.rule for each in answer.reasons} != {_REMOVED}:
            return answer
        for step in way.steps:
            assert step.after is not None
            operation = Operation.UPDATE if step.before else Operation.CREATE
            answer = verdict(operation, step.after, step.before, self._known, self._release)
            if isinstance(answer, Refused):
                return answer
        return None

    def _answer(self, diff: PoolDiff) -> Admitted | Refused:
        """What the server answers to the manifest as it is."""
        assert diff.new is not None
        operation = Operation.UPDATE if diff.old else Operation.CREATE
        return verdict(operation, diff.new, diff.old, self._known, self._release)

    def _take(self, way: _Way, takes_from: tuple[str, ...] = ()) -> None:
        for step in way.steps:
            taking = step.action in (Action.CREATE, Action.APPEND)
            self._steps.append(replace(step, takes_from=takes_from if taking else ()))
        last = way.steps[-1].after if way.steps else None
        if last is not None:
            self._known.put(last)
        if way.in_pieces is not None:
            self._in_pieces.append(way.in_pieces)

    def _delete(self, name: str) -> None:
        self._steps.append(self._deletions.pop(name))
        self._known.discard(name)

    def _takes(self, diff: PoolDiff, other: str) -> bool:
        """Whether the pool gains addresses of the other one, and did not only overlap it."""
        pool = self._known.get(other)
        gained = diff.ranges.gained
        return any(
            (span := span_of(each)) is not None and common(gained, span)
            for each in (pool.ranges if pool else ())
        )

    def _in_place(self, diff: PoolDiff, found: Impossible) -> Refusal:
        assert diff.old is not None
        answer = self._answer(diff)
        assert isinstance(answer, Refused)
        if answer.stage is Stage.SCHEMA:
            return self._denied(diff, answer, ())
        return Refusal(
            RefusalKind.IN_PLACE,
            diff.old,
            diff.new,
            tuple(sorted(answer.sentences)),
            answer.stage,
            removed=found.removed,
            lost=found.lost,
            unseen=self._consumers.unseen,
        )

    def _denied(self, diff: PoolDiff, refused: Refused, others: Sequence[str]) -> Refusal:
        kind, first = RefusalKind.DENIED, ""
        overlaps = [each.pool for each in refused.reasons if each.rule == _OVERLAP]
        frozen = self._overlapping_now(diff.old)
        if frozen:
            kind, others = RefusalKind.FROZEN, frozen
            first = self._cheapest([diff.name, *frozen])
        elif self._giving_up.intersection(overlaps):
            kind = RefusalKind.MOVED
            others = sorted(self._giving_up.intersection(overlaps))
        return Refusal(
            kind,
            diff.old,
            diff.new,
            tuple(sorted(refused.sentences)),
            refused.stage,
            tuple(others),
            first,
        )

    def _overlapping_now(self, old: Pool | None) -> list[str]:
        """The pools that freeze this one; Antrea 1.15 does not compare pools."""
        if old is None or self._release.line is Line.V1_15:
            return []
        return overlapping(old, self._known)

    def _cheapest(self, names: Sequence[str]) -> str:
        """The pool whose deletion takes the fewest addresses from consumers, the newest of them."""
        users = Counter(each.pool for each in self._consumers.known)
        found: list[tuple[int, str, str]] = []
        for name in names:
            pool = self._known.get(name)
            live = pool.live if pool else None
            used = live.usage.used if live and live.usage else 0
            found.append((max(users[name], used), live.created if live else "", name))
        fewest = min(found)[0]
        return max(each for each in found if each[0] == fewest)[2]

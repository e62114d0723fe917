"""A plan of ``apply``, what it was made of, and how it is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.compared_pools import kinds_of_fields, stored_fields
from ippoolctl.cli.requests.wanted import Wanted
from ippoolctl.cli.result import Result
from ippoolctl.domain.addresses.range_change import Effect
from ippoolctl.domain.antrea.consumers import Consumers
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import AssumedRelease, Release
from ippoolctl.domain.change.diff import PoolDiff
from ippoolctl.domain.change.plan import needs_consumers
from ippoolctl.domain.change.relocation import Relocation
from ippoolctl.domain.change.steps import Action, Plan
from ippoolctl.domain.change.stored_fields import perhaps_dropped, without_dropped
from ippoolctl.errors import ExitCode
from ippoolctl.render.notes import error, info
from ippoolctl.render.sentences.plan import CHANGED_SINCE_SAVED, REVIEW_AND_SAVE
from ippoolctl.render.text.diff import diff_lines
from ippoolctl.render.text.ignored import dropped_notes, perhaps_dropped_notes
from ippoolctl.render.text.plan import plan_lines, plan_notes

if TYPE_CHECKING:
    from ippoolctl.domain.protocol.outcome import Outcome
    from ippoolctl.domain.protocol.relocated import Relocated
    from ippoolctl.engine.session import Session


@dataclass(frozen=True)
class Planned:
    """A plan, and what it was made of."""

    wanted: Wanted
    live: Sequence[Pool]
    release: AssumedRelease
    diffs: Sequence[PoolDiff]
    plan: Plan

    @property
    def engine_release(self) -> Release | None:
        """The release; ``None`` if its webhook is unknown."""
        return self.release.release if self.release.is_known else None

    @property
    def new_ranges(self) -> list[Pool]:
        """The pools that the steps create or extend, each with the ranges that are written."""
        return [
            each.after._replace(ranges=each.ranges or each.after.ranges, live=None)
            for each in self.plan.steps
            if each.after is not None and (each.ranges or each.before is None)
        ]

    @property
    def identity(self) -> tuple[object, ...]:
        """What the steps write and presuppose: equal as long as an approval holds."""
        return (self.plan.is_legal, *(each.identity for each in self.plan.steps))

    def creatable(self) -> "Planned":
        """The plan itself. Raises the :class:`~ippoolctl.errors.InputError` of a manifest that it
        creates and that cannot be created.
        """
        plan, unusable = self.plan, self.wanted.unusable
        created = [each.pool for each in plan.steps if each.action is Action.CREATE]
        if plan.is_legal and plan.replacement is not None:
            created += [each.name for each in plan.replacement.relocation.created]
        for name in created:
            if name in unusable:
                raise unusable[name]
        return self

    def shown_diffs(self) -> list[PoolDiff]:
        """The differences without refusals: those are told by the plan, which judges every step."""
        found = self.plan.replacement
        replaced = {each.name for each in found.relocation.created} if found else set()
        return [
            _by_plan(each)
            if self.plan.is_legal and each.name not in replaced
            else replace(each, refusals=())
            for each in self.diffs
        ]


class Replaced(NamedTuple):
    """Pools that are replaced before the steps of a plan."""

    relocation: Relocation
    ended: "Relocated"


def plan_of(app: AppContext, wanted: Wanted, session: "Session | None" = None) -> Planned:
    """The plan for the live pools; with a ``session``, failed reads are repeated.

    Raises the :class:`~ippoolctl.errors.InputError` of a manifest that cannot be created, and a
    fault of the gateway.
    """
    from ippoolctl.domain.lint.surroundings import release_in

    listed, objects = app.live_with(
        kinds_of_fields(wanted.pools), list_pools=session.list_pools if session else None
    )
    release = app.assume(release_in(objects))
    stored = stored_fields(objects, release.release, listed.pools)
    pools, dropped = without_dropped(wanted.pools, stored)
    app.presenter.note(*perhaps_dropped_notes(perhaps_dropped(pools, stored)))
    if dropped:
        app.presenter.note(*dropped_notes(dropped))
        wanted = replace(wanted, pools=pools)
    consumers = session.consumers if session else app.gateway.consumers
    return planned_for(wanted, listed.pools, release, consumers).creatable()


def planned_for(
    wanted: Wanted,
    live: Sequence[Pool],
    release: AssumedRelease,
    consumers: Callable[[], Consumers],
) -> Planned:
    """The plan for these live pools; ``consumers`` reads them if the plan depends on them."""
    diffs = wanted.differences(live, release.release)
    known = consumers() if needs_consumers(diffs) else None
    return Planned(wanted, live, release, diffs, wanted.plan(diffs, live, release.release, known))


def shown(
    app: AppContext,
    planned: Planned,
    outcomes: "Sequence[Outcome]" = (),
    replaced: Replaced | None = None,
) -> Result:
    """The differences and the plan; the outcomes of its steps, and of pools that were replaced, are
    in the document.
    """
    from ippoolctl.render.documents.plan import plan_document

    wanted, plan = planned.wanted, planned.plan
    nothing = not plan.steps and not plan.refusals and replaced is None
    return Result(
        document=lambda: plan_document(
            plan,
            planned.release,
            wanted.objects,
            complete=wanted.complete,
            ordered=wanted.ordered,
            replacing=wanted.replacing or replaced is not None,
            outcomes=outcomes,
            replaced=replaced,
        ),
        lines=lambda: [
            *diff_lines(planned.shown_diffs(), {}, live=True),
            *(plan_lines(plan) if plan.is_legal else ()),
        ],
        notes=tuple(plan_notes(plan)),
        remarks=(info("nothing to change"),) if nothing else (),
        reports=(app.saved,) if app.saved and plan.has_valid_pools else (),
    )


def outdated(planned: Planned, relocation: Relocation | None = None) -> Result | None:
    """The error if the plan is not that of a saved one, or the rest of it."""
    from ippoolctl.render.documents.plan import is_rest_of

    approved = planned.wanted.approved
    if approved is None or is_rest_of(planned.plan, approved, relocation):
        return None
    note = error(CHANGED_SINCE_SAVED, REVIEW_AND_SAVE)
    return Result(code=ExitCode.LOST_RACE, notes=(note,))


def _by_plan(diff: PoolDiff) -> PoolDiff:
    """The difference as a legal plan makes it: by appending ranges, and not by the manifest as it
    is, which Antrea may deny.
    """
    replaced = diff.ranges.effect is Effect.REPLACED
    ranges = diff.ranges._replace(effect=Effect.EXTENDED) if replaced else diff.ranges
    return replace(diff, ranges=ranges, refusals=())

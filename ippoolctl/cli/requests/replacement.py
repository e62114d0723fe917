"""Replacing the pools of ``apply --replace`` that cannot be changed in place, before the steps."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from ippoolctl.cli.confirmation import DECLINED
from ippoolctl.cli.context import AppContext
from ippoolctl.cli.files.unfinished import UnfinishedRecord
from ippoolctl.cli.relocation import (
    Confirmation,
    Telling,
    carried_out,
    relocation_result,
    replaced,
    settled_pool,
)
from ippoolctl.cli.requests.planned import (
    Planned,
    Replaced,
    outdated,
    planned_for,
    shown,
)
from ippoolctl.cli.requests.wanted import Wanted
from ippoolctl.cli.result import Result
from ippoolctl.crd.created_object import applied_object
from ippoolctl.crd.externalippool import read_pool
from ippoolctl.crd.relocation import replacing
from ippoolctl.domain.annotations.applied import applied_record
from ippoolctl.domain.antrea.consumers import Consumer, Consumers
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.relocation import Relocation
from ippoolctl.domain.protocol.relocated import EndKind, Relocated
from ippoolctl.errors import ExitCode
from ippoolctl.render.quantities import counted
from ippoolctl.render.sentences.plan import procedure
from ippoolctl.render.sentences.relocation import planned_text, warning_text
from ippoolctl.render.styles import Line, line
from ippoolctl.render.text.diff import diff_lines
from ippoolctl.render.text.plan import plan_lines

if TYPE_CHECKING:
    from ippoolctl.engine.relocation.survey import Survey, View

_NAMED: Final = 5


def replace_pools(
    app: AppContext,
    planned: Planned,
    confirmation: Confirmation,
    command: str,
    refuse: Callable[[Planned, Sequence[Pool]], Result | None],
) -> tuple[Planned, Replaced | None, Result | None]:
    """Replace the pools, or finish what an earlier run began, after a question about the whole
    plan; then the steps that were approved with it. ``command`` finishes it if it is killed;
    ``refuse`` returns the refusal of new pools and ranges.

    Without anything to replace, the plan is the same; with a result, that is the end.
    """
    from ippoolctl.engine.relocation.survey import survey

    last = [planned]

    def plan(view: "View") -> Relocation | Relocated:
        if [*view.pools] != [*planned.live]:
            last.append(_planned_again(planned, view.pools, view))
        found = last[-1].plan.replacement
        if found is None or not last[-1].plan.is_legal:
            return Relocated(request, EndKind.UNCHANGED, ExitCode.YES)
        return _relocation(request, planned.wanted, found.relocation, view)

    names = sorted(planned.wanted.by_name)
    request = f"apply --replace PATH ({_listed(names)})"
    record = UnfinishedRecord(app.gateway.host, request, os.environ)
    concerned = {*names, *_replaced_names(planned)}
    with app.engine_session(seconds=confirmation.seconds) as session:
        found = survey(
            session, request, concerned, lambda view: record.read(view.pools), plan, command
        )
        if isinstance(found, Relocated):
            if found.end is EndKind.UNCHANGED:
                return last[-1], None, None
            return planned, None, _ended(app, planned, Replaced(Relocation(request, (), ()), found))
        rest = _rest(planned, found)
        if refused := _refused(app, rest, found, refuse):
            return rest, None, refused
        telling = Telling(
            lambda each: [*_lines(last[-1], rest, each)],
            lambda each: warning_text(each.placed),
            f"Apply {counted(len(_procedure(found)) + len(rest.plan.steps), 'step')}?",
        )
        ended = carried_out(
            app, session, found, confirmation, telling, lambda: record.write(found.relocation)
        )
    if ended is None:
        return rest, None, DECLINED
    done = Replaced(found.relocation, ended)
    if ended.end is EndKind.DONE:
        record.remove()
        return rest, done, None
    result = _ended(app, rest, done)
    if ended.end is EndKind.DRY_RUN:
        result = replace(result, lines=lambda: telling.lines(found))
    return rest, done, result


def _created_pools(wanted: Wanted, found: Relocation) -> list[Pool]:
    """The new pools as their manifests say, each with what records its labels."""
    objects = {pool.name: each for pool, each in zip(wanted.pools, wanted.objects, strict=True)}
    pools = []
    for each in found.created:
        manifest = wanted.by_name[each.name]
        record = applied_record(manifest, manifest.annotations)
        pools.append(read_pool(applied_object(objects[each.name], record)))
    return pools


def _relocation(request: str, wanted: Wanted, found: Relocation, view: "View") -> Relocation:
    old = {each.name: settled_pool(view, each.name) for each in found.deleted}
    for each in found.appended:
        settled_pool(view, each.name)
    created = (
        replacing(old[each.name], each) if each.name in old else each
        for each in _created_pools(wanted, found)
    )
    deleted = tuple(replaced(each) for each in old.values())
    return Relocation(request, deleted, tuple(created), found.appended)


def _rest(planned: Planned, found: "Survey") -> Planned:
    """What is left to do after the replacement."""
    rest = replace(planned, wanted=replace(planned.wanted, replacing=False, ordered=True))
    return _planned_again(rest, found.relocation.applied_to(found.pools), found.view)


def _planned_again(planned: Planned, live: Sequence[Pool], view: "View") -> Planned:
    consumers = partial(_consumers, view)
    return planned_for(planned.wanted, live, planned.release, consumers).creatable()


def _refused(
    app: AppContext,
    rest: Planned,
    found: "Survey",
    refuse: Callable[[Planned, Sequence[Pool]], Result | None],
) -> Result | None:
    """Why nothing is done; a run that has begun is finished in any case."""
    if found.resumed:
        return None
    whole = shown(app, replace(rest, wanted=replace(rest.wanted, replacing=True)))
    if rest.plan.refusals:
        return replace(whole, code=ExitCode.REFUSED)
    if stopped := outdated(rest, found.relocation):
        return replace(stopped, document=whole.document)
    return refuse(rest, [*found.relocation.created, *rest.new_ranges])


def _ended(app: AppContext, rest: Planned, done: Replaced) -> Result:
    """The result if no steps follow."""
    result = relocation_result(done.ended)
    whole = shown(app, rest, replaced=done)
    return replace(result, document=whole.document, reports=whole.reports, names=None)


def _lines(planned: Planned, rest: Planned, found: "Survey") -> Iterator[Line]:
    """All differences, then everything in the order in which it is done."""
    yield from diff_lines(planned.shown_diffs(), {}, live=True)
    yield from plan_lines(rest.plan, _procedure(found))
    for each in found.placed:
        yield line(f"  {planned_text(each)}", hanging=4)
    if text := warning_text(found.placed):
        yield line(text)


def _procedure(found: "Survey") -> list[str]:
    """What is left of the replacement."""
    left = {each.name for each in found.deletes}
    deleted = tuple(each for each in found.relocation.deleted if each.name in left)
    return procedure(replace(found.relocation, deleted=deleted), in_use=bool(found.placed))


def _consumers(view: "View") -> Consumers:
    found = (
        Consumer(each.kind, each.full_name, each.pool, each.held)
        for each in view.consumers
        if each.pool
    )
    return Consumers(tuple(found))


def _replaced_names(planned: Planned) -> Sequence[str]:
    found = planned.plan.replacement
    return found.relocation.names if found is not None else ()


def _listed(names: Sequence[str]) -> str:
    if len(names) <= _NAMED:
        return ",".join(names)
    digest = sha256(",".join(names).encode()).hexdigest()[:16]
    return f"{','.join(names[:_NAMED])} and {len(names) - _NAMED} more, {digest}"

"""Carrying out ``create``: on the cluster, or in thought alone."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.declaration import split_values
from ippoolctl.cli.options.pools import parse_pool
from ippoolctl.cli.result import Result
from ippoolctl.cli.wanted import Wanted
from ippoolctl.crd.externalippool import JsonObject, read_pool
from ippoolctl.domain.addresses.ranges import Span, Spelling
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.space.suggest import taken_by
from ippoolctl.errors import ExitCode
from ippoolctl.render.notes import info

if TYPE_CHECKING:
    from ippoolctl.domain.protocol.outcome import Outcome
    from ippoolctl.domain.protocol.request import Request
    from ippoolctl.engine.session import Session


@dataclass(frozen=True)
class Manner:
    """How to create."""

    seconds: float | None
    """How long to wait; ``None`` not to."""
    until: str | None
    dry_run: bool
    """Whether the server is asked and nothing is written."""
    if_not_exists: bool
    request_id: str | None
    """What was given; ``None`` for one made of what is asked for."""
    several: bool
    """Whether the id that was given gets each pool's name behind it."""


def judge_here(
    app: AppContext,
    name: str | None,
    ranges: list[str] | None,
    filename: list[str] | None,
    against: list[str] | None,
    *,
    recursive: bool,
) -> Result:
    """Say what would be answered, and ask nobody."""
    from ippoolctl.cli.prediction import predict

    asked = app.manifests(None, filename, recursive=recursive) if filename else None
    pools = asked.pools if asked else [read_pool(parse_pool(name or "", split_values(ranges)))]
    existing = app.complete(against, None, recursive=recursive) if against else None
    known = existing.pools if existing else []
    read = [each for each in (asked, existing) if each is not None]
    return predict(app, pools, asked, known, read, always_create=True)


def judge_sizes_here(
    app: AppContext, wanted: list[Wanted], against: list[str] | None, *, recursive: bool
) -> Result:
    """The same for pools whose ranges are to be found beside those of the files."""
    from ippoolctl.cli.outcomes import outcome_result
    from ippoolctl.cli.prediction import predict
    from ippoolctl.crd.created_object import with_range
    from ippoolctl.domain.protocol.candidates import Candidate, Tried, choose
    from ippoolctl.engine.reports import no_room

    existing = app.complete(against, None, recursive=recursive) if against else None
    known = existing.pools if existing else []
    pools: list[Pool] = []
    for each in wanted:
        assert each.search is not None
        step = choose(each.search, each.pool.name, [*known, *pools], Tried())
        if not isinstance(step, Candidate):
            return outcome_result([no_room(each.pool.name, each.search, step.reason)])
        pools.append(read_pool(with_range(each.document, step.suggestion.spelling)))
    found = [info(f"pool {pool.name} would have {', '.join(pool.texts)}") for pool in pools]
    result = predict(app, pools, None, known, [existing] if existing else [], always_create=True)
    return replace(result, notes=(*found, *result.notes))


def create_all(app: AppContext, wanted: list[Wanted], manner: Manner) -> Result:
    """Create the pools one after the other, and report what came of each."""
    from ippoolctl.cli.outcomes import in_turn, outcome_result
    from ippoolctl.domain.protocol.creation import among_themselves

    pools = [each.pool for each in wanted]
    outcomes = among_themselves(pools)
    if not outcomes:
        with app.engine_session(seconds=manner.seconds) as engine:
            creating = _Creating(app, engine, manner)

            def act(position: int) -> "Outcome":
                return creating.create(wanted[position])

            outcomes = in_turn(engine, [each.name for each in pools], act)
    return outcome_result(outcomes, "created (server dry run)")


@dataclass
class _Creating:
    """Pools of one command on their way."""

    app: AppContext
    run: "Session"
    manner: Manner
    reserved: tuple[Span, ...] = ()
    """What a dry run has found for earlier pools of the same command, which are not there."""

    def create(self, wanted: Wanted) -> "Outcome":
        """Create one, and wait for what was asked to be waited for."""
        from ippoolctl.engine.await_state import Subject, Until, afterwards, unable_to_probe

        request, release = self._request(wanted), self.app.said_release
        until = Until(self.manner.until) if self.manner.until and not self.manner.dry_run else None
        if until is Until.SEEN:
            unable = unable_to_probe(self.run, Subject(request.name, release=release))
            if unable is not None:
                return unable
        outcome = self._create(wanted, request)
        pool = outcome.live
        if until is None or outcome.code is not ExitCode.YES or pool is None:
            return outcome
        uid = pool.live.uid if pool.live else ""
        return afterwards(self.run, outcome, until, Subject(pool.name, uid, pool.ranges, release))

    def _create(self, wanted: Wanted, request: "Request") -> "Outcome":
        from ippoolctl.crd.created_object import pending_object, with_range
        from ippoolctl.engine.pending_pool import create

        dry_run, document = self.manner.dry_run, wanted.document
        if wanted.search is None:
            manifest = pending_object(document, request.id)
            return create(self.run, request, manifest, dry_run=dry_run)
        from ippoolctl.engine.any_range import allocate

        def writing(spelling: Spelling) -> JsonObject:
            return pending_object(with_range(document, spelling), request.id)

        search = replace(wanted.search, excluded=(*wanted.search.excluded, *self.reserved))
        outcome = allocate(self.run, request, search, writing, dry_run=dry_run)
        if dry_run and outcome.live is not None:
            self.reserved += tuple(taken_by(outcome.live))
        return outcome

    def _request(self, wanted: Wanted) -> "Request":
        from ippoolctl.domain.annotations.marks import request_id
        from ippoolctl.domain.protocol.request import Request

        name, given = wanted.pool.name, self.manner.request_id
        if given is None:
            given = request_id(name, wanted.arguments)
        elif self.manner.several:
            given = f"{given}/{name}"
        return Request(wanted.pool, given, self.app.said_release, self.manner.if_not_exists)

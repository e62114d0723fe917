"""Judging manifests by rules, beside the cluster or other files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.clusters import Cluster, at_once
from ippoolctl.domain.antrea.pool import Path, Places, Pool
from ippoolctl.domain.antrea.releases import AssumedRelease, Release
from ippoolctl.domain.lint.acceptance import OF_POOL
from ippoolctl.domain.lint.fact import NEARLY_FULL, POOL_STATUS, Others
from ippoolctl.domain.lint.facts import Facts, facts_after_apply
from ippoolctl.domain.lint.finding import Acceptance, GroupKind, PoolGroup
from ippoolctl.domain.lint.rules import RULES, Entry, load_rule
from ippoolctl.domain.lint.runner import Report, lint, lint_groups
from ippoolctl.domain.lint.surroundings import (
    Objects,
    after_apply,
    kinds_needed,
    release_in,
    surrounding_facts,
)
from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.domain.surroundings.known import Known, Unknown, Why
from ippoolctl.domain.surroundings.networks import GivenNetworks
from ippoolctl.domain.surroundings.reference import Reference
from ippoolctl.domain.timestamps import parse_timestamp
from ippoolctl.errors import IppoolctlError
from ippoolctl.manifests.read import Manifests
from ippoolctl.reading.sources import Problem
from ippoolctl.render.checked import CheckedGroup

if TYPE_CHECKING:
    from ippoolctl.ports.gateway import PoolList


class Judged(NamedTuple):
    """The result for what was read."""

    facts: Facts
    release: AssumedRelease
    report: Report
    places: Places
    """The places of all sides of findings, and of acceptances."""
    faulty: Sequence[Problem]
    """What is wrong with comments that accept findings."""
    groups: Sequence[CheckedGroup] = ()
    """The clusters or directories, if several were compared."""


_Linted: TypeAlias = tuple[Facts, AssumedRelease, Report]


class Judge(NamedTuple):
    """What stays the same while manifests are judged, fixed and judged again."""

    app: AppContext
    rules: Sequence[Entry]
    networks: GivenNetworks
    """Networks from options."""
    nearly_full: int
    """Percent of used addresses."""
    there: "PoolList | None"
    """The pools of the cluster, or of other files as if they were live; ``None`` for neither."""
    around: Objects
    """Objects of other kinds there."""
    from_cluster: bool
    beside: Manifests | None = None
    """The other files."""
    only: str = ""
    """The name of the only pool whose findings count; empty for all that were read."""
    everything: bool = False
    """Whether findings about pools of the cluster alone count beside those of the files."""
    directories: Sequence[str] | None = None
    """The paths whose directories are checked by themselves and compared; ``None`` for a check of
    all as one."""
    clusters: Sequence[Cluster] = ()
    """The clusters that are checked by themselves and compared."""

    def judge(self, manifests: Manifests) -> Judged:
        """The findings in these manifests; problems with their comments are added to theirs."""
        groups: Sequence[CheckedGroup] = ()
        if self.clusters or self.directories is not None:
            facts, release, report, groups = self._compare(manifests)
        else:
            facts, release, report = self._lint(manifests.pools, manifests.surroundings)
        comments: list[Acceptance] = []
        faulty: list[Problem] = []
        if manifests.comments:
            from ippoolctl.manifests.accepted_comments import accepted_in

            comments, faulty = accepted_in(manifests.comments, [rule.id for rule in RULES])
        manifests.problems += faulty
        places = self._places(report, manifests, comments)
        accepted = [*comments, *self.app.config.accepted]
        if accepted:
            report = report.accepting(accepted, self.app.now().date(), places)
            report = report.with_idle_acceptances(facts, self.rules)
            places = {**places, **report.places_of_acceptances}
        if self.there is not None and manifests.files and not (self.only or self.everything):
            rules = map(load_rule, {each.rule for each in report.findings})
            always = {rule.id for rule in rules if rule.concerns_every_pool}
            report = report.about(manifests.identities, always)
        return Judged(facts, release, report.in_order_of(places), places, faulty, groups)

    def _compare(
        self, manifests: Manifests
    ) -> tuple[Facts, AssumedRelease, Report, Sequence[CheckedGroup]]:
        """Each cluster or directory by itself, then all of them; the release is the first one."""
        groups, reports, releases = [], [], []
        for group, found in self._read_clusters() if self.clusters else self._parts(manifests):
            if isinstance(found, IppoolctlError):
                groups.append(CheckedGroup(group=group, error=found))
                continue
            facts, release, report = found
            groups.append(CheckedGroup(group=group, release=release, pools=facts.pools))
            reports.append((group, facts, report))
            releases.append(release)
        facts, report = lint_groups(reports, self.rules)
        return facts, releases[0] if releases else self.app.assume(None), report, groups

    def _parts(self, manifests: Manifests) -> Iterator[tuple[PoolGroup, _Linted]]:
        from ippoolctl.manifests.directories import by_directory

        for each in by_directory(manifests, self.directories or ()):
            group = PoolGroup(GroupKind.DIRECTORY, each.name)
            yield group, self._lint(each.pools, each.surroundings)

    def _read_clusters(self) -> Iterator[tuple[PoolGroup, _Linted | IppoolctlError]]:
        def check(app: AppContext) -> _Linted:
            there, around = app.live_with(kinds_needed(self.rules))
            alone = self._replace(app=app, there=there, around=around, from_cluster=True)
            return alone._lint((), {})  # noqa: SLF001

        groups = [PoolGroup(GroupKind.CLUSTER, each.name) for each in self.clusters]
        return zip(groups, at_once(self.clusters, check), strict=True)

    def _lint(self, pools: Sequence[Pool], surroundings: Mapping[Kind, Sequence[Any]]) -> _Linted:
        objects = after_apply(surroundings, self.around)
        release = self.app.assume(release_in(objects))
        facts = self._facts(pools, objects, release.release)
        report = lint(facts, self.rules)
        if self.only:
            report = report.about({id(each) for each in facts.pools if each.name == self.only})
        if self.from_cluster:
            from ippoolctl.cli.linting.second_reading import confirmed

            report = confirmed(self.app, report, release.release)
        return facts, release, report

    def _facts(self, pools: Sequence[Pool], objects: Objects, release: Release) -> Facts:
        others: Others = {
            **surrounding_facts(objects, self.networks),
            NEARLY_FULL: Known(self.nearly_full),
            **({POOL_STATUS: Unknown(Why.NOT_READ)} if self.beside else {}),
        }
        if self.there is None:
            return Facts(pools, release, others)
        now = parse_timestamp(self.there.date)
        return facts_after_apply(pools, self.there.pools, now, release, others)

    def _places(
        self, report: Report, manifests: Manifests, comments: Iterable[Acceptance]
    ) -> Places:
        """Where the sides of findings are, and the pools that a comment can be about."""
        sides = list(_sides(report, manifests, comments))
        own = manifests.identities
        places = manifests.locate(each for each in sides if id(each[0]) in own)
        if self.beside is not None:
            places |= self.beside.locate(each for each in sides if id(each[0]) not in own)
        return places


def _sides(
    report: Report, manifests: Manifests, comments: Iterable[Acceptance]
) -> Iterator[tuple[Pool | Reference, Path]]:
    for each in report.findings:
        yield from ((side.about, side.path) for side in (each.subject, each.other) if side)
    files = {each.line[0] for each in comments if each.line}
    for pool in manifests.pools if files else ():
        if manifests.file_of(pool) in files:
            yield from ((pool, path) for path in OF_POOL)


def as_live(beside: Manifests | None) -> "tuple[PoolList | None, Objects]":
    """The pools and other objects of files, as a cluster would have them."""
    if beside is None:
        return None, {}
    from ippoolctl.ports.gateway import PoolList

    around = {kind: Known(tuple(each), whole=False) for kind, each in beside.surroundings.items()}
    return PoolList(tuple(beside.pools), resource_version=""), around

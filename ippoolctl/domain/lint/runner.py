"""Run rules over the facts, and decide which findings count."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from ippoolctl.domain.antrea.pool import NOWHERE, Places, Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.acceptance import EVERY, accept, rules_of
from ippoolctl.domain.lint.fact import GROUPS, AnyFact
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Acceptance, Finding, IdleAcceptance, PoolGroup, Severity
from ippoolctl.domain.lint.rules import RULES, Entry, Group, in_group, load, load_rule
from ippoolctl.domain.surroundings.known import Known, Unknown, Why

if TYPE_CHECKING:
    from ippoolctl.domain.lint.rule import Rule


class Skipped(NamedTuple):
    """A rule that could not run."""

    rule: str
    """Its id."""
    fact: AnyFact
    """The fact that it needs and that is unknown."""
    unknown: Unknown
    partly: bool = False
    """Whether the rest of the rule has run."""
    group: PoolGroup | None = None
    """The group that it could not run for; ``None`` for all."""

    @property
    def why(self) -> Why:
        """Why the fact is unknown."""
        return self.unknown.reason


class Report(NamedTuple):
    """The result of a run of rules."""

    findings: tuple[Finding, ...]
    """Accepted ones included, in the order of the pools."""
    skipped: tuple[Skipped, ...] = ()
    idle: tuple[IdleAcceptance, ...] = ()
    """The acceptances that accept no finding."""
    unlisted: int = 0
    """Overlapping pairs beyond the listed ones."""

    def about(self, pools: Collection[int], always: Collection[str] = ()) -> "Report":
        """The part of it that concerns any of these pools and other objects, by their identity.

        All findings of the rules ``always`` are kept.
        """
        kept = tuple(
            each
            for each in self.findings
            if each.rule in always
            or id(each.subject.about) in pools
            or (each.other is not None and id(each.other.about) in pools)
        )
        return self._replace(findings=kept, unlisted=0)

    def within(self, group: PoolGroup) -> "Report":
        """The same with the group of both sides of each finding."""
        return self._replace(findings=tuple(each.within(group) for each in self.findings))

    def accepting(
        self,
        acceptances: Iterable[Acceptance],
        today: date,
        places: Places = NOWHERE,
    ) -> "Report":
        """The same with its accepted findings marked, see :func:`.acceptance.accept`."""
        findings, idle = accept(self.findings, acceptances, today, places)
        return self._replace(findings=findings, idle=idle)

    def with_idle_acceptances(self, facts: Facts, rules: Sequence[Entry]) -> "Report":
        """The same with the findings of rules about acceptances that accept no finding.

        An acceptance of a rule that did not run is none, nor one that names a pool that is not
        there, unless it has expired.
        """
        if not self.idle:
            return self
        groups = facts.get(GROUPS) or ()
        skipped = {each.rule for each in self.skipped}
        whole = [each for each in rules if each.id not in skipped]
        ran = {each.id for each in whole if groups or Group.BETWEEN_GROUPS not in each.groups}
        names = {pool.name for pool in facts.pools}
        for group, own in groups:
            names |= {group.qualify(name) for name in (EVERY, *(pool.name for pool in own.pools))}
        idle = tuple(
            each
            for each in self.idle
            if not ran.isdisjoint(rules_of(each.acceptance))
            and (each.expired or each.acceptance.pools <= names)
        )
        judging = [each.rule.judge_acceptances for each in whole if Group.AFTERWARDS in each.groups]
        found = [finding for judge in judging if judge for finding in judge(idle)]
        return self._replace(findings=(*self.findings, *found))

    @property
    def places_of_acceptances(self) -> Places:
        """The places of the acceptances that accept no finding."""
        return {
            (id(each.reference), ()): each.acceptance.place
            for each in self.idle
            if each.acceptance.place is not None
        }

    def in_order_of(self, places: Places) -> "Report":
        """The same with its findings in the order of documents and lines."""

        def order(finding: Finding) -> tuple[int, int, int]:
            subject = finding.subject
            place = places.get((id(subject.about), subject.path))
            document = subject.about.origin.document if subject.about.origin else -1
            return (document, place.line, place.column) if place else (document, 0, 0)

        return self._replace(findings=tuple(sorted(self.findings, key=order)))

    def counts(self) -> dict[Severity, int]:
        """How many findings of each severity count."""
        found = [each.severity for each in self.findings if not each.accepted]
        return {severity: found.count(severity) for severity in Severity}

    @property
    def faulty(self) -> frozenset[str]:
        """The names of the pools that an error is about."""
        return frozenset(
            side.pool.name
            for each in self.findings
            if each.severity is Severity.ERROR and not each.accepted
            for side in (each.subject, each.other)
            if side is not None and isinstance(side.about, Pool)
        )

    def reaches(self, threshold: Severity | None) -> bool:
        """Whether a finding that counts is at least this severe; ``None`` is never reached.

        Unlisted overlaps count as errors.
        """
        if threshold is None:
            return False
        return bool(self.unlisted) or any(
            each.severity.rank <= threshold.rank for each in self.findings if not each.accepted
        )


def lint(
    facts: Facts,
    rules: Iterable[Entry],
    acceptances: Iterable[Acceptance] = (),
    today: date = date.min,
) -> Report:
    """The findings of these rules, those of them that are accepted ``today`` marked.

    A rule that is skipped, or that has nothing to look at, is not imported.
    """
    order = {id(pool): number for number, pool in enumerate(facts.pools)}
    found: list[Finding] = []
    skipped: list[Skipped] = []
    able: list[Entry] = []
    for entry in rules:
        missing = _missing(entry, facts)
        if missing is None:
            able.append(entry)
        else:
            skipped.append(Skipped(entry.id, missing, facts.unknown[missing]))
    ran = load(with_anything_to_judge(able, facts))
    judging = {entry.id for entry in able}
    for rule in ran:
        # The findings of the causes list all that follows from them.
        if not (rule.only_follows and judging.issuperset(rule.follows_from)):
            found += rule.find(facts)
        skipped += _parts(rule, facts)
    skipped.sort(key=lambda each: each.rule)
    found = merged(found, facts.release)
    found.sort(key=lambda each: (order.get(id(each.subject.about), -1), _step(each), each.rule))
    unlisted = 0
    # Also if none is listed: those of one pool can all be beyond the limit.
    if any(Group.LISTING_OVERLAPS in entry.groups for entry in able):
        unlisted = facts.overlaps.unlisted
    if any(rule.between_groups for rule in ran):
        unlisted += facts.group_overlaps.unlisted
    report = Report(tuple(found), tuple(skipped), unlisted=unlisted)
    return report.accepting(acceptances, today) if acceptances else report


def lint_groups(
    reports: Sequence[tuple[PoolGroup, Facts, Report]], rules: Iterable[Entry]
) -> tuple[Facts, Report]:
    """The facts of all groups, and the reports of each as one, with the findings between them.

    A rule that was skipped for the same reason in all of them is skipped once.
    """
    facts = Facts(
        (pool for _, own, _ in reports for pool in own.pools),
        others={GROUPS: Known(tuple((group, own) for group, own, _ in reports))},
    )
    between = lint(facts, [each for each in rules if Group.BETWEEN_GROUPS in each.groups])
    within = (each for group, _, report in reports for each in report.within(group).findings)
    skipped: dict[Skipped, list[PoolGroup]] = defaultdict(list)
    for group, _, report in reports:
        for each in report.skipped:
            skipped[each].append(group)
    return facts, Report(
        (*within, *between.findings),
        tuple(
            one
            for each, groups in skipped.items()
            for one in (
                [each]
                if len(groups) == len(reports)
                else [each._replace(group=group) for group in groups]
            )
        ),
        unlisted=between.unlisted + sum(report.unlisted for *_, report in reports),
    )


def _missing(rule: Entry, facts: Facts) -> AnyFact | None:
    """The unknown fact for which the rule cannot run."""
    for fact in rule.needs:
        if fact in facts.unknown:
            return fact
    if rule.needs_one and all(fact in facts.unknown for fact in rule.needs_one):
        return rule.needs_one[0]
    return None


def with_anything_to_judge(rules: Sequence[Entry], facts: Facts) -> list[Entry]:
    """The rules for which there is anything that they look at."""
    found = facts.found({name for rule in rules for name in rule.looks_at})
    return [
        rule
        for rule in rules
        if not found.isdisjoint(rule.looks_at)
        or not (rule.looks_at or Group.AFTERWARDS in rule.groups)
    ]


def _parts(rule: "Rule", facts: Facts) -> Iterator[Skipped]:
    """What a rule that has run could not look at, one for each unknown fact."""
    for fact in (*rule.needs_one, *rule.in_part):
        if fact in facts.unknown and rule.left_open(facts):
            yield Skipped(rule.id, fact, facts.unknown[fact], partly=True)


def select(
    rules: Iterable[Entry], chosen: Iterable[str], ignored: Iterable[str]
) -> tuple[Entry, ...]:
    """The rules whose ids start with one of ``chosen`` (all if empty) and none of ``ignored``."""
    chosen, ignored = tuple(chosen), tuple(ignored)

    def is_ignored(entry: Entry) -> bool:
        if entry.id.startswith(ignored):
            return True
        caused = any(each.startswith(ignored) for each in entry.follows_from)
        return caused and entry.rule.only_follows

    return tuple(
        each
        for each in rules
        if (not chosen or each.id.startswith(chosen)) and not (ignored and is_ignored(each))
    )


def merged(findings: Iterable[Finding], release: Release) -> list[Finding]:
    """The findings with their consequences, without those that are one or that another explains."""
    findings = list(findings)
    if not findings:
        return findings
    return _without_repetition(_with_consequences(_unexplained(findings), release))


def _unexplained(findings: list[Finding]) -> list[Finding]:
    """The findings without those whose cause another rule names, see ``Rule.explained_by``."""
    rules = {each.rule for each in findings}
    explained = (each.rule for each in in_group(Group.EXPLAINED) if each.id in rules)
    explained_by = {rule.id: rule.explained_by for rule in explained}
    if not explained_by:
        return findings
    named = {(each.rule, id(each.subject.about)) for each in findings}
    return [
        each
        for each in findings
        if not any(
            (cause, id(side.about)) in named
            for cause in explained_by.get(each.rule, ())
            for side in (each.subject, each.other)
            if side is not None
        )
    ]


def _with_consequences(findings: list[Finding], release: Release) -> list[Finding]:
    """The findings, each with the rules of the whole catalogue that follow from it."""
    following = {
        cause: [
            (entry.id, load_rule(entry.id).follows)
            for entry in RULES
            if cause in entry.follows_from
        ]
        for cause in {each.rule for each in findings}
    }
    found = []
    for each in findings:
        consequences = tuple([id_ for id_, ok in following[each.rule] if ok(each, release)])
        found.append(each._replace(consequences=consequences) if consequences else each)
    return found


def _without_repetition(findings: list[Finding]) -> list[Finding]:
    """The findings without those that another one lists as a consequence.

    They are about the same sides; a field of a pool includes the fields below it.
    """
    listed, above = set(), set()
    for each in findings:
        path = each.subject.path
        for rule in each.consequences:
            listed.add((rule, path, *_sides(each)))
            above |= {(rule, path[:depth], *_sides(each)) for depth in range(len(path))}

    def is_listed(finding: Finding) -> bool:
        rule, path, sides = finding.rule, finding.subject.path, _sides(finding)
        return (rule, path, *sides) in above or any(
            (rule, path[:depth], *sides) in listed for depth in range(len(path) + 1)
        )

    return [each for each in findings if not is_listed(each)] if listed else findings


def _sides(finding: Finding) -> tuple[object, ...]:
    other = finding.other
    return (id(finding.subject.about), other and id(other.about), other and other.path)


def _step(finding: Finding) -> tuple[str, ...]:
    return tuple(f"{step:09}" if isinstance(step, int) else step for step in finding.subject.path)

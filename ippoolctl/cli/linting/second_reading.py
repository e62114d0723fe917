"""A second look at the cluster, for findings that a moment later can be gone."""

from typing import Final

from ippoolctl.cli import context
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.facts import facts_after_apply
from ippoolctl.domain.lint.rules import RULES, load_rule
from ippoolctl.domain.lint.runner import Report, lint, select
from ippoolctl.domain.lint.surroundings import kinds_needed, surrounding_facts
from ippoolctl.domain.surroundings.networks import GivenNetworks
from ippoolctl.domain.timestamps import parse_timestamp

BETWEEN_READINGS: Final = 3.0
"""Seconds after which a status that is behind has normally been written."""


def confirmed(app: context.AppContext, report: Report, release: Release) -> Report:
    """The report without passing differences: those that a second reading does not find again.

    Nothing is read, and no time passes, if no rule that reads twice has a finding.
    """
    ids = {each.rule for each in report.findings if load_rule(each.rule).read_twice}
    if not ids:
        return report
    rules = select(RULES, ids, ())
    context.MonotonicClock().sleep(BETWEEN_READINGS)
    there, around = app.live_with(kinds_needed(rules))
    others = surrounding_facts(around, GivenNetworks())
    now = parse_timestamp(there.date)
    again = lint(facts_after_apply((), there.pools, now, release, others), rules)
    stays = {(each.rule, each.message) for each in again.findings}
    kept = (
        each
        for each in report.findings
        if each.rule not in ids or (each.rule, each.message) in stays
    )
    return report._replace(findings=tuple(kept))

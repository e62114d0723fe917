"""``-o gitlab``: findings as a GitLab Code Quality report."""

from collections import Counter
from typing import Any, Final

from ippoolctl.domain.lint.finding import Finding, PoolGroup, Severity
from ippoolctl.errors import IppoolctlError
from ippoolctl.reading.sources import Problem
from ippoolctl.render.checked import Checked, fingerprint, hashed, message_of, relative
from ippoolctl.render.formats.content import Content
from ippoolctl.render.structured import as_json

_SEVERITIES: Final = {
    Severity.ERROR: "critical",
    Severity.WARNING: "minor",
    Severity.INFO: "info",
}


def render(content: Content) -> str:
    """A JSON array with one object per finding; accepted findings are left out."""
    if content.checked is None:
        return ""
    checked = content.checked()
    found = [each for severity in Severity for each in checked.counting(severity)]
    seen: Counter[str] = Counter()
    issues = [_issue(each, checked, seen) for each in found]
    unread = [_unread(*each) for each in checked.unread]
    return as_json([*unread, *(_problem(each, seen) for each in checked.problems), *issues])


def _unread(group: PoolGroup, fault: IppoolctlError) -> dict[str, Any]:
    return {
        "description": f"{fault.message}; {fault.hint}" if fault.hint else fault.message,
        "check_name": "input",
        "fingerprint": hashed(group.label),
        "severity": "blocker",
        "location": {"path": group.name, "lines": {"begin": 1}},
    }


def _problem(problem: Problem, seen: Counter[str]) -> dict[str, Any]:
    path = relative(problem.place.file) or problem.place.file
    return {
        "description": f"{problem.message}; {problem.hint}" if problem.hint else problem.message,
        "check_name": "input",
        "fingerprint": _unique(hashed(path, problem.message), seen),
        "severity": "blocker",
        "location": {"path": path, "lines": {"begin": max(problem.place.line, 1)}},
    }


def _unique(key: str, seen: Counter[str]) -> str:
    """GitLab ignores an issue with the fingerprint of an earlier one."""
    seen[key] += 1
    return hashed(key, str(seen[key])) if seen[key] > 1 else key


def _issue(finding: Finding, checked: Checked, seen: Counter[str]) -> dict[str, Any]:
    place = checked.place(finding.subject)
    # The report requires a path, which an object of the cluster does not have.
    path = checked.file(finding.subject) or finding.subject.label
    return {
        "description": message_of(finding) + (f"; fix: {finding.hint}" if finding.hint else ""),
        "check_name": finding.rule,
        "fingerprint": _unique(hashed(path, fingerprint(finding)), seen),
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": path, "lines": {"begin": place.line if place else 1}},
    }

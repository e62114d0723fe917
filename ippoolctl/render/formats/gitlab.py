"""``-o gitlab``: findings as a GitLab Code Quality report."""

from typing import Any, Final

from ippoolctl.domain.lint.finding import Finding, Severity
from ippoolctl.render.checked import Checked, fingerprint
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
    return as_json([_issue(each, checked) for each in found])


def _issue(finding: Finding, checked: Checked) -> dict[str, Any]:
    place = checked.place(finding.subject)
    # The report requires a path, which an object of the cluster does not have.
    path = checked.file(finding.subject) or finding.subject.about.label
    return {
        "description": finding.message + (f"; fix: {finding.hint}" if finding.hint else ""),
        "check_name": finding.rule,
        "fingerprint": fingerprint(finding),
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": path, "lines": {"begin": place.line if place else 1}},
    }

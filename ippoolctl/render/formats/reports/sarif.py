"""``-o sarif``: findings as SARIF 2.1.0, for code scanning.

Source of the format: OASIS SARIF version 2.1.0 plus errata 01.
"""

from typing import Any, Final
from urllib.parse import quote

from ippoolctl import __version__
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.reading.sources import Problem
from ippoolctl.render.checked import Checked, fingerprint, message_of, relative, unlisted_text
from ippoolctl.render.formats.content import Content
from ippoolctl.render.sentences.check import skip_text
from ippoolctl.render.structured import as_json

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"

_LEVELS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}


def render(content: Content) -> str:
    """One run with the selected rules and all findings; accepted ones are suppressed."""
    if content.checked is None:
        return ""
    return as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(content.checked())]})


def _run(checked: Checked) -> dict[str, Any]:
    order = {rule.id: number for number, rule in enumerate(checked.rules)}
    unread = [_notification("error", f"{group.label}: {fault}") for group, fault in checked.unread]
    notifications = [*unread, *map(_problem, checked.problems)]
    notifications += [
        _notification("note", f"skipped {skip_text(each)}") for each in checked.report.skipped
    ]
    if checked.report.unlisted:
        notifications.append(_notification("warning", unlisted_text(checked.report.unlisted)))
    invocation: dict[str, Any] = {"executionSuccessful": not (checked.problems or unread)}
    if notifications:
        invocation["toolExecutionNotifications"] = notifications
    return {
        "tool": {
            "driver": {
                "name": "ippoolctl",
                "version": __version__,
                "rules": [_rule(each.rule) for each in checked.rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation],
        "results": [_result(each, checked, order) for each in checked.report.findings],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.page.strip()},
        "help": {"text": rule.page.strip()},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(finding: Finding, checked: Checked, order: dict[str, int]) -> dict[str, Any]:
    fix = f" Fix: {finding.hint}." if finding.hint else ""
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{message_of(finding)}.{fix}"},
        "locations": [_location(finding.subject, checked)],
        "partialFingerprints": {"ippoolctlFinding/v1": fingerprint(finding)},
    }
    if finding.rule in order:
        result["ruleIndex"] = order[finding.rule]
    if finding.other is not None:
        message = {"text": finding.other.text or finding.other.label}
        result["relatedLocations"] = [{**_location(finding.other, checked), "message": message}]
    if finding.accepted is not None:
        kind = "external" if finding.accepted.line is None else "inSource"
        result["suppressions"] = [
            {"kind": kind, "status": "accepted", "justification": finding.accepted.reason}
        ]
    return result


def _location(subject: Subject, checked: Checked) -> dict[str, Any]:
    label = subject.label
    name = f"{label}.{subject.field}" if subject.field else label
    location: dict[str, Any] = {
        "logicalLocations": [{"fullyQualifiedName": name, "kind": "object"}]
    }
    place, file = checked.place(subject), checked.file(subject)
    if place is not None and file:
        region = {"startLine": place.line, "startColumn": place.column} if place.line else None
        location["physicalLocation"] = _physical(file, region)
    return location


def _physical(file: str, region: dict[str, int] | None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
    return physical | ({"region": region} if region else {})


def _uri(file: str) -> str:
    """A relative URI, or one with the scheme ``file`` for an absolute path."""
    if file.startswith("/"):
        return f"file://{quote(file, errors='surrogateescape')}"
    return quote(file.removeprefix("./"), errors="surrogateescape")


def _problem(problem: Problem) -> dict[str, Any]:
    found = _notification("error", f"{problem}; {problem.hint}" if problem.hint else str(problem))
    if file := relative(problem.place.file):
        line, column = problem.place.line, problem.place.column
        region = {"startLine": line, "startColumn": column} if line else None
        found["locations"] = [{"physicalLocation": _physical(file, region)}]
    return found


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": text}}

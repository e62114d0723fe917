"""``-o junit``: one test case per rule and pool, so that a green run shows what ran."""

import re
from collections import defaultdict
from typing import Final
from xml.etree import ElementTree

from ippoolctl.domain.lint.finding import Finding
from ippoolctl.render.checked import Checked, message_of
from ippoolctl.render.formats.content import Content
from ippoolctl.render.sentences.check import skip_reason

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot contain."""


def render(content: Content) -> str:
    """The report as XML: one test suite per rule; a finding that fails the check is a failure."""
    if content.checked is None:
        return ""
    tree = _suites(content.checked())
    ElementTree.indent(tree)
    text = ElementTree.tostring(tree, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suites(checked: Checked) -> ElementTree.Element:
    found: dict[str, dict[int, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for each in checked.report.findings:
        found[each.rule][id(each.subject.about)].append(each)
    skipped = {(each.rule, each.group): skip_reason(each) for each in checked.report.skipped}
    suites = ElementTree.Element("testsuites", name="ippoolctl check")
    for rule in checked.rules:
        suite = ElementTree.SubElement(suites, "testsuite", name=f"{rule.id} {rule.name}")
        others = found[rule.id]
        for pool, label, group in checked.labeled_pools:
            findings = others.pop(id(pool), [])
            reason = skipped.get((rule.id, None), skipped.get((rule.id, group)))
            _case(suite, rule.id, label, findings, checked, reason)
        for findings in others.values():
            _case(suite, rule.id, findings[0].subject.label, findings, checked, None)
        _count(suite)
    unread = [(group.label, fault.message, fault.hint) for group, fault in checked.unread]
    unread += [(each.place.file, str(each), each.hint) for each in checked.problems]
    for name, message, hint in unread:
        suite = ElementTree.SubElement(suites, "testsuite", name="input")
        case = ElementTree.SubElement(
            suite, "testcase", classname="ippoolctl.input", name=_clean(name)
        )
        _text(case, "error", message, hint)
        _count(suite)
    for name in ("tests", "failures", "errors", "skipped"):
        suites.set(name, str(sum(int(each.get(name, "0")) for each in suites)))
    return suites


def _case(
    suite: ElementTree.Element,
    rule: str,
    pool: str,
    findings: list[Finding],
    checked: Checked,
    skipped: str | None,
) -> None:
    case = ElementTree.SubElement(
        suite, "testcase", classname=f"ippoolctl.{rule}", name=_clean(pool)
    )
    for file in filter(None, (checked.file(each.subject) for each in findings[:1])):
        case.set("file", _clean(file))
    failing = [each for each in findings if checked.fails(each)]
    if failing:
        text = "\n".join(_row(each, checked) for each in failing)
        _text(case, "failure", message_of(failing[0]), text)
        case[-1].set("type", failing[0].severity.value)
    elif skipped is not None:
        ElementTree.SubElement(case, "skipped", message=_clean(skipped))
    others = [each for each in findings if each not in failing]
    if others:
        output = ElementTree.SubElement(case, "system-out")
        output.text = _clean("\n".join(_row(each, checked) for each in others))


def _row(finding: Finding, checked: Checked) -> str:
    place = checked.place(finding.subject)
    word = "accepted" if finding.accepted else finding.severity.value
    fix = f"\n    fix: {finding.hint}" if finding.hint else ""
    return f"{f'{place}: ' if place else ''}{word} {finding.rule}: {message_of(finding)}{fix}"


def _text(case: ElementTree.Element, tag: str, message: str, text: str) -> None:
    ElementTree.SubElement(case, tag, message=_clean(message)).text = _clean(text)


def _count(suite: ElementTree.Element) -> None:
    suite.set("tests", str(len(suite)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(tag) is not None for case in suite)))


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)

"""Every finding of every case of the rules as text (findings.txt); run as a module it writes them.

``make findings`` after a deliberate change, and read the difference.
"""

from collections.abc import Iterator
from pathlib import Path

from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.antrea.pool import dotted
from ippoolctl.domain.lint.finding import Finding, Subject
from tests.domain.lint.cases import Case, read_cases, report_of

FINDINGS = Path(__file__).with_name("findings.txt")
_TITLE = "# "


def text_of(case: Case) -> str:
    """What a case finds, and whether its own rule is skipped, in printable ASCII."""
    return "\n".join(each.encode("unicode_escape").decode() for each in _lines(case))


def recorded(path: Path = FINDINGS) -> dict[str, str]:
    """The text of each case by its name."""
    sections = path.read_text(encoding="utf-8").removeprefix(_TITLE).split(f"\n\n{_TITLE}")
    parts = (each.strip().partition("\n") for each in sections)
    return {name: text for name, _, text in parts}


def _lines(case: Case) -> Iterator[str]:
    report = report_of(case)
    for each in report.findings:
        yield from _finding(each)
    for skipped in report.skipped:
        if case["name"].startswith(skipped.rule):
            part = "partly skipped" if skipped.partly else "skipped"
            yield f"{skipped.rule} {part}: {skipped.fact.name} {skipped.why.value}"
    if report.unlisted:
        yield f"unlisted: {report.unlisted}"


def _finding(found: Finding) -> Iterator[str]:
    yield f"{found.rule} {found.severity.value}: {found.message}"
    yield f"  at {_subject(found.subject)}"
    if found.other:
        yield f"  and {_subject(found.other)}"
    if found.intersection:
        yield f"  common: {span_text(*found.intersection)}"
    if found.hint:
        yield f"  hint: {found.hint}"
    if found.consequences:
        yield f"  consequences: {' '.join(found.consequences)}"
    if found.answer:
        yield f"  answer: {found.answer}"
    for edit in found.edits:
        yield f"  edit {dotted(edit.path)}: {edit.old_text} -> {edit.new_text}"
    if found.accepted:
        yield f"  accepted: {found.accepted.reason}"


def _subject(subject: Subject) -> str:
    parts = [subject.label, subject.field, f"({subject.text})" if subject.text else ""]
    return " ".join(filter(None, [*parts, "claimed" if subject.claimed else ""]))


def main() -> None:
    """Write the findings of all cases."""
    sections = [f"{_TITLE}{case['name']}\n{text_of(case)}".rstrip() for case in read_cases()]
    FINDINGS.write_text("\n\n".join(sections) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

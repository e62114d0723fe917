"""Comments that accept findings: ``# ippoolctl: ignore=EIP504 reason="…" until=2027-01-31``."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from ippoolctl.domain.lint.finding import Acceptance
from ippoolctl.reading.sources import Problem
from ippoolctl.reading.yaml_comments import Comment

_FORM: Final = '# ippoolctl: ignore=EIP504 reason="why" until=2027-01-31'
_MEANT: Final = r"[A-Za-z]+[ \t]*=|ignore\b"
"""How such a comment begins; others are prose."""
_WORDS: Final = r"""([a-z]+)=("[^"]*"|'[^']*'|[^\s"',]+(?:\s*,\s*[^\s"',=]+)*)(?:\s+|\Z)"""
_RULE: Final = r"EIP[0-9]{3}"


def accepted_in(
    comments: Iterable[Comment], rules: Iterable[str]
) -> tuple[list[Acceptance], list[Problem]]:
    """What the comments accept, one value for each rule, and the problems with them.

    ``rules`` are the ids of all rules.
    """
    known = frozenset(rules)
    accepted: list[Acceptance] = []
    problems: list[Problem] = []
    for comment in comments:
        if not re.match(_MEANT, comment.text, re.IGNORECASE):
            continue
        found = _read(comment, known)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            accepted += found
    return accepted, problems


def _read(comment: Comment, known: frozenset[str]) -> list[Acceptance] | Problem:
    def problem(message: str, hint: str) -> Problem:
        return Problem(comment.place, message, hint)

    words = {match[1]: match[2].strip("\"'") for match in re.finditer(_WORDS, comment.text)}
    if re.sub(_WORDS, "", comment.text) or not words.keys() <= {"ignore", "reason", "until"}:
        return problem(f"invalid comment: ippoolctl: {comment.text}", f"use {_FORM}")
    ids = [each.strip().upper() for each in words.get("ignore", "").split(",") if each.strip()]
    if not ids:
        return problem("a comment without a rule to ignore", f"use {_FORM}")
    for rule in ids:
        if rule not in known:
            full = "rule" if re.fullmatch(_RULE, rule) else "full rule ID,"
            return problem(f"unknown rule: {rule}", f"use a {full} such as EIP504")
    if not words.get("reason", "").strip():
        return problem(f"{','.join(ids)} is ignored without a reason", 'use reason="why"')
    until = words.get("until")
    try:
        expires = None if until is None else date.fromisoformat(until)
    except ValueError:
        return problem(f"invalid date: {until}", "use a date such as until=2027-01-31")
    line = (comment.place.file, comment.line)
    return [
        Acceptance(frozenset(), words["reason"], expires, rule, line=line, place=comment.place)
        for rule in dict.fromkeys(ids)
    ]

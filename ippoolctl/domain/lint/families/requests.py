"""Rules about Egresses and Services that request an address of a pool in vain."""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.surroundings.waiting import Cause

Find: TypeAlias = Callable[[Facts], Iterator[Finding]]

_PROBLEMS: Final = (Cause.INVALID, Cause.OUTSIDE)


def without_pool(rule: str, kind: str, hint: str) -> Find:
    """What finds consumers of a kind that refer to a pool that does not exist."""

    def find(facts: Facts) -> Iterator[Finding]:
        for request, cause, _ in facts.waiting:
            if cause is Cause.NO_POOL and request.by.kind == kind:
                yield Finding(
                    rule,
                    Severity.ERROR,
                    f"{request.by.label} refers to pool {request.pool}, which does not exist",
                    Subject(request.by, request.pool_path),
                    hint=hint,
                )

    return find


def outside_pool(rule: str, kind: str, hint: str) -> Find:
    """What finds consumers of a kind that request an address that their pool does not have."""

    def find(facts: Facts) -> Iterator[Finding]:
        for request, cause, _ in facts.waiting:
            if cause in _PROBLEMS and request.by.kind == kind:
                requested, problem = request.requested_text, f"not in pool {request.pool}"
                if cause is Cause.INVALID:
                    requested, problem = repr(requested), "not an IP address"
                yield Finding(
                    rule,
                    Severity.ERROR,
                    f"{request.by.label} requests {requested}, which is {problem}",
                    Subject(request.by, request.requested_path, request.requested_text),
                    Subject(facts.pool_of[request.pool], ("spec", "ipRanges")),
                    hint=hint,
                )

    return find

"""Rules with one part of the protocol switched off, and the resulting violations."""

from dataclasses import replace
from functools import cache

import pytest

from tests.model.explore import explore
from tests.model.moment import Scope, ViolationError
from tests.model.runs import Rules

fine = cache(explore)
"""For scopes with the real rules, which several tests begin with."""


def brings_back(what: str, scope: Scope, rules: Rules) -> None:
    """The scope has no violation with the real rules, and this one with the given rules."""
    fine(scope)
    with pytest.raises(ViolationError, match=what):
        explore(replace(scope, rules=rules))


def untested(kind: str, path: str) -> Rules:
    return Rules(untested=frozenset({(kind, path)}))

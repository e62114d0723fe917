"""Parts of the protocol about several candidates, switched off: each leads to its violation."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ippoolctl.domain.annotations.marks import EXTENDED
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.candidates import NextStep, OwnAppend, next_append
from ippoolctl.domain.protocol.candidates import next_step as next_choice
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.decisions import Exhausted, ExtensionStep, NoRoom, Tried
from ippoolctl.domain.protocol.extension import Extension
from ippoolctl.domain.protocol.request import Request
from ippoolctl.domain.space.search import Search
from tests.model.moment import Budget, Scope
from tests.model.runs import Plan, Rules
from tests.model.scopes import POOL_E, B, C, E, J, L
from tests.model.switches import brings_back
from tests.model.world import Obj

FULL = Cause(CauseKind.NO_ROOM_LEFT)


def insisting(request: Request, search: Search, pools: Sequence[Pool], tried: Tried) -> NextStep:
    step = next_choice(request, replace(search, within=search.within[:1]), pools, tried)
    nothing = Cause(CauseKind.NOTHING_FREE_YET, text=search.text)
    return Exhausted(nothing) if isinstance(step, NoRoom) else step


def test_insisting_on_one_candidate_never_finishes() -> None:
    scope = Scope((J, B), Budget(kills=1), dead=frozenset({1}))

    brings_back("no client can finish", scope, Rules(next_choice=insisting))


def hopeless(request: Request, search: Search, pools: Sequence[Pool], tried: Tried) -> NextStep:
    step = next_choice(request, search, pools, tried)
    return NoRoom(FULL) if isinstance(step, Exhausted) else step


@pytest.mark.parametrize("other", [C, E], ids=["pending", "claimed"])
def test_taking_pending_or_claimed_ranges_for_settled_reports_no_room(other: Plan) -> None:
    scope = Scope((J, other), objects=(POOL_E, Obj("full", 1, (1,))) if other is E else ())

    brings_back("no room where some may become free", scope, Rules(next_choice=hopeless))


def forgetful(
    asked: Extension, search: Search, pools: Sequence[Pool], tried: Tried
) -> NextStep | ExtensionStep | OwnAppend:
    plain = [
        each._replace(
            annotations={key: text for key, text in each.annotations.items() if key != EXTENDED}
        )
        for each in pools
    ]
    return next_append(asked, search, plain, tried)


def test_forgetting_what_was_appended_appends_twice() -> None:
    scope = Scope((L, L), Budget(silences=1), objects=(POOL_E,))

    brings_back("extended twice by one request", scope, Rules(next_append=forgetful))

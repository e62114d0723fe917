"""Each part of the protocol that the design marks, switched off: it leads to its violation."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from ippoolctl.crd.patches.claims import claiming_patch
from ippoolctl.crd.patches.settling import settling_patch
from ippoolctl.domain.annotations.marks import REQUEST_ID, STATE, HoldState
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.creation import first_step
from ippoolctl.domain.protocol.decisions import (
    Done,
    ExtensionStep,
    FirstStep,
    Keep,
    Lost,
    Reserve,
    Wait,
    Won,
)
from ippoolctl.domain.protocol.extension import Extension, next_step
from ippoolctl.domain.protocol.request import Request, held_as
from ippoolctl.domain.protocol.verification import Unanswered, after_adoption
from tests.model.explore import explore
from tests.model.moment import Budget, Scope
from tests.model.runs import Plan, Rules, text_of
from tests.model.scopes import POOL_E, POOL_G, A, B, E, G
from tests.model.switches import brings_back, fine, untested
from tests.model.world import Held, Obj, claim_value, patched, pool_of

# --- 1. POST or claim only when the list shows nothing that overlaps


def impatient(request: Request, pools: Sequence[Pool]) -> FirstStep:
    step = first_step(request, pools)
    return Reserve() if isinstance(step, Wait) and step.conflicts and step.exists is None else step


def impatient_extension(extension: Extension, pools: Sequence[Pool]) -> ExtensionStep:
    step = next_step(extension, pools)
    if not isinstance(step, Wait) or not step.conflicts or step.exists is not None:
        return step
    present = next(each for each in pools if each.name == extension.name)
    return Reserve(present)


def test_creating_beside_a_pending_pool_never_ends() -> None:
    brings_back("retry against each other forever", Scope((A, B)), Rules(first_step=impatient))


@pytest.mark.parametrize("other", [G, B], ids=["a claim", "a pending pool"])
def test_claiming_beside_an_unsettled_range_never_ends(other: Plan) -> None:
    scope = Scope((E, other), objects=(POOL_E, POOL_G))

    brings_back("retry against each other forever", scope, Rules(next_step=impatient_extension))


# --- 2. Ours, settled, and a settled pool overlaps: that is no success


def content(request: Request, pools: Sequence[Pool]) -> FirstStep:
    step = first_step(request, pools)
    return Done(step.pool) if isinstance(step, Keep) else step


def test_ignoring_overlaps_of_our_settled_pool_reports_an_overlap_as_done() -> None:
    scope = Scope((A, A), Budget(foreign=1, kills=1))

    brings_back("taken as done beside foreign", scope, Rules(first_step=content))


# --- 3. After an unanswered write: no repetition and no end before the write has expired


def hasty(*, there: bool, over: bool) -> Unanswered:
    return Unanswered.LOOK if there else Unanswered.AGAIN


def test_creating_again_too_early_leaves_a_mark() -> None:
    brings_back(
        "a mark is left", Scope((A, B), Budget(silences=1)), Rules(after_unanswered_write=hasty)
    )


def test_claiming_again_too_early_leaves_a_claim() -> None:
    scope = Scope((E, B), Budget(silences=1), objects=(POOL_E,))

    brings_back("a claim is left", scope, Rules(after_unanswered_write=hasty))


def test_ending_before_a_write_has_expired_leaves_a_mark() -> None:
    scope = Scope((A, B), Budget(silences=1, stops=1))

    brings_back("a mark is left", scope, Rules(waits_out=False))


# --- 4. Every end without success cancels first


def test_ending_a_create_without_canceling_leaves_a_mark() -> None:
    brings_back("a mark is left", Scope((A, B), Budget(stops=1)), Rules(cancels=False))


def test_ending_an_extend_without_canceling_leaves_a_claim() -> None:
    scope = Scope((E,), Budget(stops=1), objects=(POOL_E,))

    brings_back("a claim is left", scope, Rules(cancels=False))


# --- 5. Settling tests uid, mark and deletionTimestamp


def test_settling_without_the_uid_settles_an_unverified_pool() -> None:
    scope = Scope((A, A, B), Budget(silences=1, stops=1))

    brings_back("overlap, both done", scope, untested("settle", "/metadata/uid"))


def test_settling_without_the_deletion_timestamp_reports_a_terminating_pool() -> None:
    scope = Scope((A, A), Budget(stops=1), finalizers=True)

    brings_back("reports as done what is not there", scope, untested("settle", "deletionTimestamp"))


def test_settling_fails_without_the_mark_whether_it_is_tested_or_not() -> None:
    """The test of the mark is the one that nothing depends on here: what it guards against, taking
    off a mark that is off already, the removal itself refuses. It tells another value of the mark,
    which no client writes, from ours.
    """
    pending, settled = (Obj("a", 1, (0,), "A", pending=each) for each in (True, False))
    patch, scope = settling_patch(pool_of(pending)), Scope((A, A, B), Budget(stops=1))
    without = untested("settle", "state")

    for text in (json.dumps(patch), text_of("settle", patch, without)):
        assert patched(pending, text) == settled
        assert patched(settled, text) is None
    assert text_of("settle", patch, without) != json.dumps(patch)
    assert explore(replace(scope, rules=without)) == fine(scope)


# --- 6. A changed object is verified again


@pytest.mark.parametrize(
    "scope",
    [
        Scope((A, A, B), Budget(silences=1, stops=1)),
        Scope((E, E, B), Budget(silences=1, stops=1), objects=(POOL_E,)),
    ],
    ids=["create", "extend"],
)
def test_repeating_a_patch_on_a_changed_object_settles_unverified_ranges(scope: Scope) -> None:
    brings_back("overlap, both done", scope, Rules(verifies_again=False))


# --- 8. Adoption: lost to what is settled now, and to what was there before and still is

Pools = Sequence[Pool]


def beside_settled(request: Request, now: Pools, before: Pools | None) -> Won | Lost:
    pending = [each for each in now if STATE in each.annotations]
    return after_adoption(request, pending, before)


def by_what_is_settled(request: Request, now: Pools, before: Pools | None) -> Won | Lost:
    found = held_as(request.conflicts(now), HoldState.SETTLED)
    return Lost(found) if found else Won()


def by_what_was_there(request: Request, now: Pools, before: Pools | None) -> Won | Lost:
    found = held_as(request.conflicts(now), HoldState.SETTLED) or request.conflicts(before or ())
    return Lost(found) if found else Won()


def test_adopting_beside_a_settled_pool_settles_an_overlap() -> None:
    scope = Scope((A,), Budget(kills=1, foreign=1))

    brings_back("taken as done beside foreign", scope, Rules(after_adoption=beside_settled))


def test_adopting_without_a_look_at_its_revision_settles_an_overlap() -> None:
    scope = Scope((A, B), Budget(kills=1))

    brings_back("overlap, both done", scope, Rules(after_adoption=by_what_is_settled))


def test_adopting_by_the_earlier_list_alone_loses_to_deleted_pools() -> None:
    scope = Scope((A, B), Budget(kills=2, uses=2))

    brings_back("no client can finish", scope, Rules(after_adoption=by_what_was_there))


def test_ignoring_pending_pools_after_an_expired_revision_settles_an_overlap() -> None:
    def forgiving(request: Request, now: Pools, before: Pools | None) -> Won | Lost:
        decide = by_what_is_settled if before is None else after_adoption
        return decide(request, now, before)

    scope = Scope((A, B), expiry=True)

    brings_back("overlap, both done", scope, Rules(after_adoption=forgiving))


# --- 9. Claims on settled pools only


def _without_the_mark(pool: Pool) -> dict[str, str]:
    return {key: value for key, value in pool.annotations.items() if key != STATE}


def hurried(extension: Extension, pools: Pools) -> ExtensionStep:
    seen = [
        each._replace(annotations={REQUEST_ID: "x", **_without_the_mark(each)})
        if each.name == extension.name
        else each
        for each in pools
    ]
    return next_step(extension, seen)


def test_claiming_on_a_pending_pool_loses_the_claim_when_the_pool_is_canceled() -> None:
    plans = (Plan("create", "e", "X", ((5,),)), Plan("create", "y", "Y", ((5,),)), E)
    rules = Rules(next_step=hurried, untested=frozenset({("claim", "state")}))

    brings_back("a foreign claim is changed", Scope(plans), rules)


def test_a_claim_fails_on_a_pending_pool() -> None:
    settled, pending = (Obj("e", 0, (5,), "X", pending=each) for each in (False, True))
    patch = json.dumps(claiming_patch(pool_of(settled), claim_value(Held("E", 0, (0,)))))

    assert patched(settled, patch) is not None
    assert patched(pending, patch) is None


# --- 10. A fresh nonce for each write of a claim


def test_an_identical_second_claim_is_appended_unverified() -> None:
    scope = Scope((E, E, B), Budget(silences=1, stops=1), objects=(POOL_E,))

    brings_back("overlap, both done", scope, Rules(fresh_nonces=False))


# --- 11. Appending tests uid, the whole claim and deletionTimestamp


def test_appending_without_the_claim_appends_unverified_ranges() -> None:
    scope = Scope((E, E, B), Budget(silences=1, stops=1), objects=(POOL_E,))

    brings_back("overlap, both done", scope, untested("append", "claim"))


def test_appending_without_the_uid_appends_to_a_pool_that_was_restored() -> None:
    scope = Scope((E, B), Budget(removals=1, restores=1), objects=(POOL_E,))

    brings_back("overlap, both done", scope, untested("append", "uid"))


def test_appending_without_the_deletion_timestamp_reports_a_terminating_pool() -> None:
    scope = Scope((E,), Budget(removals=1), objects=(POOL_E,), finalizers=True)

    brings_back("reports as done what is not there", scope, untested("append", "deletionTimestamp"))

"""The steps of an append, for every state of the pool."""

from dataclasses import replace

import pytest

from ippoolctl.domain.annotations.claims import Claim
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.decisions import (
    Absent,
    Adopt,
    Committed,
    Done,
    Gone,
    Held,
    Keep,
    Refuse,
    Reserve,
    UnusableClaim,
    Wait,
)
from ippoolctl.domain.protocol.extension import (
    Extension,
    after_failed_append,
    find_claim,
    next_step,
)
from tests.builders import claim_on, live_pool, pool

FIRST, SECOND = "10.0.0.0/24", "10.0.1.0/24"
EXTENSION = Extension("it", pool("it", FIRST, SECOND).ranges, "it/1")
BESIDE = live_pool("b", "10.9.0.0/24")


def it(
    *ranges: str,
    claim: Claim | None = None,
    pending: bool = False,
    deleted: bool = False,
    uid: str = "u1",
    state: str = "",
) -> Pool:
    annotations = {"ippoolctl/state": state} if state else {}
    return live_pool(
        "it",
        "10.7.0.0/24",
        *ranges,
        uid=uid,
        claim=claim,
        pending=pending,
        deleted=deleted,
        annotations=annotations,
    )


def ours(*ranges: str) -> Claim:
    return claim_on(*(ranges or (FIRST, SECOND)), request_id="it/1")


def step(present: Pool, *others: Pool):
    return next_step(EXTENSION, [BESIDE, *others, present])


def conflicts(found: object) -> list[str]:
    assert isinstance(found, Keep | Wait | Refuse)
    return [each.pool.name for each in found.conflicts]


def test_without_a_pool_there_is_nothing_to_extend() -> None:
    assert next_step(EXTENSION, [BESIDE]) == Absent()


def test_a_terminating_pool_is_never_extended() -> None:
    expected = Refuse((Cause(CauseKind.EXTENDED_BEING_DELETED, pool="it", finalizers=()),))

    assert step(it(deleted=True)) == expected
    assert step(it(FIRST, SECOND, deleted=True)) == expected
    assert step(it(claim=ours(), deleted=True)) == expected


@pytest.mark.parametrize("ranges", [(), (FIRST,)])
def test_a_claim_is_written_only_where_nothing_overlaps(ranges: tuple[str, ...]) -> None:
    assert step(it(*ranges)) == Reserve(it(*ranges))


@pytest.mark.parametrize(
    "other",
    [
        live_pool("p", "10.0.1.0/25", pending=True),
        live_pool("p", "10.0.1.0/25", deleted=True),
        live_pool("p", claim=claim_on("10.0.1.0/25")),
    ],
)
def test_a_temporary_conflict_is_waited_for(other: Pool) -> None:
    found = step(it(), other)

    assert isinstance(found, Wait)
    assert (conflicts(found), found.exists) == (["p"], None)


def test_a_settled_pool_that_overlaps_is_final_also_if_it_overlaps_an_older_range() -> None:
    pending = live_pool("p", "10.0.1.0/25", pending=True)
    for text in ("10.0.1.0/25", "10.7.0.0/25"):
        found = step(it(claim=claim_on("10.8.0.0/24")), pending, live_pool("s", text))
        assert isinstance(found, Refuse)
        assert (conflicts(found), found.causes) == (["s"], ())


def test_an_extension_is_judged_with_all_ranges_of_the_pool() -> None:
    overlapping = Extension("it", pool("it", "10.7.0.0/25").ranges, "it/1", Release(2, 7, 0))

    found = next_step(overlapping, [it(claim=claim_on("10.8.0.0/24"))])

    assert isinstance(found, Refuse)
    sentence = "range [10.7.0.0/25] overlaps with range [10.7.0.0/24]"
    assert found.causes == (Cause(CauseKind.DENIED, text=sentence, reason="EIP208"),)


def test_a_claim_of_another_run_a_pending_pool_and_an_odd_state_are_never_overwritten() -> None:
    assert step(it(claim=claim_on("10.8.0.0/24"))) == Wait(
        Cause(CauseKind.BEING_EXTENDED, pool="it")
    )
    assert step(it(pending=True)) == Wait(Cause(CauseKind.STILL_PENDING, pool="it"))
    odd = step(it(state="else"))
    assert isinstance(odd, Refuse)
    assert odd.causes == (Cause(CauseKind.INVALID_STATE, pool="it"),)


def test_our_claim_is_adopted_despite_overlaps() -> None:
    other = live_pool("s", "10.0.1.0/25")

    assert step(it(claim=ours()), other) == Adopt(it(claim=ours()))
    # Another range of the request is there already: the claim is on the rest.
    assert step(it(FIRST, claim=ours(SECOND))) == Adopt(it(FIRST, claim=ours(SECOND)))


@pytest.mark.parametrize(
    "present",
    [it(FIRST, claim=ours()), it(FIRST, SECOND, claim=ours()), it(SECOND, claim=ours(SECOND))],
)
def test_a_claim_on_existing_ranges_is_removed(present: Pool) -> None:
    assert step(present) == UnusableClaim(present)


def test_a_claim_on_other_ranges_belongs_to_another_command() -> None:
    wider = it(claim=ours(FIRST, SECOND, "10.0.2.0/24"))

    assert isinstance(step(wider), Wait)
    assert not EXTENSION.owns(ours(FIRST, "10.0.2.0/24"))
    assert not EXTENSION.owns(claim_on(FIRST, request_id="it/2"))
    assert not EXTENSION.owns(None)
    assert EXTENSION.owns(ours(FIRST))


def test_existing_ranges_are_done_kept_or_waited_for() -> None:
    there = it(FIRST, SECOND)
    pending, settled = live_pool("p", "10.0.1.0/25", pending=True), live_pool("s", "10.0.1.0/25")

    assert step(there) == Done(there)
    assert step(there, live_pool("older", "10.7.0.0/25")) == Done(there)
    kept = step(there, pending, settled)
    assert isinstance(kept, Keep)
    assert (conflicts(kept), kept.pool) == (["s"], there)
    waiting = step(there, pending)
    assert isinstance(waiting, Wait)
    assert (conflicts(waiting), waiting.exists) == (["p"], there)
    marked = it(FIRST, SECOND, pending=True)
    assert step(marked) == Wait(Cause(CauseKind.STILL_PENDING, pool="it"), (), marked)


def test_an_extension_requests_missing_ranges_and_is_judged_with_all() -> None:
    present = it(FIRST)

    assert [each.text for each in EXTENSION.missing(present)] == [SECOND]
    assert EXTENSION.whole(present).pool.texts == ("10.7.0.0/24", FIRST, SECOND)
    assert EXTENSION.as_it_is(present).pool.texts == ("10.7.0.0/24", FIRST)
    assert EXTENSION.alone(EXTENSION.ranges).pool.texts == (FIRST, SECOND)
    assert EXTENSION.whole(present).pool.live is EXTENSION.as_it_is(present).pool.live is None
    # Antrea compares the text of ranges.
    assert len(EXTENSION.missing(it("10.0.0.0-10.0.0.255"))) == 2


@pytest.mark.parametrize("look", [find_claim, after_failed_append])
def test_a_claim_is_looked_up_by_the_uid_of_its_pool(look) -> None:
    claimed, there = it(claim=ours()), it(FIRST, SECOND)
    foreign = it(FIRST, SECOND, claim=claim_on("10.8.0.0/24"))

    assert look(EXTENSION, "u1", claimed) == Held(claimed)
    assert look(EXTENSION, "u1", there) == Committed(there)
    assert look(EXTENSION, "u1", foreign) == Committed(foreign)
    assert look(EXTENSION, "u1", it(FIRST)) == Gone()
    assert look(EXTENSION, "u1", it(claim=claim_on(FIRST))) == Gone()
    for other in (None, it(claim=ours(), uid="u2"), there._replace(live=None)):
        assert look(EXTENSION, "u1", other) == Gone()


def test_after_a_failed_append_the_claim_on_a_changed_pool_is_not_reused() -> None:
    going, partly = it(claim=ours(), deleted=True), it(FIRST, claim=ours())

    assert isinstance(after_failed_append(EXTENSION, "u1", going), Refuse)
    assert after_failed_append(EXTENSION, "u1", partly) == UnusableClaim(partly)
    assert find_claim(EXTENSION, "u1", going) == Held(going)
    assert find_claim(EXTENSION, "u1", partly) == Held(partly)


def test_after_a_failed_append_the_claim_on_a_pool_that_was_not_approved_is_not_reused() -> None:
    claimed = it(claim=ours())
    approved, other = (
        replace(EXTENSION, approved=("u1", (text,))) for text in ("10.7.0.0/24", "10.6.0.0/24")
    )

    assert after_failed_append(approved, "u1", claimed) == Held(claimed)
    assert after_failed_append(other, "u1", claimed) == UnusableClaim(claimed)

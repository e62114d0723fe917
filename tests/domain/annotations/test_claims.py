"""Claims: written and read back, and the ranges that they take."""

import json

import pytest

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.claims import (
    claim_of,
    claimed,
    made_claim,
    with_claimed,
    without_claim,
)
from tests.builders import claim_on, live_pool, pool

RANGES = pool("it", "10.0.0.0/25", "10.0.0.200-10.0.0.210").ranges


def texts(ranges) -> list[str]:
    return [each.text for each in ranges]


def test_a_claim_reads_back_as_it_was_written() -> None:
    claim = made_claim("it/1", "n", "2026-01-01T00:00:00Z", RANGES)

    assert claim_of(live_pool("it", claim=claim)) == claim
    assert json.loads(claim.text) == {
        "request-id": "it/1",
        "nonce": "n",
        "at": "2026-01-01T00:00:00Z",
        "ranges": ["10.0.0.0/25", "10.0.0.200-10.0.0.210"],
    }
    assert claim.texts == ("10.0.0.0/25", "10.0.0.200-10.0.0.210")
    assert claim_of(live_pool("it")) is None


@pytest.mark.parametrize("text", ["", "{", "[1]", "5", "null", '"text"', "[" * 100_000])
def test_an_invalid_claim_has_no_ranges(text: str) -> None:
    claim = claim_of(live_pool("it", annotations={marks.CLAIM: text}))

    assert claim is not None
    assert (claim.request_id, claim.nonce, claim.at, claim.ranges) == ("", "", "", ())
    assert claim.text == text


def test_fields_of_another_type_are_ignored() -> None:
    said = {"request-id": 1, "nonce": ["n"], "at": None, "ranges": ["10.0.0.0/25", 7, None]}

    claim = claim_of(live_pool("it", annotations={marks.CLAIM: json.dumps(said)}))

    assert claim is not None
    assert (claim.request_id, claim.nonce, claim.at) == ("", "", "")
    assert claim.texts == ("10.0.0.0/25",)
    broken = claim_of(live_pool("it", annotations={marks.CLAIM: '{"ranges": "10.0.0.0/25"}'}))
    assert broken is not None
    assert broken.ranges == ()


def test_a_claim_takes_the_ranges_that_the_pool_does_not_have() -> None:
    it = live_pool("it", "10.0.0.0/25", claim=made_claim("it/1", "n", "", RANGES))

    assert texts(claimed(it)) == ["10.0.0.200-10.0.0.210"]
    assert texts(with_claimed(it).ranges) == ["10.0.0.0/25", "10.0.0.200-10.0.0.210"]
    assert claimed(live_pool("it", "10.0.0.0/25")) == ()


def test_a_pool_without_claimed_ranges_does_not_change() -> None:
    it = live_pool("it", "10.0.0.0/25", claim=claim_on("10.0.0.0/25"))

    assert with_claimed(it) is it


def test_removing_a_claim_keeps_all_other_annotations() -> None:
    it = live_pool("it", request_id="it/1", claim=claim_on("10.0.0.0/25"), annotations={"a/b": "c"})

    assert without_claim(it) == it._replace(annotations={marks.REQUEST_ID: "it/1", "a/b": "c"})

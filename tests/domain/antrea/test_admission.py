"""Verdicts recorded of Antrea and vectors of its own tests, with all reasons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, Spelling, read_range
from ippoolctl.domain.antrea.admission import (
    Admitted,
    Operation,
    Refused,
    name_exists,
    reasons_alone,
    verdict,
)
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.messages import Stage
from ippoolctl.domain.antrea.pool import Pool, SubnetInfo
from ippoolctl.domain.antrea.releases import Release
from tests.builders import pool, pool_object
from tests.domain.strategies import any_spelling
from tests.examples import examples

V1_15, V2_4_2, V2_7 = Release(1, 15, 1), Release(2, 4, 2), Release(2, 7, 0)


def create(new: Pool, release: Release, *existing: Pool) -> Admitted | Refused:
    return verdict(Operation.CREATE, new, None, KnownPools(existing), release)


def update(old: Pool, new: Pool, release: Release, *existing: Pool) -> Admitted | Refused:
    return verdict(Operation.UPDATE, new, old, KnownPools([old, *existing]), release)


def sentences(result: Admitted | Refused) -> set[str]:
    return set() if isinstance(result, Admitted) else set(result.sentences)


VECTORS = [
    ("10.0.0.9-10.0.0.1", set(), {"range start 10.0.0.9 should not be greater than range end "}),
    (
        "10.0.0.9-2001:db8::1",
        {
            "range [192.168.0.0/24] overlaps with range [10.0.0.9-2001:db8::1] of pool bad",
        },
        {"range start 10.0.0.9 and range end 2001:db8::1 should belong to same family"},
    ),
    ("10.0.0.0/08", set(), {"invalid cidr 10.0.0.0/08"}),
]


@pytest.mark.parametrize(("existing", "before", "since"), VECTORS)
def test_an_existing_invalid_pool_denies_all_others_since_2_4_3(
    existing: str, before: set[str], since: set[str]
) -> None:
    new, bad = pool("new", "192.168.0.0/24"), pool("bad", existing)

    assert sentences(create(new, V2_4_2, bad)) == before
    assert all(any(said.startswith(s) for s in since) for said in sentences(create(new, V2_7, bad)))
    assert isinstance(create(new, V2_7, bad), Refused)


@pytest.mark.parametrize("release", [V2_4_2, V2_7])
def test_a_pool_of_the_same_name_is_not_compared(release: Release) -> None:
    existing = pool("new", "10.0.0.0/24")

    assert create(pool("new", "10.0.0.0/24"), release, existing) == Admitted()


@pytest.mark.parametrize("release", [V2_4_2, V2_7])
def test_a_mapped_network_does_not_overlap_ipv4(release: Release) -> None:
    existing = pool("a", "169.254.100.0/30")

    assert create(pool("new", "::ffff:169.254.100.0/126"), release, existing) == Admitted()


@pytest.mark.parametrize("release", [V1_15, V2_4_2, V2_7])
def test_a_pool_without_ranges_and_the_whole_subnet_are_admitted(release: Release) -> None:
    subnet = {"gateway": "10.0.0.1", "prefixLength": 24}

    assert create(pool("new"), release) == Admitted()
    assert create(pool("new", "10.0.0.0/24", subnetInfo=subnet), release) == Admitted()


@pytest.mark.parametrize(
    ("release", "words"),
    [
        (V1_15, "IP range 10.0.0.250-10.0.1.5 must be a strict subset of the subnet"),
        (
            V2_4_2,
            "range [10.0.0.250-10.0.1.5] must be a strict subset of the subnet 10.0.0.1/24",
        ),
        (V2_7, "range [10.0.0.250-10.0.1.5] must be a strict subset of the subnet 10.0.0.1/24"),
    ],
)
def test_a_range_outside_the_subnet_is_denied_in_the_words_of_its_line(
    release: Release, words: str
) -> None:
    subnet = {"gateway": "10.0.0.1", "prefixLength": 24}

    result = create(pool("new", "10.0.0.250-10.0.1.5", subnetInfo=subnet), release)

    assert sentences(result) == {words}


def test_every_overlap_is_a_reason_and_the_first_range_is_nameable() -> None:
    new = pool("new", "10.1.0.0/24", "10.0.0.0/24", "10.2.0.0/24")
    existing = (pool("a", "10.0.0.0/25", "10.0.0.128/25"), pool("b", "10.0.0.7-10.0.0.7"))
    others = (pool("c", "10.2.0.0/16"),)

    result = create(new, V2_7, *existing, *others)

    assert isinstance(result, Refused)
    assert {(each.pool, each.field) for each in result.reasons} == {
        ("a", "spec.ipRanges[1]"),
        ("b", "spec.ipRanges[1]"),
        ("c", "spec.ipRanges[2]"),
    }
    assert len(result.reasons) == 4
    assert result.sentences == {
        "range [10.0.0.0/24] overlaps with range [10.0.0.0/25] of ExternalIPPool a",
        "range [10.0.0.0/24] overlaps with range [10.0.0.7-10.0.0.7] of ExternalIPPool b",
    }


def test_an_overlap_within_the_pool_is_reported_first_since_2_4_3() -> None:
    new = pool("new", "10.1.0.0/24", "10.0.0.0/24", "10.0.0.0/25")
    existing = pool("a", "10.1.0.0/25")

    assert sentences(create(new, V2_7, existing)) == {
        "range [10.0.0.0/25] overlaps with range [10.0.0.0/24]"
    }
    assert sentences(create(new, V2_4_2, existing)) == {
        "range [10.1.0.0/24] overlaps with range [10.1.0.0/25] of pool a"
    }


@pytest.mark.parametrize("release", [V1_15, V2_4_2, V2_7])
def test_an_update_can_add_and_reorder_but_not_rewrite(release: Release) -> None:
    old = pool("p", "10.0.0.1/24", "10.2.0.0/24")

    assert (
        update(old, pool("p", "10.2.0.0/24", "10.0.0.1/24", "10.1.0.0/24"), release) == Admitted()
    )
    refused = update(old, pool("p", "10.0.0.0/24"), release)
    assert isinstance(refused, Refused)
    assert [each.rule for each in refused.reasons] == ["EIP210"]
    assert "existing IPRanges [10.0.0.1/24 10.2.0.0/24] cannot be " in refused.reasons[0].message


def test_removed_ranges_are_nameable_only_without_other_reasons() -> None:
    old, other = pool("p", "10.0.0.0/24"), pool("a", "10.1.0.0/16")

    result = update(old, pool("p", "10.1.0.0/24"), V2_7, other)

    assert isinstance(result, Refused)
    assert [(each.rule, each.nameable) for each in result.reasons] == [
        ("EIP209", True),
        ("EIP210", False),
    ]


def test_after_a_schema_error_webhook_reasons_are_listed_but_not_nameable() -> None:
    new = pool("new", "10.0.0.0/24", "10.0.0.300/24")

    result = create(new, V2_7, pool("a", "10.0.0.0/8"))

    assert isinstance(result, Refused)
    assert (result.stage, result.code) == (Stage.SCHEMA, 422)
    assert [(each.rule, each.nameable) for each in result.reasons] == [
        ("EIP104", True),
        ("EIP209", False),
    ]


def test_an_unserved_version_is_a_404_before_all_other_reasons() -> None:
    new = pool("new", "10.0.0.0/99", version="v1alpha2")

    result = create(new, V2_7)

    assert isinstance(result, Refused)
    assert (result.stage, result.code) == (Stage.SCHEMA, 404)
    assert [each.rule for each in result.reasons if each.nameable] == ["EIP110"]
    assert isinstance(create(pool("new", "10.0.0.0/24", version="v1alpha2"), V1_15), Admitted)


def test_an_unserved_version_is_a_404_before_an_object_that_cannot_be_decoded() -> None:
    written = pool_object("new", "10.0.0.0/99", version="v1alpha2")
    written["metadata"]["labels"] = {"a": 5}

    result = create(read_pool(written), V2_7)

    assert isinstance(result, Refused)
    assert sorted((each.code, each.nameable) for each in result.reasons) == [
        (400, False),
        (404, True),
        (422, False),
    ]


def test_a_thousand_ranges_of_one_pool_on_one_address_do_not_make_a_million_reasons() -> None:
    result = create(pool("new", *["10.0.0.0/24"] * 3_000), V2_7)

    assert isinstance(result, Refused)
    assert 1_000 <= len(result.reasons) < 4_000


pools = st.lists(any_spelling, min_size=1, max_size=3)


@examples(1_000)
@given(pools, st.lists(pools, max_size=4), st.sampled_from([V2_4_2, V2_7]))
def test_overlaps_are_those_of_brute_force(own, others, release) -> None:
    new = as_pool("new", own)
    existing = [as_pool(f"e{number}", texts) for number, texts in enumerate(others)]

    result = create(new, release, *existing)

    reasons = () if isinstance(result, Admitted) else result.reasons
    found = sorted((each.rule, each.field, each.pool) for each in reasons)
    assert found == sorted(by_brute_force(new, existing))


def as_pool(name: str, texts: list[Spelling]) -> Pool:
    return Pool(name, tuple(read_range(text) for text in texts))


def overlap(a: IPRange | BadRange, b: IPRange | BadRange) -> bool:
    assert isinstance(a, IPRange)
    assert isinstance(b, IPRange)
    return a.first <= b.last and b.first <= a.last


def by_brute_force(new: Pool, existing: list[Pool]):
    for i, own in enumerate(new.ranges):
        field = f"spec.ipRanges[{i}]"
        for earlier in new.ranges[:i]:
            if overlap(own, earlier):
                yield "EIP208", field, ""
        for other in existing:
            for each in other.ranges:
                if overlap(own, each):
                    yield "EIP209", field, other.name


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        (["010.0.0.5-010.0.0.9"], None),
        (
            ["010.0.0.5-010.0.0.9", "010.0.0.5-10.0.0.9"],
            "IP range 010.0.0.5-10.0.0.9 must be a strict subset of the subnet",
        ),
        (["10.0.0.0/28"], "cidr 10.0.0.0/28 must be a strict subset of the subnet"),
    ],
)
def test_on_1_15_a_network_without_address_contains_invalid_addresses(
    texts: list[str], sentence: str | None
) -> None:
    subnet = {"gateway": "010.0.0.1", "prefixLength": 24}

    result = create(pool("new", *texts, subnetInfo=subnet), V1_15)

    assert sentences(result) == (set() if sentence is None else {sentence})


@pytest.mark.parametrize("missing", ["start", "end"])
def test_on_1_15_a_range_without_an_end_is_outside_the_subnet(missing: str) -> None:
    ends = Spelling(None, "10.0.0.5", "10.0.0.5")._replace(**{missing: None})
    new = Pool("new", (read_range(ends),), SubnetInfo("10.0.0.1", 24))

    assert sentences(create(new, V1_15)) == {
        f"IP range {ends.text} must be a strict subset of the subnet"
    }


@pytest.mark.parametrize("release", [V1_15, V2_4_2, V2_7])
def test_the_webhook_does_not_judge_a_range_that_the_schema_refuses(release: Release) -> None:
    subnet = {"gateway": "10.0.0.1", "prefixLength": 24}

    result = create(pool("new", "10.0.0.300/24", subnetInfo=subnet), release)

    assert isinstance(result, Refused)
    assert [each.rule for each in result.reasons] == ["EIP104"]


def test_on_1_15_a_mapped_network_is_ipv4() -> None:
    subnet = {"gateway": "::1", "prefixLength": 8}

    result = create(pool("new", "::ffff:10.0.0.0/120", subnetInfo=subnet), V1_15)

    assert sentences(result) == {"cidr ::ffff:10.0.0.0/120 must be a strict subset of the subnet"}


def test_a_value_that_the_schema_admits_can_be_undecodable() -> None:
    selector = {"matchLabels": {"a": 5}}
    result = create(pool("new", version="v1alpha2", nodeSelector=selector), V1_15)

    assert isinstance(result, Refused)
    assert (result.stage, result.code) == (Stage.WEBHOOK, 400)
    assert [each.rule for each in result.reasons] == ["EIP108"]


def test_a_wide_pool_is_found_alone_beside_many_narrow_ones() -> None:
    wide = pool("wide", "0.0.0.0/0")
    many = [pool(f"p{n}", f"10.{n >> 8}.{n & 255}.0/25") for n in range(2_000)]
    known = KnownPools([wide, *many])
    asked = read_range(Spelling("192.168.0.0/24"))
    assert isinstance(asked, IPRange)

    assert [each.pool.name for each in known.overlapping(*asked.span)] == ["wide"]


def test_at_most_100_invalid_pools_are_listed() -> None:
    poison = [pool(f"p{n}", "10.0.0.9-10.0.0.1") for n in range(500)]

    result = create(pool("new", "192.168.0.0/24"), V2_7, *poison)

    assert isinstance(result, Refused)
    assert len(result.reasons) == 100
    assert all(each.nameable for each in result.reasons)


def test_a_decoding_error_comes_before_schema_errors() -> None:
    written = pool_object("new", "10.0.0.0/99")
    written["metadata"]["labels"] = {"a": 5}

    result = create(read_pool(written), V2_7, pool("a", "10.0.0.0/8"))

    assert isinstance(result, Refused)
    assert (result.stage, result.code) == (Stage.SCHEMA, 400)
    assert [(each.code, each.nameable) for each in result.reasons] == [(400, True), (422, False)]


def test_all_schema_errors_are_nameable() -> None:
    result = create(pool("new", "10.0.0.0/99", "10.0.0.0/98"), V2_7)

    assert isinstance(result, Refused)
    assert (result.stage, result.code) == (Stage.SCHEMA, 422)
    assert [each.nameable for each in result.reasons] == [True, True]


@pytest.mark.parametrize("release", [V1_15, V2_7])
@pytest.mark.parametrize(
    ("gateway", "length", "refused"),
    [
        ("10.0.0.1", 0, True),
        ("10.0.0.1", 1, False),
        ("10.0.0.1", 31, False),
        ("10.0.0.1", 32, True),
        ("2001:db8::1", 32, False),
        ("2001:db8::1", 127, False),
        ("2001:db8::1", 128, True),
    ],
)
def test_a_prefix_length_has_the_bounds_of_its_family(
    release: Release, gateway: str, length: int, refused: bool
) -> None:
    found = Pool("new", (), SubnetInfo(gateway, length))

    assert sentences(create(found, release)) == (
        {f"invalid prefixLength {length}"} if refused else set()
    )


def test_on_1_15_an_invalid_gateway_has_the_bounds_of_ipv6() -> None:
    assert create(Pool("new", (), SubnetInfo("nothing", 127)), V1_15) == Admitted()
    assert sentences(create(Pool("new", (), SubnetInfo("nothing", 128)), V1_15)) == {
        "invalid prefixLength 128"
    }


@pytest.mark.parametrize("release", [V1_15, V2_4_2, V2_7])
@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("10.0.0.0-10.0.0.255", True),
        ("10.0.0.0-10.0.0.0", True),
        ("10.0.0.255-10.0.0.255", True),
        ("9.255.255.255-10.0.0.0", False),
        ("10.0.0.255-10.0.1.0", False),
        ("10.0.1.0/24", False),
        ("2001:db8::/120", False),
    ],
)
def test_a_subnet_reaches_from_its_first_address_to_its_last(
    release: Release, text: str, inside: bool
) -> None:
    subnet = {"gateway": "10.0.0.1", "prefixLength": 24}

    result = create(pool("new", text, subnetInfo=subnet), release)

    assert isinstance(result, Admitted) == inside
    if isinstance(result, Refused):
        assert [(each.rule, each.field) for each in result.reasons] == [
            ("EIP207", "spec.ipRanges[0]")
        ]


def test_an_invalid_gateway_comes_before_any_range() -> None:
    ranges = pool("new", "10.0.0.0/08", "10.0.0.0/24").ranges
    new = Pool("new", ranges, SubnetInfo("nothing", 129))

    result = create(new, V2_7)

    assert isinstance(result, Refused)
    assert [(each.rule, each.field, each.nameable) for each in result.reasons] == [
        ("EIP202", "spec.subnetInfo.gateway", True),
        ("EIP201", "spec.ipRanges[0]", False),
    ]


def test_ranges_are_checked_in_order_and_the_first_reason_is_nameable() -> None:
    subnet = {"gateway": "10.0.0.1", "prefixLength": 24}
    new = pool("new", "10.0.0.0/25", "10.9.0.0/24", "10.0.0.0/08", "10.0.0.0/26", subnetInfo=subnet)
    other = pool("a", "10.0.0.0/24")

    def reasons(release: Release) -> list[tuple[str, str, bool]]:
        result = create(new, release, other, pool("bad", "10.0.0.9-10.0.0.1"))
        assert isinstance(result, Refused)
        return [(each.rule, each.field, each.nameable) for each in result.reasons]

    assert reasons(V2_7) == [
        ("EIP207", "spec.ipRanges[1]", True),
        ("EIP201", "spec.ipRanges[2]", False),
        ("EIP208", "spec.ipRanges[3]", False),
        ("EIP211", "", False),
        ("EIP209", "spec.ipRanges[0]", False),
        ("EIP209", "spec.ipRanges[3]", False),
    ]
    assert reasons(V2_4_2) == [
        ("EIP209", "spec.ipRanges[0]", True),
        ("EIP209", "spec.ipRanges[0]", True),
        ("EIP207", "spec.ipRanges[1]", False),
        ("EIP201", "spec.ipRanges[2]", False),
        ("EIP208", "spec.ipRanges[3]", False),
        ("EIP209", "spec.ipRanges[3]", False),
        ("EIP209", "spec.ipRanges[3]", False),
    ]


def test_only_the_first_range_of_an_invalid_pool_is_nameable() -> None:
    bad = pool("bad", "10.8.0.0/24", "10.9.0.9-10.9.0.1", "10.9.0.0/08")

    result = create(pool("new", "10.0.0.0/24"), V2_7, bad)

    assert isinstance(result, Refused)
    assert [(each.message, each.pool, each.nameable) for each in result.reasons] == [
        ("range start 10.9.0.9 should not be greater than range end 10.9.0.1", "bad", True),
        ("invalid cidr 10.9.0.0/08", "bad", False),
    ]


def test_an_invalid_pool_does_not_deny_its_own_update() -> None:
    bad = pool("bad", "10.9.0.9-10.9.0.1")

    result = update(bad, pool("bad", "10.9.0.9-10.9.0.1", "10.0.0.0/24"), V2_7)

    assert isinstance(result, Refused)
    assert [each.rule for each in result.reasons] == ["EIP204"]


def test_the_first_overlap_with_a_pool_is_nameable() -> None:
    other = pool("a", "10.0.0.64/26", "10.0.0.0/26", "10.0.0.128/26")

    result = create(pool("new", "10.0.0.0/24"), V2_7, other)

    assert isinstance(result, Refused)
    assert [each.nameable for each in result.reasons] == [True, False, False]
    assert "[10.0.0.64/26]" in result.reasons[0].message
    before = create(pool("new", "10.0.0.0/24"), V2_4_2, other)
    assert isinstance(before, Refused)
    assert [each.nameable for each in before.reasons] == [True, True, True]


def test_overlaps_with_others_are_listed_up_to_a_thousand_and_then_to_the_end_of_a_range() -> None:
    other = pool("a", *[f"10.0.{number >> 8}.{number & 255}/32" for number in range(400)])
    new = pool("new", *["10.0.0.0/16"] * 4)

    result = create(new, V2_4_2, other)

    assert isinstance(result, Refused)
    others = [each for each in result.reasons if each.rule == "EIP209"]
    assert len(others) == 1_200


@pytest.mark.parametrize("release", [V1_15, V2_4_2, V2_7])
def test_reasons_alone_have_no_overlaps(release: Release) -> None:
    written = pool("new", "10.0.0.0/24", "10.0.0.0/25", "10.0.0.0/99")

    assert [each.rule for each in reasons_alone(written, release)] == ["EIP104"]
    assert reasons_alone(pool("new", "10.0.0.0/24", "10.0.0.0/25"), release) == ()


def test_an_update_without_an_old_pool_is_a_create() -> None:
    new = pool("p", "10.0.0.0/24")

    assert verdict(Operation.UPDATE, new, None, KnownPools(), V2_7) == Admitted()
    gone = verdict(Operation.CREATE, new, pool("p", "10.9.0.0/24"), KnownPools(), V2_7)
    assert gone == Admitted()


def order(result: Admitted | Refused) -> list[tuple[str, str, bool]]:
    """Each reason as its rule, the second range of its sentence, and whether it is nameable."""
    assert isinstance(result, Refused)
    texts = [each.message.rpartition("range [")[2].partition("]")[0] for each in result.reasons]
    return [(r.rule, text, r.nameable) for r, text in zip(result.reasons, texts, strict=True)]


def test_an_invalid_prefix_length_comes_before_any_range() -> None:
    new = Pool("new", pool("new", "10.0.0.0/08").ranges, SubnetInfo("10.0.0.1", 32))

    result = create(new, V2_7)

    assert isinstance(result, Refused)
    assert [(each.rule, each.nameable) for each in result.reasons] == [
        ("EIP206", True),
        ("EIP201", False),
    ]


def test_ranges_of_one_pool_overlap_in_a_single_address() -> None:
    new = pool("new", "10.0.0.5-10.0.0.9", "10.0.0.1-10.0.0.5")

    assert sentences(create(new, V2_7)) == {
        "range [10.0.0.1-10.0.0.5] overlaps with range [10.0.0.5-10.0.0.9]"
    }


def test_own_overlaps_are_listed_in_the_order_of_the_ranges_and_before_2_4_3_all_nameable() -> None:
    new = pool("new", "10.0.0.64/26", "10.0.0.0/26", "10.0.0.0/24")
    other = pool("a", "10.0.0.192/26")

    assert order(create(new, V2_7, other)) == [
        ("EIP208", "10.0.0.64/26", True),
        ("EIP208", "10.0.0.0/26", False),
        ("EIP209", "10.0.0.192/26", False),
    ]
    assert order(create(new, V2_4_2, other)) == [
        ("EIP208", "10.0.0.64/26", True),
        ("EIP208", "10.0.0.0/26", True),
        ("EIP209", "10.0.0.192/26", True),
    ]


def test_overlaps_with_others_are_listed_by_name_and_then_in_the_order_of_ranges() -> None:
    first = pool("a", "10.0.0.192/26", "10.0.0.128/26")
    second = pool("b", "10.0.0.64/26", "10.0.0.0/26")
    new = pool("new", "10.0.0.0/24")

    assert order(create(new, V2_4_2, second, first)) == [
        ("EIP209", "10.0.0.192/26", True),
        ("EIP209", "10.0.0.128/26", True),
        ("EIP209", "10.0.0.64/26", True),
        ("EIP209", "10.0.0.0/26", True),
    ]
    assert order(create(new, V2_7, second, first)) == [
        ("EIP209", "10.0.0.192/26", True),
        ("EIP209", "10.0.0.64/26", True),
        ("EIP209", "10.0.0.128/26", False),
        ("EIP209", "10.0.0.0/26", False),
    ]


@pytest.mark.parametrize(("first", "listed"), [(999, 1_000), (1_000, 1_000), (1_001, 1_001)])
def test_no_range_is_compared_with_others_once_a_thousand_overlaps_are_listed(
    first: int, listed: int
) -> None:
    other = pool("a", *[f"10.0.{number >> 8}.{number & 255}/32" for number in range(first)])
    new = pool("new", "10.0.0.0/16", "10.9.0.0/24")

    result = create(new, V2_7, other, pool("b", "10.9.0.0/25"))

    assert isinstance(result, Refused)
    assert len(result.reasons) == listed


@pytest.mark.parametrize(("first", "listed"), [(999, 1_000), (1_000, 1_000), (1_001, 1_001)])
def test_no_range_is_compared_with_own_ones_once_a_thousand_overlaps_are_listed(
    first: int, listed: int
) -> None:
    single = [f"10.0.{number >> 8}.{number & 255}/32" for number in range(first)]

    result = create(pool("new", *single, "10.0.0.0/16", "10.9.0.0/24", "10.9.0.0/25"), V2_7)

    assert isinstance(result, Refused)
    assert len(result.reasons) == listed


def test_an_existing_range_that_the_schema_refuses_denies_no_other_pool() -> None:
    assert create(pool("new", "192.168.0.0/24"), V2_7, pool("a", "10.0.0.300/24")) == Admitted()


@pytest.mark.parametrize(("text", "rule"), [("010.0.0.0/28", "EIP201"), ("10.9.0.0/28", "EIP207")])
def test_on_1_15_a_network_is_invalid_or_outside_the_subnet(text: str, rule: str) -> None:
    subnet = {"gateway": "10.0.0.1", "prefixLength": 24}

    result = create(pool("new", text, subnetInfo=subnet), V1_15)

    assert isinstance(result, Refused)
    assert [(each.rule, each.field) for each in result.reasons] == [(rule, "spec.ipRanges[0]")]


@pytest.mark.parametrize("release", [V1_15, V2_4_2, V2_7])
@pytest.mark.parametrize("texts", [("10.0.0.0/99",), ("10.9.0.0/24",), ("10.9.0.0/24", "x/1")])
def test_reasons_alone_equal_those_of_a_create_without_other_pools(
    release: Release, texts: tuple[str, ...]
) -> None:
    new = pool("new", *texts, subnetInfo={"gateway": "10.0.0.1", "prefixLength": 24})

    result = create(new, release)

    assert isinstance(result, Refused)
    assert reasons_alone(new, release) == result.reasons


def test_a_name_that_exists_is_a_conflict_after_the_webhook() -> None:
    refused = Refused((name_exists("a"),))

    assert (refused.stage, refused.code) == (Stage.STORAGE, 409)
    assert refused.sentences == {'externalippools.crd.antrea.io "a" already exists'}
    assert refused.reasons[0].field == "metadata.name"

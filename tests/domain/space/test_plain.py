"""A plain pool has no error in ``check``, for every rule of the catalogue."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.domain.annotations.marks import FULL, PREFIX
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import LATEST, Release
from ippoolctl.domain.lint.creation import creation_hazards
from ippoolctl.domain.lint.facts import Facts, cluster_facts
from ippoolctl.domain.lint.finding import Severity
from ippoolctl.domain.lint.rules import RULES
from ippoolctl.domain.lint.runner import lint
from ippoolctl.domain.space.plain import are_plain, are_plain_to_create
from tests.builders import live_pool, pool, pool_object
from tests.domain.lint.cases import Case, facts_of, read_cases
from tests.domain.strategies import any_spelling

RELEASES = (LATEST, Release(2, 4, 2), Release(1, 15, 1))


def errors(*pools: Pool, release: Release = LATEST) -> list[str]:
    report = lint(Facts(pools, release, cluster_facts(pools, None)), RULES)
    return [each.rule for each in report.findings if each.severity is Severity.ERROR]


def with_subnet(name: str, *ranges: str, gateway: str, length: int = 24, vlan: int = 0) -> Pool:
    subnet = {"gateway": gateway, "prefixLength": length, "vlan": vlan}
    return read_live_pool(pool_object(name, *ranges, subnetInfo=subnet))


def _selecting(selector: dict[str, Any], name: str = "a", text: str = "10.0.0.0/24") -> Pool:
    return read_live_pool(pool_object(name, text, nodeSelector=selector))


def with_annotations(name: str, annotations: dict[str, str]) -> Pool:
    document = pool_object(name, "10.0.0.0/24")
    document["metadata"]["annotations"] = annotations
    return read_live_pool(document)


@pytest.mark.parametrize(
    "pools",
    [
        [live_pool("a", "10.0.0.0/24")],
        [live_pool("a", "10.0.0.4/30", "10.1.0.1-10.1.0.1", "fd00::/64", "fd00:1::1-fd00:1::9")],
        [live_pool("a", "10.1.0.0/24", "10.0.0.0/24")],
        [live_pool("a", "10.0.0.0-10.1.0.0")],
        [live_pool("a", "1.0.0.0-64.255.255.255", "192.168.0.0/28")],
        [live_pool("a", "10.0.0.1-10.0.0.1", "fd00::/127")],
        [live_pool("a", "fd00::1-fd00::2")],
        [live_pool("a", "4000::/2")],
        [live_pool("a", "2001:db8::-2001:db8::7fff:ffff:ffff:fffe")],
        [live_pool("a", "::1:0:0:0-::1:0:0:5")],
        [live_pool("a", "169.254.0.0-169.254.0.250", "169.254.0.254-169.254.0.255")],
        [_selecting({"matchLabels": {"a.b/c": "", "d": "e"}})],
        [_selecting({"matchLabels": {"a": "b"}}, "a"), _selecting({}, "b", "10.1.0.0/24")],
        [live_pool("a", "10.0.0.0/24", request_id="a/1")],
        [with_annotations("a", {"example.com/owner": "net", FULL: "true"})],
        [with_subnet("a", "10.0.0.10-10.0.0.50", "10.0.0.64/26", gateway="10.0.0.1", vlan=7)],
        [with_subnet("a", "10.0.0.0/28", "10.0.0.240/28", gateway="10.0.0.20")],
        [with_subnet("a", "10.0.0.17/28", gateway="10.0.0.1", length=1)],
        [with_subnet("a", "10.0.0.0-10.0.0.0", gateway="10.0.0.1", length=31)],
        [
            with_subnet(f"p{each}", f"10.0.{each}.8/29", gateway=f"10.0.{each}.1")
            for each in range(20)
        ],
    ],
)
def test_usual_pools_are_plain(pools: list[Pool]) -> None:
    assert errors(*pools) == []
    assert are_plain(pools) is True


@pytest.mark.parametrize(
    "pools",
    [
        [live_pool("a")],
        [live_pool("a", "10.0.0.0/24"), live_pool("b", "10.0.0.9-10.0.0.9")],
        [live_pool("a", "10.0.0.0/024")],
        [live_pool("a", "10.0.0.0/31"), live_pool("b", "10.1.0.0/24")],
        [live_pool("a", "10.0.0.0/32")],
        [live_pool("a", "0.0.0.0/1", "192.168.0.0/28")],
        [live_pool("a", "fd00::1/128")],
        [live_pool("a", "2001:db8::-2001:db8::7fff:ffff:ffff:ffff")],
        [live_pool("a", "::ffff:ffff:fff0-::ffff:ffff:ffff")],
        [live_pool("a", "fd00:0::1-fd00::9")],
        [live_pool("a", "fd00::1-fd00:0::9")],
        [live_pool("a", "169.254.0.240-169.254.0.251")],
        [live_pool("a", "169.254.0.253-169.254.0.255", "160.0.0.0/24")],
        [live_pool("a", "192.168.0.0/24", "169.254.0.252-169.254.0.252")],
        [live_pool("a", "fc01::aabb:ccdd:eeff-fc01::aabb:ccdd:ef00")],
        [_selecting({"matchLabels": []})],
        [_selecting({"matchLabels": {"a": 5}})],
        [_selecting({"matchLabels": {"a_/b": "c"}})],
        [_selecting({"matchLabels": {"a": "-"}})],
        [live_pool("a", "10.1.0.0/24"), _selecting({"matchLabels": {"a": "-"}}, "b")],
        [with_subnet("a", "10.0.0.1-10.0.0.50", gateway="10.0.0.1")],
        [with_subnet("a", "10.0.0.16/28", "10.0.1.0/24", gateway="10.0.0.1")],
        [with_subnet("a", "10.0.0.250-10.0.1.5", gateway="10.0.0.1")],
        [with_subnet("a", "9.255.255.250-10.0.0.5", gateway="10.0.0.9")],
        [with_subnet("a", "10.0.0.8/29", gateway="10.0.0.1", length=0)],
        [with_subnet("a", "10.0.0.1-10.0.0.1", gateway="10.0.0.1", length=32)],
        [with_subnet("a", "fd00::8/125", gateway="fd00::1", length=128)],
        [with_subnet("a", "10.0.0.8/29", gateway="x")],
        [with_subnet("a", "010.0.0.16/28", gateway="10.0.0.1")],
        [
            with_subnet("a", "10.0.0.8/29", gateway="10.0.0.1"),
            live_pool("b", "10.0.0.1-10.0.0.7"),
        ],
        [
            with_subnet(f"p{each}", f"10.0.{each}.8/29", gateway=f"10.0.{each}.1")
            for each in range(21)
        ],
    ],
)
def test_pools_with_an_error_are_not_plain(pools: list[Pool]) -> None:
    assert errors(*pools)
    assert are_plain(pools) is False


@pytest.mark.parametrize(
    "unusual",
    [
        live_pool("a", "1.0.0.0-65.0.0.0"),
        live_pool("a", "1.0.0.0-66.0.0.0", "192.168.0.0/28"),
        live_pool("a", "fd00::1-fd00::1"),
        live_pool("a", "::-::5"),
        with_annotations("a", {f"{PREFIX}claim": "x", "example.com/owner": "net"}),
        with_subnet("a", "fd00::10-fd00::20", gateway="fd00::1", length=24),
    ],
)
def test_an_unusual_pool_without_an_error_is_not_plain_either(unusual: Pool) -> None:
    assert errors(unusual) == []
    assert are_plain([unusual]) is False


@pytest.mark.parametrize(
    "text", ["10.0.0.0/16", "10.0.0.9-10.0.0.9", "fd00::/64", "fd00::-fd00::1:0", "10.0.0.1/28"]
)
def test_usual_ranges_are_plain_to_create(text: str) -> None:
    assert are_plain_to_create([pool("a", text)])


@pytest.mark.parametrize(
    "text",
    ["10.0.0.0-10.1.0.0", "127.0.0.0/24", "10.0.0.0/31", "fd00::1-fd00:0::9"],
)
def test_a_range_with_a_hazard_is_not_plain_to_create_beside_a_usual_one(text: str) -> None:
    hazardous = [pool("a", "10.9.0.0/24", text), pool("b", "10.8.0.0/24")]

    assert list(creation_hazards(hazardous, LATEST))
    assert not are_plain_to_create(hazardous)


@pytest.mark.parametrize("labels", [[], "a", {"a": 5}, {"a": None}])
def test_a_selector_without_texts_as_labels_is_not_plain(labels: object) -> None:
    unusual = live_pool("a", "10.0.0.0/24")._replace(node_selector={"matchLabels": labels})

    assert not are_plain([unusual])
    assert not are_plain_to_create([unusual])


def test_a_pool_that_the_schema_denies_is_not_plain_to_create() -> None:
    assert not are_plain_to_create([pool("a", "10.0.0.0/24", nodeSelector=None)])


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case["name"])
def test_no_pool_with_a_hazard_in_the_cases_of_the_rules_is_plain_to_create(case: Case) -> None:
    facts = facts_of(case)

    for each in facts.pools:
        hazards = list(creation_hazards([each], facts.release))
        assert hazards == [] or not are_plain_to_create([each])


def test_a_pool_with_an_unknown_field_is_not_plain() -> None:
    document = pool_object("a", "10.0.0.0/24", zone="lab")

    assert not are_plain([read_live_pool(document)])
    assert not are_plain_to_create([read_pool(document)])


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case["name"])
def test_no_pool_with_an_error_in_the_cases_of_the_rules_is_plain(case: Case) -> None:
    facts = facts_of(case)
    report = lint(facts, RULES)

    for each in report.findings:
        alone = each.other is None and isinstance(each.subject.about, Pool)
        if each.severity is Severity.ERROR and alone and each.subject.pool.live is not None:
            pool = each.subject.pool
            assert errors(pool, release=facts.release) == [] or not are_plain([pool])


labels = st.dictionaries(
    st.text("aZ0-_./", max_size=8), st.one_of(st.text("aZ0-_.", max_size=6), st.none())
)
selectors: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({"matchLabels": labels}),
    st.just({}),
    st.just({"matchExpressions": [{"key": "a"}]}),
    st.just({"matchLabels": {"a": "b" * 64}}),
)


@given(
    st.lists(any_spelling, max_size=2),
    selectors,
    st.sampled_from(RELEASES),
)
def test_a_plain_pool_has_no_error(
    spellings: list[Any], selector: dict[str, Any], release: Release
) -> None:
    document = pool_object("a", nodeSelector=selector)
    document["spec"]["ipRanges"] = [
        {key: text for key, text in each._asdict().items() if text is not None}
        for each in spellings
    ]
    pool = read_live_pool(document)

    if are_plain([pool]):
        assert errors(pool, release=release) == []
    if are_plain_to_create([pool]):
        assert list(creation_hazards([pool], release)) == []


near = st.integers(0, 20)


@st.composite
def pools_with_subnets(draw: st.DrawFn) -> Pool:
    low = draw(near)
    high = low + draw(near)
    third = draw(st.sampled_from((0, 0, 0, 1)))
    length = draw(st.sampled_from((0, 1, 16, 24, 24, 24, 28, 31, 32, 64)))
    ranges = draw(
        st.sampled_from(
            (f"10.0.{third}.{low}-10.0.{third}.{high}", f"10.0.{third}.{low * 4}/30", "fd00::/64")
        )
    )
    gateway = draw(
        st.sampled_from((f"10.0.0.{draw(near)}", "fd00::1", "::ffff:10.0.0.1", "10.0.0.01"))
    )
    return with_subnet(
        draw(st.sampled_from("abc")), ranges, gateway=gateway, length=length, vlan=draw(near)
    )


@given(st.lists(pools_with_subnets(), max_size=3), st.sampled_from(RELEASES))
def test_plain_pools_with_subnets_have_no_errors(pools: list[Pool], release: Release) -> None:
    pools = list({pool.name: pool for pool in pools}.values())

    if are_plain(pools):
        assert errors(*pools, release=release) == []

"""Each rule by its cases (rule_cases.yaml), and properties of the whole catalogue."""

import re
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.addresses.ranges import read_range
from ippoolctl.domain.annotations.claims import made_claim
from ippoolctl.domain.annotations.marks import CLAIM
from ippoolctl.domain.antrea.admission import Operation, Refused, verdict
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.pool import Origin, Path, Place, Pool
from ippoolctl.domain.antrea.releases import LATEST, Line, Release
from ippoolctl.domain.lint.acceptance import accept
from ippoolctl.domain.lint.fact import LIVE_POOLS, SERVER_TIME
from ippoolctl.domain.lint.facts import Facts, cluster_facts, facts_after_apply
from ippoolctl.domain.lint.finding import Acceptance, Finding, GroupKind, PoolGroup, Severity
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.lint.rules import RULES, Entry, Group, in_group, load_rule
from ippoolctl.domain.lint.runner import Report, lint, lint_groups, select
from ippoolctl.domain.surroundings.known import Why
from tests.builders import ROOT, pool, pool_object
from tests.domain.lint.cases import CREATED, Case, facts_of, read_cases, report_of
from tests.domain.lint.findings import recorded, text_of
from tests.domain.lint.recipe import groups_of
from tests.domain.strategies import any_spelling
from tests.examples import examples


def run(*pools: Pool, release: Release = LATEST, rules: tuple[Entry, ...] = RULES) -> Report:
    return lint(Facts(pools, release), rules)


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case["name"])
def test_case(case: Case) -> None:
    report = report_of(case)

    fired = [f"{each.rule} {each.severity.value[0].upper()}" for each in report.findings]
    assert sorted(fired) == sorted(case["fires"])
    if "skips" in case:
        assert {*case["skips"]} <= {each.rule for each in report.skipped}
    if case.get("skips_nothing"):
        assert report.skipped == ()
    if "messages" in case:
        assert [each.message for each in report.findings] == case["messages"]
    if "hints" in case:
        assert [each.hint for each in report.findings] == case["hints"]
    if "edits" in case:
        edits = [edit.new_text for each in report.findings for edit in each.edits]
        assert edits == case["edits"]


RECORDED = recorded()


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case["name"])
def test_the_findings_of_a_case_are_those_of_the_record(case: Case) -> None:
    """After a deliberate change: ``make findings``."""
    assert text_of(case) == RECORDED.get(case["name"])


def test_the_record_has_the_findings_of_each_case_once() -> None:
    assert [*RECORDED] == [each["name"] for each in read_cases()]


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case["name"])
def test_the_group_of_errors_finds_the_faulty_pools_of_a_list(case: Case) -> None:
    given = facts_of(case)
    facts = facts_after_apply((), given.pools, CREATED, given.release)

    assert lint(facts, in_group(Group.ERRORS)).faulty == lint(facts, RULES).faulty


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case["name"])
def test_a_rule_without_input_has_no_findings(case: Case) -> None:
    facts = facts_of(case)
    without = [
        each.rule
        for each in RULES
        if each.looks_at and not any(attrgetter(one)(facts) for one in each.looks_at)
    ]

    assert without
    for rule in without:
        assert list(rule.find(facts)) == []
        assert not (rule.needs_one or rule.in_part) or not rule.left_open(facts)


CASES = read_cases()


@pytest.mark.parametrize("entry", RULES, ids=lambda entry: entry.id)
def test_a_rule_is_in_the_groups_that_follow_from_its_fields(entry: Entry) -> None:
    assert {*entry.groups} == {*groups_of(entry.rule, CASES)}


@pytest.mark.parametrize("rule", [each.rule for each in RULES], ids=lambda rule: rule.id)
def test_rule_titles_have_one_style(rule: Rule) -> None:
    assert rule.title == rule.title.strip(" .")
    assert not rule.title[0].isupper() or rule.title.startswith(("CIDR", "IPv"))


def test_rules_with_from_admission_are_those_that_admission_names() -> None:
    named: set[str] = set()
    for room in ("antrea", "../crd"):
        for path in sorted((ROOT / "ippoolctl/domain" / room).glob("*.py")):
            named |= set(re.findall(r'"(EIP\d{3})"', path.read_text(encoding="utf-8")))

    assert named == {each.id for each in RULES if each.rule.from_admission}


def test_findings_of_a_pool_are_in_the_order_of_field_names_and_of_range_numbers() -> None:
    ranges = [{"cidr": f"10.0.{number}.0/31"} for number in range(11)]
    ranges.append({"cidr": "10.1.0.0/24"})
    fields: dict[str, Any] = {"ipRanges": ranges, "zone-b": 1, "zone": 2}

    found = [each.subject.path for each in run(pool("p", **fields)).findings]

    numbered = [("spec", "ipRanges", number) for number in range(11)]
    assert found == [*numbered, ("spec", "zone"), ("spec", "zone-b")]


def test_the_consequences_of_an_overlap_are_listed_and_not_repeated() -> None:
    report = run(pool("a", "10.0.0.0/24"), pool("b", "10.0.0.64/26"))

    (finding,) = report.findings
    assert finding.consequences == ("EIP212", "EIP306")
    assert not any(load_rule(each).is_cause for each in finding.consequences)
    assert finding.subject.pool.name == "b"
    assert finding.other is not None
    assert finding.other.pool.name == "a"


def test_overlapping_ranges_of_one_pool_do_not_freeze_it() -> None:
    report = run(pool("a", "10.0.0.0/24", "10.0.0.64/26"), rules=select(RULES, ["EIP212"], []))

    assert report.findings == ()


def test_a_conflict_with_one_object_has_the_common_addresses() -> None:
    def node(name: str, address: str) -> dict[str, Any]:
        status = {"addresses": [{"type": "InternalIP", "address": address}]}
        return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "status": status}

    def found(*objects: dict[str, Any]) -> list[Finding]:
        case = {
            "select": ["EIP501"],
            "pools": {"a": {"ipRanges": [{"cidr": "10.0.0.0/28"}]}},
            "objects": objects,
        }
        return [*report_of(case).findings]

    (alone,) = found(node("n1", "10.0.0.5"))
    (both,) = found(node("n1", "10.0.0.5"), node("n2", "10.0.0.6"))

    assert alone.intersection is not None
    assert span_text(*alone.intersection) == "10.0.0.5"
    assert both.intersection is None


def test_on_1_15_overlapping_pools_are_not_frozen() -> None:
    report = run(pool("a", "10.0.0.0/24"), pool("b", "10.0.0.64/26"), release=Release(1, 15, 1))

    assert report.findings[0].consequences == ("EIP306",)


@pytest.mark.parametrize("rule", ["EIP212", "EIP306"])
def test_a_consequence_is_a_finding_if_its_cause_is_not_selected(rule: str) -> None:
    report = run(
        pool("a", "10.0.0.0/24"), pool("b", "10.0.0.64/26"), rules=select(RULES, [rule], [])
    )

    assert [each.rule for each in report.findings] == [rule]


def test_pools_of_one_name_are_reported_and_not_compared() -> None:
    report = run(
        pool("a", "10.0.0.0/24", origin=Origin(0)), pool("a", "10.0.0.0/25", origin=Origin(1))
    )

    assert [each.rule for each in report.findings] == ["EIP112"]


def test_overlaps_of_a_repeated_pool_with_itself_are_no_unlisted_pairs() -> None:
    first = pool("a", "10.0.0.0/24", "10.0.0.0/25", origin=Origin(0))
    again = pool("a", "10.0.0.0/26", "10.0.0.0/27", origin=Origin(1))

    assert run(first, again, pool("b", "10.9.0.0/24"), rules=RULES).unlisted == 0


def test_a_range_without_usable_addresses_is_the_cause_of_a_pool_without_any() -> None:
    (alone,) = run(pool("a", "192.168.0.4/31", "0.0.0.0/1")).findings

    assert (alone.rule, alone.consequences) == ("EIP401", ("EIP402", "EIP404"))
    assert all(load_rule(each).is_cause for each in alone.consequences)


def test_a_pool_without_usable_addresses_is_a_consequence_of_a_range_that_overflows() -> None:
    (finding,) = run(pool("a", "fd00::-fd00::ffff:ffff:ffff:ffff")).findings

    assert (finding.rule, finding.consequences) == ("EIP304", ("EIP401",))


def test_pools_with_generated_names_are_two_pools() -> None:
    documents = [pool_object("", "10.0.0.0/24") for _ in range(2)]
    for document in documents:
        document["metadata"] = {"generateName": "e2e-"}

    report = run(*(read_pool(each, Origin(number)) for number, each in enumerate(documents)))

    assert [each.rule for each in report.findings] == ["EIP209"]


def test_rules_that_need_live_pools_are_skipped_without_a_cluster() -> None:
    skipped = run().skipped

    needing = {each.rule for each in skipped if each.fact is LIVE_POOLS}
    assert {"EIP210", "EIP211", "EIP801", "EIP802", "EIP803", "EIP804"} <= needing
    assert {each.rule for each in skipped} == {
        rule.id for rule in RULES if rule.needs or rule.needs_one
    }
    assert {each.why for each in skipped} == {Why.NOT_READ}


RANGES = {"left": "10.1.0.0/24", "claimed": "10.2.0.0/24", "old": "10.3.0.0/24"}
RANGES |= {"odd": "10.4.0.0/24", "claiming": "10.5.0.0/24"}


def aged(name: str, annotations: dict[str, str]) -> Pool:
    document = pool_object(name, RANGES[name])
    created = {"uid": name, "creationTimestamp": "2026-01-01T00:00:00Z"}
    document["metadata"] |= {**created, "annotations": annotations}
    document["status"] = {"usage": {"total": 254, "used": 0}}
    return read_live_pool(document)


def test_leftovers_are_found_with_sweep_as_the_fix() -> None:
    pools = [
        aged("left", {"ippoolctl/state": "pending"}),
        aged("claimed", {"ippoolctl/claim": '{"at": "2026-01-01T00:00:00Z"}'}),
        aged("old", {"ippoolctl/request-id": "old/1", "ippoolctl/ttl": "1h"}),
        aged("odd", {"ippoolctl/request-id": "odd/1", "ippoolctl/ttl": "soon"}),
    ]

    def found(minutes: int) -> list[tuple[str, str, bool]]:
        now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
        findings = lint(Facts(pools, LATEST, cluster_facts(pools, now)), RULES).findings
        return [
            (each.rule, each.subject.pool.name, "ippoolctl sweep" in each.hint) for each in findings
        ]

    assert found(9) == [("EIP804", "odd", True)]
    assert found(60) == [
        ("EIP801", "left", True),
        ("EIP802", "claimed", True),
        ("EIP803", "old", True),
        ("EIP804", "odd", True),
    ]


def test_an_overlap_with_a_claimed_range_is_reported_as_claimed() -> None:
    claim = made_claim("x/1", "n", "2026-01-01T00:00:00Z", pool("c", "10.0.0.0/24").ranges)
    live = [
        aged("claiming", {CLAIM: claim.text}),
        read_live_pool(pool_object("there", "10.0.1.0/24")),
    ]

    report = lint(facts_after_apply([pool("new", "10.0.0.128/25")], live, None), RULES)

    (found,) = (each for each in report.findings if each.rule == "EIP209")
    assert "range 10.0.0.0/24 of pool claiming (claimed)" in found.message
    assert "wait" in found.hint
    assert found.consequences == ()


def test_an_overlap_with_another_range_of_a_claiming_pool_is_not_claimed() -> None:
    claim = made_claim("x/1", "n", "2026-01-01T00:00:00Z", pool("c", "10.0.0.0/24").ranges)
    live = read_live_pool(pool_object("claiming", "10.0.1.0/24"))
    live = live._replace(annotations={CLAIM: claim.text})

    report = lint(facts_after_apply([pool("new", "10.0.1.128/25")], [live], None), RULES)

    (found,) = (each for each in report.findings if each.rule == "EIP209")
    assert "range 10.0.1.0/24 of pool claiming" in found.message
    assert "(claimed)" not in found.message
    assert found.consequences


def test_leftover_rules_are_skipped_without_the_server_time() -> None:
    report = lint(Facts((), LATEST, cluster_facts((), None)), select(RULES, ["EIP8"], []))

    skipped = {each.rule: (each.fact, each.why) for each in report.skipped}
    assert skipped.keys() == {"EIP801", "EIP802", "EIP803", "EIP804"}
    assert set(skipped.values()) == {(SERVER_TIME, Why.NOT_REPORTED)}


def test_a_rule_that_only_follows_is_ignored_with_its_causes() -> None:
    without = {rule.id for rule in RULES} - {rule.id for rule in select(RULES, [], ["EIP209"])}
    alone = {rule.id for rule in RULES} - {rule.id for rule in select(RULES, [], ["EIP304"])}

    assert without == {"EIP209", "EIP212", "EIP306"}
    assert alone == {"EIP304"}  # a pool can have no usable address for other reasons as well


def test_rules_are_selected_by_the_beginning_of_the_id() -> None:
    ids = {rule.id for rule in select(RULES, ["EIP2", "EIP301"], ["EIP209", "EIP21"])}

    assert ids == {
        "EIP201", "EIP202", "EIP203", "EIP204", "EIP206", "EIP207", "EIP208", "EIP301",
    }  # fmt: skip


def test_an_accepted_overlap_does_not_count_until_it_expires() -> None:
    facts = Facts([pool("a", "10.0.0.0/24"), pool("b", "10.0.0.64/26")])
    accepted = [Acceptance(frozenset({"a", "b"}), "two VPCs", date(2026, 12, 31))]

    before = lint(facts, RULES, accepted, date(2026, 12, 31))
    after = lint(facts, RULES, accepted, date(2027, 1, 1))

    assert before.findings[0].accepted is accepted[0]
    assert not before.reaches(Severity.INFO)
    assert after.reaches(Severity.ERROR)


def test_an_acceptance_at_a_line_accepts_the_findings_of_its_rule_there() -> None:
    first, second = pool("a", "10.0.0.0/24"), pool("b", "10.0.0.64/26")
    facts = Facts([first, second])
    path: Path = ("spec", "ipRanges", 0)
    places = {
        (id(first), path): Place("pools.yaml", 7, 3),
        (id(second), path): Place("pools.yaml", 17, 3),
    }

    def accepted(line: int, rule: str = "EIP209") -> bool:
        acceptance = Acceptance(frozenset(), "why", None, rule, line=("pools.yaml", line))
        (finding,) = accept(lint(facts, RULES).findings, [acceptance], date.max, places)[0]
        return finding.accepted is not None

    assert accepted(7)
    assert accepted(17)
    assert not accepted(8)
    assert not accepted(7, "EIP208")


def test_pairs_beyond_the_limit_are_counted_as_errors() -> None:
    report = run(*(pool(f"p{number}", "10.0.0.0/24") for number in range(200)))

    assert len(report.findings) + report.unlisted == 200 * 199 // 2
    assert len(report.findings) < 200 * 21
    assert {each.subject.pool.name for each in report.findings} | {
        each.other.pool.name for each in report.findings if each.other
    } == {f"p{number}" for number in range(200)}


def test_an_overlap_after_many_others_is_listed() -> None:
    same = [pool(f"p{number}", "10.0.0.0/24") for number in range(150)]
    report = run(*same, pool("x", "192.168.0.0/24"), pool("y", "192.168.0.128/25"))

    assert any(each.subject.pool.name == "y" for each in report.findings)


def test_a_long_pool_defined_twice_does_not_hide_an_overlap() -> None:
    texts = [f"10.{number >> 8}.{number & 255}.0/30" for number in range(12_000)]
    report = run(
        pool("a", *texts, origin=Origin(0)), pool("a", *texts, origin=Origin(1)),
        pool("x", "192.168.0.0/24"), pool("y", "192.168.0.128/25"),
    )  # fmt: skip

    assert [each.rule for each in report.findings] == ["EIP112", "EIP209"]
    assert report.unlisted == 0


def test_unlisted_overlaps_fail_the_check() -> None:
    facts = Facts([pool(f"p{number}", "10.0.0.0/24") for number in range(60)])
    names = [f"p{number}" for number in range(60)]
    accepted = [Acceptance(frozenset({a, b}), "x") for a in names for b in names if a < b]

    report = lint(facts, select(RULES, ["EIP209"], []), accepted)

    assert report.unlisted
    assert report.reaches(Severity.ERROR)


def test_unlisted_overlaps_within_each_group_are_counted() -> None:
    facts = Facts([pool("a", *(f"10.0.0.0-10.0.0.{100 + number}" for number in range(22)))])
    groups = [PoolGroup(GroupKind.DIRECTORY, name) for name in "ab"]
    rules = select(RULES, ["EIP208"], [])

    report = lint_groups([(each, facts, lint(facts, rules)) for each in groups], rules)[1]

    assert report.unlisted == 2


def test_unlisted_overlaps_fail_a_check_of_one_pool_by_itself() -> None:
    """The overlap of pool a is not among the listed ones, which are all of two pools."""
    others = [pool(f"p{number}", "10.0.0.0/24") for number in range(30)]
    own = pool("a", "10.0.0.64/26", "10.0.0.80/28")
    report = run(*others, own, rules=select(RULES, ["EIP208"], []))

    assert report.reaches(Severity.ERROR)


def test_no_finding_reaches_no_threshold_and_an_accepted_one_reaches_none() -> None:
    a, b = pool("a", "10.0.0.0/24"), pool("b", "10.0.0.0/24")
    overlap = Acceptance(frozenset({"a", "b"}), "why")
    report, accepted = run(a, b), lint(Facts([a, b]), RULES, [overlap])
    warning = run(pool("a", "10.0.0.0/24", zone="x"), rules=select(RULES, ["EIP109"], []))

    reached = [[each.reaches(one) for one in Severity] for each in (report, warning, accepted)]
    assert reached == [[True] * 3, [False, True, True], [False] * 3]
    assert not report.reaches(None)
    assert not Report(()).reaches(Severity.INFO)
    assert [each.rank for each in Severity] == [0, 1, 2]


def test_findings_are_in_the_order_of_documents_lines_and_columns() -> None:
    fields: dict[str, Any] = {"alpha": 1, "beta": 2, "gamma": 3}
    last, first = (
        pool(name, "10.0.0.0", origin=Origin(number), **fields)
        for name, number in (("a", 1), ("b", 0))
    )
    live = pool("live", "10.9.0.0", **fields)
    lines = {"alpha": (9, 1), "beta": (5, 3), "gamma": (5, 2)}
    places: dict[tuple[int, Path], Place] = {
        (id(each), ("spec", name)): Place("f.yaml", line, column)
        for each in (first, last)
        for name, (line, column) in lines.items()
    }

    report = run(last, first, live, rules=select(RULES, ["EIP109"], [])).in_order_of(places)

    found = [(each.subject.pool.name, each.subject.path[-1]) for each in report.findings]
    by_line = ["gamma", "beta", "alpha"]
    assert found == [
        *(("live", name) for name in fields),
        *((first.name, name) for name in by_line),
        *((last.name, name) for name in by_line),
    ]


def test_the_findings_about_some_pools_are_those_of_either_side_and_of_rules_about_all() -> None:
    pools = [pool(name, "10.0.0.0/24", zone=1) for name in ("a", "b", "c")]
    other = pool("d", "10.0.0.0/8")
    report = run(*pools, other, rules=select(RULES, ["EIP109", "EIP209", "EIP403"], []))

    def found(*about: Pool, always: tuple[str, ...] = ()) -> set[tuple[str, str]]:
        kept = report.about({id(each) for each in about}, always)
        return {
            (each.rule, "".join(side.label for side in (each.subject, each.other) if side))
            for each in kept.findings
        }

    assert found() == set()
    assert found(pools[1]) == {
        ("EIP109", "b"),
        ("EIP209", "ba"),
        ("EIP209", "cb"),
        ("EIP209", "db"),
    }
    assert found(pools[1], always=("EIP109", "EIP403")) == {
        *found(pools[1]),
        ("EIP109", "a"),
        ("EIP109", "c"),
        ("EIP403", "d"),
    }


def test_acceptances_without_a_finding_have_the_places_where_they_are_written() -> None:
    written = Acceptance(frozenset({"a", "b"}), "why", place=Place("f.yaml", 7, 3))
    elsewhere = Acceptance(frozenset({"a", "c"}), "why")

    report = lint(Facts([pool("a")]), RULES, [written, elsewhere])

    (idle,) = [each for each in report.idle if each.acceptance is written]
    assert len(report.idle) == 2
    assert report.places_of_acceptances == {(id(idle.reference), ()): Place("f.yaml", 7, 3)}


def test_ranges_with_an_ipv6_address_are_found_also_if_they_are_invalid() -> None:
    texts = ("10.0.0.9-10.0.0.1", "fd00::9-fd00::1", "fd00::/64", "10.0.0.0/24", "10.0.0.1-fd00::1")

    found = Facts([pool("a", *texts, "x/y")]).ipv6_ranges

    assert [each.text for _, _, each in found] == [texts[1], texts[2], texts[4]]


def test_a_rule_is_loaded_by_its_id() -> None:
    assert [load_rule(each.id).id for each in RULES] == [each.id for each in RULES]


def test_only_pools_are_faulty() -> None:
    case = next(each for each in read_cases() if each["name"].startswith("EIP601 an Egress of"))

    report = report_of(case)

    assert [each.severity for each in report.findings] == [Severity.ERROR] * 2
    assert report.faulty == frozenset()


def test_accepted_findings_are_not_counted() -> None:
    a, b = pool("a", "10.0.0.0/24", zone=1), pool("b", "10.0.0.0/24")
    overlap = Acceptance(frozenset({"a", "b"}), "why")
    rules = select(RULES, ["EIP109", "EIP209"], [])

    counted = [lint(Facts([a, b]), rules, each).counts() for each in ([], [overlap])]
    assert [[*each.values()] for each in counted] == [[1, 1, 0], [0, 1, 0]]


def test_twenty_overlaps_of_one_range_with_earlier_ones_are_listed() -> None:
    ranges = [f"10.0.0.0-10.0.0.{100 + number}" for number in range(22)]

    assert [run(pool("a", *ranges[:number])).unlisted for number in (21, 22)] == [0, 1]


specs = st.lists(st.lists(any_spelling, min_size=1, max_size=3), min_size=1, max_size=4)


@examples(500)
@given(specs, st.sampled_from([Release(1, 15, 1), Release(2, 4, 2), LATEST]))
def test_check_finds_every_reason_of_admission(specs, release) -> None:
    pools = [
        Pool(f"p{number}", tuple(read_range(text) for text in texts))
        for number, texts in enumerate(specs)
    ]
    errors = {
        (each.rule, each.subject.pool.name)
        for each in run(*pools, release=release).findings
        if each.severity is Severity.ERROR
    }

    for number, new in enumerate(pools):
        result = verdict(Operation.CREATE, new, None, KnownPools(pools[:number]), release)
        for reason in result.reasons if isinstance(result, Refused) else ():
            assert (reason.rule, new.name) in errors
    if release.line is Line.V1_15:
        assert not any(rule == "EIP212" for rule, _ in errors)


def test_only_an_invalid_range_leads_to_eip211() -> None:
    release = Release(1, 15, 1)
    subnet = {"gateway": "010.0.0.1", "prefixLength": 24}

    denials = select(RULES, ["EIP2"], [])

    (gateway,) = run(pool("a", subnetInfo=subnet), release=release, rules=denials).findings
    (cidr,) = run(pool("a", "010.0.0.0/24"), release=release, rules=denials).findings

    assert (gateway.consequences, cidr.consequences) == ((), ("EIP211",))
    assert "not enforced by Antrea 1.15.1" in cidr.message


def test_an_overlap_on_1_15_is_reported_as_not_enforced() -> None:
    report = run(pool("a", "10.0.0.0/24"), pool("b", "10.0.0.0/25"), release=Release(1, 15, 1))

    assert "not enforced by Antrea 1.15.1" in report.findings[0].message


def test_a_range_across_both_families_gets_a_hint_for_two_ranges() -> None:
    report = run(pool("a", "::1-::ffff:a00:1"))

    hints = {each.rule: each.hint for each in report.findings}
    assert hints["EIP302"] == "use two ranges, with IPv4 addresses in IPv4 form"


def groups(**pools: list[Pool]) -> list[tuple[PoolGroup, Facts, Report]]:
    found = []
    for name, own in pools.items():
        facts = Facts(own)
        found.append((PoolGroup(GroupKind.CLUSTER, name), facts, lint(facts, RULES)))
    return found


def test_an_overlap_of_two_clusters_names_both() -> None:
    reports = groups(prod=[pool("edge", "10.0.0.0/24")], lab=[pool("edge", "10.0.0.128/25")])

    _, report = lint_groups(reports, RULES)

    (finding,) = report.findings
    assert finding.message == (
        "range 10.0.0.128/25 of pool edge in cluster lab overlaps with"
        " range 10.0.0.0/24 of pool edge in cluster prod"
    )
    assert finding.other is not None
    assert (finding.subject.label, finding.other.label) == ("lab/edge", "prod/edge")
    assert finding.group is None


def test_findings_keep_their_cluster_and_skipped_rules_are_listed_once() -> None:
    reports = groups(prod=[pool("a", "10.0.0.9/24")], lab=[pool("b", "10.0.1.9/24")])

    _, report = lint_groups(reports, RULES)

    assert [(each.rule, each.group and each.group.name) for each in report.findings] == [
        ("EIP410", "prod"),
        ("EIP410", "lab"),
    ]
    assert report.skipped == reports[0][2].skipped


def test_a_rule_that_ran_in_one_cluster_is_skipped_in_the_other_one() -> None:
    reports = groups(prod=[], lab=[])
    live = Facts((), LATEST, cluster_facts((), None))
    reports.append((PoolGroup(GroupKind.CLUSTER, "live"), live, lint(live, RULES)))

    _, report = lint_groups(reports, RULES)

    assert [each.group and each.group.name for each in report.skipped if each.rule == "EIP210"] == [
        "prod",
        "lab",
    ]


@pytest.mark.parametrize(
    ("names", "rule", "one_pool", "accepted"),
    [
        (["prod/edge", "lab/edge"], "", False, {"EIP517"}),
        (["prod/*", "lab/*"], "", False, {"EIP517"}),
        (["prod/*", "lab/edge"], "EIP517", False, {"EIP517"}),
        (["edge", "other"], "", False, {"EIP209"}),
        (["prod/edge", "prod/other"], "", False, {"EIP209"}),
        (["lab/edge", "lab/other"], "", False, set()),
        (["prod/other", "lab/edge"], "", False, set()),
        (["edge"], "EIP517", True, {"EIP517"}),
        (["lab/edge"], "EIP517", True, {"EIP517"}),
        (["other/edge"], "EIP517", True, set()),
    ],
)
def test_an_acceptance_applies_to_the_named_clusters(
    names: list[str], rule: str, accepted: set[str], *, one_pool: bool
) -> None:
    reports = groups(
        prod=[pool("edge", "10.0.0.0/24"), pool("other", "10.0.0.200-10.0.0.201")],
        lab=[pool("edge", "10.0.0.0/28")],
    )
    facts, report = lint_groups(reports, RULES)
    acceptance = Acceptance(frozenset(names), "why", None, rule, one_pool=one_pool)

    judged = report.accepting([acceptance], date(2026, 1, 1))
    idle = judged.with_idle_acceptances(facts, RULES).findings[len(judged.findings) :]

    assert {each.rule for each in judged.findings if each.accepted} == accepted
    # One that accepts nothing is reported if all of its pools are there.
    assert [each.rule for each in idle] == (["EIP805"] if names[0] == "prod/other" else [])


def test_an_acceptance_of_overlaps_between_clusters_is_not_judged_in_one_cluster() -> None:
    facts = Facts([pool("edge", "10.0.0.0/24")])
    named = Acceptance(frozenset({"edge"}), "why", None, "EIP517", one_pool=True)
    between = Acceptance(frozenset({"prod/*", "lab/*"}), "why")

    report = lint(facts, RULES, [named, between]).with_idle_acceptances(facts, RULES)

    assert report.findings == ()


def test_a_finding_has_the_group_of_both_sides() -> None:
    reports = groups(
        prod=[pool("a", "10.0.0.0/24"), pool("b", "10.0.0.0/28")], lab=[pool("c", "10.0.0.64/28")]
    )

    found = lint_groups(reports, select(RULES, ["EIP209", "EIP517"], []))[1].findings

    named = [(each.rule, each.group and each.group.name) for each in found]
    assert sorted(named, key=str) == [("EIP209", "prod"), ("EIP517", None)]


def test_overlaps_between_clusters_beyond_the_limit_are_counted() -> None:
    same = [pool(f"p{number}", "10.0.0.0/24") for number in range(60)]
    rules = select(RULES, ["EIP517"], [])
    reports = [(group, facts, lint(facts, rules)) for group, facts, _ in groups(a=same, b=same)]

    _, report = lint_groups(reports, rules)

    assert len(report.findings) + report.unlisted == 60 * 60
    assert report.unlisted
    assert report.reaches(Severity.ERROR)


def test_subnets_that_differ_only_in_vlan_count_separately() -> None:
    subnets = [{"gateway": f"10.0.{each}.9", "prefixLength": 24} for each in range(17)]
    tagged = {**subnets[0], "vlan": 1}
    pools = [pool(f"p{each}", subnetInfo=info) for each, info in enumerate([*subnets, tagged])]
    rules = select(RULES, ["EIP510"], [])

    assert not run(*pools[:-1], rules=rules).findings
    assert len(run(*pools, rules=rules).findings) == 1

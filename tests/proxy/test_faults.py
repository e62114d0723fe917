"""The choice of requests for faults: repeatable, and as frequent as requested."""

from collections import Counter

import pytest

from tests.proxy.faults import (
    Dice,
    Drip,
    Fault,
    Request,
    ResetAfter,
    ResetBefore,
    Rule,
    Status,
    standard_faults,
    status_body,
)

POOLS = "/apis/crd.antrea.io/v1beta1/externalippools"
CREATE = Request("POST", POOLS)
READ = Request("GET", f"{POOLS}/a")
WATCH = Request("GET", POOLS, "watch=true&resourceVersion=5")
A, B = ResetBefore(), ResetAfter()


def thrown(dice: Dice, request: Request, count: int) -> list[Fault | None]:
    return [dice.throw(request) for _ in range(count)]


def test_the_same_seed_gives_the_same_faults() -> None:
    first, again, other = (
        thrown(Dice(seed, standard_faults(0.1)), CREATE, 200) for seed in (1, 1, 2)
    )

    assert first == again
    assert first != other


def test_other_requests_do_not_change_the_faults() -> None:
    dice, busy = Dice(1, standard_faults(0.1)), Dice(1, standard_faults(0.1))
    expected = thrown(dice, CREATE, 50)

    found = []
    for _ in range(50):
        busy.throw(READ)
        busy.throw(WATCH)
        found.append(busy.throw(CREATE))

    assert found == expected


def test_the_sequence_continues_when_rules_change() -> None:
    dice, whole = Dice(1, standard_faults(0.1)), Dice(1, standard_faults(0.1))
    expected = thrown(whole, CREATE, 100)

    found = thrown(dice, CREATE, 50)
    dice.rules = standard_faults(0.1)

    assert found + thrown(dice, CREATE, 50) == expected


def test_standard_faults_are_equally_frequent() -> None:
    found = Counter(thrown(Dice(7, standard_faults(0.06)), CREATE, 10_000))

    assert len(found) == 9
    kinds = Counter(
        each.code if isinstance(each, Status) else type(each) for each in found.elements()
    )
    passed = kinds.pop(type(None))
    assert len(kinds) == 7
    assert all(500 < count < 700 for count in kinds.values()), kinds
    assert 5_500 < passed < 6_100


def test_probabilities_of_rules_are_added() -> None:
    found = thrown(Dice(1, [Rule(A, 0.5), Rule(B, 0.5)]), CREATE, 100)

    assert set(found) == {A, B}


def test_without_rules_there_are_no_faults() -> None:
    assert thrown(Dice(1), CREATE, 3) == [None] * 3


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule(A), [A, A, A, A]),
        (Rule(A, times=2), [A, A, None, None]),
        (Rule(A, after=1), [None, A, A, A]),
        (Rule(A, after=1, times=1), [None, A, None, None]),
        (Rule(A, probability=0), [None] * 4),
        (Rule(A, times=0), [None] * 4),
    ],
)
def test_a_rule_applies_by_its_times_and_after(rule: Rule, expected: list[Fault | None]) -> None:
    assert thrown(Dice(1, [rule]), CREATE, 4) == expected


def test_rules_apply_one_after_another() -> None:
    dice = Dice(1, [Rule(A, times=1), Rule(B, after=2, times=1), Rule(Drip(1), methods=["GET"])])

    assert thrown(dice, CREATE, 4) == [A, None, B, None]


def test_new_rules_count_from_the_start() -> None:
    dice = Dice(1, [Rule(A, times=1)])
    thrown(dice, CREATE, 2)

    dice.rules = dice.rules

    assert thrown(dice, CREATE, 2) == [A, None]


@pytest.mark.parametrize(
    ("rule", "fitting"),
    [
        (Rule(A), {CREATE, READ, WATCH}),
        (Rule(A, methods=("POST", "PUT")), {CREATE}),
        (Rule(A, path="externalippools$"), {CREATE, WATCH}),
        (Rule(A, path="externalippools/a"), {READ}),
        (Rule(A, watch=True), {WATCH}),
        (Rule(A, watch=False), {CREATE, READ}),
        (Rule(A, methods=["DELETE"]), set()),
    ],
)
def test_a_rule_applies_to_matching_requests(rule: Rule, fitting: set[Request]) -> None:
    assert {each for each in (CREATE, READ, WATCH) if rule.fits(each)} == fitting


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "/"),
        ("", ""),
        ("/readyz", "/readyz"),
        (POOLS, POOLS),
        (f"{POOLS}/a", f"{POOLS}/*"),
        (f"{POOLS}/a/status", f"{POOLS}/*/status"),
        ("/api/v1/namespaces/n", "/api/v1/namespaces/*"),
        ("/api/v1/namespaces/n/services/s", "/api/v1/namespaces/*/services/*"),
    ],
)
def test_paths_are_reduced_to_their_kind(path: str, kind: str) -> None:
    assert Request("GET", path).kind == kind


@pytest.mark.parametrize(
    ("query", "is_watch"),
    [("", False), ("watch=true", True), ("a=b&watch=1", True), ("watch=false", False)],
)
def test_watch_requests_are_recognised(query: str, is_watch: bool) -> None:
    request = Request("GET", POOLS, query)

    assert request.is_watch is is_watch
    assert request.kind.endswith("?watch") is is_watch


def test_a_status_has_the_usual_reason_or_none() -> None:
    assert b'"reason": "InternalError"' in status_body(500, "m")
    assert b"reason" not in status_body(418, "m")

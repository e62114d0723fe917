"""Messages of Antrea and the API server are recognized in the forms in which users paste them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ippoolctl.domain.antrea.messages import denied
from ippoolctl.domain.explanation.advice import ADVICE, rules_for
from ippoolctl.domain.explanation.recognition import Message, MessageKind, find_messages
from ippoolctl.domain.lint.rules import RULES
from tests.builders import ROOT

MESSAGES = [
    (text, kind)
    for row in (Path(__file__).with_name("messages.txt").read_text("utf-8").splitlines())
    for kind, _, text in [row.partition(": ")]
]
"""Every wording of Antrea 1.2 to 2.7 and of the API server, and its kind."""


@pytest.mark.parametrize(("text", "kind"), MESSAGES)
def test_every_wording_is_found_as_pasted_in_json_and_in_a_log(text: str, kind: str) -> None:
    in_json = json.dumps({"status": "Failure", "message": text, "code": 400})
    in_a_log = f"\x1b[31m2026-11-28T10:00:00Z ERROR step 3: {text}\x1b[0m"

    for each in (text, f"error: {text}", in_json, in_a_log):
        assert [found.kind for found in find_messages([each])] == [MessageKind(kind)], each


def test_every_kind_has_a_wording_and_its_rules_exist() -> None:
    known = {rule.id for rule in RULES}

    assert {kind for _, kind in MESSAGES} == {each.value for each in MessageKind} == {*ADVICE}
    for text, _ in MESSAGES:
        for found in find_messages([text]):
            assert {*rules_for(found)} <= known


def recorded_sentences() -> Iterator[str]:
    for path in sorted((ROOT / "tests" / "truth").glob("antrea-*.jsonl")):
        with Path(path).open(encoding="utf-8") as rows:
            for row in rows:
                answer = json.loads(row)
                if answer.get("sentence"):
                    yield answer["sentence"]


def test_every_recorded_sentence_is_the_webhooks() -> None:
    sentences = {*recorded_sentences()}
    unknown = [
        each
        for each in sentences
        for found in [find_messages([denied(each)])]
        if not found or found[0].kind is MessageKind.OTHER_DENIAL
    ]

    assert len(sentences) > 1_000
    assert not unknown


def test_an_overlap_message_is_parsed_into_its_parts() -> None:
    text = "range [10.0.0.0/24] overlaps with range [10.0.0.1-10.0.0.2] of ExternalIPPool a-1.b."

    assert find_messages([text]) == (
        Message(
            MessageKind.OVERLAP,
            text.rstrip("."),
            pool="a-1.b",
            own="10.0.0.0/24",
            other="10.0.0.1-10.0.0.2",
        ),
    )


def test_a_log_gives_each_message_once_with_its_first_line() -> None:
    overlap = denied("range [10.0.0.0/24] overlaps with range [10.0.0.0/24] of pool a")
    rows = ["start", overlap, "retrying", overlap, "no Node available", overlap]

    found = find_messages(rows)

    assert [(each.kind.value, each.line, each.count) for each in found] == [
        ("overlap", 2, 3),
        ("no-node", 5, 1),
    ]


def test_a_log_that_is_one_line_of_json_gives_each_message() -> None:
    lines = [
        denied("range [10.0.0.0/24] overlaps with range [10.0.0.0/25] of pool a"),
        'Error from server (AlreadyExists): externalippools.crd.antrea.io "b" already exists',
        "range [fd00::/64] overlaps with range [fd00::/64] of pool c, no Node available",
    ]

    found = find_messages([json.dumps({"log": "\n".join(lines)})])

    assert [(each.kind.value, each.pool) for each in found] == [
        ("overlap", "a"),
        ("name-exists", "b"),
        ("overlap", "c"),
        ("no-node", ""),
    ]


def test_each_repetition_in_a_line_without_breaks_counts() -> None:
    call = 'failed calling webhook "externalippoolvalidator.antrea.io": EOF; '

    found = find_messages([call * 1_000])

    # Long lines are searched in pieces, and a piece can end within a message.
    assert 990 <= sum(each.count for each in found) <= 1_010


def test_an_unauthorized_status_in_json_is_recognized() -> None:
    (found,) = find_messages(['{"kind":"Status","message":"Unauthorized","code":401}'])

    assert found.kind is MessageKind.UNAUTHORIZED


def test_a_message_wrapped_by_a_terminal_is_found() -> None:
    rows = [
        "Error from server: range [10.0.0.0/24] overlaps",
        "  with range [10.0.0.0/24] of pool a",
    ]

    (found,) = find_messages(rows)

    assert (found.kind, found.pool, found.own) == (MessageKind.OVERLAP, "a", "10.0.0.0/24")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "all pods are ready",
        "parse error: invalid CIDR address: 10.0.0.0/99",
        "the range of values overlaps with another range",
        'deployments.apps "web" already exists',
    ],
)
def test_other_text_contains_no_message(text: str) -> None:
    assert find_messages([text]) == ()

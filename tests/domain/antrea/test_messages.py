"""Denial messages are built and parsed back in every release line."""

import pytest

from ippoolctl.domain.addresses.ranges import BadRange, IPRange, RangeError, read_range
from ippoolctl.domain.antrea import messages
from ippoolctl.domain.antrea.messages import Denial, DenialKind, denied, find_sentence, parse_denial
from ippoolctl.domain.antrea.pool import SubnetInfo
from ippoolctl.domain.antrea.releases import Line
from tests.builders import spelling

SUBNET = SubnetInfo("10.0.0.1", 24)


def readable(text: str) -> IPRange:
    found = read_range(spelling(text))
    assert isinstance(found, IPRange)
    return found


def faulty(text: str) -> BadRange:
    found = read_range(spelling(text))
    assert isinstance(found, BadRange)
    return found


@pytest.mark.parametrize("line", [Line.V2_0, Line.V2_4_3])
def test_an_overlap_with_another_pool_is_parsed(line: Line) -> None:
    sentence = messages.overlaps_other("10.0.0.0/25", "10.0.0.0/24", "a-b.c", line)

    assert parse_denial(denied(sentence)) == Denial(
        DenialKind.OVERLAP, sentence, "10.0.0.0/25", "10.0.0.0/24", "a-b.c"
    )


def test_an_overlap_inside_a_pool_names_no_pool() -> None:
    sentence = messages.overlaps_own(readable("fd00::1-fd00::9"), readable("fd00::/120"))
    denial = parse_denial(denied(sentence))

    assert denial == Denial(DenialKind.OVERLAP, sentence, "fd00::1-fd00::9", "fd00::/120", None)


@pytest.mark.parametrize("line", Line)
@pytest.mark.parametrize("text", ["10.0.1.0/24", "10.0.1.1-10.0.1.9"])
def test_every_line_has_a_sentence_for_removed_ranges_and_subnets(line: Line, text: str) -> None:
    removed = messages.removed([text, "10.0.0.0/24", text], line)
    outside = messages.outside_subnet(spelling(text), SUBNET, line)

    assert f"[10.0.0.0/24 {text}]" in removed
    assert parse_denial(denied(removed)) == Denial(DenialKind.REMOVED, removed)
    assert parse_denial(denied(outside)) == Denial(DenialKind.SUBNET, outside)


@pytest.mark.parametrize(
    ("line", "verb"),
    [
        (Line.V1_15, "deleted"),
        (Line.V2_0, "deleted"),
        (Line.V2_4_3, "updated or deleted"),
    ],
)
def test_removed_ranges_are_denied_in_the_words_of_each_line(line: Line, verb: str) -> None:
    words = f"existing IPRanges [10.0.0.0/24] cannot be {verb}"

    assert messages.removed(["10.0.0.0/24"], line) == words


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        (messages.unreadable(faulty("010.0.0.0/24")), DenialKind.PARSE),
        (messages.unreadable(faulty("010.0.0.1-10.0.0.2")), DenialKind.PARSE),
        (messages.unreadable(faulty("10.0.0.1-10.0.0.02")), DenialKind.PARSE),
        (messages.unreadable(faulty("10.0.0.1-fd00::1")), DenialKind.FAMILY),
        (messages.unreadable(faulty("10.0.0.9-10.0.0.1")), DenialKind.ORDER),
        (messages.invalid_gateway("010.0.0.1"), DenialKind.PARSE),
        (messages.invalid_prefix_length(32), DenialKind.PARSE),
        (messages.invalid_network("010.0.0.0/24"), DenialKind.PARSE),
        ("a sentence of a later release", DenialKind.OTHER),
    ],
)
def test_each_sentence_has_its_kind(sentence: str, kind: DenialKind) -> None:
    assert parse_denial(denied(sentence)) == Denial(kind, sentence)


def test_a_prefix_of_kubectl_is_ignored() -> None:
    sentence = messages.overlaps_other("10.0.0.0/25", "10.0.0.0/24", "a", Line.V2_4_3)
    printed = f'Error from server: error when creating "f.yaml": {denied(sentence)}\n'
    found = parse_denial(printed)

    assert found is not None
    assert found.pool == "a"


@pytest.mark.parametrize(
    "message",
    [
        "",
        'admission webhook "other.example.com" denied the request: range [a] overlaps',
        'failed calling webhook "externalippoolvalidator.antrea.io": EOF',
    ],
)
def test_other_messages_are_not_denials_of_antrea(message: str) -> None:
    assert parse_denial(message) is None


@pytest.mark.parametrize("line", Line)
def test_a_sentence_is_found_in_a_line_of_a_log(line: Line) -> None:
    overlap = messages.overlaps_other("10.0.0.0/25", "10.0.0.0/24", "a", line)
    outside = messages.outside_subnet(spelling("10.0.1.0/24"), SUBNET, line)

    assert find_sentence(f'E1 "denied" err="{overlap}" name="x"') == Denial(
        DenialKind.OVERLAP, overlap, "10.0.0.0/25", "10.0.0.0/24", "a"
    )
    assert find_sentence(f'err="{outside}"') == Denial(DenialKind.SUBNET, outside)
    assert find_sentence("range [10.0.0.0/25] is fine") is None


def test_a_sentence_for_people_has_no_placeholder_of_go() -> None:
    assert messages.in_words('<nil>: Invalid value: "": must be one of') == "must be one of"
    assert messages.in_words("name: Required value") == "name: Required value"


def test_a_range_that_the_schema_refuses_has_no_sentence_of_the_webhook() -> None:
    with pytest.raises(ValueError, match="webhook"):
        messages.unreadable(BadRange(spelling("x/99"), RangeError.SCHEMA))

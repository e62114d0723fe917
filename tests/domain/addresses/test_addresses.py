"""Addresses and CIDRs read as Go reads them, by its recorded answers."""

import ipaddress
from itertools import combinations_with_replacement
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.addresses import numbers, parsers
from ippoolctl.domain.addresses.numbers import IPV6, address_text, canonical_text
from ippoolctl.domain.addresses.parsers import parse_addr, parse_prefix
from tests.builders import HERE, json_lines
from tests.examples import examples

RECORDED = list(json_lines(HERE / "go_answers" / "parsers.jsonl"))


def ours(text: str) -> dict[str, Any]:
    addr, ip = parse_addr(text), parsers.parse_ip(text)
    prefix, net = parse_prefix(text), parsers.parse_cidr(text)
    return {
        "schema_cidr": parsers.is_schema_cidr(text),
        "schema_ipv4": parsers.is_schema_ipv4(text),
        "schema_ipv6": parsers.is_schema_ipv6(text),
        "addr": None if addr is None else [numbers.width(addr), str(addr % IPV6)],
        "ip": None if ip is None else [4 if ip < IPV6 else 6, str(ip % IPV6), canonical_text(ip)],
        "prefix": prefix and [prefix.width, str(prefix.first % IPV6), prefix.bits],
        "net": net and [net.width, str(net.first % IPV6), net.bits],
    }


def test_every_parser_agrees_with_go() -> None:
    for answer in RECORDED:
        said = {key: answer.get(key) for key in ours("")}
        said["addr"] = said["addr"] and said["addr"][:2]

        assert ours(answer["text"]) == said, answer["text"]


def test_the_recorded_texts_try_each_parser_both_ways() -> None:
    for parser in ours(""):
        accepted = sum(bool(answer.get(parser)) for answer in RECORDED)

        assert 40 < accepted < len(RECORDED) - 1_000, parser


@examples(300)
@given(st.one_of(st.integers(0, 2**32 - 1), st.integers(0, 2**128 - 1).map(lambda v: v + IPV6)))
def test_text_is_that_of_rfc_5952_and_reads_back(ordinal: int) -> None:
    text = address_text(ordinal)

    assert parse_addr(text) == ordinal
    if not numbers.is_ipv4_mapped(ordinal):
        assert text == str(ipaddress.ip_address(text)) == numbers.canonical_text(ordinal)


@given(st.integers(0, 2**32 - 1))
def test_a_mapped_address_is_shown_as_ipv6_and_is_canonical_as_ipv4(value: int) -> None:
    mapped = numbers.IPV4_MAPPED + value

    assert parse_addr(address_text(mapped)) == mapped
    assert numbers.canonical_text(mapped) == address_text(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "::"),
        (1, "::1"),
        (0x10000, "::1:0"),
        (0x7F000001, "::7f00:1"),
        (0xFFFFFFFF, "::ffff:ffff"),
        (1 << 32, "::1:0:0"),
    ],
)
def test_the_ipv4_compatible_block_is_written_in_groups(value: int, text: str) -> None:
    assert address_text(IPV6 + value) == text


def test_an_ipv4_mapped_network_is_ipv6_and_never_overlaps_ipv4() -> None:
    mapped, plain = parse_prefix("::ffff:10.0.0.0/120"), parse_prefix("10.0.0.0/24")

    assert mapped
    assert plain
    assert mapped.first > plain.last
    assert numbers.is_ipv4_mapped(mapped.first)


def test_a_prefix_length_of_any_number_of_digits_is_read() -> None:
    assert parsers.parse_cidr(f"10.0.0.0/{'9' * 5_000}") is None
    assert not parsers.is_schema_cidr(f"10.0.0.0/{'9' * 5_000}")
    assert parsers.parse_cidr(f"10.0.0.0/{'0' * 5_000}24") == parse_prefix("10.0.0.0/24")


def test_the_span_of_a_prefix_is_that_of_its_network() -> None:
    for answer in RECORDED:
        network = parse_prefix(answer["text"])

        span = parsers.prefix_span(answer["text"])

        assert span == (network and (network.first, network.last))


@pytest.mark.parametrize("base", [parse_addr("10.0.0.0"), parse_addr("2001:db8::")])
def test_addresses_are_written_as_a_block_if_they_are_one_network(base: int) -> None:
    for first, last in combinations_with_replacement(range(17), 2):
        start, end = address_text(base + first), address_text(base + last)
        networks = list(
            ipaddress.summarize_address_range(
                ipaddress.ip_address(start), ipaddress.ip_address(end)
            )
        )

        text = numbers.block_text(base + first, base + last)

        if first == last:
            assert text == start
        elif len(networks) == 1:
            assert text == str(networks[0])
        else:
            assert text == f"{start}-{end}"


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(29, 32)), max_size=9))
def test_the_outermost_networks_are_those_inside_no_other(drawn: list[tuple[int, int]]) -> None:
    networks = [numbers.masked(first, bits) for first, bits in drawn]
    every = {ipaddress.IPv4Network((each.first, each.bits)) for each in networks if each}
    outermost = [
        each for each in every if not any(each != of and each.subnet_of(of) for of in every)
    ]

    found = numbers.outermost(each for each in networks if each)

    assert [numbers.network_text(each) for each in found] == [
        str(each) for each in sorted(outermost)
    ]

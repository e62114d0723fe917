"""The probable meaning of ranges in the notation of other tools."""

import pytest

from ippoolctl.domain.addresses.intended import (
    exceeded_length,
    intended_address,
    intended_ends,
    intended_length,
    intended_range,
    intended_ranges,
    network_text,
    unambiguous_ranges,
)


def texts(found: object) -> list[str]:
    assert isinstance(found, tuple)
    return [each.text for each in found]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("10.0.0.10-10.0.0.20", "10.0.0.10-10.0.0.20"),
        ("[ 10.0.0.10 \N{EN DASH} 10.0.0.20 ]", "10.0.0.10-10.0.0.20"),
        ("10.0.0.10 to 10.0.0.20", "10.0.0.10-10.0.0.20"),
        ("10.0.0.10..10.0.0.20", "10.0.0.10-10.0.0.20"),
        ("10.0.0.10-20", "10.0.0.10-10.0.0.20"),
        ("10.0.0.10-10", "10.0.0.10-10.0.0.10"),
        ("fd00::1-fd00::9", "fd00::1-fd00::9"),
        ("010.000.0.10", "10.0.0.10-10.0.0.10"),
        ("10.0.0.7/32", "10.0.0.7-10.0.0.7"),
        ("fd00::7/128", "fd00::7-fd00::7"),
        ("10.0.0.0/255.255.255.0", "10.0.0.0/24"),
        ("10.0.0.0/0.0.0.0", "10.0.0.0/0"),
        ("10.0.0.0/255.255.255.255", "10.0.0.0-10.0.0.0"),
        ("10.0.0.5/24 - 10.0.0.9/24", "10.0.0.5-10.0.0.9"),
        (" 010.0.0.0 / 24 ", "10.0.0.0/24"),
        ("fd00::/64", "fd00::/64"),
        ("10.0.0.0/24-10.0.1.0/24", None),
        ("10.0.0.20-10.0.0.10", None),
        ("10.0.0.20-10", None),
        ("10.0.0.10-300", None),
        ("10.0.0.10-fd00::1", None),
        ("fd00::1-20", None),
        ("::ffff:10.0.0.10-20", None),
        ("10.0.0.10-20/24", None),
        ("10.0.0.0/33", None),
        ("10.0.0.0/255.0.255.0", None),
        ("10.0.0.0/fd00::", None),
        ("10.0.0.0/", None),
        ("fd00::/129", None),
        ("10.0.0.1-10.0.0.2-10.0.0.3", None),
        ("x", None),
        ("", None),
    ],
)
def test_a_range_in_foreign_notation_is_recognized(text: str, meant: str | None) -> None:
    found = intended_range(text)

    assert (found.text if found else None) == meant


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("10.0.0.0/24, 10.0.1.0/24", ["10.0.0.0/24", "10.0.1.0/24"]),
        ("10.0.0.0/24;10.0.1.5", ["10.0.0.0/24", "10.0.1.5-10.0.1.5"]),
        ("10.0.0.0/24 10.0.1.0/24", ["10.0.0.0/24", "10.0.1.0/24"]),
        (["10.0.0.0/24", "10.0.1.1-9"], ["10.0.0.0/24", "10.0.1.1-10.0.1.9"]),
        (["10.0.0.0/24,10.0.1.0/24"], ["10.0.0.0/24", "10.0.1.0/24"]),
        ("10.0.0.0/24, x", []),
        (["10.0.0.0/24", 5], []),
        (5, []),
        (None, []),
        ([], []),
    ],
)
def test_several_ranges_in_one_value_are_recognized(value: object, meant: list[str]) -> None:
    assert texts(intended_ranges(value)) == meant


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("10.0.0.0/255.255.255.0", ["10.0.0.0/24"]),
        ("10.0.0.1-10.0.0.9", ["10.0.0.1-10.0.0.9"]),
        ("10.0.0.5", []),
        ("10.0.0.1-9", []),
        ("10.0.0.9-10.0.0.1", []),
        ("10.0.0.0/24, 10.0.0.5", []),
    ],
)
def test_only_networks_and_two_plain_addresses_are_unambiguous(
    value: object, meant: list[str]
) -> None:
    assert texts(unambiguous_ranges(value)) == meant


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("010.0.0.007", "10.0.0.7"),
        (" 10.0.0.7/24", "10.0.0.7"),
        ("10.0.0.7/32", "10.0.0.7"),
        ("10.0.0.7/33", ""),
        ("10.0.0.7/x", ""),
        ("10.0.0.7/", ""),
        ("fd00::7/128", "fd00::7"),
        ("fd00::7/129", ""),
        ("x", ""),
        ("x/24", ""),
    ],
)
def test_an_address_in_foreign_notation_is_recognized(text: str, address: str) -> None:
    assert intended_address(text) == address


def test_the_ends_of_a_range_are_read_in_any_order() -> None:
    assert intended_ends("10.0.0.9 - 10.0.0.1") == ("10.0.0.9", "10.0.0.1")
    assert intended_ends("10.0.0.9-1") == ("10.0.0.9", "10.0.0.1")
    assert intended_ends("-10.0.0.9") is None
    assert intended_ends("x-9") is None
    assert intended_ends("x-10.0.0.9") is None


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("24", 24),
        (" /24", 24),
        ("128", 128),
        ("129", None),
        ("255.255.255.0", 24),
        ("255.255.255.255", 32),
        ("0.0.0.0", 0),
        ("255.0.255.0", None),
        ("0.0.0.255", None),
        ("ffff::", None),
        ("x", None),
        ("", None),
    ],
)
def test_a_prefix_length_in_foreign_notation_is_recognized(text: str, length: int | None) -> None:
    assert intended_length(text) == length


@pytest.mark.parametrize(
    ("text", "longest"),
    [
        ("10.0.0.0/33", 32),
        ("10.0.0.0 / 64", 32),
        ("fd00::/129", 128),
        ("10.0.0.0/32", None),
        ("fd00::/128", None),
        ("10.0.0.0/x", None),
        ("10.0.0.0", None),
        ("x/33", None),
    ],
)
def test_a_prefix_length_above_the_maximum_of_its_family_is_recognized(
    text: str, longest: int | None
) -> None:
    assert exceeded_length(text) == longest


@pytest.mark.parametrize(
    ("address", "length", "cidr"),
    [
        ("10.0.0.0", 24, "10.0.0.0/24"),
        (" 010.0.0.0", "/24", "10.0.0.0/24"),
        ("10.0.0.0", " 255.255.255.0", "10.0.0.0/24"),
        ("fd00::", 64, "fd00::/64"),
        ("10.0.0.1", 24, ""),
        ("10.0.0.1", 32, ""),
        ("10.0.0.0", 33, ""),
        ("10.0.0.0", None, ""),
        ("10.0.0.0/16", 24, ""),
        ("x", 24, ""),
        (5, 24, ""),
    ],
)
def test_a_network_and_its_length_in_two_fields_are_one_cidr(
    address: object, length: object, cidr: str
) -> None:
    assert network_text(address, length) == cidr

"""Numbers in annotations of Nodes, as Go reads them."""

import pytest

from ippoolctl.crd.surroundings.kinds import read_object
from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.domain.surroundings.node import go_integer


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("+7", 7),
        ("-007", -7),
        ("9000000000000000000", 9 * 10**18),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", None),
        ("-9223372036854775808", -(2**63)),
        ("0" * 10_000 + "5", 5),
        ("", None),
        ("1e3", None),
        (" 1", None),
        ("٣", None),
    ],
)
def test_an_integer_of_64_bits_is_read(text: str, number: int | None) -> None:
    assert go_integer(text) == number


@pytest.mark.parametrize(
    ("text", "limit"), [("2", 2), ("0", 0), ("-1", 0), ("256", 255), ("many", 255)]
)
def test_a_node_can_have_255_egress_addresses_at_most(text: str, limit: int) -> None:
    annotations = {"node.antrea.io/max-egress-ips": text}
    node = read_object(Kind.NODE, {"metadata": {"name": "n1", "annotations": annotations}})

    assert node.egress_ip_limit == limit

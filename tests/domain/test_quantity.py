"""Quantities; the expected messages are those of Kubernetes v1.36 (``resource.ParseQuantity``)."""

import pytest

from ippoolctl.domain.quantity import quantity_error


@pytest.mark.parametrize(
    "text", ["0", "500M", "1.5Ki", "1e3", "-0.5m", "+", "-", ".", "k", "1.", "2E", "1E1", "e-9"]
)
def test_go_reads_a_quantity(text: str) -> None:
    assert quantity_error(text) == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must match the regular expression"),
        ("abc", "must match the regular expression"),
        ("1 M", "must match the regular expression"),
        ("1.5.5", "must match the regular expression"),
        ("1\n", "must match the regular expression"),
        ("1KK", "suffix"),
        ("1e+", "suffix"),
        ("1e99999999999999999999", "suffix"),
        ("e-10", "numeric part"),
        ("Pi", "numeric part"),
    ],
)
def test_go_cannot_read_a_quantity(text: str, message: str) -> None:
    assert message in quantity_error(text)

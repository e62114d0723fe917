"""Which release has which webhook."""

import pytest

from ippoolctl.domain.antrea.releases import Line, Release, parse_release
from ippoolctl.errors import UsageError


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("1.15", Line.V1_15),
        ("v1.15.2", Line.V1_15),
        ("2.0", Line.V2_0),
        ("2.4.2", Line.V2_0),
        ("2.4", Line.V2_4_3),
        ("2.4.3", Line.V2_4_3),
        ("2.5.0", Line.V2_4_3),
        ("v2.7.0-1a2b3c4", Line.V2_4_3),
        ("3.1", Line.V2_4_3),
    ],
)
def test_line_of_a_release(text: str, line: Line) -> None:
    assert parse_release(text).line is line


@pytest.mark.parametrize("text", ["", "2", "two", "2.7.0.1", "1.14.3", "-2.7", "2.7 beta"])
def test_other_text_is_an_error_with_a_hint(text: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_release(text)

    assert error.value.hint


def test_v1alpha2_ends_with_1_15() -> None:
    assert Release(1, 15, 2).served_versions == ("v1alpha2", "v1beta1")
    assert Release(2, 0, 0).served_versions == ("v1beta1",)

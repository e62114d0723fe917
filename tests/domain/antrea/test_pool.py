"""A pool as a value: its key, its label and its fields as text."""

import pytest

from ippoolctl.domain.antrea.pool import Origin, Path, Place, Pool, SchemaViolation, dotted
from tests.builders import live_pool, pool


def test_a_path_is_dotted_as_by_the_api_server() -> None:
    assert dotted(("spec", "ipRanges", 0, "cidr")) == "spec.ipRanges[0].cidr"
    assert dotted(()) == ""


def test_a_place_is_printed_as_file_line_and_column() -> None:
    assert str(Place("a.yaml", 3, 7)) == "a.yaml:3:7"


def test_only_a_pool_without_a_fixed_name_has_its_origin_in_the_key() -> None:
    origin = Origin(2)

    assert Pool("a", (), origin=origin).key == "a"
    assert Pool("a-", (), origin=origin, generated=True).key == ("a-", origin)
    assert Pool("", (), origin=origin).key == ("", origin)


def test_a_pool_without_a_name_has_a_label() -> None:
    assert [Pool(each, ()).label for each in ("a", "")] == ["a", "(without a name)"]


def test_a_pool_is_stored_if_it_is_live_or_its_input_is_from_a_cluster() -> None:
    assert live_pool("a").is_stored
    assert pool("a")._replace(stored=True).is_stored
    assert not pool("a").is_stored


def test_names_labels_and_annotations_that_yaml_reads_as_numbers_are_unquoted() -> None:
    labels = ("metadata", "labels")
    written: dict[Path, object] = {
        ("metadata", "name"): 2026,
        (*labels, "on"): True,
        (*labels, "version"): 2.7,
        (*labels, "list"): [1],
        ("spec", "subnetInfo", "vlan"): 7,
    }

    assert Pool("2026", (), written=written).unquoted == {
        ("metadata", "name"): 2026,
        (*labels, "on"): True,
        (*labels, "version"): 2.7,
    }


@pytest.mark.parametrize(
    ("code", "path", "expected"),
    [
        (400, ("spec", "nodeSelector"), True),
        (400, ("metadata", "labels"), False),
        (422, ("spec", "nodeSelector"), False),
    ],
)
def test_the_webhook_answers_400_about_the_spec_alone(
    code: int, path: tuple[str, ...], *, expected: bool
) -> None:
    assert SchemaViolation("EIP108", path, "", "", code).is_the_webhooks is expected

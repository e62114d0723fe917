"""Metadata by the API server's rules, in sentences recorded from kube-apiserver v1.36.3."""

import pytest

from ippoolctl.crd.metadata import violations


def sentences(**fields) -> list[str]:
    return [each.sentence for each in violations({"name": "a", **fields})]


def test_a_finalizer_is_a_qualified_name() -> None:
    (found,) = sentences(finalizers=["x.io/fine", "not good/x"])

    assert found.startswith('metadata.finalizers: Invalid value: "not good/x": prefix part a lower')


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"finalizers": "x.io/y"},
            "cannot unmarshal string into Go struct field ObjectMeta.finalizers of type []string",
        ),
        (
            {"finalizers": [1]},
            "cannot unmarshal number into Go struct field ObjectMeta.finalizers of type string",
        ),
        (
            {"labels": {"a": 1}},
            "cannot unmarshal number into Go struct field ObjectMeta.labels of type string",
        ),
    ],
)
def test_a_field_of_the_wrong_type_cannot_be_decoded(fields, sentence: str) -> None:
    (found,) = violations({"name": "a", **fields})

    assert (found.code, found.sentence) == (400, f"json: {sentence}")


def test_invalid_prefix_and_invalid_name_are_both_reported() -> None:
    fields = [each.cause for each in violations({"name": "A", "generateName": "B"})]

    assert fields == ["metadata.generateName", "metadata.name"]


@pytest.mark.parametrize(
    ("time", "why"),
    [
        ("x", 'as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'),
        ("2020-01-01", 'as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"'),
        ("2020-13-01T00:00:00Z", ": month out of range"),
        ("2021-02-29T00:00:00Z", ": day out of range"),
        ("2020-02-29T00:00:00Zz", ': extra text: "z"'),
    ],
)
def test_invalid_time_cannot_be_decoded(time: str, why: str) -> None:
    (found,) = violations({"name": "a", "creationTimestamp": time})

    gap = "" if why.startswith(":") else " "
    assert (found.code, found.sentence) == (400, f'parsing time "{time}"{gap}{why}')


def test_a_time_is_decoded() -> None:
    assert not sentences(creationTimestamp="2020-02-29T23:59:59.5+02:00")


def test_an_owner_without_a_uid_is_invalid() -> None:
    owner = {"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "u"}

    assert not sentences(ownerReferences=[owner])
    (found,) = violations({"name": "a", "ownerReferences": [owner, owner | {"uid": ""}]})
    assert found.path == ("metadata", "ownerReferences", 1)
    assert found.sentence == 'metadata.ownerReferences.uid: Invalid value: "": must not be empty'


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.5, "1.5"),
        (1e30, "1e+30"),
        (12345678901234567890, "12345678901234567000"),
        (1e-7, "1e-7"),
    ],
)
def test_invalid_number_is_written_as_in_go(number: float, text: str) -> None:
    (found,) = sentences(generation=number)

    of_type = "Go struct field ObjectMeta.generation of type int64"
    assert found == f"json: cannot unmarshal number {text} into {of_type}"


@pytest.mark.parametrize(("prefix", "is_one"), [("a-", True), ("a", True), ("-", False)])
def test_single_dash_is_not_a_prefix(prefix: str, is_one: bool) -> None:
    assert (sentences(generateName=prefix) == []) is is_one

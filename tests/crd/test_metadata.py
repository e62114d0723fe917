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


def test_a_bad_prefix_is_told_beside_a_bad_name() -> None:
    fields = [each.cause for each in violations({"name": "A", "generateName": "B"})]

    assert fields == ["metadata.generateName", "metadata.name"]

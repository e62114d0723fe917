"""Pruning and validation against the recorded answers of the API server's own library."""

from typing import Any

import pytest

from ippoolctl.crd.definition import definition, schema_of, within_envelope
from ippoolctl.crd.structural import Schema, prune, validate
from tests.builders import HERE, json_lines

RECORDED = list(json_lines(HERE / "go_answers" / "schema.jsonl"))
OF_EGRESSES = list(json_lines(HERE / "go_answers" / "egress_schema.jsonl"))
(EGRESS_VERSION,) = definition("egresses-2.0.yaml")["spec"]["versions"]
EGRESS = within_envelope(EGRESS_VERSION["schema"]["openAPIV3Schema"])


@pytest.mark.parametrize(
    ("recorded", "schema"),
    [
        pytest.param(RECORDED, schema_of("v1beta1"), id="ExternalIPPool"),
        pytest.param(OF_EGRESSES, EGRESS, id="Egress"),
    ],
)
def test_causes_and_sentences_are_those_of_the_server(
    recorded: list[dict[str, Any]], schema: Schema
) -> None:
    for answer in recorded:
        stored, _ = prune(answer["object"], schema)
        causes = list(validate(stored, schema))

        assert stored.get("spec") == answer["stored"]
        assert sorted({each.field for each in causes}) == answer["fields"]
        assert sorted(each.sentence for each in causes) == answer["sentences"]


def test_the_recording_has_accepted_and_refused_objects() -> None:
    for answers, least in ((RECORDED, 400), (OF_EGRESSES, 90)):
        refused = sum(bool(answer["fields"]) for answer in answers)

        assert least <= refused <= len(answers) - least


def test_a_trailing_line_break_does_not_match_a_pattern() -> None:
    schema = {"type": "string", "pattern": "^[a-z]$"}

    assert not list(validate("a", schema))
    assert list(validate("a\n", schema))


def test_the_definitions_differ_where_antrea_changed_them() -> None:
    new, old = definition("externalippools-2.0.yaml"), definition("externalippools-1.15.yaml")

    assert [each["name"] for each in new["spec"]["versions"]] == ["v1beta1"]
    assert [each["name"] for each in old["spec"]["versions"]] == ["v1alpha2", "v1beta1"]
    assert old["spec"]["versions"][1] == new["spec"]["versions"][0]
    assert sum(each["storage"] for each in old["spec"]["versions"]) == 1
    alpha = schema_of("v1alpha2")["properties"]["spec"]["properties"]
    assert "subnetInfo" not in alpha
    assert alpha["nodeSelector"]["properties"]["matchLabels"].keys() >= {
        "x-kubernetes-preserve-unknown-fields"
    }

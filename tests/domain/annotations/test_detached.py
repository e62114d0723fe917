"""The annotation of detached consumers: written and read back."""

import json

import pytest

from ippoolctl.domain.annotations.detached import (
    ConsumerState,
    Detached,
    made_detached,
    pinning,
    read_detached,
)


def test_an_annotation_reads_back_as_it_was_written() -> None:
    plan = {"deleted": [{"name": "a"}]}
    made = made_detached(
        "rename a b", "a", "b", "10.0.0.5", plan, since="2026-01-01T00:00:00Z", command="rename a b"
    )

    assert read_detached(made.text) == made
    assert json.loads(made.text) == {
        "request": "rename a b",
        "from": "a",
        "to": "b",
        "address": "10.0.0.5",
        "waits": False,
        "pinned": False,
        "since": "2026-01-01T00:00:00Z",
        "command": "rename a b",
        "relocation": plan,
    }


def test_unknown_fields_of_the_annotation_are_left_out() -> None:
    made = made_detached("rename a b", "a", "b", "", {}, waits=True)

    assert not {"since", "command"} & {*json.loads(made.text)}
    assert read_detached(made.text) == made
    assert read_detached(None) is None


def test_a_pinned_service_keeps_the_rest_of_its_annotation() -> None:
    made = made_detached("rename a b", "a", "b", "10.0.0.5", {})
    pinned = pinning(made)

    assert read_detached(pinned.text) == pinned
    assert pinned == made._replace(pinned=True, text=pinned.text)


OTHER_TYPES = (
    '{"request": 5, "from": [], "to": null, "address": {}, "waits": 1, "pinned": "true",'
    ' "relocation": [], "since": 5, "command": []}'
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1]",
        "null",
        "[" * 100_000,
        OTHER_TYPES,
    ],
)
def test_an_invalid_annotation_belongs_to_an_unknown_request(text: str) -> None:
    assert read_detached(text) == Detached(
        "", "", "", "", waits=False, pinned=False, relocation={}, text=text
    )


def test_a_consumer_is_named_with_its_namespace() -> None:
    service = ConsumerState("Service", "shop", "web", "1", "a", None, "", annotations=False)
    egress = ConsumerState("Egress", "", "out", "2", "a", None, "", annotations=False)

    assert (service.label, egress.label) == ("Service shop/web", "Egress out")
    assert (service.is_egress, egress.is_egress) == (False, True)

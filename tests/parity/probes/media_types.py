"""Forms and languages of answers and bodies."""

import json
from typing import Any

import yaml

from tests.builders import pool_object
from tests.parity.backend import Answer
from tests.parity.registry import probe
from tests.parity.transcript import POOLS, Transcript

NODES = "/api/v1/nodes"
YAML = "application/yaml"
DRY = {"dryRun": "All"}


def shown_as(kind: str, version: str = "v1", media_type: str = "application/json") -> str:
    return f"{media_type};as={kind};v={version};g=meta.k8s.io"


METADATA, LIST, TABLE = map(
    shown_as, ("PartialObjectMetadata", "PartialObjectMetadataList", "Table")
)


def in_yaml(body: object) -> object:
    return yaml.safe_load(body) if isinstance(body, str) else body


@probe()
def only_the_metadata_are_shown(t: Transcript) -> None:
    t.given_pools("a", "b", "c", b={"x": "y"})
    for accept in (METADATA, LIST, shown_as("PartialObjectMetadata", "v1beta1")):
        t.get("a", accept=accept)
        t.get("missing", accept=accept)
        t.ask("GET", POOLS, accept=accept)
    t.ask("GET", POOLS, accept=LIST, query={"limit": "1"})
    t.ask("POST", POOLS, pool_object("d"), accept=METADATA)
    t.ask("POST", POOLS, pool_object("e"), accept=LIST)
    t.patch("a", {"metadata": {"labels": {"x": "y"}}}, accept=METADATA)
    t.delete("a", accept=METADATA)
    t.ask("DELETE", POOLS, accept=LIST, query=DRY)


@probe()
def only_the_metadata_are_watched(t: Transcript) -> None:
    t.given_pools("a", "b")
    t.watch({"resourceVersion": "0"}, count=2, accept=METADATA, keep=lambda event: event)


@probe()
def only_the_metadata_of_nodes_are_shown(t: Transcript) -> None:
    t.quietly("POST", NODES, {"metadata": {"name": "n"}})
    t.ask("GET", f"{NODES}/n", accept=METADATA)
    t.ask("GET", f"{NODES}/n", accept=LIST)
    t.ask("GET", NODES, accept=METADATA)
    t.ask("GET", NODES, accept=LIST)


@probe()
def forms_have_groups_and_versions(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for accept in (
        shown_as("Table", "v1beta1"),
        shown_as("Table", "v2"),
        shown_as("Table").replace("meta.k8s.io", "crd.antrea.io"),
        "application/json;as=Table;g=meta.k8s.io",
        "application/json;as=Table;v=v1",
        "*/*;as=Table;v=v1;g=meta.k8s.io",
        f"{TABLE};q=0.1,application/json",
        f"application/json;q=0.1,{TABLE}",
        "application/json;stream=watch",
        "application/json;stream=x",
        "application/json;q=0",
        "text/html,application/xml;q=0.9,*/*;q=0.8",
        "APPLICATION/JSON",
        "json",
    ):
        t.get("a", accept=accept)


def asked(t: Transcript, method: str, path: str, accept: str = YAML) -> Answer:
    answer: Answer = t.ask(method, path, accept=accept, keep=in_yaml)
    return answer


@probe()
def an_answer_may_be_yaml(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for path in (f"{POOLS}/a", f"{POOLS}/missing", POOLS):
        asked(t, "GET", path)
    asked(t, "GET", f"{POOLS}/a", f"{YAML},application/json")
    asked(t, "GET", f"{POOLS}/a", f"application/json;q=0.5,{YAML};q=0.9")
    asked(t, "GET", f"{POOLS}/a", shown_as("PartialObjectMetadata", media_type=YAML))
    t.watch({"resourceVersion": "0", "timeoutSeconds": "1"}, accept=YAML, keep=in_yaml)
    asked(t, "DELETE", f"{POOLS}/a")


@probe()
def a_body_may_be_yaml(t: Transcript) -> None:
    text = yaml.safe_dump(pool_object("a", "10.0.0.0/24"))
    for given in (
        text,
        f"{text}---\n{text}",
        f"extra: yes\n{text}",
        f"spec: {{}}\n{text}",
        text.replace("name: a", "name: yes"),
        text.replace("name: a", "name: 010"),
        text.replace("10.0.0.0/24", "1:2:3:4:5:6:7:0/112"),
        json.dumps(pool_object("a", "10.0.0.0/24")),
        "- a",
        "a",
        "{}",
        "",
    ):
        t.ask("POST", POOLS, given, content_type=YAML, query=DRY)
    t.ask("POST", POOLS, text, content_type=YAML)
    t.delete("a", "dryRun: [All]", content_type=YAML)
    t.patch("a", text, content_type=YAML)


@probe()
def types_of_bodies_are_read_leniently(t: Transcript) -> None:
    for given in ("APPLICATION/JSON", "application/json;", "application/json ; a=b", "*/*"):
        t.ask("POST", POOLS, pool_object("a"), content_type=given, query=DRY)
    t.ask("POST", POOLS, pool_object("a"), content_type="application/json; a", query=DRY)


@probe()
def types_are_checked_in_an_order(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    odd = {"fieldValidation": "odd"}
    for accept in ("text/plain", "application/json"):
        t.ask("POST", POOLS, {}, accept=accept, content_type="text/plain", query=odd)
        t.put("a", {}, accept=accept, content_type="text/plain", query=odd)
        t.patch("a", {}, accept=accept, content_type="text/plain", query=odd)
        t.patch("a", {}, accept=accept, query=odd)
        t.ask("GET", POOLS, accept=accept, query={"limit": "x"})
        t.delete("a", accept=accept, query={"dryRun": "x"})


@probe()
def types_are_refused_of_nodes_in_other_words(t: Transcript) -> None:
    t.quietly("POST", NODES, {"metadata": {"name": "n"}})
    for accept in ("text/plain", "application/json;as=Table"):
        t.ask("GET", f"{NODES}/n", accept=accept)
        t.ask("GET", NODES, accept=accept)
        t.ask("POST", NODES, {}, accept=accept)
        t.ask("DELETE", f"{NODES}/n", accept=accept)
    for kind in ("text/plain", "application/json"):
        t.ask("PATCH", f"{NODES}/n", {}, content_type=kind)
    t.ask("POST", NODES, {}, content_type="text/plain")


@probe()
def a_deep_body_in_yaml_is_refused(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for text in ("[" * 50_000, "- " * 20_000 + "x", f"a: {'[' * 10_001}{']' * 10_001}"):
        for method, path in (("POST", POOLS), ("POST", NODES), ("DELETE", f"{POOLS}/a")):
            t.ask(method, path, text, content_type=YAML)


@probe()
def a_body_of_aliases_is_refused(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    for number in range(9):
        uses = ",".join([f"*a{number}"] * 10)
        lines.append(f"a{number + 1}: &a{number + 1} [{uses}]")
    for count in (3, 4, 5, 10):
        text = "\n".join(lines[:count])
        for method, path in (("POST", POOLS), ("POST", NODES), ("DELETE", f"{POOLS}/a")):
            t.ask(method, path, text, content_type=YAML, query=DRY)


@probe()
def an_alias_needs_an_anchor(t: Transcript) -> None:
    named = "kind: Node\nmetadata: {name: node, labels: &l {a: b}, annotations: *l}"
    for text in ("a: *x", "a: &x [*x]", "a: &x {b: {c: *x}}", named):
        t.ask("POST", NODES, text, content_type=YAML, query=DRY, keep=_labels)


def _labels(body: Any) -> Any:
    if body["kind"] == "Status":
        return body
    return [body["metadata"][each] for each in ("labels", "annotations")]

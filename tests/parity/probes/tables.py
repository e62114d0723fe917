"""Tables, as kubectl asks for them."""

from typing import Any

from tests.builders import pool_object
from tests.parity.registry import probe
from tests.parity.transcript import POOLS, Transcript

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


def table(body: Any) -> Any:
    """A table whose ages are masked and whose columns are not described."""
    body = described(body)
    if isinstance(body, dict) and body.get("kind") == "Table":
        for each in body["columnDefinitions"]:
            del each["description"]
    return body


def described(body: Any) -> Any:
    """A table whose ages are masked."""
    if not isinstance(body, dict) or body.get("kind") != "Table":
        return body
    ages = [
        at
        for at, each in enumerate(body["columnDefinitions"])
        if each["name"] in ("Age", "Created At")
    ]
    for row in body["rows"]:
        for at in ages:
            row["cells"][at] = "<age>"
    return body


def columns(body: Any) -> Any:
    """Names of columns and rows."""
    if not isinstance(body, dict) or body.get("kind") != "Table":
        return body
    names = [each["name"] for each in body["columnDefinitions"]]
    return {
        "kind": body["kind"],
        "apiVersion": body["apiVersion"],
        "columns": names,
        "rows": [row["cells"][0] for row in body["rows"]],
    }


@probe()
def pools_are_shown_as_a_table(t: Transcript) -> None:
    t.ask("GET", POOLS, accept=TABLE, keep=described)
    t.given("a", "10.0.0.0/24")
    t.given("b", "10.1.0.0/24")
    t.quietly("PATCH", f"{POOLS}/b/status", {"status": {"usage": {"total": 254, "used": 3}}})
    t.ask("GET", POOLS, accept=TABLE, keep=table)


@probe()
def a_pool_is_shown_as_a_table(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.get("a", accept=TABLE, keep=table)
    t.get("missing", accept=TABLE)
    t.ask("GET", f"{POOLS}/a/status", accept=TABLE, keep=table)


@probe()
def a_table_holds_objects_on_demand(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for word in ("Metadata", "Object", ""):
        t.ask("GET", POOLS, query={"includeObject": word}, accept=TABLE, keep=table)
        t.get("a", query={"includeObject": word}, accept=TABLE, keep=table)


@probe()
def a_table_has_pages_and_selectors(t: Transcript) -> None:
    t.given_pools("a", "b", "c", c={"x": "y"})
    t.ask("GET", POOLS, query={"limit": "2"}, accept=TABLE, keep=table)
    t.ask("GET", POOLS, query={"labelSelector": "x=y"}, accept=TABLE, keep=table)
    t.ask("GET", POOLS, query={"resourceVersion": "abc"}, accept=TABLE, keep=table)


@probe()
def a_change_is_answered_with_a_table(t: Transcript) -> None:
    t.ask("POST", POOLS, pool_object("a", "10.0.0.0/24"), accept=TABLE, keep=table)
    t.patch("a", {"metadata": {"labels": {"x": "y"}}}, accept=TABLE, keep=table)
    t.delete("a", accept=TABLE, keep=table)


@probe()
def a_table_of_a_strict_client_has_no_other_type(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.ask("GET", POOLS, accept="application/json;as=Table;v=v1;g=meta.k8s.io", keep=columns)
    t.ask("GET", POOLS, accept="application/json;as=Table;g=meta.k8s.io;v=v1", keep=columns)

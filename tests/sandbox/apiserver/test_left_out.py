"""Requests that the sandbox does not serve: one for each row of the list."""

import re
from typing import Any

import pytest

from ippoolctl.sandbox.apiserver import left_out
from ippoolctl.sandbox.apiserver.left_out import LEFT_OUT, LeftOut
from ippoolctl.sandbox.apiserver.patches import MERGE, SERVER_SIDE_APPLY, STRATEGIC_MERGE
from tests.builders import HERE, pool_object
from tests.e2e.api import POOLS
from tests.sandbox.running import running

A = f"{POOLS}/a"
NODES = "/api/v1/nodes"
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
B = pool_object("b", "10.1.0.0/24")
YAML = "application/yaml"
PARTIAL = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
SERVICE: Any = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}}
SERVICE["spec"] = {"ports": [{"port": 80}]}
SERVICES = "/api/v1/namespaces/default/services"

Asked = tuple[LeftOut, str, str, Any, dict[str, str]]
ASKED: tuple[Asked, ...] = (
    (left_out.BODY, "POST", POOLS, "kind: ExternalIPPool", {"Content-Type": YAML}),
    (left_out.BODY, "DELETE", A, "dryRun: [All]", {"Content-Type": YAML}),
    (left_out.BODY, "PATCH", A, {}, {"Content-Type": YAML}),
    (left_out.BODY, "PATCH", A, {}, {"Content-Type": STRATEGIC_MERGE}),
    (left_out.APPLY, "PATCH", A, {}, {"Content-Type": SERVER_SIDE_APPLY}),
    (left_out.STRATEGIC, "PATCH", f"{SERVICES}/s", SERVICE, {"Content-Type": STRATEGIC_MERGE}),
    (left_out.ANSWER, "GET", POOLS, None, {"Accept": YAML}),
    (left_out.ANSWER, "GET", A, None, {"Accept": PARTIAL}),
    (left_out.METHOD, "HEAD", POOLS, None, {}),
    (left_out.METHOD, "OPTIONS", A, None, {}),
    (left_out.METHOD, "PUT", POOLS, B, {}),
    (left_out.METHOD, "POST", f"{POOLS}/b", B, {}),
    (left_out.METHOD, "POST", "/version", None, {}),
    (left_out.PATH, "GET", "/api/v1/pods", None, {}),
    (left_out.PATH, "GET", f"{A}/scale", None, {}),
    (left_out.PATH, "GET", "/", None, {}),
    (left_out.PATH, "GET", "/openapi/v2", None, {}),
    (left_out.PATH, "GET", "/metrics", None, {}),
    (left_out.POLICY, "DELETE", A, {"propagationPolicy": "Foreground"}, {}),
    (left_out.POLICY, "DELETE", f"{A}?propagationPolicy=Orphan", None, {}),
    (left_out.POLICY, "DELETE", A, {"orphanDependents": True}, {}),
    (left_out.DOUBLED, "POST", POOLS, '{"kind": "x", "kind": "y"}', {}),
    (left_out.DOUBLED, "PATCH", A, '{"x": {"y": 1, "y": 2}}', {"Content-Type": MERGE}),
    (left_out.DOUBLED, "GET", f"{POOLS}?limit=1&limit=2", None, {}),
    (left_out.VALUE, "POST", f"{POOLS}?dryRun=some", B, {}),
    (left_out.VALUE, "POST", f"{POOLS}?fieldValidation=Loudly", B, {}),
    (left_out.VALUE, "DELETE", A, {"dryRun": ["some"]}, {}),
    (left_out.VALUE, "DELETE", f"{A}?dryRun=some", None, {}),
    (left_out.VALUE, "GET", f"{POOLS}?resourceVersion=1&resourceVersionMatch=Other", None, {}),
    (left_out.VALUE, "GET", f"{POOLS}?includeObject=None", None, {}),
    (left_out.REVIEW, "POST", REVIEWS, {"spec": {"nonResourceAttributes": {"path": "/"}}}, {}),
)
EXPIRED = left_out.CONTINUE
"""It takes more than one request."""


@pytest.mark.parametrize(
    ("asked", "method", "path", "body", "headers"),
    ASKED,
    ids=[f"{each[1]} {each[2]} {each[4]}" for each in ASKED],
)
def test_a_request_that_is_not_served_has_the_listed_status(
    asked: LeftOut, method: str, path: str, body: Any, headers: dict[str, str]
) -> None:
    with running(load=[pool_object("a", "10.0.0.0/24"), SERVICE]) as at:
        at.settle()
        before = at.pools(), at.items(SERVICES)
        answer = at.api.request(method, path, body, headers=headers)

        assert answer.status == asked.code
        assert (at.pools(), at.items(SERVICES)) == before


def test_an_expired_continue_token_is_answered_without_a_new_one() -> None:
    with running(load=[pool_object("a"), pool_object("b")]) as at:
        first = at.api.request("GET", f"{POOLS}?limit=1").body["metadata"]
        assert at.create("c").status == 201
        at.sandbox.store.compact()
        answer = at.api.request("GET", f"{POOLS}?continue={first['continue']}")

        assert answer.status == EXPIRED.code
        assert answer.body["reason"] == "Expired"
        assert "continue" not in answer.body["metadata"]


def test_every_row_has_a_request() -> None:
    assert {*(each[0] for each in ASKED), EXPIRED} == set(LEFT_OUT)


def test_the_documentation_shows_the_same_list() -> None:
    text = (HERE.parent / "docs" / "sandbox.md").read_text(encoding="utf-8")
    section = text.partition("## What it leaves out\n")[2].partition("\n## ")[0]

    rows = re.findall(r"^\| (.+) \| (\d+) \|$", section, re.MULTILINE)

    assert [(what, int(code)) for what, code in rows] == [
        (each.what, each.code) for each in LEFT_OUT
    ]

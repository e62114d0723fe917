"""Strategic merge patches: accepted for built-in kinds where they equal merge patches."""

from typing import Any

import pytest

from ippoolctl.sandbox.apiserver.patches import STRATEGIC_MERGE
from tests.sandbox.running import running

SERVICES = "/api/v1/namespaces/default/services"


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        ({"metadata": {"annotations": {"a": "b"}}}, 200),
        ({"metadata": {"annotations": {"a": None}}}, 200),
        ({"spec": {"ports": [{"port": 81}]}}, 415),
        ({"metadata": {"$patch": "replace"}}, 415),
    ],
)
def test_a_strategic_merge_patch_of_a_service(patch: Any, code: int) -> None:
    service = {"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}
    with running() as cluster:
        assert cluster.api.request("POST", SERVICES, service).status == 201

        answer = cluster.api.request(
            "PATCH", f"{SERVICES}/web", patch, content_type=STRATEGIC_MERGE
        )

        assert answer.status == code

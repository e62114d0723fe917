"""The control plane of the harness: users, revisions, and its state after a kill."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.builders import pool_object
from tests.e2e.api import POOLS
from tests.e2e.child import free_port
from tests.e2e.waiting import until


def test_a_list_is_paged_at_one_exact_revision(cluster) -> None:
    revisions = [
        cluster.create(f"p{number}", f"10.0.{number}.0/24").body["metadata"]["resourceVersion"]
        for number in range(5)
    ]
    cluster.delete("p0")
    query = {"resourceVersion": revisions[3], "resourceVersionMatch": "Exact", "limit": "3"}

    first = cluster.plane.request("GET", POOLS, query=query).body
    rest = {"limit": "3", "continue": first["metadata"]["continue"]}
    second = cluster.plane.request("GET", POOLS, query=rest).body
    both = cluster.plane.request("GET", POOLS, query=rest | query)

    names = [each["metadata"]["name"] for each in (*first["items"], *second["items"])]
    assert names == ["p0", "p1", "p2", "p3"]
    assert both.status in (400, 422)


@pytest.mark.parametrize(
    ("user", "may_list", "may_create"),
    [
        ("admin", 200, 201),
        ("editor", 200, 201),
        ("viewer", 200, 403),
        ("nobody", 403, 403),
        ("stranger", 401, 401),
    ],
)
def test_users_have_the_rights_of_their_roles(
    cluster, user: str, may_list: int, may_create: int
) -> None:
    made = pool_object(f"of-{user}", "10.0.0.0/24")

    assert cluster.plane.request("GET", POOLS, user=user).status == may_list
    assert cluster.plane.request("POST", POOLS, made, user=user).status == may_create


def test_a_client_certificate_authenticates_like_a_token(cluster) -> None:
    path = cluster.plane.kubeconfig("viewer", certificate=True)

    asked = cluster.plane.kubectl("--kubeconfig", str(path), "auth", "whoami", "-o", "json")

    assert json.loads(asked.stdout)["status"]["userInfo"]["username"] == "viewer"
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("which", ["api server", "etcd"])
def test_written_objects_survive_a_kill(cluster, which: str) -> None:
    cluster.create_and_tell("a", "10.0.0.0/24")
    if which == "etcd":
        cluster.plane.etcd.kill()
    else:
        cluster.plane.stop_api_server()
    cluster.plane.revive()

    assert cluster.plane.request("GET", f"{POOLS}/a").status == 200
    # The watches live on too.
    cluster.delete("a")
    until(lambda: cluster.webhook.knows() == set(), "the webhook forgets a")


def test_a_paused_api_server_answers_after_it_resumes(cluster) -> None:
    cluster.plane.api_server.pause()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(cluster.create, "a", "10.0.0.0/24")
        time.sleep(0.5)
        assert not waiting.done()
        cluster.plane.api_server.resume()
        assert waiting.result().status == 201


def test_a_pool_with_finalizers_is_removed_after_its_test(cluster) -> None:
    held = pool_object("held", "10.0.0.0/24")
    held["metadata"]["finalizers"] = ["example.org/held"]
    assert cluster.plane.request("POST", POOLS, held).status == 201
    cluster.webhook.fault = "down"

    cluster.reset()

    assert cluster.pools() == {}
    assert cluster.webhook.knows() == set()


@pytest.mark.parametrize(
    ("worker", "first", "last"),
    [("gw0", 20_000, 23_332), ("gw2", 26_666, 29_998), ("gw4", 23_333, 26_665)],
)
def test_workers_take_no_port_of_each_other(
    monkeypatch: pytest.MonkeyPatch, worker: str, first: int, last: int
) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "3")

    assert all(first <= free_port() <= last for _ in range(100))

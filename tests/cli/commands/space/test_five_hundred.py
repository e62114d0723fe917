"""The installed command on a sandbox with 500 Egresses and 500 Services."""

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.builders import pool_object
from tests.cli.commands.sandbox.process import BIN
from tests.cli.program import run
from tests.consumers import egress, service

NUMBER = 500
SCRIPT = """
import json, os, re, subprocess, sys, time, urllib.request
with open(os.environ["KUBECONFIG"]) as file:
    server = re.search(r"http://[0-9.:]+", file.read())[0]
PATHS = {"egresses": "/apis/crd.antrea.io/v1beta1/egresses", "services": "/api/v1/services"}
def read():
    found = {}
    for kind, path in PATHS.items():
        with urllib.request.urlopen(server + path) as answer:
            found[kind] = json.load(answer)["items"]
    return found
before, after = None, read()
while before != after:
    time.sleep(1)
    before, after = after, read()
def tell(*arguments):
    return json.loads(subprocess.run([sys.argv[1], *arguments, "-o", "json"],
        capture_output=True, check=False, stdin=subprocess.DEVNULL).stdout)
after["find"] = tell("find", "0.0.0.0/0", "::/0")
after["waiting"] = tell("find", "--waiting")
after["show"] = [tell("show", name) for name in ("wide", "six", "small")]
after["list"] = tell("list")
print(json.dumps(after))
"""


def objects() -> list[dict[str, Any]]:
    """Three pools, one of them too small, and consumers that request any address, a fixed one, a
    shared one, a taken one or a reserved one.
    """
    pools = [
        pool_object("wide", "10.0.0.0/23", "10.0.2.0-10.0.2.255"),
        pool_object("six", "fd00::/120"),
        pool_object("small", "10.9.0.0/28"),
    ]
    names = ("wide", "wide", "wide", "six", "small")
    egresses = [
        egress(f"e{number}", names[number % 5], f"10.0.1.{number // 5}" if number % 5 == 1 else "")
        for number in range(NUMBER)
    ]
    services = []
    for number in range(NUMBER):
        requested, shared = "", number % 10 == 1
        if shared:
            requested = f"10.0.2.{200 + number // 20}"
        elif number % 10 == 2:
            requested = f"10.0.1.{number // 5}"
        elif number == 4:
            requested = "10.9.0.15"
        pool = names[number % 5]
        services.append(service(f"s{number}", pool, requested=requested, shared=shared))
    for each in (*egresses, *services):
        del each["status"]
        each["metadata"].pop("uid")
    return [*pools, *egresses, *services]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The addresses that the controller assigned, and the reports of the command about them."""
    directory: Path = tmp_path_factory.mktemp("five-hundred")
    runtime = directory / "runtime"
    runtime.mkdir(mode=0o700)
    (directory / "objects.json").write_text(
        json.dumps({"apiVersion": "v1", "kind": "List", "items": objects()})
    )
    (directory / "script.py").write_text(SCRIPT)
    ran = run(
        "sandbox", "run", "--load", str(directory / "objects.json"), "--",
        sys.executable, str(directory / "script.py"), str(BIN / "ippoolctl"),
        env={"XDG_RUNTIME_DIR": str(runtime)},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_each_address_has_the_holders_that_the_controller_gave_it(answers: Any) -> None:
    assigned: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in answers["egresses"]:
        conditions = {one["type"]: one["status"] for one in each["status"]["conditions"]}
        if conditions["IPAllocated"] == "True":
            spec = each["spec"]
            assigned[spec["externalIPPool"], spec["egressIP"]].add(each["metadata"]["name"])
    for each in answers["services"]:
        for one in each.get("status", {}).get("loadBalancer", {}).get("ingress", ()):
            pool = each["metadata"]["annotations"]["service.antrea.io/external-ip-pool"]
            assigned[pool, one["ip"]].add(each["metadata"]["name"])

    held = [one for each in answers["find"]["items"] for one in each["held"]]

    told = {
        (each["pool"], each["address"]): {one["name"] for one in each["holders"]} for each in held
    }
    assert told == assigned
    assert sum(map(len, told.values())) > NUMBER
    assert max(map(len, told.values())) > 1
    shown = [one for each in answers["show"] for one in each["items"][0]["held"]]
    assert sorted(shown, key=str) == sorted(held, key=str)


def test_remaining_consumers_wait_and_the_counts_agree(answers: Any) -> None:
    held = [one for each in answers["find"]["items"] for one in each["held"]]
    holding = {(one["kind"], one["name"]) for each in held for one in each["holders"]}
    waiting = {(each["kind"], each["name"]): each for each in answers["waiting"]["items"]}

    assert not holding & set(waiting)
    assert len(holding) + len(waiting) == 2 * NUMBER
    assert {each["reason"] for each in waiting.values()} >= {"full", "taken", "reserved"}
    rows = {each["name"]: each for each in answers["list"]["items"]}
    for name, row in rows.items():
        assert row["used"] == sum(each["pool"] == name for each in held)
        assert row["used"] == row["usedInStatus"]

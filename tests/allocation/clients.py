"""Many clients at the same time: the command in threads or processes, and naive clients."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import urllib3

from ippoolctl.cli.app import main
from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.domain.addresses.overlaps import count_pairs
from ippoolctl.domain.addresses.ranges import span_of
from tests.builders import pool_object

CLIENTS = 20
POOLS = "/apis/crd.antrea.io/v1beta1/externalippools"
BLOCKS = 32
"""Of eight addresses in a /24."""


class Ended(NamedTuple):
    code: int
    seconds: float


def kubeconfig(url: str, directory: Path) -> str:
    """A kubeconfig without credentials for a server."""
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "it", "cluster": {"server": url}}],
        "contexts": [{"name": "it", "context": {"cluster": "it", "user": ""}}],
        "current-context": "it",
    }
    path = directory / f"kubeconfig-{url.rpartition(':')[2]}"
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


def at_once(acts: Sequence[Callable[[], int]]) -> list[Ended]:
    """Let all of them begin at one moment, each in a thread, and wait for all of them."""
    start = threading.Barrier(len(acts))

    def client(act: Callable[[], int]) -> Ended:
        start.wait()
        began = time.monotonic()
        code = act()
        return Ended(code, time.monotonic() - began)

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(client, acts))


def commands_at_once(config: str, commands: Sequence[Sequence[str]]) -> list[Ended]:
    """The command in this process, once for each of these arguments."""
    return at_once([partial(main, [*each, "--kubeconfig", config]) for each in commands])


def processes_at_once(config: str, commands: Sequence[Sequence[str]]) -> list[Ended]:
    """The same as processes of their own; the seconds are those beyond the start of each."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "ippoolctl", *each, "--kubeconfig", config, "-o", "json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "HOME": "/nonexistent"},
        )
        for each in commands
    ]
    ends = []
    for process in processes:
        out, _ = process.communicate(timeout=120)
        (item,) = json.loads(out)["items"]
        ends.append(Ended(process.returncode, item["seconds"]))
    return ends


def fresh(number: int, *more: str) -> list[list[str]]:
    """Commands of all clients for a pool of six addresses each, in one network."""
    network = f"10.{number}.0.0/24"
    size = ("--ips", "6", "--within", network, "--wait", *more)
    return [["create", f"round-{number}-{client}", *size] for client in range(CLIENTS)]


def overlaps(pools: Sequence[dict[str, Any]]) -> int:
    """How many pairs of ranges of these pools have addresses in common."""
    spans = [span_of(each) for pool in pools for each in read_live_pool(pool).ranges]
    return count_pairs((each.first, each.last, 0) for each in spans if each is not None)


def marked(pools: Sequence[dict[str, Any]]) -> list[str]:
    """Names of the pools that still carry the mark."""
    return [
        each["metadata"]["name"]
        for each in pools
        if "ippoolctl/state" in each["metadata"].get("annotations", {})
    ]


class Server:
    """A client of an API server without authentication; it never retries."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connections = urllib3.PoolManager(retries=False, maxsize=CLIENTS)

    def request(self, method: str, path: str = "", body: Any = None) -> tuple[int, Any]:
        answer = self._connections.request(
            method, f"{self.url}{POOLS}{path}", json=body, timeout=30.0
        )
        return answer.status, answer.json()

    def pools(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = self.request("GET")[1]["items"]
        return listed

    def create(self, name: str, *ranges: str) -> int:
        return self.request("POST", body=pool_object(name, *ranges))[0]

    def delete(self, name: str) -> int:
        return self.request("DELETE", f"/{name}")[0]

    def close(self) -> None:
        self._connections.clear()


def naively(server: Server, number: int, client: int) -> int:
    """List, pick the first free block, post, until one is admitted."""
    while True:
        taken = {each["spec"]["ipRanges"][0].get("cidr") for each in server.pools()}
        blocks = (f"10.{number}.0.{8 * each}/29" for each in range(BLOCKS))
        block = next(each for each in blocks if each not in taken)
        if server.create(f"naive-{number}-{client}", block) == 201:
            return 0


def collisions(number: int, pairs: int = CLIENTS // 2, *, wait: bool) -> list[list[str]]:
    """Commands in pairs: the ranges of each pair overlap each other, and no other pair's."""
    return [
        ["create", f"pair-{number}-{pair}-{side}", "--range", f"10.{number}.{pair}.{first}"]
        + (["--wait", "--timeout", "30s"] if wait else [])
        for pair in range(pairs)
        for side, first in (("left", "0/25"), ("right", f"64-10.{number}.{pair}.200"))
    ]


def losers_of_pairs(codes: Sequence[int]) -> list[int]:
    """The code of the loser of each pair; there must be one, and a winner."""
    pairs = [sorted(codes[index : index + 2]) for index in range(0, len(codes), 2)]
    assert all(winner == 0 for winner, _ in pairs), pairs
    assert all(loser != 0 for _, loser in pairs), pairs
    return [loser for _, loser in pairs]

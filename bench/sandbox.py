"""The bars of the sandbox: how soon it is there, and how fast it answers on one connection."""

import json
import statistics
import subprocess
import sys
import time
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from bench.measuring import Bar
from ippoolctl.sandbox.sandbox import Sandbox
from tests.builders import pool_object
from tests.e2e.api import POOLS

STARTS = 11
CREATES = 5_000
PART = 500
"""Creates that the beginning and the end are compared by."""

START = """
import time
from http.client import HTTPConnection
began = time.perf_counter()
from ippoolctl.sandbox.sandbox import Sandbox
imported = time.perf_counter()
sandbox = Sandbox()
connection = HTTPConnection("127.0.0.1", int(sandbox.url.rpartition(":")[2]))
connection.request("GET", "/readyz")
assert connection.getresponse().status == 200
print(imported - began, time.perf_counter() - imported)
"""
"""Seconds until it is imported, and then until it has answered for the first time."""


class _Client:
    """One connection, kept alive."""

    def __init__(self, url: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc)

    def __call__(self, method: str, path: str, body: Any = None) -> float:
        """Seconds from the request to the end of its answer, which must be a good one."""
        sent = json.dumps(body) if body else None
        began = time.perf_counter()
        self._connection.request(method, path, sent, {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        answer.read()
        elapsed = time.perf_counter() - began
        assert answer.status < 300, answer.status
        return elapsed

    def close(self) -> None:
        self._connection.close()


def sandbox() -> list[Bar]:
    """Its start in a fresh process; then creates, and what they leave."""
    with Sandbox() as served:
        ask = _Client(served.url)
        pools = [
            pool_object(f"pool-{number}", f"10.{number >> 8}.{number & 255}.0/28")
            for number in range(CREATES)
        ]
        began = time.perf_counter()
        creates = [ask("POST", POOLS, each) for each in pools]
        total = time.perf_counter() - began
        gets = [ask("GET", f"{POOLS}/pool-{number}") for number in range(PART)]
        lists = [ask("GET", POOLS) for _ in range(5)]
        ask.close()
    return [start(), *_creating(creates, total), *_reading(gets, lists)]


def start() -> Bar:
    """From the call of the constructor to the first answer, without the import."""
    runs = []
    for _ in range(STARTS):
        printed = subprocess.run([sys.executable, "-c", START], capture_output=True, check=True)
        runs.append([float(each) * 1000 for each in printed.stdout.split()])
    imported, ready = (statistics.median(column) for column in zip(*runs, strict=True))
    return Bar(
        "sandbox: from the call to its first answer, in a fresh process",
        f"{ready:.0f} ms, after an import of {imported:.0f} ms",
        "≤ 150 ms",
        ready <= 150,
    )


def _creating(creates: list[float], total: float) -> list[Bar]:
    first, last = (statistics.median(part) * 1000 for part in (creates[:PART], creates[-PART:]))
    median = statistics.median(creates) * 1000
    return [
        Bar(f"sandbox: {CREATES:,} creates on one connection", f"{total:.1f} s", "≤ 30 s",
            total <= 30),
        Bar(f"the last {PART} of them : the first {PART}",
            f"{last:.2f} ms : {first:.2f} ms = {last / first:.2f} x", "≤ 1.2 x",
            last <= 1.2 * first),
        Bar("one of them, median", f"{median:.2f} ms", "≤ 3 ms", median <= 3),
    ]  # fmt: skip


def _reading(gets: list[float], lists: list[float]) -> list[Bar]:
    get, whole = statistics.median(gets) * 1000, statistics.median(lists) * 1000
    return [
        Bar("sandbox: a GET on that connection, median", f"{get:.2f} ms", "≤ 3 ms", get <= 3),
        Bar(f"sandbox: a list of {CREATES:,} pools", f"{whole:.0f} ms", "none", met=True),
    ]  # fmt: skip

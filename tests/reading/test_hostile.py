"""Hostile input ends quickly, in little memory, with exit code 2 and a place.

The program runs in its own process, with its processor time and its memory limited by the
kernel, so that no test depends on how busy the machine is.
"""

import json
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

GOOD = (
    "apiVersion: crd.antrea.io/v1beta1\nkind: ExternalIPPool\nmetadata: {name: good}\n"
    "spec: {ipRanges: [], nodeSelector: {}}\n"
)
CPU_SECONDS = 2  # the kernel counts whole seconds; the start of the program is in it
MEMORY = 200 * 2**20


def check(*arguments: str) -> subprocess.CompletedProcess[str]:
    def limits() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))

    return subprocess.run(
        [sys.executable, "-m", "ippoolctl", "check", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        preexec_fn=limits,
        check=False,
    )


def laughs() -> str:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    return "\n".join(lines)


def merges() -> str:
    lines = ["m0: &m0 {a: 1, b: 2}"]
    lines += [
        f"m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}, *m{n - 1}], k{n}: 1}}" for n in range(1, 5_000)
    ]
    return "\n".join(lines)


BOMBS: dict[str, Callable[[], bytes]] = {
    "aliases": lambda: laughs().encode(),
    "merge keys": lambda: merges().encode(),
    "cyclic alias": lambda: b"a: &a [*a]\n",
    "deep mappings": lambda: b"".join(b" " * n + b"a:\n" for n in range(2_000)),
    "a million brackets": lambda: b"[" * 1_000_000,
    "a million braces": lambda: b"{a: " * 1_000_000,
    "closed brackets": lambda: b"[" * 500_000 + b"]" * 500_000,
    "a text of 20 MB": lambda: b"a: " + b"x" * 20_000_000,
    "a quoted text of 5 MB": lambda: b'a: "' + b"x " * 2_500_000 + b'"',
    "a key of 5 MB": lambda: b"x" * 5_000_000 + b": a",
    "a file of 40 MB": lambda: b"# " + b"x" * 40_000_000,
    "duplicate keys": lambda: b"a: 1\n" * 100_000,
    "UTF-16 without a mark": lambda: GOOD.encode("utf-16-le"),
    "UTF-32": lambda: GOOD.encode("utf-32"),
    "latin-1": lambda: GOOD.replace("good", "größe").encode("latin-1"),
    "NUL": lambda: b"a: b\0c\n",
    "an escape character": lambda: b"a: \x1b[2J\n",
    "half a character": lambda: "a: é".encode()[:-1],
    "binary": lambda: bytes(range(256)) * 100,
}
JSON_BOMBS: dict[str, Callable[[], bytes]] = {
    "a million brackets": lambda: b"[" * 1_000_000,
    "closed brackets": lambda: b"[" * 500_000 + b"]" * 500_000,
    "deep objects": lambda: b'{"a":' * 900 + b"1" + b"}" * 900,
    "duplicate keys": lambda: b'{"a": 1, "a": 2}',
    "a text of 20 MB": lambda: b'{"a": "' + b"x" * 20_000_000 + b'"}',
    "half a document": lambda: b'{"a": [1, 2',
    "a flood of values": lambda: b'["",' + b'[],"",' * 4_000_000 + b"1]",
}


@pytest.mark.parametrize("name", BOMBS)
def test_hostile_yaml_is_refused(name: str, tmp_path: Path) -> None:
    assert_refused(tmp_path / "bomb.yaml", BOMBS[name]())


@pytest.mark.parametrize("name", JSON_BOMBS)
def test_hostile_json_is_refused(name: str, tmp_path: Path) -> None:
    assert_refused(tmp_path / "bomb.json", JSON_BOMBS[name]())


def assert_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    good = path.with_name("good.yaml")
    good.write_text(GOOD)

    result = check(str(path), str(good), "-o", "json")

    assert_one_error(result, str(path))
    assert pools_in(result) == 1  # the other file is checked nevertheless


def pools_in(result: subprocess.CompletedProcess[str]) -> int:
    return int(json.loads(result.stdout)["summary"]["pools"])


def assert_one_error(result: subprocess.CompletedProcess[str], place: str) -> None:
    assert result.returncode == 2, result.stderr[-2_000:]
    error, *rest = result.stderr.splitlines()
    assert error.startswith(f"error: {place}")
    assert all(line.startswith("hint: ") for line in rest)
    assert len(rest) <= 1
    assert len(error) < 400


def test_an_invalid_document_does_not_keep_its_neighbours_from_being_checked(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(f"{GOOD}---\n{laughs()}\n---\n{GOOD.replace('good', 'other')}")

    result = check(str(path), "-o", "json")

    assert_one_error(result, f"{path}:")
    assert pools_in(result) == 2


def test_a_fifo_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)

    assert_one_error(check(str(path)), str(path))
    assert_one_error(check(str(tmp_path)), str(path))


def test_a_socket_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))

        assert_one_error(check(str(path)), str(path))


def test_a_directory_with_the_name_of_a_file_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.mkdir()

    assert_one_error(check(str(path)), str(path))


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/dev/tty", "/proc/self/mem"])
def test_a_device_is_one_error(path: str) -> None:
    assert_one_error(check(path), path)


def test_a_missing_file_is_one_error() -> None:
    assert_one_error(check("nowhere.yaml"), "nowhere.yaml")


def test_a_pattern_without_a_match() -> None:
    assert_one_error(check("nowhere/*.yaml"), "nowhere/*.yaml")


def test_a_link_to_itself_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "loop.yaml"
    path.symlink_to(path)

    assert_one_error(check(str(path)), str(path))

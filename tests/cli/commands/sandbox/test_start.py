"""``sandbox`` in the foreground: files, signals, options, tokens."""

import os
import select
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import trustme
from jsonschema import Draft202012Validator

from ippoolctl.reading.yaml_documents import read_yaml
from tests.cli.commands.sandbox.process import (
    BIN,
    PATIENCE,
    PROGRAM,
    ended,
    ready,
    runs,
    sandbox,
    until,
)
from tests.cli.program import Program, run

pytestmark = pytest.mark.usefixtures("base")


@pytest.mark.parametrize(
    ("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)]
)
def test_the_sandbox_serves_until_a_signal_and_removes_its_files(
    base: Path, signum: signal.Signals, code: int
) -> None:
    with sandbox("--antrea", "2.4.2") as process:
        path = Path(ready(process))
        modes = {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
        kubectl = subprocess.run(
            [BIN / "kubectl", "get", "namespaces", "-o", "name"],
            env={**os.environ, "KUBECONFIG": str(path)}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        created = run("create", "a", "--range", "10.0.0.0/28", env={"KUBECONFIG": str(path)})
        listed = run("list", "-o", "ranges", env={"KUBECONFIG": str(path)})
        before = time.monotonic()
        returned, err = ended(process, signum)

    assert time.monotonic() - before < 1 or "xdist" in sys.modules
    assert "namespace/default" in kubectl.stdout
    assert created.returncode == 0, created.stderr
    assert "10.0.0.0/28" in listed.stdout
    assert (stat.S_IMODE(path.parent.parent.stat().st_mode), modes) == (0o700, {0o600})
    assert (returned, runs(base)) == (code, [])
    assert err.splitlines() == [
        "this is a simulation of Antrea 2.4.2, not Antrea",
        f"for another shell: export KUBECONFIG={path}",
        "press Ctrl-C to stop the sandbox and remove its files",
        "sandbox stopped; files removed",
    ]


def test_quiet_prints_only_the_path() -> None:
    with sandbox("-q") as process:
        path = ready(process)

        assert Path(path).is_file()
        assert ended(process, signal.SIGINT) == (130, "")


@pytest.mark.parametrize("output", ["json", "yaml"])
def test_json_and_yaml_are_one_document(schema: Draft202012Validator, output: str) -> None:
    with sandbox("-o", output, "--lag", "0.1..3s", "--fault", "slow") as process:
        until(lambda: runs(Path(os.environ["XDG_RUNTIME_DIR"], "ippoolctl")))
        until(lambda: has_said(process))
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)

    (document,) = read_yaml(out)
    schema.validate(document)
    assert process.returncode == 143
    assert (document["lag"], document["fault"], document["release"]) == ("0.1..3s", "slow", "2.7.0")
    assert document["url"].startswith("http://127.0.0.1:")
    assert err.endswith("sandbox stopped; files removed\n")


def has_said(process: "subprocess.Popen[str]") -> bool:
    """Whether its output can be read."""
    assert process.stdout is not None
    return bool(select.select([process.stdout], [], [], 0)[0])


def test_leftovers_of_a_killed_run_are_removed_by_the_next(base: Path) -> None:
    with sandbox() as process:
        left = Path(ready(process)).parent
        ended(process, signal.SIGKILL)

    assert left.exists()
    assert run("sandbox", "run", "-q", "--", "true").returncode == 0
    assert not left.exists()
    assert runs(base) == []


def test_a_broken_pipe_stops_the_sandbox(base: Path) -> None:
    read, write = os.pipe()
    os.close(read)

    result = subprocess.run(
        [*PROGRAM, "sandbox"], stdout=write, stderr=subprocess.DEVNULL, timeout=60, check=False
    )
    os.close(write)

    assert (result.returncode, runs(base)) == (141, [])


@pytest.mark.parametrize(
    "arguments",
    [
        ["--lag", "3s..1s"],
        ["--lag", "-1s"],
        ["--lag", "1s.."],
        ["--lag", "25h"],
        ["--lag", "soon"],
        ["--status-delay", "x"],
        ["--port", "65536"],
        ["--port", "x"],
        ["--fault", "broken"],
        ["--deny", "list"],
        ["--deny", "look:egresses"],
        ["--deny", "list:pods"],
        ["--address", "0.0.0.0"],
        ["--host", "127.0.0.1"],
        ["--tls-cert", "x"],
        ["--tls-key", "x"],
        ["--tls-cert", "nowhere", "--tls-key", "nowhere"],
        ["--tokens", "x"],
        ["--kubeconfig", "theirs"],
        ["--kubeconfig", "no-such-directory/config"],
        ["--kubeconfig", "/dev/null"],
        ["--load", "theirs"],
        ["--antrea", "two"],
        ["--port", "1", "lag", "1s"],
        ["lag"],
        ["lag", "x"],
        ["fault", "x"],
        ["lga", "1s"],
    ],
)
def test_wrong_options_are_code_2_and_leave_nothing(
    program: Program, here: Path, base: Path, arguments: list[str]
) -> None:
    (here / "theirs").write_text("[theirs", encoding="utf-8")

    result = program("sandbox", *arguments)

    assert (result.code, result.out, runs(base)) == (2, "", [])
    assert result.err.startswith("error: ")
    assert (here / "theirs").read_text(encoding="utf-8") == "[theirs"


def test_a_port_in_use_is_code_3(program: Program) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = program("sandbox", "--port", str(port))

    assert result.code == 3
    assert result.err.startswith(f"error: cannot listen on 127.0.0.1 port {port}: address already")


def test_the_sandbox_does_not_start_without_a_private_directory(
    program: Program, base: Path
) -> None:
    base.mkdir(mode=0o755)

    result = program("sandbox")

    assert result.code == 3
    assert result.err.startswith(
        f"error: cannot create the sandbox directory {base}: directory is accessible"
    )


def test_the_kubeconfig_is_written_to_the_given_path_and_removed(here: Path) -> None:
    path = here / "config"

    with sandbox("--kubeconfig", "config") as process:
        assert ready(process) == str(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        second = run("sandbox", "--kubeconfig", str(path))
        ended(process, signal.SIGKILL)

    assert path.exists()
    assert (second.returncode, "not written by a sandbox" in second.stderr) == (2, True)
    with sandbox("--kubeconfig", "config") as process:
        ready(process)
        ended(process, signal.SIGINT)
    assert not path.exists()


@pytest.fixture
def certificates(here: Path) -> list[str]:
    """Options for HTTPS and tokens."""
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path("key.pem")
    for each in (*certificate.cert_chain_pems, authority.cert_pem):
        each.write_to_path("chain.pem", append=True)
    (here / "tokens").write_text('s3cr3t,admin,1,"g"\n\nv13w,viewer\n', encoding="utf-8")
    return ["--tls-cert", "chain.pem", "--tls-key", "key.pem", "--tokens", "tokens"]


def test_tokens_over_tls(certificates: list[str]) -> None:
    commands = (
        f"{BIN}/kubectl get eip --token v13w; {BIN}/kubectl auth whoami --token no;"
        f"{BIN}/ippoolctl create a --range 10.0.0.0/28; {BIN}/ippoolctl sandbox lag 1s"
    )

    result = run("sandbox", "run", "-q", *certificates, "--", "sh", "-c", commands)

    assert "a created" in result.stdout
    assert "sandbox https://127.0.0.1:" in result.stdout
    assert "No resources found" in result.stderr
    assert "Unauthorized" in result.stderr


@pytest.mark.parametrize("text", ["s3cr3t\n", "s3cr3t,\n", ",admin\n", "s3cr3t,viewer\n"])
def test_invalid_tokens_are_refused_and_not_printed(
    program: Program, here: Path, certificates: list[str], text: str
) -> None:
    (here / "tokens").write_text(text, encoding="utf-8")

    result = program("sandbox", *certificates)

    assert result.code == 2
    assert "s3cr3t" not in result.err


def test_a_denied_permission_is_forbidden() -> None:
    result = run(
        "sandbox", "run", "-q", "--deny", "list:externalippools,delete:*",
        "--", str(BIN / "ippoolctl"), "list",
    )  # fmt: skip

    assert result.returncode == 3
    assert 'cannot list resource "externalippools"' in result.stderr

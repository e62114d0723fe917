"""``sandbox`` and what is below it: real processes where the process matters."""

import json
import os
import pty
import select
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme
from jsonschema import Draft202012Validator

from ippoolctl.cli.app import root
from ippoolctl.cli.sandbox.options import FAULTS
from ippoolctl.reading.yaml_documents import read_yaml
from ippoolctl.sandbox.antrea.webhook import InjectedFailure
from tests.builders import ROOT
from tests.cli.conftest import CONFLICT
from tests.cli.program import Program, run

BIN = Path(sys.executable).parent
PROGRAM = [sys.executable, "-m", "ippoolctl"]
PATIENCE = 30.0


pytestmark = pytest.mark.usefixtures("base")


def runs(base: Path) -> list[Path]:
    return sorted(base.glob("run-*"))


def until(happens: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while not (found := happens()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


@contextmanager
def sandbox(*arguments: str, **more: Any) -> Iterator["subprocess.Popen[str]"]:
    """The command in the foreground of a process of its own."""
    with subprocess.Popen(
        [*PROGRAM, "sandbox", *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def ready(process: "subprocess.Popen[str]") -> str:
    """The path of the kubeconfig, once it is said."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def ended(process: "subprocess.Popen[str]", signum: int) -> tuple[int, str]:
    """The exit code after a signal, and what was said on standard error."""
    process.send_signal(signum)
    _, err = process.communicate(timeout=PATIENCE)
    return process.returncode, err


@pytest.mark.parametrize(
    ("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)]
)
def test_it_says_what_it_is_serves_and_leaves_nothing(
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


def test_quietly_there_is_only_the_path() -> None:
    with sandbox("-q") as process:
        path = ready(process)

        assert Path(path).is_file()
        assert ended(process, signal.SIGINT) == (130, "")


@pytest.mark.parametrize("output", ["json", "yaml"])
def test_machines_get_one_document(schema: Draft202012Validator, output: str) -> None:
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


def test_what_a_killed_run_left_is_swept_by_the_next(base: Path) -> None:
    with sandbox() as process:
        left = Path(ready(process)).parent
        ended(process, signal.SIGKILL)

    assert left.exists()
    assert run("sandbox", "run", "-q", "--", "true").returncode == 0
    assert not left.exists()
    assert runs(base) == []


def test_a_reader_that_has_gone_ends_it(base: Path) -> None:
    read, write = os.pipe()
    os.close(read)

    result = subprocess.run(
        [*PROGRAM, "sandbox"], stdout=write, stderr=subprocess.DEVNULL, timeout=60, check=False
    )
    os.close(write)

    assert (result.returncode, runs(base)) == (141, [])


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["true"], 0),
        (["sh", "-c", "exit 7"], 7),
        (["sh", "-c", "kill -KILL $$"], 137),
        (["sh", "-c", "kill -TERM $$"], 143),
        (["nowhere-to-be-found"], 127),
        (["/etc/passwd"], 126),
        (["/"], 126),
    ],
)
def test_run_returns_the_code_of_the_command(
    program: Program, base: Path, command: list[str], code: int
) -> None:
    result = program("sandbox", "run", "--", *command)

    first, *others = result.err.splitlines()
    assert (result.code, result.out, runs(base)) == (code, "", [])
    assert first == "this is a simulation of Antrea 2.7.0, not Antrea"
    assert len(others) == (code in (126, 127))
    assert not others or others[0].startswith(f"error: cannot run {command[0]}: ")


def test_run_sets_kubeconfig_and_passes_everything_else() -> None:
    script = "import os, sys; print(sorted(os.environ.items()), sys.argv[1:], input())"
    arguments = ["-o=json", "-v=9", "--", "--debug"]
    environment = {"KUBECONFIG": "/elsewhere", "SOMETHING": "else"}

    result = run(
        "sandbox", "run", "-q", "--", sys.executable, "-c", script, *arguments,
        env=environment, input="typed\n",
    )  # fmt: skip

    expected = {**os.environ, **environment}
    pairs, _, rest = result.stdout.partition(")] ")
    seen = dict(eval(pairs + ")]"))
    assert seen.pop("KUBECONFIG").endswith("/kubeconfig")
    assert {key: value for key, value in seen.items() if key in expected} == {
        key: value for key, value in expected.items() if key != "KUBECONFIG"
    }
    assert rest == f"{arguments} typed\n"
    assert result.stderr == ""


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_run_passes_signals_on(base: Path, tmp_path: Path, signum: signal.Signals) -> None:
    script = (
        "import signal, sys, time, pathlib\n"
        f"signal.signal({int(signum)}, lambda *_: sys.exit(42))\n"
        "pathlib.Path(sys.argv[1]).touch()\n"
        f"time.sleep({PATIENCE})\n"
    )
    begun = tmp_path / "begun"

    with sandbox("run", "-q", "--", sys.executable, "-c", script, str(begun)) as process:
        until(begun.exists)
        code, err = ended(process, signum)

    assert (code, err, runs(base)) == (42, "", [])


COUNTS = """
import signal, sys, time
seen = []
signal.signal(signal.SIGINT, lambda *_: seen.append(1))
print("begun", flush=True)
while not seen:
    time.sleep(0.01)
time.sleep(0.3)  # a second one would be on its way already
sys.exit(40 + len(seen))
"""


def test_ctrl_c_reaches_the_command_once() -> None:
    leader, follower = pty.openpty()
    # The first terminal that the leader of a session opens is the one that controls it.
    begin = f"import os; os.open({os.ttyname(follower)!r}, os.O_RDWR); os.execv(argv[1], argv[1:])"
    command = [*PROGRAM, "sandbox", "run", "-q", "--", sys.executable, "-c", COUNTS]
    with subprocess.Popen(
        [sys.executable, "-c", f"from sys import argv; {begin}", *command],
        start_new_session=True, stdin=follower, stdout=follower, stderr=follower,
    ) as process:  # fmt: skip
        seen = b""
        while b"begun" not in seen:
            seen += os.read(leader, 1024)
        os.write(leader, b"\x03")

        assert process.wait(PATIENCE) == 41
    os.close(leader)
    os.close(follower)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "sandbox run -- COMMAND"),
        (["true"], "run: ippoolctl sandbox run -- true"),
        (["--load", "-", "--", "true"], "use a file"),
        (["--address", "0.0.0.0", "--", "true"], "remove --address"),
    ],
)
def test_wrong_usage_of_run(program: Program, arguments: list[str], words: str) -> None:
    result = program("sandbox", "run", *arguments)

    assert result.code == 2
    assert words in result.err


def test_run_does_not_pretend_where_ippoolctl_would_ask_another_cluster(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPPOOLCTL_SERVER", "https://prod:6443")

    result = program("sandbox", "run", "--", "true")

    assert result.code == 2
    assert result.err.startswith("error: IPPOOLCTL_SERVER is set")


def test_an_error_of_run_is_a_document_only_where_that_was_asked_of_us(program: Program) -> None:
    ours = program("sandbox", "run", "-o", "json")
    theirs = program("sandbox", "run", "--", "nowhere-to-be-found", "-o", "json", "--debug")

    assert (ours.code, ours.document["kind"]) == (2, "Error")
    assert (theirs.code, theirs.out) == (127, "")


def test_the_running_one_is_changed(program: Program, schema: Draft202012Validator) -> None:
    with sandbox("--lag", "2s") as process:
        path = ready(process)

        lag = program("sandbox", "lag", "0.1..3s", "-o", "json")
        fault = program("sandbox", "fault", "down", "--kubeconfig", path)
        refused = program("create", "a", "--range", "10.0.0.0/28", "--kubeconfig", path)
        mended = program("sandbox", "fault", "none", "-o", "json")
        restart = program("sandbox", "restart")
        again = program("sandbox", "lag", "0", "-o", "json")

    for each in (lag, mended, again):
        schema.validate(each.document)
    assert (lag.document["lag"], lag.document["kubeconfig"]) == ("0.1..3s", path)
    assert fault.out.endswith(": webhook failure: down\n")
    assert refused.code == 5
    assert "connection refused" in refused.err
    assert mended.document["fault"] is None
    assert restart.out.endswith(": the controller restarts\n")
    assert again.document["lag"] == "0s"


def test_which_one_is_meant(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    none = program("sandbox", "lag", "1s")
    with sandbox() as one, sandbox() as other:
        paths = [ready(one), ready(other)]
        several = program("sandbox", "lag", "1s")
        wrong = program("sandbox", "lag", "1s", "--kubeconfig", "/nowhere")
        monkeypatch.setenv("KUBECONFIG", f"/nowhere:{paths[1]}")
        named = program("sandbox", "lag", "1s", "-o", "json")

    assert (none.code, several.code, wrong.code, named.code) == (3, 2, 3, 0)
    assert "start one: ippoolctl sandbox" in none.err
    assert all(each in several.err for each in paths)
    assert named.document["kubeconfig"] == paths[1]


def test_another_token_is_of_no_use(program: Program) -> None:
    with sandbox() as process:
        control = Path(ready(process)).with_name("control")
        said = json.loads(control.read_text())
        control.write_text(json.dumps({**said, "token": "x"}))
        result = program("sandbox", "lag", "1s")

    assert result.code == 3
    assert "invalid sandbox token" in result.err


OBJECTS = """\
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Node, metadata: {name: one, resourceVersion: "7", uid: x}}
- {apiVersion: v1, kind: Namespace, metadata: {name: default}}
---
a: values of something
"""


def test_objects_are_loaded_past_the_webhook(program: Program, conflict: Path) -> None:
    (conflict / "objects.json").write_text(json.dumps(next(iter(read_yaml(OBJECTS)))))
    command = f"{BIN}/kubectl get nodes -o name; {BIN}/ippoolctl list -o name"

    result = run(
        "sandbox", "run", "--load", str(conflict), "--load", f"{conflict}/edge.yaml",
        "--", "sh", "-c", command,
    )  # fmt: skip

    assert result.stdout.split() == [
        "node/one",
        "externalippool.crd.antrea.io/edge",
        "externalippool.crd.antrea.io/lab",
    ]
    assert "the sandbox provides Namespace default" in result.stderr


def test_objects_come_from_standard_input() -> None:
    with sandbox("--load", "-") as process:
        _, err = process.communicate(timeout=PATIENCE)

    assert process.returncode == 2
    assert err.startswith("error: <stdin>: no data on standard input")


BAD = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
---
apiVersion: crd.antrea.io/v1beta1
kind: ExternalIPPool
metadata: {name: A_b}
spec: {ipRanges: [], nodeSelector: {}}
---
{apiVersion: v1, kind: Node, metadata: {name: one}}
---
{apiVersion: v1, kind: Node, metadata: {name: one}}
---
{kind: Node, metadata: {name: m}}
"""


def test_what_cannot_be_loaded_is_named_with_its_place(
    program: Program, here: Path, base: Path
) -> None:
    (here / "bad.yaml").write_text(BAD, encoding="utf-8")

    result = program("sandbox", "run", "--load", "bad.yaml", "--load", "nowhere", "--", "true")

    errors = [each for each in result.err.splitlines() if each.startswith("error: ")]
    assert result.code == 2
    assert (
        errors[0] == "error: bad.yaml:1:1: Pod of v1 is not supported by a sandbox of Antrea 2.7.0"
    )
    assert errors[1].startswith("error: bad.yaml:5:1: ExternalIPPool.crd.antrea.io")
    assert errors[2] == "error: bad.yaml:12:1: Node one is already defined at bad.yaml:10:1"
    assert errors[3].startswith("error: bad.yaml:14:1: missing apiVersion")
    assert errors[4].startswith("error: nowhere: no such file")
    assert errors[5] == "error: cannot start the sandbox: 5 inputs cannot be loaded"
    assert runs(base) == []


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


def test_a_port_that_is_taken_is_code_3(program: Program) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = program("sandbox", "--port", str(port))

    assert result.code == 3
    assert result.err.startswith(f"error: cannot listen on 127.0.0.1 port {port}: address already")


def test_without_a_place_for_its_files_it_does_not_begin(program: Program, base: Path) -> None:
    base.mkdir(mode=0o755)

    result = program("sandbox")

    assert result.code == 3
    assert result.err.startswith(
        f"error: cannot create the sandbox directory {base}: directory is accessible"
    )


def test_the_kubeconfig_is_written_where_it_is_wanted_and_goes(here: Path) -> None:
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
def test_bad_tokens_are_refused_and_not_shown(
    program: Program, here: Path, certificates: list[str], text: str
) -> None:
    (here / "tokens").write_text(text, encoding="utf-8")

    result = program("sandbox", *certificates)

    assert result.code == 2
    assert "s3cr3t" not in result.err


def test_what_is_denied_is_forbidden() -> None:
    result = run(
        "sandbox", "run", "-q", "--deny", "list:externalippools,delete:*",
        "--", str(BIN / "ippoolctl"), "list",
    )  # fmt: skip

    assert result.returncode == 3
    assert 'cannot list resource "externalippools"' in result.stderr


def test_the_faults_of_the_options_are_those_of_the_webhook() -> None:
    assert ("none", *InjectedFailure) == FAULTS


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("ippoolctl sandbox ", {"run", "lag", "restart", "fault"}),
        ("ippoolctl sandbox fault ", set(FAULTS)),
        ("ippoolctl sandbox --fault t", {"timeout"}),
        ("ippoolctl sandbox run --fault un", {"untrusted"}),
        ("ippoolctl sandbox run --stat", {"--status-delay"}),
        ("ippoolctl sand", {"sandbox"}),
    ],
)
def test_completion_offers_words_without_loading_the_sandbox(words: str, offered: set[str]) -> None:
    code = (
        "import sys; from ippoolctl.cli.app import main; main([]); "
        "print('LOADED', *sys.modules, file=sys.stderr)"
    )

    result = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **os.environ,
            "_IPPOOLCTL_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
        },
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert set(result.stdout.split()) == offered
    assert "ippoolctl.sandbox" not in result.stderr.split()
    assert "LOADED" in result.stderr


@pytest.mark.parametrize("name", ["run", "lag", "restart", "fault"])
def test_every_command_below_has_help_with_an_example(program: Program, name: str) -> None:
    result = program("sandbox", name, "--help")

    assert result.code == 0
    assert result.out.startswith(f"Usage: ippoolctl sandbox {name}")
    assert "Examples:" in result.out
    assert max(map(len, result.out.splitlines())) <= 80


def test_a_mistyped_command_below_is_recognised(program: Program) -> None:
    assert "did you mean restart?" in program("sandbox", "retsart").err
    assert "list all commands: ippoolctl sandbox --help" in program("sandbox", "kubectl").err
    assert root().get_command(None, "sandbox") is not None


def test_the_examples_that_are_shipped_can_be_loaded() -> None:
    good = ROOT / "examples" / "good"

    result = run("sandbox", "run", "-q", "--load", str(good), "--", str(BIN / "ippoolctl"), "check")

    assert result.returncode == 0, result.stdout + result.stderr
    assert CONFLICT

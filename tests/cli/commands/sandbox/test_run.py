"""``sandbox run``: streams, signals, exit codes, environment."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.commands.sandbox.process import PATIENCE, PROGRAM, ended, runs, sandbox, until
from tests.cli.program import Program, run

pytestmark = pytest.mark.usefixtures("base")


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


def test_run_changes_only_kubeconfig_in_the_environment() -> None:
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
def test_run_forwards_signals(base: Path, tmp_path: Path, signum: signal.Signals) -> None:
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
time.sleep(1.3)  # a second one would be on its way already
sys.exit(40 + len(seen))
"""


SLOWLY = """
import subprocess, sys, time
from ippoolctl.cli.app import main

start = subprocess.Popen.__init__

def slowly(self, *arguments, **options):
    start(self, *arguments, **options)
    time.sleep(1)

subprocess.Popen.__init__ = slowly
sys.exit(main())
"""


@pytest.mark.parametrize("program", [PROGRAM, (sys.executable, "-c", SLOWLY)])
def test_ctrl_c_reaches_the_command_once(program: Sequence[str]) -> None:
    leader, follower = pty.openpty()
    # The first terminal that the leader of a session opens is the one that controls it.
    begin = f"import os; os.open({os.ttyname(follower)!r}, os.O_RDWR); os.execv(argv[1], argv[1:])"
    command = [*program, "sandbox", "run", "-q", "--", sys.executable, "-c", COUNTS]
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


def test_run_refuses_variables_that_select_another_cluster(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPPOOLCTL_SERVER", "https://prod:6443")

    result = program("sandbox", "run", "--", "true")

    assert result.code == 2
    assert result.err.startswith("error: IPPOOLCTL_SERVER is set")


def test_an_error_of_run_is_a_document_with_our_output_option(program: Program) -> None:
    ours = program("sandbox", "run", "-o", "json")
    theirs = program("sandbox", "run", "--", "nowhere-to-be-found", "-o", "json", "--debug")

    assert (ours.code, ours.document["kind"]) == (2, "Error")
    assert (theirs.code, theirs.out) == (127, "")

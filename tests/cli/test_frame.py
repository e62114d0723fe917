"""Every command: options on both sides, environment, streams, errors."""

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ippoolctl.cli.app import ALIASES, COMMANDS, root
from ippoolctl.cli.options import known_words
from ippoolctl.cli.parser import Entry, load
from ippoolctl.cli.presenter import wants_color
from ippoolctl.domain.lint import runner as lint_module
from ippoolctl.domain.lint.rules import RULES, Group
from ippoolctl.errors import SEVERITY, ExitCode, worst
from ippoolctl.sandbox.sandbox import Sandbox
from tests.builders import ROOT, pool_object
from tests.cli.program import Program, run

IMPORTED_ONLY_WHEN_USED = (
    "pydantic",
    "rich",
    "kubernetes",
    "netaddr",
    "urllib3",
    "http",
    "requests",
)


@pytest.mark.usefixtures("conflict")
@pytest.mark.parametrize(
    "arguments",
    [
        ["-o", "json", "check", "edge.yaml"],
        ["check", "-o", "json", "edge.yaml"],
        ["check", "edge.yaml", "-ojson"],
        ["--output=json", "check", "edge.yaml"],
        ["-o", "yaml", "check", "edge.yaml", "-o", "json"],
        ["-o", "nonsense", "check", "edge.yaml", "--output", "json"],
    ],
)
def test_global_options_stand_on_both_sides_and_the_last_one_wins(
    program: Program, arguments: list[str]
) -> None:
    assert program(*arguments).document["kind"] == "CheckReport"


@pytest.mark.usefixtures("conflict")
def test_verbosity_adds_up_over_both_sides(program: Program) -> None:
    assert "pools in edge.yaml" in program("-v", "check", "edge.yaml", "-v").err
    assert "pools in edge.yaml" not in program("-v", "check", "edge.yaml").err
    assert "pools in edge.yaml" in program("check", "edge.yaml", "-v=2").err
    assert "pools in edge.yaml" in program("check", "edge.yaml", f"-v={'9' * 5000}").err


@pytest.mark.usefixtures("conflict")
def test_options_win_over_the_environment(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPPOOLCTL_OUTPUT", "json")
    monkeypatch.setenv("IPPOOLCTL_FAIL_ON", "never")
    monkeypatch.setenv("IPPOOLCTL_ANTREA", "1.15")

    from_environment = program("check", ".")
    before = program("--antrea", "2.4.2", "check", ".", "--fail-on", "error")
    after = program("check", ".", "-o", "table")

    assert from_environment.code == 0
    assert from_environment.document["release"] == "1.15.0"
    assert (before.code, before.document["release"]) == (1, "2.4.2")
    assert "Antrea 1.15.0" in after.out


@pytest.mark.usefixtures("conflict")
def test_an_error_is_a_document_where_the_environment_asks_for_one(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPPOOLCTL_OUTPUT", "json")

    result = program("check")

    assert result.document["kind"] == "Error"
    assert result.document["code"] == result.code == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chekc"], "did you mean check?"),
        (["check", "--selct", "EIP209", "x"], "did you mean --select?"),
        (["check", "-o", "jsom", "x"], "did you mean json?"),
        (["describe", "edge"], "ippoolctl show NAME"),
        (["edit", "edge"], "ippoolctl extend NAME --range RANGE"),
        (["sync", "-f", "x"], "ippoolctl apply FILE"),
        (["lint", "x"], "ippoolctl check PATH"),
        (["delete", "--all"], "delete takes quoted patterns"),
        (["suggest", "--size", "6"], "use --ips N"),
        (["list", "--size", "6"], "see ippoolctl list --help"),
        (["apply", "x", "--prune"], "use --complete"),
        (["delete", "x", "--prune"], "it has no effect here"),
        (["check", "x", "--output-file", "y"], "use --report FORMAT=FILE"),
        (["list", "--token", "x"], "use --token-file FILE"),
        (["watch"], "ippoolctl list --watch"),
        (["rules"], "ippoolctl explain RULE"),
        (["api-resources"], "list all commands"),
        (["sandbox", "start"], "start a sandbox: ippoolctl sandbox"),
        (["sandbox", "stop"], "press Ctrl-C"),
        (["list", "-A"], "pools are cluster-scoped; remove the option"),
        (["list", "-v=b"], "see ippoolctl list --help"),
        (["create", "a", "--labels", "a=b"], "use --label KEY=VALUE"),
        (["create", "a", "--annotations", "a=b"], "use --annotation KEY=VALUE"),
        (["list", "--label", "a=b"], "use --selector SELECTOR"),
        (["diff", "--label", "a=b"], "set labels in a manifest, and use -f FILE"),
        (["list", "--ass", "x"], "see ippoolctl list --help"),
        (["list", "--users", "x"], "see ippoolctl list --help"),
        (["create", "a", "--cidr", "10.0.0.0/28"], "use --range"),
        (["create", "a"], "a size: --ips N --within CIDR"),
        (["delete", "a", "--yes"], "there is no confirmation; remove the option"),
        (["list", "--cidr", "10.0.0.0/28"], "see ippoolctl list --help"),
        (["nonsense-without-neighbour"], "list all commands: ippoolctl --help"),
        (["help"], "run: ippoolctl --help"),
        (["help", "create"], "run: ippoolctl create --help"),
        (["help", "nonsense"], "run: ippoolctl --help"),
        (["sandbox", "help", "lag"], "run: ippoolctl sandbox lag --help"),
        (["check", "--color", "sometimes", "x"], "use one of auto, always, never"),
        (["suggest", "--ips", "many"], "see ippoolctl suggest --help"),
        (["--antrea"], "see ippoolctl --help"),
        (["create", "a", "--dry-run"], "use --dry-run client"),
        (["create", "a", "--range", "10.0.0.0/30", "--dry-run", "-q"], "--dry-run client"),
        (["sweep", "--dry-run", "client"], "see ippoolctl sweep --help"),
        (["create", "a", "10.0.0.0/28"], "use --range 10.0.0.0/28"),
        (["extend", "a", "10.0.0.1-10.0.0.9", "--wait"], "use --range 10.0.0.1-10.0.0.9"),
        (["check", "x", "-o", "junit=y.xml"], "use --report junit=y.xml"),
        (["map", "-o", "svg=y.svg"], "use -o svg > y.svg"),
        (["check", "x", "--report", "junit=-"], "use --report junit for standard output"),
        (["check", "x", "--ignore", "overlap"], "use EIP209"),
        (["check", "x", "--select", "EIP2099"], "did you mean EIP209?"),
        (["free", "10.0.0.0/16"], "use --within 10.0.0.0/16"),
        (["suggest", "--ips", "6", "fd00::/64"], "use --within fd00::/64"),
        (["create", "a", "b"], "see ippoolctl create --help"),
        (["show", "a", "10.0.0.0/28"], "see ippoolctl show --help"),
        (["create", "edge.yaml"], "use -f edge.yaml"),
        (["create", "manifests/", "--dry-run", "client"], "use -f manifests/"),
    ],
)
def test_wrong_usage_is_one_line_with_a_hint_and_code_2(
    program: Program, here: Path, arguments: list[str], words: str
) -> None:
    result = program(*arguments)

    error, hint = result.err.splitlines()
    assert (result.code, result.out) == (2, "")
    assert error.startswith("error: ")
    assert hint.startswith("hint: ")
    assert words in hint
    assert not list(here.iterdir())


def test_no_word_of_another_tool_is_a_command() -> None:
    words = {word for listed in known_words.OF_COMMANDS.values() for word in listed.split()}

    assert words.isdisjoint({*COMMANDS, *ALIASES})


def test_a_number_that_is_none_is_not_a_valid_integer(program: Program) -> None:
    result = program("suggest", "--ips", "x", "--within", "10.0.0.0/24")

    assert result.code == 2
    assert result.err.startswith("error: invalid value for '--ips': 'x' is not a valid integer\n")


@pytest.mark.parametrize("words", ["b", "b c"])
def test_an_argument_too_many_is_named(program: Program, words: str) -> None:
    result = program("create", "a", *words.split())

    assert result.err.startswith(f"error: unexpected argument: {words!r}\n")


def test_an_invalid_output_variable_is_named_in_the_error(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPPOOLCTL_OUTPUT", "jsom")

    assert program("list").err.startswith("error: invalid value: IPPOOLCTL_OUTPUT=jsom")
    assert program("list", "-o", "yam").err.startswith("error: invalid value: -o yam")


@pytest.mark.usefixtures("conflict")
def test_a_namespace_is_accepted_and_warned_about(program: Program) -> None:
    result = program("check", "edge.yaml", "-n", "antrea")

    assert result.code == 0
    assert result.err == "warning: ExternalIPPools are cluster-scoped; --namespace is ignored\n"


def test_an_internal_error_is_code_70_with_a_traceback(
    program: Program, conflict: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ippoolctl.domain.lint.runner._step", lambda finding: 1 / 0)
    assert lint_module

    result = program("check", str(conflict), "-o", "json")

    assert result.code == result.document["code"] == 70
    assert "ZeroDivisionError" in result.document["message"]
    assert "Traceback" in result.err
    assert result.err.splitlines()[-1].startswith("hint: please report it")


def test_debug_shows_where_an_expected_error_came_from(program: Program, here: Path) -> None:
    assert "Traceback" in program("check", "--debug").err
    assert "Traceback" not in program("check").err
    assert not list(here.iterdir())


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_lists_every_command_and_exit_code_in_eighty_columns(
    program: Program, arguments: list[str]
) -> None:
    result = program(*arguments)

    assert result.code == 0
    assert all(f"  {name} " in result.out for name in COMMANDS)
    assert all(f"{code} " in result.out for code in (0, 1, 2, 3, 4, 5, 6, 70, 130))
    assert max(map(len, result.out.splitlines())) <= 80


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples(program: Program, name: str) -> None:
    result = program(name, "--help")

    assert result.code == 0
    assert result.out.startswith(f"Usage: ippoolctl {name}")
    assert "Global options" in " ".join(result.out.split())
    assert name == "version" or "Examples:" in result.out
    assert max(map(len, result.out.splitlines())) <= 80


def test_a_command_is_built_once(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    built = []

    def load_and_note(name: str, entry: Entry) -> object:
        built.append(name)
        return load(name, entry)

    monkeypatch.setattr("ippoolctl.cli.parser.load", load_and_note)

    assert program("version", "-o", "json").code == 0
    assert built == ["version"]


@pytest.mark.parametrize("name", COMMANDS)
def test_no_environment_variable_weakens_anything(name: str) -> None:
    command = load(name, COMMANDS[name])
    variables = {
        str(parameter.envvar).lower() for parameter in (*command.params, *root().params)
    } - {"none"}

    assert all(variable.startswith("ippoolctl_") for variable in variables)
    assert not any(word in each for each in variables for word in ("force", "yes", "insecure"))


@pytest.mark.usefixtures("conflict")
@pytest.mark.parametrize(
    "arguments", [["version"], ["check", "edge.yaml", "lab.yaml"], ["check", "edge.yaml", "-ojson"]]
)
def test_a_start_imports_no_slow_package(arguments: list[str]) -> None:
    code = (
        "import sys; from ippoolctl.cli.app import main; "
        f"main({arguments!r}); print(*sys.modules, file=sys.stderr)"
    )

    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    loaded = {name.partition(".")[0] for name in result.stderr.split()}
    assert not loaded & set(IMPORTED_ONLY_WHEN_USED)
    assert ("yaml" in loaded) == (arguments[0] == "check")


@pytest.mark.usefixtures("conflict")
def test_a_check_of_files_imports_no_slow_package_and_no_dataclass() -> None:
    """Each dataclass compiles its methods at every start: values of a check are named tuples."""
    code = (
        "import sys; from dataclasses import is_dataclass; from ippoolctl.cli.app import main; "
        "main(['check', 'edge.yaml', 'lab.yaml']); "
        "own = [each for name, each in sys.modules.items() if name.startswith('ippoolctl')]; "
        "print(*sys.modules, file=sys.stderr); "
        "print(*{each.__name__ for module in own for each in vars(module).values()"
        " if isinstance(each, type) and is_dataclass(each)}, file=sys.stderr)"
    )

    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    modules, dataclasses = (line.split() for line in result.stderr.splitlines()[-2:])
    assert not {*modules} & {
        "json",
        "tempfile",
        "ippoolctl.cli.files.fixes",
        "ippoolctl.manifests.directories",
        "ippoolctl.manifests.fixes",
        "ippoolctl.ports.gateway",
        "ippoolctl.domain.surroundings.waiting",
        "ippoolctl.domain.surroundings.installation.components",
    }
    assert {*dataclasses} <= {
        "Admitted",
        "AppContext",
        "Content",
        "Manifests",
        "Result",
    }


CREATION = [each for each in RULES if Group.CREATION in each.groups]
IPV6 = [each.module for each in CREATION if "ipv6_ranges" in each.looks_at]
OF_OVERLAPS = {"overlaps.pairs", "overlaps_between"}
OVERLAPS = [each.module for each in RULES if OF_OVERLAPS & {*each.looks_at}]


@pytest.mark.usefixtures("conflict")
@pytest.mark.parametrize(
    ("arguments", "rules"),
    [
        (["create", "lab", "--range", "10.0.0.0/28", "--server", "https://127.0.0.1:9"], []),
        (["create", "lab", "--range", "fd00::9", "--server", "https://127.0.0.1:9"], IPV6),
        (["list", "--server", "https://127.0.0.1:9"], []),
        (["check", "edge.yaml"], []),
        (["check", "edge.yaml", "--ignore", "EIP109"], []),
        (["check", "edge.yaml", "lab.yaml"], OVERLAPS),
        (["check", "edge.yaml", "--select", "EIP209,EIP601", "-o", "json"], []),
        (["explain", "EIP601"], ["eip601_egress_without_pool"]),
    ],
)
def test_a_command_imports_only_the_rules_that_it_runs(
    arguments: list[str], rules: list[str]
) -> None:
    code = (
        f"import sys; from ippoolctl.cli.app import main; main({arguments!r}); "
        "print(*sys.modules, file=sys.stderr)"
    )

    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    loaded = [name.rpartition(".")[2] for name in result.stderr.split() if ".rules.eip" in name]
    assert sorted(loaded) == rules


@pytest.mark.parametrize("shell", ["", "bash", "zsh", "fish"])
def test_a_request_to_a_cluster_imports_no_slow_package(shell: str) -> None:
    words = "ippoolctl show --server https://127.0.0.1:9 "
    completion = {
        "_IPPOOLCTL_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        "_TYPER_COMPLETE_ARGS": words,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    code = (
        "import sys; from ippoolctl.cli.app import main; "
        "main(['list', '--server', 'https://127.0.0.1:9']); print(*sys.modules, file=sys.stderr)"
    )

    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **(completion if shell else {})},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    loaded = {name.partition(".")[0] for name in result.stderr.split()}
    assert "ippoolctl" in loaded
    assert not loaded & {"pydantic", "kubernetes", "netaddr", "requests", "aiohttp", "urllib3"}
    assert "ippoolctl.domain.lint.rules" not in result.stderr.split()
    # A None in its place keeps Typer from loading it.
    assert "rich.text" not in result.stderr


@pytest.mark.parametrize("arguments", [["check", "."], ["--help"], ["check", ".", "-o", "json"]])
@pytest.mark.usefixtures("conflict")
def test_a_closed_pipe_is_not_an_error(arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)

    result = subprocess.run(
        [sys.executable, "-m", "ippoolctl", *arguments],
        stdout=write, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    os.close(write)

    assert (result.returncode, result.stderr) == (141, "")


def test_an_interrupt_while_waiting_for_input_is_130() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "ippoolctl", "check", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        wait_until_it_reads(process.pid)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)

    assert (process.returncode, out, err) == (130, "", "")


def wait_until_it_reads(pid: int) -> None:
    """Until the process sleeps in a read of its standard input."""
    while not Path(f"/proc/{pid}/syscall").read_text().startswith("0 0x0 "):
        time.sleep(0.01)


@pytest.mark.usefixtures("conflict")
def test_output_that_cannot_be_encoded_is_escaped(here: Path) -> None:
    (here / "größe.yaml").write_text("kind: ExternalIPPool\na: [b", encoding="utf-8")

    environment = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    result = run("check", ".", env={**environment, "PYTHONIOENCODING": "ascii:strict"})

    assert result.returncode == 2
    assert "e.yaml:2:4" in result.stderr
    assert (result.stdout + result.stderr).isascii()


def on_a_terminal(*arguments: str, columns: int = 60) -> str:
    """The screen of a terminal of that width."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm"}
    with subprocess.Popen(
        [sys.executable, "-m", "ippoolctl", *arguments],
        stdout=follower, stderr=follower, stdin=subprocess.DEVNULL, env=environment,
    ) as process:  # fmt: skip
        os.close(follower)
        seen = b""
        while chunk := read_from(leader):
            seen += chunk
        process.wait(timeout=60)
    os.close(leader)
    return seen.decode().replace("\r\n", "\n")


def read_from(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65_536)
    except OSError:  # the other end is closed
        return b""


@pytest.mark.usefixtures("conflict")
def test_a_terminal_has_color_and_no_overlong_line() -> None:
    seen = on_a_terminal("check", "edge.yaml", "lab.yaml", "--color", "always")
    plain = on_a_terminal("check", "edge.yaml", "lab.yaml", "--color", "never")

    assert "\x1b[31merror EIP209\x1b[0m" in seen
    assert "\x1b" not in plain
    assert max(map(len, plain.splitlines())) <= 60
    assert plain.splitlines()[2].startswith("    ")
    assert "".join(plain.split()) == "".join(
        part for part in seen.replace("\x1b[0m", "").split() for part in [strip_colour(part)]
    )


def strip_colour(text: str) -> str:
    for code in ("1", "2", "31", "32", "33"):
        text = text.replace(f"\x1b[{code}m", "")
    return text


@pytest.mark.usefixtures("conflict")
def test_output_to_a_pipe_has_no_color_and_no_wrapped_line() -> None:
    result = run("check", ".", env={"COLUMNS": "40"})

    assert "\x1b" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) > 80


@pytest.mark.parametrize(
    ("choice", "environment", "terminal", "expected"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"CLICOLOR_FORCE": "1"}, False, True),
        ("auto", {"CLICOLOR": "0"}, True, False),
        ("auto", {"TERM": "dumb"}, True, False),
    ],
)
def test_color_depends_on_option_environment_and_terminal(
    choice: str, environment: dict[str, str], *, terminal: bool, expected: bool
) -> None:
    assert wants_color(choice, environment, terminal=terminal) is expected


@pytest.mark.parametrize(
    ("codes", "strongest"),
    [
        ([], 0),
        ([0, 1], 1),
        ([1, 4], 4),
        ([4, 3], 3),
        ([3, 2, 1], 2),
        ([2, 70], 70),
        ([0, 5], 5),
        ([5, 1], 1),
        ([5, 6], 6),
        ([6, 4], 4),
        ([70, 143], 70),
    ],
)
def test_the_strongest_exit_code_wins(codes: list[int], strongest: int) -> None:
    assert worst(*map(ExitCode, codes)) == strongest
    assert set(SEVERITY) == set(ExitCode)


def test_the_demo_runs_to_its_end() -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    demo = ROOT / "examples" / "demo.sh"
    # Two commands have to fit in the lag, on a busy machine too.
    script = demo.read_text(encoding="utf-8").replace("--lag 3s", "--lag 12s")

    result = subprocess.run(
        ["sh", "-c", script, str(demo)],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip

    assert result.returncode == 0, result.stdout + result.stderr
    assert "examples/bad/lab.yaml:8:7: error EIP209" in result.stdout
    assert "overlaps with: examples/bad/edge.yaml:7:7" in result.stdout
    assert "(exit code 1)" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("Next: ")


@pytest.mark.usefixtures("conflict")
@pytest.mark.parametrize(
    ("redirection", "code"),
    [
        (">/dev/full", 3), (">&-", 3), ("2>&-", 1), ("2>/dev/full", 1), (">/dev/full 2>&-", 3),
    ],
)  # fmt: skip
@pytest.mark.parametrize("output", ["table", "json"])
def test_an_unwritable_output_is_an_error_without_a_traceback(
    redirection: str, code: int, output: str
) -> None:
    command = f"{sys.executable} -m ippoolctl check . -o {output} {redirection}"

    result = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)

    assert result.returncode == code
    assert "Traceback" not in result.stdout + result.stderr
    if code == 3 and "2>" not in redirection:
        assert result.stderr.startswith("error: cannot write the output: ")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("create a --range 10.0.0.0/24", "externalippool.crd.antrea.io/a created"),
        ("create a --range 10.0.0.0/24 -o json", "externalippool.crd.antrea.io/a created"),
        (
            "create a --ips 6 --within 10.0.0.0/24 -o ranges",
            "externalippool.crd.antrea.io/a created",
        ),
        ("create a --range 10.9.0.0/25 -o yaml", "pool a was not created"),
        ("delete there -o name", "externalippool.crd.antrea.io/there deleted"),
        ("rename there here --yes", "it is: rename there here: done"),
    ],
)
def test_a_failed_output_still_reports_the_write(command: str, words: str) -> None:
    with Sandbox(load=[pool_object("there", "10.9.0.0/24")]) as sandbox:
        line = f"{sys.executable} -m ippoolctl {command} --server {sandbox.url} >/dev/full"
        result = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)

    assert result.returncode == 3
    assert result.stderr.startswith("error: cannot write the output: no space left on device; it")
    assert words in result.stderr


@pytest.mark.parametrize("redirection", [">/dev/full", ">&-"])
def test_version_on_an_unwritable_output_is_code_3(redirection: str) -> None:
    command = f"{sys.executable} -m ippoolctl version {redirection}"

    result = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)

    assert (result.returncode, result.stderr) == (3, "")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("output", ["json", "yaml"])
def test_a_name_that_is_not_utf_8_is_shown_escaped(output: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "ippoolctl", "-o", output, "check", b"x\xff.yaml"],
        capture_output=True, check=False,
    )  # fmt: skip

    assert result.returncode == 2
    assert b"udcff" in result.stdout
    assert result.stdout.isascii()


@pytest.mark.parametrize("arguments", [["check", "-qojson", "--bad"], ["-vqo", "json", "check"]])
def test_combined_short_options_select_the_error_format(
    program: Program, here: Path, arguments: list[str]
) -> None:
    assert program(*arguments).document["kind"] == "Error"
    assert not list(here.iterdir())


def test_a_traceback_is_escaped_too(program: Program, here: Path) -> None:
    result = program("--debug", "--config", "/\x1b[31m", "check", str(here))

    assert "Traceback" in result.err
    assert "\x1b" not in result.err


@pytest.mark.parametrize(
    ("value", "shown"),
    [("1", True), ("True", True), ("0", False), ("no", False), ("", False), ("perhaps", False)],
)
def test_debug_can_be_set_in_the_environment(
    program: Program, here: Path, monkeypatch: pytest.MonkeyPatch, value: str, *, shown: bool
) -> None:
    monkeypatch.setenv("IPPOOLCTL_DEBUG", value)

    assert ("Traceback" in program("check").err) is shown
    assert not list(here.iterdir())


@pytest.mark.parametrize(
    ("command", "code"),
    [("--help >/dev/full", 3), ("completion bash >/dev/full", 3), ("check - <&-", 2)],
)
def test_io_errors_of_the_option_parser_cause_no_traceback(command: str, code: int) -> None:
    result = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m ippoolctl {command}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert result.returncode == code
    assert "Traceback" not in result.stderr

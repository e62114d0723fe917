"""F10 and F11: the command with every status and every kind of corrupt answer."""

import re
from collections.abc import Iterator

import pytest

from ippoolctl.cli import context
from ippoolctl.sandbox.sandbox import Sandbox
from tests.builders import pool_object
from tests.cli.program import Program
from tests.fakes import SkippingClock
from tests.history.history import Object
from tests.proxy.fault_proxy import FaultProxy
from tests.proxy.faults import (
    BAD_GATEWAY,
    BROKEN_GZIP,
    BROKEN_JSON,
    EMPTY,
    HTML_PAGE,
    Drip,
    Fault,
    ResetAfter,
    ResetBefore,
    Rule,
    Status,
    Truncate,
    WrongLength,
)

POOLS = "/externalippools$"
OLD = "/externalippools/old$"
NEW = "/externalippools/new$"
CREATE = ("create", "new", "--range", "10.0.0.0/24", "--wait")
DELETE = ("delete", "old", "--wait")
WAIT = ("wait", "old", "--until", "ready")
MET = {
    "create": (CREATE, Rule(ResetBefore(), methods=("POST",), path=POOLS, times=1)),
    "patch": (CREATE, Rule(ResetBefore(), methods=("PATCH",), path=NEW, times=1)),
    "list": (CREATE, Rule(ResetBefore(), methods=("GET",), path=POOLS, times=1)),
    "delete": (DELETE, Rule(ResetBefore(), methods=("DELETE",), path=OLD, times=1)),
    "get": (WAIT, Rule(ResetBefore(), methods=("GET",), path=OLD, times=1)),
}
"""For each request a command that sends it, and where a fault strikes it once."""

AMBIGUOUS = {500, 502, 503, 504}
# What the command comes to if a bare status meets one request of it; all else is code 3.
ENDS: dict[str, dict[int, set[int]]] = {
    "create": {0: AMBIGUOUS | {429}, 4: {422}},
    "patch": {0: AMBIGUOUS | {404, 409, 429}, 4: {422}},
    "list": {0: AMBIGUOUS | {429}},
    "delete": {0: AMBIGUOUS | {404, 409, 429}},
    "get": {0: AMBIGUOUS | {429, 404}},
}


class World:
    """A sandbox behind a proxy, and the command."""

    def __init__(self, sandbox: Sandbox, proxy: FaultProxy, program: Program) -> None:
        self.sandbox, self.proxy, self._program = sandbox, proxy, program

    def meet(self, request: str, fault: Fault) -> tuple[int, str]:
        """Run the command of that request with one fault: the exit code, and the output."""
        arguments, rule = MET[request]
        self.proxy.rules = [Rule(fault, 1.0, rule.methods, rule.path, times=1)]
        # Short only where nothing else ends the request: a slow machine may need longer.
        longest = "2s" if isinstance(fault, Drip) else "10s"
        result = self._program(
            *arguments, "--timeout", "20s", "--request-timeout", longest, "-q", "--server",
            self.proxy.url,
        )  # fmt: skip
        assert self.struck == 1, (request, fault, result.err)
        return result.code, result.err

    @property
    def struck(self) -> int:
        return sum(each.fault is not None for each in self.proxy.log)

    def pools(self) -> dict[str, Object]:
        found, _ = self.sandbox.store.snapshot(self.sandbox.kinds.pools.resource)
        return {name: each for (_, name), each in found.items()}


@pytest.fixture
def world(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    # A write with an unknown outcome is waited out: ten seconds for each of them.
    monkeypatch.setattr(context, "MonotonicClock", SkippingClock)
    old = pool_object("old", "10.1.0.0/24")
    with (
        Sandbox(load=[{**old, "status": {"usage": {"total": 254, "used": 0}}}]) as sandbox,
        FaultProxy(sandbox.url, seed=1) as proxy,
    ):
        yield World(sandbox, proxy, Program(capsys))


def is_right(world: World, request: str, code: int) -> bool:
    """Whether the pools agree with the report of the command."""
    pools = world.pools()
    if request in ("create", "patch", "list"):
        marks = pools.get("new", {}).get("metadata", {}).get("annotations", {})
        return ("new" in pools) == (code == 0) and "ippoolctl/state" not in marks
    # Where the outcome of a delete is unknown, both are right.
    return request == "get" or ("old" in pools) == (code != 0) or code == 3


def expected(request: str, status: int) -> int:
    return next((code for code, found in ENDS[request].items() if status in found), 3)


@pytest.mark.parametrize("request_", MET)
@pytest.mark.parametrize("status", [*range(400, 432), 451, 499, *range(500, 512), 520, 530, 598])
def test_a_status_leads_to_the_outcome_of_the_table(
    world: World, request_: str, status: int
) -> None:
    code, said = world.meet(request_, Status(status, message="made to fail"))

    assert code == expected(request_, status), said
    assert is_right(world, request_, code)
    assert "Traceback" not in said


SPOILT: dict[str, Fault] = {
    "reset before": ResetBefore(),
    "reset after": ResetAfter(),
    "nothing of the body": Truncate(0.0),
    "half of the body": Truncate(0.5),
    "too long a length": WrongLength(7),
    "too short a length": WrongLength(-7),
    "HTML of a gateway": BAD_GATEWAY,
    "HTML and 200": HTML_PAGE,
    "empty and 200": EMPTY,
    "half a JSON": BROKEN_JSON,
    "broken gzip": BROKEN_GZIP,
    "slower than anybody waits": Drip(0.2),
}


@pytest.mark.parametrize("request_", MET)
@pytest.mark.parametrize("name", SPOILT)
def test_a_single_corrupt_answer_does_not_fail_a_command(
    world: World, request_: str, name: str
) -> None:
    code, said = world.meet(request_, SPOILT[name])

    assert code == 0, said
    assert is_right(world, request_, code)
    assert "Traceback" not in said


@pytest.mark.parametrize("name", SPOILT)
@pytest.mark.parametrize("command", [CREATE, DELETE, WAIT, ("list",), ("check",), ("show", "old")])
def test_permanently_corrupt_answers_end_with_one_error(
    world: World, capsys: pytest.CaptureFixture[str], command: tuple[str, ...], name: str
) -> None:
    world.proxy.rules = [Rule(SPOILT[name])]
    timeout = ("--timeout", "1s") if "--wait" in command or command is WAIT else ()

    result = Program(capsys)(
        *command, *timeout, "--request-timeout", "300ms", "-q", "--server", world.proxy.url
    )

    # The server never answered (3), or it answered and the deadline passed (5).
    assert result.code in (3, 5), result.err
    assert re.findall("^error: ", result.err, re.MULTILINE) == ["error: "]
    assert "Traceback" not in result.err
    assert set(world.pools()) <= {"old", "new"}

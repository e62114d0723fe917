"""F8: Antrea's webhook is down, broken, slow or silent, temporarily or permanently."""

import threading
import time
from collections.abc import Iterator

import pytest

from ippoolctl.sandbox.antrea.webhook import InjectedFailure
from ippoolctl.sandbox.sandbox import Sandbox
from tests.cli.program import Program
from tests.noise import NOISE

CREATE = ("create", "new", "--range", "10.0.0.0/24", "--wait", "-o", "json")
SAYS = {
    InjectedFailure.DOWN: "connection refused",
    InjectedFailure.ERROR: "an error on the server",
    InjectedFailure.GARBAGE: "json parse error",
    InjectedFailure.CUT: "EOF",
    InjectedFailure.UNTRUSTED: "certificate signed by unknown authority",
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def program(capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(capsys)


def pools(sandbox: Sandbox) -> list[str]:
    found, _ = sandbox.store.snapshot(sandbox.kinds.pools.resource)
    return sorted(name for _, name in found)


@pytest.mark.parametrize("fault", [*SAYS, InjectedFailure.TIMEOUT])
def test_create_succeeds_when_the_webhook_recovers(
    sandbox: Sandbox, program: Program, fault: InjectedFailure
) -> None:
    sandbox.webhook.failure = fault
    mended = threading.Timer(1.5, setattr, (sandbox.webhook, "failure", None))
    mended.start()

    result = program(*CREATE, "--server", sandbox.url)

    mended.join()
    assert (result.code, pools(sandbox)) == (0, ["new"])


@pytest.mark.parametrize("fault", SAYS)
def test_create_with_a_failing_webhook_ends_at_the_deadline_with_the_servers_answer(
    sandbox: Sandbox, program: Program, fault: InjectedFailure
) -> None:
    sandbox.webhook.failure = fault
    began = time.monotonic()

    result = program(*CREATE, "--timeout", "2s", "--server", sandbox.url)

    (outcome,) = result.document["items"]
    assert (result.code, outcome["state"]) == (5, "failed")
    assert SAYS[fault] in outcome["answer"]
    assert 2 <= time.monotonic() - began < 3 + NOISE
    sandbox.webhook.failure = None
    assert pools(sandbox) == []


def test_a_webhook_that_never_answers_is_waited_for_until_the_deadline(
    sandbox: Sandbox, program: Program
) -> None:
    sandbox.webhook.failure = InjectedFailure.TIMEOUT
    began = time.monotonic()

    result = program(*CREATE, "--timeout", "7s", "--server", sandbox.url)

    assert result.code == 5
    assert 7 <= time.monotonic() - began < 8 + NOISE
    assert "context deadline exceeded" in result.document["items"][0]["answer"]
    sandbox.webhook.failure = None
    assert pools(sandbox) == []


def test_create_succeeds_with_a_slow_webhook(sandbox: Sandbox, program: Program) -> None:
    sandbox.webhook.failure = InjectedFailure.SLOW

    assert program(*CREATE, "--server", sandbox.url).code == 0

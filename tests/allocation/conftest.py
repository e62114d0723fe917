"""Sandboxes, and clients of them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from ippoolctl.sandbox.sandbox import Sandbox, Settings
from tests.allocation.clients import Server, kubeconfig


@dataclass(frozen=True)
class Field:
    """A sandbox, with one address for the command and one for all other clients."""

    sandbox: Sandbox
    server: Server
    config: str


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Callable[..., Field]]:
    """Makes sandboxes with these settings, which end with the test."""
    with ExitStack() as stack:

        def make(settings: Settings) -> Field:
            sandbox = stack.enter_context(Sandbox(settings))
            server = Server(sandbox.url)
            stack.callback(server.close)
            return Field(sandbox, server, kubeconfig(sandbox.url, tmp_path))

        yield make

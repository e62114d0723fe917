"""Fixtures of the command line's tests: the program, and a working directory with manifests."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from ippoolctl.cli import context as wiring
from ippoolctl.render.documents.envelope import SCHEMA_FILE
from tests.cli.program import Program
from tests.fakes import FakeClock, FakeCluster, FakeGateway

CONFLICT = {
    "edge.yaml": """\
apiVersion: crd.antrea.io/v1beta1
kind: ExternalIPPool
metadata:
  name: edge
spec:
  ipRanges:
  - cidr: 10.0.0.0/24
  nodeSelector: {}
""",
    "lab.yaml": """\
apiVersion: crd.antrea.io/v1beta1
kind: ExternalIPPool
metadata:
  name: lab
spec:
  ipRanges:
  - cidr: 10.1.0.0/28
  - start: 10.0.0.250
    end: 10.0.1.9
  nodeSelector: {}
""",
}


@pytest.fixture
def program(capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(capsys)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGateway]:
    """A cluster in memory that the program is connected to; who takes signals gives them back."""
    clock = FakeClock()
    gateway = FakeGateway(FakeCluster(clock))
    monkeypatch.setattr(wiring, "connected", lambda options, presenter, seconds: gateway)
    monkeypatch.setattr(wiring, "MonotonicClock", lambda: clock)
    handlers = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    yield gateway
    assert handlers == [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]


@pytest.fixture
def cluster(gateway: FakeGateway) -> FakeCluster:
    """The pools of that cluster."""
    return gateway.cluster


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the directories of runs go: below a runtime directory of our own."""
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    return runtime / "ippoolctl"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory as the working directory."""
    directory = tmp_path / "work"
    directory.mkdir()
    monkeypatch.chdir(directory)
    return directory


@pytest.fixture
def conflict(here: Path) -> Path:
    """Two manifests whose pools overlap, in the working directory."""
    for name, text in CONFLICT.items():
        (here / name).write_text(text, encoding="utf-8")
    return here


@pytest.fixture(scope="session")
def schema() -> Draft202012Validator:
    """The published schema of all documents."""
    described = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(described)
    return Draft202012Validator(described)

"""One cluster for all tests of a worker, reset before each of them."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.build import BuildError, binary
from tests.e2e.cluster import Cluster
from tests.e2e.command import Command
from tests.e2e.control_plane import ControlPlane
from tests.e2e.pool_controller import PoolController
from tests.e2e.webhook import Webhook


def pytest_configure(config: pytest.Config) -> None:
    # Python itself forgets a socket whose other end is killed just before the handshake. The first
    # line holds inside of tests, the second after the last one.
    config.addinivalue_line("filterwarnings", "ignore:unclosed <ssl.SSLSocket:ResourceWarning")
    warnings.filterwarnings("ignore", "unclosed <ssl.SSLSocket", ResourceWarning)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that need a processor for a minute come first: one worker takes them, one by one."""
    items.sort(key=lambda each: each.path.name != "test_faults.py")


@pytest.fixture(scope="session")
def program() -> Path:
    """The binary; its absence is a failure of the run and no reason to skip anything."""
    problem = ""
    try:
        return binary()
    except BuildError as error:
        problem = str(error)
    pytest.fail(problem, pytrace=False)


@pytest.fixture(scope="session")
def control_plane(program: Path) -> Iterator[ControlPlane]:
    with ControlPlane(program) as plane:
        yield plane


@pytest.fixture(scope="module")
def bare_cluster(program: Path) -> Iterator[str]:
    """The kubeconfig of a cluster that Antrea was never installed in."""
    with ControlPlane(program, antrea=False) as plane:
        yield str(plane.kubeconfig())


@pytest.fixture(scope="session")
def whole_cluster(control_plane: ControlPlane) -> Iterator[Cluster]:
    api = control_plane.api
    cluster = Cluster(control_plane, Webhook(api), PoolController(api))
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture
def cluster(whole_cluster: Cluster) -> Iterator[Cluster]:
    """Empty, healthy, with a lag of 0.05 s; nothing that the test does to it lasts."""
    whole_cluster.reset()
    yield whole_cluster
    assert not whole_cluster.webhook.errors


@pytest.fixture
def command(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command, logged in as the admin by default."""
    return Command(cluster, capsys)

"""The program and a cluster in memory, as in the tests of the command line."""

from tests.cli.conftest import cluster, gateway, here, program

__all__ = ["cluster", "gateway", "here", "program"]

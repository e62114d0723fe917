"""``version``."""

import pytest

from ippoolctl import __version__
from tests.cli.program import Program, Result


@pytest.mark.parametrize("arguments", [["version"], ["--version"]])
def test_version_prints_the_package_version(program: Program, arguments: list[str]) -> None:
    assert program(*arguments) == Result(0, f"ippoolctl {__version__}\n", "")

"""``promtool``, the tool of Prometheus itself, accepts the metrics and the alert rules."""

import subprocess
from pathlib import Path

import pytest

from tests.builders import ROOT
from tests.e2e.build import BuildError
from tests.e2e.cluster import Cluster
from tests.e2e.command import Command
from tests.e2e.promtool import promtool

ALERTS = ROOT / "docs" / "monitoring" / "alerts.yaml"
CASES = ROOT / "tests" / "e2e" / "alerts_test.yaml"


@pytest.fixture(scope="module")
def tool() -> Path:
    problem = ""
    try:
        return promtool()
    except BuildError as error:
        problem = str(error)
    pytest.fail(problem, pytrace=False)


def said(tool: Path, *arguments: str, stdin: str = "") -> str:
    """Its output; it must accept the input without a warning of its linter."""
    done = subprocess.run(
        [tool, *arguments], input=stdin, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_metrics_are_accepted(tool: Path, cluster: Cluster, command: Command) -> None:
    cluster.create("edge", "10.0.0.0/24")
    cluster.create("lab", "10.1.0.0/28", "fd00::/124")

    result = command("list", "-o", "openmetrics")

    assert result.out.count('{pool="edge"') == 7
    assert said(tool, "check", "metrics", stdin=result.out) == ""


def test_the_alert_rules_are_accepted(tool: Path) -> None:
    assert "SUCCESS: 5 rules found" in said(tool, "check", "rules", "--lint-fatal", str(ALERTS))


def test_alerts_keep_their_labels_and_leave_out_what_is_full_on_purpose(tool: Path) -> None:
    assert "SUCCESS" in said(tool, "test", "rules", str(CASES))

"""``check PATH --against PATH``: files compared with other files as if those were live."""

from pathlib import Path

import pytest

from tests.cli.conftest import CONFLICT
from tests.cli.program import Program


@pytest.mark.usefixtures("conflict")
def test_an_overlap_with_an_existing_pool_names_both_places(program: Program) -> None:
    people = program("check", "lab.yaml", "--against", "edge.yaml")
    machines = program("check", "lab.yaml", "--against", "edge.yaml", "-o", "json")

    assert people.code == machines.code == 1
    assert "lab.yaml:8:5: error EIP209" in people.out
    assert "    overlaps with: edge.yaml:7:5\n" in people.out
    assert "1 error in 2 pools with 3 ranges in 1 file and 1 file of --against (" in people.out
    assert "--within CIDR lab.yaml edge.yaml" in people.out
    summary = machines.document["summary"]
    assert (summary["files"], summary["existingFiles"], summary["existingPools"]) == (1, 1, 1)
    assert "livePools" not in summary


@pytest.mark.usefixtures("conflict")
def test_a_removed_range_of_an_existing_pool_is_an_error(program: Program, here: Path) -> None:
    text = CONFLICT["edge.yaml"].replace("10.0.0.0/24", "10.0.0.0/25")
    (here / "new.yaml").write_text(text, encoding="utf-8")

    result = program("check", "new.yaml", "--against", "edge.yaml", "--select", "EIP210")

    assert result.code == 1
    assert "new.yaml:6:3: error EIP210" in result.out


@pytest.mark.usefixtures("conflict")
def test_findings_about_existing_pools_alone_are_left_out(program: Program, here: Path) -> None:
    text = CONFLICT["edge.yaml"].replace("edge", "third")
    (here / "third.yaml").write_text(text, encoding="utf-8")

    result = program("check", "lab.yaml", "--against", "edge.yaml", "--against", "third.yaml")

    assert result.out.count("error EIP209") == 2
    assert "\npool edge\n" not in result.out


@pytest.mark.usefixtures("conflict")
def test_rules_about_the_status_are_skipped_with_their_reason(program: Program) -> None:
    result = program("check", "edge.yaml", "--against", "lab.yaml", "-v", "--select", "EIP41")

    why = "the statuses of the existing pools are unknown; use --live"
    assert f"skipped EIP411: {why}" in result.err
    assert f"skipped EIP412: {why}" in result.err


@pytest.mark.usefixtures("conflict")
def test_nodes_beside_the_existing_pools_count(program: Program, here: Path) -> None:
    (here / "node.yaml").write_text(
        """\
apiVersion: v1
kind: Node
metadata: {name: node-1}
status: {addresses: [{type: InternalIP, address: 10.0.0.7}]}
""",
        encoding="utf-8",
    )

    result = program("check", "edge.yaml", "--against", "node.yaml", "--select", "EIP501")

    assert "edge.yaml:7:5: error EIP501" in result.out
    assert "node.yaml:4:41" in result.out


@pytest.mark.usefixtures("conflict")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["lab.yaml", "--live"], "--live and --against cannot be used together"),
        ([], "--against requires PATH"),
        (["lab.yaml", "--against", "nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_an_invalid_against_is_an_error(program: Program, arguments: list[str], words: str) -> None:
    result = program("check", *arguments, "--against", "edge.yaml")

    assert result.code == 2
    assert words in result.err.splitlines()[0]

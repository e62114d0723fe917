"""Changes of existing pools: differences, removed addresses, and the suggested alternative."""

from pathlib import Path

import pytest
import yaml

from tests.builders import pool_object
from tests.cli.program import Program
from tests.fakes import FakeCluster

INPUTS = Path(__file__).with_name("inputs")
NOISE, CHANGES = INPUTS / "15-diff-noise", INPUTS / "22-verdict-apply"


def write(path: Path, name: str, *ranges: str) -> str:
    path.write_text(yaml.safe_dump(pool_object(name, *ranges)))
    return str(path)


def test_foreign_labels_and_annotations_do_not_differ(program: Program) -> None:
    result = program("diff", str(NOISE / "want.yaml"), "--against", str(NOISE / "live.yaml"))

    assert (result.code, result.out) == (0, "")


def test_foreign_labels_and_annotations_do_not_differ_from_the_cluster(
    program: Program, cluster: FakeCluster
) -> None:
    live = yaml.safe_load((NOISE / "live.yaml").read_text())
    live["metadata"] = {key: live["metadata"][key] for key in ("name", "labels", "annotations")}
    cluster.store(live)

    assert program("diff", str(NOISE / "want.yaml")).code == 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("w2.yaml", ["spec.nodeSelector changes"]),
        ("w3.yaml", ["same addresses, spelled differently"]),
        ("w4.yaml", ["same ranges in another order; this changes the allocation order"]),
    ],
)
def test_only_the_real_difference_is_left(program: Program, name: str, expected: list[str]) -> None:
    result = program("diff", str(NOISE / name), "--against", str(NOISE / "live.yaml"))

    lines = [row.strip() for row in result.out.partition("---")[0].splitlines()[1:]]
    assert [each for each in lines if "deny" not in each] == expected
    assert "argocd" not in result.out
    assert "metadata" not in result.out.partition("---")[0]


@pytest.mark.parametrize(
    ("applied", "differs"),
    [
        ('{"metadata": {"labels": {"team": "net", "tier": "1"}}}', True),
        ('{"metadata": {"labels": {"team": "net"}}}', False),
        ("not JSON", False),
    ],
)
def test_a_label_removed_from_the_manifest_after_an_apply_differs(
    program: Program, here: Path, applied: str, differs: bool
) -> None:
    document = pool_object("a", "10.0.0.0/28")
    document["metadata"]["labels"] = {"team": "net"}
    Path("new.yaml").write_text(yaml.safe_dump(document))
    document["metadata"] |= {
        "uid": "x",
        "labels": {"team": "net", "tier": "1"},
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": applied},
    }
    Path("old.yaml").write_text(yaml.safe_dump(document))

    result = program("diff", "new.yaml", "--against", "old.yaml")

    assert result.code == int(differs)
    assert ('-    tier: "1"' in result.out) == differs


def test_between_two_manifests_every_label_counts(program: Program, here: Path) -> None:
    document = pool_object("a", "10.0.0.0/28")
    Path("new.yaml").write_text(yaml.safe_dump(document))
    document["metadata"]["labels"] = {"team": "net"}
    Path("old.yaml").write_text(yaml.safe_dump(document))

    assert program("diff", "new.yaml", "--against", "old.yaml").code == 1


def test_a_verdict_names_the_addresses_that_a_shrink_removes(program: Program) -> None:
    against = str(CHANGES / "live.yaml")

    for command in ("verdict", "diff"):
        out = " ".join(
            program(command, str(CHANGES / "shrink.yaml"), "--against", against).out.split()
        )
        assert "removes 100 addresses (192.168.100.101-192.168.100.200)" in out
        assert "191 addresses" not in out


def test_a_verdict_says_that_a_rewritten_range_removes_no_address(program: Program) -> None:
    out = program(
        "verdict", str(CHANGES / "split.yaml"), "--against", str(CHANGES / "live.yaml")
    ).out

    assert "removes no address, only the text differs: keep the existing text" in out


def test_a_diff_reports_the_change_of_usable_addresses(program: Program, here: Path) -> None:
    new = write(Path("new.yaml"), "local", "172.30.2.64/28", "172.30.2.80/28")

    result = program("diff", new, "--against", str(CHANGES / "live2.yaml"))

    assert "    usable 32 -> 28\n" in result.out
    assert "same addresses, spelled differently" in result.out
    document = program("diff", new, "--against", str(CHANGES / "live2.yaml"), "-o", "json").document
    assert document["items"][0]["usable"] == {"old": 32, "new": 28}


@pytest.mark.parametrize(
    ("old", "new", "append"),
    [
        ("10.0.0.0/26", "10.0.0.0/25", "10.0.0.64-10.0.0.127"),
        ("10.0.0.10-10.0.0.20", "10.0.0.5-10.0.0.30", "10.0.0.5-10.0.0.9,10.0.0.21-10.0.0.30"),
    ],
)
def test_an_edit_that_only_adds_addresses_is_answered_with_what_to_append(
    program: Program, here: Path, cluster: FakeCluster, old: str, new: str, append: str
) -> None:
    before, after = write(Path("old.yaml"), "a", old), write(Path("new.yaml"), "a", new)
    cluster.store(pool_object("a", old))

    for arguments in (("diff",), ("verdict",)):
        out = " ".join(program(*arguments, after, "--against", before).out.split())
        assert f"keep the existing ranges and append {append}" in out
        assert f"ippoolctl extend a --range {append}" in out
        assert "recreate" not in out
    checked = " ".join(program("check", after, "--live").out.split())
    assert f"append {append.replace(',', ', ')}" in checked
    assert "recreate" not in checked


def test_a_live_verdict_says_what_it_assumes(
    program: Program, here: Path, cluster: FakeCluster
) -> None:
    new = write(Path("new.yaml"), "a", "10.0.0.0/28")

    assert "assumes that the webhook cache is up to date" in program("verdict", new, "--live").err
    assert "assumes" not in program("verdict", new).err

"""``diff``: addresses added and removed, respelled ranges, a text diff."""

from pathlib import Path

from tests.cli.conftest import CONFLICT
from tests.cli.program import Program, Result


def diffed(program: Program, here: Path, before: str, after: str, *arguments: str) -> Result:
    (here / "before.yaml").write_text(before, encoding="utf-8")
    (here / "after.yaml").write_text(after, encoding="utf-8")
    return program("diff", "after.yaml", "--against", "before.yaml", *arguments)


def test_equal_pools_have_no_differences(program: Program, here: Path) -> None:
    text = CONFLICT["edge.yaml"]

    result = diffed(program, here, text, "# moved\n" + text)

    assert (result.code, result.out) == (0, "")


def test_respelled_ranges_are_predicted_to_be_denied(program: Program, here: Path) -> None:
    before = CONFLICT["edge.yaml"]
    after = before.replace("cidr: 10.0.0.0/24", "cidr: 10.0.0.1/24")

    result = diffed(program, here, before, after)

    assert result.code == 1
    assert (
        result.out
        == """\
pool edge: changed
    same addresses, spelled differently
    Antrea will deny this update: existing IPRanges [10.0.0.0/24] cannot be updated or deleted
--- before/edge
+++ after/edge
@@ -4,5 +4,5 @@
   name: edge
 spec:
   ipRanges:
-  - cidr: 10.0.0.0/24
+  - cidr: 10.0.0.1/24
   nodeSelector: {}
"""
    )


def test_addresses_gained_and_lost_are_counted(program: Program, here: Path) -> None:
    before = CONFLICT["edge.yaml"] + "---\n" + CONFLICT["lab.yaml"]
    after = CONFLICT["edge.yaml"].replace(
        "- cidr: 10.0.0.0/24", "- cidr: 10.0.0.0/25\n  - cidr: fd00::/64"
    )

    result = diffed(program, here, before, after, "-o", "json")

    edge, lab = result.document["items"]
    assert result.code == 1
    assert (edge["change"], edge["effect"]) == ("changed", "replaced")
    assert (edge["addressesGained"], edge["addressesLost"]) == (str(2**64), "128")
    assert (lab["change"], lab["addressesLost"]) == ("removed", "32")
    assert "-  - cidr: 10.0.0.0/24" in result.document["unified"]


def test_exit_zero_is_for_differences_only(program: Program, here: Path) -> None:
    text = CONFLICT["edge.yaml"]

    assert diffed(program, here, text, CONFLICT["lab.yaml"], "--exit-zero").code == 0
    assert diffed(program, here, text, "a: [", "--exit-zero").code == 2
    assert program("diff", "before.yaml", "--exit-zero").code == 3


def test_a_pool_that_is_defined_twice_is_a_warning(program: Program, here: Path) -> None:
    text = CONFLICT["edge.yaml"]

    result = diffed(program, here, text, f"{text}---\n{text}")

    assert "warning: pool edge is defined twice; the last one counts" in result.err


def test_a_new_pool_that_antrea_will_deny_is_marked(program: Program, here: Path) -> None:
    result = diffed(program, here, CONFLICT["edge.yaml"], "---\n".join(CONFLICT.values()))

    assert "Antrea will deny this pool: range [10.0.0.250-10.0.1.9] overlaps" in result.out

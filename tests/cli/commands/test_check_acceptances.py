"""``check``: comments that accept findings, their place, and errors in them."""

from pathlib import Path

import pytest

from tests.cli.program import Program

POOL = """\
apiVersion: crd.antrea.io/v1beta1{first}
kind: ExternalIPPool
metadata:
  name: lab{name}
spec:
  ipRanges:{above}
  - start: 10.0.0.1{line}
    end: 10.0.0.9{below}
  - cidr: 10.0.0.4/30
  nodeSelector: {{}}
"""
OVERLAP = 'ippoolctl: ignore=EIP208 reason="two tenants"'


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "a.yaml"


def pool(**comments: str) -> str:
    places = ("first", "name", "above", "line", "below")
    return POOL.format(**{each: comments.get(each, "") for each in places})


@pytest.mark.parametrize(
    ("place", "before"),
    [("first", " # "), ("name", " # "), ("above", "\n  # "), ("line", " # ")],
)
def test_a_comment_accepts_a_finding(
    program: Program, written: Path, place: str, before: str
) -> None:
    written.write_text(pool(**{place: before + OVERLAP}))

    people = program("check", "a.yaml")
    machines = program("check", "a.yaml", "-o", "json")

    assert people.code == machines.code == 0
    assert "accepted: two tenants" in people.out
    assert "1 accepted in 1 pool" in people.out
    assert machines.document["summary"]["accepted"] == 1
    (finding,) = machines.document["items"]
    assert finding["accepted"]["reason"] == "two tenants"


@pytest.mark.parametrize(
    "comments",
    [
        {"below": f" # {OVERLAP}"},
        {"line": ' # ippoolctl: ignore=EIP209 reason="two tenants"'},
        {"line": f" # {OVERLAP} until=2001-01-01"},
        {"line": " # ippoolctl: see the wiki"},
    ],
    ids=["another line", "another rule", "expired", "prose"],
)
def test_a_comment_that_does_not_accept_a_finding(
    program: Program, written: Path, comments: dict[str, str]
) -> None:
    written.write_text(pool(**comments))

    assert program("check", "a.yaml").code == 1


def test_a_comment_for_a_whole_pool_leaves_the_next_one_alone(
    program: Program, written: Path
) -> None:
    other = pool().replace("lab", "edge").replace("10.0.", "10.1.")
    written.write_text(f"{pool(name=f' # {OVERLAP}')}---\n{other}")

    document = program("check", "a.yaml", "-o", "json").document

    assert [(each["pool"], "accepted" in each) for each in document["items"]] == [
        ("lab", True),
        ("edge", False),
    ]


def test_a_comment_at_one_side_accepts_an_overlap_of_two_files(
    program: Program, written: Path
) -> None:
    accepted = pool(line=" # ippoolctl: ignore=EIP208,EIP209 reason='two VPCs' until=2999-12-31")
    written.write_text(accepted)
    (written.parent / "b.yaml").write_text(pool().replace("lab", "edge"))

    document = program("check", "b.yaml", "a.yaml", "-o", "json").document

    found = [(each["rule"], each["pool"], "accepted" in each) for each in document["items"]]
    # The comment is about the first range of lab, not about its second one.
    assert ("EIP208", "lab", True) in found
    assert ("EIP208", "edge", False) in found
    assert {each for _, pool, each in found if pool == "lab"} == {True, False}


@pytest.mark.parametrize(
    ("comment", "message", "hint"),
    [
        ("ignore=EIP208", "EIP208 is ignored without a reason", 'use reason="why"'),
        ("ignore=EIP208 reason=''", "EIP208 is ignored without a reason", 'use reason="why"'),
        ("ignore=EIP299 reason=x", "unknown rule: EIP299", "use a rule such as EIP504"),
        ("ignore=EIP2 reason=x", "unknown rule: EIP2", "use a full rule ID, such as EIP504"),
        ("ignore= reason=x", "invalid comment: ippoolctl: ignore= reason=x", "use # ippoolctl:"),
        ("reason=x", "a comment without a rule to ignore", "use # ippoolctl:"),
        ("ignore EIP208", "invalid comment: ippoolctl: ignore EIP208", "use # ippoolctl:"),
        ("ignore=EIP208 reason=two words", "invalid comment", "use # ippoolctl:"),
        ("ignore=EIP208 reason=x until=soon", "invalid date: soon", "until=2027-01-31"),
    ],
)
def test_a_comment_that_cannot_be_read_is_an_error_in_the_input(
    program: Program, written: Path, comment: str, message: str, hint: str
) -> None:
    written.write_text(pool(line=f" # ippoolctl: {comment}"))

    result = program("check", "a.yaml")

    assert result.code == 2
    first, second = result.err.splitlines()
    assert first.startswith(f"error: a.yaml:7:21: {message}")
    assert hint in second


def test_an_unused_acceptance_is_a_warning_at_its_place(program: Program, written: Path) -> None:
    expired = '# ippoolctl: ignore=EIP208 reason="x" until=2001-01-01'
    unused = '# ippoolctl: ignore=EIP410,EIP210 reason="x"'
    written.write_text(pool(line=f" {expired}", below=f" {unused}"))

    report = program("check", "a.yaml", "-o", "json").document
    ignored = program("check", "a.yaml", "--ignore", "EIP2", "-o", "json").document

    idle = [each for each in report["items"] if each["rule"] == "EIP805"]
    assert [(each["severity"], each["place"]["line"], each["message"]) for each in idle] == [
        ("warning", 7, "the acceptance of EIP208 expired on 2001-01-01"),
        ("warning", 8, "the acceptance of EIP410 accepts no finding"),
    ]
    # EIP210 was skipped, and EIP208 did not run the second time.
    assert [each["message"] for each in ignored["items"]] == [idle[1]["message"]]
